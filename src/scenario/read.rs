//! Reads a scenario from its text or from a link that contains it.
//!
//! Nothing is ever swallowed: every key that is unknown, repeated or refused gives a [`Notice`] that names it, says
//! what was refused and what is used instead. Only an unknown lab is an error, since nothing could be shown.
//!
//! Grammar: `lab?key=value&key=value…`. The keys `v engine policy seed duration warm-up at` belong to the scenario,
//! `a.key` … `d.key` to one lane, all others to the lab and its policies. `at` repeats, the others must not.

use percent_encoding::percent_decode_str;

use super::{ENGINE, LONGEST, Lane, MOST_LANES, Notice, Scenario, VERSION, lane_of_letter};
use crate::basics::Nanos;
use crate::labs::{self, Lab};

/// At most so many edits; a text with more is not written by hand and not by the page.
const MOST_EDITS: usize = 200;

/// Longest text that is read at all.
const LONGEST_TEXT: usize = 64 * 1024;

impl Scenario {
    /// Reads `text`: the flat text itself, `#/lab/` or `#/embed/` followed by it, or a whole link.
    ///
    /// # Errors
    /// A [`Notice`] when the text names no lab that exists, or is far too long to be one.
    pub fn read(text: &str) -> Result<(Self, Vec<Notice>), Notice> {
        Self::read_among(labs::catalogue(), text)
    }

    /// As [`Scenario::read`], for a program that knows only some labs.
    ///
    /// # Errors
    /// As [`Scenario::read`].
    pub fn read_among(
        labs: impl Iterator<Item = &'static Lab> + Clone,
        text: &str,
    ) -> Result<(Self, Vec<Notice>), Notice> {
        let text = strip_link(text.trim());
        let (key, query) = text.split_once('?').unwrap_or((text, ""));
        let key = decode(key);
        let key = key.trim_matches('/');
        let no_lab = |sentence: String| {
            let problem = sentence.clone();
            Notice { key: "lab".to_owned(), refused: shorten(key), sentence, problem }
        };
        if text.len() > LONGEST_TEXT {
            return Err(no_lab(format!(
                "the text has {} characters; no scenario has more than {LONGEST_TEXT}",
                text.len()
            )));
        }
        let lab = labs.clone().find(|lab| lab.key == key).ok_or_else(|| {
            let keys: Vec<&str> = labs.clone().map(|lab| lab.key).collect();
            no_lab(format!("there is no lab “{}”; there are {}", shorten(key), keys.join(", ")))
        })?;
        let mut reader = Reader { scenario: Self::of(lab), notices: Vec::new(), engine_given: false };
        reader.read_all(query);
        Ok((reader.scenario, reader.notices))
    }
}

struct Reader {
    scenario: Scenario,
    notices: Vec<Notice>,
    engine_given: bool,
}

impl Reader {
    /// In three passes: policies first, since they bring parameters; then settings; then edits, which refer to both.
    fn read_all(&mut self, query: &str) {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (key, value) = (decode(key), decode(value));
            if key != "at" && pairs.iter().any(|(other, _)| *other == key) {
                self.notice(&key, &value, "stands there twice; the first value is used".to_owned());
            } else {
                pairs.push((key, value));
            }
        }
        for (key, value) in &pairs {
            if key == "policy" {
                self.read_policies(value);
            }
        }
        for (key, value) in pairs.iter().filter(|(key, _)| !key.contains('.') && key != "at" && key != "policy") {
            self.read_setting(key, value);
        }
        for (key, value) in pairs.iter().filter(|(key, _)| key.contains('.')) {
            self.read_override(key, value);
        }
        for (_, value) in pairs.iter().filter(|(key, _)| key == "at") {
            self.read_edit(value);
        }
        if self.scenario.warm_up >= self.scenario.duration {
            let warm_up = self.scenario.warm_up.to_string();
            self.scenario.warm_up = Nanos(self.scenario.duration.0 / 10);
            let used = self.scenario.warm_up;
            self.notice("warm-up", &warm_up, format!("must be shorter than the run; {used} is used"));
        }
    }

    fn read_policies(&mut self, value: &str) {
        let mut lanes = Vec::new();
        for policy in value.split(',').filter(|policy| !policy.is_empty()) {
            if self.scenario.about(policy).is_none() {
                let keys: Vec<&str> = self.scenario.lab.policies.iter().map(|about| about.key).collect();
                self.notice(
                    "policy",
                    policy,
                    format!("is not a policy of this lab and is left out; there are {}", keys.join(", ")),
                );
            } else if lanes.len() == MOST_LANES {
                self.notice("policy", policy, format!("is left out; at most {MOST_LANES} lanes run side by side"));
            } else {
                lanes.push(Lane { policy: policy.to_owned(), ..Lane::default() });
            }
        }
        if lanes.is_empty() {
            let used = self.scenario.lab.default_policies.join(",");
            self.notice("policy", value, format!("names no policy; {used} is used"));
        } else {
            self.scenario.lanes = lanes;
            self.scenario.forget_lost_lanes();
        }
    }

    fn read_setting(&mut self, key: &str, value: &str) {
        match key {
            "v" => match value.parse::<u32>() {
                Ok(VERSION) => {}
                _ => self.notice(
                    key,
                    value,
                    format!("is not a version of the text that is known; it is read as version {VERSION}"),
                ),
            },
            "engine" => match value.parse::<u32>() {
                Ok(engine) => {
                    self.scenario.engine = engine;
                    self.engine_given = true;
                    if engine != ENGINE {
                        let sentence = format!(
                            "is another engine than this one, {ENGINE}; the numbers may differ from those that were seen then"
                        );
                        self.notice(key, value, sentence);
                    }
                }
                Err(_) => self.notice(key, value, format!("must be a whole number; {ENGINE} is used")),
            },
            "seed" => match value.parse::<u64>() {
                Ok(seed) => self.scenario.seed = seed,
                Err(_) => {
                    let used = self.scenario.seed;
                    self.notice(key, value, format!("must be a whole number below 2^64; {used} is used"));
                }
            },
            "duration" => {
                let default = self.scenario.duration;
                self.scenario.duration = self.time(key, value, Nanos::MILLISECOND, LONGEST, default);
            }
            "warm-up" => {
                let default = self.scenario.warm_up;
                self.scenario.warm_up = self.time(key, value, Nanos::ZERO, LONGEST, default);
            }
            _ => {
                if let Err(refusal) = self.scenario.set(key, value) {
                    let nearest = refusal.nearest.filter(|nearest| self.scenario.set(key, nearest).is_ok());
                    let used = nearest.or_else(|| self.scenario.declaration(key).map(|row| (row.default)()));
                    self.refused(key, value, &refusal.expected, used);
                }
            }
        }
    }

    #[inline(never)] // not needed at the start
    fn read_override(&mut self, key: &str, value: &str) {
        let (letter, own_key) = key.split_once('.').unwrap_or(("", key));
        let Some(lane) = lane_of_letter(letter).filter(|&lane| lane < self.scenario.lanes.len()) else {
            self.notice(key, value, "names a lane that does not exist, and is left out".to_owned());
            return;
        };
        if let Err(refusal) = self.scenario.set_in_lane(lane, own_key, value) {
            let nearest = refusal.nearest.filter(|nearest| self.scenario.set_in_lane(lane, own_key, nearest).is_ok());
            let used = nearest.or_else(|| self.scenario.value(lane, own_key));
            self.refused(key, value, &refusal.expected, used);
        }
    }

    #[inline(never)] // not needed at the start
    fn read_edit(&mut self, value: &str) {
        if self.scenario.edits.len() == MOST_EDITS {
            self.notice("at", value, format!("is left out; at most {MOST_EDITS} changes fit in a scenario"));
            return;
        }
        match self.scenario.read_edit(value) {
            Ok(edit) => self.scenario.edits.push(edit),
            Err(sentence) => self.notice("at", value, format!("is left out: {sentence}")),
        }
    }

    /// Says what was expected, and what is `used` instead: the nearest accepted value where there is one, else what holds
    /// anyway.
    #[inline(never)] // not needed at the start
    fn refused(&mut self, key: &str, value: &str, expected: &str, used: Option<String>) {
        let used = match used {
            Some(used) => format!("; {used} is used"),
            None => ", and is left out".to_owned(),
        };
        self.notice(key, value, format!("{expected}{used}"));
    }

    #[inline(never)] // not needed at the start
    fn time(&mut self, key: &str, value: &str, least: Nanos, most: Nanos, default: Nanos) -> Nanos {
        match Nanos::read(value) {
            Ok(time) if (least..=most).contains(&time) => time,
            Ok(time) => {
                let used = time.clamp(least, most);
                self.notice(key, value, format!("must lie between {least} and {most}; {used} is used"));
                used
            }
            Err(_) => {
                self.notice(key, value, format!("must be a time, as 60s; {default} is used"));
                default
            }
        }
    }

    #[inline(never)] // not needed at the start
    fn notice(&mut self, key: &str, refused: &str, rest: String) {
        let (key, refused) = (shorten(key), shorten(refused));
        let sentence = format!("{key} “{refused}” {rest}.");
        // What is used instead is always the last clause, and always worded so.
        let problem =
            rest.rsplit_once("; ").filter(|(_, used)| used.ends_with("is used")).map_or(&*rest, |(problem, _)| problem);
        let problem = format!("{key} “{refused}” {problem}.");
        self.notices.push(Notice { key, refused, sentence, problem });
    }
}

/// The part of a link that is the text of a scenario.
fn strip_link(text: &str) -> &str {
    // From sign to sign: the search for a text within a text is a large piece of the standard library.
    let after = |page: &str| text.match_indices('#').find_map(|(at, _)| text[at + 1..].strip_prefix(page));
    match after("/lab/").or_else(|| after("/embed/")) {
        Some(rest) => rest,
        None => text.trim_start_matches(['#', '/']),
    }
}

/// Undoes percent-encoding, which some programs apply to links; broken bytes become replacement characters.
#[must_use]
pub fn decode(text: &str) -> String {
    if text.contains('%') { decode_signs(text) } else { text.to_owned() }
}

#[inline(never)] // not needed at the start
fn decode_signs(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// At most sixty characters of something that a person has to read in a notice, without control characters.
fn shorten(text: &str) -> String {
    let clean = text.chars().filter(|c| !c.is_control());
    if text.chars().count() <= 60 { clean.collect() } else { clean.take(57).chain("…".chars()).collect() }
}

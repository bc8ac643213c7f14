//! What happens during a run: faults and parameters that move. Both are edits of the scenario at a time.
//!
//! ```text
//! at=20s:kill:3            server 3 dies at 20 s
//! at=20s..40s:slow:3:4x    slow between two times
//! at=20s:b.kill:3          only in lane b
//! at=35s:set:rate:1200/s   a parameter moves
//! at=50s:set:b.choices:2   … in one lane
//! ```

use super::{Lane, Scenario, lane_letter, lane_of_letter};
use crate::basics::order::insertion_sort;
use crate::basics::{Effect, Kind, Nanos, Scope};
use crate::simulation::{Change, What};

/// One edit.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// From when.
    pub at: Nanos,
    /// Until when, for a span.
    pub until: Option<Nanos>,
    /// In which lane; `None`: in all.
    pub lane: Option<usize>,
    /// What.
    pub deed: Deed,
}

/// What an edit does.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// A live parameter takes a new value.
    Set {
        /// Its key.
        key: String,
        /// Its value as canonical text.
        value: String,
    },
    /// A fault of one of the lab's kinds.
    Fault {
        /// The key of the kind.
        verb: String,
        /// Which target, from 0.
        target: u32,
        /// How much; 0 for kinds without an amount.
        amount: f64,
    },
}

impl Scenario {
    /// Reads one edit from the text after `at=`, against this scenario's lab and lanes.
    ///
    /// # Errors
    /// A sentence that says what was expected.
    pub fn read_edit(&self, text: &str) -> Result<Edit, String> {
        let mut parts = text.splitn(3, ':');
        let times = parts.next().unwrap_or_default();
        // As in `read`, not by a search for a text within a text.
        let dots = times.match_indices('.').find(|&(dot, _)| times[dot + 1..].starts_with('.'));
        let (at, until) = match dots.map(|(dot, _)| (&times[..dot], &times[dot + 2..])) {
            Some((at, until)) => (Nanos::read(at)?, Some(Nanos::read(until)?)),
            None => (Nanos::read(times)?, None),
        };
        if until.is_some_and(|until| until <= at) {
            return Err(format!("the span {times} ends before it begins"));
        }
        let verb = parts.next().ok_or("write a time, a verb and what it applies to, as 20s:kill:3")?;
        let rest = parts.next().unwrap_or_default();
        if verb == "set" {
            let (key, value) =
                rest.split_once(':').ok_or("write set, a parameter and a value, as 35s:set:rate:1200/s")?;
            let (lane, key) = self.lane_prefix(key)?;
            return self.read_set(at, until, lane, key, value);
        }
        let (lane, verb) = self.lane_prefix(verb)?;
        let kind = self.lab.faults.iter().find(|kind| kind.key == verb).ok_or_else(|| {
            let keys: Vec<&str> = self.lab.faults.iter().map(|kind| kind.key).collect();
            format!("“{verb}” is not a fault here; there are {} and set", keys.join(", "))
        })?;
        if until.is_some() && kind.undo.is_none() {
            return Err(format!("{verb} cannot have a span, only a time"));
        }
        let (target, amount) = rest.split_once(':').map_or((rest, None), |(target, amount)| (target, Some(amount)));
        let target: u32 = target.parse().map_err(|_| format!("“{target}” is not the number of a target, from 0"))?;
        let targets = (self.lab.targets)(self);
        if target >= targets {
            return Err(format!("there is no target {target}; they are numbered from 0, and there are {targets}"));
        }
        let amount = match (kind.amount, amount) {
            (None, None) => 0.0,
            (None, Some(amount)) => return Err(format!("{verb} takes no amount, but “{amount}” was given")),
            (Some((_, default)), None) => default,
            (Some((accepted, _)), Some(amount)) => {
                let text =
                    accepted.check(amount).map_err(|refusal| format!("the amount “{amount}” {}", refusal.expected))?;
                <f64 as crate::basics::values::Value>::read(&text).unwrap_or_default()
            }
        };
        Ok(Edit { at, until, lane, deed: Deed::Fault { verb: verb.to_owned(), target, amount } })
    }

    fn read_set(
        &self,
        at: Nanos,
        until: Option<Nanos>,
        lane: Option<usize>,
        key: &str,
        value: &str,
    ) -> Result<Edit, String> {
        let row = match lane {
            Some(lane) => self.declaration_in(lane, key),
            None => self.declaration(key),
        };
        let row = row.ok_or_else(|| format!("“{key}” is not a parameter here"))?;
        if row.effect == Effect::Restart {
            return Err(format!("{key} cannot change while the run goes on"));
        }
        if lane.is_some() && row.scope == Scope::Shared {
            return Err(format!("{key} is shared by all lanes, so that they see the same traffic"));
        }
        let value = row.kind.check(value).map_err(|refusal| format!("{key} “{value}” {}", refusal.expected))?;
        Ok(Edit { at, until, lane, deed: Deed::Set { key: key.to_owned(), value } })
    }

    fn lane_prefix<'a>(&self, text: &'a str) -> Result<(Option<usize>, &'a str), String> {
        match text.split_once('.') {
            Some((letter, rest)) => match lane_of_letter(letter).filter(|&lane| lane < self.lanes.len()) {
                Some(lane) => Ok((Some(lane), rest)),
                None => Err(format!("there is no lane “{letter}”")),
            },
            None => Ok((None, text)),
        }
    }

    /// Writes one edit as [`Scenario::read_edit`] reads it.
    #[must_use]
    pub fn write_edit(&self, edit: &Edit) -> String {
        let span = edit.until.map_or_else(|| edit.at.to_string(), |until| format!("{}..{until}", edit.at));
        let lane = edit.lane.map_or_else(String::new, |lane| format!("{}.", lane_letter(lane)));
        match &edit.deed {
            Deed::Set { key, value } => format!("{span}:set:{lane}{key}:{value}"),
            Deed::Fault { verb, target, amount } => {
                let accepted = self.lab.faults.iter().find(|kind| kind.key == verb).and_then(|kind| kind.amount);
                let amount = match accepted {
                    Some((Kind::Number { unit, .. }, _)) => format!(":{amount}{unit}"),
                    Some(_) => format!(":{amount}"),
                    None => String::new(),
                };
                format!("{span}:{lane}{verb}:{target}{amount}")
            }
        }
    }

    /// What happens in lane `lane`, in the order of time; spans are taken apart into a beginning and an end.
    #[must_use]
    pub fn timeline(&self, lane: usize) -> Vec<Change> {
        let mut changes: Vec<Change> = Vec::new();
        let mut edits: Vec<&Edit> =
            self.edits.iter().filter(|edit| edit.lane.is_none_or(|only| only == lane)).collect();
        insertion_sort(&mut edits, |edit, other| edit.at < other.at); // edits of the same time keep their order
        for edit in edits {
            let what = match &edit.deed {
                Deed::Set { key, value } => {
                    // A parameter that this lane's policy does not have passes it by.
                    if self.declaration_in(lane, key).is_none() {
                        continue;
                    }
                    What::Set { key: key.clone(), value: value.clone() }
                }
                Deed::Fault { verb, target, amount } => {
                    What::Fault { verb: verb.clone(), target: *target, amount: *amount }
                }
            };
            if let (Some(until), Some(end)) = (edit.until, self.ending(lane, edit, &changes)) {
                changes.push(Change { at: until, what: end });
            }
            changes.push(Change { at: edit.at, what });
        }
        insertion_sort(&mut changes, |change, other| change.at < other.at);
        changes
    }

    /// The value of `key` at `time`, with what was moved until then: in one lane, or as all lanes share it.
    /// `None` when there is no such parameter.
    #[must_use]
    pub fn value_at(&self, lane: Option<usize>, key: &str, time: Nanos) -> Option<String> {
        let Some(lane) = lane else {
            // What the lanes share is what a lane would have that has nothing of its own.
            let lane = (0..self.lanes.len()).find(|&lane| self.declaration_in(lane, key).is_some())?;
            let mut shared = self.clone();
            shared.lanes[lane].overrides.clear();
            shared.edits.retain(|edit| edit.lane.is_none());
            return shared.value_at(Some(lane), key, time);
        };
        let moved = self.timeline(lane).into_iter().take_while(|change| change.at <= time);
        let last = moved.filter_map(|change| match change.what {
            What::Set { key: other, value } if other == key => Some(value),
            _ => None,
        });
        last.last().or_else(|| self.value(lane, key))
    }

    /// What ends a span: the opposite fault, or the value that the parameter had before.
    fn ending(&self, lane: usize, edit: &Edit, earlier: &[Change]) -> Option<What> {
        match &edit.deed {
            Deed::Fault { verb, target, .. } => {
                let kind = self.lab.faults.iter().find(|kind| kind.key == verb)?;
                Some(What::Fault { verb: kind.undo?.to_owned(), target: *target, amount: 0.0 })
            }
            Deed::Set { key, .. } => {
                let set_before = earlier.iter().filter(|change| change.at <= edit.at).max_by_key(|change| change.at);
                let before = set_before.and_then(|_| {
                    earlier.iter().rev().filter(|change| change.at <= edit.at).find_map(|change| match &change.what {
                        What::Set { key: other, value } if other == key => Some(value.clone()),
                        _ => None,
                    })
                });
                let value = before.or_else(|| self.value(lane, key))?;
                Some(What::Set { key: key.clone(), value })
            }
        }
    }

    /// Drops edits that name a lane which no longer exists.
    pub(super) fn forget_lost_lanes(&mut self) {
        let lanes = self.lanes.len();
        self.edits.retain(|edit| edit.lane.is_none_or(|lane| lane < lanes));
    }

    /// The lanes by name, for sentences: “lane b (two choices)”.
    #[must_use]
    pub fn lane_name(&self, lane: usize) -> String {
        let policy =
            self.lanes.get(lane).and_then(|Lane { policy, .. }| self.about(policy)).map_or("", |about| about.label);
        format!("lane {} ({policy})", lane_letter(lane).to_ascii_uppercase())
    }
}

//! How an embed is presented: parameters that stand beside those of the scenario, one declaration each.
//!
//! They are taken out before the scenario is read, since they change no number. What is not understood gives a
//! notice, as everywhere.

use headroom::basics::Nanos;
use headroom::basics::parameters::number;
use headroom::scenario::read::decode;
use headroom::session::player::SPEEDS;

use crate::components::theme::THEMES;

/// A part of the lab that can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The moving picture.
    Stage,
    /// What can be set.
    Controls,
    /// The figures of each lane.
    Figures,
    /// The charts.
    Charts,
    /// Of the charts the ways of single requests, in labs that have them.
    Ways,
    /// Play, pause, step, scrub.
    Time,
}

/// The parts by name.
pub const PARTS: [(&str, Part); 6] = [
    ("stage", Part::Stage),
    ("controls", Part::Controls),
    ("figures", Part::Figures),
    ("charts", Part::Charts),
    ("ways", Part::Ways),
    ("time", Part::Time),
];

/// How an embed is presented.
#[derive(Clone, Debug, PartialEq)]
pub struct Presentation {
    /// The parts that are shown.
    pub show: Vec<Part>,
    /// What cannot be changed: keys of parameters, `policy`, `faults`, `seed`, `duration`, `warm-up`, `all`.
    pub lock: Vec<String>,
    /// The theme: `auto` follows the reader's system.
    pub theme: &'static str,
    /// Whether things move: `None` as the reader's system has it.
    pub motion: Option<bool>,
    /// Whether it plays by itself.
    pub autoplay: bool,
    /// How fast, as a multiple of real time; `None` as the lab has it.
    pub speed: Option<f64>,
    /// Where it stands at first.
    pub t: Nanos,
    /// Where it stops.
    pub until: Option<Nanos>,
    /// The origin that is spoken to; `None`: whoever the host is.
    pub parent: Option<String>,
}

impl Default for Presentation {
    fn default() -> Self {
        Self {
            show: vec![Part::Stage, Part::Figures, Part::Time],
            lock: Vec::new(),
            theme: "auto",
            motion: None,
            autoplay: false,
            speed: None,
            t: Nanos::ZERO,
            until: None,
            parent: None,
        }
    }
}

/// One parameter.
pub struct Parameter {
    /// As written in a link.
    pub key: &'static str,
    /// What it says, and what may stand there.
    pub help: &'static str,
    read: fn(&mut Presentation, &str) -> Result<(), String>,
}

/// Every parameter.
pub const TABLE: [Parameter; 9] = [
    Parameter {
        key: "show",
        help: "The parts that are shown, separated by commas: stage, controls, figures, charts, ways (a row for each request), time.",
        read: |presentation, text| {
            let part = |name: &str| PARTS.iter().find(|(key, _)| *key == name).map(|(_, part)| *part);
            let parts: Option<Vec<Part>> = text.split(',').filter(|name| !name.is_empty()).map(part).collect();
            let parts = parts.filter(|parts| !parts.is_empty());
            presentation.show = parts.ok_or(
                "must name parts among stage, controls, figures, charts, ways, time; stage,figures,time is used",
            )?;
            Ok(())
        },
    },
    Parameter {
        key: "lock",
        help: "What cannot be changed, separated by commas: keys of parameters, policy, faults, seed, duration, warm-up, all.",
        read: |presentation, text| {
            presentation.lock = text.split(',').filter(|key| !key.is_empty()).map(str::to_owned).collect();
            Ok(())
        },
    },
    Parameter {
        key: "theme",
        help: "auto, light, dark or projector.",
        read: |presentation, text| {
            let theme = THEMES.iter().find(|(key, _)| *key == text).map(|(key, _)| *key);
            presentation.theme = theme.ok_or("must be auto, light, dark or projector; auto is used")?;
            Ok(())
        },
    },
    Parameter {
        key: "motion",
        help: "auto (as the reader's system has it), full or reduced.",
        read: |presentation, text| {
            presentation.motion = match text {
                "auto" => None,
                "full" => Some(true),
                "reduced" => Some(false),
                _ => return Err("must be auto, full or reduced; auto is used".to_owned()),
            };
            Ok(())
        },
    },
    Parameter {
        key: "autoplay",
        help: "1 plays by itself as soon as it can be seen; 0 waits.",
        read: |presentation, text| {
            presentation.autoplay = match text {
                "1" => true,
                "0" => false,
                _ => return Err("must be 0 or 1; 0 is used".to_owned()),
            };
            Ok(())
        },
    },
    Parameter {
        key: "speed",
        help: "How fast it plays, as a multiple of real time, from 0.001 to 1000.",
        read: |presentation, text| {
            let speed =
                number(text.strip_suffix('x').unwrap_or(text)).filter(|speed| (SPEEDS.0..=SPEEDS.1).contains(speed));
            presentation.speed = Some(speed.ok_or_else(|| {
                format!("must be a number between {} and {}; the lab's own is used", SPEEDS.0, SPEEDS.1)
            })?);
            Ok(())
        },
    },
    Parameter {
        key: "t",
        help: "Where it stands at first: a time, as 12s.",
        read: |presentation, text| {
            presentation.t = Nanos::read(text).map_err(|_| "must be a time, as 12s; 0s is used")?;
            Ok(())
        },
    },
    Parameter {
        key: "until",
        help: "Where it stops by itself: a time, as 30s.",
        read: |presentation, text| {
            presentation.until = Some(Nanos::read(text).map_err(|_| "must be a time, as 30s; the end is used")?);
            Ok(())
        },
    },
    Parameter {
        key: "parent",
        help: "The origin of the host page, as https://example.org; then nobody else is spoken to or heard.",
        read: |presentation, text| {
            let origin = text.trim_end_matches('/');
            if !origin.starts_with("https://") && !origin.starts_with("http://") {
                return Err("must be an origin, as https://example.org; any host is spoken to".to_owned());
            }
            presentation.parent = Some(origin.to_owned());
            Ok(())
        },
    },
];

impl Presentation {
    /// Takes the parameters of presentation out of `text`. Gives what is left for the scenario, and a sentence for
    /// each parameter that could not be used.
    #[must_use]
    pub fn read(text: &str) -> (String, Self, Vec<String>) {
        let (lab, query) = text.split_once('?').or_else(|| text.split_once('&')).unwrap_or((text, ""));
        let (mut presentation, mut notices) = (Self::default(), Vec::new());
        let (mut rest, mut seen): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(parameter) = TABLE.iter().find(|parameter| parameter.key == key) else {
                rest.push(pair);
                continue;
            };
            let value = decode(value);
            let shown: String = value.chars().filter(|c| !c.is_control()).take(60).collect();
            if seen.contains(&key) {
                notices.push(format!("{key} “{shown}” stands there twice; the first value is used."));
                continue;
            }
            seen.push(key);
            if let Err(problem) = (parameter.read)(&mut presentation, &value) {
                notices.push(format!("{key} “{shown}” {problem}."));
            }
        }
        (format!("{lab}?{}", rest.join("&")), presentation, notices)
    }

    /// Whether `part` is shown.
    #[must_use]
    pub fn shows(&self, part: Part) -> bool {
        self.show.contains(&part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presentation_is_taken_out_and_the_scenario_is_left() {
        let (rest, presentation, notices) = Presentation::read(
            "balancing?v=1&show=stage,time&rate=900/s&lock=rate,policy&theme=dark&motion=reduced&autoplay=1&speed=0.5&t=12s&until=30s&seed=7&parent=https://example.org/",
        );
        assert_eq!(notices, Vec::<String>::new());
        assert_eq!(rest, "balancing?v=1&rate=900/s&seed=7");
        assert_eq!(
            presentation,
            Presentation {
                show: vec![Part::Stage, Part::Time],
                lock: vec!["rate".to_owned(), "policy".to_owned()],
                theme: "dark",
                motion: Some(false),
                autoplay: true,
                speed: Some(0.5),
                t: Nanos::from_secs(12),
                until: Some(Nanos::from_secs(30)),
                parent: Some("https://example.org".to_owned()),
            }
        );
    }

    #[test]
    fn what_is_not_understood_is_named_and_what_is_used_instead() {
        let wrong = "balancing?show=stage,chairs&theme=pink&motion=some&autoplay=yes&speed=0&t=soon&until=NaN&parent=me&speed=2";
        let (_, presentation, notices) = Presentation::read(wrong);
        assert_eq!(presentation, Presentation::default());
        assert_eq!(notices.len(), 9, "{notices:?}");
        for (notice, key) in
            notices.iter().zip(["show", "theme", "motion", "autoplay", "speed", "t", "until", "parent", "speed"])
        {
            assert!(
                notice.starts_with(&format!("{key} “")) && notice.contains("used") | notice.contains("any host"),
                "{notice}"
            );
        }
    }

    #[test]
    fn parameters_may_follow_the_lab_without_a_question_mark() {
        let (rest, presentation, _) = Presentation::read("balancing&theme=light&seed=3");
        assert_eq!((rest.as_str(), presentation.theme), ("balancing?seed=3", "light"));
    }
}

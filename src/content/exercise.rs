//! An exercise with a score: a scenario to start from, what must stay as it is, and goals that are conditions.
//!
//! The score follows from the link alone: whoever runs the same scenario comes to the same points, on the page and in
//! a terminal (`headroom check`). Knows labs as data, and no page.

use serde::{Deserialize, Serialize};

use super::conditions::{Condition, Measures};
use crate::scenario::Scenario;

/// What is scored, and on what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exercise {
    /// Where one starts.
    pub scenario: String,
    /// What must stay as it is there: keys of parameters, `policy`, `faults`, `duration`, `warm-up`. The seed is free.
    pub fixed: Vec<String>,
    /// What brings points.
    pub goals: Vec<Goal>,
    /// A scenario that reaches every goal; for the tests, and not part of what is fetched.
    #[serde(skip)]
    pub solution: String,
}

/// Something that brings points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// Its name.
    pub key: String,
    /// What to achieve (HTML).
    pub text: String,
    /// When it is achieved.
    pub when: String,
    /// How many points it brings.
    pub points: u32,
}

/// How one goal stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Its name.
    pub key: String,
    /// Whether it is achieved.
    pub holds: bool,
    /// The figures, or why there are none.
    pub figures: String,
    /// Points that it brings.
    pub points: u32,
}

/// A score.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Points.
    pub points: u32,
    /// Of so many.
    pub of: u32,
    /// Goal by goal.
    pub goals: Vec<Standing>,
    /// What was changed although it must stay, a sentence each. With any of them there are no points.
    pub broken: Vec<String>,
}

impl Exercise {
    /// Points in all.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.goals.iter().map(|goal| goal.points).sum()
    }

    /// What of the fixed things is different in `scenario`, a sentence each; empty when the rules are kept.
    #[must_use]
    pub fn broken(&self, scenario: &Scenario) -> Vec<String> {
        let Ok((start, _)) = Scenario::read(&self.scenario) else { return vec!["the exercise has no scenario".into()] };
        if start.lab.key != scenario.lab.key {
            return vec![format!("this exercise is about the lab “{}”, not “{}”", start.lab.key, scenario.lab.key)];
        }
        self.fixed.iter().filter_map(|key| different(key, &start, scenario)).collect()
    }

    /// The score of a run of `scenario`.
    #[must_use]
    pub fn score(&self, scenario: &Scenario, measures: &impl Measures) -> Score {
        let broken = self.broken(scenario);
        let goals: Vec<Standing> = self.goals.iter().map(|goal| stand(goal, measures)).collect();
        let points = goals.iter().filter(|goal| goal.holds).map(|goal| goal.points).sum();
        Score { points: if broken.is_empty() { points } else { 0 }, of: self.most(), goals, broken }
    }
}

fn stand(goal: &Goal, measures: &impl Measures) -> Standing {
    let (holds, figures) = match Condition::read(&goal.when) {
        Ok(condition) => match condition.holds(measures) {
            Ok(holds) => (holds, condition.explain(measures)),
            Err(sentence) => (false, sentence),
        },
        Err(mistake) => (false, mistake.to_string()),
    };
    Standing { key: goal.key.clone(), holds, figures, points: goal.points }
}

/// A sentence when `key` is not as at the start.
fn different(key: &str, start: &Scenario, scenario: &Scenario) -> Option<String> {
    let policies = |scenario: &Scenario| -> String {
        scenario.lanes.iter().map(|lane| lane.policy.as_str()).collect::<Vec<_>>().join(",")
    };
    let faults = |scenario: &Scenario| -> String {
        scenario.edits.iter().map(|edit| scenario.write_edit(edit)).collect::<Vec<_>>().join(" ")
    };
    let (was, is) = match key {
        "policy" => (policies(start), policies(scenario)),
        "faults" => (faults(start), faults(scenario)),
        "duration" => (start.duration.to_string(), scenario.duration.to_string()),
        "warm-up" => (start.warm_up.to_string(), scenario.warm_up.to_string()),
        _ => return parameter(key, start, scenario),
    };
    (was != is).then(|| format!("{key} must stay “{was}” and is “{is}”"))
}

/// As [`different`] for a parameter: at the start of the run, in every lane, and during the run.
fn parameter(key: &str, start: &Scenario, scenario: &Scenario) -> Option<String> {
    let was = start.value(0, key).unwrap_or_default();
    let values = (0..scenario.lanes.len()).filter_map(|lane| scenario.value(lane, key));
    if let Some(is) = values.into_iter().find(|is| *is != was) {
        return Some(format!("{key} must stay “{was}” and is “{is}”"));
    }
    let set = |scenario: &Scenario| -> Vec<String> {
        let edits = scenario.edits.iter().map(|edit| scenario.write_edit(edit));
        edits.filter(|edit| edit.contains(&format!("set:{key}:")) || edit.contains(&format!(".{key}:"))).collect()
    };
    let (before, now) = (set(start), set(scenario));
    (before != now).then(|| format!("{key} must stay “{was}” during the run, too"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labs::run_out;

    fn exercise() -> Exercise {
        let goal =
            |key: &str, when: &str, points| Goal { key: key.into(), text: String::new(), when: when.into(), points };
        Exercise {
            scenario: "balancing?policy=random&servers=4&slots=1&rate=32/s&duration=20s&seed=3".into(),
            fixed: vec!["servers".into(), "rate".into(), "faults".into(), "duration".into()],
            goals: vec![goal("mean", "mean < 400ms", 60), goal("tail", "p99 < 1s", 40)],
            solution: String::new(),
        }
    }

    fn score(text: &str) -> Score {
        let (scenario, notices) = Scenario::read(text).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        exercise().score(&scenario, &run_out(&scenario))
    }

    #[test]
    fn goals_that_hold_bring_their_points() {
        let start = score("balancing?policy=random&servers=4&slots=1&rate=32/s&duration=20s&seed=3");
        let better = score("balancing?policy=least-loaded&servers=4&slots=1&rate=32/s&duration=20s&seed=3");
        assert!(start.points < better.points, "{start:?} {better:?}");
        assert_eq!(better.of, 100);
        assert!(better.broken.is_empty() && better.goals.iter().all(|goal| !goal.figures.is_empty()));
    }

    #[test]
    fn whoever_changes_what_is_fixed_has_no_points_and_is_told_what() {
        let rest = "policy=least-loaded&slots=1&duration=20s";
        for (text, named) in [
            (format!("balancing?{rest}&servers=40&rate=32/s"), "servers"),
            (format!("balancing?{rest}&servers=4&rate=1/s"), "rate"),
            (format!("balancing?{rest}&servers=4&rate=32/s&at=1s:set:rate:1/s"), "rate"),
            (format!("balancing?{rest}&servers=4&rate=32/s&at=1s:kill:0"), "faults"),
            ("balancing?policy=least-loaded&slots=1&servers=4&rate=32/s&duration=10s".to_owned(), "duration"),
            ("batching".to_owned(), "batching"),
        ] {
            let (scenario, _) = Scenario::read(&text).unwrap();
            let score = exercise().score(&scenario, &run_out(&scenario));
            assert_eq!(score.points, 0, "{text}");
            assert!(score.broken.iter().any(|sentence| sentence.contains(named)), "{text}: {:?}", score.broken);
        }
    }
}

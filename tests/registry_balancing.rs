//! Every row of the registries of balancing is complete and leads to its file.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail loudly")]

use std::collections::BTreeSet;

use headroom::algorithms::About;
use headroom::algorithms::balancing::{self, health};

fn rows() -> impl Iterator<Item = &'static About> {
    balancing::ABOUT.iter().chain(health::ABOUT)
}

#[test]
fn every_row_says_what_it_is_what_it_costs_and_where_it_comes_from() {
    for row in rows() {
        for text in [row.key, row.label, *row.summary, *row.cost, *row.source] {
            assert!(!text.trim().is_empty(), "{row:?}");
        }
        assert!(row.cost.contains("O("), "{}: {}", row.key, row.cost);
        assert!(row.key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", row.key);
    }
    let keys: BTreeSet<&str> = rows().map(|row| row.key).collect();
    assert_eq!(keys.len(), rows().count(), "each key once");
    let files: BTreeSet<&str> = rows().map(|row| row.file).collect();
    assert_eq!(files.len(), rows().count(), "a file each");
}

#[test]
fn every_row_can_be_built_and_takes_its_own_parameters() {
    for row in rows() {
        let defaults: Vec<(&str, String)> = row.parameters.iter().map(|p| (p.key, (p.default)())).collect();
        let settings: Vec<(&str, &str)> = defaults.iter().map(|(key, text)| (*key, text.as_str())).collect();
        let built = balancing::build(row.key, &settings).is_some() || health::build(row.key, &settings, 3).is_some();
        assert!(built, "{}", row.key);
        for (parameter, (key, default)) in row.parameters.iter().zip(&defaults) {
            assert_eq!(parameter.kind.check(default).as_ref(), Ok(default), "{}: default of {key}", row.key);
            assert!(!parameter.help.is_empty() && !parameter.label.is_empty(), "{}: {key}", row.key);
        }
    }
    assert!(balancing::build("nothing", &[]).is_none());
    assert!(health::build("nothing", &[], 3).is_none());
}

/// A live parameter can be set while it runs, to what it accepts; anything else is refused.
#[test]
fn live_parameters_are_live() {
    use headroom::basics::Effect;
    for row in balancing::ABOUT {
        let mut policy = balancing::build(row.key, &[]).unwrap();
        for parameter in row.parameters {
            let set = policy.set(parameter.key, &(parameter.default)());
            assert_eq!(set.is_ok(), parameter.effect == Effect::Live, "{}: {}", row.key, parameter.key);
            assert!(policy.set(parameter.key, "?").is_err(), "{}: {}", row.key, parameter.key);
        }
        assert!(policy.set("nothing", "1").is_err(), "{}", row.key);
    }
    for row in health::ABOUT {
        let mut check = health::build(row.key, &[], 3).unwrap();
        for parameter in row.parameters {
            assert_eq!(check.set(parameter.key, &(parameter.default)()), Ok(()), "{}: {}", row.key, parameter.key);
        }
        assert!(check.set("nothing", "1").is_err(), "{}", row.key);
    }
}

#[test]
fn every_file_begins_with_what_a_learner_wants_to_know() {
    for row in rows() {
        let path = format!("{}/{}", env!("CARGO_MANIFEST_DIR"), row.file);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", row.file));
        let header: String =
            text.lines().take_while(|line| line.starts_with("//!")).map(|line| format!("{line}\n")).collect();
        let mut expected = vec!["What it is.", "Cost.", "Source.", "What goes wrong."];
        if row.exhibit {
            expected.extend(["When it is not so bad.", "Which is right."]);
            assert!(row.file.contains("/exhibits/"), "{}", row.file);
        } else {
            expected.push("Who runs it.");
        }
        for heading in expected {
            assert!(header.contains(&format!("**{heading}**")), "{}: {heading}", row.file);
        }
        let lines = text.lines().count();
        assert!(lines <= 260, "{}: {lines} lines are more than three screens", row.file);
    }
}

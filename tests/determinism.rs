//! The same scenario gives the same bits: held by one committed file of trace hashes.
//!
//! `goldens.txt` lies where browsers can fetch it, and has a line for each scenario: the hash of each lane, then the text. The same file is checked
//! natively here, in Chromium and in Firefox. Run with `HEADROOM_BLESS=1` to write the hashes anew, after raising
//! `scenario::ENGINE`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use headroom::labs::run_out;
use headroom::scenario::{ENGINE, Scenario};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/pages/goldens.txt");

fn hashes(text: &str) -> String {
    let (scenario, notices) = Scenario::read(text).unwrap();
    assert!(notices.is_empty(), "{text}: {notices:?}");
    let lanes = run_out(&scenario).lanes;
    lanes.iter().map(|lane| format!("{:016x}", lane.trace_hash)).collect::<Vec<_>>().join(",")
}

#[test]
fn every_golden_scenario_has_the_trace_that_was_committed() {
    let file = std::fs::read_to_string(FILE).unwrap();
    let mut lines = file.lines();
    let engine: u32 = lines.next().unwrap().strip_prefix("engine ").unwrap().parse().unwrap();
    let scenarios: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(' ')).collect();
    assert!(scenarios.len() >= 20, "only {} golden scenarios", scenarios.len());
    if std::env::var_os("HEADROOM_BLESS").is_some() {
        let written: Vec<String> = scenarios.iter().map(|(_, text)| format!("{} {text}", hashes(text))).collect();
        std::fs::write(FILE, format!("engine {ENGINE}\n{}\n", written.join("\n"))).unwrap();
        return;
    }
    assert_eq!(engine, ENGINE, "bless the goldens after raising ENGINE");
    let changed: Vec<&str> =
        scenarios.iter().filter(|(committed, text)| *committed != hashes(text)).map(|&(_, text)| text).collect();
    assert!(
        changed.is_empty(),
        "raise ENGINE in src/scenario/mod.rs, for these give other numbers than before:\n{}",
        changed.join("\n")
    );
    println!("{} golden scenarios", scenarios.len());
}

/// Every policy of every lab stands in at least one golden scenario.
#[test]
fn every_policy_has_a_golden_scenario() {
    let file = std::fs::read_to_string(FILE).unwrap();
    let used: Vec<(String, String)> = file
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(' '))
        .map(|(_, text)| Scenario::read(text).unwrap().0)
        .flat_map(|scenario| {
            let lab = scenario.lab.key.to_owned();
            scenario.lanes.into_iter().map(move |lane| (lab.clone(), lane.policy))
        })
        .collect();
    for lab in headroom::labs::catalogue() {
        for about in lab.policies {
            let there = used.iter().any(|(other, policy)| other == lab.key && policy == about.key);
            assert!(there, "no golden scenario runs {} of {}", about.key, lab.key);
        }
    }
}

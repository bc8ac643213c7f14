//! `headroom compare` as a person meets it: the same figures as `run`, settings that only some policies have, errors.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use std::process::Command;

use serde_json::Value;

fn headroom(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_headroom")).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn its_figures_are_those_of_run() {
    let world = "rate=500/s&duration=10s&warm-up=2s&seed=4";
    let (code, compared, _) = headroom(&[
        "compare",
        &format!("concurrency?{world}&timeout=200ms&initial-limit=30"),
        "--policies=aimd,fixed",
        "--measures=p99,goodput,limit",
        "--json",
    ]);
    assert_eq!(code, Some(0));
    let compared: Value = serde_json::from_str(&compared).unwrap();
    // The timeout is AIMD's alone; run would refuse it for the other.
    for (policy, own) in [("aimd", "&timeout=200ms&initial-limit=30"), ("fixed", "")] {
        let (_, ran, _) = headroom(&["run", &format!("concurrency?policy={policy}&{world}{own}"), "--json"]);
        let ran: Value = serde_json::from_str(&ran).unwrap();
        for measure in ["p99", "goodput", "limit"] {
            // As numbers: 100 and 100.0 are the same figure, written by two hands.
            let figure = compared[policy][measure].as_f64();
            assert!(figure.is_some());
            assert_eq!(figure, ran["lanes"][0]["figures"][measure].as_f64(), "{measure} of {policy}");
        }
    }
}

#[test]
fn without_policies_it_takes_all_of_the_lab_in_any_lab() {
    let (code, table, _) = headroom(&["compare", "balancing?duration=2s&warm-up=0s", "--measures=goodput@1s..2s"]);
    let (_, labs, _) = headroom(&["labs", "balancing", "--json"]);
    let lab: Value = serde_json::from_str(&labs).unwrap();
    assert_eq!(code, Some(0));
    assert_eq!(table.lines().count(), 1 + lab["policies"].as_array().unwrap().len(), "{table}");
}

#[test]
fn what_nobody_has_is_an_error() {
    for arguments in [
        ["concurrency", "--measures=p98"],
        ["concurrency", "--measures=p99@9s..1s"],
        ["concurrency", "--policies=aimd,nobody"],
        ["concurrency?nothing=3", "--policies=aimd"],
        ["concurrency?timeout=200ms", "--policies=fixed,vegas"],
    ] {
        let (code, out, error) = headroom(&["compare", arguments[0], arguments[1]]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(error.starts_with("headroom: "), "{arguments:?}: {error}");
    }
}

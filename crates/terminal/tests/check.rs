//! `headroom check` as an instructor meets it: the score of a link, the same for everybody, and sentences for what is wrong.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use std::process::Command;

use serde_json::Value;

fn check(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_headroom")).arg("check").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const SOLUTION: &str = "locks?policy=modulo,modulo,modulo,modulo&a.locks=1&b.locks=4&c.locks=16&d.locks=64&threads=64&key-skew=0.99&keys=100000&seed=1";

#[test]
fn the_score_of_a_link_is_recomputed_goal_by_goal() {
    let link = format!("https://example.org/headroom/#/exercise/sharded-locks/{SOLUTION}");
    let (code, out, error) = check(&[&link]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
    assert!(out.contains("100 of 100 points") && out.contains("reached") && out.contains("a.goodput = "), "{out}");
    let (_, json, _) = check(&[SOLUTION, "--exercise", "sharded-locks", "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["points"].as_u64(), json["goals"].as_array().unwrap().len()), (Some(100), 3));
}

#[test]
fn whoever_changes_the_rules_gets_nothing_and_it_is_said_why() {
    let (code, out, _) = check(&[&SOLUTION.replace("threads=64", "threads=8"), "--exercise", "sharded-locks"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("threads must stay “64” and is “8”") && out.contains("0 of 100 points"), "{out}");
}

#[test]
fn what_cannot_be_scored_is_an_error() {
    for (arguments, expected) in [
        (&["#/exercise/sharded-locks"][..], "holds no solution"),
        (&[SOLUTION], "--exercise"),
        (&["#/exercise/nothing/locks"], "there is no exercise “nothing”"),
        (&["#/exercise/worker-pools/locks"], "not there yet"),
        (&["#/exercise/sharded-locks/nowhere?x=1"], "nowhere"),
        (&["#/exercise/sharded-locks/locks?threads=many"], "threads"),
    ] {
        let (code, out, error) = check(arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(error.starts_with("headroom: ") && error.contains(expected), "{arguments:?}: {error}");
    }
}

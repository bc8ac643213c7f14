//! What is exported is valid, complete, and the same figures that the library gives.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use headroom::labs::export::{Snapshot, rows};
use headroom::labs::run_out;
use headroom::scenario::Scenario;
use serde_json::Value;

fn scenario() -> Scenario {
    Scenario::read("balancing?policy=random,two-choices&duration=10s&warm-up=1s").unwrap().0
}

#[test]
fn json_is_read_by_others_and_holds_every_measure_of_every_lane() {
    let results = run_out(&scenario());
    let json: Value = serde_json::from_str(&Snapshot::of(&results).json(true)).unwrap();
    assert_eq!(json["scenario"], results.scenario.text());
    for (lane, expected) in results.lanes.iter().enumerate() {
        let found = &json["lanes"][lane];
        assert_eq!(found["policy"], expected.policy);
        assert_eq!(found["totals"]["arrivals"], expected.totals.arrivals);
        assert_eq!(found["windows"].as_array().unwrap().len(), expected.windows.len());
        for row in rows(&results.scenario) {
            let (found, expected) = (found["figures"][row.key].as_f64(), results.measure(lane, row.key));
            let (found, expected) = (found.unwrap(), expected.unwrap());
            // The reader of these tests is quick and may miss the last bit.
            assert!((found - expected).abs() <= 1e-15 * expected.abs(), "{}: {found} {expected}", row.key);
        }
    }
}

#[test]
fn the_windows_of_an_export_hold_every_latency() {
    let results = run_out(&scenario());
    let json: Value = serde_json::from_str(&Snapshot::of(&results).json(true)).unwrap();
    let windows = json["lanes"][0]["windows"].as_array().unwrap();
    let bins = windows
        .iter()
        .filter(|window| window["warming"] == false)
        .flat_map(|window| window["latencies"]["bins"].as_array().unwrap());
    let samples: u64 = bins.map(|bin| bin[1].as_u64().unwrap()).sum();
    assert_eq!(Some(samples as f64), results.measure(0, "samples"));
    assert!(samples > 1_000);
}

#[test]
fn a_table_has_a_line_for_each_measure_and_as_many_fields_in_each() {
    let results = run_out(&scenario());
    let csv = Snapshot::of(&results).csv();
    let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
    // The header, the moment and the scenario.
    assert_eq!(lines.len(), rows(&results.scenario).len() + 3);
    assert_eq!(lines[0], "measure,unit,a random,b two-choices");
    for line in &lines[..lines.len() - 1] {
        assert_eq!(line.split(',').count(), 4, "{line}");
    }
    let p99 = lines.iter().find(|line| line.starts_with("p99,")).unwrap();
    assert_eq!(p99.split(',').nth(2).unwrap().parse().ok(), results.measure(0, "p99"));
}

#[test]
fn what_could_not_be_measured_is_null_and_empty() {
    let results = run_out(&Scenario::read("balancing?policy=random&servers=0&duration=6s").unwrap().0);
    let json: Value = serde_json::from_str(&Snapshot::of(&results).json(false)).unwrap();
    assert_eq!(json["lanes"][0]["figures"]["p99"], Value::Null);
    assert!(Snapshot::of(&results).csv().contains("\r\np99,s,\r\n"));
}

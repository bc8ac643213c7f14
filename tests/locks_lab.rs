//! The lock lab against mean value analysis, which is exact for it: a closed network of exponential times.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use headroom::labs::{Results, locks, run_out};
use headroom::scenario::Scenario;
use headroom::theory::closed_network;

fn read(text: &str) -> Scenario {
    let (scenario, notices) = Scenario::read(text).unwrap();
    assert!(notices.is_empty(), "{notices:?}");
    scenario
}

fn measure(results: &Results, lane: usize, name: &str) -> f64 {
    results.measure(lane, name).unwrap_or_else(|| panic!("{name} of lane {lane}"))
}

/// The mean wait for a lock, in times of holding it, as theory has it for lane `lane` of a scenario with think = hold.
fn expected_wait(scenario: &Scenario, lane: usize, threads: u32) -> f64 {
    let engine = locks::engine(scenario, lane);
    closed_network::balance(threads, engine.model().shares(), 1.0).response_time - 1.0
}

#[test]
fn threads_wait_for_locks_as_mean_value_analysis_says() {
    for threads in [16, 64] {
        for skew in ["0", "0.99"] {
            let text = format!(
                "locks?policy=modulo,modulo,modulo,modulo&a.locks=1&b.locks=4&c.locks=16&d.locks=64&threads={threads}&key-skew={skew}&keys=100000&duration=40s"
            );
            let scenario = read(&text);
            let results = run_out(&scenario);
            for lane in 0..4 {
                let expected = expected_wait(&scenario, lane, threads);
                let measured = measure(&results, lane, "mean") / 0.001 - 1.0;
                // Waits of operations that follow each other hang together; at least 39,000 of them on the busiest
                // lock leave a few per cent, and the time in the lock itself is known to 1 %.
                let allowed = 0.05 * expected + 0.01;
                assert!(
                    (measured - expected).abs() < allowed,
                    "{threads} threads, {skew}, lane {lane}: {measured} for {expected}"
                );
                // By Little's law the same comes out of the threads that wait.
                let by_little = measure(&results, lane, "queued") / measure(&results, lane, "goodput") / 0.001;
                assert!((by_little - measured).abs() < 0.02 * expected + 0.01, "{by_little} {measured}");
            }
        }
    }
}

/// “16 shards = 1/16 contention” (document 001, line 768) holds for nothing that can be measured.
#[test]
fn sixteen_locks_are_not_a_sixteenth_of_the_contention() {
    let falls = |threads: u32, skew: &str| {
        let scenario = read(&format!(
            "locks?policy=modulo,modulo&a.locks=1&b.locks=16&threads={threads}&key-skew={skew}&keys=100000"
        ));
        expected_wait(&scenario, 0, threads) / expected_wait(&scenario, 1, threads)
    };
    // Uniform keys are a little uneven over the locks as well: 100,000 of them within 1 %.
    assert!((falls(16, "0") - 25.0).abs() < 0.5, "{}", falls(16, "0"));
    assert!((falls(64, "0") - 19.6).abs() < 0.4, "{}", falls(64, "0"));
    // With Zipf's law it hangs on which popular keys share a lock; more threads make it worse.
    let (few, many) = (falls(16, "0.99"), falls(64, "0.99"));
    assert!((12.0..21.0).contains(&few), "{few}");
    assert!((6.0..12.0).contains(&many), "{many}");
}

#[test]
fn a_slow_holder_stops_all_threads_in_the_end() {
    let results = run_out(&read("locks?policy=modulo,modulo&a.locks=1&b.locks=16&duration=10s&at=3s:slow:0:20x"));
    let before = run_out(&read("locks?policy=modulo,modulo&a.locks=1&b.locks=16&duration=10s"));
    for lane in 0..2 {
        let (slow, fast) = (measure(&results, lane, "goodput"), measure(&before, lane, "goodput"));
        assert!(slow < 0.65 * fast, "lane {lane}: {slow} of {fast}");
    }
    // One slow lock of sixteen: nearly all threads end up there.
    assert!(measure(&results, 1, "share:0") > 0.75, "{}", measure(&results, 1, "share:0"));
}

#[test]
fn handing_over_a_contended_lock_costs_only_who_waits() {
    let results =
        run_out(&read("locks?policy=modulo,modulo&a.locks=1&b.locks=64&threads=16&handover=500us&duration=20s"));
    let (one, many) = (measure(&results, 0, "goodput"), measure(&results, 1, "goodput"));
    // One lock is always wanted: each operation takes 1.5 ms. With 64 hardly any is.
    assert!((one / 666.7 - 1.0).abs() < 0.03, "{one}");
    assert!(many > 10.0 * one, "{many}");
    assert!(measure(&results, 0, "contended") / measure(&results, 0, "arrivals") > 0.99);
}

//! The batching lab against theory, and what its world promises: no item is lost or sent twice, a crash takes what was
//! held, a window bounds what is out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use headroom::basics::Nanos;
use headroom::labs::batching::costs::{PRESETS, Preset};
use headroom::labs::{Results, build, run_out};
use headroom::scenario::Scenario;
use headroom::simulation::{Budget, Detail, Record};
use headroom::theory::batching;

fn run(text: &str) -> Results {
    let (scenario, notices) = Scenario::read(text).unwrap();
    assert!(notices.is_empty(), "{text}: {notices:?}");
    run_out(&scenario)
}

fn measure(results: &Results, lane: usize, name: &str) -> f64 {
    results.measure(lane, name).unwrap_or_else(|| panic!("no {name} in lane {lane} of {:?}", results.scenario))
}

/// The mean size of the batches of `lane`.
fn size(results: &Results, lane: usize) -> f64 {
    measure(results, lane, "items") / measure(results, lane, "batches")
}

fn near(measured: f64, expected: f64, part: f64, what: &str) {
    assert!((measured - expected).abs() <= part * expected, "{what}: measured {measured}, expected {expected}");
}

/// Poisson batches of mean m have the variance m − 1, so n of them a relative error of 1/√(m n); n is over 700
/// everywhere, which makes three of them less than 6 % for m = 4 and 3 % beyond 20.
#[test]
fn a_linger_makes_batches_of_one_and_what_comes_meanwhile() {
    for (rate, linger) in [(100, 30), (1_000, 5), (1_000, 20), (5_000, 20)] {
        let results = run(&format!("batching?policy=linger&rate={rate}/s&linger={linger}ms&fixed=100us&each=1us"));
        let expected = batching::mean_batch_size(f64::from(rate), f64::from(linger) / 1e3);
        near(size(&results, 0), expected, if expected < 20.0 { 0.06 } else { 0.03 }, "batch size");
    }
}

/// Some 3,000 batches each; their size varies by less than its mean, so three relative errors are below 6 %.
#[test]
fn a_size_caps_what_a_linger_gathers() {
    for largest in [2_u32, 4, 8, 50] {
        let text = format!("batching?policy=size-or-linger&rate=1000/s&linger=5ms&size={largest}&fixed=100us&each=1us");
        let expected = batching::mean_batch_size_capped(1_000.0, 0.005, largest);
        near(size(&run(&text), 0), expected, 0.03, &format!("size capped at {largest}"));
    }
}

/// With random arrivals, nothing in the way and hardly a cost: what is left of the mean is the wait for the batch. The mean
/// of over 2,000 waits between half and all of the linger is within 3 %.
#[test]
fn the_mean_wait_of_a_linger_is_that_of_theory() {
    for (rate, linger) in [(100, 5), (100, 40), (1_000, 20)] {
        let text = format!(
            "batching?policy=linger&rate={rate}/s&linger={linger}ms&fixed=1us&each=0s&hop=0s&network=0s&slots=100"
        );
        let expected = batching::mean_linger_wait(f64::from(rate), f64::from(linger) / 1e3);
        near(measure(&run(&text), 0, "mean"), expected, 0.03, &format!("{rate}/s, {linger} ms"));
    }
}

/// A receiver that always has work does nothing but what it is paid for, so only the ends of the run count: 1 %.
#[test]
fn the_throughput_of_batches_is_their_size_over_their_cost() {
    for k in [1_u32, 2, 5, 20, 100] {
        let text = format!("batching?policy=size&size={k}&rate=20000/s&fixed=4ms&each=100us&duration=10s&warm-up=1s");
        let expected = batching::throughput(f64::from(k), 0.004, 0.000_1);
        near(measure(&run(&text), 0, "goodput"), expected, 0.015, &format!("batches of {k}"));
    }
}

#[test]
fn latency_over_batch_size_is_a_u_whose_bottom_lies_where_theory_says() {
    let sizes = [8_u32, 10, 11, 12, 13, 14, 16, 20, 30, 50, 100, 200];
    let mean = |size: u32| {
        let text = format!("batching?policy=size&size={size}&rate=2000/s&fixed=4ms&each=100us&hop=0s&network=0s");
        measure(&run(&text), 0, "mean")
    };
    let theory = |size: u32| batching::mean_time_by_size(f64::from(size), 2_000.0, 0.004, 0.000_1);
    let measured: Vec<f64> = sizes.iter().map(|&size| mean(size)).collect();
    for (&size, &measured) in sizes.iter().zip(&measured) {
        // Kingman's is an approximation: 10 % here, where the wait is a small part; the rest is exact.
        match theory(size) {
            time if time.is_finite() => near(measured, time, 0.10, &format!("size {size}")),
            _ => assert!(measured > 0.05, "size {size} cannot keep up, and has a mean of {measured}"),
        }
    }
    let best = |times: &[f64]| (0..sizes.len()).min_by(|&a, &b| times[a].total_cmp(&times[b])).unwrap();
    let expected: Vec<f64> = sizes.iter().map(|&size| theory(size)).collect();
    let (bottom, told) = (best(&measured), best(&expected));
    assert!(bottom.abs_diff(told) <= 1, "the bottom lies at {}, theory says {}", sizes[bottom], sizes[told]);
    assert!(measured[..=bottom].is_sorted_by(|a, b| a >= b), "falls to the bottom: {measured:?}");
    assert!(measured[bottom..].is_sorted(), "and rises from there: {measured:?}");
}

/// The exhibit: whatever the batch size, the batch is what comes in a tenth of a second. Some 270 batches of a Poisson
/// number each: three relative errors are below 3 % from 100 items on, and 6 % for 10.
#[test]
fn the_batch_of_a_signal_to_nobody_grows_with_the_rate() {
    for (rate, part) in [(100, 0.06), (1_000, 0.03), (10_000, 0.03)] {
        let text = format!(
            "batching?policy=signalled-batcher,signalled-batcher&a.size=1&b.size=10000&rate={rate}/s&fixed=1ms&each=10us"
        );
        let results = run(&text);
        near(size(&results, 0), f64::from(rate) / 10.0, part, "a tenth of a second's items");
        assert_eq!(results.lanes[0].trace_hash, results.lanes[1].trace_hash, "the batch size changes nothing at all");
    }
}

/// One exchange on an idle line, by hand: 1 ms to the batcher, 1 ms to the receiver, 40 ms until the acknowledgement, 1 ms
/// back, 1 ms for the second write, 0.11 ms of work, 2 ms back to the client.
#[test]
fn nagle_stalls_for_the_whole_delay_of_the_acknowledgement() {
    let text = "batching?policy=nagle,nagle&b.no-delay=on&parts=2&bytes=100&acknowledgement=delayed&rate=1/s\
        &arrivals=constant&fixed=100us&each=10us&warm-up=0s";
    let results = run(text);
    let stalled = Nanos::from_micros(46_110).seconds();
    // Latencies are kept to three digits.
    near(measure(&results, 0, "mean"), stalled, 0.001, "with Nagle's rule");
    // Both writes leave together and are served one after the other.
    near(measure(&results, 1, "mean"), 0.004_22, 0.001, "without");
}

/// The crashes come evenly spread over a linger, so the mean of what is held has only the spread of a Poisson count of some
/// 500 in each of forty runs, and of when its batch began: three times √(500/40) and a hundredth of the linger, 21.
#[test]
fn a_crash_loses_half_a_linger_of_items_on_average() {
    let mut lost = 0.0;
    for seed in 1..=40 {
        let at = 3_000 + 25 * seed;
        let text = format!(
            "batching?policy=linger&rate=1000/s&linger=1s&fixed=100us&each=1us&duration=5s&warm-up=0s&at={at}ms:crash:0&seed={seed}"
        );
        let results = run(&text);
        let (held, failed) = (measure(&results, 0, "lost"), measure(&results, 0, "failed"));
        assert!(failed >= held, "every item that was lost is a request that failed");
        lost += held / 40.0;
    }
    let expected = (1.0 + 1_000.0 / 2.0) / (1.0 + 1.0 / 1_000.0);
    assert!((lost - expected).abs() < 21.0, "lost {lost} on average, expected {expected}");
}

#[test]
fn the_window_over_the_round_trip_is_the_throughput() {
    let rpc = PRESETS.iter().find(|row| row.preset == Preset::Rpc).unwrap().cost;
    let round_trip = (rpc.one_way + rpc.one_way + rpc.each).seconds();
    for window in [1, 2, 5] {
        let text = format!(
            "batching?policy=none&cost=rpc&max-in-flight={window}&slots=100&rate=20000/s&duration=5s&warm-up=1s"
        );
        let expected = batching::window_throughput(f64::from(window), round_trip);
        near(measure(&run(&text), 0, "goodput"), expected, 0.01, &format!("window {window}"));
    }
}

#[test]
fn one_batch_in_flight_keeps_the_order_whatever_fails() {
    let text = |window: u32, slots: u32| {
        format!(
            "batching?policy=size-or-linger&linger=1ms&rate=800/s&fixed=1ms&each=20us&law=exponential&failures=20%\
             &max-in-flight={window}&slots={slots}&network=500us"
        )
    };
    assert_eq!(measure(&run(&text(1, 4)), 0, "reordered"), 0.0);
    assert!(measure(&run(&text(4, 1)), 0, "reordered") > 100.0, "a batch that is sent again comes late");
    assert!(
        measure(&run(&text(4, 4).replace("20%", "0%").replace("20us", "1ms")), 0, "reordered") > 100.0,
        "a slow batch is overtaken"
    );
}

#[test]
fn a_loader_asks_for_each_row_once_and_only_when_all_are_asked_for_together() {
    let text = "batching?policy=none,coalesce,coalesce&cost=query&parts=20&keys=20&key-skew=0&a.issue=in-turn\
        &b.issue=in-turn&rate=5/s&slots=4&max-in-flight=100&duration=60s&warm-up=0s&at=55s:set:rate:0/s";
    let results = run(text);
    let arrivals = measure(&results, 0, "arrivals");
    assert_eq!(measure(&results, 0, "batches"), 20.0 * arrivals, "a query for each row");
    // In turn, only rows of different requests can share a batch, and at 5 requests a second few do.
    assert!(measure(&results, 1, "batches") > 15.0 * arrivals);
    assert!(measure(&results, 2, "batches") <= arrivals, "one query for all rows");
    // Twenty draws from twenty rows have 12.8 different ones on average: 1 − (19/20)²⁰ of them.
    let different = measure(&results, 2, "items") / (20.0 * arrivals);
    assert!((different - 0.6415).abs() < 0.03, "{different}");
}

/// Everything that was handed over is answered after the traffic has stopped, except where the policy keeps it for ever.
#[test]
fn every_item_is_sent_once_or_known_to_be_on_its_way() {
    for about in headroom::algorithms::batching::ABOUT {
        for settings in ["", "&law=exponential&slots=3", "&failures=20%", "&acknowledgement=delayed&bytes=500"] {
            let text = format!(
                "batching?policy={}&parts=3&keys=40&rate=200/s&fixed=1ms{settings}&duration=20s&warm-up=0s&at=8s:set:rate:0/s",
                about.key
            );
            let results = run(&text);
            let arrived = 3.0 * measure(&results, 0, "arrivals");
            let sent = measure(&results, 0, "items") + measure(&results, 0, "duplicates");
            let (completed, arrivals) = (measure(&results, 0, "completed"), measure(&results, 0, "arrivals"));
            if about.key == "size" {
                assert!(arrived - sent < 100.0, "{text}: holds more than a batch");
            } else {
                assert_eq!(sent, arrived, "{text}");
                assert_eq!(completed, arrivals, "{text}");
            }
        }
    }
}

/// Whatever crashes and comes back, everybody is accounted for at every instant, and what restarts works.
#[test]
fn crashes_lose_requests_and_never_count_one_twice() {
    for about in headroom::algorithms::batching::ABOUT {
        let text = format!(
            "batching?policy={}&parts=2&keys=100&rate=400/s&fixed=1ms&failures=5%&slots=2&duration=6s&warm-up=0s\
             &at=1s..1.5s:crash:0&at=2s..3s:stall:0:20x&at=2.5s..2.6s:crash:0&at=4s:crash:0&at=4.1s:restart:0",
            about.key
        );
        let (scenario, notices) = Scenario::read(&text).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        let mut run = build(&scenario, 0);
        let mut record = Record::new(Detail::OFF);
        for step in 1..=600 {
            run.advance(Budget { until: Nanos::from_millis(10 * step), events: u64::MAX }, &mut record);
            assert!(run.totals().conserved(), "{text} at {step}: {:?}", run.totals());
        }
        let totals = run.totals();
        assert!(totals.failed > 100 && totals.arrivals > 2_000, "{text}: {totals:?}");
        if !matches!(about.key, "size" | "debounce") {
            assert!(totals.in_flight < 200, "{} works after its restart: {totals:?}", about.key);
        }
    }
}

//! The pipelining lab against theory: bottleneck, utilisation, Little's law for each stage, tandem queues, loss, blocking.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use headroom::basics::Nanos;
use headroom::labs::pipeline::model::Model;
use headroom::labs::{Results, changes, run_out, tally};
use headroom::scenario::Scenario;
use headroom::simulation::{Budget, Detail, Engine, Record, Run};
use headroom::theory::{batching, mm1k, operational};

fn read(text: &str) -> Scenario {
    let (scenario, notices) = Scenario::read(text).unwrap();
    assert!(notices.is_empty(), "{text}: {notices:?}");
    scenario
}

fn run(text: &str) -> Results {
    run_out(&read(text))
}

fn measure(results: &Results, lane: usize, name: &str) -> f64 {
    results.measure(lane, name).unwrap_or_else(|| panic!("no {name} in lane {lane} of {:?}", results.scenario))
}

fn near(measured: f64, expected: f64, part: f64, what: &str) {
    assert!((measured - expected).abs() <= part * expected, "{what}: measured {measured}, expected {expected}");
}

const RULES: [&str; 4] = ["backpressure", "drop-new", "drop-old", "unbounded"];

/// With constant times and long queues the bottleneck never rests: only the ends of the run count, 1 %.
#[test]
fn the_throughput_is_that_of_the_slowest_stage_and_moves_with_its_workers() {
    for (workers, slowest) in [("4,4,4", 1), ("8,4,4", 1), ("4,8,4", 2), ("4,8,8", 0), ("1,8,8", 0), ("9,9,2", 2)] {
        let times = [20.0, 40.0, 30.0];
        let per_worker: Vec<f64> =
            workers.split(',').zip(times).map(|(n, time)| time / 1e3 / n.parse::<f64>().unwrap()).collect();
        let bound = batching::pipeline_throughput(&per_worker);
        for rule in RULES {
            let text =
                format!("pipeline?policy={rule}&law=constant&rate=400/s&workers={workers}&queue=100&window=1000");
            let results = run(&text);
            near(measure(&results, 0, "goodput"), bound, 0.01, &text);
            // No utilisation exceeds 1, and that of the bottleneck is it.
            let busy = measure(&results, 0, &format!("utilisation-{slowest}"));
            assert!(busy > 0.99, "{text}: {busy}");
        }
    }
}

/// Both sides are of the same run; they differ by what is underway at its ends, and by the spread of the drawn times around
/// their mean: 5,000 exponential times have a mean within 3 / √5000 = 4 %.
#[test]
fn every_stage_is_as_busy_as_what_passes_it() {
    for rule in RULES {
        let results = run(&format!("pipeline?policy={rule}&rate=90/s"));
        for (stage, time) in [0.020, 0.040, 0.030].into_iter().enumerate() {
            let through = measure(&results, 0, "goodput");
            let busy = 4.0 * measure(&results, 0, &format!("utilisation-{stage}"));
            near(busy, operational::busy_servers(through, time), 0.05, &format!("{rule}, stage {stage}"));
        }
    }
}

/// Little's law is exact but for what is still there at the end: at most 20 + 4 + 4 of some 9,000 visits, 1 %.
#[test]
fn littles_law_holds_for_every_stage_under_every_rule() {
    for rule in RULES {
        let scenario = read(&format!("pipeline?policy={rule}&rate=95/s&duration=100s&at=20s..30s:slow:2:2x"));
        let mut engine = Engine::new(Model::new(&scenario, 0), tally(&scenario, 4), changes(&scenario, 0));
        let mut record = Record::new(Detail::OFF);
        engine.advance(Budget { until: scenario.duration, events: u64::MAX }, &mut record);
        for stage in 0..3 {
            let little = engine.model().stage(stage).unwrap().little(scenario.duration);
            let expected = operational::mean_number(little.rate, little.stay);
            assert!(little.rate > 80.0 && little.number > 1.0, "{little:?}");
            near(little.number, expected, 0.01, &format!("{rule}, stage {stage}"));
        }
    }
}

/// Jackson: unbounded stages of one exponential worker each behave as if each were alone with Poisson arrivals. At a
/// utilisation of 0.7 at most, 100,000 requests give the mean to within some 4 %.
#[test]
fn stages_without_bounds_are_independent_queues() {
    let results = run(
        "pipeline?policy=unbounded&workers=1&service=10,5,7&rate=70/s&hop=0s&network=0s&duration=1500s&warm-up=20s",
    );
    let expected: f64 = [0.010, 0.005, 0.007].iter().map(|time| time / (1.0 - 70.0 * time)).sum();
    near(measure(&results, 0, "mean"), expected, 0.04, "mean response");
}

/// A single stage that drops is the queue M/M/1/K. 100,000 arrivals: the share of losses is within 5 % of itself.
#[test]
fn a_stage_that_drops_loses_what_theory_says() {
    for (rate, queue) in [(80, 4_u32), (100, 9), (150, 4)] {
        let text = format!(
            "pipeline?policy=drop-new,drop-old&stages=1&workers=1&service=10&queue={queue}&rate={rate}/s&hop=0s\
             &network=0s&duration=1000s&warm-up=10s"
        );
        let results = run(&text);
        let expected = mm1k::loss(f64::from(rate), 0.010, queue + 1);
        near(measure(&results, 0, "shed-share"), expected, 0.05, &text);
        // Which one is dropped does not change how many are.
        near(measure(&results, 1, "shed-share"), expected, 0.05, &text);
        assert!(measure(&results, 1, "mean") < measure(&results, 0, "mean"), "the freshest are answered");
    }
}

/// Two saturated stages with few places between them block each other: exact, by Hunt (1956). 100,000 services: 2 %.
#[test]
fn blocking_costs_a_pair_of_stages_what_theory_says() {
    for queue in [0_u32, 1, 4, 16] {
        let text = format!(
            "pipeline?policy=backpressure&stages=2&workers=1&service=10&queue=50,{queue}&rate=300/s&hop=0s&network=0s\
             &duration=1000s&warm-up=10s"
        );
        let expected = batching::blocked_pair_throughput(100.0, queue);
        near(measure(&run(&text), 0, "goodput"), expected, 0.02, &format!("{queue} places between"));
    }
}

#[test]
fn the_window_over_the_round_trip_is_the_throughput_until_the_bottleneck_is() {
    for window in [1, 4, 10, 13, 20, 40] {
        let text = format!(
            "pipeline?policy=backpressure&law=constant&arrivals=constant&rate=300/s&service=10&workers=1&network=50ms\
             &hop=0s&window={window}&queue=50"
        );
        let expected = batching::window_throughput(f64::from(window), 0.130).min(100.0);
        near(measure(&run(&text), 0, "goodput"), expected, 0.01, &format!("window {window}"));
    }
}

/// At every instant: no queue over its bound, no more work than workers, nobody dropped, everybody accounted for.
#[test]
fn backpressure_keeps_every_bound_and_drops_nobody() {
    for hop in ["0s", "3ms"] {
        let text = format!(
            "pipeline?policy=backpressure&rate=150/s&queue=3,0,5&workers=2,3,1&service=10,15,8&hop={hop}&duration=20s\
             &warm-up=0s&at=5s..10s:slow:2:4x"
        );
        let scenario = read(&text);
        let mut engine = Engine::new(Model::new(&scenario, 0), tally(&scenario, 4), changes(&scenario, 0));
        let mut record = Record::new(Detail::OFF);
        let mut blocked = 0;
        while engine.position().time < scenario.duration {
            let before = engine.position();
            engine.advance(Budget { until: scenario.duration, events: 1 }, &mut record);
            for (index, (bound, workers)) in [(3, 2), (0, 3), (5, 1)].into_iter().enumerate() {
                let stage = engine.model().stage(index).unwrap();
                assert!(stage.queue.len() <= bound, "{} wait at stage {index}", stage.queue.len());
                assert!(stage.serving.len() + stage.blocked.len() <= workers, "stage {index}");
                blocked += stage.blocked.len();
            }
            let totals = engine.totals();
            assert!(totals.conserved() && totals.shed == 0 && totals.failed == 0, "{totals:?}");
            assert!(engine.position() != before || engine.position().time == scenario.duration);
        }
        assert!(blocked > 0, "nothing was ever blocked");
    }
}

/// A stage that slows down and recovers does the same work in the end: with constant times, by hand. One request of 100 ms
/// alone, a quarter done when the stage slows to 1/4 for 200 ms (50 ms of work), then 25 ms are left.
#[test]
fn work_survives_a_change_of_speed() {
    let text = "pipeline?policy=unbounded&stages=1&workers=1&service=100&law=constant&arrivals=constant&rate=1/s\
        &hop=0s&network=0s&duration=2s&warm-up=0s&at=1.025s..1.225s:slow:0:4x&at=1.5s:set:rate:0/s";
    let results = run(text);
    assert_eq!(results.lanes[0].totals.completed, 1);
    let expected = Nanos::from_millis(25 + 200 + 25).seconds();
    // A bucket of the histogram is at most 1/128 wide.
    near(measure(&results, 0, "longest"), expected, 1.0 / 128.0, "one request");
}

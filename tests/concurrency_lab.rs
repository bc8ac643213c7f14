//! The world of the concurrency lab: against theory, against its own laws, and its measures over time.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use std::collections::BTreeMap;

use headroom::algorithms::concurrency;
use headroom::basics::Nanos;
use headroom::basics::randomness::mix;
use headroom::content::conditions::{Condition, Figure};
use headroom::labs::concurrency::parameters::Other;
use headroom::labs::over_time::measure;
use headroom::labs::{self, Results, run_out};
use headroom::scenario::Scenario;
use headroom::simulation::window::Merged;
use headroom::simulation::{Budget, Detail, Record};
use headroom::theory::universal_scalability::Coefficients;

fn scenario(text: &str) -> Scenario {
    let (scenario, notices) = Scenario::read(text).unwrap();
    assert!(notices.is_empty(), "{text}: {notices:?}");
    scenario
}

fn ran(text: &str) -> Results {
    run_out(&scenario(text))
}

fn figure(results: &Results, text: &str) -> f64 {
    Figure::read(text).unwrap().value(results).unwrap()
}

/// Users without a thought keep exactly so many inside, and the throughput is then the law's.
#[test]
fn throughput_at_a_number_inside_is_the_law_of_scalability() {
    let law = Coefficients { contention: 0.03, coherency: 0.0005, unit_throughput: 100.0 };
    for users in [1, 8, 40, 120] {
        let results = ran(&format!(
            "concurrency?policy=fixed&limit=100000&arrivals=closed&users={users}&think=0s&slots=1000&service=10ms&law=exponential\
             &contention=0.03&coherency=0.0005&dependency=0s&network=0s&duration=65s&seed=3"
        ));
        let expected = law.throughput(f64::from(users));
        // Work has a coefficient of variation of 1: the mean over 60 s of at least 100/s is off by 1/√6000 = 1.3 % as one
        // standard deviation; four of them.
        let goodput = figure(&results, "goodput");
        assert!((goodput / expected - 1.0).abs() < 0.052, "{users} inside: {goodput}, the law says {expected}");
    }
}

/// L = λW at the limiter: what the gauges say of one is what they say of the others.
#[test]
fn littles_law_holds_between_the_measures() {
    for policy in ["fixed", "gradient2", "envoy-gradient"] {
        let results = ran(&format!("concurrency?policy={policy}&rate=500/s&seed=5"));
        // All requests that are let in are answered here. The latency is a mean of the windows' means, and a limiter that
        // swings has more answers in the windows in which they are late: 5 %.
        let (in_flight, rate) = (figure(&results, "admitted"), figure(&results, "goodput"));
        let expected = rate * figure(&results, "service-latency");
        assert!((in_flight / expected - 1.0).abs() < 0.05, "{policy}: {in_flight} in flight, λW is {expected}");
    }
}

/// Below the knee throughput grows with the limit, at the knee it is all there is, beyond it only latency grows.
#[test]
fn the_knee_is_where_the_truth_says() {
    for fault in ["", "&at=0s:capacity:0:2x", "&at=0s:slow:0:4x", "&contention=0.02"] {
        let run = |limit: u32| {
            ran(&format!(
                "concurrency?policy=fixed&limit={limit}&arrivals=constant&rate=3000/s&law=constant&coherency=0{fault}"
            ))
        };
        let some = run(1);
        let (knee, capacity) = (figure(&some, "knee").round(), figure(&some, "capacity"));
        let used = |limit: f64| figure(&run(limit as u32), "goodput") / capacity;
        // The knee is where two bounds of operational analysis meet: limit ÷ latency without load, and capacity. A real
        // system stays below both near the corner, since now and then a slot waits while all are elsewhere.
        assert!((0.8..=1.01).contains(&used(knee)), "{fault}: {} of the capacity at the knee of {knee}", used(knee));
        assert!((0.95..=1.01).contains(&used(2.0 * knee)), "{fault}: {} at twice the knee", used(2.0 * knee));
        let half = used((knee / 2.0).round());
        // With contention, half of the slots do more than half of the work.
        assert!((0.45..0.80).contains(&half), "{fault}: {half} at half of the knee of {knee}");
        let (at, beyond) = (run(knee as u32), run(3 * knee as u32));
        assert!(figure(&beyond, "goodput") <= 1.01 * capacity, "{fault}");
        assert!(figure(&beyond, "p50") > 2.0 * figure(&at, "p50"), "{fault}");
    }
}

#[test]
fn the_limiter_does_not_see_the_queue_in_front() {
    let results = ran("concurrency?policy=fixed,fixed&limit=32&rate=500/s&b.front-queue=200&duration=120s&seed=4");
    assert!(figure(&results, "b.queue-time") > 0.4 && figure(&results, "a.queue-time") == 0.0);
    // The same limit, but always full in B and nearly always in A: a little more company inside.
    let (a, b) = (figure(&results, "a.service-latency"), figure(&results, "b.service-latency"));
    assert!((b / a - 1.0).abs() < 0.05, "{a} without a queue in front, {b} with");
}

#[test]
fn nothing_is_answered_while_the_service_stands_still() {
    let results = ran("concurrency?policy=gradient2&rate=200/s&seed=2&at=20s..25s:pause:0");
    // What was finished before the pause is still on its way for two legs of 5 ms.
    assert_eq!(figure(&results, "goodput@20.1s..25s"), 0.0);
    assert_eq!(figure(&results, "capacity@20s..25s"), 0.0);
    assert!(figure(&results, "goodput@26s..60s") > 180.0);
}

/// The facts that the inspector shows of the limiter.
fn at_limiter(run: &dyn headroom::simulation::Run) -> (u32, u32) {
    let facts: BTreeMap<String, String> = run.inspect(1).into_iter().collect();
    (facts["Limit"].parse().unwrap(), facts["In flight"].parse().unwrap())
}

#[test]
fn nobody_is_let_in_beyond_the_limit() {
    for about in concurrency::ABOUT.iter().filter(|about| !about.exhibit) {
        let scenario = scenario(&format!(
            "concurrency?policy={}&rate=900/s&front-queue=5&duration=20s&seed=9&at=5s:capacity:0:3x",
            about.key
        ));
        let mut run = labs::build(&scenario, 0);
        let mut record = Record::new(Detail::OFF);
        let (mut before, mut rises) = (0, 0);
        while run.position().time < scenario.duration {
            run.advance(Budget { until: scenario.duration, events: 1 }, &mut record);
            let (limit, in_flight) = at_limiter(run.as_ref());
            if in_flight > before {
                rises += 1;
                assert!(in_flight <= limit, "{}: {in_flight} of {limit} at {:?}", about.key, run.position());
            }
            before = in_flight;
        }
        // With somebody waiting in front, most places are taken again in the very event that frees them, unseen here.
        assert!(rises > 20, "{}: only {rises} were seen", about.key);
    }
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = mix(self.0);
        self.0 % n
    }
    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// Any limiter, any clients, any faults, in three seconds.
fn any_text(chance: &mut Chance) -> String {
    let policy = concurrency::ABOUT[chance.below(concurrency::ABOUT.len() as u64) as usize].key;
    let mut text = format!("concurrency?policy={policy}&seed={}&warm-up=0s", chance.below(1_000));
    for pairs in [
        &["", "&rate=30/s", "&rate=1500/s", "&arrivals=closed&users=200&think=10ms"][..],
        &["", "&slots=1&room=3", "&slots=300", "&coherency=0.00005&contention=0.1"],
        &["", "&client-timeout=100ms", "&client-timeout=1s"],
        &["", "&retries=2", "&retries=5&backoff=1ms"],
        &["", "&front-queue=4", "&front-queue=500&front-timeout=80ms"],
        &["", "&other=aimd", "&other=windowed&other-share=20%"],
        &["", "&network=0s", "&network=0s&dependency=0s", "&law=bounded-pareto"],
        &["", "&at=1s..2s:capacity:0:4x", "&at=1s:cold:0:9x", "&at=0.5s..1s:pause:0", "&at=0s..2s:noise:0:5x"],
        &["", "&at=1.5s..2.5s:slow:0:8x", "&at=1s:set:rate:900/s", "&at=1s:set:room:1", "&at=1s:set:front-queue:0"],
    ] {
        text.push_str(chance.of(pairs));
    }
    text
}

#[test]
fn nobody_is_lost_at_any_instant_and_nothing_is_left_behind() {
    let mut chance = Chance(11);
    let mut requests = 0;
    for _ in 0..300 {
        let text = any_text(&mut chance);
        let open = !text.contains("arrivals=closed");
        let scenario = scenario(&format!("{text}&duration=3600s&at=3s:set:rate:0/s"));
        let mut run = labs::build(&scenario, 0);
        let mut record = Record::new(Detail::OFF);
        while run.position().time < Nanos::from_secs(3) {
            run.advance(Budget { until: Nanos::from_secs(3), events: 1 + chance.below(400) }, &mut record);
            let totals = run.totals();
            assert!(totals.conserved(), "{text} at {:?}: {totals:?}", run.position());
        }
        requests += run.totals().arrivals;
        if open {
            run.advance(Budget { until: scenario.duration, events: u64::MAX }, &mut record);
            let totals = run.totals();
            assert!(totals.conserved() && totals.in_flight == 0, "{text}: {totals:?}");
            assert_eq!(at_limiter(run.as_ref()).1, 0, "{text}: somebody is in flight for ever");
        }
    }
    assert!(requests > 100_000, "{requests}");
}

#[test]
fn every_limiter_meets_the_same_requests() {
    let keys: Vec<&str> = concurrency::ABOUT.iter().map(|about| about.key).collect();
    let arrivals: Vec<u64> = keys
        .chunks(4)
        .flat_map(|keys| {
            let text = format!(
                "concurrency?policy={}&duration=10s&retries=2&client-timeout=200ms&at=3s:cold:0:4x",
                keys.join(",")
            );
            ran(&text).lanes.into_iter().map(|lane| lane.totals.arrivals)
        })
        .collect();
    assert!(arrivals.iter().all(|&count| count == arrivals[0]), "{arrivals:?}");
}

#[test]
fn the_other_clients_can_have_every_limiter_that_does_not_know_the_truth() {
    let offered: Vec<&str> = Other::OPTIONS.iter().map(|option| option.key).filter(|&key| key != "none").collect();
    let there: Vec<&str> = concurrency::ABOUT
        .iter()
        .filter(|about| !about.exhibit && about.key != "littles-law")
        .map(|about| about.key)
        .collect();
    let sorted = |mut keys: Vec<&'static str>| {
        keys.sort_unstable();
        keys
    };
    assert_eq!(sorted(offered), sorted(there));
}

#[test]
fn no_limiter_has_a_parameter_that_is_the_labs() {
    for about in concurrency::ABOUT {
        for row in about.parameters {
            let twice = labs::concurrency::LAB.parameters.iter().any(|other| other.key == row.key);
            assert!(!twice, "{} of {} is a parameter of the lab as well", row.key, about.key);
        }
    }
}

#[test]
fn a_measure_of_a_stretch_is_that_of_its_windows() {
    let results = ran("concurrency?policy=aimd&seed=3&at=20s..40s:capacity:0:2x");
    let windows = &results.lanes[0].windows;
    // 600 windows of 100 ms.
    let merged = Merged::of(&windows[200..300], results.window, true);
    assert_eq!(results.measure(0, "goodput@20s..30s"), Some(merged.goodput()));
    assert_eq!(results.measure(0, "p99@20s..30s"), merged.latencies.quantile(0.99).map(Nanos::seconds));
    // The warm-up counts when it is asked for.
    let warming = Merged::of(&windows[..50], results.window, true);
    assert_eq!(results.measure(0, "goodput@0s..5s"), Some(warming.goodput()));
    let limits = windows[100..200].iter().map(|window| f64::from(window.gauges[2]));
    assert_eq!(results.measure(0, "highest:limit@10s..20s"), limits.clone().reduce(f64::max));
    assert_eq!(results.measure(0, "lowest:limit@10s..20s"), limits.reduce(f64::min));
    for nonsense in [
        "p99@",
        "p99@5s",
        "p99@9s..5s",
        "p99@x..y",
        "nothing@1s..2s",
        "highest:nothing",
        "highest:highest:p99",
        "recovery@1s..2s",
        "p99@1s..2s@3s..4s",
    ] {
        assert_eq!(results.measure(0, nonsense), None, "{nonsense}");
        let condition = Condition::read(&format!("{nonsense} > 0"));
        assert!(condition.is_err() || condition.unwrap().check(&results.scenario).is_err(), "{nonsense}");
    }
}

#[test]
fn a_recovery_lasts_until_nine_tenths_of_the_possible_are_answered_again() {
    let results = ran("concurrency?policy=fixed&limit=32&rate=200/s&seed=3&at=20s..26s:pause:0");
    let windows = &results.lanes[0].windows;
    let at = |text: &str| measure(&results.scenario, 0, windows, results.window, text).unwrap();
    // While it stands still nothing is possible, so that is no failure of the limiter; afterwards 32 wait to be finished.
    assert_eq!(at("recovery@10s"), 0.0);
    assert!(at("recovery@26s") < 0.5, "{}", at("recovery@26s"));
    // A collapse that stays lasts to the end of the run.
    let results = ran(
        "concurrency?policy=fixed&limit=100000&rate=280/s&client-timeout=500ms&retries=3&seed=7&at=20s..25s:capacity:0:3x",
    );
    assert_eq!(figure(&results, "recovery@25s"), 35.0);
    assert_eq!(results.measure(0, "recovery@60s"), None, "there is nothing after the end");
}

/// The limiter inside the window is set like any other: by its own names, whichever it is.
#[test]
fn the_limiter_inside_a_window_can_be_set() {
    let text = "concurrency?policy=windowed,windowed,windowed&rate=600/s&duration=40s&b.max-limit=25&c.inside=aimd&c.max-limit=27&c.min-limit=26&seed=3";
    let results = ran(text);
    assert!(figure(&results, "a.highest:limit") > 27.0);
    assert!((figure(&results, "b.highest:limit") - 25.0).abs() < 0.01);
    assert!(figure(&results, "c.highest:limit") <= 27.0 && figure(&results, "c.lowest:limit@10s..40s") >= 26.0);
}

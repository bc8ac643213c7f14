//! The limiters against vectors of the reference implementations (Netflix concurrency-limits, Envoy, TCP Vegas).
//!
//! Every case of `vectors/concurrency.json` is replayed and every field of it is used: an unknown field fails the test.
//! Read next: `vectors_batching`.

#![allow(clippy::unwrap_used, reason = "in a test that is how a wrong assumption is reported")]

mod vectors;

use headroom::algorithms::concurrency::aimd::{self, Aimd};
use headroom::algorithms::concurrency::envoy_gradient::{self, EnvoyGradient, with_jitter};
use headroom::algorithms::concurrency::estimates::{WarmAverage, logarithm, square_root};
use headroom::algorithms::concurrency::gradient::{self, Gradient};
use headroom::algorithms::concurrency::gradient2::{self, Gradient2};
use headroom::algorithms::concurrency::tcp_vegas::{self, Formula};
use headroom::algorithms::concurrency::vegas::{self, Decrease, Rule, Vegas};
use headroom::algorithms::concurrency::windowed::Window;
use headroom::algorithms::concurrency::{Limiter, build};
use headroom::basics::{Explanation, Nanos, Timed};
use serde_json::Value;
use vectors::{Case, assert_close, group};

const FILE: &str = include_str!("vectors/concurrency.json");

/// What every step of a Netflix limiter has: round trip, in flight, dropped, and the limit afterwards.
struct Step {
    took: Nanos,
    in_flight: u32,
    dropped: bool,
    limit_after: u32,
}

impl Step {
    fn read(step: &mut Case) -> Self {
        Self {
            took: Nanos(step.whole("rtt_ns")),
            in_flight: step.whole("inflight") as u32,
            dropped: step.flag("dropped"),
            limit_after: step.whole("limit_after") as u32,
        }
    }

    fn feed(&self, limiter: &mut dyn Limiter) {
        // The reference gets round trips, not times; any start will do.
        let started = Nanos::from_secs(1);
        limiter.sample(started, started + self.took, self.in_flight, self.dropped, &mut Explanation::silent());
    }
}

#[test]
fn small_functions_round_as_the_reference() {
    group(FILE, "netflix_helper_functions", &["log10_root", "square_root_baseline4"], |section, case| {
        let (limit, expected) = (case.whole("in") as u32, case.whole("out") as u32);
        let found = if section == "log10_root" { logarithm(limit) } else { square_root(limit, 4) };
        assert_eq!(found, expected, "{section} of {limit}");
    });
}

#[test]
fn aimd_follows_the_reference() {
    group(FILE, "aimd", &["cases"], |_, case| {
        let mut config = case.object("config");
        let mut limiter = Aimd::new(&aimd::Parameters {
            initial_limit: config.whole("initialLimit") as u32,
            min_limit: config.whole("minLimit") as u32,
            max_limit: config.whole("maxLimit") as u32,
            backoff_ratio: config.number("backoffRatio"),
            timeout: Nanos(config.whole("timeout_ns")),
        });
        config.end();
        for mut row in case.objects("steps") {
            let step = Step::read(&mut row);
            step.feed(&mut limiter);
            assert_eq!(limiter.limit(), step.limit_after, "{}", row.place());
            row.end();
        }
    });
}

#[test]
fn vegas_follows_the_reference() {
    group(FILE, "vegas", &["cases"], |_, case| {
        // The vectors were made without jitter: a probe comes after 30 samples for each unit of the limit.
        let mut parameters = vegas::Parameters { probe_jitter: 0.0, ..Default::default() };
        let mut config = case.object("config");
        config.maybe("defaults");
        if let Some(alpha) = config.maybe_whole("alpha") {
            parameters.alpha = alpha as u32;
            // The builder's constants replace the functions of the limit, for the threshold see below.
            parameters.scaled = false;
        }
        if let Some(beta) = config.maybe_whole("beta") {
            parameters.beta = beta as u32;
        }
        if let Some(limit) = config.maybe_whole("initialLimit") {
            parameters.initial_limit = limit as u32;
        }
        if let Some(limit) = config.maybe_whole("maxConcurrency") {
            parameters.max_limit = limit as u32;
        }
        if let Some(smoothing) = config.maybe_number("smoothing") {
            parameters.smoothing = smoothing;
        }
        if let Some(threshold) = config.maybe("threshold") {
            // With constants the threshold is still the logarithm, which is 1 for every limit below 100.
            assert_eq!(threshold, "log10");
            assert!(parameters.max_limit < 100);
        }
        if let Some(increase) = config.maybe("increase") {
            assert_eq!(increase, "+log10");
        }
        parameters.decrease = match config.maybe("decrease").as_ref().and_then(Value::as_str) {
            None | Some("-log10") => Decrease::Logarithm,
            Some("limit/2") => Decrease::Half,
            Some(other) => panic!("unknown decrease {other}"),
        };
        config.end();
        let mut limiter = Vegas::new(&parameters);
        for mut row in case.objects("steps") {
            let step = Step::read(&mut row);
            let rule = limiter.update(step.took, step.in_flight, step.dropped, &mut Explanation::silent());
            let branch = match rule {
                Rule::Probe => "probe",
                Rule::NewLowest => "new-min-rtt",
                Rule::Drop => "drop",
                Rule::NotInUse => "app-limited",
                Rule::FastIncrease => "+beta",
                Rule::Increase => "increase",
                Rule::Decrease => "decrease",
                Rule::Steady => "steady",
            };
            assert_eq!(branch, row.text("branch"), "{}", row.place());
            assert_eq!(limiter.limit(), step.limit_after, "{}", row.place());
            assert_close(limiter.estimate(), row.number("estimated_limit_f64"), &row.place());
            row.end();
        }
    });
}

#[test]
fn gradient_follows_the_reference() {
    group(FILE, "gradient1", &["cases"], |_, case| {
        let mut parameters = gradient::Parameters::default();
        let mut config = case.object("config");
        config.maybe("defaults");
        if let Some(limit) = config.maybe_whole("initialLimit") {
            parameters.initial_limit = limit as u32;
        }
        if let Some(interval) = config.maybe_number("probeInterval") {
            parameters.probe_interval = if interval < 0.0 { 0 } else { interval as u32 };
        }
        config.end();
        let mut limiter = Gradient::new(&parameters);
        for mut row in case.objects("steps") {
            let step = Step::read(&mut row);
            step.feed(&mut limiter);
            assert_eq!(limiter.limit(), step.limit_after, "{}", row.place());
            assert_close(limiter.estimate(), row.number("estimated_limit_f64"), &row.place());
            assert_close(limiter.gradient(), row.number("gradient"), &row.place());
            row.end();
        }
    });
}

#[test]
fn the_warm_average_follows_the_reference() {
    group(FILE, "exp_avg_measurement", &["cases"], |_, case| {
        let (window, warm_up) = (case.whole("window") as u32, case.whole("warmup") as u32);
        let (inputs, outputs) = (case.numbers("inputs"), case.numbers("outputs"));
        case.maybe("note");
        assert_eq!(inputs.len(), outputs.len());
        let mut average = WarmAverage::new(warm_up);
        for (input, expected) in inputs.into_iter().zip(outputs) {
            assert_close(average.add(input, window), expected, &case.place());
        }
    });
}

#[test]
fn gradient2_follows_the_reference() {
    group(FILE, "gradient2", &["cases"], |_, case| {
        let mut parameters = gradient2::Parameters::default();
        let mut config = case.object("config");
        config.maybe("defaults");
        if let Some(limit) = config.maybe_whole("initialLimit") {
            parameters.initial_limit = limit as u32;
        }
        if let Some(limit) = config.maybe_whole("minLimit") {
            parameters.min_limit = limit as u32;
        }
        config.end();
        let mut limiter = Gradient2::new(&parameters);
        for mut row in case.objects("steps") {
            let step = Step::read(&mut row);
            step.feed(&mut limiter);
            assert_eq!(limiter.limit(), step.limit_after, "{}", row.place());
            assert_close(limiter.estimate(), row.number("estimated_limit_f64"), &row.place());
            assert_close(limiter.gradient(), row.number("gradient"), &row.place());
            assert_close(limiter.long_latency(), row.number("long_rtt_ns_after"), &row.place());
            row.end();
        }
    });
}

#[test]
fn windows_stand_for_their_samples_as_in_the_reference() {
    group(FILE, "windowed_limit", &["average", "percentile"], |section, case| {
        let mut window = Window::default();
        for sample in case.numbers("samples") {
            window.add(Nanos(sample as u64), 1, false, 1_000);
        }
        let found = if section == "average" { window.average() } else { window.percentile(case.number("p")) };
        assert_eq!(found.0, case.whole("tracked_rtt"), "{}", case.place());
    });
}

/// The rules that the group states in words: window of a second, ten samples, too fast is no sample, and the first
/// sample closes a window of its own.
#[test]
fn windows_open_and_close_as_in_the_reference() {
    let mut limiter = build("windowed", &[("inside", "aimd"), ("initial-limit", "50"), ("max-limit", "60")]).unwrap();
    let mut feed = |start_ms: u64, took: Nanos, dropped: bool| {
        let started = Nanos::from_millis(start_ms);
        limiter.sample(started, started + took, 50, dropped, &mut Explanation::silent());
        limiter.limit()
    };
    let ten_ms = Nanos::from_millis(10);
    assert_eq!(feed(1_000, ten_ms, true), 50, "the first sample closes a window of one, which is thrown away");
    for n in 0..9 {
        assert_eq!(feed(1_100 + n, ten_ms, false), 50, "gathering");
    }
    assert_eq!(feed(1_999, Nanos::from_micros(99), true), 50, "too fast to be a sample, so not even its drop counts");
    assert_eq!(feed(2_000, ten_ms, false), 50, "at 2.01 s the window is not over yet: it must be *later*");
    assert_eq!(feed(2_001, ten_ms, false), 51, "eleven samples without a drop: one more");
    for n in 0..8 {
        assert_eq!(feed(2_100 + n, ten_ms, true), 51);
    }
    assert_eq!(feed(3_010, ten_ms, true), 51, "nine samples are too few, dropped or not");
    for n in 0..9 {
        assert_eq!(feed(3_100 + n, ten_ms, n == 4), 51);
    }
    assert_eq!(feed(4_100, ten_ms, false), 45, "ten samples, one of them dropped: × 0.9, cut off");
}

#[test]
fn envoys_updates_follow_the_reference() {
    let defaults = envoy_gradient::Parameters::default();
    group(FILE, "envoy_adaptive_concurrency", &["single_updates"], |_, case| {
        let micros = |case: &mut Case, key: &str| case.whole(key) as u32;
        let (limit, without_load) = (micros(case, "limit"), micros(case, "min_rtt_us"));
        let (present, buffer) = (micros(case, "sample_rtt_us"), case.number("buffer"));
        let (least, most) = (micros(case, "min_concurrency"), micros(case, "max"));
        let update = envoy_gradient::update(limit, without_load, present, buffer, least, most);
        assert_close(update.gradient, case.number("gradient"), &case.place());
        assert_close(update.headroom, case.number("headroom"), &case.place());
        assert_eq!(update.limit, micros(case, "new_limit"), "{}", case.place());
    });

    let all: Value = serde_json::from_str(FILE).unwrap();
    let mut stated = Case::new("defaults", all["envoy_adaptive_concurrency"]["defaults"].clone());
    assert_eq!(stated.number("sample_aggregate_percentile"), defaults.percentile);
    assert_eq!(stated.whole("max_concurrency_limit") as u32, defaults.max_limit);
    assert_eq!(stated.whole("min_rtt_request_count") as u32, defaults.measure_requests);
    assert_eq!(stated.number("jitter_percent"), defaults.jitter);
    assert_eq!(stated.whole("min_concurrency") as u32, defaults.min_limit);
    assert_eq!(stated.number("min_rtt_buffer_percent"), defaults.buffer);
    stated.end();
}

/// The published trajectory: latencies in milliseconds and the limits that follow, with the default buffer.
#[test]
fn envoys_trajectory_is_the_published_one() {
    let mut limit = 3;
    for (present, expected) in
        [(5, vec![5, 8, 13, 20]), (7, vec![22, 24, 26]), (2, vec![59, 128, 272]), (50, vec![147, 82, 47, 28])]
    {
        for expected in expected {
            limit = envoy_gradient::update(limit, 5_000, present * 1_000, 0.25, 3, 1_000).limit;
            assert_eq!(limit, expected, "at {present} ms");
        }
    }
}

#[test]
fn envoys_windows_behave_as_in_the_reference() {
    group(FILE, "envoy_adaptive_concurrency", &["behaviour"], |_, case| match case.text("test").as_str() {
        "MinRTTLogicTest" => {
            let (least, requests) = (case.whole("min_concurrency") as u32, case.whole("request_count"));
            let stated = format!("limit pinned to {least};");
            assert!(case.text("in_min_rtt_window").starts_with(&stated), "{}", case.place());
            envoy_measures_with_a_pinned_limit(least, requests);
        }
        "TimerAccuracyTest" => {
            let interval = Nanos::from_millis(case.whole("interval_ms"));
            let jittered = with_jitter(interval, case.number("jitter_percent") / 100.0, case.whole("random"));
            assert_eq!(jittered, Nanos::from_millis(case.whole("expect_timer_ms")));
            assert_eq!(case.text("rule"), "interval + random % ceil(interval*jitter)");
        }
        "NoSamplesTest" => {
            assert_eq!(case.text("rule"), "a window without samples leaves the limit unchanged");
            envoy_keeps_its_limit_without_samples();
        }
        other => panic!("unknown behaviour {other}"),
    });
}

/// A controller that has measured 5 ms at time zero and now adapts.
fn adapting(least: u32, requests: u64) -> EnvoyGradient {
    let mut limiter = EnvoyGradient::new(&envoy_gradient::Parameters {
        min_limit: least,
        measure_requests: requests as u32,
        jitter: 0.0,
        ..Default::default()
    });
    for _ in 0..requests {
        assert_eq!(limiter.limit(), least);
        limiter.sample(Nanos::ZERO, Nanos::from_millis(5), 1, false, &mut Explanation::silent());
    }
    assert!(!limiter.measuring());
    limiter
}

fn envoy_measures_with_a_pinned_limit(least: u32, requests: u64) {
    let mut limiter = adapting(least, requests);
    let mut now = Nanos::from_millis(5);
    // A window of fast answers lets it grow.
    let answer = |limiter: &mut EnvoyGradient, now: Nanos| {
        limiter.sample(now, now + Nanos::from_millis(5), 1, false, &mut Explanation::silent());
    };
    answer(&mut limiter, now);
    now = limiter.due().unwrap();
    limiter.tick(now, &mut Vec::new());
    let grown = limiter.limit();
    assert!(grown > least);
    // The next measurement comes 60 s after the first, pins the limit, and ends with the last sample it needs.
    while !limiter.measuring() {
        now = limiter.due().unwrap();
        limiter.tick(now, &mut Vec::new());
    }
    assert_eq!(now, Nanos::from_millis(60_005));
    assert_eq!((limiter.limit(), limiter.due()), (least, None));
    // One from before the measurement does not count.
    limiter.sample(now - Nanos(1), now, 1, false, &mut Explanation::silent());
    for n in 0..requests {
        assert!(limiter.measuring(), "after {n} samples");
        answer(&mut limiter, now);
    }
    assert_eq!((limiter.measuring(), limiter.limit()), (false, grown));
}

fn envoy_keeps_its_limit_without_samples() {
    let mut limiter = adapting(3, 50);
    for _ in 0..100 {
        let before = limiter.limit();
        let due = limiter.due().unwrap();
        limiter.tick(due, &mut Vec::new());
        assert_eq!(limiter.limit(), before);
        assert!(!limiter.measuring(), "empty windows at the least limit do not count as stuck");
    }
}

#[test]
fn envoy_measures_again_after_five_windows_at_the_least_limit() {
    let mut limiter = adapting(3, 50);
    for window in 1..=5 {
        assert!(!limiter.measuring(), "before window {window}");
        let due = limiter.due().unwrap();
        // 100 ms against 5 ms: the gradient is 0.5 and the limit stays at 3.
        limiter.sample(due, due + Nanos::from_millis(100), 1, false, &mut Explanation::silent());
        limiter.tick(due, &mut Vec::new());
        assert_eq!(limiter.limit(), 3);
    }
    assert!(limiter.measuring());
}

#[test]
fn tcp_vegas_decides_as_paper_and_kernel() {
    let defaults = tcp_vegas::Parameters::default();
    group(FILE, "tcp_vegas", &["cases"], |_, case| {
        let window = case.whole("cwnd") as u32;
        let (lowest, present) = (case.whole("base_rtt"), case.whole("rtt"));
        let paper = tcp_vegas::difference(Formula::Paper, window, lowest, present);
        let linux = tcp_vegas::difference(Formula::Linux, window, lowest, present);
        assert_close(paper, case.number("diff_paper"), &case.place());
        assert_eq!(linux, case.number("diff_linux_int"), "{}", case.place());
        let action = |difference| format!("{:?}", tcp_vegas::action(difference, defaults.alpha, defaults.beta));
        assert_eq!(action(paper).to_lowercase(), case.text("action_paper_alpha2_beta4"), "{}", case.place());
        assert_eq!(action(linux).to_lowercase(), case.text("action_linux"), "{}", case.place());
    });
}

//! What holds for every limiter of the registry, whatever the traffic. Read next: `exhibits_of_flow`.

#![allow(clippy::unwrap_used, reason = "in a test that is how a wrong assumption is reported")]

use std::collections::BTreeSet;

use headroom::algorithms::concurrency::{ABOUT, Limiter, build};
use headroom::basics::randomness::{draw, unit_of};
use headroom::basics::{Explanation, Kind, Nanos};
use proptest::prelude::*;

/// One request that comes back: how long after the one before, how long it took, in flight, dropped.
type Answer = (u64, u64, u32, bool);

fn answers() -> impl Strategy<Value = Vec<Answer>> {
    // Gaps of up to 50 ms and latencies from 1 ns to 3 s, so that windows are empty, short and full.
    let answer = (0_u64..50_000_000, 1_u64..3_000_000_000, 1_u32..400, prop::bool::weighted(0.1));
    prop::collection::vec(answer, 1..400)
}

/// Every timer that is due before `now`; checks that a timer never asks for the past.
fn run_timers(limiter: &mut dyn Limiter, now: Nanos) {
    while let Some(due) = limiter.due().filter(|&due| due <= now) {
        limiter.tick(due, &mut Vec::new());
        assert!(
            limiter.due().is_none_or(|next| next > due),
            "woken at {due}, wants to be woken at {:?}",
            limiter.due()
        );
    }
}

/// Feeds `answers` and gives the limits after each.
fn run(limiter: &mut dyn Limiter, start: Nanos, answers: &[Answer], listen: bool) -> Vec<u32> {
    let mut now = start;
    let mut limits = Vec::new();
    for &(gap, took, in_flight, dropped) in answers {
        now += Nanos(gap);
        run_timers(limiter, now);
        let mut why = if listen { Explanation::listen() } else { Explanation::silent() };
        limiter.sample(Nanos(now.0.saturating_sub(took)), now, in_flight, dropped, &mut why);
        assert!(!listen || !why.remarks.is_empty(), "a limiter that says nothing");
        limits.push(limiter.limit());
    }
    limits
}

/// Limiters whose bounds are parameters, and the exhibit, whose “limit” is none.
fn bounded() -> impl Iterator<Item = &'static str> {
    ABOUT
        .iter()
        .map(|about| about.key)
        .filter(|&key| key != "fixed" && key != "littles-law" && key != "semaphore-per-call")
}

/// Starts late enough that every latency lies inside the run.
const START: Nanos = Nanos::from_secs(10);

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn limits_stay_within_their_bounds(answers in answers(), least in 4_u32..30, more in 0_u32..100) {
        // From 4 on, since Gradient keeps room for a queue of 4 even above its greatest limit, as its reference does.
        let most = least + more;
        let (least_text, most_text) = (least.to_string(), most.to_string());
        for key in bounded() {
            let settings =
                [("initial-limit", least_text.as_str()), ("min-limit", &least_text), ("max-limit", &most_text)];
            let mut limiter = build(key, &settings).unwrap();
            // Vegas has no least limit but 1.
            let least = if key == "vegas" { 1 } else { least };
            for limit in run(&mut *limiter, START, &answers, false) {
                prop_assert!((least..=most).contains(&limit), "{key}: {limit} is outside {least}..={most}");
            }
        }
    }

    #[test]
    fn a_clone_behaves_the_same_and_listening_changes_nothing(before in answers(), after in answers()) {
        for about in ABOUT {
            let mut original = build(about.key, &[]).unwrap();
            run(&mut *original, START, &before, false);
            let mut copy = original.clone();
            let later = START + Nanos::from_secs(60);
            prop_assert_eq!(
                run(&mut *original, later, &after, false),
                run(&mut *copy, later, &after, true),
                "{}", about.key
            );
        }
    }

    #[test]
    fn waking_early_is_harmless(before in answers(), after in answers()) {
        for about in ABOUT {
            let mut woken = build(about.key, &[]).unwrap();
            run(&mut *woken, START, &before, false);
            let mut left_alone = woken.clone();
            let due = woken.due();
            woken.tick(due.map_or(START, |due| Nanos(due.0.saturating_sub(1))), &mut Vec::new());
            prop_assert_eq!((woken.due(), woken.limit()), (due, left_alone.limit()), "{}", about.key);
            let later = START + Nanos::from_secs(60);
            prop_assert_eq!(
                run(&mut *woken, later, &after, false),
                run(&mut *left_alone, later, &after, false),
                "{}", about.key
            );
        }
    }

    #[test]
    fn waking_late_never_asks_for_the_past(late_by in 0_u64..20_000_000_000) {
        for about in ABOUT {
            let mut limiter = build(about.key, &[]).unwrap();
            run(&mut *limiter, START, &[(0, 1_000_000, 1, false); 60], false);
            let Some(due) = limiter.due() else { continue };
            let now = due + Nanos(late_by);
            limiter.tick(now, &mut Vec::new());
            prop_assert!(limiter.due().is_none_or(|next| next > now), "{}", about.key);
        }
    }
}

/// Where a limit was during the second half of a run.
#[derive(Debug)]
struct Settled {
    mean: f64,
    least: u32,
    most: u32,
}

/// The knee: a station of so many servers, each taking `service` give or take a tenth, visited by a crowd that always
/// has one more request for the limiter to let in.
fn settle(limiter: &mut dyn Limiter, servers: u32, service: Nanos, seconds: u64) -> Settled {
    let mut free_at = vec![Nanos::ZERO; servers as usize];
    let mut in_flight: BTreeSet<(Nanos, u64, Nanos, u32)> = BTreeSet::new();
    let (mut now, mut number) = (Nanos::ZERO, 0);
    let (mut total, mut samples, mut least, mut most) = (0, 0, u32::MAX, 0);
    while now < Nanos::from_secs(seconds) {
        while (in_flight.len() as u32) < limiter.limit() {
            // First in, first out: the server that is free first takes the next.
            let server = (0..free_at.len()).min_by_key(|&server| free_at[server]).unwrap();
            // Not all alike, or the servers would march in step.
            let luck = 0.9 + 0.2 * unit_of(draw(1, 2, number));
            free_at[server] = free_at[server].max(now) + Nanos::from_seconds(service.seconds() * luck);
            in_flight.insert((free_at[server], number, now, in_flight.len() as u32 + 1));
            number += 1;
        }
        let (done, _, started, with) = in_flight.pop_first().unwrap();
        run_timers(limiter, done);
        now = done;
        limiter.sample(started, now, with, false, &mut Explanation::silent());
        if now > Nanos::from_secs(seconds / 2) {
            (total, samples) = (total + u64::from(limiter.limit()), samples + 1);
            (least, most) = (least.min(limiter.limit()), most.max(limiter.limit()));
        }
    }
    Settled { mean: total as f64 / f64::from(samples), least, most }
}

/// Twenty servers of 10 ms: the knee is at 20 (2,000/s × 10 ms). What each limiter makes of it is its character.
#[test]
fn limiters_settle_where_their_files_say() {
    let at_a_knee_for = |seconds: u64, key: &str, settings: &[(&str, &str)]| {
        let mut limiter = build(key, &[&[("min-limit", "2")], settings].concat()).unwrap();
        let settled = settle(&mut *limiter, 20, Nanos::from_millis(10), seconds);
        println!("{key} {settings:?}: {settled:?}");
        settled
    };
    let at_a_knee = |key: &str, settings: &[(&str, &str)]| at_a_knee_for(40, key, settings);
    let law = at_a_knee("littles-law", &[("capacity", "2000/s"), ("latency-without-load", "10ms")]);
    assert_eq!((law.least, law.most), (20, 20), "the law gives the knee itself");
    // Both keep a handful queueing: between the knee and the knee with beta (6 and 4) and a step on top.
    let (vegas, tcp_vegas) = (at_a_knee("vegas", &[]), at_a_knee("tcp-vegas", &[]));
    assert!((20.0..=28.0).contains(&vegas.mean), "{vegas:?}");
    assert!((20.0..=28.0).contains(&tcp_vegas.mean), "{tcp_vegas:?}");
    // Envoy's limit stays where L = gL + √(gL) with g = 1.25 · 20 / L: at 25 + 5 = 30.
    let envoy = at_a_knee("envoy-gradient", &[]);
    assert!((28.0..=31.0).contains(&envoy.mean) && envoy.least >= 28, "{envoy:?}");
    // Gradient tolerates twice the lowest latency, about 9 ms: at least 2 · 18 before it shrinks, and its root on top.
    let gradient = at_a_knee("gradient", &[("probe-interval", "0")]);
    assert!((36.0..=48.0).contains(&gradient.mean), "{gradient:?}");
    // AIMD learns only from drops and time-outs, of which there are none.
    assert_eq!(at_a_knee("aimd", &[]).least, 200);
    // Gradient2 hunts: its answer to one sample is over before the next hundred, let in under the old limit, are back.
    let hunting = at_a_knee("gradient2", &[]);
    assert!(hunting.least < 20 && hunting.most > 80, "{hunting:?}");
    // In windows of a second it is steady, but creeps upwards, since the new latency becomes the normal one.
    let windowed = at_a_knee("windowed", &[]);
    let later = at_a_knee_for(600, "windowed", &[]);
    assert!(windowed.most - windowed.least <= 8, "{windowed:?}");
    assert!(windowed.most < 45 && later.most > 90, "{windowed:?} {later:?}");
}

#[test]
fn every_declared_default_builds_and_every_live_parameter_can_be_set_while_running() {
    for about in ABOUT {
        let mut limiter = build(about.key, &[]).unwrap();
        for row in about.parameters {
            let text = (row.default)();
            assert_eq!(limiter.set(row.key, &text), Ok(()), "{} {}", about.key, row.key);
            if let Kind::Count { most, .. } = row.kind
                && let Some(too_much) = most.checked_add(1)
            {
                assert!(limiter.set(row.key, &too_much.to_string()).is_err(), "{} {}", about.key, row.key);
            }
        }
        assert!(limiter.set("no-such-parameter", "1").is_err(), "{}", about.key);
    }
    assert!(build("no-such-limiter", &[]).is_none());
}

#[test]
fn the_threshold_controller_does_what_its_thresholds_say() {
    let mut limiter = build("threshold", &[("initial-limit", "20")]).unwrap();
    let mut second = |calls: u32, failures: u32, took: Nanos| {
        let start = limiter.due().unwrap().since(Nanos::SECOND);
        for call in 0..calls {
            limiter.sample(start, start + took, 1, call < failures, &mut Explanation::silent());
        }
        let due = limiter.due().unwrap();
        limiter.tick(due, &mut Vec::new());
        limiter.limit()
    };
    let (fast, middling, slow) = (Nanos::from_millis(20), Nanos::from_millis(300), Nanos::from_millis(501));
    assert_eq!(second(500, 0, fast), 21, "500 calls a second are no reason to shrink");
    assert_eq!(second(0, 0, fast), 21, "a second without calls changes nothing");
    assert_eq!(second(1_000, 10, fast), 21, "990 ‰ is not above 990 ‰");
    assert_eq!(second(1_000, 9, fast), 22);
    assert_eq!(second(1_000, 50, fast), 22, "950 ‰ is not below 950 ‰");
    assert_eq!(second(1_000, 51, fast), 21);
    assert_eq!(second(2_000, 0, middling), 21, "600 in flight, but 300 ms each: neither fast nor slow");
    assert_eq!(second(10, 0, slow), 20);
}

#[test]
fn gradient_starts_afresh_at_a_probe() {
    let mut limiter =
        build("gradient", &[("probe-interval", "50"), ("probe-jitter", "0%"), ("initial-limit", "100")]).unwrap();
    let mut limits = Vec::new();
    for _ in 0..51 {
        let started = START;
        limiter.sample(started, started + Nanos::from_millis(10), 1_000, false, &mut Explanation::silent());
        limits.push(limiter.limit());
    }
    let before = limits[49];
    assert!(before > 500, "it grew for 50 samples");
    assert_eq!(limits[50], before.isqrt(), "the 51st is the probe: what is left is the room for a queue");
}

#[test]
fn vegas_forgets_its_lowest_latency_at_a_probe() {
    let settings = [("initial-limit", "10"), ("probe-multiplier", "3"), ("probe-jitter", "0%")];
    let mut limiter = build("vegas", &settings).unwrap();
    let mut feed = |millis: u64| {
        limiter.sample(START, START + Nanos::from_millis(millis), 100, false, &mut Explanation::silent());
        limiter.limit()
    };
    assert_eq!(feed(10), 10, "the first sample sets the lowest");
    // A service that truly became slower: it shrinks until six are queueing, as far as it can tell (⌈7 · 0.8⌉) …
    let limits: Vec<u32> = (0..24).map(|_| feed(50)).collect();
    assert_eq!(limits[..4], [9, 8, 7, 7]);
    // … until the probe after 3 · 7 samples, the first included. From then on 50 ms is normal and it grows by beta.
    assert_eq!(limits[18..23], [7, 7, 13, 19, 25]);
}

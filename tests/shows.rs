//! Everything that the labs demonstrate: each scenario is run, and what its sentence claims must hold.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail loudly")]
#![allow(clippy::disallowed_methods, reason = "the tests say how long they took, and never run in a browser")]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use headroom::content::conditions::{Condition, Figure};
use headroom::labs::{Show, catalogue, run_out};
use headroom::scenario::{Scenario, lane_of_letter};

fn shows() -> impl Iterator<Item = &'static Show> {
    catalogue().flat_map(|lab| *lab.shows)
}

fn scenario(show: &Show) -> Scenario {
    let (scenario, notices) = Scenario::read(show.scenario).unwrap();
    assert!(notices.is_empty(), "{}: {notices:?}", show.key);
    scenario
}

#[test]
fn every_show_holds() {
    let begun = Instant::now();
    for show in shows() {
        let condition = Condition::read(show.condition).unwrap_or_else(|mistake| panic!("{}: {mistake}", show.key));
        let results = run_out(&scenario(show));
        assert_eq!(condition.holds(&results), Ok(true), "{}: {}", show.key, condition.explain(&results));
    }
    println!("{} shows hold, in {:.1?}", shows().count(), begun.elapsed());
}

#[test]
fn every_show_is_complete_and_speaks_of_measures_that_exist() {
    for lab in catalogue() {
        let keys: BTreeSet<&str> = lab.shows.iter().map(|show| show.key).collect();
        assert_eq!(keys.len(), lab.shows.len(), "{}: two shows have the same key", lab.key);
        for show in *lab.shows {
            let scenario = scenario(show);
            assert_eq!(scenario.lab.key, lab.key, "{}", show.key);
            assert!(show.sentence.ends_with('.') && !show.title.is_empty(), "{}", show.key);
            assert!(scenario.text().contains("&seed="), "{}", show.key);
            Condition::read(show.condition).unwrap().check(&scenario).unwrap();
            Figure::read(show.headline).unwrap().check(&scenario).unwrap();
            if let Some(task) = show.task {
                let condition = Condition::read(task.condition).unwrap();
                condition.check(&scenario).unwrap();
                assert_eq!(condition.holds(&run_out(&scenario)), Ok(false), "{}: the task is done already", show.key);
            }
        }
    }
}

/// One way to do each task: what to set. A task that nobody can do is no task.
const SOLUTIONS: &[(&str, &str, &str)] = &[
    ("slow-server", "rate", "64/s"),
    ("two-choices", "b.choices", "8"),
    ("stale-loads", "staleness", "2ms"),
    ("unequal-servers", "weights", "1,1,3"),
    ("behind-one-address", "nat", "2%"),
    ("few-connections", "connections", "80"),
    ("bursts", "servers", "13"),
    ("retries-keep-it-down", "queue", "8"),
    ("retries-keep-it-down", "retries", "0"),
    ("time-to-detection", "a.check-interval", "2s"),
    ("one-strike", "a.panic-threshold", "60%"),
    ("follows-the-knee", "limit", "35"),
    ("knee-moves-up", "limit", "70"),
    ("the-new-normal-is-wrong", "long-window", "20000"),
    ("creeping-up", "tolerance", "1"),
    ("grows-while-idle", "a.max-limit", "40"),
    ("after-a-pause", "b.limit", "40"),
    ("cold-cache", "a.limit", "30"),
    ("a-number-goes-stale", "a.limit", "64"),
    ("exhibit-counts-successes", "rate", "1000/s"),
    ("one-a-second", "period", "100ms"),
    ("the-dip", "a.min-limit", "10"),
    ("grown-in-good-times", "a.max-limit", "100"),
    ("metastable", "retries", "0"),
    ("a-short-queue", "b.front-queue", "10"),
    ("the-polite-one-starves", "other", "vegas"),
    ("exhibit-in-flight-as-latency", "service", "30ms"),
    ("overhead", "fixed", "2ms"),
    ("u-shape", "rate", "1500/s"),
    ("linger-for-nobody", "linger", "4ms"),
    ("debounce", "rate", "100/s"),
    ("debounce-unnoticed", "rate", "500/s"),
    ("signal-to-nobody", "rate", "2000/s"),
    ("group-commit", "linger", "20ms"),
    ("n-plus-one", "parts", "5"),
    ("nagle-and-delayed-acknowledgement", "parts", "1"),
    ("crash", "linger", "10ms"),
    ("slow-batch", "each", "200us"),
    ("reordering", "b.max-in-flight", "1"),
    ("window", "a.max-in-flight", "6"),
    ("bottleneck", "workers", "4,5,4"),
    ("bottleneck-moves", "c.workers", "4,8,6"),
    ("who-pays", "workers", "8"),
    ("short-queues", "law", "constant"),
    ("window-over-round-trip", "network", "0s"),
    ("one-more-shard", "shards", "1"),
    ("virtual-nodes", "c.virtual-nodes", "500"),
    ("hot-key", "cache", "1"),
    ("hot-key", "slots", "8"),
    ("rising-keys", "rate", "50/s"),
    ("range-queries", "span", "3"),
    ("maglev", "a.table-size", "5003"),
    ("bounded-loads", "load-factor", "1.5x"),
    ("hot-reads", "b.cache-for", "50ms"),
    ("hot-writes", "b.split", "64"),
    ("cut-reads", "b.split", "2"),
    ("full-channel", "queue", "1000"),
    ("full-channel", "hot-key", "10%"),
    ("sessions-lost", "resharding", "copy"),
    ("sessions-lost", "resharding", "stop"),
    ("a-shard-dies", "eject-after", "2s"),
    ("four-ways-to-move", "b.copy-rate", "4000/s"),
    ("four-ways-to-move", "copy-rate", "5000/s"),
    ("moving-is-work", "copy-work", "500us"),
    ("directory-by-hand", "b.rebalance", "on"),
    ("seed-snowflakes", "made-at", "10000/s"),
    ("seed-odd", "a.shards", "5"),
    ("seed-odd", "shards", "5"),
    ("seed-javascript", "b.numbers", "integers"),
    ("seed-names", "a.finaliser", "on"),
    ("seed-names", "a.replicas", "200"),
    ("more-locks", "threads", "200"),
    ("not-a-sixteenth", "threads", "300"),
    ("a-hot-lock", "key-skew", "0.6"),
    ("a-slow-holder", "b.locks", "256"),
    ("handing-over", "handover", "100us"),
    ("image-service", "b.workers", "48,16,80"),
];

#[test]
fn every_task_can_be_done() {
    for show in shows() {
        let Some(task) = show.task else { continue };
        let solutions: Vec<_> = SOLUTIONS.iter().filter(|(key, ..)| *key == show.key).collect();
        assert!(!solutions.is_empty(), "{}: nobody has done this task", show.key);
        for &&(_, key, value) in &solutions {
            let mut scenario = scenario(show);
            match key.split_once('.') {
                Some((lane, key)) => scenario.set_in_lane(lane_of_letter(lane).unwrap(), key, value).unwrap(),
                None => scenario.set(key, value).unwrap(),
            }
            let (condition, results) = (Condition::read(task.condition).unwrap(), run_out(&scenario));
            assert_eq!(condition.holds(&results), Ok(true), "{} {key}: {}", show.key, condition.explain(&results));
        }
    }
}

/// The seeds are curated: what a learner sees is the ordinary case. The headline of a show lies between the quartiles
/// of so many seeds, and what it claims holds for at least thirty-five of them.
const SEEDS: u64 = 40;

fn check_seed(show: &Show) {
    let (condition, headline) = (Condition::read(show.condition).unwrap(), Figure::read(show.headline).unwrap());
    let mut scenario = scenario(show);
    let shown = headline.value(&run_out(&scenario)).unwrap();
    let (mut figures, mut held) = (Vec::new(), 0);
    for seed in 1..=SEEDS {
        scenario.seed = seed;
        let results = run_out(&scenario);
        figures.push(headline.value(&results).unwrap());
        held += u32::from(condition.holds(&results) == Ok(true));
    }
    figures.sort_by(f64::total_cmp);
    let (low, high) = (figures[9], figures[30]); // ten of forty lie at or below the one, ten at or above the other
    assert!((low..=high).contains(&shown), "{}: {} is {shown}, quartiles {low} and {high}", show.key, show.headline);
    assert!(held >= 35, "{}: holds for {held} of {SEEDS} seeds only", show.key);
}

/// A thousand runs, half a minute of work on one core: the shows are dealt out to all cores.
#[test]
fn every_seed_shows_a_typical_case() {
    let begun = Instant::now();
    let (shows, next): (Vec<_>, _) = (shows().collect(), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(show) = shows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    check_seed(show);
                }
            });
        }
    });
    println!("the seeds of {} shows are typical, in {:.1?}", shows.len(), begun.elapsed());
}

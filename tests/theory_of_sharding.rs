//! What theory says of sharding and of locks, as the page shows it beside the measured figures: every form that applies
//! agrees with the run, and none applies where it must not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use headroom::labs::run_out;
use headroom::labs::theory::{Comparison, Prediction, Verdict, forms, laws};
use headroom::scenario::Scenario;

/// Form, prediction and comparison of everything that applies to a lane, after its run.
fn applying(text: &str, lane: usize) -> Vec<(String, Prediction, Comparison)> {
    let (scenario, notices) = Scenario::read(text).unwrap();
    assert!(notices.is_empty(), "{text}: {notices:?}");
    let results = run_out(&scenario);
    let merged = results.lanes[lane].merged(results.window);
    let mut all = forms(&scenario, lane);
    all.extend(laws(&scenario, lane, &merged));
    let mut found = Vec::new();
    for form in all.into_iter().filter(|form| form.applies() && form.name != "Little's law") {
        for prediction in &form.predictions {
            let compared = prediction.compare(true, scenario.lab, &merged);
            found.push((form.name.clone(), prediction.clone(), compared));
        }
    }
    found
}

/// Everything that applies agrees, and figures without a band are off by at most `off`. Returns the names of the forms.
fn agreeing(text: &str, lane: usize, off: f64) -> Vec<String> {
    let found = applying(text, lane);
    for (name, prediction, compared) in &found {
        let what = format!("{text}, lane {lane}: {name} on {}: {prediction:?} {compared:?}", prediction.measure);
        match compared.verdict {
            Verdict::Agrees => {}
            Verdict::Off(part) => assert!(part.abs() < off, "{what}"),
            _ => panic!("{what}"),
        }
    }
    found.into_iter().map(|(name, ..)| name).collect()
}

fn verdict(text: &str, lane: usize, measure: &str) -> Option<Verdict> {
    applying(text, lane).into_iter().find(|found| found.1.measure == measure).map(|found| found.2.verdict)
}

/// For the keys' sake nothing but the keys matters: 100 requests a second are enough to be judged.
#[test]
fn the_keys_that_move_are_those_of_theory_for_every_map_of_which_it_is_known() {
    for changes in [
        "at=6s:join:4",
        "at=6s:join:4&at=6s:join:5&at=6s:join:6&at=6s:join:7",
        "at=6s:leave:3",
        "at=6s:join:4&at=12s:join:5",
        "at=6s:kill:3",
    ] {
        for policy in ["modulo", "jump", "rendezvous", "anchor", "ring", "ketama", "maglev"] {
            let text = format!("sharding?policy={policy}&keys=20000&rate=100/s&duration=20s&warm-up=2s&{changes}");
            assert_eq!(verdict(&text, 0, "keys-moved"), Some(Verdict::Agrees), "{text}");
        }
    }
    // Without a change there is nothing to say, and before the first window that counts neither.
    assert_eq!(verdict("sharding?policy=modulo&rate=100/s&duration=20s", 0, "keys-moved"), None);
    assert_eq!(verdict("sharding?policy=modulo&duration=20s&warm-up=8s&at=4s:join:4", 0, "keys-moved"), None);
    // One in the middle leaves: exact for rendezvous, not for what counts its shards.
    for (policy, expected) in [("rendezvous", Some(Verdict::Agrees)), ("modulo", None), ("jump", None)] {
        let text = format!("sharding?policy={policy}&rate=100/s&duration=20s&warm-up=2s&at=9s:leave:1");
        assert_eq!(verdict(&text, 0, "keys-moved"), expected, "{policy}");
    }
}

#[test]
fn the_spread_of_keys_is_that_of_theory_for_rings_and_for_hashes() {
    for policy in ["ring&virtual-nodes=1", "ring&virtual-nodes=10", "ring", "ketama", "modulo", "jump", "rendezvous"] {
        let text = format!("sharding?policy={policy}&shards=50&spare=0&keys=50000&rate=400/s&duration=5s&warm-up=1s");
        assert_eq!(verdict(&text, 0, "key-spread"), Some(Verdict::Agrees), "{policy}");
    }
    // Bare FNV is not as good as chance, whoever uses it; with a finaliser the exhibit is a ring like any other.
    let bare = "shards=50&spare=0&keys=20000&rate=400/s&duration=5s&warm-up=1s";
    for policy in ["name-ring", "ring&hash=fnv-1a", "id-modulo"] {
        assert_eq!(verdict(&format!("sharding?policy={policy}&{bare}"), 0, "key-spread"), None, "{policy}");
    }
    let mended = format!("sharding?policy=name-ring&finaliser=on&{bare}");
    assert_eq!(verdict(&mended, 0, "key-spread"), Some(Verdict::Agrees));
}

#[test]
fn a_query_of_all_shards_is_as_slow_as_the_slowest() {
    for shards in [2, 4, 16] {
        let text =
            format!("sharding?policy=modulo&shards={shards}&queries=100%&span=200&keys=20000&rate=8/s&duration=600s");
        let names = agreeing(&text, 0, 0.0);
        for name in [format!("Slowest of {shards}"), "Fan-out".to_owned()] {
            assert!(names.contains(&name), "{names:?}");
        }
    }
    // A range asks one shard, a query of three keys not all of sixteen: nothing is claimed.
    for text in ["sharding?policy=range&queries=100%", "sharding?policy=modulo&shards=16&queries=100%&span=3"] {
        assert!(verdict(&format!("{text}&rate=8/s&duration=20s"), 0, "parts").is_none(), "{text}");
    }
}

#[test]
fn shards_with_even_keys_are_queues_of_their_own() {
    // The shares of four shards of 10,000 keys differ by about 2 %, at 50 % and 80 % load of four slots.
    for rate in [160, 240] {
        let names = agreeing(&format!("sharding?policy=modulo&rate={rate}/s&duration=600s"), 0, 0.3);
        assert!(names.contains(&"M/M/4 for each shard".to_owned()), "{names:?}");
    }
    let mean = |text: &str| verdict(&format!("sharding?policy=modulo&duration=20s&{text}"), 0, "mean");
    for text in ["key-skew=1", "hot-key=30", "law=constant", "cache=10", "at=10s:kill:1"] {
        assert_eq!(mean(text), None, "{text}");
    }
}

/// The closed network is exact for exponential times in the lock: what is left is chance, whose size is not known.
#[test]
fn locks_are_a_closed_network() {
    for text in ["threads=16", "threads=64", "think=5ms&threads=4"] {
        // Four threads hardly ever meet at one of 64 locks: too few waits to tell.
        for locks in [1, 4, 16, 64].into_iter().filter(|&locks| locks < 64 || !text.ends_with("threads=4")) {
            let text = format!("locks?policy=modulo&locks={locks}&{text}&duration=60s");
            // 60,000 operations and more; 156 keys for each of 64 locks leave them a little uneven, which costs waits.
            let names = agreeing(&text, 0, 0.08);
            for name in ["Closed network of", "Bound of the hottest lock", "Interactive response time law"] {
                assert!(names.iter().any(|other| other.starts_with(name)), "{name}: {names:?}");
            }
        }
    }
    for text in ["law=constant", "handover=1ms", "at=3s:slow:0:20x", "key-skew=0.99", "keys=100", "policy=range"] {
        let scenario = Scenario::read(&format!("locks?{text}")).unwrap().0;
        assert!(!forms(&scenario, 0)[0].applies(), "{text}");
    }
    // A hot key bounds what the locks can do, whatever the map and the law.
    for text in ["policy=range", "policy=ring&key-skew=1.5&law=constant", "policy=modulo&threads=64&key-skew=0.99"] {
        let verdict = verdict(&format!("locks?{text}&duration=20s"), 0, "goodput");
        assert_eq!(verdict, Some(Verdict::Agrees), "{text}");
    }
}

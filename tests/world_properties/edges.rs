//! The edges: no servers, no traffic, everybody dead, no queue, very many servers, too much traffic, nobody at home.

use headroom::labs;
use headroom::labs::balancing::LAB;
use headroom::simulation::{Budget, Detail, Record, Totals};

use super::chance::read;

/// Runs `settings` with every policy to its end; all must come there and lose nobody.
fn with_every_policy(settings: &str, check: impl Fn(&str, &Totals)) {
    for about in LAB.policies {
        let scenario = read(&format!("balancing?policy={}&duration=4s&warm-up=0s&{settings}", about.key));
        let mut run = labs::build(&scenario, 0);
        let mut record = Record::new(Detail::FULL);
        for second in 1..=4_u64 {
            let until = headroom::basics::Nanos::from_secs(second);
            run.advance(Budget { until, events: u64::MAX }, &mut record);
            assert_eq!(run.position().time, until, "{} {settings}", about.key);
            assert!(run.totals().conserved(), "{} {settings}: {:?}", about.key, run.totals());
        }
        check(about.key, &run.totals());
    }
}

#[test]
fn no_servers() {
    with_every_policy("servers=0&network=1ms", |policy, totals| {
        assert!(totals.arrivals > 500, "{policy}");
        assert_eq!((totals.completed, totals.shed), (0, 0), "{policy}");
        assert!(totals.failed + 3 > totals.arrivals, "{policy}: {totals:?}");
    });
    with_every_policy("servers=0&network=0s&retries=3&timeout=10ms&layer=connections", |policy, totals| {
        assert_eq!((totals.completed, totals.shed), (0, 0), "{policy}");
    });
}

#[test]
fn no_traffic() {
    with_every_policy("rate=0/s", |policy, totals| assert_eq!(*totals, Totals::default(), "{policy}"));
    with_every_policy("arrivals=closed&users=0", |policy, totals| {
        assert_eq!(*totals, Totals::default(), "{policy}");
    });
    with_every_policy("shape=ramp&peak=0x&period=1s", |policy, totals| {
        assert!((50..400).contains(&totals.arrivals), "{policy}: {totals:?}");
    });
}

#[test]
fn everybody_is_dead() {
    for crash in ["fail", "hang"] {
        let dead = "&at=1s:kill:0&at=1s:kill:1&at=1s:kill:2";
        let settings = format!("servers=3&network=1ms&timeout=100ms&retries=1&crash={crash}{dead}");
        with_every_policy(&settings, |policy, totals| {
            assert!(totals.completed > 0 && totals.failed > 400, "{policy}: {totals:?}");
        });
    }
}

#[test]
fn nowhere_to_wait() {
    with_every_policy("queue=0&slots=1&servers=2&network=0s&rate=100/s", |policy, totals| {
        assert!(totals.shed > 50 && totals.completed > 20 && totals.failed == 0, "{policy}: {totals:?}");
        assert!(totals.in_flight <= 2, "{policy}: {totals:?}");
    });
}

#[test]
fn too_much_traffic() {
    // Two slots of 100 ms: 20 a second of 200.
    with_every_policy("slots=1&servers=2&rate=200/s&queue=1000000", |policy, totals| {
        assert!(totals.completed < 130 && totals.in_flight > 500, "{policy}: {totals:?}");
    });
    with_every_policy("slots=1&servers=2&rate=200/s&discipline=processor-sharing", |policy, totals| {
        assert!(totals.in_flight > 400, "{policy}: {totals:?}");
    });
}

#[test]
fn ten_thousand_servers() {
    with_every_policy("servers=10000&slots=1&rate=2000/s", |policy, totals| {
        assert!(totals.completed > 6_000, "{policy}: {totals:?}");
    });
}

#[test]
fn users_who_do_not_think() {
    with_every_policy("arrivals=closed&users=30&think=0s&network=0s&servers=2", |policy, totals| {
        assert_eq!(totals.in_flight, 30, "{policy}: nobody rests");
        assert!(totals.completed > 150, "{policy}: {totals:?}");
    });
}

//! Health in the world of the balancing lab: probes that travel, verdicts on the timeline, members, slow start.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail loudly")]

use headroom::algorithms::balancing::{Fleet, health};
use headroom::basics::Nanos;
use headroom::labs::balancing::slow_start::SlowStart;
use headroom::labs::{self, Results, run_out};
use headroom::scenario::Scenario;
use headroom::simulation::record::Condition;
use headroom::simulation::{Budget, Detail, Record};
use proptest::prelude::*;

fn run(text: &str) -> Results {
    let (scenario, notices) = Scenario::read(text).unwrap();
    assert!(notices.is_empty(), "{notices:?}");
    run_out(&scenario)
}

/// What the timeline says of lane 0, with the time; firsts and what the scenario did itself are left out.
fn verdicts(results: &Results) -> Vec<String> {
    let marks = results.lanes[0].marks.iter();
    let own = |text: &str| ["ejected", "returned", "panic"].iter().any(|word| text.contains(word));
    marks.filter(|mark| own(&mark.text)).map(|mark| format!("{} {}", mark.at, mark.text)).collect()
}

#[test]
fn every_parameter_of_the_health_checks_is_one_of_the_lab_and_no_key_means_two_things() {
    let lab = labs::find("balancing").unwrap();
    let keys: Vec<&str> = lab.parameters.iter().map(|row| row.key).collect();
    for about in health::ABOUT {
        assert!(about.parameters.iter().all(|row| keys.contains(&row.key)), "{}", about.key);
    }
    assert!(keys.contains(&"panic-threshold"));
    for policy in lab.policies {
        let mut all = keys.clone();
        all.extend(policy.parameters.iter().map(|row| row.key));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), keys.len() + policy.parameters.len(), "{}", policy.key);
    }
}

/// Four servers, probes of server 3 at 1.5 s, 3.5 s … and 20 ms for each leg; dead from 2 s to 10 s.
const DEATH: &str = "balancing?policy=round-robin&servers=4&rate=40/s&duration=20s&warm-up=0s&at=2s..10s:kill:3";

#[test]
fn a_dead_server_is_ejected_by_the_third_probe_and_returned_by_the_second() {
    let results = run(DEATH);
    assert_eq!(verdicts(&results), ["7.54s s3 ejected", "13.54s s3 returned"]);
    assert_eq!(results.measure(0, "ejections"), Some(1.0));
    // One at 0 s and one in every half second after, the last of them at 20 s.
    assert_eq!(results.measure(0, "probes"), Some(40.0));
    // Silence is noticed only when the third probe has waited for its second in vain.
    assert_eq!(verdicts(&run(&format!("{DEATH}&crash=hang&timeout=1s"))), ["8.5s s3 ejected", "13.54s s3 returned"]);
    let nobody = run(&format!("{DEATH}&health=none"));
    assert_eq!(verdicts(&nobody), Vec::<String>::new());
    assert_eq!(nobody.measure(0, "probes"), Some(0.0));
    assert!(nobody.measure(0, "failed").unwrap() > results.measure(0, "failed").unwrap() * 1.2);
}

#[test]
fn a_shorter_interval_applies_at_once_and_makes_up_for_nothing() {
    let text = DEATH.replace("2s..10s", "2s") + "&check-interval=600s&at=10s:set:check-interval:1s";
    let results = run(&text);
    // The probe that had waited since 10 s at most goes out at once; from then on one in every quarter second.
    let [verdict] = &verdicts(&results)[..] else { panic!("{:?}", verdicts(&results)) };
    assert!(verdict.starts_with("12."), "the third probe of s3 comes two to three seconds later: {verdict}");
    let probes = results.measure(0, "probes").unwrap();
    assert!((40.0..44.0).contains(&probes), "ten seconds with four each, and one before: {probes}");
}

#[test]
fn too_few_healthy_servers_are_a_panic_in_which_all_are_used() {
    let text = "balancing?policy=round-robin&servers=2&rate=40/s&duration=20s&at=2s:kill:0&at=2s:kill:1";
    // Probes of server 0 at 2, 4 and 6 s, of server 1 at 3, 5 and 7 s; half is not less than half.
    let told = ["6.04s s0 ejected", "7.04s s1 ejected", "7.04s panic: all servers are used"];
    assert_eq!(verdicts(&run(text)), told);
    assert_eq!(verdicts(&run(&format!("{text}&panic-threshold=0%")))[..], told[..2]);
    // Nobody is asked when nobody may be.
    assert_eq!(run(&format!("{text}&panic-threshold=0%&warm-up=10s")).measure(0, "attempts"), Some(0.0));
    assert!(run(&format!("{text}&warm-up=10s")).measure(0, "attempts").unwrap() > 300.0);
}

#[test]
fn a_server_that_is_held_out_is_shown_as_ejected_while_it_lives() {
    let text = "balancing?policy=round-robin&servers=2&rate=40/s&health=one-strike&error-rate=100%&panic-threshold=0%&duration=20s";
    let (scenario, _) = Scenario::read(text).unwrap();
    let mut run = labs::build(&scenario, 0);
    let mut record = Record::new(Detail::FULL);
    run.advance(Budget { until: Nanos::from_secs(5), events: u64::MAX }, &mut record);
    assert!(record.levels.iter().any(|level| level.condition == Condition::Ejected), "told when it happens");
    record.clear();
    run.levels(&mut record);
    let conditions: Vec<Condition> = record.levels.iter().map(|level| level.condition).collect();
    assert_eq!(conditions, [Condition::Ejected; 2], "and shown after a jump");
}

#[test]
fn spurious_errors_come_at_their_rate_and_are_the_same_in_every_lane() {
    let results = run("balancing?policy=random,least-loaded&error-rate=10%&duration=60s&warm-up=0s");
    let broken: Vec<f64> = (0..2).map(|lane| results.measure(lane, "broken").unwrap()).collect();
    // The very same requests break; a few may still be on their way to a server at the end of a lane.
    assert!((broken[0] - broken[1]).abs() <= 3.0, "{broken:?}");
    // 15,360 attempts on average: a standard deviation of 0.0024 in the share, and the bound is four.
    let share = broken[0] / results.measure(0, "attempts").unwrap();
    assert!((share - 0.1).abs() < 0.0097, "{share}");
}

#[test]
fn a_drained_server_keeps_its_weight_and_one_that_left_does_not() {
    let text = "balancing?policy=ip-hash&servers=4&clients=400&rate=200/s&duration=40s&warm-up=20s&health=none";
    let moved = |edit: &str| run(&format!("{text}&at=20s:{edit}")).measure(0, "moved").unwrap();
    // A quarter of 400, and three quarters: the lumps of one fixed hash over 400 clients, three deviations of √(400·¼·¾).
    assert!((moved("drain:1") - 100.0).abs() < 26.0, "{}", moved("drain:1"));
    assert!((moved("leave:1") - 300.0).abs() < 26.0, "{}", moved("leave:1"));
    let back = run(&format!("{text}&at=1s..2s:leave:1"));
    assert_eq!(back.measure(0, "moved"), Some(0.0), "everybody is where they were");
    assert!(back.measure(0, "share:1").unwrap() > 0.15);
    // A server that is out of the configuration for two reasons needs both to end.
    let twice = run(&format!("{text}&at=1s..19s:leave:1&at=2s:drain:1"));
    assert_eq!(twice.measure(0, "share:1"), Some(0.0));
}

#[test]
fn the_weight_of_a_server_that_came_back_grows_in_sixteenths() {
    let mut fleet = Fleet::new(&[3, 1]);
    let mut start = SlowStart::new("weighted-random", Nanos::from_secs(16), vec![3, 1]);
    let weights = |start: &SlowStart, fleet: &mut Fleet| {
        start.weigh(fleet);
        [fleet.weight(0), fleet.weight(1)]
    };
    assert_eq!(weights(&start, &mut fleet), [3, 1]);
    let mut next = start.begin(0, Nanos::from_secs(100));
    let mut seen = Vec::new();
    while let Some(due) = next {
        seen.push(weights(&start, &mut fleet));
        assert_eq!(start.step(0, due.plus(Nanos(1))), None, "at another time it was overtaken");
        next = start.step(0, due).unwrap();
    }
    let expected: Vec<[u32; 2]> = (1..=16).map(|step| [3 * step, 16]).collect();
    assert_eq!(seen, expected);
    assert_eq!(weights(&start, &mut fleet), [3, 1], "and then all is as before");
    assert_eq!(SlowStart::new("ip-hash", Nanos::SECOND, vec![1]).begin(0, Nanos::ZERO), None, "its map would move");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever the checks do: every request is accounted for, and a run in slices is the run in one go.
    #[test]
    fn requests_are_conserved_and_slices_change_nothing(
        health in proptest::sample::select(vec!["none", "active", "outlier", "active-and-outlier", "one-strike"]),
        policy in proptest::sample::select(vec!["round-robin", "least-loaded", "smooth-weighted-round-robin", "weighted-least-request", "ip-hash", "bounded-loads", "seed-weighted"]),
        rest in proptest::sample::select(vec![
            "", "&crash=hang&timeout=300ms&retries=2", "&network=0s", "&balancers=3", "&staleness=100ms",
            "&layer=connections", "&slow-start=3s&network=0s", "&max-ejection-percent=100%&consecutive-failures=1",
        ]),
        seed in 0_u64..1_000,
        server in 0_u32..4,
    ) {
        let text = format!("balancing?policy={policy}&health={health}&servers=4&rate=120/s&error-rate=5%&poll-interval=2s&check-interval=500ms&duration=12s&warm-up=1s&seed={seed}{rest}&at=1s..5s:kill:{server}&at=2s..7s:leave:1&at=3s..4s:drain:{server}&at=6s:set:panic-threshold:90%&at=8s:set:check-interval:100ms");
        let (scenario, notices) = Scenario::read(&text).unwrap();
        prop_assert!(notices.is_empty(), "{notices:?}");
        let (mut whole, mut sliced) = (labs::build(&scenario, 0), labs::build(&scenario, 0));
        let mut record = Record::new(Detail::OFF);
        whole.advance(Budget { until: scenario.duration, events: u64::MAX }, &mut record);
        while sliced.position().time < scenario.duration {
            sliced.advance(Budget { until: scenario.duration, events: 97 }, &mut record);
            prop_assert!(sliced.totals().conserved(), "{:?} at {}", sliced.totals(), sliced.position().time);
            sliced = sliced.fork();
        }
        sliced.advance(Budget { until: scenario.duration, events: u64::MAX }, &mut record);
        prop_assert_eq!(whole.trace_hash(), sliced.trace_hash());
        prop_assert_eq!(whole.totals(), sliced.totals());
    }
}

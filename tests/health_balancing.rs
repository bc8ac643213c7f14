//! Health checks and the panic threshold, driven by a clock.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail loudly")]

use headroom::algorithms::balancing::health::active::{self, ActiveChecks};
use headroom::algorithms::balancing::health::outlier::{self, OutlierDetection};
use headroom::algorithms::balancing::health::{Eligibility, Health, HealthAct, eligibility};
use headroom::algorithms::balancing::{Answer, Fleet, Outcome};
use headroom::basics::{Explanation, Nanos, Timed};

use HealthAct::{Eject, Probe, Return};

/// Runs the checker until `until`; `answer` says how a server answers a probe sent now: well, badly or not at all.
/// Returns every act but the probes, and how many probes there were.
fn checked(
    checks: &mut ActiveChecks,
    until: Nanos,
    answer: impl Fn(u32, Nanos) -> Option<bool>,
) -> (Vec<(Nanos, HealthAct)>, usize) {
    let (mut acts, mut all, mut probes) = (Vec::new(), Vec::new(), 0);
    while let Some(now) = checks.due().filter(|&due| due <= until) {
        checks.tick(now, &mut acts);
        let mut answers = Vec::new();
        for act in acts.drain(..) {
            match act {
                Probe(server) => {
                    probes += 1;
                    if let Some(ok) = answer(server, now) {
                        checks.probed(server, ok, now, &mut answers, &mut Explanation::silent());
                    }
                }
                other => all.push((now, other)),
            }
        }
        all.extend(answers.into_iter().map(|act| (now, act)));
    }
    (all, probes)
}

#[test]
fn active_checks_eject_after_three_failures_and_return_after_two_successes() {
    let mut checks = ActiveChecks::new(&active::Parameters::default(), 4);
    // Server 1 fails from 10 s to 30 s. Its turn is at 0.5 s of every round of 2 s: 10.5, 12.5, 14.5 → ejected.
    let sick = |server, now: Nanos| Some(!(server == 1 && (10.0..30.0).contains(&now.seconds())));
    let (acts, probes) = checked(&mut checks, Nanos::from_secs(60), sick);
    assert_eq!(acts, [(Nanos::from_millis(14_500), Eject(1)), (Nanos::from_millis(32_500), Return(1))]);
    assert_eq!(probes, 30 * 4 + 1, "every server once in 2 s, spread evenly");
}

#[test]
fn a_lost_probe_counts_when_its_time_is_over_and_two_are_not_enough() {
    let mut checks = ActiveChecks::new(&active::Parameters::default(), 2);
    // Two of server 0's probes are lost, and then two more: never three in a row.
    let lossy = |server, now: Nanos| {
        let round = now.0 / 2_000_000_000;
        if server == 0 && [3, 4, 6, 7].contains(&round) { None } else { Some(true) }
    };
    assert_eq!(checked(&mut checks, Nanos::from_secs(30), lossy).0, []);
    // Dead after 30 s: probes at 32, 34 and 36 s, and the third is given up 1 s later.
    let dead = |server, _| (server != 0).then_some(true);
    assert_eq!(checked(&mut checks, Nanos::from_secs(60), dead).0, [(Nanos::from_secs(37), Eject(0))]);
}

#[test]
fn an_answer_that_comes_too_late_is_passed_over() {
    let parameters = active::Parameters { unhealthy_after: 1, ..Default::default() };
    let mut checks = ActiveChecks::new(&parameters, 1);
    let mut acts = Vec::new();
    checks.tick(Nanos::ZERO, &mut acts);
    checks.tick(Nanos::from_millis(1_000), &mut acts);
    assert_eq!(acts, [Probe(0), Eject(0)], "no answer within a second");
    acts.clear();
    checks.probed(0, true, Nanos::from_millis(1_500), &mut acts, &mut Explanation::silent());
    checks.tick(Nanos::from_millis(2_000), &mut acts);
    checks.probed(0, true, Nanos::from_millis(2_001), &mut acts, &mut Explanation::silent());
    assert_eq!(acts, [Probe(0)], "the late success did not count as one of two");
}

#[test]
fn nobody_to_check_is_never_due() {
    let mut checks = ActiveChecks::new(&active::Parameters::default(), 0);
    let mut acts = Vec::new();
    checks.tick(Nanos::from_secs(9), &mut acts);
    assert_eq!((checks.due(), acts), (None, vec![]));
}

fn fail(detector: &mut OutlierDetection, server: u32, times: u32, now: Nanos) -> Vec<HealthAct> {
    let mut acts = Vec::new();
    for _ in 0..times {
        let answer = Answer { now, server, took: Nanos::ZERO, outcome: Outcome::TimedOut };
        detector.observed(&answer, &mut acts, &mut Explanation::silent());
    }
    acts
}

/// Base 30 s, longest 300 s: the n-th ejection in a row lasts n times 30 s, at most 300 s.
#[test]
fn ejections_last_longer_each_time_and_shorter_again_after_healthy_intervals() {
    let mut detector = OutlierDetection::new(&outlier::Parameters { always_eject_one: true, ..Default::default() }, 3);
    let (mut now, mut lengths) = (Nanos::ZERO, Vec::new());
    let wait_for = |detector: &mut OutlierDetection, now: &mut Nanos, what: Option<HealthAct>| {
        let mut acts = Vec::new();
        loop {
            *now = detector.due().unwrap();
            detector.tick(*now, &mut acts);
            if what.is_none() || acts.last().copied() == what {
                return;
            }
        }
    };
    for _ in 0..12 {
        assert_eq!(fail(&mut detector, 0, 5, now), [Eject(0)]);
        let ejected = now;
        wait_for(&mut detector, &mut now, Some(Return(0)));
        lengths.push(now.since(ejected).seconds());
    }
    assert_eq!(lengths, [30., 60., 90., 120., 150., 180., 210., 240., 270., 300., 300., 300.]);
    let backoff = detector.backoff(0);
    wait_for(&mut detector, &mut now, None);
    wait_for(&mut detector, &mut now, None);
    assert_eq!(detector.backoff(0), backoff - 2, "one less for each healthy interval");
}

#[test]
fn always_eject_one_lets_the_first_through_and_no_second() {
    let mut detector = OutlierDetection::new(&outlier::Parameters { always_eject_one: true, ..Default::default() }, 5);
    assert_eq!(fail(&mut detector, 3, 5, Nanos::ZERO), [Eject(3)]);
    assert_eq!(fail(&mut detector, 4, 50, Nanos::ZERO), []);
    assert_eq!(detector.ejected(), 1);
}

#[test]
fn an_outlier_needs_enough_peers_with_enough_requests() {
    for (servers, requests, ejected) in [(5, 100, 1), (4, 100, 0), (5, 99, 0)] {
        let parameters = outlier::Parameters { max_ejection_percent: 50.0, ..Default::default() };
        let mut detector = OutlierDetection::new(&parameters, servers);
        let mut acts = Vec::new();
        for server in 0..servers {
            for request in 0..requests {
                let outcome = if server == 0 && request % 2 == 0 { Outcome::Failed } else { Outcome::Completed };
                let answer = Answer { now: Nanos::ZERO, server, took: Nanos::ZERO, outcome };
                detector.observed(&answer, &mut acts, &mut Explanation::silent());
            }
        }
        detector.tick(parameters.outlier_interval, &mut acts);
        assert_eq!(acts.len(), ejected, "{servers} servers, {requests} requests");
    }
}

fn eligible(fleet: &Fleet) -> Vec<u32> {
    let mut servers = fleet.eligible().to_vec();
    servers.sort_unstable();
    servers
}

#[test]
fn below_half_healthy_everybody_may_be_picked_again() {
    let mut fleet = Fleet::new(&[1; 4]);
    let mut eligibility = Eligibility::new(&eligibility::Parameters::default(), 4);
    assert!(!eligibility.apply(Probe(0), &mut fleet));
    assert!(eligibility.apply(Eject(0), &mut fleet));
    assert!(eligibility.apply(Eject(1), &mut fleet));
    assert_eq!((eligible(&fleet), eligibility.panicking()), (vec![2, 3], false), "half is not below half");
    assert!(eligibility.apply(Eject(2), &mut fleet));
    assert_eq!((eligible(&fleet), eligibility.panicking()), (vec![0, 1, 2, 3], true));
    assert!(!eligibility.apply(Eject(3), &mut fleet), "nothing changes in a panic");
    assert_eq!(eligibility.healthy(), 0);
    assert!(!eligibility.apply(Return(3), &mut fleet));
    assert!(eligibility.apply(Return(2), &mut fleet));
    assert_eq!((eligible(&fleet), eligibility.panicking()), (vec![2, 3], false), "the panic ends");
    assert!(eligibility.set_threshold(75.0, &mut fleet));
    assert_eq!(eligible(&fleet), [0, 1, 2, 3]);
}

#[test]
fn two_checks_must_both_agree_and_the_drained_stay_out_of_a_panic() {
    let mut fleet = Fleet::new(&[1; 4]);
    let mut eligibility = Eligibility::new(&eligibility::Parameters::default(), 4);
    eligibility.apply(Eject(0), &mut fleet);
    assert!(!eligibility.apply(Eject(0), &mut fleet), "a second check, the same verdict");
    assert!(!eligibility.apply(Return(0), &mut fleet), "one check still holds it out");
    assert!(eligibility.apply(Return(0), &mut fleet));
    assert!(eligibility.set_member(3, false, &mut fleet));
    eligibility.apply(Eject(0), &mut fleet);
    eligibility.apply(Eject(1), &mut fleet);
    assert_eq!((eligible(&fleet), eligibility.panicking()), (vec![0, 1, 2], true), "one of three members is healthy");
    let mut off = Fleet::new(&[1; 2]);
    let mut never = Eligibility::new(&eligibility::Parameters { panic_threshold: 0.0 }, 2);
    never.apply(Eject(0), &mut off);
    never.apply(Eject(1), &mut off);
    assert_eq!((eligible(&off), never.panicking()), (vec![], false));
}

//! What the exhibits of balancing say in their headers, measured.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail loudly")]

mod support;

use headroom::algorithms::balancing::health::{self, Eligibility, Health, HealthAct, eligibility};
use headroom::algorithms::balancing::{Answer, Fleet, Outcome, Request, build};
use headroom::basics::{Explanation, Nanos, Randomness};
use support::{Stream, pick, queues};

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// How often each server is picked by the exhibit in one period, and how many picks that is.
fn one_period(weights: &[u32]) -> (Vec<u64>, u64) {
    let servers = weights.len() as u64;
    // What is found depends on the counter modulo the number of servers and modulo each weight.
    let period = weights.iter().fold(servers, |all, &weight| all / gcd(all, u64::from(weight)) * u64::from(weight));
    let fleet = Fleet::new(weights);
    let mut policy = build("seed-weighted", &[]).unwrap();
    policy.fleet_changed(&fleet);
    let mut counts = vec![0; weights.len()];
    for _ in 0..period {
        let server = pick(&mut *policy, &Request::default(), &fleet, &mut Stream(0)).unwrap();
        counts[server as usize] += 1;
    }
    (counts, period)
}

#[test]
fn by_remainder_a_server_is_reached_only_if_the_common_divisor_divides_its_index() {
    for number in 0..6_u32.pow(4) {
        let weights: Vec<u32> = (0..4).map(|digit| number / 6_u32.pow(digit) % 6 + 1).collect();
        for servers in 1..=4 {
            let (counts, _) = one_period(&weights[..servers]);
            for (index, &count) in counts.iter().enumerate() {
                let reachable = (index as u64).is_multiple_of(gcd(servers as u64, u64::from(weights[index])));
                assert_eq!(count > 0, reachable, "server {index} of {:?}", &weights[..servers]);
            }
        }
    }
}

/// Exact: a period is counted whole.
#[test]
fn by_remainder_the_shares_have_nothing_to_do_with_the_weights() {
    for (weights, expected, period) in [
        (vec![5, 1, 1], vec![1, 9, 5], 15),
        (vec![3, 2, 1], vec![2, 1, 3], 6),
        (vec![1, 2, 3], vec![5, 1, 0], 6),
        (vec![2, 2, 2, 2], vec![2, 0, 2, 0], 4),
        (vec![3, 3, 3, 3], vec![3, 3, 3, 3], 12),
        (vec![1, 1, 1, 1], vec![1, 1, 1, 1], 4),
    ] {
        assert_eq!(one_period(&weights), (expected, period), "{weights:?}");
    }
}

/// The strategies draw the same number, so they are the same to the last bit. At ρ = 0.9 the random queue is M/M/1:
/// mean 10 and 99th percentile 10·ln 100 = 46 service times. Means of three seeds lay within 3 % of each other and
/// percentiles within 10 %; the bounds are about twice that.
#[test]
fn strategies_in_name_only_are_all_random_and_the_true_ones_are_not() {
    let run = |key: &str, settings: &[(&str, &str)]| {
        let measured = queues(&mut *build(key, settings).unwrap(), &[1; 8], 0.9, 1_000_000, 1);
        (measured.mean(), measured.quantile(0.99))
    };
    let random = run("random", &[]);
    for strategy in ["round-robin", "random", "least-connections"] {
        assert_eq!(run("seed-strategies", &[("strategy", strategy)]), random, "{strategy}");
    }
    for ((mean, p99), expected_mean, expected_p99) in
        [(random, 10.0, 46.0), (run("round-robin", &[]), 5.7, 26.0), (run("least-loaded", &[]), 2.13, 8.8)]
    {
        assert!((mean / expected_mean - 1.0).abs() < 0.06, "mean {mean}, expected {expected_mean}");
        assert!((p99 / expected_p99 - 1.0).abs() < 0.15, "p99 {p99}, expected {expected_p99}");
    }
}

/// Ties to the first make an ordered search: server i gets what overflows from those before it, so its share is the
/// difference of two Erlang B probabilities at 0.8 offered load. The standard error of a share from 900,000 requests
/// is below 0.0006; requests close together are alike, so twice five of them.
#[test]
fn ties_to_the_first_pile_up_at_low_load_and_cost_no_latency() {
    let seed = queues(&mut *build("seed-least-loaded", &[]).unwrap(), &[1; 8], 0.1, 1_000_000, 1);
    let mut blocked = 1.0;
    for (server, &share) in seed.shares.iter().enumerate() {
        let next = 0.8 * blocked / (server as f64 + 1.0 + 0.8 * blocked);
        assert!((share - (blocked - next)).abs() < 0.006, "server {server}: {share}, expected {}", blocked - next);
        blocked = next;
    }
    // Latency: equal servers do not care which of the idle ones works. The same traffic, so the same to 1 %.
    for load in [0.1, 0.9] {
        let right = queues(&mut *build("least-loaded", &[]).unwrap(), &[1; 8], load, 1_000_000, 1);
        let wrong = queues(&mut *build("seed-least-loaded", &[]).unwrap(), &[1; 8], load, 1_000_000, 1);
        assert!((wrong.mean() / right.mean() - 1.0).abs() < 0.01);
        assert!((wrong.quantile(0.99) / right.quantile(0.99) - 1.0).abs() < 0.01);
    }
    // At high load there are few ties left.
    let busy = queues(&mut *build("seed-least-loaded", &[]).unwrap(), &[1; 8], 0.9, 1_000_000, 1);
    assert!(busy.shares.iter().all(|&share| (0.10..0.15).contains(&share)), "{:?}", busy.shares);
}

/// A thousand requests a second to four backends for `polls` times 30 seconds, answered at once. A connection breaks
/// with chance `spurious`, and always at the backends in `dead`. Returns the part of the requests that was answered,
/// and how many were lost.
fn one_strike_world(
    key: &str,
    settings: &[(&str, &str)],
    panic: f64,
    spurious: f64,
    dead: &[u32],
    polls: u64,
) -> (f64, u64) {
    let mut fleet = Fleet::new(&[1; 4]);
    let mut policy = build("random", &[]).unwrap();
    let mut check: Box<dyn Health> = health::build(key, settings, 4).unwrap();
    let mut eligibility = Eligibility::new(&eligibility::Parameters { panic_threshold: panic }, 4);
    let (mut random, mut acts, mut silent) = (Stream(7), Vec::new(), Explanation::silent());
    let (requests, mut answered) = (polls * 30_000, 0);
    for number in 1..=requests {
        let now = Nanos::from_millis(number);
        while check.due().is_some_and(|due| due <= now) {
            check.tick(now, &mut acts);
            for act in std::mem::take(&mut acts) {
                eligibility.apply(act, &mut fleet);
                if let HealthAct::Probe(server) = act {
                    check.probed(server, !dead.contains(&server), now, &mut acts, &mut silent);
                }
            }
            for act in acts.drain(..) {
                eligibility.apply(act, &mut fleet);
            }
        }
        let Some(server) = pick(&mut *policy, &Request::default(), &fleet, &mut random) else { continue };
        let broken = dead.contains(&server) || random.unit() < spurious;
        answered += u64::from(!broken);
        let outcome = if broken { Outcome::Failed } else { Outcome::Completed };
        check.observed(&Answer { now, server, took: Nanos::ZERO, outcome }, &mut acts, &mut silent);
        for act in acts.drain(..) {
            eligibility.apply(act, &mut fleet);
        }
    }
    (answered as f64 / requests as f64, requests - answered)
}

/// All traffic goes to whoever is left, so errors come at one a second until the fourth: four seconds of each thirty,
/// 0.133. Over 400 polls the standard error of that is (2 s / √400) / 30 s = 0.0033; the bound is four of them.
#[test]
fn one_strike_takes_everybody_out_for_bad_luck() {
    let (availability, _) = one_strike_world("one-strike", &[], 0.0, 0.001, &[], 400);
    assert!((availability - 4.0 / 30.0).abs() < 0.0133, "{availability}");
    // What is right keeps everybody: five failures in a row by bad luck have chance 10⁻¹⁵. Standard error of the
    // part that breaks: √(0.001 / 1.2 million) = 0.00003; the bound is five of them.
    let (availability, _) = one_strike_world("outlier-detection", &[("always-eject-one", "on")], 50.0, 0.001, &[], 40);
    assert!((availability - 0.999).abs() < 0.000_15, "{availability}");
}

#[test]
fn one_strike_loses_a_single_request_to_a_dead_server() {
    // The server died right after the first poll: broken at the first request, out at every poll from then on.
    let mut check = health::build("one-strike", &[], 2).unwrap();
    let (mut acts, mut silent) = (Vec::new(), Explanation::silent());
    check.tick(Nanos::ZERO, &mut acts);
    for server in 0..2 {
        check.probed(server, true, Nanos::ZERO, &mut acts, &mut silent);
    }
    assert_eq!(acts, [HealthAct::Probe(0), HealthAct::Probe(1)]);
    acts.clear();
    let broken = Answer { now: Nanos::SECOND, server: 1, took: Nanos::ZERO, outcome: Outcome::Failed };
    check.observed(&broken, &mut acts, &mut silent);
    assert_eq!(acts, [HealthAct::Eject(1)], "after one request");
    // Polls that are not answered within five seconds keep it out.
    acts.clear();
    check.tick(Nanos::from_secs(30), &mut acts);
    check.probed(0, true, Nanos::from_secs(31), &mut acts, &mut silent);
    check.tick(Nanos::from_secs(35), &mut acts);
    assert_eq!(acts, [HealthAct::Probe(0), HealthAct::Probe(1)], "nobody returns, nobody else goes");
    // Against it, outlier detection loses five each time it lets the dead server back in.
    let (_, lost) = one_strike_world("outlier-detection", &[("always-eject-one", "on")], 50.0, 0.0, &[2], 20);
    assert!(lost > 5 && lost % 5 == 0, "{lost}");
}

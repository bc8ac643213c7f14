//! What holds for every balancing policy, whatever happens to the servers.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail loudly")]

mod support;

use headroom::algorithms::balancing::{ABOUT, Answer, Fleet, Outcome, Request, build};
use headroom::basics::{Explanation, Nanos};
use proptest::prelude::*;
use support::{Stream, pick};

/// Something that happens between the world and a balancer.
#[derive(Clone, Copy, Debug)]
enum Happening {
    /// A request of this key and client is assigned.
    Request(u32),
    /// A request at this server (modulo their number) ends, well or not.
    Answer(u32, bool),
    /// This server is ejected or returned.
    Health(u32, bool),
    /// This server's weight changes.
    Weight(u32, u32),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => any::<u32>().prop_map(Happening::Request),
        4 => (any::<u32>(), any::<bool>()).prop_map(|(server, ok)| Happening::Answer(server, ok)),
        2 => (any::<u32>(), any::<bool>()).prop_map(|(server, eligible)| Happening::Health(server, eligible)),
        1 => (any::<u32>(), 0..6_u32).prop_map(|(server, weight)| Happening::Weight(server, weight)),
    ]
}

/// The policies for which a weight of 0 means: no traffic.
const WEIGHTED: [&str; 10] = [
    "smooth-weighted-round-robin",
    "weighted-random",
    "weighted-least-loaded",
    "nginx-least-conn",
    "haproxy-leastconn",
    "weighted-least-request",
    "ip-hash",
    "consistent-hashing",
    "bounded-loads",
    "seed-weighted",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Only eligible servers are picked (with a weight, where weights count); nobody is picked if and only if there is
    /// no such server; and a clone made half-way decides the same as the original from there on.
    #[test]
    fn picks_are_eligible_and_clones_agree(
        weights in prop::collection::vec(0..6_u32, 0..9),
        story in prop::collection::vec(happening(), 1..120),
    ) {
        for row in ABOUT {
            let mut policy = build(row.key, &[]).unwrap();
            let mut clone = None;
            let mut fleet = Fleet::new(&weights);
            let servers = fleet.len();
            let mut weights = weights.clone();
            let (mut random, mut other) = (Stream(1), Stream(1));
            policy.fleet_changed(&fleet);
            for (step, &what) in story.iter().enumerate() {
                let now = Nanos::from_millis(step as u64 * 10);
                if step == story.len() / 2 {
                    clone = Some(policy.clone());
                    other = random.clone();
                }
                let mut both: Vec<_> = std::iter::once(&mut policy).chain(clone.as_mut()).collect();
                match what {
                    Happening::Request(word) => {
                        let request = Request { now, client: word, key: u64::from(word), ..Request::default() };
                        let picked = pick(&mut **both[0], &request, &fleet, &mut random);
                        if let Some(clone) = both.get_mut(1) {
                            prop_assert_eq!(pick(&mut ***clone, &request, &fleet, &mut other), picked, "{}", row.key);
                        }
                        let may = |server: u32| {
                            fleet.is_eligible(server) && (!WEIGHTED.contains(&row.key) || fleet.weight(server) > 0)
                        };
                        match picked {
                            Some(server) => prop_assert!(may(server), "{} picked {server}", row.key),
                            None => prop_assert!(!(0..servers).any(may), "{} picked nobody", row.key),
                        }
                        if let Some(server) = picked {
                            fleet.assigned(server);
                            both.iter_mut().for_each(|policy| policy.load_changed(server, &fleet));
                        }
                    }
                    _ if servers == 0 => {}
                    Happening::Answer(server, ok) => {
                        let server = server % servers;
                        if fleet.in_flight(server) == 0 {
                            continue;
                        }
                        fleet.released(server);
                        let outcome = if ok { Outcome::Completed } else { Outcome::Failed };
                        let answer = Answer { now, server, took: Nanos::from_millis(u64::from(server) + 1), outcome };
                        for policy in both {
                            policy.load_changed(server, &fleet);
                            policy.answered(&answer, &fleet);
                        }
                    }
                    Happening::Health(server, eligible) => {
                        if fleet.set_eligible(server % servers, eligible) {
                            both.iter_mut().for_each(|policy| policy.fleet_changed(&fleet));
                        }
                    }
                    Happening::Weight(server, weight) => {
                        weights[(server % servers) as usize] = weight;
                        fleet.set_weights(&weights);
                        both.iter_mut().for_each(|policy| policy.fleet_changed(&fleet));
                    }
                }
            }
        }
    }
}

/// Listening to the reasons changes no decision, and there always is one.
#[test]
fn explaining_changes_nothing() {
    for row in ABOUT {
        let fleet = Fleet::new(&[2, 1, 3]);
        let mut quiet = build(row.key, &[]).unwrap();
        quiet.fleet_changed(&fleet);
        let mut loud = quiet.clone();
        let (mut a, mut b) = (Stream(3), Stream(3));
        for key in 0..50 {
            let request = Request { key, client: key as u32, ..Request::default() };
            let mut why = Explanation::listen();
            let told = loud.pick(&request, &fleet, &mut b, &mut why);
            assert_eq!(told, pick(&mut *quiet, &request, &fleet, &mut a), "{}", row.key);
            assert!(!why.remarks.is_empty(), "{}", row.key);
        }
    }
}

/// Counts of `picks` picks with nothing in flight.
fn counts(key: &str, settings: &[(&str, &str)], weights: &[u32], picks: u64) -> Vec<f64> {
    let fleet = Fleet::new(weights);
    let mut policy = build(key, settings).unwrap();
    policy.fleet_changed(&fleet);
    let (mut random, mut traffic) = (Stream(11), Stream(12));
    let mut counts = vec![0.0; weights.len()];
    for number in 0..picks {
        let request = Request { client: number as u32, key: traffic.word(), ..Request::default() };
        counts[pick(&mut *policy, &request, &fleet, &mut random).unwrap() as usize] += 1.0;
    }
    counts
}

/// Dealt out in turns: exact after whole periods. With dates (no load, or bias 0) each server is within one request.
#[test]
fn weights_are_kept_exactly_by_turns_and_within_one_by_dates() {
    let weights = [5, 1, 4, 0, 2];
    for key in ["smooth-weighted-round-robin", "nginx-least-conn"] {
        assert_eq!(counts(key, &[], &weights, 1_200), [500.0, 100.0, 400.0, 0.0, 200.0], "{key}");
    }
    for bias in ["0", "1"] {
        let dates = counts("weighted-least-request", &[("active-request-bias", bias)], &weights, 1_200);
        for (count, weight) in dates.iter().zip(weights) {
            assert!((count - 100.0 * f64::from(weight)).abs() <= 1.0, "{dates:?}");
        }
    }
}

/// Independent draws: a count is binomial, its standard error √(n·p·(1−p)). The bound is five of them, so a right
/// policy fails with a chance below 10⁻⁵ (and the seed is fixed).
#[test]
fn weights_are_kept_by_chance_within_five_standard_errors() {
    let weights = [5, 1, 4, 0, 2];
    let picks = 120_000;
    for (key, settings) in
        [("weighted-random", vec![]), ("seed-strategies", vec![("strategy", "weighted")]), ("ip-hash", vec![])]
    {
        let counts = counts(key, &settings, &weights, picks);
        for (count, weight) in counts.iter().zip(weights) {
            let chance = f64::from(weight) / 12.0;
            let error = (picks as f64 * chance * (1.0 - chance)).sqrt();
            assert!((count - picks as f64 * chance).abs() <= 5.0 * error, "{key}: {counts:?}");
        }
    }
}

/// On a ring the share of a server of weight w, of all weights W, with v virtual nodes for each weight, varies by
/// √((W − w) / (w·(v·W + 1))) of itself (a Beta distribution of its w·v points among v·W). The bound is five of them; the draws add less than a tenth.
#[test]
fn weights_are_kept_by_the_ring_as_well_as_its_points_allow() {
    let weights = [5, 1, 4, 0, 2];
    let picks = 120_000;
    let counts = counts("consistent-hashing", &[("virtual-nodes", "1000")], &weights, picks);
    for (count, weight) in counts.iter().zip(weights).filter(|&(_, weight)| weight > 0) {
        let expected = picks as f64 * f64::from(weight) / 12.0;
        let variation = ((12.0 - f64::from(weight)) / (f64::from(weight) * 12_001.0)).sqrt();
        assert!((count / expected - 1.0).abs() <= 5.0 * variation, "{counts:?}");
    }
    assert_eq!(counts[3], 0.0);
}

/// Nothing comes back: the loads themselves must become proportional to the weights. By fractions compared exactly
/// each server is within one request; HAProxy rounds its keys, which moves it by a few.
#[test]
fn loads_become_proportional_to_the_weights() {
    let weights = [5, 1, 4, 0, 2];
    for (key, bound) in [("weighted-least-loaded", 1.0), ("nginx-least-conn", 1.0), ("haproxy-leastconn", 6.0)] {
        let mut fleet = Fleet::new(&weights);
        let mut policy = build(key, &[]).unwrap();
        policy.fleet_changed(&fleet);
        for _ in 0..1_200 {
            let server = pick(&mut *policy, &Request::default(), &fleet, &mut Stream(0)).unwrap();
            fleet.assigned(server);
            policy.load_changed(server, &fleet);
        }
        for (server, weight) in (0..).zip(weights) {
            let load = f64::from(fleet.in_flight(server));
            assert!((load - 100.0 * f64::from(weight)).abs() <= bound, "{key}: server {server} has {load}");
        }
    }
}

/// Three of five servers can be drawn in 60 orders; 60 scripts must give each once.
#[test]
fn a_sample_without_replacement_is_every_order_equally_often() {
    let fleet = Fleet::new(&[1; 5]);
    let mut policy = build("two-choices", &[("choices", "3")]).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..60 {
        let mut script = support::Script([number % 5, number / 5 % 4, number / 20].into());
        let mut why = Explanation::listen();
        let picked = policy.pick(&Request::default(), &fleet, &mut script, &mut why);
        let order: Vec<u32> = why.candidates.iter().map(|&(server, _)| server).collect();
        assert_eq!(picked, Some(order[0]), "all are idle: the first drawn wins");
        seen.insert(order);
    }
    assert_eq!(seen.len(), 60);
    // More choices than servers: all of them are looked at, once.
    let mut policy = build("two-choices", &[("choices", "16")]).unwrap();
    let mut why = Explanation::listen();
    policy.pick(&Request::default(), &fleet, &mut Stream(0), &mut why);
    assert_eq!(why.candidates.len(), 5);
}

/// With fewer than its slots in use everywhere a key stays with its owner; a server is never filled beyond the bound.
#[test]
fn bounded_loads_keep_the_bound_and_leave_keys_at_home_while_they_can() {
    for factor in [100.0, 125.0, 200.0] {
        let mut fleet = Fleet::new(&[1; 10]);
        let text = format!("{factor}%");
        let mut policy = build("bounded-loads", &[("balance-factor", &text)]).unwrap();
        let mut home = build("consistent-hashing", &[]).unwrap();
        policy.fleet_changed(&fleet);
        home.fleet_changed(&fleet);
        let (mut random, mut traffic, mut at_home) = (Stream(5), Stream(6), 0);
        for number in 0..2_000_u64 {
            let request = Request { key: traffic.word(), ..Request::default() };
            let server = pick(&mut *policy, &request, &fleet, &mut random).unwrap();
            at_home += u64::from(pick(&mut *home, &request, &fleet, &mut random) == Some(server));
            fleet.assigned(server);
            policy.load_changed(server, &fleet);
            // The new one included: at most the average times the factor, rounded up.
            let bound = ((number + 1) as f64 * factor / 1_000.0).ceil().max(1.0);
            assert!(f64::from(fleet.in_flight(server)) <= bound, "factor {factor}: {number}");
        }
        // Twice the average is more than any of ten arcs of 160 points holds; perfect balance moves many.
        assert!(if factor == 200.0 { at_home > 1_900 } else { at_home > 200 }, "factor {factor}: {at_home}");
    }
}

/// Ejecting a server moves its own keys only, and returning it moves them back.
#[test]
fn consistent_hashing_moves_only_the_keys_of_the_ejected() {
    let mut fleet = Fleet::new(&[1; 6]);
    let mut policy = build("consistent-hashing", &[]).unwrap();
    policy.fleet_changed(&fleet);
    let owners = |policy: &mut dyn headroom::algorithms::balancing::Balancer, fleet: &Fleet| -> Vec<u32> {
        (0..2_000)
            .map(|key| pick(policy, &Request { key, ..Request::default() }, fleet, &mut Stream(0)).unwrap())
            .collect()
    };
    let before = owners(&mut *policy, &fleet);
    fleet.set_eligible(2, false);
    policy.fleet_changed(&fleet);
    let without = owners(&mut *policy, &fleet);
    for (old, new) in before.iter().zip(&without) {
        assert!(old == new || *old == 2);
        assert_ne!(*new, 2);
    }
    fleet.set_eligible(2, true);
    policy.fleet_changed(&fleet);
    assert_eq!(owners(&mut *policy, &fleet), before);
}

/// All clients of one network go to one server, and neighbours in number share a network only if told so.
#[test]
fn ip_hash_lumps_the_clients_of_a_network() {
    let fleet = Fleet::new(&[1; 8]);
    let used = |settings: &[(&str, &str)]| {
        let mut policy = build("ip-hash", settings).unwrap();
        policy.fleet_changed(&fleet);
        let servers: std::collections::BTreeSet<_> = (0..200)
            .map(|client| pick(&mut *policy, &Request { client, ..Request::default() }, &fleet, &mut Stream(0)))
            .collect();
        servers.len()
    };
    assert_eq!(used(&[("clients-per-network", "200")]), 1);
    assert_eq!(used(&[]), 8, "200 networks reach all of 8 servers");
}

/// nginx's passive check: after `max-fails` failures a server rests, then is tried again, and comes back slowly.
#[test]
fn smooth_weighted_round_robin_rests_a_failing_server() {
    let fleet = Fleet::new(&[5, 1]);
    let mut policy = build("smooth-weighted-round-robin", &[("max-fails", "1")]).unwrap();
    policy.fleet_changed(&fleet);
    let at = |seconds: u64| Request { now: Nanos::from_secs(seconds), ..Request::default() };
    let answer =
        |seconds: u64, outcome| Answer { now: Nanos::from_secs(seconds), server: 0, took: Nanos::ZERO, outcome };
    let mut random = Stream(0);
    policy.answered(&answer(100, Outcome::Failed), &fleet);
    for second in [100, 105, 110] {
        assert_eq!(pick(&mut *policy, &at(second), &fleet, &mut random), Some(1), "rests at {second} s");
    }
    // 10 s later it takes part again, with an effective weight that starts at 0 and grows by one at each pick.
    let picks: Vec<u32> = (0..6).map(|_| pick(&mut *policy, &at(111), &fleet, &mut random).unwrap()).collect();
    assert_eq!(picks[0], 1, "not at once");
    assert!(picks.contains(&0));
    policy.answered(&answer(112, Outcome::Completed), &fleet);
    // While all rest nobody is picked, as nginx answers “no live upstreams”.
    policy.answered(&answer(113, Outcome::Failed), &fleet);
    policy.answered(&Answer { server: 1, ..answer(113, Outcome::TimedOut) }, &fleet);
    assert_eq!(pick(&mut *policy, &at(114), &fleet, &mut random), None);
}

/// Finagle and tower jump to a slower answer and forget while they look; Envoy does neither.
#[test]
fn only_envoys_peak_ewma_has_no_peak_and_does_not_decay_on_reading() {
    use headroom::algorithms::balancing::peak_ewma::{Average, Parameters, Variant};
    for variant in [Variant::Finagle, Variant::Tower, Variant::Envoy] {
        let parameters = Parameters { variant, decay: Nanos::SECOND, ..Default::default() };
        let mut average = Average::default();
        average.observe(10.0, Nanos::ZERO, &parameters);
        average.observe(200.0, Nanos::from_millis(100), &parameters);
        let at_once = average.load(0, Nanos::from_millis(100), &parameters);
        let later = average.load(0, Nanos::from_millis(1_100), &parameters);
        if variant == Variant::Envoy {
            // A tenth of the decay time: the old 10 keeps e^-0.1 of its weight.
            assert!((at_once - (10.0 * 0.904_837_418 + 200.0 * 0.095_162_582)).abs() < 1e-6, "{at_once}");
            assert_eq!(later, at_once);
        } else {
            assert_eq!(at_once, 200.0);
            assert!((later - 200.0 * 0.367_879_441).abs() < 1e-6, "{later}");
        }
    }
}

/// A server that answers slowly is avoided by peak EWMA although its queue is short; after a while it is tried again.
#[test]
fn peak_ewma_avoids_the_slow_and_forgives_in_time() {
    let fleet = Fleet::new(&[1, 1]);
    for variant in ["finagle", "tower"] {
        let mut policy = build("peak-ewma", &[("variant", variant), ("decay", "1s")]).unwrap();
        policy.fleet_changed(&fleet);
        let mut random = Stream(0);
        for (server, took) in [(0, 10), (1, 200)] {
            let answer =
                Answer { now: Nanos::SECOND, server, took: Nanos::from_millis(took), outcome: Outcome::Completed };
            policy.answered(&answer, &fleet);
        }
        let soon = Request { now: Nanos::from_millis(1_100), ..Request::default() };
        assert!((0..20).all(|_| pick(&mut *policy, &soon, &fleet, &mut random) == Some(0)), "{variant}");
        // Server 0 keeps answering in 10 ms, server 1 is not asked: 200 ms falls below 10 ms after ln 20 = 3.0 s.
        let mut first_try = None;
        for step in 1..=60_u64 {
            let now = Nanos::from_millis(1_100 + step * 100);
            let picked = pick(&mut *policy, &Request { now, ..Request::default() }, &fleet, &mut random).unwrap();
            if picked == 1 {
                first_try.get_or_insert(now.seconds());
                break;
            }
            let answer = Answer { now, server: 0, took: Nanos::from_millis(10), outcome: Outcome::Completed };
            policy.answered(&answer, &fleet);
        }
        let first_try = first_try.expect("it is tried again");
        assert!((3.9..4.3).contains(&first_try), "{variant}: at {first_try} s");
    }
}

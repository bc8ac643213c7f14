//! The statements that headers and exhibits make, held against the code that is shown with them.

#![allow(clippy::unwrap_used, reason = "a test that finds no sharder shall fail")]

use headroom::algorithms::exhibits::id_modulo::get_shard_for_user;
use headroom::algorithms::sharding::analysis::{Spread, moved, spread};
use headroom::algorithms::sharding::{ShardId, Sharder, build};
use headroom::basics::maths;
use headroom::basics::randomness::{mix, unit_of};

const KEYS: u64 = 100_000;

fn made(key: &str, settings: &[(&str, &str)], shards: u32) -> Box<dyn Sharder> {
    let mut sharder = build(key, settings).unwrap();
    let fleet: Vec<(ShardId, u32)> = (0..shards).map(|shard| (shard, 1)).collect();
    sharder.shards_changed(&fleet);
    sharder
}

fn shares(key: &str, settings: &[(&str, &str)], shards: u32) -> Spread {
    let all: Vec<ShardId> = (0..shards).collect();
    spread(&*made(key, settings, shards), &all, 0..KEYS)
}

/// Four standard deviations of a fraction of `KEYS` keys.
fn chance(fraction: f64) -> f64 {
    4.0 * (fraction * (1.0 - fraction) / KEYS as f64).sqrt()
}

#[test]
fn adding_a_shard_to_a_modulo_moves_nearly_everything_and_a_client_hash_is_no_better() {
    // Exactly 1 − min/lcm, where |to − from| / max would do.
    for (from, to, exact, least) in [
        (4, 5, 4.0 / 5.0, 1.0 / 5.0),
        (8, 9, 8.0 / 9.0, 1.0 / 9.0),
        (16, 17, 16.0 / 17.0, 1.0 / 17.0),
        (4, 8, 1.0 / 2.0, 1.0 / 2.0),
        (4, 3, 3.0 / 4.0, 1.0 / 4.0),
    ] {
        let measured = moved(&*made("modulo", &[], from), &*made("modulo", &[], to), 0..KEYS);
        assert!((measured - exact).abs() < chance(exact), "{from} to {to}: {measured} for {exact}");
        let jump = moved(&*made("jump", &[], from), &*made("jump", &[], to), 0..KEYS);
        assert!((jump - least).abs() < chance(least), "{from} to {to}: {jump} for {least}");
    }
}

#[test]
fn jump_moves_half_of_all_keys_when_a_middle_shard_leaves() {
    let before = made("jump", &[], 10);
    let without = |gone: ShardId| {
        let mut after = before.clone();
        let fleet: Vec<(ShardId, u32)> = (0..10).filter(|&shard| shard != gone).map(|shard| (shard, 1)).collect();
        after.shards_changed(&fleet);
        moved(&*before, &*after, 0..KEYS)
    };
    // With buckets of a tenth: behind the gap all keys move but those that jump from the last bucket to where they
    // were, and in front those of the last bucket that land there.
    assert!((without(9) - 0.1).abs() < chance(0.1));
    assert!((without(5) - 0.49).abs() < 0.02, "{}", without(5));
    assert!(without(0) > 0.98, "{}", without(0));
}

/// The diagram of document 003 writes ranges of 25 million identifiers on shards that it chooses by `% 4`. In each
/// block of four consecutive identifiers exactly one agrees; every hundredth is enough to show it.
#[test]
fn the_labels_of_the_shard_diagram_agree_with_its_rule_for_a_quarter_of_the_identifiers() {
    let ranges = made("range", &[("key-space", "1000000")], 4);
    let differ = moved(&*ranges, &*made("id-modulo", &[], 4), 0..1_000_000);
    assert_eq!(differ, 0.75);
    // “75M–100M”, both ends included, as the other three are written: 26 of 101 million.
    let labels = made("range", &[("key-space", "101000000"), ("range-widths", "25,25,25,26")], 4);
    let spread = spread(&*labels, &[0, 1, 2, 3], (0..101).map(|million| million * 1_000_000));
    assert_eq!(spread.counts, [(0, 25), (1, 25), (2, 25), (3, 26)]);
}

/// Identifiers as Snowflake makes them: milliseconds, ten bits of machine, a counter of twelve bits within the millisecond.
fn snowflakes(per_second: f64) -> impl Iterator<Item = u64> {
    let (mut time, mut last, mut counter) = (0.0, u64::MAX, 0);
    (0..KEYS).map(move |index| {
        time += -maths::ln(1.0 - unit_of(mix(index))) * 1_000.0 / per_second;
        let millisecond = 1_700_000_000_000 - 1_288_834_974_657 + time as u64;
        counter = if millisecond == last { counter + 1 } else { 0 };
        last = millisecond;
        millisecond << 22 | 7 << 12 | counter
    })
}

#[test]
fn an_identifier_is_not_a_hash() {
    let four = [0, 1, 2, 3];
    let exhibit = made("id-modulo", &[], 4);
    let first = spread(&*exhibit, &four, snowflakes(100.0)).shares()[0];
    // The first identifier of a millisecond has counter 0: (1 − e^−0.1)/0.1 of all with a tenth on average in each.
    let expected = (1.0 - maths::exp(-0.1)) / 0.1;
    assert!((first - expected).abs() < chance(expected), "{first} for {expected}");
    assert!((expected - 0.952).abs() < 0.0005);
    assert!(spread(&*made("modulo", &[], 4), &four, snowflakes(100.0)).max_over_mean() < 1.02, "a hash mends it");

    let in_javascript = made("id-modulo", &[("numbers", "javascript")], 4);
    assert_eq!(spread(&*in_javascript, &four, snowflakes(100.0)).shares(), [1.0, 0.0, 0.0, 0.0]);
    assert_eq!(spread(&*exhibit, &four, (0..KEYS).map(|id| 2 * id + 1)).shares(), [0.0, 0.5, 0.0, 0.5]);
    assert_eq!(spread(&*exhibit, &four, 0..KEYS).shares(), [0.25; 4], "counted identifiers: more even than any hash");

    assert!(get_shard_for_user(f64::NAN, 4).is_nan(), "a UUID is not a number");
    assert_eq!(get_shard_for_user(-1.0, 4), -1.0);
    assert_eq!(get_shard_for_user(9_007_199_254_740_993_u64 as f64, 4), 0.0, "2⁵³ + 1 is rounded to 2⁵³");
    assert_eq!(9_007_199_254_740_993_u64 % 4, 1);
}

#[test]
fn the_ring_on_bare_fnv_is_at_the_mercy_of_the_names() {
    let ring = |names: &str, variant: &str, replicas: &str, finaliser: &str| {
        let settings = [("names", names), ("fnv-variant", variant), ("replicas", replicas), ("finaliser", finaliser)];
        shares("name-ring", &settings, 5)
    };
    let fullest = |spread: &Spread| spread.max_over_mean() / 5.0;
    for replicas in ["1", "3", "5", "10"] {
        let share = fullest(&ring("worker", "fnv-1a", replicas, "off"));
        assert!((0.65..0.69).contains(&share), "{replicas}: {share}");
        for names in ["worker", "short"] {
            let share = fullest(&ring(names, "fnv-1", replicas, "off"));
            assert!((0.48..0.52).contains(&share), "{names}, {replicas}: {share}");
        }
    }
    let share = fullest(&ring("worker", "fnv-1a", "160", "off"));
    assert!((0.26..0.28).contains(&share), "{share}");
    // The other side: with other names the same ring is evener than points placed at random.
    let lucky = ring("short", "fnv-1a", "160", "off").coefficient_of_variation();
    let at_random = (4.0 / 801.0_f64).sqrt(); // √((n − 1)/(n·v + 1)) for five workers with 160 points each
    assert!(lucky < at_random / 2.0, "{lucky}");
    for names in ["worker", "short"] {
        for variant in ["fnv-1", "fnv-1a"] {
            let share = fullest(&ring(names, variant, "160", "on"));
            assert!((0.205..0.245).contains(&share), "{names}, {variant}: {share}");
        }
    }
}

#[test]
fn bare_fnv_spoils_a_ring_with_any_number_of_virtual_nodes() {
    for (nodes, bare, mixed) in [("160", 0.61, 0.075), ("1000", 0.25, 0.03)] {
        let variation =
            |hash: &str| shares("ring", &[("virtual-nodes", nodes), ("hash", hash)], 10).coefficient_of_variation();
        assert!((variation("fnv-1a") - bare).abs() < 0.01, "{}", variation("fnv-1a"));
        // One ring of ten shards: the variation of nine degrees of freedom is good to ±50 % at twice its error.
        assert!((variation("fnv-1a-mixed") / mixed - 1.0).abs() < 0.5, "{}", variation("fnv-1a-mixed"));
    }
}

#[test]
fn rendezvous_without_a_final_mix_is_uneven_and_with_it_as_even_as_chance() {
    let of = |settings: &[(&str, &str)]| shares("rendezvous", settings, 10).shares();
    let ends = |shares: Vec<f64>| shares.iter().fold((1.0_f64, 0.0_f64), |(a, b), &share| (a.min(share), b.max(share)));
    let (least, most) = ends(of(&[("final-mix", "off")]));
    assert!((0.028..0.034).contains(&least) && (0.12..0.13).contains(&most), "{least} {most}");
    assert_eq!(of(&[("final-mix", "off"), ("hash", "fnv-1a")]).iter().filter(|share| **share > 0.24).count(), 2);
    let (least, most) = ends(of(&[]));
    assert!((least - 0.1).abs() < chance(0.1) && (most - 0.1).abs() < chance(0.1), "{least} {most}");
}

#[test]
fn equal_weights_other_than_one_change_nothing_in_a_rendezvous() {
    let plain = made("rendezvous", &[], 10);
    let mut with_heavy = build("rendezvous", &[]).unwrap();
    let fleet: Vec<(ShardId, u32)> = (0..11).map(|shard| (shard, if shard == 10 { 5 } else { 2 })).collect();
    with_heavy.shards_changed(&fleet);
    // Only keys that the heavier shard takes move, although all scores are now weighted.
    let all: Vec<ShardId> = (0..11).collect();
    let taken = spread(&*with_heavy, &all, 0..KEYS).shares()[10];
    assert_eq!(moved(&*plain, &*with_heavy, 0..KEYS), taken);
    assert!((taken - 0.2).abs() < chance(0.2), "{taken}");
}

#[test]
fn rising_keys_all_hit_the_newest_range_and_a_new_shard_does_not_help() {
    let mut ranges = made("range", &[("key-space", "1000000")], 4);
    let newest = 1_000_000..1_100_000;
    assert_eq!(spread(&*ranges, &[0, 1, 2, 3], newest.clone()).shares(), [0.0, 0.0, 0.0, 1.0]);
    ranges.shards_changed(&[(0, 1), (1, 1), (2, 1), (3, 1), (4, 1)]);
    assert_eq!(spread(&*ranges, &[0, 1, 2, 3, 4], newest).max_over_mean(), 5.0);
    assert_eq!(spread(&*ranges, &[0, 1, 2, 3, 4], 0..1_000_000).shares(), [0.125, 0.25, 0.25, 0.25, 0.125]);
}

#[test]
fn bounded_loads_keep_the_bound_and_pay_for_it_with_moves() {
    let settings = [("partitions", "4096"), ("load-factor", "1.05x")];
    let (ten, nine, eleven) = (
        made("bounded-loads", &settings, 10),
        made("bounded-loads", &settings, 9),
        made("bounded-loads", &settings, 11),
    );
    // A capacity of ⌈409.6 · 1.05⌉ = 431 of 4,096 partitions, and the chance of the keys.
    let most = spread(&*ten, &(0..10).collect::<Vec<_>>(), 0..KEYS).max_over_mean() / 10.0;
    let bound = 431.0 / 4_096.0;
    assert!(most < bound + chance(bound), "{most}");
    let (leaves, joins) = (moved(&*ten, &*nine, 0..KEYS), moved(&*ten, &*eleven, 0..KEYS));
    assert!((0.12..0.16).contains(&leaves) && (0.12..0.16).contains(&joins), "{leaves} {joins}");
    // A ring of the same points moves no more than the arcs of the one that comes or goes.
    assert!(shares("bounded-loads", &[("partitions", "4096"), ("load-factor", "10x")], 10).max_over_mean() > 1.2);
}

#[test]
fn multi_probe_with_one_try_is_a_ring_with_one_point() {
    let (one, ring) = (made("multi-probe", &[("probes", "1")], 10), made("ring", &[("virtual-nodes", "1")], 10));
    assert_eq!(moved(&*one, &*ring, 0..KEYS), 0.0);
    let (uneven, even) = (shares("multi-probe", &[("probes", "1")], 10), shares("multi-probe", &[], 10));
    assert!(even.max_over_mean() < 1.1 && uneven.max_over_mean() > 2.0, "{even:?} {uneven:?}");
}

#[test]
fn geography_is_as_uneven_as_the_world() {
    let spread = shares("geographic", &[], 9);
    for (shard, share) in spread.shares().iter().enumerate() {
        let expected = [0.2, 0.1, 0.1 / 3.0][shard % 3]; // 60, 30 and 10 % of the users, three shards each
        assert!((share - expected).abs() < chance(expected), "shard {shard}: {share} for {expected}");
    }
}

#[test]
fn ketamas_rounding_is_part_of_its_format() {
    use headroom::algorithms::sharding::ketama::digests;
    assert_eq!(digests(1, 7, 7), 40);
    assert_eq!((1.0 / 7.0 * 40.0 * 7.0_f64) as u32, 39, "in double precision");
    // A newcomer of another weight than the mean changes how many points the others have.
    assert_eq!((digests(1, 3, 2), digests(1, 4, 3)), (26, 30));
    let fleet = |weights: &[u32]| {
        let mut sharder = build("ketama", &[]).unwrap();
        sharder.shards_changed(&(0..).zip(weights.iter().copied()).collect::<Vec<_>>());
        sharder
    };
    let needless = |before: &[u32], after: &[u32]| {
        let (before, after, newcomer) = (fleet(before), fleet(after), before.len() as ShardId);
        let why = &mut headroom::basics::Explanation::silent();
        let owners = (0..KEYS).map(|key| (before.shard(key, why), after.shard(key, why))).collect::<Vec<_>>();
        owners.iter().filter(|(before, after)| before != after && *after != Some(newcomer)).count()
    };
    assert!(needless(&[1, 2], &[1, 2, 1]) > 1_000, "{}", needless(&[1, 2], &[1, 2, 1]));
    assert_eq!(needless(&[1, 1], &[1, 1, 1]), 0, "with equal weights nobody else is touched");
}

#[test]
fn anchor_hash_depends_on_who_left_first_and_starts_anew_when_it_is_too_small() {
    let fleet = |shards: &[ShardId]| shards.iter().map(|&shard| (shard, 1)).collect::<Vec<_>>();
    let all: Vec<ShardId> = (0..10).collect();
    let after = |orders: &[&[ShardId]]| {
        let mut anchor = build("anchor", &[("capacity", "16")]).unwrap();
        anchor.shards_changed(&fleet(&all));
        for gone in orders {
            let rest: Vec<ShardId> = all.iter().copied().filter(|shard| !gone.contains(shard)).collect();
            anchor.shards_changed(&fleet(&rest));
        }
        anchor
    };
    let (three_first, seven_first) = (after(&[&[3], &[3, 7]]), after(&[&[7], &[3, 7]]));
    assert!(moved(&*three_first, &*seven_first, 0..KEYS) > 0.0, "the same shards, another history");
    assert_eq!(moved(&*three_first, &*after(&[&[3], &[3, 7]]), 0..KEYS), 0.0);

    let mut full = after(&[]);
    full.shards_changed(&fleet(&(0..16).collect::<Vec<_>>()));
    let mut grown = full.clone();
    grown.shards_changed(&fleet(&(0..17).collect::<Vec<_>>()));
    // 1 of 17 would do. Of the first hashes modulo 32 half are what they were modulo 16, one in 32 meets the new
    // bucket, and the rest go on to any of 17.
    let share = moved(&*full, &*grown, 0..KEYS);
    let expected = 1.0 / 32.0 + 15.0 / 32.0 * 16.0 / 17.0;
    assert!((share - expected).abs() < chance(expected), "{share} for {expected}");
}

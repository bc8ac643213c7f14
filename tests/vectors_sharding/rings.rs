//! Rings: ketama, carbon, nginx, HAProxy, Envoy, multi-probe; and how uneven they are.

use std::collections::BTreeMap;

use crc::{CRC_32_ISO_HDLC, Crc};
use headroom::algorithms::parts::hashing::fnv;
use headroom::algorithms::parts::hashing::xxhash64::xxhash64;
use headroom::algorithms::parts::ring::Ring as Circle;
use headroom::algorithms::sharding::analysis::coefficient_of_variation;
use headroom::algorithms::sharding::ring::{Parameters, Ring};
use headroom::algorithms::sharding::{Sharder, ketama, multi_probe};
use md5::{Digest, Md5};
use serde_json::Value;
use siphasher::sip::SipHasher24;

use crate::{Group, float, hashes, list, number, small, smalls, text, texts, whole};

/// Pairs of a name and a number.
fn named(value: &Value) -> Vec<(&str, u32)> {
    list(value).iter().map(|pair| (pair[0].as_str().unwrap(), small(&pair[1]))).collect()
}

fn owner(circle: &Circle, place: u64) -> u32 {
    circle.owner(circle.successor(place).unwrap())
}

#[test]
fn ketama_agrees_with_libketama_and_go_ketama() {
    let mut group = Group::open("ketama");
    for case in group.cases("cases") {
        let servers = named(&case["servers"]);
        let circle = ketama::circle(servers.iter().copied(), |name| Md5::digest(name.as_bytes()).into());
        assert_eq!(circle.points().len() as u64, number(&case, "ring_points"), "{case}");
        let hash = |key: &str| u32::from_le_bytes(Md5::digest(key.as_bytes())[..4].try_into().unwrap());
        let mut checked = false;
        if case.get("key").is_some() {
            checked = true;
            let hash = hash(text(&case, "key"));
            assert_eq!(hash, small(&case["hash_u32"]));
            let point = circle.successor(ketama::place(hash)).unwrap();
            assert_eq!(point.at >> 32, number(&case, "point"));
            assert_eq!(servers[circle.owner(point) as usize].0, text(&case, "server"));
        }
        if let Some(expected) = case.get("expected_counts") {
            checked = true;
            assert_eq!(text(&case, "keys"), "foo0..foo99999", "another rule of keys");
            let mut counts = vec![0_u64; servers.len()];
            for key in 0..100_000 {
                counts[owner(&circle, ketama::place(hash(&format!("foo{key}")))) as usize] += 1;
            }
            for ((server, _), count) in servers.iter().zip(&counts) {
                assert_eq!(*count, number(expected, server), "{server}");
            }
            let shares: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
            let measured = coefficient_of_variation(&shares);
            assert!((measured - float(&case, "relative_stddev_of_load")).abs() < 1e-9, "{measured}");
            // One ring of ten servers: nine degrees of freedom are good to ±24 %, twice that here.
            let theory = float(&case, "theory_relative_stddev_160_vnodes");
            assert!((measured / theory - 1.0).abs() < 0.48, "{measured} for {theory}");
        }
        assert!(checked, "nothing to check in {case}");
    }
    group.close();
}

#[test]
fn carbons_folded_ring_agrees_with_its_tests() {
    let mut group = Group::open("carbon_ring_fnv1a");
    let fold = |text: &str| {
        let hash = fnv::fnv1a_32(text.as_bytes());
        u64::from(hash >> 16 ^ hash & 0xffff)
    };
    for case in group.cases("positions") {
        assert_eq!(fold(text(&case, "key")), number(&case, "position"), "{case}");
    }
    let nodes: Vec<(String, String)> = list(&group.value["nodes"])
        .iter()
        .map(|pair| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned()))
        .collect();
    let mut taken = BTreeMap::new();
    for (index, (_, instance)) in (0..).zip(&nodes) {
        for replica in 0..number(&group.value, "replica_count") {
            let mut place = fold(&format!("{replica}-{instance}"));
            while taken.contains_key(&place) {
                place += 1;
            }
            taken.insert(place, index);
        }
    }
    let circle = Circle::new(&taken.into_iter().collect::<Vec<_>>());
    for case in group.cases("lookups") {
        assert_eq!(nodes[owner(&circle, fold(text(&case, "key"))) as usize].0, text(&case, "node"), "{case}");
    }
    group.close();
}

#[test]
fn nginx_hash_agrees_with_its_source() {
    let mut group = Group::open("nginx_hash");
    let crc = Crc::<u32>::new(&CRC_32_ISO_HDLC);
    for case in group.cases("cases") {
        if text(&case, "method") == "hash (modulo)" {
            hashes::nginx_modulo(&case);
            continue;
        }
        let servers = named(&case["servers"]);
        let mut points = Vec::new();
        for (index, (name, weight)) in (0..).zip(&servers) {
            let (host, port) = name.split_once(':').unwrap();
            let mut previous = 0_u32;
            for _ in 0..160 * weight {
                let mut digest = crc.digest();
                digest.update(host.as_bytes());
                digest.update(&[0]);
                digest.update(port.as_bytes());
                digest.update(&previous.to_le_bytes());
                previous = digest.finalize();
                points.push((u64::from(previous), index));
            }
        }
        let circle = Circle::new(&points);
        assert_eq!(circle.points().len() as u64, number(&case, "points"));
        for (point, expected) in circle.points().iter().zip(named_points(&case["first_points"])) {
            assert_eq!((point.at, servers[circle.owner(*point) as usize].0), expected);
        }
        for lookup in list(&case["lookups"]) {
            let hash = crc.checksum(text(lookup, "key").as_bytes());
            assert_eq!(hash, small(&lookup["crc32"]), "{lookup}");
            let server = servers[owner(&circle, u64::from(hash)) as usize].0;
            assert_eq!(server, text(lookup, "server"), "{lookup}");
        }
    }
    group.close();
}

fn named_points(value: &Value) -> Vec<(u64, &str)> {
    list(value).iter().map(|pair| (whole(&pair[0]), pair[1].as_str().unwrap())).collect()
}

/// `__full_hash` of HAProxy's `intops.h`: Bob Jenkins' mixing of 32 bits, times a prime.
fn full_hash(number: u32) -> u32 {
    let mut a = number;
    a = a.wrapping_add(0x7ed5_5d16).wrapping_add(a << 12);
    a = (a ^ 0xc761_c23c) ^ (a >> 19);
    a = a.wrapping_add(0x1656_67b1).wrapping_add(a << 5);
    a = a.wrapping_add(0xd3a2_646c) ^ (a << 9);
    a = a.wrapping_add(0xfd70_46c5).wrapping_add(a << 3);
    a = (a ^ 0xb55a_4f09) ^ (a >> 16);
    a.wrapping_mul(3_221_225_473)
}

#[test]
fn haproxy_takes_the_nearest_point_in_either_direction() {
    let mut group = Group::open("haproxy_consistent_and_bounded");
    for case in group.cases("full_hash") {
        assert_eq!(full_hash(small(&case["in"])), small(&case["out"]), "{case}");
    }
    // 32 bits are shifted up, so that the circle closes where HAProxy's does.
    let place = |hash: u32| u64::from(hash) << 32;
    let points: Vec<(u64, u32)> =
        (1..=4).flat_map(|server| (0..16).map(move |node| (place(full_hash(server * 4096 + node)), server))).collect();
    let circle = Circle::new(&points);
    let ring = &group.value["ring_4_servers_weight1"];
    assert_eq!(circle.points().len() as u64, number(ring, "nodes"));
    for (point, expected) in circle.points().iter().zip(list(&ring["first"])) {
        assert_eq!((point.at >> 32, circle.owner(*point)), (whole(&expected[0]), small(&expected[1])));
    }
    let nearest = |hash| circle.owner(circle.nearest(place(hash)).unwrap());
    for case in group.cases("lookups") {
        let hash = small(&case["hash"]);
        assert_eq!(nearest(hash), small(&case["server_id"]), "{case}");
        assert_eq!(owner(&circle, place(hash)), small(&case["clockwise_successor_would_be"]), "{case}");
    }
    // Theirs counted 100,000 hashes of a rule that is not told: a binomial, so four standard deviations of 0.0016
    // (the evenly spaced hashes here add next to nothing).
    let differs =
        (0..100_000_u32).map(|i| i * 42_949).filter(|&hash| nearest(hash) != owner(&circle, place(hash))).count();
    let share = float(&group.value, "share_of_100000_hashes_where_nearest_differs_from_successor");
    assert!((differs as f64 / 100_000.0 - share).abs() < 0.0063, "{differs}");
    group.run += 2;
    group.close();
}

#[test]
fn envoys_ring_agrees_with_its_tests() {
    let mut group = Group::open("envoy_ring_hash");
    for case in group.cases("rings") {
        let hosts = texts(&case["hosts"]);
        let (counts, _) = envoy_points(&vec![1; hosts.len()], number(&case, "minimum_ring_size") as f64, 8_388_608.0);
        let points: Vec<(u64, u32)> = (0..)
            .zip(hosts.iter().zip(counts))
            .flat_map(|(index, (host, count))| {
                (0..count).map(move |i| (xxhash64(format!("{host}_{i}").as_bytes(), 0), index))
            })
            .collect();
        let circle = Circle::new(&points);
        let expected: Vec<(u64, &str)> =
            list(&case["ring"]).iter().map(|entry| (number(entry, "position"), text(entry, "host"))).collect();
        let found: Vec<(u64, &str)> =
            circle.points().iter().map(|point| (point.at, hosts[circle.owner(*point) as usize])).collect();
        assert_eq!(found, expected);
        for lookup in list(&case["lookups"]) {
            let host = hosts[owner(&circle, number(lookup, "hash")) as usize];
            assert_eq!(host, text(lookup, "host"), "{lookup}");
        }
    }
    for case in group.cases("weighted_ring_sizes") {
        let (least, most) = (float(&case, "minimum_ring_size"), float(&case, "maximum_ring_size"));
        let (counts, size) = envoy_points(&smalls(&case["weights"]), least, most);
        assert_eq!(size, number(&case, "ring_size"), "{case}");
        assert_eq!(counts, smalls(&case["hashes_per_host"]), "{case}");
    }
    group.close();
}

/// `RingHashLoadBalancer::Ring`: points for each host and in all, such that the lightest has a whole number.
fn envoy_points(weights: &[u32], least: f64, most: f64) -> (Vec<u32>, u64) {
    let total: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
    let lightest = weights.iter().map(|&weight| f64::from(weight) / total).fold(1.0, f64::min);
    let scale = ((lightest * least).ceil() / lightest).min(most);
    let (mut current, mut target) = (0.0, 0.0);
    let counts = weights.iter().map(|&weight| {
        target += scale * (f64::from(weight) / total);
        let mut count = 0;
        while current < target {
            current += 1.0;
            count += 1;
        }
        count
    });
    (counts.collect(), scale.ceil() as u64)
}

#[test]
fn multi_probe_agrees_with_go_mpchash() {
    let mut group = Group::open("multiprobe");
    let sip = |key: u64, text: &str| SipHasher24::new_with_keys(key, 0).hash(text.as_bytes());
    let points: Vec<(u64, u32)> = (1..=6_000).map(|bucket| (sip(0, &format!("shard-{bucket}")), bucket)).collect();
    let circle = Circle::new(&points);
    for case in group.cases("cases") {
        let key = text(&case, "key");
        let (point, _) = multi_probe::closest(&circle, sip(1, key), sip(2, key), 21).unwrap();
        assert_eq!(format!("shard-{}", circle.owner(point)), text(&case, "bucket"), "{case}");
    }
    group.close();
}

/// The shares, as multiples of their mean, of `rings` rings whose shards have other names in each.
fn shares(shards: u32, virtual_nodes: u32, rings: u32) -> Vec<f64> {
    let mut shares = Vec::new();
    for number in 0..rings {
        let mut ring = Ring::new(&Parameters { virtual_nodes, ..Parameters::default() });
        let fleet: Vec<(u32, u32)> = (number * shards..(number + 1) * shards).map(|shard| (shard, 1)).collect();
        ring.shards_changed(&fleet);
        shares.extend(ring.circle().shares().iter().map(|share| share * f64::from(shards)));
    }
    shares
}

/// Within a ring the mean share is exactly 1/n, so the mean square distance from it estimates the square of the
/// coefficient of variation with n − 1 degrees of freedom a ring. A share is a Beta variable of kurtosis at most
/// 3 + 6/v, so the relative standard error of the coefficient is √(2 + 6/v) / 2 / √(rings·(n − 1)); four of them.
#[test]
fn rings_are_as_uneven_as_theory_says() {
    let mut group = Group::open("ring_vnode_stddev");
    for case in group.cases("cases") {
        let (nodes, points) = (small(&case["nodes"]), small(&case["vnodes_per_node"]));
        let expected = float(&case, "cv_of_node_share");
        let rings = (300_000 / (nodes * points)).clamp(8, 400);
        let measured = coefficient_of_variation(&shares(nodes, points, rings));
        let freedom = f64::from(rings * (nodes - 1));
        let tolerance = 4.0 * (2.0 + 6.0 / f64::from(points)).sqrt() / 2.0 / freedom.sqrt();
        assert!((measured / expected - 1.0).abs() < tolerance, "{measured} ± {tolerance} in {case}");
    }
    for case in group.cases("lamping_veach_table") {
        let points = small(&case["points_per_bucket"]);
        let (least, most) = {
            let ends = list(&case["bucket_size_99pct_interval_x_mean"]);
            (ends[0].as_f64().unwrap(), ends[1].as_f64().unwrap())
        };
        let shares = shares(1_000, points, 5);
        // Theirs is measured too. As above, with 4,995 degrees of freedom, and half a per cent for their own error.
        let tolerance = 0.005 + 4.0 * (2.0 + 6.0 / f64::from(points)).sqrt() / 2.0 / 4_995_f64.sqrt();
        let measured = coefficient_of_variation(&shares) / float(&case, "standard_error");
        assert!((measured - 1.0).abs() < tolerance, "{measured} ± {tolerance} in {case}");
        let inside = shares.iter().filter(|share| (least..=most).contains(share)).count() as f64 / 5_000.0;
        // A binomial of 5,000: four standard deviations are 0.0056; the ends are rounded to two digits, which is worth
        // up to 0.002 more.
        assert!((inside - 0.99).abs() < 0.0076, "{inside} in {case}");
    }
    group.close();
}

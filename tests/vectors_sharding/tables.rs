//! Tables and scores: Maglev, rendezvous, bounded loads, AnchorHash.

use crc::{Algorithm, Crc};
use headroom::algorithms::parts::hashing::fnv;
use headroom::algorithms::parts::ring::Ring as Circle;
use headroom::algorithms::sharding::anchor::Anchor;
use headroom::algorithms::sharding::bounded_loads::{assign, capacity};
use headroom::algorithms::sharding::maglev::{Preference, fill};
use headroom::algorithms::sharding::rendezvous::score;
use serde_json::Value;

use crate::{Group, float, list, number, small, smalls, text, texts};

#[test]
fn maglev_fills_the_table_of_the_paper() {
    let mut group = Group::open("maglev");
    for case in group.cases("cases") {
        let size = small(&case["M"]);
        let preferences: Vec<Preference> = list(&case["offset_skip"])
            .iter()
            .map(|pair| Preference { start: small(&pair[0]), step: small(&pair[1]) })
            .collect();
        for (preference, expected) in preferences.iter().zip(list(&case["permutations"])) {
            let rows: Vec<u32> = (0..size).map(|j| (preference.start + j * preference.step) % size).collect();
            assert_eq!(rows, smalls(expected), "{case}");
        }
        assert_eq!(fill(&preferences, &[1, 1, 1], size), smalls(&case["table"]), "{case}");
        assert_eq!(fill(&preferences, &[1, 0, 1], size), smalls(&case["table_after_removing_backend_1"]), "{case}");
    }
    group.close();
}

/// The owner of each row, as a place in `hosts`; Envoy lets hosts take turns in the order of their names.
fn envoy_table(hosts: &[String], weights: &[u32], size: u32) -> Vec<usize> {
    let mut order: Vec<usize> = (0..hosts.len()).collect();
    order.sort_by_key(|&index| &hosts[index]);
    let preferences: Vec<_> = order.iter().map(|&index| Preference::of_name(hosts[index].as_bytes(), size)).collect();
    let weights: Vec<u32> = order.iter().map(|&index| weights[index]).collect();
    fill(&preferences, &weights, size).into_iter().map(|place| order[place as usize]).collect()
}

#[test]
fn maglev_agrees_with_envoys_tests() {
    let mut group = Group::open("envoy_maglev");
    for case in group.cases("tables") {
        let hosts: Vec<String> = texts(&case["hosts"]).into_iter().map(str::to_owned).collect();
        let weights = case.get("weights").map_or_else(|| vec![1; hosts.len()], smalls);
        let table = envoy_table(&hosts, &weights, small(&case["M"]));
        let expected: Vec<usize> = smalls(&case["table_host_index"]).into_iter().map(|index| index as usize).collect();
        assert_eq!(table, expected, "{case}");
    }
    assert_eq!(text(&group.value, "balance_and_disruption_key_rule"), "10.0.{i//250}.{i%250+1}:80");
    for case in group.cases("balance_and_disruption") {
        let (backends, size) = (number(&case, "backends") as usize, small(&case["table_size"]));
        let hosts: Vec<String> = (0..backends).map(|i| format!("10.0.{}.{}:80", i / 250, i % 250 + 1)).collect();
        let before = envoy_table(&hosts, &vec![1; backends], size);
        let entries: Vec<usize> =
            (0..backends).map(|host| before.iter().filter(|&&owner| owner == host).count()).collect();
        assert_eq!(entries.iter().min().copied(), Some(number(&case, "min_entries") as usize), "{case}");
        assert_eq!(entries.iter().max().copied(), Some(number(&case, "max_entries") as usize), "{case}");
        let removed = number(&case, "removed_index") as usize;
        let weights: Vec<u32> = (0..backends).map(|host| u32::from(host != removed)).collect();
        let after = envoy_table(&hosts, &weights, size);
        let changed = before.iter().zip(&after).filter(|(before, after)| before != after).count();
        assert_eq!(changed as u64, number(&case, "changed_entries"), "{case}");
        assert_eq!(entries[removed] as u64, number(&case, "unavoidable_changes"), "{case}");
        let extra = (changed - entries[removed]) as f64 / f64::from(size);
        assert!((extra - float(&case, "extra_disruption_fraction")).abs() < 1e-12, "{case}");
    }
    group.close();
}

/// `xorshiftMult64` of go-rendezvous.
fn xorshift_multiply(mut x: u64) -> u64 {
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    x.wrapping_mul(2_685_821_657_736_338_717)
}

#[test]
fn rendezvous_agrees_with_go_rendezvous() {
    let mut group = Group::open("rendezvous");
    let value = group.value.clone();
    let nodes = texts(&value["nodes"]);
    let hash = |text: &str| fnv::fnv1a_64(text.as_bytes());
    for case in group.cases("cases") {
        let key = hash(text(&case, "key"));
        let highest = |without: &str| {
            let scored = nodes.iter().filter(|&&node| node != without).map(|node| {
                let score = score(key, hash(node), xorshift_multiply);
                (score, *node)
            });
            scored.max_by_key(|(score, _)| *score).map(|(_, node)| node)
        };
        assert_eq!(highest(""), case["node"].as_str(), "{case}");
        assert_eq!(highest("node-c"), case["node_without_node-c"].as_str(), "{case}");
    }
    group.close();
}

#[test]
fn bounded_loads_agree_with_the_library_consistent() {
    let mut group = Group::open("bounded_loads_partition_table");
    for case in group.cases("cases") {
        let members = texts(&case["members"]);
        let points: Vec<(u64, u32)> = (0..)
            .zip(&members)
            .flat_map(|(index, name)| {
                let replicas = number(&case, "replication");
                (0..replicas).map(move |replica| (fnv::fnv1a_64(format!("{replica}:{name}").as_bytes()), index))
            })
            .collect();
        let partitions = small(&case["partitions"]);
        let most = capacity(partitions, float(&case, "load"), 1, members.len() as u64);
        assert_eq!(most, small(&case["average_load_cap"]), "{case}");
        let places = (0..u64::from(partitions)).map(|partition| fnv::fnv1a_64(&partition.to_le_bytes()));
        let owners = assign(&Circle::new(&points), places, |_| most);
        for (index, name) in (0..).zip(&members) {
            let load = owners.iter().filter(|&&owner| owner == Some(index)).count();
            assert_eq!(load as u64, number(&case["loads"], name), "{name} in {case}");
        }
        let first: Vec<&str> = owners.iter().take(20).map(|owner| members[owner.unwrap() as usize]).collect();
        assert_eq!(first, texts(&case["owner_of_first_20_partitions"]), "{case}");
    }
    group.close();
}

/// CRC-32C as the processor's instruction computes it: neither inverted before nor after.
const RAW_CRC_32C: Algorithm<u32> = Algorithm { init: 0, xorout: 0, ..crc::CRC_32_ISCSI };

/// The hashes of one key, one after the other, as the authors' `AnchorHash.cpp` draws them.
fn anchor_hashes(key: u64, seed: u64) -> impl FnMut() -> u64 {
    let crc = Crc::<u32>::new(&RAW_CRC_32C);
    let mut hash = 0;
    move || {
        // Of the seed the instruction takes the lower half.
        let mut digest = crc.digest_with_initial((seed.wrapping_add(hash) as u32).reverse_bits());
        digest.update(&key.wrapping_sub(hash).to_le_bytes());
        hash = u64::from(digest.finalize());
        hash
    }
}

#[test]
fn anchor_hash_agrees_with_its_authors_code() {
    let mut group = Group::open("anchorhash");
    let mut anchor = Anchor::new(0, 0);
    for step in group.cases("steps") {
        let step: &Value = &step;
        let words: Vec<&str> = text(step, "op").split_whitespace().collect();
        match words[..] {
            ["init", capacity, working] => {
                let read = |word: &str| word[2..].parse().unwrap();
                anchor = Anchor::new(read(capacity), read(working));
            }
            ["rem", bucket] => anchor.remove(bucket.parse().unwrap()),
            ["add", "->", bucket] => assert_eq!(anchor.add(), Some(bucket.parse().unwrap()), "{step}"),
            _ => panic!("unknown step {step}"),
        }
        let keys = 1..=list(&step["buckets"]).len() as u64;
        let buckets: Vec<u32> =
            keys.map(|i| anchor.bucket(anchor_hashes(i.wrapping_mul(0x9e37_79b9_7f4a_7c15), i - 1))).collect();
        assert_eq!(buckets, smalls(&step["buckets"]), "{step}");
    }
    group.close();
}

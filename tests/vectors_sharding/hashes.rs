//! Hash functions, and the maps that need no table: jump and modulo.

use crc::{CRC_32_ISO_HDLC, CRC_64_XZ, Crc};
use headroom::algorithms::parts::hashing::fnv;
use headroom::algorithms::parts::hashing::xxhash64::xxhash64;
use headroom::algorithms::sharding::jump::jump;
use headroom::algorithms::sharding::modulo::{Modulo, Parameters};
use headroom::algorithms::sharding::{ShardId, Sharder};

use crate::{Group, float, list, number, small, smalls, text};

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// A modulo map of shards 0, 1 … with these weights.
fn modulo(weights: &[u32]) -> Modulo {
    let mut map = Modulo::new(&Parameters::default());
    let shards: Vec<(ShardId, u32)> = (0..).zip(weights.iter().copied()).collect();
    map.shards_changed(&shards);
    map
}

#[test]
fn fnv_agrees_with_the_official_test_suite() {
    let mut group = Group::open("fnv");
    for case in group.cases("cases") {
        let bytes = match case.get("repeat") {
            Some(repeat) => unhex(text(repeat, "byte_hex")).repeat(number(repeat, "times") as usize),
            None => unhex(text(&case, "input_hex")),
        };
        assert_eq!(bytes.len() as u64, number(&case, "len"), "{case}");
        assert_eq!(format!("{:08x}", fnv::fnv1_32(&bytes)), text(&case, "fnv1_32"), "{case}");
        assert_eq!(format!("{:08x}", fnv::fnv1a_32(&bytes)), text(&case, "fnv1a_32"), "{case}");
        assert_eq!(format!("{:016x}", fnv::fnv1_64(&bytes)), text(&case, "fnv1_64"), "{case}");
        assert_eq!(format!("{:016x}", fnv::fnv1a_64(&bytes)), text(&case, "fnv1a_64"), "{case}");
    }
    group.close();
}

/// The sanity buffer of the reference implementation (`xxhsum.c`): byte i is the top byte of PRIME32 · PRIME64^i. The
/// expected values were computed with xxHash 0.8 by its Python binding; the lengths try every way through the function.
#[test]
fn xxhash64_agrees_with_the_reference_implementation() {
    const PRIME_32: u64 = 2_654_435_761;
    const PRIME_64: u64 = 11_400_714_785_074_694_797;
    let mut state = PRIME_32;
    let mut buffer = Vec::new();
    for _ in 0..222 {
        buffer.push((state >> 56) as u8);
        state = state.wrapping_mul(PRIME_64);
    }
    for (length, seed, expected) in [
        (0, 0, 0xef46_db37_51d8_e999_u64),
        (0, PRIME_32, 0xac75_fda2_929b_17ef),
        (1, 0, 0xe934_a84a_db05_2768),
        (1, PRIME_32, 0x5014_6076_43a9_b4c3),
        (4, 0, 0x9136_a0dc_a574_57ee),
        (14, 0, 0x8282_dcc4_994e_35c8),
        (14, PRIME_32, 0xc3bd_6bf6_3deb_6df0),
        (31, 7, 0x7145_60d5_a3d7_690f),
        (32, 7, 0x9866_707e_ed4e_df9a),
        (63, 0, 0xa9ef_be0f_a0f3_f4e7),
        (222, 0, 0xb641_ae8c_b691_c174),
        (222, PRIME_32, 0x20cb_8ab7_ae10_c14a),
    ] {
        assert_eq!(xxhash64(&buffer[..length], seed), expected, "{length} bytes, seed {seed}");
    }
}

#[test]
fn jump_agrees_with_guava_go_and_the_paper() {
    let mut group = Group::open("jump_hash");
    for case in group.cases("cases") {
        if let Some(from_one) = case.get("buckets_from_1") {
            for (buckets, expected) in (1..).zip(smalls(from_one)) {
                assert_eq!(jump(number(&case, "key_u64"), buckets), expected, "{buckets} in {case}");
            }
        } else if let Some(keys) = case.get("keys") {
            assert_eq!(keys, "0..19", "another rule of keys");
            for (key, expected) in (0..20).zip(smalls(&case["expected"])) {
                assert_eq!(jump(key, small(&case["buckets"])), expected, "key {key}");
            }
        } else if let Some(movement) = case.get("movement") {
            list(movement).iter().for_each(jump_movement);
        } else {
            // A negative number of buckets cannot be said here; none at all counts as one too.
            let buckets = case["buckets"].as_i64().unwrap().max(0);
            let key = match case.get("text") {
                Some(name) => hashed(name.as_str().unwrap(), text(&case, "hash")),
                None => number(&case, "key_u64"),
            };
            if case.get("hash_u64").is_some() {
                assert_eq!(key, number(&case, "hash_u64"), "{case}");
            }
            assert_eq!(jump(key, u32::try_from(buckets).unwrap()), small(&case["expected"]), "{case}");
        }
    }
    group.close();
}

fn hashed(text: &str, hash: &str) -> u64 {
    let bytes = text.as_bytes();
    match hash {
        "crc32" => u64::from(Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(bytes)),
        "crc64" => Crc::<u64>::new(&CRC_64_XZ).checksum(bytes),
        "fnv1_64" => fnv::fnv1_64(bytes),
        "fnv1a_64" => fnv::fnv1a_64(bytes),
        other => panic!("unknown hash {other}"),
    }
}

fn jump_movement(case: &serde_json::Value) {
    let (from, to) = (small(&case["from"]), small(&case["to"]));
    let (mut moved, mut elsewhere) = (0, 0);
    for index in 0..number(case, "keys") {
        let key = fnv::fnv1a_64(&index.to_le_bytes());
        let (before, after) = (jump(key, from), jump(key, to));
        moved += u64::from(before != after);
        elsewhere += u64::from(before != after && after < from);
    }
    assert_eq!(moved, number(case, "moved"), "{case}");
    assert_eq!(elsewhere, number(case, "moved_to_non_new_bucket"), "{case}");
}

#[test]
fn resharding_by_modulo_moves_exactly_the_closed_form() {
    let mut group = Group::open("modulo_resharding");
    for case in group.cases("cases") {
        let (from, to) = (small(&case["from"]), small(&case["to"]));
        // Every remainder once: a multiple of both numbers of shards is as good as the least common one.
        let (before, after) = (modulo(&vec![1; from as usize]), modulo(&vec![1; to as usize]));
        let residues = case.get("lcm").map_or(u64::from(from * to), crate::whole);
        let unmoved = (0..residues).filter(|&hash| before.of_hash(hash) == after.of_hash(hash)).count() as u64;
        if case.get("unmoved_per_lcm").is_some() {
            assert_eq!(unmoved, number(&case, "unmoved_per_lcm"), "{case}");
        }
        let moved = (residues - unmoved) as f64 / residues as f64;
        assert!((moved - float(&case, "moved_fraction")).abs() < 1e-12, "{case}");
    }
    group.close();
}

/// The part of the group `nginx_hash` without `consistent`; the other is in `rings`.
pub fn nginx_modulo(case: &serde_json::Value) {
    let crc = Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(text(case, "key").as_bytes());
    let hash = u64::from((crc >> 16) & 0x7fff);
    assert_eq!(hash, number(case, "hash15"), "{case}");
    assert_eq!(modulo(&smalls(&case["weights"])).of_hash(hash), Some(small(&case["peer_index"])), "{case}");
}

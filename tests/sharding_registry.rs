//! The registry of sharders is complete, and what it points to exists.

#![allow(clippy::unwrap_used, reason = "a test that cannot read a file shall fail")]

use std::collections::BTreeSet;

use headroom::algorithms::sharding::{ABOUT, build};

#[test]
fn every_row_is_filled_in_and_its_key_is_its_own() {
    let mut keys = BTreeSet::new();
    for about in ABOUT {
        for (what, text) in [
            ("label", about.label),
            ("summary", *about.summary),
            ("cost", *about.cost),
            ("source", *about.source),
            ("file", about.file),
        ] {
            assert!(!text.trim().is_empty(), "{} has no {what}", about.key);
        }
        assert!(about.key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", about.key);
        assert!(about.cost.contains("O("), "{}: {}", about.key, about.cost);
        assert!(keys.insert(about.key), "{} twice", about.key);
        assert!(build(about.key, &[]).is_some(), "{} cannot be built", about.key);
    }
    assert!(build("no-such-sharder", &[]).is_none());
}

#[test]
fn every_file_exists_and_its_header_has_all_sections() {
    for about in ABOUT {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(about.file);
        let file = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", about.file));
        let header: Vec<&str> = file.lines().take_while(|line| line.starts_with("//!")).collect();
        for section in ["What it is", "Cost", "Source", "What goes wrong"] {
            let start = format!("//! **{section}.** ");
            assert!(header.iter().any(|line| line.starts_with(&start)), "{}: no “{section}”", about.file);
        }
        assert_eq!(about.exhibit, about.file.contains("/exhibits/"), "{}", about.key);
        assert_eq!(about.exhibit, header[0].starts_with("//! Exhibit:"), "{}", about.file);
    }
}

#[test]
fn the_settings_of_one_sharder_do_not_disturb_another() {
    let settings =
        [("virtual-nodes", "7"), ("table-size", "13"), ("hash", "xxhash64"), ("nothing", "x"), ("probes", "-1")];
    for about in ABOUT {
        let mut sharder = build(about.key, &settings).unwrap();
        sharder.shards_changed(&[(3, 1)]);
        assert_eq!(sharder.shard(5, &mut headroom::basics::Explanation::silent()), Some(3), "{}", about.key);
        assert!(sharder.memory() > 0, "{}", about.key);
    }
}

#[test]
fn parameters_reach_the_sharder() {
    let memory = |key: &str, settings: &[(&str, &str)]| {
        let mut sharder = build(key, settings).unwrap();
        sharder.shards_changed(&[(0, 1), (1, 1)]);
        sharder.memory()
    };
    assert!(memory("ring", &[("virtual-nodes", "320")]) > memory("ring", &[("virtual-nodes", "160")]));
    assert_eq!(
        memory("maglev", &[("table-size", "250")]),
        memory("maglev", &[("table-size", "251")]),
        "the next prime"
    );
    assert!(memory("anchor", &[("capacity", "256")]) > memory("anchor", &[("capacity", "128")]));
    assert!(memory("directory", &[("entities", "2000")]) > memory("directory", &[("entities", "1000")]));
}

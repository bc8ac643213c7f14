//! The registries of concurrency and batching are complete: every row says what it must, and every file has the header
//! that the Code tab shows.

#![allow(clippy::unwrap_used, reason = "in a test that is how a wrong assumption is reported")]

use std::collections::BTreeSet;
use std::path::Path;

use headroom::algorithms::{About, batching, concurrency};

fn rows() -> impl Iterator<Item = &'static About> {
    concurrency::ABOUT.iter().chain(batching::ABOUT)
}

#[test]
fn every_row_is_complete_and_every_key_unique() {
    for family in [concurrency::ABOUT, batching::ABOUT] {
        assert!(family.len() >= 9);
        let keys: BTreeSet<&str> = family.iter().map(|about| about.key).collect();
        let labels: BTreeSet<&str> = family.iter().map(|about| about.label).collect();
        assert_eq!((keys.len(), labels.len()), (family.len(), family.len()), "keys and labels are unique");
    }
    for about in rows() {
        assert!(about.key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", about.key);
        assert!(about.summary.ends_with('.') && about.summary.len() > 30, "{}: summary", about.key);
        assert!(about.cost.starts_with("O("), "{}: cost", about.key);
        assert!(about.source.len() > 10, "{}: source", about.key);
        let keys: BTreeSet<&str> = about.parameters.iter().map(|row| row.key).collect();
        assert_eq!(keys.len(), about.parameters.len(), "{}: a parameter is declared twice", about.key);
        for row in about.parameters {
            assert!(row.help.ends_with('.') && !row.label.is_empty(), "{} {}", about.key, row.key);
            assert_eq!(row.kind.check(&(row.default)()).as_ref(), Ok(&(row.default)()), "{} {}", about.key, row.key);
        }
    }
}

#[test]
fn every_file_has_the_header_that_the_code_tab_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for about in rows() {
        let text =
            std::fs::read_to_string(root.join(about.file)).unwrap_or_else(|_| panic!("{} is missing", about.file));
        let header: String = text.lines().take_while(|line| line.starts_with("//!")).collect::<Vec<_>>().join("\n");
        for section in ["What it is", "Cost", "Source", "What goes wrong"] {
            assert!(header.contains(&format!("//! **{section}.**")), "{} has no section “{section}”", about.file);
        }
        let in_exhibits = about.file.contains("/exhibits/");
        assert!(about.exhibit || !in_exhibits, "{} is an exhibit and not marked as one", about.key);
        assert!(text.lines().count() <= 250, "{} is too long to be read", about.file);
    }
}

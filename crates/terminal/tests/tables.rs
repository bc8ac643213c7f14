//! The tables in `docs/` are what the commands above them print.
//!
//! A block of a console whose line begins with `$ headroom` is run, and the table that follows must be its output. Run
//! with `HEADROOM_BLESS=1` to write the tables anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The words of a command line, in which single quotes keep a word together.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('\'').enumerate();
    quoted
        .flat_map(|(part, text)| match part % 2 {
            0 => text.split_whitespace().map(str::to_owned).collect(),
            _ => vec![text.to_owned()],
        })
        .collect()
}

fn printed(command: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_headroom")).args(words(command)).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The text with every table as its command prints it now, and how many there are.
fn renewed(text: &str) -> (String, usize) {
    let mut lines = text.lines().peekable();
    let (mut new, mut tables) = (String::new(), 0);
    while let Some(line) = lines.next() {
        new.push_str(line);
        new.push('\n');
        let Some(command) = line.strip_prefix("$ headroom ") else { continue };
        assert_eq!(lines.next(), Some("```"), "{line} must be a block of its own");
        new.push_str("```\n\n");
        while lines.next_if(|line| line.is_empty() || line.starts_with('|')).is_some() {}
        new.push_str(&printed(command));
        if lines.peek().is_some() {
            new.push('\n');
        }
        tables += 1;
    }
    (new, tables)
}

#[test]
fn every_table_is_what_its_command_prints() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let mut files: Vec<PathBuf> = std::fs::read_dir(docs).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    let mut all = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let (new, tables) = renewed(&text);
        all += tables;
        if tables > 0 && std::env::var_os("HEADROOM_BLESS").is_some() {
            std::fs::write(&file, &new).unwrap();
        } else if tables > 0 {
            let changed = text.lines().zip(new.lines()).find(|(old, new)| old != new);
            assert_eq!(text, new, "{}: out of date, first at {changed:?}", file.display());
        }
    }
    assert!(all >= 5, "only {all} tables were found");
}

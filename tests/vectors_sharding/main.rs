//! Reference vectors of hashing and sharding: what the production implementations and papers say, case by case.
//!
//! Each group prints how many cases it ran; a group without cases fails, and so does one that passes a case over.
//! Constructions that belong to one product only (the names of points, the hash function) stand here, in a few lines
//! over the public parts; what decides is the code of the library.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its vectors shall fail")]

mod hashes;
mod rings;
mod tables;

use serde_json::Value;

/// One group of vectors, and how many of its cases have been run.
struct Group {
    name: &'static str,
    value: Value,
    run: usize,
}

impl Group {
    fn open(name: &'static str) -> Self {
        let all: Value = serde_json::from_str(include_str!("../vectors/sharding.json")).unwrap();
        let value = all.get(name).unwrap_or_else(|| panic!("no group {name}")).clone();
        Self { name, value, run: 0 }
    }

    /// The cases under `key`; none is a failure.
    fn cases(&mut self, key: &str) -> Vec<Value> {
        let cases = self.value[key].as_array().unwrap_or_else(|| panic!("{}: no {key}", self.name)).clone();
        assert!(!cases.is_empty(), "{}: no {key}", self.name);
        self.run += cases.len();
        cases
    }

    /// Says how many were run; all that have an id must have been.
    fn close(self) {
        println!("{}: {} cases", self.name, self.run);
        assert!(self.run > 0, "{}: nothing was run", self.name);
        assert!(self.run >= identified(&self.value), "{}: {} of {}", self.name, self.run, identified(&self.value));
    }
}

/// How many objects in `value` have an id.
fn identified(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(identified).sum(),
        Value::Object(fields) => {
            usize::from(fields.contains_key("id")) + fields.values().map(identified).sum::<usize>()
        }
        _ => 0,
    }
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_else(|| panic!("{key} is no text in {case}"))
}

fn float(case: &Value, key: &str) -> f64 {
    case[key].as_f64().unwrap_or_else(|| panic!("{key} is no number in {case}"))
}

/// Numbers of 64 bits are written as text.
fn number(case: &Value, key: &str) -> u64 {
    whole(&case[key])
}

fn whole(value: &Value) -> u64 {
    let read = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    read.unwrap_or_else(|| panic!("{value} is no whole number"))
}

fn small(value: &Value) -> u32 {
    u32::try_from(whole(value)).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

fn texts(value: &Value) -> Vec<&str> {
    list(value).iter().map(|item| item.as_str().unwrap()).collect()
}

fn smalls(value: &Value) -> Vec<u32> {
    list(value).iter().map(small).collect()
}

//! Reading reference vectors strictly: every case of a group is visited, and every field of a case must be used.
//!
//! It knows nothing of algorithms. Read next: `vectors_concurrency`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Fields that say where a case comes from rather than what it expects.
const NOTES: [&str; 4] = ["id", "name", "provenance", "note"];

/// One case, or one step of it, and which of its fields were asked for.
pub struct Case {
    place: String,
    fields: Map<String, Value>,
    used: BTreeSet<String>,
}

#[allow(dead_code, reason = "each test binary reads other kinds of fields")]
impl Case {
    /// The object `value`, found at `place`.
    pub fn new(place: &str, value: Value) -> Self {
        let Value::Object(fields) = value else { panic!("{place} is no object") };
        Self { place: place.to_owned(), fields, used: BTreeSet::new() }
    }

    /// Where it stands, for messages.
    pub fn place(&self) -> String {
        self.place.clone()
    }

    /// The field `key`, if it is there and not null.
    pub fn maybe(&mut self, key: &str) -> Option<Value> {
        self.used.insert(key.to_owned());
        self.fields.get(key).filter(|value| !value.is_null()).cloned()
    }

    /// The field `key`, null included.
    pub fn value(&mut self, key: &str) -> Value {
        self.used.insert(key.to_owned());
        self.fields.get(key).unwrap_or_else(|| panic!("{} has no {key}", self.place)).clone()
    }

    pub fn maybe_number(&mut self, key: &str) -> Option<f64> {
        self.maybe(key).map(|value| value.as_f64().unwrap_or_else(|| panic!("{}: {key} is no number", self.place)))
    }

    pub fn maybe_whole(&mut self, key: &str) -> Option<u64> {
        self.maybe(key).map(|value| value.as_u64().unwrap_or_else(|| panic!("{}: {key} is not whole", self.place)))
    }

    pub fn number(&mut self, key: &str) -> f64 {
        self.maybe_number(key).unwrap_or_else(|| panic!("{} has no {key}", self.place))
    }

    pub fn whole(&mut self, key: &str) -> u64 {
        self.maybe_whole(key).unwrap_or_else(|| panic!("{} has no {key}", self.place))
    }

    pub fn flag(&mut self, key: &str) -> bool {
        self.value(key).as_bool().unwrap_or_else(|| panic!("{}: {key} is neither true nor false", self.place))
    }

    pub fn text(&mut self, key: &str) -> String {
        self.value(key).as_str().unwrap_or_else(|| panic!("{}: {key} is no text", self.place)).to_owned()
    }

    pub fn list(&mut self, key: &str) -> Vec<Value> {
        self.value(key).as_array().unwrap_or_else(|| panic!("{}: {key} is no list", self.place)).clone()
    }

    pub fn numbers(&mut self, key: &str) -> Vec<f64> {
        self.list(key).iter().map(|value| value.as_f64().unwrap()).collect()
    }

    pub fn object(&mut self, key: &str) -> Self {
        Self::new(&format!("{}/{key}", self.place), self.value(key))
    }

    pub fn objects(&mut self, key: &str) -> Vec<Self> {
        let place = self.place.clone();
        let list = self.list(key);
        assert!(!list.is_empty(), "{place}: {key} is empty");
        list.into_iter().enumerate().map(|(n, value)| Self::new(&format!("{place}/{key}/{n}"), value)).collect()
    }

    /// Fails when a field was not asked for.
    pub fn end(&self) {
        for key in self.fields.keys().filter(|key| !NOTES.contains(&key.as_str())) {
            assert!(self.used.contains(key), "{}: nobody looked at {key}", self.place);
        }
    }
}

/// Visits every case of the `sections` of the group `name`, and prints how many there were; none fails.
pub fn group(file: &str, name: &str, sections: &[&str], mut visit: impl FnMut(&str, &mut Case)) {
    let all: Value = serde_json::from_str(file).unwrap();
    let mut count = 0;
    for section in sections {
        let cases = all[name][section].as_array().unwrap_or_else(|| panic!("no {name}/{section}"));
        assert!(!cases.is_empty(), "{name}/{section} has no cases");
        for (n, value) in cases.iter().enumerate() {
            let mut case = Case::new(&format!("{name}/{section}/{n}"), value.clone());
            visit(section, &mut case);
            case.end();
            count += 1;
        }
    }
    println!("{name}: {count} cases");
}

/// Fails unless the two agree within 10⁻⁹ of the expected: the tolerance that the vectors give for sums of doubles.
#[allow(dead_code, reason = "the vectors of batching have no fractions")]
pub fn assert_close(found: f64, expected: f64, place: &str) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{place}: found {found}, expected {expected}");
}

//! Reading the vectors so that nothing is overlooked: every field of every case must be read, every list must hold cases.

#![allow(clippy::unwrap_used, reason = "a vector that cannot be read must fail the test")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The tolerance that the vectors' conventions promise.
pub const PROMISED: f64 = 1e-9;

/// An object of the vectors that remembers which of its fields were read.
pub struct Fields {
    pub name: String,
    pub values: Map<String, Value>,
    read: RefCell<BTreeSet<String>>,
}

impl Fields {
    pub fn new(name: String, value: &Value) -> Self {
        let values = value.as_object().unwrap_or_else(|| panic!("{name} is no object")).clone();
        let name = values.get("id").and_then(Value::as_str).map_or(name, str::to_owned);
        Self { name, values, read: RefCell::default() }
    }

    /// The value of `field`, which counts as read.
    pub fn get(&self, field: &str) -> &Value {
        self.read.borrow_mut().insert(field.to_owned());
        self.values.get(field).unwrap_or_else(|| panic!("{} has no {field}", self.name))
    }

    pub fn has(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    pub fn number(&self, field: &str) -> f64 {
        self.get(field).as_f64().unwrap_or_else(|| panic!("{}: {field} is no number", self.name))
    }

    pub fn whole(&self, field: &str) -> u32 {
        let number = self.get(field).as_u64().unwrap_or_else(|| panic!("{}: {field} is no whole number", self.name));
        u32::try_from(number).unwrap()
    }

    pub fn numbers(&self, field: &str) -> Vec<f64> {
        self.get(field).as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
    }

    /// `actual` is the number in `field`, to the promised relative tolerance.
    pub fn agrees(&self, field: &str, actual: f64) {
        self.agrees_within(field, actual, PROMISED);
    }

    pub fn agrees_within(&self, field: &str, actual: f64, relative: f64) {
        let wanted = self.number(field);
        assert!(close(actual, wanted, relative), "{}: {field} is {actual}, should be {wanted}", self.name);
    }

    pub fn all_agree(&self, field: &str, actual: &[f64], relative: f64) {
        let wanted = self.numbers(field);
        assert_eq!(actual.len(), wanted.len(), "{}: {field}", self.name);
        for (actual, wanted) in actual.iter().zip(&wanted) {
            assert!(close(*actual, *wanted, relative), "{}: {field} holds {actual}, should be {wanted}", self.name);
        }
    }

    /// Fails when a field was not read; those in `texts` tell people where the numbers come from.
    pub fn finish(&self, texts: &[&str]) {
        for field in self.values.keys() {
            let known = self.read.borrow().contains(field) || texts.contains(&field.as_str());
            assert!(known, "{}: nothing checked the field {field}", self.name);
        }
    }
}

/// Relative agreement; an exact zero must be met to the tolerance itself.
pub fn close(actual: f64, wanted: f64, relative: f64) -> bool {
    if wanted == 0.0 { actual.abs() <= relative } else { ((actual - wanted) / wanted).abs() <= relative }
}

/// One group of the vectors. Dropping it without [`Group::finish`] would check nothing, so every test ends with that.
pub struct Group {
    name: String,
    pub fields: Fields,
    checked: Cell<usize>,
}

impl Group {
    pub fn open(name: &str) -> Self {
        let vectors: Value = serde_json::from_str(include_str!("../vectors/theory.json")).unwrap();
        Self {
            name: name.to_owned(),
            fields: Fields::new(name.to_owned(), &vectors["groups"][name]),
            checked: Cell::new(0),
        }
    }

    /// Calls `check` for every case of the list `list`, which must not be empty.
    pub fn each(&self, list: &str, check: impl Fn(&Fields)) {
        let cases = self.fields.get(list).as_array().unwrap();
        assert!(!cases.is_empty(), "{}: {list} holds no case", self.name);
        for (place, case) in cases.iter().enumerate() {
            self.one(&format!("{}/{list}/{place}", self.name), case, &check);
        }
    }

    /// Calls `check` for the single case `field`.
    pub fn single(&self, field: &str, check: impl Fn(&Fields)) {
        self.one(&format!("{}/{field}", self.name), self.fields.get(field), &check);
    }

    fn one(&self, name: &str, case: &Value, check: &impl Fn(&Fields)) {
        let case = Fields::new(name.to_owned(), case);
        check(&case);
        case.finish(&["id", "note"]);
        self.checked.set(self.checked.get() + 1);
    }

    pub fn finish(self) {
        self.fields.finish(&["source", "provenance", "notes", "formula"]);
        assert!(self.checked.get() > 0, "{}: no case was checked", self.name);
        println!("{}: {} cases", self.name, self.checked.get());
    }
}

//! The types that a parameter can have, and how each is read from text that its [`Kind`](super::Kind) has accepted.
//!
//! A new type of parameter is an implementation of [`Value`] here and a variant of `Kind` with its control.

use super::{Nanos, Prose, decimal};

/// A type that a declared parameter can have.
pub trait Value: Sized {
    /// Reads canonical text, as `Kind::check` returns it; `None` for anything else.
    fn read(text: &str) -> Option<Self>;
    /// Writes a text that `Kind::check` accepts.
    fn write(&self) -> String;
}

impl Value for u32 {
    #[inline(never)] // once in a program, not once for each parameter
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn write(&self) -> String {
        self.to_string()
    }
}

/// With or without its unit: `900/s`, `4x`, `50%`, `0.25`.
impl Value for f64 {
    #[inline(never)] // once in a program, not once for each parameter
    fn read(text: &str) -> Option<Self> {
        decimal::read(text.trim_end_matches(|c: char| !c.is_ascii_digit() && c != '.'))
    }
    fn write(&self) -> String {
        self.to_string()
    }
}

impl Value for Nanos {
    #[inline(never)] // once in a program, not once for each parameter
    fn read(text: &str) -> Option<Self> {
        Self::read(text).ok()
    }
    fn write(&self) -> String {
        self.to_string()
    }
}

impl Value for bool {
    fn read(text: &str) -> Option<Self> {
        match text {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        }
    }
    fn write(&self) -> String {
        if *self { "on" } else { "off" }.to_owned()
    }
}

/// One number for each server (or shard, stage …): `1*6,0.25` is six ones and a quarter. Where there are more
/// servers than numbers, the last number goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Each(pub Vec<f64>);

impl Each {
    /// The number for the `index`-th; 1 when the list is empty.
    #[must_use]
    pub fn of(&self, index: usize) -> f64 {
        self.0.get(index).or(self.0.last()).copied().unwrap_or(1.0)
    }
}

impl Value for Each {
    fn read(text: &str) -> Option<Self> {
        let mut numbers = Vec::new();
        for item in text.split(',') {
            let (number, times) = match item.split_once('*') {
                Some((number, times)) => {
                    (number, times.trim().parse::<usize>().ok().filter(|&n| (1..=100_000).contains(&n))?)
                }
                None => (item, 1),
            };
            let number = super::parameters::number(number)?;
            if numbers.len() + times > 100_000 {
                return None;
            }
            numbers.extend(std::iter::repeat_n(number, times));
        }
        Some(Self(numbers))
    }
    /// The shortest form: runs are joined, and a run at the end is written once, since the last number goes on.
    fn write(&self) -> String {
        let mut items: Vec<String> = Vec::new();
        let mut rest = self.0.as_slice();
        while let Some(&number) = rest.first() {
            let run = rest.iter().take_while(|&&other| other == number).count();
            rest = &rest[run..];
            items.push(if run == 1 || rest.is_empty() { number.to_string() } else { format!("{number}*{run}") });
        }
        items.join(",")
    }
}

/// One option of a choice: how it is written, what it is called, what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opt {
    /// As written in a link.
    pub key: &'static str,
    /// As shown.
    pub label: &'static str,
    /// One sentence.
    pub help: Prose,
}

/// Declares an enumeration that a parameter can have, with the text and label of each variant.
#[macro_export]
macro_rules! choices {
    ($(#[doc = $about:literal])+ pub enum $name:ident {
        $($(#[doc = $help:literal])+ $variant:ident = $key:literal, $label:literal;)+
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[doc = $help])+ $variant,)+ }
        impl $name {
            /// Every option, in the order in which it is offered.
            pub const OPTIONS: &'static [$crate::basics::values::Opt] = &[
                $($crate::basics::values::Opt { key: $key, label: $label, help: $crate::basics::prose(concat!($($help),+).trim_ascii()) },)+
            ];
        }
        impl $crate::basics::values::Value for $name {
            fn read(text: &str) -> Option<Self> {
                match text { $($key => Some(Self::$variant),)+ _ => None }
            }
            fn write(&self) -> String {
                match self { $(Self::$variant => $key,)+ }.to_owned()
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_written_in_its_shortest_form_and_read_back() {
        for (numbers, text) in [
            (vec![1.0; 6], "1"),
            (vec![1.0, 1.0, 1.0, 0.25], "1*3,0.25"),
            (vec![1.0, 0.5, 0.5], "1,0.5"),
            (vec![2.0, 1.0, 2.0], "2,1,2"),
        ] {
            let list = Each(numbers);
            assert_eq!(list.write(), text);
            let again = Each::read(text).unwrap();
            for index in 0..10 {
                assert_eq!(again.of(index), list.of(index));
            }
        }
    }

    #[test]
    fn a_list_that_is_too_long_or_empty_is_refused() {
        assert!(Each::read("1*100001").is_none());
        assert!(Each::read("").is_none());
        assert!(Each::read("1,,2").is_none());
        assert!(Each::read("nan").is_none());
    }
}

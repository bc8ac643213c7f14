//! What texts a parameter accepts, and in which canonical form it keeps them.
//!
//! The kind of a parameter decides its control as well: a slider, a switch, a choice. Read next: `parameters`.

use super::values::{Each, Opt, Value};
use super::{Nanos, decimal};

/// What texts a parameter accepts, which also says what control it gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A whole number.
    Count {
        /// Smallest accepted.
        least: u32,
        /// Largest accepted.
        most: u32,
    },
    /// A number with a unit that is written after it (`x`, `%`, `/s` or nothing).
    Number {
        /// Smallest accepted.
        least: f64,
        /// Largest accepted.
        most: f64,
        /// What one press of an arrow key changes.
        step: f64,
        /// Written after the number.
        unit: &'static str,
    },
    /// A span of time.
    Span {
        /// Shortest accepted.
        least: Nanos,
        /// Longest accepted.
        most: Nanos,
    },
    /// `on` or `off`.
    Switch,
    /// One of a few.
    Choice(&'static [Opt]),
    /// One number for each server.
    Each {
        /// Smallest accepted.
        least: f64,
        /// Largest accepted.
        most: f64,
    },
}

/// Why a text was refused, and what is used instead where something nearer than the default can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What was expected, as the end of a sentence: “must lie between 0 and 10000”.
    pub expected: String,
    /// The nearest text that would have been accepted.
    pub nearest: Option<String>,
}

impl Kind {
    /// A whole number between `least` and `most`.
    #[must_use]
    pub const fn count(least: u32, most: u32) -> Self {
        Self::Count { least, most }
    }

    /// A rate in events a second.
    #[must_use]
    pub const fn rate(most: f64) -> Self {
        Self::Number { least: 0.0, most, step: 1.0, unit: "/s" }
    }

    /// A plain number in steps of `step`.
    #[must_use]
    pub const fn number(least: f64, most: f64, step: f64) -> Self {
        Self::Number { least, most, step, unit: "" }
    }

    /// A factor, written `4x`.
    #[must_use]
    pub const fn factor(least: f64, most: f64, step: f64) -> Self {
        Self::Number { least, most, step, unit: "x" }
    }

    /// Per cent, written `50%`.
    #[must_use]
    pub const fn percent(least: f64, most: f64, step: f64) -> Self {
        Self::Number { least, most, step, unit: "%" }
    }

    /// A span of time.
    #[must_use]
    pub const fn span(least: Nanos, most: Nanos) -> Self {
        Self::Span { least, most }
    }

    /// Returns `text` in its one canonical form, or says what was expected.
    ///
    /// # Errors
    /// A [`Refusal`] when the text is not of this kind or out of range.
    pub fn check(&self, text: &str) -> Result<String, Refusal> {
        let text = text.trim();
        match *self {
            Self::Count { least, most } => {
                let value = if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
                    text.parse::<u32>().unwrap_or(u32::MAX) // digits only, so it can only be too large
                } else {
                    return refuse(format!("must be a whole number between {least} and {most}"), None);
                };
                within(value, least, most, |n| n.to_string())
            }
            Self::Number { least, most, unit, .. } => {
                let write = |n: f64| format!("{n}{unit}");
                match number(text.strip_suffix(unit).unwrap_or(text)) {
                    Some(value) => within(value, least, most, write),
                    None => refuse(format!("must be a number between {} and {}", write(least), write(most)), None),
                }
            }
            Self::Span { least, most } => match Nanos::read(text) {
                Ok(value) => within(value, least, most, |n| n.to_string()),
                Err(sentence) => refuse(format!("must be a time between {least} and {most}: {sentence}"), None),
            },
            Self::Switch => match text {
                "on" | "true" | "yes" | "1" | "" => Ok("on".to_owned()),
                "off" | "false" | "no" | "0" => Ok("off".to_owned()),
                _ => refuse("must be on or off".to_owned(), None),
            },
            Self::Choice(options) => match options.iter().find(|option| option.key == text) {
                Some(option) => Ok(option.key.to_owned()),
                None => {
                    let keys = options.iter().map(|option| option.key).collect::<Vec<_>>().join(", ");
                    refuse(format!("must be one of {keys}"), None)
                }
            },
            Self::Each { least, most } => match Each::read(text) {
                Some(each) if each.0.iter().all(|n| (least..=most).contains(n)) => Ok(each.write()),
                Some(each) => {
                    let nearest = Each(each.0.iter().map(|n| n.clamp(least, most)).collect()).write();
                    refuse(format!("must be numbers between {least} and {most}"), Some(nearest))
                }
                None => refuse(
                    format!("must be numbers between {least} and {most}, separated by commas, as 1*6,0.25"),
                    None,
                ),
            },
        }
    }

    /// The ends of a numeric kind as numbers (a span in seconds), for a slider; `None` for the others.
    #[must_use]
    pub fn range(&self) -> Option<(f64, f64)> {
        match *self {
            Self::Count { least, most } => Some((f64::from(least), f64::from(most))),
            Self::Number { least, most, .. } => Some((least, most)),
            Self::Span { least, most } => Some((least.seconds(), most.seconds())),
            Self::Switch | Self::Choice(_) | Self::Each { .. } => None,
        }
    }
}

fn refuse(expected: String, nearest: Option<String>) -> Result<String, Refusal> {
    Err(Refusal { expected, nearest })
}

fn within<T: PartialOrd + Copy>(value: T, least: T, most: T, write: impl Fn(T) -> String) -> Result<String, Refusal> {
    let nearest = if value < least {
        least
    } else if value > most {
        most
    } else {
        return Ok(write(value));
    };
    refuse(format!("must lie between {} and {}", write(least), write(most)), Some(write(nearest)))
}

/// A finite decimal number without exponent; `None` for anything else, `nan` and `inf` included. Minus zero is zero.
#[must_use]
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let legal = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') && digits.bytes().any(|b| b.is_ascii_digit());
    if legal { decimal::read(text).map(|n| n + 0.0) } else { None }
}

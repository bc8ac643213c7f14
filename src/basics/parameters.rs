//! A parameter is declared once. From that declaration come the control on the page, its validation, its key in a
//! link, the flag of the terminal, the entry of the embed dialog and the row of the reference page.
//!
//! [`parameters!`](crate::parameters) writes a struct and its table of [`Declaration`]s. Algorithms declare their own
//! parameters (virtual nodes, decay, linger) in their own file, labs those of traffic and servers.

use super::Nanos;
use super::values::{Each, Opt, Value};

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
    if legal { text.parse().ok().filter(|n: &f64| n.is_finite()).map(|n| n + 0.0) } else { None }
}

/// Whether a change while running applies at once, or starts the run anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Applies from the moment of the change; a change is recorded on the scenario's timeline.
    Live,
    /// Needs a new run (the number of servers, say).
    Restart,
}

/// Whether lanes may differ in it. Traffic is shared: a traffic parameter of one lane would spoil the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The same in all lanes.
    Shared,
    /// May be overridden in one lane (`b.choices=3`).
    PerLane,
}

/// All there is to know about one parameter.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    /// As written in a link and on the command line: lower case with dashes.
    pub key: &'static str,
    /// As shown beside its control.
    pub label: &'static str,
    /// One or two sentences.
    pub help: &'static str,
    /// What it accepts.
    pub kind: Kind,
    /// Its default, as canonical text.
    pub default: fn() -> String,
    /// Live or restart.
    pub effect: Effect,
    /// Shared or per lane.
    pub scope: Scope,
    /// The group of controls that it belongs to (“Traffic”, “Servers” …).
    pub group: &'static str,
}

/// A struct written by [`parameters!`](crate::parameters).
pub trait Declared: Clone + Default {
    /// Its declarations, in order.
    const TABLE: &'static [Declaration];

    /// Sets the parameter `key` from `text`.
    ///
    /// # Errors
    /// A [`Refusal`] when the key is unknown or the text not accepted; the value then stays what it was.
    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal>;

    /// The parameter `key` as canonical text.
    fn get(&self, key: &str) -> Option<String>;
}

/// `servers_total` → `servers-total`, at compile time.
#[doc(hidden)]
#[must_use]
pub const fn dashed<const N: usize>(name: &str) -> [u8; N] {
    let mut bytes = [0; N];
    let mut at = 0;
    while at < N {
        let byte = name.as_bytes()[at];
        bytes[at] = if byte == b'_' { b'-' } else { byte };
        at += 1;
    }
    bytes
}

/// Declares a struct of parameters: fields, defaults, table, reading and writing, all from one place.
///
/// ```
/// use headroom::basics::{Kind, parameters::Declared};
/// headroom::parameters! {
///     /// What the two-choices policy can be told.
///     pub struct Parameters {
///         /// How many servers are sampled for each request.
///         choices: u32 = 2, "Choices", Kind::count(1, 16), Live PerLane "Policy";
///     }
/// }
/// let mut parameters = Parameters::default();
/// parameters.set("choices", "3").unwrap();
/// assert_eq!(parameters.choices, 3);
/// assert!(parameters.set("choices", "0").is_err());
/// ```
#[macro_export]
macro_rules! parameters {
    ($(#[doc = $about:literal])+ pub struct $name:ident {
        $($(#[doc = $help:literal])+ $field:ident: $type:ty = $default:expr, $label:literal, $kind:expr, $effect:ident $scope:ident $group:literal;)*
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $($(#[doc = $help])+ pub $field: $type,)* }

        impl Default for $name {
            fn default() -> Self { Self { $($field: $default,)* } }
        }

        impl $crate::basics::parameters::Declared for $name {
            const TABLE: &'static [$crate::basics::Declaration] = &[
                $($crate::basics::Declaration {
                    key: {
                        const KEY: &[u8] = &$crate::basics::parameters::dashed::<{ stringify!($field).len() }>(stringify!($field));
                        // A Rust identifier in ASCII stays text when its underscores become dashes.
                        match core::str::from_utf8(KEY) { Ok(key) => key, Err(_) => panic!("parameter names are ASCII") }
                    },
                    label: $label,
                    help: concat!($($help),+).trim_ascii(),
                    kind: $kind,
                    default: || $crate::basics::parameters::canonical(&$kind, &{ let value: $type = $default; value }),
                    effect: $crate::basics::Effect::$effect,
                    scope: $crate::basics::Scope::$scope,
                    group: $group,
                },)*
            ];

            #[allow(unused_variables, unused_mut, reason = "an algorithm may have no parameters")]
            fn set(&mut self, key: &str, text: &str) -> Result<(), $crate::basics::parameters::Refusal> {
                let mut rows = Self::TABLE.iter();
                $({
                    let row = rows.next();
                    if let Some(row) = row.filter(|row| row.key == key) {
                        if let Some(value) = <$type as $crate::basics::values::Value>::read(&row.kind.check(text)?) {
                            self.$field = value;
                        }
                        return Ok(());
                    }
                })*
                Err($crate::basics::parameters::Refusal { expected: "is not a parameter here".to_owned(), nearest: None })
            }

            #[allow(unused_variables, unused_mut, reason = "an algorithm may have no parameters")]
            fn get(&self, key: &str) -> Option<String> {
                let mut rows = Self::TABLE.iter();
                $({
                    if let Some(row) = rows.next().filter(|row| row.key == key) {
                        return Some($crate::basics::parameters::canonical(&row.kind, &self.$field));
                    }
                })*
                None
            }
        }
    };
}

/// `value` as the canonical text of `kind`.
#[must_use]
pub fn canonical(kind: &Kind, value: &impl Value) -> String {
    let text = value.write();
    kind.check(&text).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::choices! {
        /// How requests arrive.
        pub enum Arrivals {
            /// Independent of each other.
            Poisson = "poisson", "Poisson";
            /// Evenly spaced.
            Constant = "constant", "Constant";
        }
    }

    crate::parameters! {
        /// Everything a parameter can be.
        pub struct Example {
            /// How many servers
            /// stand there.
            server_count: u32 = 8, "Servers", Kind::count(0, 10_000), Restart Shared "Servers";
            /// Mean rate.
            rate: f64 = 900.0, "Rate", Kind::rate(200_000.0), Live Shared "Traffic";
            /// Mean service time.
            service: Nanos = Nanos::from_millis(30), "Service", Kind::span(Nanos::MICROSECOND, Nanos::from_secs(60)), Live PerLane "Servers";
            /// Speeds.
            speeds: Each = Each(vec![1.0]), "Speeds", Kind::Each { least: 0.0, most: 100.0 }, Live Shared "Servers";
            /// Process.
            arrivals: Arrivals = Arrivals::Poisson, "Arrivals", Kind::Choice(Arrivals::OPTIONS), Live Shared "Traffic";
            /// Retries.
            retries: bool = false, "Retries", Kind::Switch, Live Shared "Clients";
        }
    }

    #[test]
    fn the_declaration_is_read_back_whole() {
        let row = &Example::TABLE[0];
        assert_eq!((row.key, row.label, row.help), ("server-count", "Servers", "How many servers stand there."));
        let defaults: Vec<String> = Example::TABLE.iter().map(|row| (row.default)()).collect();
        assert_eq!(defaults, ["8", "900/s", "30ms", "1", "poisson", "off"]);
        let example = Example::default();
        for row in Example::TABLE {
            assert_eq!(example.get(row.key), Some((row.default)()), "{}", row.key);
        }
    }

    #[test]
    fn setting_takes_units_and_refuses_with_what_was_expected() {
        let mut example = Example::default();
        for (key, text) in
            [("rate", "1200/s"), ("rate", "1200"), ("speeds", "1*6,0.25"), ("arrivals", "constant"), ("retries", "on")]
        {
            assert_eq!(example.set(key, text), Ok(()), "{key}={text}");
        }
        assert_eq!(example.rate, 1200.0);
        let refusal = example.set("server-count", "20000").unwrap_err();
        assert_eq!(refusal.expected, "must lie between 0 and 10000");
        assert_eq!(refusal.nearest.as_deref(), Some("10000"));
        assert_eq!(example.server_count, 8, "a refused value changes nothing");
        for (key, text) in [
            ("rate", "inf"),
            ("rate", "nan"),
            ("rate", "-1"),
            ("service", "0s"),
            ("arrivals", "fast"),
            ("nothing", "1"),
            ("speeds", "1,x"),
        ] {
            assert!(example.set(key, text).is_err(), "{key}={text}");
        }
    }
}

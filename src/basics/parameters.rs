//! A parameter is declared once. From that declaration come the control on the page, its validation, its key in a
//! link, the flag of the terminal, the entry of the embed dialog and the row of the reference page.
//!
//! [`parameters!`](crate::parameters) writes a struct and its table of [`Declaration`]s. Algorithms declare their own
//! parameters (virtual nodes, decay, linger) in their own file, labs those of traffic and servers.

pub use super::kind::{Kind, Refusal, number};
use super::prose::Prose;
use super::values::Value;

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
    pub help: Prose,
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
            const TABLE: &'static [$crate::basics::Declaration] = {
                // A static: it stands once in a program, however often it is named.
                static TABLE: &[$crate::basics::Declaration] = &[
                $($crate::basics::Declaration {
                    key: {
                        const KEY: &[u8] = &$crate::basics::parameters::dashed::<{ stringify!($field).len() }>(stringify!($field));
                        // A Rust identifier in ASCII stays text when its underscores become dashes.
                        match core::str::from_utf8(KEY) { Ok(key) => key, Err(_) => panic!("parameter names are ASCII") }
                    },
                    label: $label,
                    help: $crate::basics::prose(concat!($($help),+).trim_ascii()),
                    kind: $kind,
                    default: || $crate::basics::parameters::canonical(&$kind, &{ let value: $type = $default; value }),
                    effect: $crate::basics::Effect::$effect,
                    scope: $crate::basics::Scope::$scope,
                    group: $group,
                },)*
                ];
                TABLE
            };

            #[allow(unused_variables, unused_mut, reason = "an algorithm may have no parameters")]
            fn set(&mut self, key: &str, text: &str) -> Result<(), $crate::basics::parameters::Refusal> {
                let (place, text) = $crate::basics::parameters::checked(Self::TABLE, key, text)?;
                let mut places = 0_usize..;
                $(if places.next() == Some(place) {
                    if let Some(value) = <$type as $crate::basics::values::Value>::read(&text) {
                        self.$field = value;
                    }
                })*
                Ok(())
            }

            #[allow(unused_variables, unused_mut, reason = "an algorithm may have no parameters")]
            fn get(&self, key: &str) -> Option<String> {
                let place = Self::TABLE.iter().position(|row| row.key == key)?;
                let mut places = 0_usize..;
                $(if places.next() == Some(place) {
                    return Some($crate::basics::parameters::canonical(&Self::TABLE[place].kind, &self.$field));
                })*
                None
            }
        }
    };
}

/// Where `key` stands in `table`, and `text` in its canonical form. One function for all tables, so that what is written
/// out for each parameter is no more than reading that form.
#[doc(hidden)]
pub fn checked(table: &[Declaration], key: &str, text: &str) -> Result<(usize, String), Refusal> {
    let found = table.iter().enumerate().find(|(_, row)| row.key == key);
    let (place, row) =
        found.ok_or_else(|| Refusal { expected: "is not a parameter here".to_owned(), nearest: None })?;
    Ok((place, row.kind.check(text)?))
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
    use crate::basics::Nanos;
    use crate::basics::values::Each;

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
        assert_eq!((row.key, row.label, *row.help), ("server-count", "Servers", "How many servers stand there."));
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

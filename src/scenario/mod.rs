//! A scenario: the one source of every number that is shown.
//!
//! Lab, lanes (a policy each, with overrides), parameters, seed, changes, duration, warm-up. It is read from and
//! written to a flat text that stands in a link unescaped:
//!
//! ```text
//! balancing?v=1&engine=1&policy=round-robin,two-choices&rate=900/s&seed=7&b.choices=3&at=20s..40s:slow:3:4x
//! ```
//!
//! Read next: [`read`] for the grammar, [`edits`] for what happens during a run.

pub mod edits;
pub mod lanes;
pub mod read;
pub mod write;

use core::fmt;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use edits::{Deed, Edit};

use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Declaration, Nanos};
use crate::labs::Lab;

/// The version of the text format.
pub const VERSION: u32 = 1;

/// The version of the engine: raised whenever any scenario gives other numbers than before. A link carries it, and a
/// page with another one says that its numbers may differ.
pub const ENGINE: u32 = 1;

/// At most so many lanes run side by side.
pub const MOST_LANES: usize = 4;

/// Longest run: a million requests at 70 a second.
pub const LONGEST: Nanos = Nanos::from_secs(14_400);

/// One lane: a policy and what it has of its own.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Lane {
    /// The key of its policy.
    pub policy: String,
    /// Parameters that differ from those of the scenario, as canonical text.
    pub overrides: BTreeMap<String, String>,
}

/// A scenario. Its settings are canonical texts that the declarations of the lab have accepted.
#[derive(Clone)]
pub struct Scenario {
    /// The lab.
    pub lab: &'static Lab,
    /// One to four lanes.
    pub lanes: Vec<Lane>,
    /// Parameters that differ from their default: of the lab, and of policies.
    pub settings: BTreeMap<String, String>,
    /// The seed of everything random.
    pub seed: u64,
    /// What happens during the run.
    pub edits: Vec<Edit>,
    /// How long the run is.
    pub duration: Nanos,
    /// Requests that arrive before are left out of the figures.
    pub warm_up: Nanos,
    /// The engine that the text was written for.
    pub engine: u32,
}

impl fmt::Debug for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl PartialEq for Scenario {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

/// Something in a text that could not be used as it stands: which key, what was refused, what is used instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The key.
    pub key: String,
    /// What was refused.
    pub refused: String,
    /// The whole sentence, with what is used instead.
    pub sentence: String,
    /// The sentence without what is used instead, for the terminal, where nothing is.
    pub problem: String,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl Scenario {
    /// The scenario that `lab` opens with.
    #[must_use]
    pub fn of(lab: &'static Lab) -> Self {
        let lane = |policy: &&str| Lane { policy: (*policy).to_owned(), overrides: BTreeMap::new() };
        Self {
            lab,
            lanes: lab.default_policies.iter().map(lane).collect(),
            settings: BTreeMap::new(),
            seed: 1,
            edits: Vec::new(),
            duration: lab.default_duration,
            warm_up: lab.default_warm_up,
            engine: ENGINE,
        }
    }

    /// The declaration of `key`: of the lab, or of a policy that one of the lanes runs.
    #[must_use]
    pub fn declaration(&self, key: &str) -> Option<&'static Declaration> {
        let of_policies =
            || self.lanes.iter().filter_map(|lane| self.about(&lane.policy)).flat_map(|about| about.parameters);
        self.lab.parameters.iter().chain(of_policies()).find(|row| row.key == key)
    }

    /// The declaration of `key` as lane `lane` has it: of the lab, or of the lane's own policy.
    #[must_use]
    pub fn declaration_in(&self, lane: usize, key: &str) -> Option<&'static Declaration> {
        let own =
            self.lanes.get(lane).and_then(|lane| self.about(&lane.policy)).map_or(&[][..], |about| about.parameters);
        self.lab.parameters.iter().chain(own).find(|row| row.key == key)
    }

    /// What the registry says about `policy`.
    #[must_use]
    pub fn about(&self, policy: &str) -> Option<&'static crate::algorithms::About> {
        self.lab.policies.iter().find(|about| about.key == policy)
    }

    /// The value of `key` in lane `lane` at the start of the run, as canonical text.
    #[must_use]
    pub fn value(&self, lane: usize, key: &str) -> Option<String> {
        let row = self.declaration_in(lane, key)?;
        let own = self.lanes.get(lane).and_then(|lane| lane.overrides.get(key));
        Some(own.or_else(|| self.settings.get(key)).cloned().unwrap_or_else(row.default))
    }

    /// All settings that lane `lane` has, the lane's own last.
    #[must_use]
    pub fn settings_of(&self, lane: usize) -> Vec<(&str, &str)> {
        let own = self.lanes.get(lane).map(|lane| &lane.overrides);
        let all = self.settings.iter().chain(own.into_iter().flatten());
        all.map(|(key, value)| (key.as_str(), value.as_str())).collect()
    }

    /// The parameters of lane `lane` in their typed form.
    #[must_use]
    pub fn typed<P: Declared>(&self, lane: usize) -> P {
        let mut parameters = P::default();
        for (key, value) in self.settings_of(lane) {
            // Keys of policies are refused by the lab's parameters and the other way round, which is right.
            let _ = parameters.set(key, value);
        }
        parameters
    }

    /// Sets a parameter for all lanes; a value equal to the default is forgotten.
    ///
    /// # Errors
    /// A [`Refusal`] when the key is unknown or the text not accepted.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        let row = self.declaration(key).ok_or_else(unknown)?;
        put(&mut self.settings, key, row.kind.check(text)?, &(row.default)());
        Ok(())
    }

    /// Sets a parameter for one lane.
    ///
    /// # Errors
    /// A [`Refusal`] when the key is unknown there, is shared by all lanes, or the text is not accepted.
    pub fn set_in_lane(&mut self, lane: usize, key: &str, text: &str) -> Result<(), Refusal> {
        let row = self.declaration_in(lane, key).ok_or_else(unknown)?;
        if row.scope == crate::basics::Scope::Shared {
            let expected = "is shared by all lanes, so that they see the same traffic".to_owned();
            return Err(Refusal { expected, nearest: None });
        }
        let value = row.kind.check(text)?;
        let shared = self.settings.get(key).cloned().unwrap_or_else(row.default);
        if let Some(lane) = self.lanes.get_mut(lane) {
            put(&mut lane.overrides, key, value, &shared);
        }
        Ok(())
    }
}

fn unknown() -> Refusal {
    Refusal { expected: "is not a parameter here".to_owned(), nearest: None }
}

fn put(settings: &mut BTreeMap<String, String>, key: &str, value: String, default: &str) {
    if value == default {
        settings.remove(key);
    } else {
        settings.insert(key.to_owned(), value);
    }
}

/// The letter of a lane: `a`, `b`, `c`, `d`.
#[must_use]
pub fn lane_letter(lane: usize) -> char {
    // At most four lanes exist.
    char::from(b'a' + (lane % 26) as u8)
}

/// The lane of a letter.
#[must_use]
pub fn lane_of_letter(letter: &str) -> Option<usize> {
    match letter.as_bytes() {
        [letter @ b'a'..=b'z'] => Some(usize::from(letter - b'a')),
        _ => None,
    }
}

//! What happens to a run from outside at a given time: a fault, or a parameter that is moved while it runs.
//!
//! Both are the same thing, an edit of the scenario, so that a link reproduces what was seen.

use serde::{Deserialize, Serialize};

use crate::basics::Nanos;

/// One change of a running experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// When; it takes effect before any event of the same time.
    pub at: Nanos,
    /// What.
    pub what: What,
}

/// What changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// A live parameter takes a new value.
    Set {
        /// Its key.
        key: String,
        /// Its value as canonical text.
        value: String,
    },
    /// A fault of the kinds that the lab declares.
    Fault {
        /// The key of the kind: `kill`, `slow` …
        verb: String,
        /// Which server (shard, stage …), from 0.
        target: u32,
        /// How much, for the kinds that take an amount (`slow` by 4).
        amount: f64,
    },
}

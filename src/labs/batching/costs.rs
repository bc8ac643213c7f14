//! What a batch costs: something fixed, something for each item, and the way there and back.
//!
//! The figures of the presets stand here and nowhere else, each with its source. A learner who wants others chooses
//! “as set” and sets them. Read next: [`super::model`].

use crate::basics::{Nanos, Prose, prose};
use crate::choices;

use super::parameters::Parameters;

choices! {
    /// Where the costs of a batch come from.
    pub enum Preset {
        /// From the parameters “fixed”, “each” and “network”.
        Custom = "custom", "As set";
        /// A query for each row, or one for many: what “N + 1 queries” are about.
        Query = "query", "Database query";
        /// An `INSERT` of one or of many rows.
        Insert = "insert", "Database INSERT";
        /// Forcing a log to a spinning disk: group commit.
        Fsync = "fsync", "Log flush (fsync)";
        /// A remote call within a data centre.
        Rpc = "rpc", "Remote call";
        /// A message to a Web Worker.
        PostMessage = "post-message", "postMessage";
    }
}

/// The costs of a batch of `k` items: it occupies a slot for `fixed + k · each`, after `one_way` and before `one_way`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// For the batch, however small.
    pub fixed: Nanos,
    /// For each item of mean size.
    pub each: Nanos,
    /// The way to the receiver, and again back.
    pub one_way: Nanos,
}

/// A preset with its source.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Which.
    pub preset: Preset,
    /// Its costs.
    pub cost: Cost,
    /// Where the figures come from, and what about them is assumed.
    pub source: Prose,
}

/// The MySQL manual gives proportions only; that its unit is 50 µs is an assumption.
const MYSQL_UNIT: Nanos = Nanos::from_micros(50);

/// Half of the round trip within a data centre in Dean's table: 500 µs.
const DATA_CENTRE: Nanos = Nanos::from_micros(250);

/// Every preset but [`Preset::Custom`].
pub const PRESETS: &[Row] = &[
    Row {
        preset: Preset::Query,
        cost: Cost { fixed: Nanos(5 * MYSQL_UNIT.0), each: MYSQL_UNIT, one_way: DATA_CENTRE },
        source: prose(
            "MySQL 8.4 manual, “Optimizing INSERT Statements”: send 2, parse 2, close 1, a row 1 (the unit of 50 µs is \
                 assumed); round trip in a data centre 500 µs: Dean, “Numbers everyone should know” (2009)",
        ),
    },
    Row {
        preset: Preset::Insert,
        cost: Cost { fixed: Nanos(5 * MYSQL_UNIT.0), each: Nanos(2 * MYSQL_UNIT.0), one_way: DATA_CENTRE },
        source: prose(
            "MySQL 8.4 manual, “Optimizing INSERT Statements”: send 2, parse 2, close 1; a row 1 and its one index 1 \
                 (the unit of 50 µs is assumed); round trip in a data centre 500 µs: Dean (2009)",
        ),
    },
    Row {
        preset: Preset::Fsync,
        cost: Cost { fixed: Nanos(60_000_000_000 / 7_200), each: Nanos::from_micros(20), one_way: Nanos::ZERO },
        source: prose(
            "One revolution of a disk with 7,200 a minute; 1 KB of log at 1 MB in 20 ms: Norvig, \
                 “Teach Yourself Programming in Ten Years”",
        ),
    },
    Row {
        preset: Preset::Rpc,
        cost: Cost { fixed: Nanos::ZERO, each: Nanos::from_micros(10), one_way: DATA_CENTRE },
        source: prose(
            "Dean (2009): round trip in a data centre 500 µs, 1 KB over 1 Gbit/s 10 µs. What is fixed is the way only: \
                 it delays, and occupies nobody",
        ),
    },
    Row {
        preset: Preset::PostMessage,
        cost: Cost { fixed: Nanos::from_micros(60), each: Nanos(1_150), one_way: Nanos::ZERO },
        source: prose(
            "Measured in Chromium 156: a round trip with a small message 0.06 ms, with 100 objects of six fields 0.26 ms, \
                 with 1,000 of them 1.3 ms, so some 1.15 µs for each object",
        ),
    },
];

/// The costs that hold under `parameters`.
#[must_use]
pub fn cost(parameters: &Parameters) -> Cost {
    let preset = PRESETS.iter().find(|row| row.preset == parameters.cost);
    preset.map_or(Cost { fixed: parameters.fixed, each: parameters.each, one_way: parameters.network }, |row| row.cost)
}

//! Fixed limit: a number that somebody chose.
//!
//! **What it is.** A semaphore. The baseline for every limiter that adapts, and often enough: when the capacity is
//! known and does not change, nothing does better.
//!
//! **Who runs it.** Everybody: thread pools, connection pools, `max_connections`, Envoy's circuit-breaker thresholds,
//! nginx `max_conns`.
//!
//! **Cost.** O(1) time, one integer of memory.
//!
//! **Source.** Netflix concurrency-limits `FixedLimit.java`; Nygard, *Release It!* (2007), for the bulkhead.
//!
//! **What goes wrong.** The number goes stale. After the service lost half its capacity the limit is twice what it
//! should be and the rest queues inside; after it gained, the new servers idle. Whoever measured it measured last
//! year's code.

use super::{Limiter, moves_with_samples_only};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos};
use crate::{because, parameters};

parameters! {
    /// The number.
    pub struct Parameters {
        /// How many requests may be in flight.
        limit: u32 = 100, "Limit", Kind::count(1, 100_000), Live PerLane "Limiter";
    }
}

/// The limiter: its parameters.
#[derive(Clone, Debug)]
pub struct Fixed {
    parameters: Parameters,
}

impl Fixed {
    /// A limiter with these parameters.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone() }
    }
}

moves_with_samples_only!(Fixed);

impl Limiter for Fixed {
    fn limit(&self) -> u32 {
        self.parameters.limit
    }

    fn sample(&mut self, _started: Nanos, _now: Nanos, _in_flight: u32, _dropped: bool, why: &mut Explanation) {
        because!(why, "the limit is {} whatever happens", self.parameters.limit);
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

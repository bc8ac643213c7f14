//! AIMD: additive increase, multiplicative decrease.
//!
//! **What it is.** One more for each request that comes back well while the limit is in use; a tenth less for each that
//! was dropped or took too long. Several such limiters that share a service converge to equal shares, which no other
//! pairing of increase and decrease does (Chiu and Jain).
//!
//! **Who runs it.** TCP since 1988; Netflix concurrency-limits.
//!
//! **Cost.** O(1) time, one integer of memory.
//!
//! **Source.** Netflix concurrency-limits `AIMDLimit.java`; Chiu and Jain, “Analysis of the increase and decrease
//! algorithms for congestion avoidance” (1989).
//!
//! **What goes wrong.** It learns only from failure: the limit climbs until requests time out, so the queue is full
//! before it reacts. With 5 s as the timeout, latency must reach 5 s first. And since every sample counts, a burst of
//! drops that has one cause is punished many times over: 20 drops in a row take 200 down to 21.
//!
//! **Rounding.** The product is cut off, not rounded (30 → 27, 16 → 14); the time-out is strict (5 s exactly is in
//! time).

use super::{Limiter, moves_with_samples_only, round_trip};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos};
use crate::{because, parameters};

parameters! {
    /// The defaults of Netflix.
    pub struct Parameters {
        /// The limit at the start. Outside the bounds it is brought inside by the first sample.
        initial_limit: u32 = 20, "Initial limit", Kind::count(1, 100_000), Restart PerLane "Limiter";
        /// The limit never falls below this. The default of 20 hides a collapse from small services.
        min_limit: u32 = 20, "Least limit", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// The limit never rises above this.
        max_limit: u32 = 200, "Greatest limit", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// What a drop leaves of the limit.
        backoff_ratio: f64 = 0.9, "Backoff ratio", Kind::number(0.5, 1.0, 0.01), Live PerLane "Limiter";
        /// A request that took longer counts as dropped.
        timeout: Nanos = Nanos::from_secs(5), "Timeout", Kind::span(Nanos::MICROSECOND, Nanos::from_secs(600)), Live PerLane "Limiter";
    }
}

/// The limiter: its limit.
#[derive(Clone, Debug)]
pub struct Aimd {
    parameters: Parameters,
    limit: u32,
}

impl Aimd {
    /// A limiter at its initial limit.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { limit: parameters.initial_limit, parameters: parameters.clone() }
    }
}

moves_with_samples_only!(Aimd);

impl Limiter for Aimd {
    fn limit(&self) -> u32 {
        self.limit
    }

    fn sample(&mut self, started: Nanos, now: Nanos, in_flight: u32, dropped: bool, why: &mut Explanation) {
        let Parameters { min_limit, max_limit, backoff_ratio, timeout, .. } = self.parameters;
        let before = self.limit;
        let took = round_trip(started, now);
        if dropped || took > timeout {
            self.limit = (f64::from(before) * backoff_ratio) as u32; // cut off, as the reference does
            because!(why, "dropped or over {timeout}: {before} × {backoff_ratio} = {}", self.limit);
        } else if u64::from(in_flight) * 2 >= u64::from(before) {
            self.limit = before.saturating_add(1);
            because!(why, "back after {took} with {in_flight} in flight: one more, {}", self.limit);
        } else {
            because!(why, "only {in_flight} of {before} were in use: it would grow for nothing");
        }
        // The upper bound wins where they contradict each other.
        self.limit = self.limit.max(min_limit).min(max_limit);
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

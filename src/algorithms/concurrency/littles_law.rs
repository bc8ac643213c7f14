//! Little's law: the limit that somebody who knew the service would set.
//!
//! **What it is.** Not a controller but the yardstick for them. In a stable system the mean number in flight is
//! throughput × latency (L = λW). At the knee all capacity is used and nobody queues yet, so the limit there is the
//! greatest throughput times the latency *without* load. Both are told to it; a lab tells it again when the truth
//! moves.
//!
//! **Who runs it.** Nobody in production, since nobody knows both numbers there; everybody on a whiteboard.
//!
//! **Cost.** O(1) time and memory.
//!
//! **Source.** Little, “A proof for the queuing formula L = λW” (1961); Netflix, “Performance under load” (2018), for
//! its use in limits.
//!
//! **What goes wrong.** The law speaks of *means*. With random arrivals a limit at exactly the knee leaves servers idle
//! between requests, so real limits keep a little queue: the headroom. Fed with the latency *under* load it grows with
//! its own queue and limits nothing.

use super::{Limiter, moves_with_samples_only};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos};
use crate::{because, parameters};

parameters! {
    /// What is known of the service.
    pub struct Parameters {
        /// The most that the service can complete.
        capacity: f64 = 1_000.0, "Capacity", Kind::rate(1_000_000.0), Live PerLane "Limiter";
        /// How long a request takes when it meets no other.
        latency_without_load: Nanos = Nanos::from_millis(20), "Latency without load", Kind::span(Nanos::MICROSECOND, Nanos::from_secs(60)), Live PerLane "Limiter";
        /// Room for a queue, as a factor on the number that the law gives.
        headroom: f64 = 1.0, "Headroom", Kind::factor(1.0, 10.0, 0.1), Live PerLane "Limiter";
    }
}

/// The yardstick: its parameters.
#[derive(Clone, Debug)]
pub struct LittlesLaw {
    parameters: Parameters,
}

impl LittlesLaw {
    /// A limiter with these parameters.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone() }
    }
}

moves_with_samples_only!(LittlesLaw);

impl Limiter for LittlesLaw {
    /// Rounded up, and at least 1.
    fn limit(&self) -> u32 {
        let Parameters { capacity, latency_without_load, headroom } = self.parameters;
        // `as` saturates, so an absurd product is simply no limit.
        ((capacity * latency_without_load.seconds() * headroom).ceil() as u32).max(1)
    }

    fn sample(&mut self, _started: Nanos, _now: Nanos, _in_flight: u32, _dropped: bool, why: &mut Explanation) {
        let Parameters { capacity, latency_without_load, headroom } = self.parameters;
        because!(why, "{capacity}/s × {latency_without_load} × {headroom} = {} in flight", self.limit());
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

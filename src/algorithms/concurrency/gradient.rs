//! Gradient: scale the limit by the ratio of the lowest latency to the present one.
//!
//! **What it is.** As long as latency stays within a tolerance of the lowest seen, the ratio counts as 1 and the limit
//! grows by the room for a queue, its own square root. Above that it is scaled down, at most to half, and what shrinks
//! is smoothed. Every thousand samples or two it starts afresh from a small limit to measure the lowest latency anew.
//!
//! **Who runs it.** Netflix concurrency-limits, before Gradient2; Envoy's controller is a relative.
//!
//! **Cost.** O(1) time, four numbers of memory.
//!
//! **Source.** Netflix concurrency-limits `GradientLimit.java`; “Performance under load” (Netflix, 2018).
//!
//! **What goes wrong.** The probe is visible: the limit falls from hundreds to its square root in one step and whatever
//! arrives meanwhile is shed. Between probes a service that truly became slower is throttled. And the smoothing makes a
//! drop almost harmless: a tenth less, of which a fifth counts, is 2 %. Measured without probes at 20 servers of 10 ms
//! that are never idle, so the knee is at 20: 39 on average, since twice the lowest latency is tolerated, and between 8
//! and 91, since what it lets in now is felt only later.
//!
//! **Order of the rules.** Only a shrinking limit is smoothed. The floor is the room for a queue (4 at least), not only
//! the least limit. A drop shrinks even when the limit is not in use; a probe looks at nothing else.

use super::estimates::{Jitter, square_root};
use super::{Limiter, moves_with_samples_only, round_trip};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos};
use crate::{because, parameters};

parameters! {
    /// The defaults of Netflix.
    pub struct Parameters {
        /// The limit at the start.
        initial_limit: u32 = 50, "Initial limit", Kind::count(1, 100_000), Restart PerLane "Limiter";
        /// The limit never falls below this.
        min_limit: u32 = 1, "Least limit", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// The limit never rises above this, unless the least queue is larger.
        max_limit: u32 = 1_000, "Greatest limit", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// The weight of a new limit against the old one, when it is smaller.
        smoothing: f64 = 0.2, "Smoothing", Kind::number(0.01, 1.0, 0.01), Live PerLane "Limiter";
        /// The room for a queue is the square root of the limit, but at least this.
        min_queue: u32 = 4, "Least queue", Kind::count(0, 10_000), Live PerLane "Limiter";
        /// How far latency may rise above the lowest before the limit shrinks.
        tolerance: f64 = 2.0, "Tolerance", Kind::factor(1.0, 100.0, 0.1), Live PerLane "Limiter";
        /// After this many samples it measures the lowest latency anew; 0 for never.
        probe_interval: u32 = 1_000, "Probe interval", Kind::count(0, 1_000_000), Live PerLane "Limiter";
        /// How much later a probe may come, at random, so that many limiters do not probe together.
        probe_jitter: f64 = 100.0, "Probe jitter", Kind::percent(0.0, 100.0, 1.0), Live PerLane "Limiter";
        /// What a drop leaves of the limit, before smoothing.
        backoff_ratio: f64 = 0.9, "Backoff ratio", Kind::number(0.5, 1.0, 0.01), Live PerLane "Limiter";
        /// Seeds the jitter.
        jitter_seed: u32 = 1, "Jitter seed", Kind::count(0, u32::MAX), Restart PerLane "Limiter";
    }
}

/// The limiter: its estimate, the lowest latency, and when it probes next.
#[derive(Clone, Debug)]
pub struct Gradient {
    parameters: Parameters,
    estimate: f64,
    lowest: Option<Nanos>,
    gradient: f64,
    samples_to_probe: u32,
    jitter: Jitter,
}

impl Gradient {
    /// A limiter at its initial limit.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        let mut limiter = Self {
            estimate: f64::from(parameters.initial_limit),
            lowest: None,
            gradient: 1.0,
            samples_to_probe: 0,
            jitter: Jitter::new(parameters.jitter_seed),
            parameters: parameters.clone(),
        };
        limiter.wait_for_probe();
        limiter
    }

    /// The limit before its fraction is cut off.
    #[must_use]
    pub const fn estimate(&self) -> f64 {
        self.estimate
    }

    /// The ratio of latencies at the last sample, between 0.5 and 1.
    #[must_use]
    pub const fn gradient(&self) -> f64 {
        self.gradient
    }

    fn wait_for_probe(&mut self) {
        let interval = self.parameters.probe_interval;
        let later = f64::from(interval) * self.parameters.probe_jitter / 100.0 * self.jitter.unit();
        self.samples_to_probe = interval.saturating_add(later as u32);
    }
}

moves_with_samples_only!(Gradient);

impl Limiter for Gradient {
    fn limit(&self) -> u32 {
        self.estimate as u32
    }

    fn sample(&mut self, started: Nanos, now: Nanos, in_flight: u32, dropped: bool, why: &mut Explanation) {
        let Parameters { min_limit, max_limit, smoothing, min_queue, tolerance, probe_interval, backoff_ratio, .. } =
            self.parameters;
        let (min_limit, max_limit) = (f64::from(min_limit), f64::from(max_limit));
        let limit = self.estimate;
        let queue = f64::from(square_root(limit as u32, min_queue));

        if probe_interval > 0 && self.samples_to_probe == 0 {
            self.wait_for_probe();
            self.estimate = queue.max(min_limit);
            self.lowest = None;
            because!(why, "a probe: {limit:.1} becomes {:.1} and the lowest latency is forgotten", self.estimate);
            return;
        }
        self.samples_to_probe = self.samples_to_probe.saturating_sub(1);

        let took = round_trip(started, now);
        let lowest = self.lowest.map_or(took, |lowest| lowest.min(took));
        self.lowest = Some(lowest);
        self.gradient = (tolerance * lowest.0 as f64 / took.0 as f64).clamp(0.5, 1.0);
        because!(why, "{took} against {lowest}, tolerance {tolerance}: gradient {:.2}", self.gradient);

        let mut wanted = if dropped {
            because!(why, "dropped: × {backoff_ratio}");
            limit * backoff_ratio
        } else if f64::from(in_flight) < limit / 2.0 {
            because!(why, "only {in_flight} of {limit:.1} were in use: stays");
            return;
        } else {
            limit * self.gradient + queue
        };
        if wanted < limit {
            wanted = (limit * (1.0 - smoothing) + smoothing * wanted).max(min_limit);
        }
        self.estimate = wanted.min(max_limit).max(queue);
        because!(why, "{limit:.1} becomes {:.1}, of which {queue} for a queue", self.estimate);
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

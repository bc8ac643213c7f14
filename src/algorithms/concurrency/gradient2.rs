//! Gradient2: scale the limit by the ratio of the long-term latency to the present one.
//!
//! **What it is.** Gradient without the lowest latency, which random service times make misleadingly low. What is
//! normal is a long average (600 samples); as long as the present latency stays within a tolerance of it, the limit
//! grows by a fifth of four each sample. No probes, no dips.
//!
//! **Who runs it.** Netflix concurrency-limits, as the successor of Gradient.
//!
//! **Cost.** O(1) time, five numbers of memory.
//!
//! **Source.** Netflix concurrency-limits `Gradient2Limit.java`.
//!
//! **What goes wrong.** It has no memory of good times: latency that is bad for long enough becomes the average, and
//! the limit grows again. It drifts to its greatest limit while latency is flat, so the tolerance is really the only
//! brake. And drops count for nothing: a service that refuses at once looks fast. Measured at 20 servers of 10 ms that
//! are never idle, so the knee is at 20: fed with single samples the limit swings between 15 and 107; in windows of a
//! second (`windowed`) it stays near 39 for the first minute and has crept to 112 after ten.
//!
//! **Order of the rules.** The long average takes the sample in first. When it is more than twice the present latency,
//! the *stored* average is cut by 5 % afterwards, also while the limit is not in use. A drop is ignored.

use super::estimates::WarmAverage;
use super::{Limiter, moves_with_samples_only, round_trip};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos};
use crate::{because, parameters};

parameters! {
    /// The defaults of Netflix.
    pub struct Parameters {
        /// The limit at the start.
        initial_limit: u32 = 20, "Initial limit", Kind::count(1, 100_000), Restart PerLane "Limiter";
        /// The limit never falls below this. The default of 20 hides a collapse from small services.
        min_limit: u32 = 20, "Least limit", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// The limit never rises above this.
        max_limit: u32 = 200, "Greatest limit", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// The weight of a new limit against the old one.
        smoothing: f64 = 0.2, "Smoothing", Kind::number(0.01, 1.0, 0.01), Live PerLane "Limiter";
        /// The room for a queue: what each sample adds while latency is normal, before smoothing.
        queue_size: u32 = 4, "Queue size", Kind::count(0, 10_000), Live PerLane "Limiter";
        /// How far latency may rise above the long average before the limit shrinks.
        tolerance: f64 = 1.5, "Tolerance", Kind::factor(1.0, 100.0, 0.1), Live PerLane "Limiter";
        /// How many samples the long average remembers.
        long_window: u32 = 600, "Long window", Kind::count(1, 1_000_000), Live PerLane "Limiter";
    }
}

/// This many samples are averaged plainly before the average forgets.
const WARM_UP: u32 = 10;
/// A long average above this many times the present latency is stale …
const STALE: f64 = 2.0;
/// … and loses 5 % at each sample until it is not.
const RECOVERY: f64 = 0.95;

/// The limiter: its estimate and what latency is normal.
#[derive(Clone, Debug)]
pub struct Gradient2 {
    parameters: Parameters,
    estimate: f64,
    long: WarmAverage,
    gradient: f64,
}

impl Gradient2 {
    /// A limiter at its initial limit.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self {
            estimate: f64::from(parameters.initial_limit),
            long: WarmAverage::new(WARM_UP),
            gradient: 1.0,
            parameters: parameters.clone(),
        }
    }

    /// The limit before its fraction is cut off.
    #[must_use]
    pub const fn estimate(&self) -> f64 {
        self.estimate
    }

    /// The ratio of latencies at the last sample that could change the limit, between 0.5 and 1.
    #[must_use]
    pub const fn gradient(&self) -> f64 {
        self.gradient
    }

    /// The long average, in nanoseconds.
    #[must_use]
    pub const fn long_latency(&self) -> f64 {
        self.long.value()
    }
}

moves_with_samples_only!(Gradient2);

impl Limiter for Gradient2 {
    fn limit(&self) -> u32 {
        self.estimate as u32
    }

    fn sample(&mut self, started: Nanos, now: Nanos, in_flight: u32, _dropped: bool, why: &mut Explanation) {
        let Parameters { min_limit, max_limit, smoothing, queue_size, tolerance, long_window, .. } = self.parameters;
        let limit = self.estimate;
        let took = round_trip(started, now);
        let short = took.0 as f64;
        let long = self.long.add(short, long_window);
        if long / short > STALE {
            because!(why, "latency is back: the long average of {} is stale", Nanos(long as u64));
            self.long.scale(RECOVERY);
        }
        if f64::from(in_flight) < limit / 2.0 {
            because!(why, "only {in_flight} of {limit:.1} were in use: stays");
            return;
        }
        self.gradient = (tolerance * long / short).clamp(0.5, 1.0);
        let wanted = limit * self.gradient + f64::from(queue_size);
        self.estimate =
            (limit * (1.0 - smoothing) + wanted * smoothing).min(f64::from(max_limit)).max(f64::from(min_limit));
        because!(why, "{took} against {} on average: gradient {:.2}", Nanos(long as u64), self.gradient);
        because!(why, "{limit:.1} becomes {:.1}", self.estimate);
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

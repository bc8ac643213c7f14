//! Vegas: estimate the queue from the latency, and keep it short.
//!
//! **What it is.** The lowest latency ever seen is taken for the latency without load. Of `limit` requests in flight,
//! the share 1 − lowest / present is then waiting: that is the queue. Short: grow. Long: shrink. In between: stay.
//! Unlike AIMD it reacts before anything fails.
//!
//! **Who runs it.** Netflix concurrency-limits, as its default; the idea is TCP Vegas (`tcp_vegas`), with thresholds
//! that grow with the logarithm of the limit.
//!
//! **Cost.** O(1) time, four numbers of memory.
//!
//! **Source.** Netflix concurrency-limits `VegasLimit.java`; Brakmo and Peterson, “TCP Vegas: end to end congestion
//! avoidance on a global internet” (1995).
//!
//! **What goes wrong.** “The lowest ever seen” never rises. When the service truly becomes slower, everything looks
//! like a queue and the limit falls to 1. So now and then the present latency is taken for the new lowest (a probe); a
//! probe under load then takes the queue for normal and the limit drifts up. Measured at 20 servers of 10 ms that are
//! never idle, so the knee is at 20: 25 on average, between 8 and 49.
//!
//! **Order of the rules.** A probe and a new lowest change nothing else, even when that request was dropped. A drop
//! shrinks even when the limit is not in use. Up to the threshold it grows by all of beta at once, the fast start.

use super::estimates::{Jitter, logarithm};
use super::{Limiter, moves_with_samples_only, round_trip};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos};
use crate::{because, choices, parameters};

choices! {
    /// How the limit shrinks.
    pub enum Decrease {
        /// By its logarithm.
        Logarithm = "logarithm", "By its logarithm";
        /// To its half.
        Half = "half", "To its half";
    }
}

parameters! {
    /// The defaults of Netflix.
    pub struct Parameters {
        /// The limit at the start.
        initial_limit: u32 = 20, "Initial limit", Kind::count(1, 100_000), Restart PerLane "Limiter";
        /// The limit never rises above this. It never falls below 1.
        max_limit: u32 = 1_000, "Greatest limit", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// A queue shorter than this lets the limit grow.
        alpha: u32 = 3, "Alpha", Kind::count(0, 1_000), Live PerLane "Limiter";
        /// A queue longer than this makes it shrink.
        beta: u32 = 6, "Beta", Kind::count(0, 1_000), Live PerLane "Limiter";
        /// A queue no longer than this makes it grow by all of beta.
        threshold: u32 = 1, "Threshold", Kind::count(0, 1_000), Live PerLane "Limiter";
        /// Whether alpha, beta and threshold are multiplied by the logarithm of the limit to base ten.
        scaled: bool = true, "Scaled", Kind::Switch, Live PerLane "Limiter";
        /// How it shrinks.
        decrease: Decrease = Decrease::Logarithm, "Decrease", Kind::Choice(Decrease::OPTIONS), Live PerLane "Limiter";
        /// The weight of a new limit against the old one.
        smoothing: f64 = 1.0, "Smoothing", Kind::number(0.01, 1.0, 0.01), Live PerLane "Limiter";
        /// A probe comes after at most this many samples for each unit of the limit.
        probe_multiplier: u32 = 30, "Probe multiplier", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// How much earlier a probe may come, at random, so that many limiters do not probe together.
        probe_jitter: f64 = 50.0, "Probe jitter", Kind::percent(0.0, 99.0, 1.0), Live PerLane "Limiter";
        /// Seeds the jitter.
        jitter_seed: u32 = 1, "Jitter seed", Kind::count(0, u32::MAX), Restart PerLane "Limiter";
    }
}

/// Which rule decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The present latency became the latency without load.
    Probe,
    /// So it did, because it was the lowest.
    NewLowest,
    /// Dropped: shrinks.
    Drop,
    /// The limit is not in use: stays.
    NotInUse,
    /// No queue: grows by beta.
    FastIncrease,
    /// A short queue: grows.
    Increase,
    /// A long queue: shrinks.
    Decrease,
    /// Between alpha and beta: stays.
    Steady,
}

/// The limiter: its estimate, the latency without load, and when it probes next.
#[derive(Clone, Debug)]
pub struct Vegas {
    parameters: Parameters,
    estimate: f64,
    without_load: Option<Nanos>,
    samples_since_probe: u32,
    probe_at: f64,
    jitter: Jitter,
}

impl Vegas {
    /// A limiter at its initial limit.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        let mut limiter = Self {
            estimate: f64::from(parameters.initial_limit),
            without_load: None,
            samples_since_probe: 0,
            probe_at: 1.0,
            jitter: Jitter::new(parameters.jitter_seed),
            parameters: parameters.clone(),
        };
        limiter.draw_jitter();
        limiter
    }

    /// The limit before its fraction is cut off.
    #[must_use]
    pub const fn estimate(&self) -> f64 {
        self.estimate
    }

    fn draw_jitter(&mut self) {
        let earlier = self.parameters.probe_jitter / 100.0;
        self.probe_at = (1.0 - earlier) + earlier * self.jitter.unit();
    }

    /// What one sample does; returns the rule that decided.
    pub fn update(&mut self, took: Nanos, in_flight: u32, dropped: bool, why: &mut Explanation) -> Rule {
        let parameters = &self.parameters;
        self.samples_since_probe = self.samples_since_probe.saturating_add(1);
        if self.probe_at * f64::from(parameters.probe_multiplier) * self.estimate <= f64::from(self.samples_since_probe)
        {
            because!(why, "a probe: {took} is now the latency without load");
            self.samples_since_probe = 0;
            self.without_load = Some(took);
            self.draw_jitter();
            return Rule::Probe;
        }
        let lowest = match self.without_load {
            Some(lowest) if took >= lowest => lowest,
            _ => {
                because!(why, "{took} is the lowest latency so far");
                self.without_load = Some(took);
                return Rule::NewLowest;
            }
        };
        let limit = self.estimate;
        let queue = (limit * (1.0 - lowest.0 as f64 / took.0 as f64)).ceil();
        let step = logarithm(limit as u32);
        let scale = if parameters.scaled { step } else { 1 };
        let threshold_of = |threshold: u32| f64::from(threshold.saturating_mul(scale));
        because!(why, "{took} against {lowest}: about {queue} of {limit:.1} are queueing");

        let less = match parameters.decrease {
            Decrease::Logarithm => limit - f64::from(step),
            Decrease::Half => limit / 2.0,
        };
        let (rule, wanted) = if dropped {
            (Rule::Drop, less)
        } else if f64::from(in_flight) * 2.0 < limit {
            (Rule::NotInUse, limit)
        } else if queue <= threshold_of(parameters.threshold) {
            (Rule::FastIncrease, limit + threshold_of(parameters.beta))
        } else if queue < threshold_of(parameters.alpha) {
            (Rule::Increase, limit + f64::from(step))
        } else if queue > threshold_of(parameters.beta) {
            (Rule::Decrease, less)
        } else {
            (Rule::Steady, limit)
        };
        if !matches!(rule, Rule::NotInUse | Rule::Steady) {
            let wanted = wanted.min(f64::from(parameters.max_limit)).max(1.0);
            self.estimate = (1.0 - parameters.smoothing) * limit + parameters.smoothing * wanted;
        }
        because!(why, "{rule:?}: {limit:.1} becomes {:.1}", self.estimate);
        rule
    }
}

moves_with_samples_only!(Vegas);

impl Limiter for Vegas {
    fn limit(&self) -> u32 {
        self.estimate as u32
    }

    fn sample(&mut self, started: Nanos, now: Nanos, in_flight: u32, dropped: bool, why: &mut Explanation) {
        self.update(round_trip(started, now), in_flight, dropped, why);
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

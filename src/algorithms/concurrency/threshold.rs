//! Threshold controller: once a second, one more when all is well, one less when it is not.
//!
//! **What it is.** The controller that document 001 describes, repaired so that it does what it says. One semaphore is
//! shared by all calls; the share of successes and the mean latency are taken over the calls that *completed* in the
//! last second; a second without any changes nothing.
//!
//! **Who runs it.** Countless services, home-made: two thresholds on a dashboard, turned into a loop.
//!
//! **Cost.** O(1) time for each call, three integers of memory.
//!
//! **Source.** Document 001, lines 339–398 (thresholds from 364–373). The listing as it stands is the exhibit
//! `semaphore_per_call`; repaired are the semaphore for each call, the success *rate* that was a count, and the latency
//! that was a sum.
//!
//! **What goes wrong.** The thresholds are absolute: a service whose healthy latency is 600 ms is throttled to 1, one
//! whose healthy latency is 2 ms may queue fifty-fold before anything happens. A step of one a second takes minutes
//! to get anywhere. And it grows while nobody needs it, so the limit is far above the knee when the load comes.

use super::{Limiter, round_trip};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, parameters};

parameters! {
    /// The thresholds of the document.
    pub struct Parameters {
        /// The limit at the start.
        initial_limit: u32 = 20, "Initial limit", Kind::count(1, 100_000), Restart PerLane "Limiter";
        /// The limit never falls below this.
        min_limit: u32 = 1, "Least limit", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// The limit never rises above this. The document has no such bound.
        max_limit: u32 = 1_000, "Greatest limit", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// Grows only when more than this many of a thousand calls succeeded.
        grow_above: u32 = 990, "Grow above ‰", Kind::count(0, 1_000), Live PerLane "Limiter";
        /// Shrinks when fewer than this many of a thousand calls succeeded.
        shrink_below: u32 = 950, "Shrink below ‰", Kind::count(0, 1_000), Live PerLane "Limiter";
        /// Grows only while the mean latency is below this.
        fast: Nanos = Nanos::from_millis(100), "Fast", Kind::span(Nanos::MICROSECOND, Nanos::from_secs(60)), Live PerLane "Limiter";
        /// Shrinks when the mean latency is above this.
        slow: Nanos = Nanos::from_millis(500), "Slow", Kind::span(Nanos::MICROSECOND, Nanos::from_secs(60)), Live PerLane "Limiter";
        /// How often it decides.
        period: Nanos = Nanos::SECOND, "Period", Kind::span(Nanos::from_millis(10), Nanos::from_secs(60)), Live PerLane "Limiter";
    }
}

/// The controller: its limit and what it counted since the last decision.
#[derive(Clone, Debug)]
pub struct Threshold {
    parameters: Parameters,
    limit: u32,
    completed: u64,
    succeeded: u64,
    total_latency: Nanos,
    decides_at: Nanos,
}

impl Threshold {
    /// A controller that first decides one period after the start.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self {
            limit: parameters.initial_limit,
            completed: 0,
            succeeded: 0,
            total_latency: Nanos::ZERO,
            decides_at: parameters.period,
            parameters: parameters.clone(),
        }
    }

    /// One more, one less or neither, from the calls that completed.
    fn decide(&mut self) {
        let Parameters { min_limit, max_limit, grow_above, shrink_below, fast, slow, .. } = self.parameters;
        if self.completed == 0 {
            return; // nothing was learnt; neither “all failed” nor “all fast”
        }
        // Compared as products, so that nothing is rounded: succeeded / completed against a number of thousandths.
        let thousandths = self.succeeded * 1_000;
        let mean_latency = Nanos(self.total_latency.0 / self.completed);
        if thousandths > u64::from(grow_above) * self.completed && mean_latency < fast {
            self.limit = self.limit.saturating_add(1);
        } else if thousandths < u64::from(shrink_below) * self.completed || mean_latency > slow {
            self.limit = self.limit.saturating_sub(1);
        }
        self.limit = self.limit.min(max_limit).max(min_limit);
        (self.completed, self.succeeded, self.total_latency) = (0, 0, Nanos::ZERO);
    }
}

impl Timed for Threshold {
    type Act = ();

    fn due(&self) -> Option<Nanos> {
        Some(self.decides_at)
    }

    fn tick(&mut self, now: Nanos, _acts: &mut Vec<()>) {
        if now >= self.decides_at {
            self.decide();
            // Periods that were slept through are not made up for: they had no calls of their own.
            let periods = now.since(self.decides_at).0 / self.parameters.period.0.max(1) + 1;
            self.decides_at += self.parameters.period * periods;
        }
    }
}

impl Limiter for Threshold {
    fn limit(&self) -> u32 {
        self.limit
    }

    fn sample(&mut self, started: Nanos, now: Nanos, _in_flight: u32, dropped: bool, why: &mut Explanation) {
        self.completed += 1;
        self.succeeded += u64::from(!dropped);
        self.total_latency += round_trip(started, now);
        because!(
            why,
            "{} of {} calls succeeded since the last decision, mean {}",
            self.succeeded,
            self.completed,
            Nanos(self.total_latency.0 / self.completed)
        );
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

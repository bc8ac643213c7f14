//! Exhibit: a semaphore for each call. It limits nothing, and takes the number in flight for the latency.
//!
//! **What it is.** The adaptive concurrency of document 001, ported line by line. It means to allow `concurrency` calls
//! at once and to move that number by success and latency. Three faults: the semaphore is made inside the call, so
//! every call has one of its own and none ever waits; each success adds 1000 / 1000 = 1, so the “success rate per 1000”
//! is the number of successes in a second; each call adds its microseconds and nobody divides, so the “average latency”
//! in nanoseconds is a sum. By Little's law that sum is a million for each request in flight: “below 100 ms” asks for
//! fewer than 100 in flight.
//!
//! **Cost.** O(1) time for each call, three integers of memory.
//!
//! **Source.** Document 001, lines 339–398. What it meant to be: `concurrency/threshold.rs`.
//!
//! **What goes wrong.** Measured with evenly spaced calls, none of which fails: 500 calls a second of 20 ms take the
//! number from 20 to 16 in 4 s, since 500 successes are fewer than 950; an idle service goes from 20 to 1 in 19 s;
//! 2,000 calls a second of 20 ms (40 in flight, shown as 40 ms) let it grow by one a second, and with 300 ms (600 in
//! flight, shown as 600 ms) it falls to 11 in 10 s, with all 600 let in. Made without the constructor the number is 0,
//! the channel has no buffer, and every call blocks for ever.
//!
//! **Find the fault.** The other side: at 1,000 to 4,900 calls a second of 20 ms it *looks* right.

use crate::algorithms::concurrency::{Limiter, round_trip};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, parameters};

parameters! {
    /// The listing has no parameters; this is what its constructor would set.
    pub struct Parameters {
        /// The number at the start; 0 is what a caller gets who forgets the constructor.
        initial_limit: u32 = 20, "Initial limit", Kind::count(0, 100_000), Restart PerLane "Limiter";
    }
}

/// The listing's `AdaptiveSystem`.
#[derive(Clone, Debug)]
pub struct SemaphorePerCall {
    concurrency: u32,
    /// “Per 1000 requests”, says the listing.
    success_rate: i64,
    /// “Nanoseconds”, says the listing.
    average_latency: i64,
    ticker: Nanos,
}

impl SemaphorePerCall {
    /// A system whose ticker starts now, at the start of the run.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { concurrency: parameters.initial_limit, success_rate: 0, average_latency: 0, ticker: Nanos::SECOND }
    }

    /// What the listing takes for the average latency, in what it takes for nanoseconds, since the last adjustment.
    #[must_use]
    pub const fn average_latency(&self) -> i64 {
        self.average_latency
    }

    /// `adjust`, once a second.
    fn adjust(&mut self) {
        let (success, latency, current) = (self.success_rate, self.average_latency, self.concurrency);
        if success > 990 && latency < 100_000_000 {
            self.concurrency = current.saturating_add(1);
        }
        if (success < 950 || latency > 500_000_000) && current > 1 {
            self.concurrency = current - 1;
        }
        self.success_rate = 0;
        self.average_latency = 0;
    }
}

impl Timed for SemaphorePerCall {
    type Act = ();

    fn due(&self) -> Option<Nanos> {
        Some(self.ticker)
    }

    fn tick(&mut self, now: Nanos, _acts: &mut Vec<()>) {
        if now >= self.ticker {
            self.adjust();
            // A ticker of Go drops the ticks that nobody took.
            self.ticker += Nanos::SECOND * (now.since(self.ticker).0 / Nanos::SECOND.0 + 1);
        }
    }
}

impl Limiter for SemaphorePerCall {
    /// What the semaphores really allow: each call has a fresh one with room for itself, unless it has none at all.
    fn limit(&self) -> u32 {
        if self.concurrency == 0 { 0 } else { u32::MAX }
    }

    /// What the number says.
    fn claimed(&self) -> u32 {
        self.concurrency
    }

    fn sample(&mut self, started: Nanos, now: Nanos, _in_flight: u32, dropped: bool, why: &mut Explanation) {
        if !dropped {
            #[allow(clippy::eq_op, reason = "the listing has it so, and that is one of its faults")]
            let success = 1000 / 1000;
            self.success_rate += success;
        }
        self.average_latency += i64::try_from(round_trip(started, now).0).unwrap_or(i64::MAX) / 1000;
        because!(why, "“success rate” {}, “average latency” {}", self.success_rate, self.average_latency);
    }

    /// The listing has nothing that could be set while it runs.
    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        Parameters::default().set(key, text)
    }
}

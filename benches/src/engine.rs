//! The engine as the worker runs it: a scenario's text, slices, every measure on, no flights of requests recorded.

use headroom::basics::Nanos;
use headroom::labs;
use headroom::scenario::Scenario;
use headroom::simulation::window::Merged;
use headroom::simulation::{Budget, Detail, Reached, Record, Run};

use super::{RATE, SERVERS, SERVICE};

/// Events in a slice: below 5 ms.
pub const SLICE: u64 = 20_000;

/// A run with what it has measured so far.
pub struct Measured {
    run: Box<dyn Run>,
    record: Record,
    merged: Merged,
    length: Nanos,
    duration: Nanos,
}

impl Measured {
    /// A run at time zero with traffic for so many customers.
    #[must_use]
    pub fn new(seed: u64, customers: u64) -> Self {
        let milliseconds = (customers as f64 / RATE * 1_000.0).ceil();
        let text = format!(
            "balancing?policy=round-robin&servers={SERVERS}&slots=1&queue=1000000&rate={RATE}/s&service={}us&network=0s\
             &duration={milliseconds}ms&warm-up=0s&seed={seed}",
            SERVICE / 1_000.0
        );
        Self::of(&text)
    }

    /// A run of the first lane of the scenario `text`.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    #[allow(clippy::expect_used, reason = "a benchmark with a wrong text has nothing to measure")]
    pub fn of(text: &str) -> Self {
        let (scenario, notices) = Scenario::read(text).expect("the text names a lab");
        assert!(notices.is_empty(), "{notices:?}");
        Self {
            run: labs::build(&scenario, 0),
            record: Record::new(Detail::OFF),
            merged: Merged::default(),
            length: labs::window_length(&scenario),
            duration: scenario.duration,
        }
    }

    /// Goes on to so many seconds of virtual time or for so many events; whether it stands there.
    pub fn advance(&mut self, seconds: f64, events: u64) -> bool {
        let until = Nanos::from_seconds(seconds).min(self.duration);
        let reached = self.run.advance(Budget { until, events }, &mut self.record);
        for window in self.record.windows.drain(..) {
            self.merged.add(&window, self.length);
        }
        reached == Reached::Until
    }

    /// Runs it out in slices.
    pub fn run_out(&mut self) {
        while !self.advance(f64::INFINITY, SLICE) {}
    }

    /// The mean response so far in nanoseconds.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.merged.latencies.mean().map_or(f64::NAN, |mean| mean.0 as f64)
    }

    /// How long the whole run is, in seconds of virtual time.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.duration.seconds()
    }

    /// The run itself.
    #[must_use]
    pub fn run(&self) -> &dyn Run {
        self.run.as_ref()
    }
}

//! What happened in one stretch of virtual time: counts, averages and the latencies of what completed.
//!
//! Windows are mergeable. The page keeps them and merges those up to the playhead, so charts and figures never show
//! the future, and scrubbing needs no message.

use serde::{Deserialize, Serialize};

use super::latencies::{Latencies, Sparse};
use crate::basics::Nanos;

/// One window of a lane's run. Averages are over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Counted from 0; it spans `index × length .. (index + 1) × length`.
    pub index: u32,
    /// Whether it lies wholly in the warm-up: drawn, but left out of the figures.
    pub warming: bool,
    /// New requests.
    pub arrivals: u32,
    /// Requests answered: goodput when divided by the length.
    pub completed: u32,
    /// Requests given up: no eligible server, killed, timed out for good.
    pub failed: u32,
    /// Requests turned away by a full queue or a limiter.
    pub shed: u32,
    /// The lab's own counters, in the order in which it declares them.
    pub counters: Vec<u32>,
    /// The lab's gauges (in flight, queued, a limit …), averaged over the window.
    pub gauges: Vec<f32>,
    /// The average load of each node, for labs of up to 256 nodes; otherwise empty.
    pub nodes: Vec<f32>,
    /// Latency, client to client, of requests that completed here (after the warm-up: and arrived after it).
    pub latencies: Sparse,
}

/// A range of windows put together.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// Virtual time covered.
    pub span: Nanos,
    /// New requests.
    pub arrivals: u64,
    /// Requests answered.
    pub completed: u64,
    /// Requests given up.
    pub failed: u64,
    /// Requests turned away.
    pub shed: u64,
    /// Sums of the lab's counters.
    pub counters: Vec<u64>,
    /// Averages of the lab's gauges.
    pub gauges: Vec<f64>,
    /// The average load of each node, where windows have it.
    pub nodes: Vec<f64>,
    /// All latencies.
    pub latencies: Latencies,
}

impl Merged {
    /// Puts `windows` of `length` together; those of the warm-up are left out unless `warming` is wanted.
    pub fn of<'a>(windows: impl IntoIterator<Item = &'a Window>, length: Nanos, warming: bool) -> Self {
        let mut merged = Self::default();
        for window in windows.into_iter().filter(|window| warming || !window.warming) {
            merged.add(window, length);
        }
        merged
    }

    /// Adds a window of which `span` has passed.
    pub fn add(&mut self, window: &Window, span: Nanos) {
        let before = self.span.0 as f64;
        self.span += span;
        let whole = self.span.0.max(1) as f64;
        self.arrivals += u64::from(window.arrivals);
        self.completed += u64::from(window.completed);
        self.failed += u64::from(window.failed);
        self.shed += u64::from(window.shed);
        self.counters.resize(self.counters.len().max(window.counters.len()), 0);
        for (sum, &count) in self.counters.iter_mut().zip(&window.counters) {
            *sum += u64::from(count);
        }
        for (averages, more) in [(&mut self.gauges, &window.gauges), (&mut self.nodes, &window.nodes)] {
            averages.resize(averages.len().max(more.len()), 0.0);
            for (average, &more) in averages.iter_mut().zip(more) {
                *average = (*average * before + f64::from(more) * span.0 as f64) / whole;
            }
        }
        self.latencies.merge(&window.latencies);
    }

    /// Requests answered a second; 0 over no time.
    #[must_use]
    pub fn goodput(&self) -> f64 {
        if self.span == Nanos::ZERO { 0.0 } else { self.completed as f64 / self.span.seconds() }
    }
}

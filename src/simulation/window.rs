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
    /// All latencies.
    pub latencies: Latencies,
}

impl Merged {
    /// Puts `windows` of `length` together; those of the warm-up are left out unless `warming` is wanted.
    pub fn of<'a>(windows: impl IntoIterator<Item = &'a Window>, length: Nanos, warming: bool) -> Self {
        let mut merged = Self::default();
        let mut windows_taken = 0_u32;
        for window in windows.into_iter().filter(|window| warming || !window.warming) {
            windows_taken += 1;
            merged.span += length;
            merged.arrivals += u64::from(window.arrivals);
            merged.completed += u64::from(window.completed);
            merged.failed += u64::from(window.failed);
            merged.shed += u64::from(window.shed);
            merged.counters.resize(merged.counters.len().max(window.counters.len()), 0);
            for (sum, &count) in merged.counters.iter_mut().zip(&window.counters) {
                *sum += u64::from(count);
            }
            merged.gauges.resize(merged.gauges.len().max(window.gauges.len()), 0.0);
            for (sum, &average) in merged.gauges.iter_mut().zip(&window.gauges) {
                *sum += f64::from(average);
            }
            merged.latencies.merge(&window.latencies);
        }
        for sum in &mut merged.gauges {
            *sum /= f64::from(windows_taken.max(1));
        }
        merged
    }

    /// Requests answered a second; 0 over no time.
    #[must_use]
    pub fn goodput(&self) -> f64 {
        if self.span == Nanos::ZERO { 0.0 } else { self.completed as f64 / self.span.seconds() }
    }
}

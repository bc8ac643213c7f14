//! What is measured while a run goes on: totals for conservation, the window in progress, and the trace hash.
//!
//! It is part of the state that a checkpoint copies, so it stays small: one histogram, and a few numbers for each
//! gauge and each node. Finished windows are handed to the [`Record`], which is no part of the state.

use super::latencies::Latencies;
use super::record::Record;
use super::window::Window;
use crate::basics::Nanos;
use crate::basics::randomness::mix;

/// How a request ended for its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Answered.
    Completed,
    /// Given up.
    Failed,
    /// Turned away.
    Shed,
}

/// Requests since the start. At every instant `arrivals = completed + failed + shed + in_flight`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Totals {
    /// New requests.
    pub arrivals: u64,
    /// Answered.
    pub completed: u64,
    /// Given up.
    pub failed: u64,
    /// Turned away.
    pub shed: u64,
    /// Underway, counted where they are and not by subtraction.
    pub in_flight: u64,
}

impl Totals {
    /// Whether every request that arrived is accounted for.
    #[must_use]
    pub fn conserved(&self) -> bool {
        self.arrivals == self.completed + self.failed + self.shed + self.in_flight
    }
}

/// How the measuring of a run is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The length of a window; not zero.
    pub window: Nanos,
    /// Requests that arrive before are left out of the latencies.
    pub warm_up: Nanos,
    /// How many counters the lab has.
    pub counters: usize,
    /// How many gauges the lab has.
    pub gauges: usize,
    /// How many nodes have their load averaged (0 when there are too many to draw).
    pub nodes: usize,
}

/// Something that is averaged: over time, as long as it is only set; over samples, once it has been observed.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    value: f64,
    /// Value times time; of an observed one, the sum of the samples.
    area: f64,
    since: Nanos,
    observed: bool,
    samples: u32,
}

impl Level {
    #[inline(always)]
    fn set(&mut self, now: Nanos, value: f64) {
        // Most levels are told again and again: nothing to do.
        if value == self.value {
            return;
        }
        self.close(now);
        self.value = value;
    }

    #[inline]
    fn close(&mut self, now: Nanos) {
        // Through the signed type, which processors convert in one step; a span of 292 years does not come.
        self.area += self.value * now.since(self.since).0 as i64 as f64;
        self.since = now;
    }

    fn observe(&mut self, value: f64) {
        if !self.observed {
            *self = Self { observed: true, ..Self::default() };
        }
        self.value = value;
        self.area += value;
        self.samples += 1;
    }

    fn average(&mut self, now: Nanos, length: Nanos) -> f32 {
        if self.observed {
            // A window without a sample repeats what was seen last.
            self.value = if self.samples > 0 { self.area / f64::from(self.samples) } else { self.value };
            (self.area, self.samples) = (0.0, 0);
            return self.value as f32;
        }
        self.close(now);
        let average = self.area / length.0 as f64;
        self.area = 0.0;
        average as f32
    }
}

/// The measures of one lane's run so far.
#[derive(Clone, Debug)]
pub struct Tally {
    layout: Layout,
    totals: Totals,
    /// The window in progress, without its averages and latencies.
    window: Window,
    window_end: Nanos,
    gauges: Vec<Level>,
    nodes: Vec<Level>,
    latencies: Latencies,
    hash: u64,
}

impl Tally {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        let mut tally = Self {
            layout,
            totals: Totals::default(),
            window: Window::default(),
            window_end: Nanos::ZERO,
            gauges: vec![Level::default(); layout.gauges],
            nodes: vec![Level::default(); layout.nodes],
            latencies: Latencies::default(),
            hash: 0,
        };
        tally.open_window(0);
        tally
    }

    fn open_window(&mut self, index: u32) {
        self.window_end = self.layout.window * (u64::from(index) + 1);
        self.window = Window {
            index,
            warming: self.window_end <= self.layout.warm_up,
            counters: vec![0; self.layout.counters],
            ..Window::default()
        };
    }

    /// When the window in progress ends. Events of exactly that time belong to the next.
    #[inline]
    #[must_use]
    pub fn window_end(&self) -> Nanos {
        self.window_end
    }

    /// Closes every window that has ended by `now`.
    pub fn close_windows(&mut self, now: Nanos, record: &mut Record) {
        while self.window_end <= now {
            let finished = self.window_at(self.window_end);
            self.latencies.clear();
            for level in self.gauges.iter_mut().chain(&mut self.nodes) {
                level.average(self.window_end, self.layout.window);
            }
            record.windows.push(finished);
            self.open_window(self.window.index + 1);
        }
    }

    /// The window in progress as it stands at `now`; averages are over the part that has passed.
    #[must_use]
    pub fn window_at(&self, now: Nanos) -> Window {
        let passed = now.since(self.layout.window * u64::from(self.window.index)).max(Nanos(1));
        let average = |levels: &[Level]| levels.iter().map(|level| level.clone().average(now, passed)).collect();
        Window {
            gauges: average(&self.gauges),
            nodes: average(&self.nodes),
            latencies: self.latencies.sparse(),
            ..self.window.clone()
        }
    }

    /// A request came.
    #[inline]
    pub fn arrived(&mut self) {
        self.totals.arrivals += 1;
        self.window.arrivals += 1;
    }

    /// A request that came at `arrived` ended at `now`.
    #[inline]
    pub fn ended(&mut self, end: End, arrived: Nanos, now: Nanos) {
        match end {
            End::Completed => {
                self.totals.completed += 1;
                self.window.completed += 1;
                if arrived >= self.layout.warm_up || self.window.warming {
                    self.latencies.record(now.since(arrived));
                }
            }
            End::Failed => {
                self.totals.failed += 1;
                self.window.failed += 1;
            }
            End::Shed => {
                self.totals.shed += 1;
                self.window.shed += 1;
            }
        }
    }

    /// The lab's counter `index` goes up by one.
    #[inline]
    pub fn count(&mut self, index: usize) {
        self.window.counters[index] += 1;
    }

    /// The lab's counter `index` goes up by `more`.
    pub fn count_by(&mut self, index: usize, more: u32) {
        self.window.counters[index] += more;
    }

    /// The lab's gauge `index` is `value` from `now` on.
    #[inline(always)]
    pub fn gauge(&mut self, index: usize, now: Nanos, value: f64) {
        self.gauges[index].set(now, value);
    }

    /// One sample of the lab's gauge `index`, which is then averaged over the samples of a window and not over time. It
    /// must never be set as well.
    #[inline]
    pub fn observe(&mut self, index: usize, value: f64) {
        self.gauges[index].observe(value);
    }

    /// The load of node `index` is `value` from `now` on. Beyond the nodes that are averaged it is passed over.
    #[inline]
    pub fn node(&mut self, index: usize, now: Nanos, value: f64) {
        if let Some(level) = self.nodes.get_mut(index) {
            level.set(now, value);
        }
    }

    /// Folds a decision into the trace hash: what was done, and to whom.
    #[inline]
    pub fn trace(&mut self, word: u64) {
        self.hash = (self.hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    /// The hash of everything traced so far, well mixed.
    #[must_use]
    pub fn trace_hash(&self) -> u64 {
        mix(self.hash)
    }

    /// The totals, with `in_flight` as the model counts it.
    #[must_use]
    pub fn totals(&self, in_flight: u64) -> Totals {
        Totals { in_flight, ..self.totals }
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.latencies.bytes() + (self.gauges.len() + self.nodes.len()) * size_of::<Level>()
    }
}

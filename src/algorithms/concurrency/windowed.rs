//! Windowed: gather samples for a while, and give another limiter one figure for all of them.
//!
//! **What it is.** Not a limiter of its own. Single requests are noisy (a cache hit, a garbage collection); so for a
//! second it collects and then reports once: the average latency or a percentile, the most that were in flight, and
//! whether anything was dropped. The limiter inside moves once a second instead of a thousand times.
//!
//! **Who runs it.** Netflix concurrency-limits, whose examples for servers wrap Gradient2 in it.
//!
//! **Cost.** O(1) time for each request with the average. A percentile keeps the samples and sorts them: O(n log n) for
//! each window of n, at most as many as are kept.
//!
//! **Source.** Netflix concurrency-limits `WindowedLimit.java`,
//! `window/Immutable{Average,Percentile}SampleWindow.java`.
//!
//! **What goes wrong.** It is as slow as its window: at 10 samples a second at least, and one step a second, Gradient2
//! needs minutes from 20 to 200. One drop in a window of thousands makes the whole window a drop. A window with too few
//! samples is thrown away, so a service that almost stopped is not noticed at all.
//!
//! **Order and ties.** The sample that ends the window belongs to it. The first sample ever ends a window of its own,
//! which is too small and thrown away. A percentile is the sample at position round(n · p), counted from 1.

use super::{Limiter, gradient2, moves_with_samples_only, round_trip};
use crate::basics::parameters::{Declaration, Declared, Refusal};
use crate::basics::tables::{joined, rows};
use crate::basics::values::Value;
use crate::basics::{Explanation, Kind, Nanos};
use crate::{because, choices, parameters};

choices! {
    /// The limiter inside.
    pub enum Inside {
        /// Additive increase, multiplicative decrease.
        Aimd = "aimd", "AIMD";
        /// Keeps an estimated queue short.
        Vegas = "vegas", "Vegas";
        /// Against the lowest latency.
        Gradient = "gradient", "Gradient";
        /// Against the long-term latency.
        Gradient2 = "gradient2", "Gradient2";
    }
}

choices! {
    /// The one latency that stands for a window.
    pub enum Figure {
        /// The mean.
        Average = "average", "Average";
        /// The latency that so many per cent do not exceed.
        Percentile = "percentile", "Percentile";
    }
}

parameters! {
    /// The defaults of Netflix. Those of the limiter inside stand beside these, in [`TABLE`].
    pub struct Parameters {
        /// The limiter that gets the figures.
        inside: Inside = Inside::Gradient2, "Limiter inside", Kind::Choice(Inside::OPTIONS), Restart PerLane "Limiter";
        /// What stands for a window.
        figure: Figure = Figure::Average, "Figure", Kind::Choice(Figure::OPTIONS), Live PerLane "Limiter";
        /// Which percentile, if it is one.
        percentile: f64 = 99.0, "Percentile", Kind::percent(1.0, 100.0, 0.1), Live PerLane "Limiter";
        /// A window is at least this long.
        min_window: Nanos = Nanos::SECOND, "Least window", Kind::span(Nanos::from_millis(1), Nanos::from_secs(60)), Live PerLane "Limiter";
        /// A window is at most this long. Between the two it is twice the lowest latency in the window before.
        max_window: Nanos = Nanos::SECOND, "Greatest window", Kind::span(Nanos::from_millis(1), Nanos::from_secs(60)), Live PerLane "Limiter";
        /// A window with fewer samples is thrown away.
        min_samples: u32 = 10, "Least samples", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// Faster requests are not samples: they did not do the work.
        min_latency: Nanos = Nanos::from_micros(100), "Least latency", Kind::span(Nanos::ZERO, Nanos::from_secs(1)), Live PerLane "Limiter";
        /// For a percentile, this many samples of a window are kept; those that come later are passed over.
        kept_samples: u32 = 1_000, "Kept samples", Kind::count(1, 100_000), Live PerLane "Limiter";
    }
}

const TABLES: [&[Declaration]; 2] = [Parameters::TABLE, gradient2::Parameters::TABLE];
static JOINED: [Declaration; rows(&TABLES)] = joined(&TABLES);

/// What can be set: the wrapper's own, and what Gradient2 has, which is inside unless another limiter is chosen. Another one
/// takes of these what it has itself, and keeps its own defaults for what is not set.
pub const TABLE: &[Declaration] = &JOINED;

impl Parameters {
    /// The key of the limiter inside.
    #[must_use]
    pub fn inside_key(&self) -> &'static str {
        Inside::OPTIONS.iter().find(|option| option.key == self.inside.write()).map_or("gradient2", |option| option.key)
    }
}

/// What a window gathered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    latencies: Vec<Nanos>,
    count: u64,
    total: Nanos,
    lowest: Option<Nanos>,
    most_in_flight: u32,
    dropped: bool,
}

impl Window {
    /// Takes a sample in, keeping its latency when there is room among `kept`.
    pub fn add(&mut self, took: Nanos, in_flight: u32, dropped: bool, kept: usize) {
        if self.latencies.len() < kept {
            self.latencies.push(took);
        }
        self.count += 1;
        self.total += took;
        self.lowest = Some(self.lowest.map_or(took, |lowest| lowest.min(took)));
        self.most_in_flight = self.most_in_flight.max(in_flight);
        self.dropped |= dropped;
    }

    /// The mean latency, cut off to whole nanoseconds; zero without samples.
    #[must_use]
    pub fn average(&self) -> Nanos {
        Nanos(self.total.0.checked_div(self.count).unwrap_or(0))
    }

    /// The latency at position round(n · `share`) of the n kept, `share` in 0..=1; zero without samples.
    #[must_use]
    pub fn percentile(&self, share: f64) -> Nanos {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        // Half is rounded up, as in Java. The reference fails where that gives position 0; here that is the first.
        let position = (sorted.len() as f64 * share + 0.5) as usize;
        sorted.get(position.max(1) - 1).or(sorted.last()).copied().unwrap_or_default()
    }
}

/// The wrapper: the window that is open and the limiter inside.
#[derive(Clone)]
pub struct Windowed {
    parameters: Parameters,
    inside: Box<dyn Limiter>,
    window: Window,
    ends_at: Nanos,
}

impl Windowed {
    /// A wrapper round `inside`, which must be a limiter that looks at latencies only, not at the clock.
    #[must_use]
    pub fn new(parameters: &Parameters, inside: Box<dyn Limiter>) -> Self {
        Self { parameters: parameters.clone(), inside, window: Window::default(), ends_at: Nanos::ZERO }
    }
}

moves_with_samples_only!(Windowed);

impl Limiter for Windowed {
    fn limit(&self) -> u32 {
        self.inside.limit()
    }

    fn sample(&mut self, started: Nanos, now: Nanos, in_flight: u32, dropped: bool, why: &mut Explanation) {
        let Parameters { figure, percentile, min_window, max_window, min_samples, min_latency, kept_samples, .. } =
            self.parameters;
        let took = round_trip(started, now);
        if took < min_latency {
            because!(why, "{took} is too fast to have done the work: not a sample");
            return;
        }
        match figure {
            Figure::Average => self.window.add(took, in_flight, dropped, 0),
            // When nothing more is kept, nothing more is looked at: so the reference has it.
            Figure::Percentile if self.window.count >= u64::from(kept_samples) => {}
            Figure::Percentile => self.window.add(took, in_flight, dropped, kept_samples as usize),
        }
        if now <= self.ends_at {
            because!(why, "gathered {} samples; the window is open until {}", self.window.count, self.ends_at);
            return;
        }
        let window = std::mem::take(&mut self.window);
        let twice_the_lowest = window.lowest.unwrap_or_default() * 2;
        self.ends_at = now + twice_the_lowest.max(min_window).min(max_window);
        if window.count < u64::from(min_samples) {
            because!(why, "the window had only {} samples: thrown away", window.count);
            return;
        }
        let latency = match figure {
            Figure::Average => window.average(),
            Figure::Percentile => window.percentile(percentile / 100.0),
        };
        because!(why, "the window ends with {} samples; it counts as {latency}", window.count);
        self.inside.sample(started, started + latency, window.most_in_flight, window.dropped, why);
    }

    /// What is not the wrapper's own goes to the limiter inside.
    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        if Parameters::TABLE.iter().any(|row| row.key == key) {
            self.parameters.set(key, text)
        } else {
            self.inside.set(key, text)
        }
    }
}

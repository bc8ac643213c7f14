//! Envoy's gradient controller: measure the empty service on purpose, then scale against that.
//!
//! **What it is.** Every minute or so the limit is pinned to almost nothing until 50 requests came back; their median
//! is the latency without load. In between, ten times a second, the limit is multiplied by latency without load over
//! the present one (with a buffer, at least by a half, at most by two), and its own square root is added as headroom.
//!
//! **Who runs it.** Envoy's adaptive concurrency filter, and the meshes built on it.
//!
//! **Cost.** O(1) time for each request; O(n log n) for each window of n samples, which are kept until its end.
//!
//! **Source.** Envoy `extensions/filters/http/adaptive_concurrency/controller/gradient_controller.cc`. Envoy keeps a
//! histogram of two significant digits; here the percentile is exact. Envoy leaves both intervals to the operator; the
//! defaults here are those of the example in its documentation.
//!
//! **What goes wrong.** The measurement itself sheds: with 3 in flight, 50 answers of 100 ms take almost two seconds,
//! and everything beyond is turned away. While latency stays under the buffer the limit keeps growing, by its square
//! root even at a gradient of one. A request that times out is no sample, so a service that answers nobody changes
//! nothing. Measured at 20 servers of 10 ms that are never idle, so the knee is at 20: steady between 29 and 31.
//!
//! **Order of the rules.** Samples that started before the measurement are thrown away. A window without samples
//! changes nothing. Five windows in a row at the least limit start a measurement at once. All latencies are whole
//! microseconds.

use super::estimates::Jitter;
use super::{Limiter, round_trip};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, parameters};

parameters! {
    /// The defaults of Envoy.
    pub struct Parameters {
        /// The limit during a measurement, and the least ever.
        min_limit: u32 = 3, "Least limit", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// The limit never rises above this.
        max_limit: u32 = 1_000, "Greatest limit", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// How often the limit is updated.
        update_interval: Nanos = Nanos::from_millis(100), "Update interval", Kind::span(Nanos::from_millis(1), Nanos::from_secs(60)), Live PerLane "Limiter";
        /// How long after one measurement the next begins.
        measure_interval: Nanos = Nanos::from_secs(60), "Measurement interval", Kind::span(Nanos::from_millis(1), Nanos::from_secs(3_600)), Live PerLane "Limiter";
        /// How many requests a measurement takes.
        measure_requests: u32 = 50, "Measured requests", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// How much later a measurement may begin, at random, so that many proxies do not measure together.
        jitter: f64 = 15.0, "Jitter", Kind::percent(0.0, 100.0, 1.0), Live PerLane "Limiter";
        /// Which percentile stands for a window.
        percentile: f64 = 50.0, "Percentile", Kind::percent(0.0, 100.0, 1.0), Live PerLane "Limiter";
        /// How far latency may rise above that without load before it counts.
        buffer: f64 = 25.0, "Buffer", Kind::percent(0.0, 1_000.0, 1.0), Live PerLane "Limiter";
        /// Seeds the jitter.
        jitter_seed: u32 = 1, "Jitter seed", Kind::count(0, u32::MAX), Restart PerLane "Limiter";
    }
}

/// This many windows in a row at the least limit make the latency without load doubtful.
const WINDOWS_AT_LEAST: u32 = 5;

/// One update of the limit, with what led to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Update {
    /// Latency without load, with its buffer, over the present latency; between 0.5 and 2.
    pub gradient: f64,
    /// What is added for bursts.
    pub headroom: f64,
    /// The new limit.
    pub limit: u32,
}

/// The new limit after `limit`, from two latencies in whole microseconds; `buffer` is a share (0.25).
#[must_use]
pub fn update(limit: u32, without_load: u32, present: u32, buffer: f64, min_limit: u32, max_limit: u32) -> Update {
    let without_load = f64::from(without_load);
    let buffered = without_load + without_load * buffer;
    // A present latency of zero would divide by zero; it stands for “under a microsecond”.
    let gradient = (buffered / f64::from(present.max(1))).clamp(0.5, 2.0);
    let scaled = f64::from(limit) * gradient;
    let headroom = scaled.sqrt();
    Update { gradient, headroom, limit: ((scaled + headroom) as u32).min(max_limit).max(min_limit) }
}

/// `interval` and up to `jitter` (a share) of it more, in whole milliseconds; `random` is any 64 bits.
#[must_use]
pub fn with_jitter(interval: Nanos, jitter: f64, random: u64) -> Nanos {
    let range = (interval.millis() * jitter).ceil() as u64;
    interval + Nanos::from_millis(random.checked_rem(range).unwrap_or(0))
}

/// Whether it measures the empty service or adapts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// The limit is pinned; afterwards it will be `resume` again.
    Measuring { resume: u32 },
    /// It updates at `update_at` and measures at `measure_at`.
    Adapting { update_at: Nanos, measure_at: Nanos },
}

/// The controller.
#[derive(Clone, Debug)]
pub struct EnvoyGradient {
    parameters: Parameters,
    limit: u32,
    phase: Phase,
    /// Samples that started earlier are thrown away.
    measuring_since: Nanos,
    /// In microseconds.
    without_load: u32,
    /// In microseconds, in the order in which they came.
    samples: Vec<u32>,
    windows_at_least: u32,
    jitter: Jitter,
}

impl EnvoyGradient {
    /// A controller that begins with a measurement.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self {
            limit: parameters.min_limit,
            phase: Phase::Measuring { resume: parameters.min_limit },
            measuring_since: Nanos::ZERO,
            without_load: 0,
            samples: Vec::new(),
            windows_at_least: 0,
            jitter: Jitter::new(parameters.jitter_seed),
            parameters: parameters.clone(),
        }
    }

    /// Whether the limit is pinned for a measurement.
    #[must_use]
    pub const fn measuring(&self) -> bool {
        matches!(self.phase, Phase::Measuring { .. })
    }

    /// The percentile of the samples, which are then forgotten; `None` without any.
    fn take_percentile(&mut self) -> Option<u32> {
        let mut samples = std::mem::take(&mut self.samples);
        samples.sort_unstable();
        let position = (samples.len() as f64 * self.parameters.percentile / 100.0).ceil() as usize;
        samples.get(position.max(1) - 1).copied()
    }

    fn measure(&mut self, now: Nanos) {
        self.phase = Phase::Measuring { resume: self.limit };
        self.limit = self.parameters.min_limit;
        self.windows_at_least = 0;
        self.samples.clear();
        self.measuring_since = now;
    }

    fn end_measurement(&mut self, resume: u32, now: Nanos) {
        self.without_load = self.take_percentile().unwrap_or(self.without_load);
        self.limit = resume.min(self.parameters.max_limit).max(self.parameters.min_limit);
        self.windows_at_least = 0;
        let Parameters { measure_interval, jitter, update_interval, .. } = self.parameters;
        let measure_after = with_jitter(measure_interval, jitter / 100.0, self.jitter.word());
        self.phase = Phase::Adapting { update_at: now + update_interval, measure_at: now + measure_after };
    }

    /// One window is over; the time of the next measurement is returned.
    fn end_window(&mut self, now: Nanos, measure_at: Nanos) -> Nanos {
        let Some(present) = self.take_percentile() else { return measure_at };
        let Parameters { min_limit, max_limit, buffer, .. } = self.parameters;
        let new = update(self.limit, self.without_load, present, buffer / 100.0, min_limit, max_limit).limit;
        let stuck = self.limit == min_limit && new == min_limit;
        self.windows_at_least = if stuck { self.windows_at_least + 1 } else { 0 };
        self.limit = new;
        if self.windows_at_least >= WINDOWS_AT_LEAST { now } else { measure_at }
    }
}

impl Timed for EnvoyGradient {
    type Act = ();

    fn due(&self) -> Option<Nanos> {
        match self.phase {
            Phase::Measuring { .. } => None, // ends with a sample, not with a time
            Phase::Adapting { update_at, measure_at } => Some(update_at.min(measure_at)),
        }
    }

    fn tick(&mut self, now: Nanos, _acts: &mut Vec<()>) {
        let Phase::Adapting { mut update_at, mut measure_at } = self.phase else { return };
        if now >= update_at {
            measure_at = self.end_window(now, measure_at);
            update_at = now + self.parameters.update_interval;
        }
        self.phase = Phase::Adapting { update_at, measure_at };
        if now >= measure_at {
            self.measure(now);
        }
    }
}

impl Limiter for EnvoyGradient {
    fn limit(&self) -> u32 {
        self.limit
    }

    fn sample(&mut self, started: Nanos, now: Nanos, _in_flight: u32, dropped: bool, why: &mut Explanation) {
        if dropped || started < self.measuring_since {
            because!(why, "dropped, or older than the measurement: not a sample");
            return;
        }
        let took = round_trip(started, now);
        // Whole microseconds; `unwrap_or` is for requests of more than an hour.
        self.samples.push(u32::try_from(took.0 / Nanos::MICROSECOND.0).unwrap_or(u32::MAX));
        because!(why, "{took} is sample {} of this window", self.samples.len());
        if let Phase::Measuring { resume } = self.phase
            && self.samples.len() >= self.parameters.measure_requests as usize
        {
            self.end_measurement(resume, now);
            because!(why, "measured {} µs without load; the limit is {} again", self.without_load, self.limit);
        }
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

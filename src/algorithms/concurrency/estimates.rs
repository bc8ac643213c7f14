//! Small estimators that several limiters share, with the rounding of the reference implementation.
//!
//! They know nothing of limits or requests. Source: Netflix concurrency-limits, `functions/Log10RootIntFunction.java`,
//! `functions/SquareRootFunction.java`, `measurement/ExpAvgMeasurement.java`. Read next: `vegas`, `gradient2`.

use crate::basics::randomness::{draw, unit_of};

/// The whole part of the logarithm of `limit` to base ten, at least 1.
#[must_use]
pub fn logarithm(limit: u32) -> u32 {
    limit.checked_ilog10().unwrap_or(0).max(1)
}

/// The whole part of the square root of `limit`, at least `least`.
#[must_use]
pub fn square_root(limit: u32, least: u32) -> u32 {
    limit.isqrt().max(least)
}

/// An average that forgets exponentially, but starts as the plain mean of its first few samples, so that the very
/// first one does not count for ever.
#[derive(Clone, Debug, PartialEq)]
pub struct WarmAverage {
    warm_up: u32,
    count: u32,
    sum: f64,
    value: f64,
}

impl WarmAverage {
    /// No samples yet; the first `warm_up` of them will be averaged plainly.
    #[must_use]
    pub const fn new(warm_up: u32) -> Self {
        Self { warm_up, count: 0, sum: 0.0, value: 0.0 }
    }

    /// Takes `sample` in and returns the average: each later sample weighs 2 / (`window` + 1).
    pub fn add(&mut self, sample: f64, window: u32) -> f64 {
        if self.count < self.warm_up {
            self.count += 1;
            self.sum += sample;
            self.value = self.sum / f64::from(self.count);
        } else {
            let weight = 2.0 / (f64::from(window) + 1.0);
            self.value = self.value * (1.0 - weight) + sample * weight;
        }
        self.value
    }

    /// The average; 0 before the first sample.
    #[must_use]
    pub const fn value(&self) -> f64 {
        self.value
    }

    /// Multiplies the average by `factor`.
    pub fn scale(&mut self, factor: f64) {
        self.value *= factor;
    }
}

/// A limiter's own chance: a seed and how often it was asked. Stateless draws, so a clone continues alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jitter {
    seed: u64,
    asked: u64,
}

impl Jitter {
    /// What the draws are for, so that no other user of the same seed gets the same numbers.
    const PURPOSE: u64 = 0x6a69_7474_6572;

    /// The draws that belong to `seed`.
    #[must_use]
    pub const fn new(seed: u32) -> Self {
        Self { seed: seed as u64, asked: 0 }
    }

    /// The next 64 bits.
    pub fn word(&mut self) -> u64 {
        self.asked += 1;
        draw(self.seed, Self::PURPOSE, self.asked)
    }

    /// The next number in `0.0..1.0`.
    pub fn unit(&mut self) -> f64 {
        unit_of(self.word())
    }
}

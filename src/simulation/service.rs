//! How much work a request is: a law with mean 1, drawn from the request's own `size` word.
//!
//! The word is drawn when the request is created, never when its service starts, so every lane serves the same work.
//! Laws that need several uniforms derive them from that word. The squared coefficient of variation of each law is
//! what the theory of the M/G/1 queue needs; it stands beside the law.

use crate::basics::maths;
use crate::basics::randomness::{draw, unit_of};
use crate::choices;

choices! {
    /// How service times are distributed.
    pub enum Law {
        /// All alike.
        Constant = "constant", "Constant";
        /// Memoryless: many short, some long. Coefficient of variation 1.
        Exponential = "exponential", "Exponential";
        /// The sum of several exponential stages: less variable than one.
        Erlang = "erlang", "Erlang";
        /// Skewed as measured services often are; the variability can be set.
        LogNormal = "log-normal", "Log-normal";
        /// Two kinds of requests, many small and few large; the variability can be set.
        Hyperexponential = "hyperexponential", "Hyperexponential";
        /// A heavy tail, cut off at a thousand times the smallest.
        BoundedPareto = "bounded-pareto", "Bounded Pareto";
    }
}

/// The largest over the smallest value of the bounded Pareto law.
pub const PARETO_RANGE: f64 = 1_000.0;

/// A law with its shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Service {
    /// The law.
    pub law: Law,
    /// The coefficient of variation (standard deviation over mean) of the log-normal and hyperexponential laws.
    pub variability: f64,
    /// The number of Erlang stages.
    pub stages: u32,
    /// The tail index α of the bounded Pareto law; smaller is heavier.
    pub tail: f64,
}

impl Service {
    /// The work of the request with this `size` word, as a multiple of the mean. Never negative.
    #[must_use]
    #[inline]
    pub fn sample(&self, size: u64) -> f64 {
        let exponential = |word: u64| -maths::ln(1.0 - unit_of(word));
        match self.law {
            Law::Constant => 1.0,
            Law::Exponential => exponential(size),
            Law::Erlang => {
                let stages = self.stages.max(1);
                (0..stages).map(|k| exponential(draw(size, 1, u64::from(k)))).sum::<f64>() / f64::from(stages)
            }
            Law::LogNormal => {
                // Box and Muller (1958): two uniforms make a normal.
                let radius = maths::sqrt(2.0 * exponential(size));
                let normal = radius * maths::cos(core::f64::consts::TAU * unit_of(draw(size, 2, 0)));
                let variance = self.log_variance();
                maths::exp(maths::sqrt(variance) * normal - variance / 2.0)
            }
            Law::Hyperexponential => {
                // Balanced means: both kinds bring half of the work.
                let often = self.often();
                let share = if unit_of(draw(size, 3, 0)) < often { often } else { 1.0 - often };
                exponential(size) / (2.0 * share)
            }
            Law::BoundedPareto => {
                let cut = maths::pow(PARETO_RANGE, -self.tail);
                let value = maths::pow(1.0 - unit_of(size) * (1.0 - cut), -1.0 / self.tail);
                value / self.pareto_moment(1.0)
            }
        }
    }

    /// The squared coefficient of variation: variance over squared mean.
    #[must_use]
    pub fn squared_variation(&self) -> f64 {
        match self.law {
            Law::Constant => 0.0,
            Law::Exponential => 1.0,
            Law::Erlang => 1.0 / f64::from(self.stages.max(1)),
            Law::LogNormal => self.variability * self.variability,
            Law::Hyperexponential => (self.variability * self.variability).max(1.0),
            Law::BoundedPareto => {
                let mean = self.pareto_moment(1.0);
                self.pareto_moment(2.0) / (mean * mean) - 1.0
            }
        }
    }

    /// E\[S\], E\[S²\], E\[S³\], E\[S⁴\] of the law with mean 1.
    #[must_use]
    pub fn moments(&self) -> [f64; 4] {
        let order = [1.0, 2.0, 3.0, 4.0];
        let factorial = [1.0, 2.0, 6.0, 24.0];
        match self.law {
            Law::Constant => [1.0; 4],
            Law::Exponential => factorial,
            Law::Erlang => {
                let stages = f64::from(self.stages.max(1));
                let mut moment = 1.0;
                order.map(|k| {
                    moment *= (stages + k - 1.0) / stages;
                    moment
                })
            }
            Law::LogNormal => order.map(|k| maths::exp(self.log_variance() * k * (k - 1.0) / 2.0)),
            Law::Hyperexponential => {
                let often = self.often();
                let of = |k: f64, share: f64| share * maths::pow(2.0 * share, -k);
                [0, 1, 2, 3].map(|i| factorial[i] * (of(order[i], often) + of(order[i], 1.0 - often)))
            }
            Law::BoundedPareto => order.map(|k| self.pareto_moment(k) / maths::pow(self.pareto_moment(1.0), k)),
        }
    }

    fn log_variance(&self) -> f64 {
        maths::ln(1.0 + self.variability * self.variability)
    }

    /// The chance of the small kind in the balanced two-phase hyperexponential law.
    fn often(&self) -> f64 {
        let squared = (self.variability * self.variability).max(1.0);
        (1.0 + maths::sqrt((squared - 1.0) / (squared + 1.0))) / 2.0
    }

    /// The k-th moment of the Pareto law on 1 ..= [`PARETO_RANGE`].
    fn pareto_moment(&self, k: f64) -> f64 {
        let (tail, range) = (self.tail, PARETO_RANGE);
        let scale = tail / (1.0 - maths::pow(range, -tail));
        if (tail - k).abs() < 1e-9 {
            scale * maths::ln(range)
        } else {
            scale * (1.0 - maths::pow(range, k - tail)) / (tail - k)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basics::randomness::mix;

    #[test]
    fn every_law_has_mean_one_and_its_stated_variation() {
        let shape = |law, variability, stages, tail| Service { law, variability, stages, tail };
        let laws = [
            shape(Law::Constant, 1.0, 1, 2.0),
            shape(Law::Exponential, 1.0, 1, 2.0),
            shape(Law::Erlang, 1.0, 4, 2.0),
            shape(Law::LogNormal, 0.5, 1, 2.0),
            shape(Law::Hyperexponential, 2.0, 1, 2.0),
            shape(Law::BoundedPareto, 1.0, 1, 2.5),
        ];
        let n = 1_000_000_u64;
        for service in laws {
            let (mut sum, mut squares) = (0.0, 0.0);
            for word in 0..n {
                let work = service.sample(mix(word));
                sum += work;
                squares += work * work;
            }
            let mean = sum / n as f64;
            let variation = squares / n as f64 / (mean * mean) - 1.0;
            let stated = service.squared_variation();
            // The mean's standard error is √(cv²/n); five of them, and a rounding allowance for the constant law.
            assert!((mean - 1.0).abs() < 5.0 * (stated / n as f64).sqrt() + 1e-12, "{service:?}: mean {mean}");
            // The second moment settles with the fourth, which differs by law; 5 % is beyond all of them at 10⁶
            // draws except the Pareto tail, whose fourth moment is some 10⁵: 10 %.
            let tolerance = if service.law == Law::BoundedPareto { 0.10 } else { 0.05 };
            assert!((variation - stated).abs() <= tolerance * stated, "{service:?}: cv² {variation}, stated {stated}");
        }
    }
}

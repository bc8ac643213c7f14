//! A request that waits for all of its parts is as slow as the slowest: the tail at scale.
//!
//! The parts are taken as independent. Knows only the portable maths. Read next: [`super::mm1`] for a response law.

use super::Formulas;
use crate::basics::maths::{exp, ln, pow};

/// The chance of a slow part, and the quantile of one part that the whole needs.
pub const MATHML: Formulas = Formulas::of(
    "slowest",
    concat!(
        "<math display=\"block\"><mi>P</mi><mo>(</mo><mtext>any slow</mtext><mo>)</mo><mo>=</mo><mn>1</mn><mo>−</mo>",
        "<msup><mrow><mo>(</mo><mn>1</mn><mo>−</mo><mi>p</mi><mo>)</mo></mrow><mi>k</mi></msup></math>",
        "<math display=\"block\"><msub><mi>q</mi><mtext>part</mtext></msub><mo>=</mo>",
        "<msup><mi>q</mi><mrow><mn>1</mn><mo>/</mo><mi>k</mi></mrow></msup><mo>,</mo><mspace width=\"1em\"/>",
        "<mi>E</mi><mo>[</mo><mi>max</mi><mo>]</mo><mo>=</mo><mi>S</mi>",
        "<munderover><mo>∑</mo><mrow><mi>j</mi><mo>=</mo><mn>1</mn></mrow><mi>k</mi></munderover><mfrac><mn>1</mn><mi>j</mi></mfrac></math>",
    ),
);

/// P(at least one of `parts` is slow), 0 to 1, when each is with probability `share_slow`.
///
/// Exact for independent parts. Source: Dean and Barroso, 2013.
#[must_use]
pub fn probability_any_slow(share_slow: f64, parts: f64) -> f64 {
    1.0 - pow(1.0 - share_slow, parts)
}

/// The quantile of one part at which the slowest of `parts` has its `quantile`: the p99 of the slowest of 100 is about
/// the p99.99 of one.
///
/// Exact for independent parts with equal laws. Source: David and Nagaraja, 2003, section 2.1 (order statistics).
#[must_use]
pub fn quantile_of_one_part(quantile: f64, parts: f64) -> f64 {
    pow(quantile, 1.0 / parts)
}

/// The `quantile` of the slowest of `parts`, where `quantile_of_one` gives the quantiles of one part, in its unit.
///
/// Exact for independent parts with equal laws. Source: as [`quantile_of_one_part`].
#[must_use]
pub fn quantile_of_slowest(quantile_of_one: impl Fn(f64) -> f64, quantile: f64, parts: f64) -> f64 {
    quantile_of_one(quantile_of_one_part(quantile, parts))
}

/// Mean time of the slowest of `parts` exponential times of this `mean` (seconds): mean × (1 + 1/2 + … + 1/parts).
///
/// Exact. Source: Rényi, 1953.
#[must_use]
pub fn exponential_mean_of_slowest(mean: f64, parts: u32) -> f64 {
    mean * (1..=parts).map(|part| 1.0 / f64::from(part)).sum::<f64>()
}

/// The `quantile` of the slowest of `parts` exponential times of this `mean`, seconds.
///
/// Exact. Source: as [`quantile_of_one_part`].
#[must_use]
pub fn exponential_quantile_of_slowest(mean: f64, quantile: f64, parts: f64) -> f64 {
    quantile_of_slowest(|one| -ln(1.0 - one) * mean, quantile, parts)
}

/// How many parts (not rounded) it takes until at least one is slow with `probability`; infinite if none ever is.
///
/// Exact for independent parts. Source: [`probability_any_slow`], solved for the parts.
#[must_use]
pub fn parts_until_slow(share_slow: f64, probability: f64) -> f64 {
    ln(1.0 - probability) / ln(1.0 - share_slow)
}

/// Mean number of tries until one succeeds, when each fails with `share_failing` (0 to 1); infinite at 1.
///
/// Exact for independent tries. Source: the mean of the geometric law.
#[must_use]
pub fn mean_tries(share_failing: f64) -> f64 {
    1.0 / (1.0 - share_failing)
}

/// P(a time that is exponential with this `mean` (seconds) for each of `parts` exceeds `time` for the slowest), 0 to 1.
///
/// Exact. Source: as [`quantile_of_one_part`].
#[must_use]
pub fn exponential_tail_of_slowest(mean: f64, parts: f64, time: f64) -> f64 {
    probability_any_slow(exp(-time / mean), parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_server_in_a_hundred_spoils_63_percent_of_the_pages_of_a_hundred_parts() {
        // Dean and Barroso print 63 %.
        assert!((probability_any_slow(0.01, 100.0) - 0.634).abs() < 5e-4);
        assert!((probability_any_slow(0.01, parts_until_slow(0.01, 0.5)) - 0.5).abs() < 1e-14);
    }

    #[test]
    fn the_tail_and_the_quantile_of_the_slowest_agree() {
        for parts in [1.0, 10.0, 1_000.0] {
            let time = exponential_quantile_of_slowest(0.1, 0.99, parts);
            // 1 - 0.99^(1/1000) keeps eleven digits.
            assert!((exponential_tail_of_slowest(0.1, parts, time) - 0.01).abs() < 1e-12, "{parts}");
        }
    }

    #[test]
    fn the_mean_of_the_slowest_grows_with_the_logarithm() {
        assert_eq!(exponential_mean_of_slowest(0.1, 1), 0.1);
        assert!((exponential_mean_of_slowest(1.0, 1_000) - (ln(1_000.0) + 0.577_215_664_9 + 0.0005)).abs() < 1e-6);
    }

    #[test]
    fn half_the_tries_failing_doubles_them() {
        assert_eq!(mean_tries(0.5), 2.0);
        assert_eq!(mean_tries(1.0), f64::INFINITY);
    }
}

//! How uneven service times are: the squared coefficient of variation (variance ÷ mean²) of each service law.
//!
//! The only property of the service law that the mean wait of one first-come-first-served server depends on:
//! read [`super::mg1`] next. Knows only the portable maths.

use super::Formulas;
use crate::basics::maths::{exp, ln, pow, sqrt};

/// The definition, and the two laws whose formula is not obvious.
pub const MATHML: Formulas = Formulas::of(
    "service_laws",
    concat!(
        "<math display=\"block\"><msup><mi>c</mi><mn>2</mn></msup><mo>=</mo><mfrac><mrow><mi>Var</mi><mo>[</mo><mi>S</mi><mo>]</mo></mrow>",
        "<msup><mrow><mi>E</mi><mo>[</mo><mi>S</mi><mo>]</mo></mrow><mn>2</mn></msup></mfrac></math>",
        "<math display=\"block\"><msubsup><mi>c</mi><mtext>log-normal</mtext><mn>2</mn></msubsup><mo>=</mo>",
        "<msup><mi>e</mi><msup><mi>σ</mi><mn>2</mn></msup></msup><mo>−</mo><mn>1</mn><mo>,</mo><mspace width=\"1em\"/>",
        "<msubsup><mi>c</mi><mtext>Pareto</mtext><mn>2</mn></msubsup><mo>=</mo>",
        "<mfrac><mn>1</mn><mrow><mi>α</mi><mo>(</mo><mi>α</mi><mo>−</mo><mn>2</mn><mo>)</mo></mrow></mfrac></math>",
    ),
);

/// Every service takes the same time.
pub const CONSTANT: f64 = 0.0;

/// Exponential services.
pub const EXPONENTIAL: f64 = 1.0;

/// Uniform between `low` and `high` (seconds).
///
/// Exact. Source: the definition; variance (high − low)² ÷ 12.
#[must_use]
pub fn uniform(low: f64, high: f64) -> f64 {
    let (width, sum) = (high - low, high + low);
    width * width / (3.0 * sum * sum)
}

/// A sum of `phases` equal exponential phases (Erlang's law); none gives infinity.
///
/// Exact. Source: Erlang, 1917.
#[must_use]
pub fn erlang(phases: u32) -> f64 {
    1.0 / f64::from(phases)
}

/// Log-normal: the logarithm of the time has standard deviation `sigma`.
///
/// Exact. Source: Johnson, Kotz and Balakrishnan, 1994, chapter 14.
#[must_use]
pub fn log_normal(sigma: f64) -> f64 {
    exp(sigma * sigma) - 1.0
}

/// The `sigma` with which a log-normal law has the squared coefficient of variation `squared_variation`.
///
/// Exact inverse of [`log_normal`].
#[must_use]
pub fn log_normal_sigma(squared_variation: f64) -> f64 {
    sqrt(ln(1.0 + squared_variation))
}

/// Two kinds of requests: the share `probability` is exponential with mean `first`, the rest with mean `second` (seconds).
///
/// Exact; never below one. Source: Morse, 1958.
#[must_use]
pub fn hyperexponential(probability: f64, first: f64, second: f64) -> f64 {
    let mean = probability * first + (1.0 - probability) * second;
    let square = 2.0 * (probability * first * first + (1.0 - probability) * second * second);
    square / (mean * mean) - 1.0
}

/// The share and the two means (seconds) of the hyperexponential law with mean `mean` and squared coefficient of
/// variation `squared_variation` (1 or more; less counts as 1) whose two kinds bring equal work ("balanced means").
///
/// Exact. Source: Whitt, 1982.
#[must_use]
pub fn balanced_hyperexponential(mean: f64, squared_variation: f64) -> (f64, f64, f64) {
    let variation = squared_variation.max(1.0);
    let probability = 0.5 * (1.0 + sqrt((variation - 1.0) / (variation + 1.0)));
    // 1 - probability would cancel when the variation is large: (1 - s)/2 = (1 - s²) / (2 (1 + s)).
    let other = 0.5 * (2.0 / (variation + 1.0)) / (2.0 * probability);
    (probability, mean / (2.0 * probability), mean / (2.0 * other))
}

/// Pareto with tail index `alpha`; the smallest time does not matter. Infinite for `alpha` of 2 or less.
///
/// Exact. Source: Johnson, Kotz and Balakrishnan, 1994, chapter 20.
#[must_use]
pub fn pareto(alpha: f64) -> f64 {
    if alpha <= 2.0 { f64::INFINITY } else { 1.0 / (alpha * (alpha - 2.0)) }
}

/// Mean time (seconds) of a Pareto law from `low` seconds up; infinite for `alpha` of 1 or less.
///
/// Exact. Source: Johnson, Kotz and Balakrishnan, 1994, chapter 20.
#[must_use]
pub fn pareto_mean(alpha: f64, low: f64) -> f64 {
    if alpha <= 1.0 { f64::INFINITY } else { alpha * low / (alpha - 1.0) }
}

/// Pareto with tail index `alpha` > 0, cut off to lie between `low` and `high` seconds, 0 < low < high. Always finite.
///
/// Exact. Source: Harchol-Balter, 2013, chapter 20.
#[must_use]
pub fn bounded_pareto(alpha: f64, low: f64, high: f64) -> f64 {
    let mean = bounded_pareto_moment(alpha, low, high, 1.0);
    bounded_pareto_moment(alpha, low, high, 2.0) / (mean * mean) - 1.0
}

/// Mean time (seconds) of a Pareto law cut off to lie between `low` and `high` seconds, 0 < low < high.
///
/// Exact. Source: Harchol-Balter, 2013, chapter 20.
#[must_use]
pub fn bounded_pareto_mean(alpha: f64, low: f64, high: f64) -> f64 {
    bounded_pareto_moment(alpha, low, high, 1.0)
}

/// E[S^order] of the cut-off Pareto law: the integral of α lowᵅ x^(order − α − 1) over low..high, normalised.
fn bounded_pareto_moment(alpha: f64, low: f64, high: f64, order: f64) -> f64 {
    let ratio = high / low;
    let exponent = order - alpha;
    // Where the exponent vanishes the power law integrates to a logarithm; near it the quotient would cancel.
    let grown = exponent * ln(ratio);
    let integral = if grown.abs() < 1e-5 {
        ln(ratio) * (1.0 + grown / 2.0 + grown * grown / 6.0)
    } else {
        (pow(ratio, exponent) - 1.0) / exponent
    };
    pow(low, order) * alpha * integral / (1.0 - pow(ratio, -alpha))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_far_cut_is_no_cut() {
        // The cut mean misses (low/high)^1.5 of the mean.
        assert!((bounded_pareto_mean(2.5, 1.0, 1e9) / pareto_mean(2.5, 1.0) - 1.0).abs() < 1e-12);
        // For alpha = 4.5 the cut second moment misses (low/high)^2.5.
        assert!((bounded_pareto(4.5, 1.0, 1e6) / pareto(4.5) - 1.0).abs() < 1e-12);
        assert_eq!(pareto(2.0), f64::INFINITY);
    }

    #[test]
    fn the_cut_pareto_agrees_with_summing_its_density() {
        for alpha in [0.5, 1.0, 1.000_001, 1.5, 2.0, 3.0] {
            let (low, high, steps) = (0.01, 10.0, 200_000_u32);
            let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
            for step in 0..steps {
                // Midpoints of equal steps of the logarithm.
                let x = low * pow(high / low, (f64::from(step) + 0.5) / f64::from(steps));
                let weight = pow(x, -alpha);
                total += weight;
                first += weight * x;
                second += weight * x * x;
            }
            let (mean, square) = (first / total, second / total);
            // The midpoint rule's error is (3.5e-5)² of the curvature.
            assert!((bounded_pareto_mean(alpha, low, high) / mean - 1.0).abs() < 1e-8, "{alpha}");
            assert!((bounded_pareto(alpha, low, high) / (square / (mean * mean) - 1.0) - 1.0).abs() < 1e-8, "{alpha}");
        }
    }

    #[test]
    fn the_balanced_law_has_the_variation_and_the_mean_that_were_asked_for() {
        for variation in [1.0, 4.0, 10.0, 1e6] {
            let (probability, first, second) = balanced_hyperexponential(0.2, variation);
            // 1 - probability is 2.5e-7 at the last one and carries nine digits.
            assert!((hyperexponential(probability, first, second) / variation - 1.0).abs() < 1e-8, "{variation}");
            assert!((probability * first + (1.0 - probability) * second - 0.2).abs() < 1e-9);
        }
    }

    #[test]
    fn the_log_normal_inverse_inverts() {
        assert!((log_normal(log_normal_sigma(3.0)) - 3.0).abs() < 1e-14);
    }
}

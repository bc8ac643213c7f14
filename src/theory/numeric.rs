//! Numerical tools of several subjects: a root by halving, a Poisson mixture, a difference quotient, a geometric sum,
//! the incomplete beta function.
//!
//! They know nothing of queues. Read next: [`super::power_of_choices`], which uses the mixture.

use crate::basics::maths::{exp, ln, ln_gamma};

/// The place in `low..high` where the falling function `value` crosses `level`, to the last bit that halving can give.
pub(super) fn crossing(value: impl Fn(f64) -> f64, level: f64, mut low: f64, mut high: f64) -> f64 {
    // Ends when no number lies between the two ends, at the latest after the 1 074 + 53 halvings from 1 down to nothing.
    for _ in 0..2_200 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if value(middle) > level {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The time at which the tail `tail(t)` = P(T > t) has fallen to `1 - quantile`. `scale` is any time of the right order.
///
/// Infinite when `quantile` is 1 or the tail does not fall that far.
pub(crate) fn quantile_of_tail(tail: impl Fn(f64) -> f64, quantile: f64, scale: f64) -> f64 {
    let level = 1.0 - quantile;
    if tail(0.0) <= level {
        return 0.0;
    }
    let mut high = scale;
    while tail(high) > level {
        high *= 2.0;
        if !high.is_finite() {
            return f64::INFINITY;
        }
    }
    crossing(tail, level, 0.0, high)
}

/// The sum over j of P(a Poisson count with this `mean` equals j) · `weights[j]`; weights beyond the slice are zero.
///
/// With `weights[j]` = P(at least j requests are ahead) and `mean` = t ÷ service time it is P(response > t) on a
/// first-come-first-served exponential server: fewer than j + 1 of the services ahead have finished by t.
pub(super) fn poisson_mixture(mean: f64, weights: &[f64]) -> f64 {
    if mean <= 0.0 {
        return weights.first().copied().unwrap_or(0.0);
    }
    let log_mean = ln(mean);
    let mut count = 0.0;
    let mut sum = 0.0;
    for weight in weights {
        sum += exp(count * log_mean - mean - ln_gamma(count + 1.0)) * weight;
        count += 1.0;
    }
    sum
}

/// (e⁻ˣ − e⁻ʸ) ÷ (y − x), with its limit e⁻ˣ where the two meet.
pub(super) fn difference_of_exponentials(x: f64, y: f64) -> f64 {
    let gap = y - x;
    if gap.abs() < 1e-4 {
        // The series of (1 - e^-gap) / gap; the next term is below 1e-17, and the quotient would cancel here.
        exp(-x) * (1.0 - gap / 2.0 * (1.0 - gap / 3.0 * (1.0 - gap / 4.0)))
    } else {
        (exp(-x) - exp(-y)) / gap
    }
}

/// For the distribution on 0..=`last` with weights `ratio`ⁿ: P(n = `last`) and the mean of n. Any ratio from 0 on.
///
/// Summed from the end where the weights are largest, so that nothing overflows or cancels.
pub(super) fn geometric_moments(ratio: f64, last: u32) -> (f64, f64) {
    let rising = ratio > 1.0;
    let step = if rising { 1.0 / ratio } else { ratio };
    // `distance` counts from the heavy end; its weight is step^distance.
    let (mut weight, mut total, mut first_moment, mut far_weight) = (1.0, 0.0, 0.0, 0.0);
    for distance in 0..=last {
        total += weight;
        first_moment += weight * f64::from(distance);
        far_weight = weight;
        weight *= step;
        if weight == 0.0 && distance < last {
            far_weight = 0.0;
            break;
        }
    }
    let mean_distance = first_moment / total;
    if rising { (1.0 / total, f64::from(last) - mean_distance) } else { (far_weight / total, mean_distance) }
}

/// The regularised incomplete beta function: P(a Beta(`a`, `b`) number is at most `x`), 0 to 1.
///
/// By Lentz's evaluation of the continued fraction, from the side where it converges fast.
/// Source: Abramowitz and Stegun, 1964, 26.5.8; Lentz, 1976.
pub(super) fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = exp(ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * ln(x) + b * ln(1.0 - x));
    if x > (a + 1.0) / (a + b + 2.0) {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    } else {
        front * beta_fraction(a, b, x) / a
    }
}

/// The continued fraction of [`incomplete_beta`], without its factor in front.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    // Instead of an exact zero in a denominator, which the method cannot pass.
    let nonzero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut lower = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let (mut upper, mut value) = (1.0, lower);
    let mut step = 0.0;
    // It needs about the square root of the larger parameter; 100 000 rounds cover parameters of 10^9.
    while step < 1e5 {
        step += 1.0;
        let place = a + 2.0 * step;
        let even = step * (b - step) * x / ((place - 1.0) * place);
        let odd = -(a + step) * (a + b + step) * x / (place * (place + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            lower = 1.0 / nonzero(1.0 + term * lower);
            upper = nonzero(1.0 + term / upper);
            change = lower * upper;
            value *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_quotient_is_continuous_where_the_series_takes_over() {
        let (inside, outside) =
            (difference_of_exponentials(1.0, 1.000_099_999), difference_of_exponentials(1.0, 1.000_100_001));
        // The quotient's own cancellation at a gap of 1e-4 is 1e-12; the function itself moves by 4e-10.
        assert!((inside - outside).abs() < 1e-9, "{inside} {outside}");
        assert!((difference_of_exponentials(2.0, 2.0) - exp(-2.0)).abs() < 1e-16);
    }

    #[test]
    fn a_geometric_mixture_is_an_exponential_tail() {
        // The sum over j of Poisson(j; t) r^j is e^(-t (1 - r)): the response time of M/M/1.
        let weights: Vec<f64> =
            (0..400).scan(1.0, |weight, _| Some(core::mem::replace(weight, *weight * 0.9))).collect();
        for t in [0.0, 1.0, 10.0, 100.0] {
            let error = poisson_mixture(t, &weights) / exp(-0.1 * t) - 1.0;
            // Rounding of a logarithm of size 100.
            assert!(error.abs() < 1e-12, "{t}: {error}");
        }
    }
}

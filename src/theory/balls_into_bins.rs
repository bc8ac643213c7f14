//! Throw balls into bins at random: how full is the fullest bin? And if each ball may choose among d bins?
//!
//! The model of a hash that spreads keys, and of a dispatcher that never learns of completions. The famous leading terms
//! (ln n ÷ ln ln n) mislead at real sizes: use the exact sums here. Knows `numeric`.
//! Read next: [`super::power_of_choices`] (balls that leave again), [`super::sharding`].

use super::Formulas;
use crate::basics::maths::{exp, ln, pow};

/// The exact law of the fullest bin by recurrence, and the limit for many bins with choices.
pub const MATHML: Formulas = Formulas::of(
    "balls_into_bins",
    concat!(
        "<math display=\"block\"><msub><mi>r</mi><mi>m</mi></msub><mo>=</mo>",
        "<munderover><mo>∑</mo><mrow><mi>j</mi><mo>=</mo><mn>1</mn></mrow><mi>k</mi></munderover>",
        "<mfrac><mrow><mi>j</mi><mo>(</mo><mi>n</mi><mo>+</mo><mn>1</mn><mo>)</mo><mo>−</mo><mi>m</mi></mrow><mi>m</mi></mfrac>",
        "<mrow><mo>(</mo><mfrac linethickness=\"0\"><mi>m</mi><mi>j</mi></mfrac><mo>)</mo></mrow>",
        "<mfrac><msub><mi>r</mi><mrow><mi>m</mi><mo>−</mo><mi>j</mi></mrow></msub><msup><mi>n</mi><mi>j</mi></msup></mfrac></math>",
        "<math display=\"block\"><mfrac><mrow><mi>d</mi><msub><mi>x</mi><mi>i</mi></msub></mrow><mrow><mi>d</mi><mi>t</mi></mrow></mfrac>",
        "<mo>=</mo><msubsup><mi>x</mi><mrow><mi>i</mi><mo>−</mo><mn>1</mn></mrow><mi>d</mi></msubsup><mo>−</mo>",
        "<msubsup><mi>x</mi><mi>i</mi><mi>d</mi></msubsup></math>",
    ),
);

/// P(no bin holds more than `most` balls) when `balls` are thrown into `bins` one by one at random, `balls` ≤ `bins`.
/// `None` for more balls than bins: the recurrence then subtracts and loses its digits.
///
/// Exact, in `balls` × `most` steps: the coefficients of a power of the truncated exponential series, scaled so that the
/// m-th is this very probability for m balls. Every term is positive, so no digits cancel. Source: Raab and Steger, 1998
/// (the question); Knuth, 1997, volume 2, section 4.7 (powers of a series).
#[must_use]
pub fn probability_max_at_most(balls: u32, bins: u32, most: u32) -> Option<f64> {
    if balls > bins {
        return None;
    }
    if most == 0 {
        return Some(if balls == 0 { 1.0 } else { 0.0 });
    }
    let (bins, most) = (f64::from(bins), f64::from(most));
    // The last `most` probabilities, the latest first: `most` of them are needed, and none before the first ball.
    let mut latest = std::collections::VecDeque::from([1.0_f64]);
    let mut balls_thrown = 0.0;
    for _ in 0..balls {
        balls_thrown += 1.0;
        let (mut probability, mut share, mut placed) = (0.0, 1.0, 0.0);
        for earlier in &latest {
            placed += 1.0;
            // (balls choose placed) ÷ bins^placed.
            share *= (balls_thrown - placed + 1.0) / (placed * bins);
            probability += (placed * (bins + 1.0) - balls_thrown) / balls_thrown * share * earlier;
        }
        latest.push_front(probability);
        if latest.len() as f64 > most {
            latest.pop_back();
        }
    }
    latest.front().copied()
}

/// The mean number of balls in the fullest bin; `None` for more balls than bins.
///
/// Exact: the sum of the probabilities of exceeding 0, 1, 2, … . Source: as [`probability_max_at_most`].
#[must_use]
pub fn expected_max(balls: u32, bins: u32) -> Option<f64> {
    if balls > bins {
        return None;
    }
    // Below this the difference from one is rounding, some 1e-16 per ball; each further term is ten times smaller anyway.
    let negligible = f64::from(balls).max(100.0) * 1e-15;
    let mut mean = 0.0;
    for most in 0..balls {
        let exceeded = 1.0 - probability_max_at_most(balls, bins, most)?;
        if exceeded < negligible {
            break;
        }
        mean += exceeded;
    }
    Some(mean)
}

/// ln n ÷ ln ln n, the leading term of the fullest bin for n balls in n bins: NOT near the truth at real sizes (4.7
/// instead of 7.8 for 100 000); here to be shown beside [`expected_max`].
///
/// An asymptotic term. Source: Gonnet, 1981; Raab and Steger, 1998.
#[must_use]
pub fn leading_term(bins: f64) -> f64 {
    ln(bins) / ln(ln(bins))
}

/// The fraction of bins with at least 1, 2, 3, … balls (`loads` numbers), when `balls_per_bin` balls per bin have come and
/// each took the emptiest of `choices` bins chosen at random (one choice: the Poisson law).
///
/// A limit for many bins, by a fourth-order integration with steps of 10⁻⁴. Source: Mitzenmacher, 1999.
#[must_use]
pub fn fluid_tails(choices: u32, balls_per_bin: f64, loads: usize) -> Vec<f64> {
    let choices = f64::from(choices.max(1));
    let slope = |tails: &[f64]| -> Vec<f64> {
        let powers: Vec<f64> = tails.iter().map(|&tail| pow(tail, choices)).collect();
        let fuller = core::iter::once(1.0).chain(powers.iter().copied());
        fuller.zip(&powers).map(|(at_least_one_less, own)| at_least_one_less - own).collect()
    };
    let moved = |tails: &[f64], step: f64, slope: &[f64]| -> Vec<f64> {
        tails.iter().zip(slope).map(|(tail, slope)| tail + step * slope).collect()
    };
    let steps = (balls_per_bin * 1e4).ceil().max(1.0);
    let step = balls_per_bin / steps;
    let mut tails = vec![0.0; loads];
    // A non-negative whole number of steps; `as` saturates.
    for _ in 0..steps as u64 {
        let first = slope(&tails);
        let second = slope(&moved(&tails, step / 2.0, &first));
        let third = slope(&moved(&tails, step / 2.0, &second));
        let fourth = slope(&moved(&tails, step, &third));
        for (place, tail) in tails.iter_mut().enumerate() {
            *tail += step / 6.0 * (first[place] + 2.0 * second[place] + 2.0 * third[place] + fourth[place]);
        }
    }
    tails
}

/// P(some bin holds at least 1, 2, 3, … balls) with `choices`, `loads` numbers: 1 − e^(−bins · tail).
///
/// An APPROXIMATION: the tails of [`fluid_tails`], with the full bins counted as if they were independent and rare. A few
/// hundred bins are enough to tell which maximum is the usual one. Source: Mitzenmacher, 1999 (the tails).
#[must_use]
pub fn approximate_max_tails(bins: f64, choices: u32, balls_per_bin: f64, loads: usize) -> Vec<f64> {
    fluid_tails(choices, balls_per_bin, loads).into_iter().map(|tail| 1.0 - exp(-bins * tail)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_balls_agree_with_counting_every_throw() {
        for (balls, bins) in [(1_u32, 1_u32), (2, 3), (4, 4), (5, 7)] {
            let throws = bins.pow(balls);
            for most in 0..=balls {
                let fits = (0..throws).filter(|&code| {
                    let mut counts = vec![0; bins as usize];
                    let mut rest = code;
                    for _ in 0..balls {
                        counts[(rest % bins) as usize] += 1;
                        rest /= bins;
                    }
                    counts.iter().all(|&count| count <= most)
                });
                let counted = fits.count() as f64 / f64::from(throws);
                let summed = probability_max_at_most(balls, bins, most).unwrap();
                // A handful of roundings.
                assert!((summed - counted).abs() < 1e-14, "{balls} {bins} {most}: {summed} {counted}");
            }
        }
    }

    #[test]
    fn more_balls_than_bins_are_refused_and_no_balls_fill_nothing() {
        assert_eq!(probability_max_at_most(3, 2, 2), None);
        assert_eq!(expected_max(3, 2), None);
        assert_eq!(expected_max(0, 2), Some(0.0));
        assert_eq!(probability_max_at_most(0, 2, 0), Some(1.0));
    }

    #[test]
    fn two_choices_after_one_ball_per_bin_fill_the_hyperbolic_tangent_of_the_bins() {
        // dx/dt = 1 - x² has the solution tanh t; the integration's error is 1e-17 per step.
        let wanted = (exp(2.0) - 1.0) / (exp(2.0) + 1.0);
        assert!((fluid_tails(2, 1.0, 3)[0] - wanted).abs() < 1e-13);
    }

    #[test]
    fn every_ball_lies_in_a_bin() {
        for choices in 1..=4 {
            let counted: f64 = fluid_tails(choices, 2.5, 40).iter().sum();
            // With one choice the 41st ball of a bin is missing: 1e-33.
            assert!((counted - 2.5).abs() < 1e-11, "{choices}: {counted}");
        }
    }
}

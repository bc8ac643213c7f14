//! What several runs of the same experiment say together: a mean with its confidence interval, and how lucky one of
//! them was.
//!
//! Runs with different seeds are independent of each other, which the requests within one run are not: a queue that
//! is long now is long in a moment too. So the honest width of a figure comes from replications.
//! Source: A. M. Law, *Simulation Modeling and Analysis*, 5th edition, 2015, section 9.4.1; for the distribution,
//! "Student" (W. S. Gosset), *The Probable Error of a Mean*, Biometrika 6, 1908.

use super::numeric::{crossing, incomplete_beta};
use crate::basics::maths::sqrt;

/// A mean of independent figures, and how far from it the true mean may lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanOfRuns {
    /// How many figures there are.
    pub count: usize,
    /// Their mean, in their own unit.
    pub mean: f64,
    /// Half the width of the 95 % confidence interval, in the same unit; infinite for a single figure, which says
    /// nothing of how the next one will differ.
    pub half_width: f64,
    /// The least figure.
    pub least: f64,
    /// The greatest.
    pub most: f64,
}

impl MeanOfRuns {
    /// Of `figures`, which must be independent; those that are no number are left out. `None` where none is left.
    #[must_use]
    pub fn of(figures: &[f64]) -> Option<Self> {
        let figures: Vec<f64> = figures.iter().copied().filter(|figure| figure.is_finite()).collect();
        let count = figures.len();
        let size = count as f64;
        let mean = figures.iter().sum::<f64>() / size;
        let squares: f64 = figures.iter().map(|figure| (figure - mean) * (figure - mean)).sum();
        let half_width = match count {
            0 => return None,
            1 => f64::INFINITY,
            _ => student_quantile(size - 1.0) * sqrt(squares / (size - 1.0) / size),
        };
        let least = figures.iter().copied().fold(f64::INFINITY, f64::min);
        let most = figures.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Some(Self { count, mean, half_width, least, most })
    }
}

/// The distance from zero that a Student-t number with so many `degrees` of freedom (1 or more) exceeds in 5 % of
/// cases, in either direction: 12.7 for 1, 1.96 for very many.
#[must_use]
pub fn student_quantile(degrees: f64) -> f64 {
    // With x = ν / (ν + t²), P(|T| > t) is the incomplete beta function of ν/2 and 1/2 at x.
    let exceeded = |t: f64| incomplete_beta(degrees / 2.0, 0.5, degrees / (degrees + t * t));
    crossing(exceeded, 0.05, 0.0, 1_000.0)
}

/// The share of `others` (0 to 1) that lie below `figure`; equal ones count half. `None` without others.
///
/// That is how lucky a seed is: a p99 with the rank 0.93 is worse than that of 93 % of the seeds.
#[must_use]
pub fn percentile_rank(figure: f64, others: &[f64]) -> Option<f64> {
    let others: Vec<f64> = others.iter().copied().filter(|other| other.is_finite()).collect();
    let below = others.iter().filter(|other| **other < figure).count() as f64;
    let equal = others.iter().filter(|other| **other == figure).count() as f64;
    (!others.is_empty()).then(|| (below + equal / 2.0) / others.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basics::randomness::{mix, unit_of};

    #[test]
    fn students_quantiles_are_those_of_the_tables() {
        // Table of the t distribution, two-sided 5 %; printed to three decimals.
        for (degrees, printed) in
            [(1.0, 12.706), (2.0, 4.303), (5.0, 2.571), (10.0, 2.228), (30.0, 2.042), (199.0, 1.972), (1e6, 1.960)]
        {
            let value = student_quantile(degrees);
            assert!((value - printed).abs() < 0.000_51, "{degrees}: {value}, printed {printed}");
        }
    }

    #[test]
    fn the_interval_of_a_worked_example() {
        // 1 … 5: mean 3, variance 2.5; 2.776 × √(2.5 / 5) = 1.963.
        let runs = MeanOfRuns::of(&[1.0, 2.0, f64::NAN, 3.0, 4.0, 5.0]).unwrap();
        assert_eq!((runs.count, runs.mean, runs.least, runs.most), (5, 3.0, 1.0, 5.0));
        assert!((runs.half_width - 1.963).abs() < 0.000_5, "{}", runs.half_width);
        assert_eq!(MeanOfRuns::of(&[f64::NAN]), None);
        assert_eq!(MeanOfRuns::of(&[7.0]).unwrap().half_width, f64::INFINITY, "one run says nothing of the next");
    }

    #[test]
    fn nineteen_of_twenty_intervals_hold_the_true_mean() {
        let (experiments, runs) = (2_000_u64, 8_u64);
        let holds = |experiment: &u64| {
            let figures: Vec<f64> = (0..runs).map(|run| unit_of(mix(experiment * runs + run))).collect();
            let interval = MeanOfRuns::of(&figures).unwrap();
            (interval.mean - 0.5).abs() <= interval.half_width
        };
        let share = (0..experiments).filter(holds).count() as f64 / experiments as f64;
        // Three standard deviations of a share of 2,000 are 1.5 %; that uniform figures are not normal is worth 0.3 %.
        assert!((share - 0.95).abs() < 0.018, "{share}");
    }

    #[test]
    fn the_rank_is_the_share_below_and_ties_count_half() {
        let others = [1.0, 2.0, 3.0, f64::NAN, 4.0];
        assert_eq!(percentile_rank(3.5, &others), Some(0.75));
        assert_eq!(percentile_rank(3.0, &others), Some(0.625));
        assert_eq!((percentile_rank(0.0, &others), percentile_rank(9.0, &others)), (Some(0.0), Some(1.0)));
        assert_eq!(percentile_rank(1.0, &[]), None);
    }
}

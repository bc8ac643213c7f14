//! Two equal servers, every request joins the shorter queue: exactly, as a Markov chain solved numerically.
//!
//! The state is the length m of the shorter queue and the difference d of the two. From m to m + 1 and m − 1 the rates do
//! not depend on m (but for m = 0), so the solution is matrix-geometric: the vector of level m is that of level 0 times the
//! m-th power of a matrix R. The difference is cut at `WIDEST`; states fall off by ρ² ÷ (2 + ρ) < ⅓ per step of it.
//! Knows `matrix` and `numeric`. Read next: [`super::power_of_choices`] (many servers).

use super::Formulas;
use super::matrix::Matrix;
use super::numeric::{poisson_mixture, quantile_of_tail};

/// The rates of the chain and the form of its solution.
pub const MATHML: Formulas = Formulas::of(
    "shortest_queue",
    concat!(
        "<math display=\"block\"><mo>(</mo><mi>m</mi><mo>,</mo><mi>d</mi><mo>)</mo><mover><mo>→</mo><mrow><mn>2</mn><mi>λ</mi></mrow></mover>",
        "<mo>(</mo><mi>m</mi><mo>+</mo><mn>1</mn><mo>,</mo><mi>d</mi><mo>−</mo><mn>1</mn><mo>)</mo><mo>,</mo><mspace width=\"1em\"/>",
        "<mo>(</mo><mi>m</mi><mo>,</mo><mi>d</mi><mo>)</mo><mover><mo>→</mo><mi>μ</mi></mover>",
        "<mo>(</mo><mi>m</mi><mo>−</mo><mn>1</mn><mo>,</mo><mi>d</mi><mo>+</mo><mn>1</mn><mo>)</mo></math>",
        "<math display=\"block\"><msub><mi>π</mi><mi>m</mi></msub><mo>=</mo><msub><mi>π</mi><mn>0</mn></msub>",
        "<msup><mi>R</mi><mi>m</mi></msup><mo>,</mo><mspace width=\"1em\"/><mi>P</mi><mo>(</mo><mi>T</mi><mo>&gt;</mo><mi>t</mi><mo>)</mo><mo>=</mo>",
        "<munderover><mo>∑</mo><mrow><mi>j</mi><mo>=</mo><mn>0</mn></mrow><mi>∞</mi></munderover>",
        "<msup><mi>e</mi><mrow><mo>−</mo><mi>t</mi><mo>/</mo><mi>S</mi></mrow></msup>",
        "<mfrac><msup><mrow><mo>(</mo><mi>t</mi><mo>/</mo><mi>S</mi><mo>)</mo></mrow><mi>j</mi></msup>",
        "<mrow><mi>j</mi><mo>!</mo></mrow></mfrac><mi>P</mi><mo>(</mo><mi>m</mi><mo>≥</mo><mi>j</mi><mo>)</mo></math>",
    ),
);

/// The largest difference of the two queues that is kept: 3⁻⁴⁰ is 10⁻¹⁹.
const WIDEST: usize = 40;

/// Two servers with the shorter queue joined, solved once for one load.
#[derive(Clone, Debug)]
pub struct TwoServers {
    service_time: f64,
    mean_response: f64,
    shorter_at_least: Vec<f64>,
}

impl TwoServers {
    /// Solves the chain for `arrival_rate` requests per second and *server*, mean service `service_time` seconds. Takes
    /// a few milliseconds. A utilisation of one or more is allowed and has infinite answers.
    ///
    /// Exact but for the cut (10⁻¹²). Source: Neuts, 1981 (matrix-geometric solution); Latouche and Ramaswami, 1993
    /// (logarithmic reduction).
    #[must_use]
    pub fn solve(arrival_rate: f64, service_time: f64) -> Self {
        let load = arrival_rate * service_time;
        if load >= 1.0 {
            return Self { service_time, mean_response: f64::INFINITY, shorter_at_least: Vec::new() };
        }
        if load <= 0.0 {
            return Self { service_time, mean_response: service_time, shorter_at_least: vec![1.0, 0.0] };
        }
        let rates = Rates::of(load);
        let size = WIDEST + 1;
        let first_passage = rates.first_passage_down();
        // Level 0, seen only while the chain is there: its own moves, and excursions upwards that come back by G.
        let watched = rates.within_empty.plus(1.0, &rates.up.times(&first_passage));
        let factor = rates.within.plus(1.0, &rates.up.times(&first_passage));
        // R = up · (−within − up · G)⁻¹, by solving the transposed system.
        let minus_up = Matrix::from_cells(size, size, |row, column| -rates.up.at(row, column));
        let geometric = factor.transposed().solve(&minus_up.transposed()).transposed();
        // All levels together: (I − R)⁻¹, as columns of sums. `ones` counts states, `places` is the difference.
        let complement = Matrix::identity(size).plus(-1.0, &geometric);
        let ones = complement.solve(&Matrix::from_cells(size, 1, |_, _| 1.0));
        let differences = complement.solve(&Matrix::from_cells(size, 1, |row, _| row as f64));
        let levels = geometric.times(&complement.solve(&ones));
        // π₀ · watched = 0 with the first equation replaced by "all probabilities add up to one".
        let equations =
            Matrix::from_cells(
                size,
                size,
                |row, column| {
                    if row == 0 { ones.at(column, 0) } else { watched.at(column, row) }
                },
            );
        let bottom =
            equations.solve(&Matrix::from_cells(size, 1, |row, _| if row == 0 { 1.0 } else { 0.0 })).transposed();
        let mean_number = 2.0 * bottom.times(&levels).at(0, 0) + bottom.times(&differences).at(0, 0);
        let mut shorter_at_least = Vec::new();
        let mut level = bottom;
        loop {
            let tail = level.times(&ones).at(0, 0);
            shorter_at_least.push(tail);
            // Falls by the square of the load per level, so this ends.
            if tail < 1e-18 {
                break;
            }
            level = level.times(&geometric);
        }
        Self { service_time, mean_response: mean_number / (2.0 * load) * service_time, shorter_at_least }
    }

    /// Mean time from arrival to completion, seconds; infinite when the utilisation is one or more.
    #[must_use]
    pub fn mean_response(&self) -> f64 {
        self.mean_response
    }

    /// P(the shorter queue holds at least `length` requests), 0 to 1: what an arriving request finds ahead of it.
    /// 1 when unstable.
    #[must_use]
    pub fn shorter_at_least(&self, length: usize) -> f64 {
        if self.mean_response.is_infinite() {
            return 1.0;
        }
        self.shorter_at_least.get(length).copied().unwrap_or(0.0)
    }

    /// P(response > `time` seconds), 0 to 1; 1 when unstable.
    #[must_use]
    pub fn response_tail(&self, time: f64) -> f64 {
        if self.mean_response.is_infinite() {
            return 1.0;
        }
        poisson_mixture(time / self.service_time, &self.shorter_at_least)
    }

    /// The time that the share `quantile` (0 to below 1) of the responses stays within, seconds; infinite when unstable.
    #[must_use]
    pub fn response_quantile(&self, quantile: f64) -> f64 {
        if self.mean_response.is_infinite() {
            return f64::INFINITY;
        }
        quantile_of_tail(|time| self.response_tail(time), quantile, self.service_time)
    }
}

/// The rates of the chain per mean service, in blocks: rows and columns are the difference, 0 to `WIDEST`.
struct Rates {
    /// From level m to m + 1.
    up: Matrix,
    /// Within a level from 1 on, with minus the sum of all rates on the diagonal.
    within: Matrix,
    /// Within level 0.
    within_empty: Matrix,
    /// From level m to m − 1.
    down: Matrix,
}

impl Rates {
    fn of(load: f64) -> Self {
        let size = WIDEST + 1;
        let arrivals = 2.0 * load;
        let up = Matrix::from_cells(size, size, |from, to| if from > 0 && to + 1 == from { arrivals } else { 0.0 });
        // The shorter queue serves one; with equal queues either does. At the cut this move is left out.
        let down = Matrix::from_cells(size, size, |from, to| match (from, to) {
            (0, 1) => 2.0,
            _ if to == from + 1 => 1.0,
            _ => 0.0,
        });
        // The longer queue serves one, or the first request joins one of two equal queues.
        let moves = Matrix::from_cells(size, size, |from, to| match (from, to) {
            (0, 1) => arrivals,
            _ if from > 0 && to + 1 == from => 1.0,
            _ => 0.0,
        });
        let sum = |matrix: &Matrix, row: usize| (0..size).map(|column| matrix.at(row, column)).sum::<f64>();
        let with_diagonal = |departures: bool| {
            Matrix::from_cells(size, size, |from, to| {
                let leaving = sum(&up, from) + sum(&moves, from) + if departures { sum(&down, from) } else { 0.0 };
                moves.at(from, to) - if from == to { leaving } else { 0.0 }
            })
        };
        let (within, within_empty) = (with_diagonal(true), with_diagonal(false));
        Self { up, within, within_empty, down }
    }

    /// G: where the chain first enters the level below, by the difference from which it starts.
    fn first_passage_down(&self) -> Matrix {
        let size = WIDEST + 1;
        let negated = Matrix::from_cells(size, size, |row, column| -self.within.at(row, column));
        let (mut rising, mut falling) = (negated.solve(&self.up), negated.solve(&self.down));
        let (mut passage, mut pending) = (falling.clone(), rising.clone());
        // Each round doubles the height of the excursions that are counted: 2⁶⁰ levels are more than enough.
        for _ in 0..60 {
            let both = rising.times(&falling).plus(1.0, &falling.times(&rising));
            let stay = Matrix::identity(size).plus(-1.0, &both);
            (rising, falling) = (stay.solve(&rising.times(&rising)), stay.solve(&falling.times(&falling)));
            let more = pending.times(&falling);
            passage = passage.plus(1.0, &more);
            pending = pending.times(&rising);
            if more.cells().iter().all(|cell| cell.abs() < 1e-17) {
                break;
            }
        }
        passage
    }
}

#[cfg(test)]
mod tests {
    use super::super::{mm1, mmc};
    use super::*;

    #[test]
    fn it_lies_between_one_common_queue_and_a_random_choice() {
        for load in [0.01, 0.3, 0.7, 0.99, 0.9999] {
            let mean = TwoServers::solve(load, 1.0).mean_response();
            assert!(mean > mmc::mean_response(2.0 * load, 1.0, 2), "{load}: {mean}");
            assert!(mean < mm1::mean_response(load, 1.0), "{load}: {mean}");
        }
    }

    #[test]
    fn the_mean_by_little_s_law_is_the_mean_of_what_arrivals_find() {
        // Two independent ways: the number in the system, and one service more than the requests found ahead.
        for load in [0.1, 0.5, 0.9, 0.99] {
            let solved = TwoServers::solve(load, 0.2);
            let found: f64 = (0..100_000).map(|length| solved.shorter_at_least(length)).sum();
            // The chain's conditioning is 1/(1 - load)².
            assert!((solved.mean_response() / (0.2 * found) - 1.0).abs() < 1e-10, "{load}");
        }
    }

    #[test]
    fn a_quantile_is_where_the_tail_says_and_overload_has_none() {
        let solved = TwoServers::solve(9.0, 0.1);
        assert!((solved.response_tail(solved.response_quantile(0.99)) - 0.01).abs() < 1e-14);
        let overloaded = TwoServers::solve(10.0, 0.1);
        assert_eq!(overloaded.mean_response(), f64::INFINITY);
        assert_eq!(overloaded.response_quantile(0.5), f64::INFINITY);
        assert_eq!(TwoServers::solve(0.0, 0.1).mean_response(), 0.1);
    }
}

//! The universal scalability law: throughput against size, with a price for sharing and a price for agreeing.
//!
//! Without the second price it is Amdahl's law; with it, throughput has a peak and then falls. Also its least-squares
//! fit to measurements. Knows `matrix`. Read next: [`super::speedup`].

use super::Formulas;
use crate::basics::maths::sqrt;

use super::matrix::Matrix;

/// Throughput and the place of its peak.
pub const MATHML: Formulas = Formulas::of(
    "universal_scalability",
    concat!(
        "<math display=\"block\"><mi>X</mi><mo>(</mo><mi>N</mi><mo>)</mo><mo>=</mo><mfrac><mrow><mi>γ</mi><mi>N</mi></mrow>",
        "<mrow><mn>1</mn><mo>+</mo><mi>α</mi><mo>(</mo><mi>N</mi><mo>−</mo><mn>1</mn><mo>)</mo><mo>+</mo>",
        "<mi>β</mi><mi>N</mi><mo>(</mo><mi>N</mi><mo>−</mo><mn>1</mn><mo>)</mo></mrow></mfrac></math>",
        "<math display=\"block\"><msub><mi>N</mi><mtext>peak</mtext></msub><mo>=</mo>",
        "<msqrt><mfrac><mrow><mn>1</mn><mo>−</mo><mi>α</mi></mrow><mi>β</mi></mfrac></msqrt></math>",
    ),
);

/// The three coefficients of the law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficients {
    /// α, the price of sharing (queueing for what only one may use at a time), 0 to 1.
    pub contention: f64,
    /// β, the price of agreeing (every pair exchanges something), 0 or more.
    pub coherency: f64,
    /// γ, throughput at size one, requests per second.
    pub unit_throughput: f64,
}

impl Coefficients {
    /// Requests per second at `size` servers, threads or users (1 or more; need not be whole).
    ///
    /// Source: Gunther, 1993 (and 2007).
    #[must_use]
    pub fn throughput(&self, size: f64) -> f64 {
        let price = 1.0 + self.contention * (size - 1.0) + self.coherency * size * (size - 1.0);
        self.unit_throughput * size / price
    }

    /// Throughput ÷ what `size` would bring without any price; 1 is perfect.
    ///
    /// Source: Gunther, 2007.
    #[must_use]
    pub fn efficiency(&self, size: f64) -> f64 {
        self.throughput(size) / (self.unit_throughput * size)
    }

    /// The size at which throughput is greatest; infinite when agreeing costs nothing.
    ///
    /// Source: Gunther, 2007.
    #[must_use]
    pub fn peak(&self) -> f64 {
        if self.coherency <= 0.0 { f64::INFINITY } else { sqrt((1.0 - self.contention).max(0.0) / self.coherency) }
    }

    /// What throughput would tend to if agreeing cost nothing: Amdahl's ceiling, requests per second; infinite without
    /// contention.
    ///
    /// Source: Gunther, 2007.
    #[must_use]
    pub fn ceiling(&self) -> f64 {
        if self.contention <= 0.0 { f64::INFINITY } else { self.unit_throughput / self.contention }
    }

    /// The size at which perfect growth would reach the [`Self::ceiling`]: beyond it, growth buys little. Infinite
    /// without contention.
    ///
    /// Source: Gunther, 2007.
    #[must_use]
    pub fn knee(&self) -> f64 {
        if self.contention <= 0.0 { f64::INFINITY } else { 1.0 / self.contention }
    }

    /// The coefficients that fit the measured `(size, throughput)` best by least squares on the throughput.
    ///
    /// `None` with fewer than three different sizes, or when the data do not determine the coefficients. A coefficient
    /// below zero is returned as it is found: it says that the data do not follow the law.
    ///
    /// Method: N ÷ X is linear in three unknowns; its straight fit starts the iteration of Gauss and Newton on X itself,
    /// with the step halved until the error falls. Source: Gunther, 2007; Björck, 1996, chapter 9.
    #[must_use]
    pub fn fit(measured: &[(f64, f64)]) -> Option<Self> {
        // Fewer than three different sizes would leave a pivot of zero or of rounding: refuse rather than invent.
        let mut sizes: Vec<f64> = measured.iter().map(|&(size, _)| size).collect();
        sizes.sort_by(f64::total_cmp);
        sizes.dedup();
        if sizes.len() < 3 {
            return None;
        }
        let mut terms = least_squares(measured, |size, throughput| (basis(size), size / throughput))?;
        let mut error = squared_error(measured, terms);
        for _ in 0..100 {
            // With price = terms · basis: X = N ÷ price, and its slope in each term is −N · basis ÷ price².
            let step = least_squares(measured, |size, throughput| {
                let price = dot(terms, basis(size));
                (basis(size).map(|value| -size * value / (price * price)), throughput - size / price)
            })?;
            let improved = (0..30).map(|halvings| 1.0 / f64::from(1_u32 << halvings)).find_map(|share| {
                let moved = [0, 1, 2].map(|place| terms[place] + share * step[place]);
                let moved_error = squared_error(measured, moved);
                (moved_error < error).then_some((moved, moved_error))
            });
            // No step improves it: the minimum, to the last bit.
            let Some((moved, moved_error)) = improved else { break };
            (terms, error) = (moved, moved_error);
        }
        let [unit, shared, agreed] = terms;
        let found = Self { contention: shared / unit, coherency: agreed / unit, unit_throughput: 1.0 / unit };
        (found.contention.is_finite() && found.coherency.is_finite() && found.unit_throughput.is_finite())
            .then_some(found)
    }
}

/// What the three terms of N ÷ X are multiplied with: 1 ÷ γ, α ÷ γ and β ÷ γ.
fn basis(size: f64) -> [f64; 3] {
    [1.0, size - 1.0, size * (size - 1.0)]
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn squared_error(measured: &[(f64, f64)], terms: [f64; 3]) -> f64 {
    measured.iter().map(|&(size, throughput)| throughput - size / dot(terms, basis(size))).map(|gap| gap * gap).sum()
}

/// The three unknowns that make `row · unknowns` come nearest to the target, where `equation` gives both per measurement.
fn least_squares(measured: &[(f64, f64)], equation: impl Fn(f64, f64) -> ([f64; 3], f64)) -> Option<[f64; 3]> {
    let rows: Vec<([f64; 3], f64)> = measured.iter().map(|&(size, throughput)| equation(size, throughput)).collect();
    // Scaling the columns first keeps the normal equations, which square the condition, harmless.
    let scale = [0, 1, 2].map(|place| sqrt(rows.iter().map(|(row, _)| row[place] * row[place]).sum()));
    let matrix = Matrix::from_cells(rows.len(), 3, |row, column| rows[row].0[column] / scale[column]);
    let target = Matrix::from_cells(rows.len(), 1, |row, _| rows[row].1);
    let turned = matrix.transposed();
    let solved = turned.times(&matrix).solve(&turned.times(&target));
    let unknowns = [0, 1, 2].map(|place| solved.at(place, 0) / scale[place]);
    unknowns.iter().all(|unknown| unknown.is_finite()).then_some(unknowns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fit_to_the_law_itself_finds_its_coefficients() {
        let law = Coefficients { contention: 0.03, coherency: 0.0002, unit_throughput: 150.0 };
        let measured: Vec<(f64, f64)> =
            [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0].map(|n| (n, law.throughput(n))).into();
        let found = Coefficients::fit(&measured).unwrap();
        // The normal equations of scaled columns lose about four of sixteen digits.
        assert!((found.contention / law.contention - 1.0).abs() < 1e-9, "{found:?}");
        assert!((found.coherency / law.coherency - 1.0).abs() < 1e-9, "{found:?}");
        assert!((found.unit_throughput / law.unit_throughput - 1.0).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn two_sizes_determine_nothing() {
        assert_eq!(Coefficients::fit(&[(1.0, 10.0), (2.0, 18.0), (2.0, 18.1)]), None);
        assert_eq!(Coefficients::fit(&[]), None);
    }

    #[test]
    fn the_peak_is_higher_than_its_neighbours() {
        let law = Coefficients { contention: 0.05, coherency: 0.001, unit_throughput: 10.0 };
        let peak = law.peak();
        assert!(law.throughput(peak) > law.throughput(peak - 0.1) && law.throughput(peak) > law.throughput(peak + 0.1));
    }
}

//! Paired ratios: what two contestants cost against each other on a machine that does other things as well.

use std::fmt;

/// A median of ratios with the interval of its order statistics.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    pub median: f64,
    pub low: f64,
    pub high: f64,
    /// The best time of each side, in seconds.
    pub best: (f64, f64),
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} [{:.2}, {:.2}]", self.median, self.low, self.high)
    }
}

/// The time of `a` over that of `b`: `pairs` pairs, every other one in the other order. Both are handed the number of
/// the pair and say how many seconds they took.
pub fn compare<E>(
    pairs: usize,
    mut a: impl FnMut(u32) -> Result<f64, E>,
    mut b: impl FnMut(u32) -> Result<f64, E>,
) -> Result<Ratio, E> {
    let mut ratios = Vec::with_capacity(pairs);
    let mut best = (f64::INFINITY, f64::INFINITY);
    for pair in 0..pairs as u32 {
        let (first, second) = if pair.is_multiple_of(2) {
            let first = a(pair)?;
            (first, b(pair)?)
        } else {
            let second = b(pair)?;
            (a(pair)?, second)
        };
        best = (best.0.min(first), best.1.min(second));
        ratios.push(first / second);
    }
    Ok(median(ratios, best))
}

/// The median of `ratios`, and the order statistics between which the true median lies with at least 95 %: outside
/// lies a binomial tail of at most 2.5 % on each side. With few pairs that is the whole range.
pub fn median(mut ratios: Vec<f64>, best: (f64, f64)) -> Ratio {
    ratios.sort_by(f64::total_cmp);
    let count = ratios.len();
    let (mut rank, mut tail, mut term) = (0, 0.0, (0..count).fold(1.0, |product, _| product / 2.0));
    while tail + term <= 0.025 {
        tail += term;
        term *= (count - rank) as f64 / (rank + 1) as f64;
        rank += 1;
    }
    let low = rank.saturating_sub(1);
    Ratio { median: ratios[count / 2], low: ratios[low], high: ratios[count - 1 - low], best }
}

//! How evenly keys are spread, and how many move when the number of shards changes: modulo and a ring of virtual nodes.
//!
//! Expectations over random hashes; one concrete ring deviates. Knows `numeric`.
//! Read next: [`super::balls_into_bins`] (the spread of the keys themselves).

use super::Formulas;
use crate::basics::maths::sqrt;

use super::numeric::{crossing, incomplete_beta};

/// Keys moved by modulo; unevenness of a ring; keys that must move; unevenness of hashed keys; parts of queries.
pub const MATHML: Formulas = Formulas::of(
    "sharding",
    concat!(
        "<math display=\"block\"><msub><mi>P</mi><mtext>moved</mtext></msub><mo>=</mo><mn>1</mn><mo>−</mo>",
        "<mfrac><mrow><mi>min</mi><mo>(</mo><mi>a</mi><mo>,</mo><mi>b</mi><mo>)</mo></mrow>",
        "<mrow><mi>lcm</mi><mo>(</mo><mi>a</mi><mo>,</mo><mi>b</mi><mo>)</mo></mrow></mfrac></math>",
        "<math display=\"block\"><mfrac><mi>σ</mi><mtext>mean</mtext></mfrac><mo>=</mo>",
        "<msqrt><mfrac><mrow><mi>n</mi><mo>−</mo><mn>1</mn></mrow><mrow><mi>n</mi><mi>v</mi><mo>+</mo><mn>1</mn></mrow></mfrac></msqrt>",
        "<mo>≈</mo><mfrac><mn>1</mn><msqrt><mi>v</mi></msqrt></mfrac></math>",
        "<math display=\"block\"><msub><mi>P</mi><mtext>moved</mtext></msub><mo>=</mo>",
        "<mfrac><mrow><mo>|</mo><mi>a</mi><mo>−</mo><mi>b</mi><mo>|</mo></mrow>",
        "<mrow><mi>max</mi><mo>(</mo><mi>a</mi><mo>,</mo><mi>b</mi><mo>)</mo></mrow></mfrac></math>",
        "<math display=\"block\"><mfrac><msub><mi>σ</mi><mtext>keys</mtext></msub><mtext>mean</mtext></mfrac><mo>=</mo>",
        "<msqrt><mfrac><mrow><mi>n</mi><mo>−</mo><mn>1</mn></mrow><mi>K</mi></mfrac></msqrt></math>",
        "<math display=\"block\"><mtext>parts</mtext><mo>=</mo><mi>k</mi><mi>N</mi></math>",
    ),
);

/// The smallest number that both divide; zero when either is zero. 64 bits hold that of any two 32-bit numbers.
#[must_use]
pub fn least_common_multiple(a: u32, b: u32) -> u64 {
    let (mut divisor, mut rest) = (u64::from(a), u64::from(b));
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    u64::from(a).checked_div(divisor).map_or(0, |part| part * u64::from(b))
}

/// The share of keys (0 to 1) that change their shard when `hash modulo shards` goes from `before` to `after` shards.
/// All of them when either is zero.
///
/// Exact for evenly spread hashes: of the numbers up to the least common multiple, the smaller of the two stay.
/// Source: the Chinese remainder theorem (Knuth, 1997, volume 2, section 4.3.2).
#[must_use]
pub fn moved_by_modulo(before: u32, after: u32) -> f64 {
    let period = least_common_multiple(before, after);
    if period == 0 { 1.0 } else { (period - u64::from(before.min(after))) as f64 / period as f64 }
}

/// The share of keys (0 to 1) that must move when the shards go from `before` to `after` and both are evenly full: what
/// rendezvous, jump and ring hashing come near or reach.
///
/// A bound for even shards. Source: Karger and others, 1997.
#[must_use]
pub fn moved_at_least(before: u32, after: u32) -> f64 {
    let most = before.max(after);
    if most == 0 { 0.0 } else { f64::from(before.abs_diff(after)) / f64::from(most) }
}

/// Standard deviation ÷ mean of a node's share of a ring of `nodes` × `points` random points; about 1 ÷ √points.
///
/// Exact over random rings: the gaps are a Dirichlet law, a node's share is Beta(points, (nodes − 1) · points).
/// Source: David and Nagaraja, 2003, section 6.4 (uniform spacings).
#[must_use]
pub fn ring_share_variation(nodes: f64, points: f64) -> f64 {
    sqrt((nodes - 1.0) / (nodes * points + 1.0))
}

/// Standard deviation ÷ mean of the keys on each of `shards` shards when every one of `keys` keys falls on any of them
/// with the same chance; infinite without keys.
///
/// Exact over random hashes: counts are multinomial. Source: [`super::balls_into_bins`].
#[must_use]
pub fn hashed_variation(shards: f64, keys: f64) -> f64 {
    sqrt((shards - 1.0) / keys)
}

/// The share of a node, relative to its fair share, that the fraction `quantile` (0 to 1) of the nodes stays below, on a
/// ring of `nodes` × `points` random points. A single node has the whole: 1.
///
/// Exact over random rings, by halving the incomplete beta function. Source: as [`ring_share_variation`].
#[must_use]
pub fn ring_share_quantile(nodes: f64, points: f64, quantile: f64) -> f64 {
    if nodes <= 1.0 {
        return 1.0;
    }
    let others = (nodes - 1.0) * points;
    nodes * crossing(|share| 1.0 - incomplete_beta(points, others, share), 1.0 - quantile, 0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basics::maths::pow;

    #[test]
    fn modulo_moves_what_counting_finds() {
        for (before, after) in [(4_u32, 5_u32), (8, 12), (12, 8), (7, 7), (1, 9), (6, 4)] {
            let period = u32::try_from(least_common_multiple(before, after)).unwrap();
            let moved = (0..period).filter(|hash| hash % before != hash % after).count();
            assert_eq!(moved_by_modulo(before, after), moved as f64 / f64::from(period), "{before} {after}");
        }
        assert_eq!(moved_by_modulo(0, 3), 1.0);
        assert_eq!(least_common_multiple(u32::MAX, u32::MAX - 1), 18_446_744_060_824_649_730);
        assert_eq!(moved_at_least(4, 5), 0.2);
    }

    #[test]
    fn one_point_per_node_has_the_quantile_of_the_smallest_of_uniform_points() {
        // P(share > x) = (1 - x)^(n - 1).
        for quantile in [0.005, 0.5, 0.995] {
            let wanted = 50.0 * (1.0 - pow(1.0 - quantile, 1.0 / 49.0));
            // The continued fraction stops at 1e-16, the halving too.
            assert!((ring_share_quantile(50.0, 1.0, quantile) / wanted - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn two_nodes_are_symmetric() {
        for points in [1.0, 10.0, 160.0, 10_000.0] {
            // The continued fraction's prefactor is e to a logarithm of size 10^4.
            assert!((ring_share_quantile(2.0, points, 0.5) - 1.0).abs() < 1e-9, "{points}");
            let both = ring_share_quantile(2.0, points, 0.1) + ring_share_quantile(2.0, points, 0.9);
            assert!((both - 2.0).abs() < 1e-9, "{points}");
        }
    }
}

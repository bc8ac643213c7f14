//! Refreshing a cached value by chance shortly before it expires (XFetch), so that not everybody does it at once after.
//!
//! Knows only the portable maths. Read next: [`super::cache`].

use super::Formulas;
use crate::basics::maths::exp;

/// The chance of a refresh while `r` remains.
pub const MATHML: Formulas = Formulas::of(
    "early_refresh",
    concat!(
        "<math display=\"block\"><mi>P</mi><mo>(</mo><mtext>refresh</mtext><mo>)</mo><mo>=</mo>",
        "<msup><mi>e</mi><mrow><mo>−</mo><mi>r</mi><mo>/</mo><mo>(</mo><mi>β</mi><mi>δ</mi><mo>)</mo></mrow></msup></math>",
    ),
);

/// P(a request that finds `remaining` seconds until expiry refreshes the value), 0 to 1. `compute_time` is how long a
/// refresh takes (seconds), `eagerness` the factor β (1 is usual). After expiry (`remaining` ≤ 0) it is 1.
///
/// Exact. Source: Vattani, Chierichetti and Lowenstein, 2015.
#[must_use]
pub fn refresh_probability(remaining: f64, compute_time: f64, eagerness: f64) -> f64 {
    // Tested first: with no compute time the quotient would be 0 ÷ 0 at the moment of expiry.
    if remaining <= 0.0 { 1.0 } else { exp(-remaining / (compute_time * eagerness)) }
}

/// How long before expiry (seconds, on average) one request would refresh on its own; with many requests it is earlier.
///
/// Exact: the mean of −β δ ln U. Source: Vattani, Chierichetti and Lowenstein, 2015.
#[must_use]
pub fn mean_head_start(compute_time: f64, eagerness: f64) -> f64 {
    compute_time * eagerness
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_value_is_always_refreshed() {
        assert_eq!(refresh_probability(0.0, 0.0, 1.0), 1.0);
        assert_eq!(refresh_probability(-1.0, 0.4, 1.0), 1.0);
        assert_eq!(refresh_probability(1.0, 0.0, 1.0), 0.0);
    }
}

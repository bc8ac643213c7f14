//! What more processors bring when a part of the work cannot be shared: Amdahl (fixed work) and Gustafson (fixed time).
//!
//! Knows nothing else. Read next: [`super::universal_scalability`] (where more can be less).

use super::Formulas;

/// The two laws.
pub const MATHML: Formulas = Formulas::of(
    "speedup",
    concat!(
        "<math display=\"block\"><msub><mi>S</mi><mtext>Amdahl</mtext></msub><mo>=</mo><mfrac><mn>1</mn>",
        "<mrow><mo>(</mo><mn>1</mn><mo>−</mo><mi>p</mi><mo>)</mo><mo>+</mo><mi>p</mi><mo>/</mo><mi>N</mi></mrow></mfrac></math>",
        "<math display=\"block\"><msub><mi>S</mi><mtext>Gustafson</mtext></msub><mo>=</mo><mi>N</mi><mo>−</mo>",
        "<mo>(</mo><mn>1</mn><mo>−</mo><mi>p</mi><mo>)</mo><mo>(</mo><mi>N</mi><mo>−</mo><mn>1</mn><mo>)</mo></math>",
    ),
);

/// How many times faster a fixed amount of work is done by `processors`, when the share `parallel` (0 to 1) of it can be
/// divided among them. At `processors` = 1 it is 1.
///
/// Exact under its assumption. Source: Amdahl, 1967.
#[must_use]
pub fn amdahl(parallel: f64, processors: f64) -> f64 {
    1.0 / ((1.0 - parallel) + parallel / processors)
}

/// What [`amdahl`] tends to with ever more processors; infinite when all the work can be divided.
///
/// Source: Amdahl, 1967.
#[must_use]
pub fn amdahl_limit(parallel: f64) -> f64 {
    1.0 / (1.0 - parallel)
}

/// How many times more work `processors` do in the same time, when the share `parallel` (0 to 1) *of that time* is spent
/// in the part that grows with them.
///
/// Exact under its assumption. Source: Gustafson, 1988.
#[must_use]
pub fn gustafson(parallel: f64, processors: f64) -> f64 {
    processors - (1.0 - parallel) * (processors - 1.0)
}

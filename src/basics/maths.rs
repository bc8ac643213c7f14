//! Transcendental functions with the same bits on every platform.
//!
//! `f64::ln` calls the platform's library natively and Rust's in Wasm; they differ in the last bit for about 7 % of
//! inputs, which is enough to break "same scenario, same numbers". Everything here goes through the `libm` crate.
//! `clippy.toml` bans the methods of `f64` that this module replaces.

/// Natural logarithm of `x`; minus infinity at 0, not-a-number below.
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Logarithm to base ten.
#[must_use]
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// Logarithm to base two.
#[must_use]
pub fn log2(x: f64) -> f64 {
    libm::log2(x)
}

/// e to the power `x`.
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// `base` to the power `exponent`.
#[must_use]
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// Sine of `x` radians.
#[must_use]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine of `x` radians.
#[must_use]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Square root. IEEE 754 fixes every bit of it, so the method of `f64` would do; it is here for completeness.
#[must_use]
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// Natural logarithm of the gamma function at `x` > 0.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

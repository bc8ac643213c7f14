//! Any arrivals, any services: approximations of the mean wait, labelled as such.
//!
//! Two numbers stand for the two laws: the squared coefficients of variation of the times between arrivals and of the
//! services. Knows [`super::mm1`] and [`super::mmc`]. Read next: [`super::round_robin`] (a case where the answer is exact).

use super::Formulas;
use super::{mm1, mmc};

/// Kingman's formula and that of Allen and Cunneen.
pub const MATHML: Formulas = Formulas::of(
    "ggc",
    concat!(
        "<math display=\"block\"><msub><mi>W</mi><mi>q</mi></msub><mo>≈</mo>",
        "<mfrac><mi>ρ</mi><mrow><mn>1</mn><mo>−</mo><mi>ρ</mi></mrow></mfrac><mo>·</mo>",
        "<mfrac><mrow><msubsup><mi>c</mi><mi>a</mi><mn>2</mn></msubsup><mo>+</mo><msubsup><mi>c</mi><mi>s</mi><mn>2</mn></msubsup></mrow>",
        "<mn>2</mn></mfrac><mo>·</mo><mi>S</mi></math>",
        "<math display=\"block\"><msubsup><mi>W</mi><mi>q</mi><mrow><mi>G</mi><mo>/</mo><mi>G</mi><mo>/</mo><mi>c</mi></mrow></msubsup>",
        "<mo>≈</mo><msubsup><mi>W</mi><mi>q</mi><mrow><mi>M</mi><mo>/</mo><mi>M</mi><mo>/</mo><mi>c</mi></mrow></msubsup><mo>·</mo>",
        "<mfrac><mrow><msubsup><mi>c</mi><mi>a</mi><mn>2</mn></msubsup><mo>+</mo><msubsup><mi>c</mi><mi>s</mi><mn>2</mn></msubsup></mrow>",
        "<mn>2</mn></mfrac></math>",
    ),
);

/// The mean of the two variations; what the exponential answer is multiplied with.
fn factor(arrival_variation: f64, service_variation: f64) -> f64 {
    (arrival_variation + service_variation) / 2.0
}

/// An infinite wait stays infinite: with constant arrivals *and* services at full load the product would be 0 · ∞.
fn scaled(exponential: f64, factor: f64) -> f64 {
    if exponential.is_infinite() || exponential == 0.0 { exponential } else { exponential * factor }
}

/// Approximate mean time in the queue of one server, seconds. Infinite when the utilisation is one or more.
///
/// An APPROXIMATION, good near full load; exact for random arrivals (M/M/1 and M/G/1), too large for regular arrivals
/// at low load. Source: Kingman, 1961.
#[must_use]
pub fn kingman_mean_wait(arrival_rate: f64, service_time: f64, arrival_variation: f64, service_variation: f64) -> f64 {
    scaled(mm1::mean_wait(arrival_rate, service_time), factor(arrival_variation, service_variation))
}

/// Approximate mean time in one queue before `servers` equal servers, seconds. Infinite when the utilisation is one or
/// more.
///
/// An APPROXIMATION; exact for M/M/c, and for one server with random arrivals. Source: Allen, 1978 (Allen and Cunneen).
#[must_use]
pub fn allen_cunneen_mean_wait(
    arrival_rate: f64,
    service_time: f64,
    servers: u32,
    arrival_variation: f64,
    service_variation: f64,
) -> f64 {
    scaled(mmc::mean_wait(arrival_rate, service_time, servers), factor(arrival_variation, service_variation))
}

/// As [`allen_cunneen_mean_wait`], with the service added: approximate mean response, seconds.
///
/// An APPROXIMATION. Source: Allen, 1978.
#[must_use]
pub fn allen_cunneen_mean_response(
    arrival_rate: f64,
    service_time: f64,
    servers: u32,
    arrival_variation: f64,
    service_variation: f64,
) -> f64 {
    service_time + allen_cunneen_mean_wait(arrival_rate, service_time, servers, arrival_variation, service_variation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_is_exact_it_is_exact() {
        assert_eq!(allen_cunneen_mean_wait(35.0, 0.1, 4, 1.0, 1.0), mmc::mean_wait(35.0, 0.1, 4));
        let (one, simple) =
            (allen_cunneen_mean_wait(8.0, 0.1, 1, 1.0, 3.0), super::super::mg1::mean_wait(8.0, 0.1, 3.0));
        // Erlang's recurrence rounds twice where M/M/1 rounds once.
        assert!((one / simple - 1.0).abs() < 1e-14);
    }

    #[test]
    fn full_load_is_infinite_even_for_a_clockwork() {
        assert_eq!(kingman_mean_wait(10.0, 0.1, 0.0, 0.0), f64::INFINITY);
        assert_eq!(allen_cunneen_mean_response(40.0, 0.1, 4, 0.0, 0.0), f64::INFINITY);
    }
}

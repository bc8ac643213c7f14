//! One server, random arrivals, any service law: M/G/1, served in order of arrival or shared by all at once.
//!
//! In order of arrival the wait grows with the unevenness of the services; shared, it does not matter at all.
//! `squared_variation` comes from [`super::service_laws`]. Read next: [`super::ggc`].

use super::Formulas;
use super::mm1;

/// Pollaczek and Khinchine's mean wait; processor sharing.
pub const MATHML: Formulas = Formulas::of(
    "mg1",
    concat!(
        "<math display=\"block\"><msub><mi>W</mi><mi>q</mi></msub><mo>=</mo>",
        "<mfrac><mi>ρ</mi><mrow><mn>1</mn><mo>−</mo><mi>ρ</mi></mrow></mfrac><mo>·</mo>",
        "<mfrac><mrow><mn>1</mn><mo>+</mo><msup><mi>c</mi><mn>2</mn></msup></mrow><mn>2</mn></mfrac><mo>·</mo><mi>S</mi></math>",
        "<math display=\"block\"><msub><mi>W</mi><mtext>shared</mtext></msub><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo>",
        "<mfrac><mi>x</mi><mrow><mn>1</mn><mo>−</mo><mi>ρ</mi></mrow></mfrac></math>",
    ),
);

/// Mean time in the queue, first come, first served, seconds. Infinite when the utilisation is one or more, or when the
/// service law has no finite variance.
///
/// Exact. Source: Pollaczek, 1930; Khinchine, 1932.
#[must_use]
pub fn mean_wait(arrival_rate: f64, service_time: f64, squared_variation: f64) -> f64 {
    let exponential = mm1::mean_wait(arrival_rate, service_time);
    // Nobody waits where nobody arrives, even when the variance is infinite.
    if exponential == 0.0 { 0.0 } else { exponential * (1.0 + squared_variation) / 2.0 }
}

/// Mean time from arrival to completion, first come, first served, seconds. Infinite as [`mean_wait`].
///
/// Exact. Source: Pollaczek, 1930; Khinchine, 1932.
#[must_use]
pub fn mean_response(arrival_rate: f64, service_time: f64, squared_variation: f64) -> f64 {
    mean_wait(arrival_rate, service_time, squared_variation) + service_time
}

/// Mean number waiting, first come, first served. Infinite as [`mean_wait`].
///
/// Exact. Source: Little, 1961, on [`mean_wait`].
#[must_use]
pub fn mean_queue(arrival_rate: f64, service_time: f64, squared_variation: f64) -> f64 {
    arrival_rate * mean_wait(arrival_rate, service_time, squared_variation)
}

/// Mean number in the system, first come, first served. Infinite as [`mean_wait`].
///
/// Exact. Source: Little, 1961, on [`mean_response`].
#[must_use]
pub fn mean_number(arrival_rate: f64, service_time: f64, squared_variation: f64) -> f64 {
    arrival_rate * mean_response(arrival_rate, service_time, squared_variation)
}

/// Mean time in the queue when every service takes `service_time` (M/D/1), seconds: half of that of M/M/1.
///
/// Exact. Infinite when the utilisation is one or more. Source: Erlang, 1909; Pollaczek, 1930.
#[must_use]
pub fn constant_mean_wait(arrival_rate: f64, service_time: f64) -> f64 {
    mean_wait(arrival_rate, service_time, super::service_laws::CONSTANT)
}

/// Mean time from arrival to completion when the server works on all requests at once in equal shares, seconds. For any
/// service law. Infinite when the utilisation is one or more.
///
/// Exact. Source: Kleinrock, 1976, volume 2, section 4.4; insensitivity: Sakata, Noguchi and Oizumi, 1971.
#[must_use]
pub fn shared_mean_response(arrival_rate: f64, service_time: f64) -> f64 {
    mm1::mean_response(arrival_rate, service_time)
}

/// Mean response (seconds) of a request that needs `size` seconds of service, when the server is shared equally.
///
/// Exact. Source: Kleinrock, 1976, volume 2, section 4.4.
#[must_use]
pub fn shared_response_of_size(arrival_rate: f64, service_time: f64, size: f64) -> f64 {
    size * shared_slowdown(arrival_rate, service_time)
}

/// Mean response ÷ own size when the server is shared equally: the same for every size. Infinite when unstable.
///
/// Exact. Source: Kleinrock, 1976, volume 2, section 4.4.
#[must_use]
pub fn shared_slowdown(arrival_rate: f64, service_time: f64) -> f64 {
    mm1::mean_response(arrival_rate * service_time, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constant_services_halve_the_wait_of_exponential_ones() {
        assert_eq!(constant_mean_wait(8.0, 0.1) * 2.0, mm1::mean_wait(8.0, 0.1));
    }

    #[test]
    fn no_finite_variance_means_no_finite_wait_unless_nobody_comes() {
        assert_eq!(mean_wait(1.0, 0.1, f64::INFINITY), f64::INFINITY);
        assert_eq!(mean_wait(0.0, 0.1, f64::INFINITY), 0.0);
        assert_eq!(mean_response(10.0, 0.1, 0.0), f64::INFINITY);
        assert_eq!(shared_mean_response(10.0, 0.1), f64::INFINITY);
    }
}

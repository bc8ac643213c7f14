//! One server, one queue, random arrivals, exponential services: M/M/1, first come, first served.
//!
//! The simplest queue that shows why a busy server is slow. Knows only the portable maths.
//! Read next: [`super::mmc`] (several servers), [`super::mg1`] (other service times), [`super::mm1k`] (a bounded queue).

use super::Formulas;
use crate::basics::maths::{exp, ln, pow};

/// Mean response time and its distribution.
pub const MATHML: Formulas = Formulas::of(
    "mm1",
    concat!(
        "<math display=\"block\"><mi>W</mi><mo>=</mo><mfrac><mi>S</mi><mrow><mn>1</mn><mo>−</mo><mi>ρ</mi></mrow></mfrac>",
        "<mo>,</mo><mspace width=\"1em\"/><mi>ρ</mi><mo>=</mo><mi>λ</mi><mi>S</mi></math>",
        "<math display=\"block\"><mi>P</mi><mo>(</mo><mi>T</mi><mo>&gt;</mo><mi>t</mi><mo>)</mo><mo>=</mo>",
        "<msup><mi>e</mi><mrow><mo>−</mo><mo>(</mo><mn>1</mn><mo>−</mo><mi>ρ</mi><mo>)</mo><mi>t</mi><mo>/</mo><mi>S</mi></mrow></msup></math>",
    ),
);

/// Share of time that the server is asked to be busy: arrivals per second × mean service time (seconds).
///
/// One or more means that the queue grows without end. Source: Kleinrock, 1975, volume 1.
#[must_use]
pub fn utilisation(arrival_rate: f64, service_time: f64) -> f64 {
    arrival_rate * service_time
}

/// 1 ÷ (1 − utilisation), the stretch of M/M/1; infinite from one on.
fn stretch(utilisation: f64) -> f64 {
    if utilisation >= 1.0 { f64::INFINITY } else { 1.0 / (1.0 - utilisation) }
}

/// Mean time from arrival to completion, seconds. Infinite when the utilisation is one or more.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 3.2.
#[must_use]
pub fn mean_response(arrival_rate: f64, service_time: f64) -> f64 {
    service_time * stretch(utilisation(arrival_rate, service_time))
}

/// Mean time in the queue before service, seconds. Infinite when the utilisation is one or more.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 3.2.
#[must_use]
pub fn mean_wait(arrival_rate: f64, service_time: f64) -> f64 {
    let load = utilisation(arrival_rate, service_time);
    load * service_time * stretch(load)
}

/// Mean number in the system, the one in service included. Infinite when the utilisation is one or more.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 3.2.
#[must_use]
pub fn mean_number(arrival_rate: f64, service_time: f64) -> f64 {
    let load = utilisation(arrival_rate, service_time);
    load * stretch(load)
}

/// Mean number waiting, the one in service not included. Infinite when the utilisation is one or more.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 3.2.
#[must_use]
pub fn mean_queue(arrival_rate: f64, service_time: f64) -> f64 {
    let load = utilisation(arrival_rate, service_time);
    load * load * stretch(load)
}

/// P(at least `count` requests are in the system), 0 to 1. With `count` = 1 it is the utilisation; 1 when unstable.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 3.2.
#[must_use]
pub fn probability_at_least(arrival_rate: f64, service_time: f64, count: u32) -> f64 {
    pow(utilisation(arrival_rate, service_time).min(1.0), f64::from(count))
}

/// P(the system is empty), 0 to 1; 0 when the utilisation is one or more.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 3.2.
#[must_use]
pub fn probability_empty(arrival_rate: f64, service_time: f64) -> f64 {
    (1.0 - utilisation(arrival_rate, service_time)).max(0.0)
}

/// P(response > `time` seconds), 0 to 1: the response time is exponential. 1 when the queue is unstable.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 5.6.
#[must_use]
pub fn response_tail(arrival_rate: f64, service_time: f64, time: f64) -> f64 {
    exp(-time / mean_response(arrival_rate, service_time))
}

/// The time that the share `quantile` (0 to below 1) of the responses stays within, seconds; infinite when unstable.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 5.6.
#[must_use]
pub fn response_quantile(arrival_rate: f64, service_time: f64, quantile: f64) -> f64 {
    let mean = mean_response(arrival_rate, service_time);
    if mean.is_infinite() { mean } else { -ln(1.0 - quantile) * mean }
}

/// P(wait in the queue > `time` seconds), 0 to 1; 1 when the queue is unstable.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 5.6.
#[must_use]
pub fn wait_tail(arrival_rate: f64, service_time: f64, time: f64) -> f64 {
    utilisation(arrival_rate, service_time).min(1.0) * response_tail(arrival_rate, service_time, time)
}

/// The time that the share `quantile` of the waits stays within, seconds; zero while enough requests do not wait at
/// all; infinite when unstable.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 5.6.
#[must_use]
pub fn wait_quantile(arrival_rate: f64, service_time: f64, quantile: f64) -> f64 {
    let load = utilisation(arrival_rate, service_time);
    let mean = mean_response(arrival_rate, service_time);
    if mean.is_infinite() {
        mean
    } else if load <= 1.0 - quantile {
        0.0
    } else {
        ln(load / (1.0 - quantile)) * mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overloaded_queue_has_no_mean() {
        for arrivals in [10.0, 11.0] {
            assert_eq!(mean_response(arrivals, 0.1), f64::INFINITY);
            assert_eq!(mean_wait(arrivals, 0.1), f64::INFINITY);
            assert_eq!(mean_number(arrivals, 0.1), f64::INFINITY);
            assert_eq!(mean_queue(arrivals, 0.1), f64::INFINITY);
            assert_eq!(response_quantile(arrivals, 0.1, 0.0), f64::INFINITY);
            assert_eq!(wait_quantile(arrivals, 0.1, 0.5), f64::INFINITY);
            assert_eq!(response_tail(arrivals, 0.1, 1e9), 1.0);
            assert_eq!(probability_empty(arrivals, 0.1), 0.0);
        }
    }

    #[test]
    fn a_quantile_is_where_the_tail_says() {
        for quantile in [0.5, 0.95, 0.999] {
            let time = wait_quantile(8.0, 0.1, quantile);
            // An exponential of a logarithm of size ten.
            assert!((wait_tail(8.0, 0.1, time) - (1.0 - quantile)).abs() < 1e-14, "{quantile}");
        }
        assert_eq!(wait_quantile(8.0, 0.1, 0.2), 0.0);
    }
}

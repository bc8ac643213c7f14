//! Round robin over equal servers with random arrivals: every server is a queue Eₙ/M/1.
//!
//! Each server gets every n-th arrival, so the time between its arrivals is a sum of n exponential times: more regular
//! than random, and the regularity is what round robin gains over a random choice. It never looks at the queues.
//! Read next: [`super::shortest_queue`] (looking at them).

use super::Formulas;
use crate::basics::maths::{exp, ln, pow};

/// The root that decides everything, and the mean wait.
pub const MATHML: Formulas = Formulas::of(
    "round_robin",
    concat!(
        "<math display=\"block\"><mi>σ</mi><mo>=</mo><msup><mrow><mo>(</mo><mfrac><mi>λ</mi>",
        "<mrow><mi>λ</mi><mo>+</mo><mi>μ</mi><mo>(</mo><mn>1</mn><mo>−</mo><mi>σ</mi><mo>)</mo></mrow></mfrac><mo>)</mo></mrow>",
        "<mi>n</mi></msup><mo>,</mo><mspace width=\"1em\"/><mi>μ</mi><mo>=</mo><mfrac><mn>1</mn><mi>S</mi></mfrac></math>",
        "<math display=\"block\"><msub><mi>W</mi><mi>q</mi></msub><mo>=</mo><mfrac><mrow><mi>σ</mi><mi>S</mi></mrow>",
        "<mrow><mn>1</mn><mo>−</mo><mi>σ</mi></mrow></mfrac><mo>,</mo><mspace width=\"1em\"/>",
        "<mi>P</mi><mo>(</mo><mi>T</mi><mo>&gt;</mo><mi>t</mi><mo>)</mo><mo>=</mo>",
        "<msup><mi>e</mi><mrow><mo>−</mo><mo>(</mo><mn>1</mn><mo>−</mo><mi>σ</mi><mo>)</mo><mi>t</mi><mo>/</mo><mi>S</mi></mrow></msup></math>",
    ),
);

/// P(an arriving request must wait), 0 to 1: the root σ below one of σ = A*(μ(1 − σ)), where A* is the transform of the
/// time between arrivals at one server. `arrival_rate` is that of all servers together. 1 when unstable.
///
/// Exact (for exponential services). Source: Kleinrock, 1975, volume 1, chapter 6 (G/M/1).
#[must_use]
pub fn probability_of_wait(arrival_rate: f64, service_time: f64, servers: u32) -> f64 {
    let phases = f64::from(servers);
    // Arrivals of the whole during one mean service.
    let load = arrival_rate * service_time;
    if load >= phases {
        return 1.0;
    }
    if load <= 0.0 {
        return 0.0;
    }
    // A*(μ(1-σ)) - σ is convex and falls through zero once below one: from zero on, Newton's steps never pass the root.
    let mut root = 0.0;
    for _ in 0..200 {
        let denominator = load + 1.0 - root;
        let transform = pow(load / denominator, phases);
        let step = (transform - root) / (1.0 - phases * transform / denominator);
        // Also stops on not-a-number, should a slope vanish at the edge of stability.
        if step.is_nan() || step <= root * 1e-16 {
            break;
        }
        root += step;
    }
    root.min(1.0)
}

/// Mean time in the queue before service, seconds. Infinite when the utilisation is one or more.
///
/// Exact. Source: Kleinrock, 1975, volume 1, chapter 6.
#[must_use]
pub fn mean_wait(arrival_rate: f64, service_time: f64, servers: u32) -> f64 {
    let waiting = probability_of_wait(arrival_rate, service_time, servers);
    waiting * service_time / (1.0 - waiting)
}

/// Mean time from arrival to completion, seconds. Infinite when the utilisation is one or more.
///
/// Exact. Source: Kleinrock, 1975, volume 1, chapter 6.
#[must_use]
pub fn mean_response(arrival_rate: f64, service_time: f64, servers: u32) -> f64 {
    service_time / (1.0 - probability_of_wait(arrival_rate, service_time, servers))
}

/// P(wait in the queue > `time` seconds), 0 to 1; 1 when unstable.
///
/// Exact. Source: Kleinrock, 1975, volume 1, chapter 6.
#[must_use]
pub fn wait_tail(arrival_rate: f64, service_time: f64, servers: u32, time: f64) -> f64 {
    let waiting = probability_of_wait(arrival_rate, service_time, servers);
    waiting * exp(-(1.0 - waiting) * time / service_time)
}

/// The time that the share `quantile` (0 to below 1) of the waits stays within, seconds; zero while enough requests do
/// not wait at all; infinite when unstable.
///
/// Exact. Source: Kleinrock, 1975, volume 1, chapter 6.
#[must_use]
pub fn wait_quantile(arrival_rate: f64, service_time: f64, servers: u32, quantile: f64) -> f64 {
    let waiting = probability_of_wait(arrival_rate, service_time, servers);
    if waiting >= 1.0 {
        f64::INFINITY
    } else if waiting <= 1.0 - quantile {
        0.0
    } else {
        ln(waiting / (1.0 - quantile)) * service_time / (1.0 - waiting)
    }
}

/// P(response > `time` seconds), 0 to 1: the response time is exponential, as in M/M/1. 1 when unstable.
///
/// Exact. Source: Kleinrock, 1975, volume 1, chapter 6.
#[must_use]
pub fn response_tail(arrival_rate: f64, service_time: f64, servers: u32, time: f64) -> f64 {
    exp(-time / mean_response(arrival_rate, service_time, servers))
}

/// The time that the share `quantile` (0 to below 1) of the responses stays within, seconds; infinite when unstable.
///
/// Exact. Source: Kleinrock, 1975, volume 1, chapter 6.
#[must_use]
pub fn response_quantile(arrival_rate: f64, service_time: f64, servers: u32, quantile: f64) -> f64 {
    let mean = mean_response(arrival_rate, service_time, servers);
    if mean.is_infinite() { mean } else { -ln(1.0 - quantile) * mean }
}

#[cfg(test)]
mod tests {
    use super::super::mm1;
    use super::*;

    #[test]
    fn ten_servers_at_80_percent_wait_1_922269_services() {
        // The reference gives seven digits.
        assert!((mean_wait(80.0, 0.1, 10) / 0.1 - 1.922_269).abs() < 5e-7);
    }

    #[test]
    fn one_server_is_the_simple_queue() {
        for load in [0.0, 0.1, 0.5, 0.9, 0.99, 0.9999] {
            let (taken, simple) = (mean_response(load, 1.0, 1), mm1::mean_response(load, 1.0));
            // σ = 1 is a root too, and near full load it lies at 1 - load beside the wanted one: the function between them
            // is as small as (1 - load)², of which rounding leaves 1e-16 unknown.
            let tolerance = 1e-15 / ((1.0 - load) * (1.0 - load));
            assert!((taken / simple - 1.0).abs() < tolerance, "{load}: {taken} {simple}");
        }
    }

    #[test]
    fn many_servers_approach_clockwork_arrivals() {
        // D/M/1: σ = e^(-(1 - σ)/ρ). The distance falls as 1/n: 1e-5 at 100 000 servers.
        let sigma = probability_of_wait(80_000.0, 1.0, 100_000);
        assert!((sigma - exp(-(1.0 - sigma) / 0.8)).abs() < 1e-5, "{sigma}");
    }

    #[test]
    fn an_overloaded_round_has_no_mean() {
        assert_eq!(mean_wait(100.0, 0.1, 10), f64::INFINITY);
        assert_eq!(mean_response(101.0, 0.1, 10), f64::INFINITY);
        assert_eq!(response_quantile(101.0, 0.1, 10, 0.5), f64::INFINITY);
        assert_eq!(wait_quantile(101.0, 0.1, 10, 0.5), f64::INFINITY);
    }

    #[test]
    fn a_quantile_is_where_the_tail_says() {
        for quantile in [0.5, 0.95, 0.999] {
            let wait = wait_tail(80.0, 0.1, 10, wait_quantile(80.0, 0.1, 10, quantile));
            let response = response_tail(80.0, 0.1, 10, response_quantile(80.0, 0.1, 10, quantile));
            assert!((response - (1.0 - quantile)).abs() < 1e-14);
            assert!((wait - (1.0 - quantile)).abs() < 1e-14);
        }
    }
}

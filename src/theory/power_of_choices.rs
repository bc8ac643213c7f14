//! The supermarket model: every request looks at d servers chosen at random and joins the shortest queue among them.
//!
//! In the limit of many servers, with queue lengths that are never stale. A finite number of servers lies *above* the
//! limit, and the more so the higher the load. Read next: [`super::shortest_queue`] (two servers, exactly).

use super::Formulas;
use crate::basics::maths::pow;

use super::numeric::{poisson_mixture, quantile_of_tail};

/// The tails of the queue length, the mean response and its distribution.
pub const MATHML: Formulas = Formulas::of(
    "power_of_choices",
    concat!(
        "<math display=\"block\"><msub><mi>s</mi><mi>i</mi></msub><mo>=</mo><msup><mi>ρ</mi><mrow>",
        "<mfrac><mrow><msup><mi>d</mi><mi>i</mi></msup><mo>−</mo><mn>1</mn></mrow><mrow><mi>d</mi><mo>−</mo><mn>1</mn></mrow></mfrac>",
        "</mrow></msup></math>",
        "<math display=\"block\"><mi>W</mi><mo>=</mo><mi>S</mi><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>0</mn></mrow><mi>∞</mi>",
        "</munderover><msubsup><mi>s</mi><mi>i</mi><mi>d</mi></msubsup><mo>,</mo><mspace width=\"1em\"/>",
        "<mi>P</mi><mo>(</mo><mi>T</mi><mo>&gt;</mo><mi>t</mi><mo>)</mo><mo>=</mo>",
        "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>0</mn></mrow><mi>∞</mi></munderover>",
        "<msup><mi>e</mi><mrow><mo>−</mo><mi>t</mi><mo>/</mo><mi>S</mi></mrow></msup>",
        "<mfrac><msup><mrow><mo>(</mo><mi>t</mi><mo>/</mo><mi>S</mi><mo>)</mo></mrow><mi>i</mi></msup>",
        "<mrow><mi>i</mi><mo>!</mo></mrow></mfrac><msubsup><mi>s</mi><mi>i</mi><mi>d</mi></msubsup></math>",
    ),
);

/// Below this a term changes no digit of a sum that begins with one.
const NEGLIGIBLE: f64 = 1e-18;

/// The share of servers with at least 0, 1, 2, … requests, `lengths` numbers; `utilisation` per server, `choices` ≥ 1
/// (zero counts as one). All ones when unstable.
///
/// A limit for many servers. Source: Vvedenskaya, Dobrushin and Karpelevich, 1996; Mitzenmacher, 1996.
#[must_use]
pub fn queue_tails(utilisation: f64, choices: u32, lengths: usize) -> Vec<f64> {
    let (load, choices) = (utilisation.min(1.0), f64::from(choices.max(1)));
    let mut exponent = 0.0;
    let mut tails = Vec::with_capacity(lengths);
    for _ in 0..lengths {
        tails.push(pow(load, exponent));
        // 1 + d + d² + …, which is (d^i - 1)/(d - 1) and, for one choice, i.
        exponent = choices * exponent + 1.0;
    }
    tails
}

/// P(an arriving request finds at least 0, 1, 2, … requests ahead of it), as far as they matter: the tails to the power
/// `choices`, since all the servers it looks at must be that long.
fn found_tails(utilisation: f64, choices: u32) -> Vec<f64> {
    let choices = f64::from(choices.max(1));
    let mut exponent = 0.0;
    let mut tails = Vec::new();
    loop {
        let tail = pow(utilisation, exponent);
        tails.push(tail);
        if tail < NEGLIGIBLE {
            return tails;
        }
        exponent = choices * (exponent + 1.0);
    }
}

/// Mean time from arrival to completion, seconds. `arrival_rate` per server (requests per second and server). Infinite
/// when the utilisation is one or more.
///
/// A limit for many servers. Source: Mitzenmacher, 1996 (and 2001).
#[must_use]
pub fn mean_response(arrival_rate: f64, service_time: f64, choices: u32) -> f64 {
    let load = arrival_rate * service_time;
    if load >= 1.0 {
        return f64::INFINITY;
    }
    if choices <= 1 {
        return super::mm1::mean_response(arrival_rate, service_time);
    }
    service_time * found_tails(load, choices).iter().sum::<f64>()
}

/// P(response > `time` seconds), 0 to 1; `arrival_rate` per server. 1 when unstable.
///
/// A limit for many servers. Whoever finds i requests ahead needs i + 1 exponential services; summed over what it finds,
/// with the tails of [`queue_tails`] to the power `choices`. Source: that sum, from Mitzenmacher, 1996.
#[must_use]
pub fn response_tail(arrival_rate: f64, service_time: f64, choices: u32, time: f64) -> f64 {
    let load = arrival_rate * service_time;
    if load >= 1.0 {
        1.0
    } else if choices <= 1 {
        super::mm1::response_tail(arrival_rate, service_time, time)
    } else {
        poisson_mixture(time / service_time, &found_tails(load, choices))
    }
}

/// The time that the share `quantile` (0 to below 1) of the responses stays within, seconds; `arrival_rate` per server.
/// Infinite when unstable.
///
/// A limit for many servers, by halving [`response_tail`].
#[must_use]
pub fn response_quantile(arrival_rate: f64, service_time: f64, choices: u32, quantile: f64) -> f64 {
    let load = arrival_rate * service_time;
    if load >= 1.0 {
        return f64::INFINITY;
    }
    if choices <= 1 {
        return super::mm1::response_quantile(arrival_rate, service_time, quantile);
    }
    let tails = found_tails(load, choices);
    quantile_of_tail(|time| poisson_mixture(time / service_time, &tails), quantile, service_time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_the_response_has_the_mean_of_the_response() {
        for load in [0.3, 0.9, 0.99] {
            let step = 0.001;
            let mut sum = 0.5;
            for tick in 1..60_000 {
                sum += response_tail(load, 1.0, 2, f64::from(tick) * step);
            }
            let error = sum * step / mean_response(load, 1.0, 2) - 1.0;
            // The trapezoid's error is step²/12 of a slope of order one.
            assert!(error.abs() < 1e-6, "{load}: {error}");
        }
    }

    #[test]
    fn little_s_law_joins_the_tails_and_the_mean() {
        for choices in 2..=5 {
            let number: f64 = queue_tails(0.9, choices, 60).iter().skip(1).sum();
            assert!((number / (0.9 * mean_response(0.9, 1.0, choices)) - 1.0).abs() < 1e-13, "{choices}");
        }
    }

    #[test]
    fn one_choice_is_the_simple_queue_and_a_full_load_has_no_mean() {
        assert_eq!(response_quantile(0.9, 1.0, 1, 0.99), super::super::mm1::response_quantile(0.9, 1.0, 0.99));
        assert_eq!(mean_response(1.0, 1.0, 2), f64::INFINITY);
        assert_eq!(response_quantile(1.0, 1.0, 2, 0.5), f64::INFINITY);
        assert_eq!(mean_response(0.0, 1.0, 2), 1.0);
        assert_eq!(queue_tails(1.5, 2, 3), [1.0, 1.0, 1.0]);
    }
}

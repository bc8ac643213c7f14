//! One server and room for only `capacity` requests (the one in service included): M/M/1/K. Who finds it full is lost.
//!
//! A bounded queue always settles: overload turns into loss instead of delay. Read next: [`super::mmc`] (no queue at
//! all: Erlang B).

use super::Formulas;
use super::numeric::geometric_moments;

/// Loss and the mean number in the system.
pub const MATHML: Formulas = Formulas::of(
    "mm1k",
    concat!(
        "<math display=\"block\"><msub><mi>p</mi><mi>n</mi></msub><mo>=</mo><mfrac><msup><mi>ρ</mi><mi>n</mi></msup>",
        "<mrow><munderover><mo>∑</mo><mrow><mi>j</mi><mo>=</mo><mn>0</mn></mrow><mi>K</mi></munderover>",
        "<msup><mi>ρ</mi><mi>j</mi></msup></mrow></mfrac><mo>,</mo><mspace width=\"1em\"/>",
        "<msub><mi>P</mi><mtext>lost</mtext></msub><mo>=</mo><msub><mi>p</mi><mi>K</mi></msub></math>",
        "<math display=\"block\"><mi>W</mi><mo>=</mo><mfrac><mi>L</mi><mrow><mi>λ</mi><mo>(</mo><mn>1</mn><mo>−</mo>",
        "<msub><mi>p</mi><mi>K</mi></msub><mo>)</mo></mrow></mfrac></math>",
    ),
);

/// P(an arriving request finds the system full and is lost), 0 to 1, for any utilisation. Capacity zero loses all.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 3.6.
#[must_use]
pub fn loss(arrival_rate: f64, service_time: f64, capacity: u32) -> f64 {
    geometric_moments(arrival_rate * service_time, capacity).0
}

/// Mean number in the system, the one in service included; at most `capacity`.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 3.6.
#[must_use]
pub fn mean_number(arrival_rate: f64, service_time: f64, capacity: u32) -> f64 {
    geometric_moments(arrival_rate * service_time, capacity).1
}

/// Requests completed per second: the arrivals that were not lost.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 3.6.
#[must_use]
pub fn throughput(arrival_rate: f64, service_time: f64, capacity: u32) -> f64 {
    arrival_rate * (1.0 - loss(arrival_rate, service_time, capacity))
}

/// Mean time from arrival to completion of the requests that were *admitted*, seconds. At no arrivals or no capacity
/// nobody is admitted and there is no such mean: not-a-number.
///
/// Exact. Source: Little, 1961, with the admitted arrivals only.
#[must_use]
pub fn mean_response(arrival_rate: f64, service_time: f64, capacity: u32) -> f64 {
    mean_number(arrival_rate, service_time, capacity) / throughput(arrival_rate, service_time, capacity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_queue_behaves_as_an_endless_one_below_capacity() {
        // 0.5^200 is far below the last bit.
        assert!((mean_response(5.0, 0.1, 200) - super::super::mm1::mean_response(5.0, 0.1)).abs() < 1e-15);
        assert!(loss(5.0, 0.1, 200) < 1e-59);
    }

    #[test]
    fn a_deep_queue_far_above_capacity_serves_at_full_rate_and_neither_overflows_nor_cancels() {
        assert!((throughput(1_000.0, 0.1, 100_000) - 10.0).abs() < 1e-11);
        // With utilisation 100 the system is full but for 1/99 of a place on average.
        assert!((mean_number(1_000.0, 0.1, 100_000) - (100_000.0 - 1.0 / 99.0)).abs() < 1e-9);
        assert_eq!(loss(1.0, 0.1, 0), 1.0);
    }
}

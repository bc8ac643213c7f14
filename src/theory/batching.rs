//! Doing several requests at once: what a batch gains in throughput and costs in waiting.
//!
//! Knows only the portable maths. Read next: [`super::operational`].

use crate::basics::maths::{exp, ln, ln_gamma};

/// The mean batch with a linger, the throughput of batches, and that of a window.
pub const MATHML: &str = concat!(
    "<math display=\"block\"><mi>E</mi><mo>[</mo><mi>K</mi><mo>]</mo><mo>=</mo><mn>1</mn><mo>+</mo><mi>λ</mi><mi>L</mi></math>",
    "<math display=\"block\"><mi>X</mi><mo>=</mo><mfrac><mi>k</mi><mrow><mi>f</mi><mo>+</mo><mi>k</mi><mi>v</mi></mrow></mfrac>",
    "<mo>,</mo><mspace width=\"1em\"/><mi>X</mi><mo>≤</mo><mfrac><mi>W</mi><mtext>RTT</mtext></mfrac></math>",
);

/// Mean number of requests in a batch that the first request opens and that leaves after `linger` seconds.
///
/// Exact for random arrivals of `arrival_rate` requests per second. Source: the mean of a Poisson count, plus the first.
#[must_use]
pub fn mean_batch_size(arrival_rate: f64, linger: f64) -> f64 {
    1.0 + arrival_rate * linger
}

/// As [`mean_batch_size`], when a batch also leaves as soon as it has `largest` requests (at least one).
///
/// Exact for random arrivals. Source: the sum of P(at least j more arrive), Poisson, for j = 1 … largest − 1.
#[must_use]
pub fn mean_batch_size_capped(arrival_rate: f64, linger: f64, largest: u32) -> f64 {
    let mean = arrival_rate * linger;
    if mean <= 0.0 {
        return 1.0;
    }
    if mean.is_infinite() {
        return f64::from(largest.max(1));
    }
    let (mut fewer, mut size) = (0.0, 1.0);
    for more in 1..largest.max(1) {
        let count = f64::from(more - 1);
        fewer += exp(count * ln(mean) - mean - ln_gamma(count + 1.0));
        size += (1.0 - fewer).max(0.0);
    }
    size
}

/// Mean time (seconds) that a request spends waiting for its batch to leave, with a linger and no largest size: the first
/// waits for all of it, those after it for half on average.
///
/// Exact for random arrivals. Source: uniformity of Poisson arrivals within an interval (Ross, 2014, chapter 5).
#[must_use]
pub fn mean_linger_wait(arrival_rate: f64, linger: f64) -> f64 {
    let more = arrival_rate * linger;
    linger * (1.0 + more / 2.0) / (1.0 + more)
}

/// Requests per second of one server that does batches of `size`, each in `fixed` + `size` × `each` seconds.
///
/// Exact. Source: the linear cost model of a batch.
#[must_use]
pub fn throughput(size: f64, fixed: f64, each: f64) -> f64 {
    size / (fixed + size * each)
}

/// What [`throughput`] tends to with ever larger batches, requests per second; infinite when a request costs nothing.
///
/// Exact. Source: as [`throughput`].
#[must_use]
pub fn throughput_limit(each: f64) -> f64 {
    1.0 / each
}

/// The smallest batch size (not rounded) with which one server keeps up with `arrival_rate`; infinite when no size does.
///
/// Exact: [`throughput`] solved for the size.
#[must_use]
pub fn size_needed(arrival_rate: f64, fixed: f64, each: f64) -> f64 {
    let spare = 1.0 - arrival_rate * each;
    if spare <= 0.0 { f64::INFINITY } else { arrival_rate * fixed / spare }
}

/// The most requests per second when at most `window` may be unanswered and an answer takes `round_trip` seconds.
///
/// A bound. Source: Little, 1961; for networks: Postel, 1981 (the window of TCP).
#[must_use]
pub fn window_throughput(window: f64, round_trip: f64) -> f64 {
    window / round_trip
}

/// The window that keeps a resource of `rate` requests per second busy over a round trip of `round_trip` seconds.
///
/// Exact without variation. Source: Little, 1961; Jacobson, 1988 (the bandwidth-delay product).
#[must_use]
pub fn window_needed(rate: f64, round_trip: f64) -> f64 {
    rate * round_trip
}

/// Requests per second of a pipeline whose stages take these times (seconds) and work at once: the slowest decides.
/// Infinite with no stage.
///
/// A bound, reached when queues between the stages never run empty. Source: Denning and Buzen, 1978 (the bottleneck).
#[must_use]
pub fn pipeline_throughput(stage_times: &[f64]) -> f64 {
    1.0 / stage_times.iter().copied().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cap_that_is_never_reached_changes_nothing_and_a_cap_of_one_forbids_batches() {
        // P(60 more when 5 are expected) is 1e-38.
        assert!((mean_batch_size_capped(1_000.0, 0.005, 60) - mean_batch_size(1_000.0, 0.005)).abs() < 1e-12);
        assert_eq!(mean_batch_size_capped(1_000.0, 0.005, 1), 1.0);
        assert_eq!(mean_batch_size_capped(1_000.0, 0.0, 50), 1.0);
        // Two at most: the second arrives within the linger or not.
        assert!((mean_batch_size_capped(100.0, 0.01, 2) - (2.0 - exp(-1.0))).abs() < 1e-15);
        // A flood fills every batch.
        assert_eq!(mean_batch_size_capped(1e9, 1.0, 8), 8.0);
    }

    #[test]
    fn the_size_needed_gives_just_the_throughput_wanted() {
        let size = size_needed(150.0, 0.02, 0.005);
        assert!((throughput(size, 0.02, 0.005) - 150.0).abs() < 1e-11);
        assert_eq!(size_needed(200.0, 0.02, 0.005), f64::INFINITY);
        assert!(throughput(1e9, 0.02, 0.005) < throughput_limit(0.005));
    }

    #[test]
    fn a_window_sized_for_the_round_trip_carries_the_rate() {
        assert_eq!(window_throughput(window_needed(500.0, 0.25), 0.25), 500.0);
        assert_eq!(pipeline_throughput(&[0.1, 0.25, 0.05]), 4.0);
    }

    #[test]
    fn lonely_requests_wait_the_whole_linger_and_crowds_half_of_it() {
        assert_eq!(mean_linger_wait(0.0, 0.01), 0.01);
        assert!((mean_linger_wait(1e9, 0.01) - 0.005).abs() < 1e-9);
    }
}

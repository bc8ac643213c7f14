//! Doing several requests at once: what a batch gains in throughput and costs in waiting.
//!
//! Knows only the portable maths. Read next: [`super::operational`].

use super::Formulas;
use crate::basics::maths::{exp, ln, ln_gamma};

/// The mean batch with a linger, the throughput of batches, and that of a window.
pub const MATHML: Formulas = Formulas::of(
    "batching",
    concat!(
        "<math display=\"block\"><mi>E</mi><mo>[</mo><mi>K</mi><mo>]</mo><mo>=</mo><mn>1</mn><mo>+</mo><mi>λ</mi><mi>L</mi></math>",
        "<math display=\"block\"><mi>X</mi><mo>=</mo><mfrac><mi>k</mi><mrow><mi>f</mi><mo>+</mo><mi>k</mi><mi>v</mi></mrow></mfrac>",
        "<mo>,</mo><mspace width=\"1em\"/><mi>X</mi><mo>≤</mo><mfrac><mi>W</mi><mtext>RTT</mtext></mfrac></math>",
    ),
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

/// Mean time (seconds) of a request through batches of exactly `size` before one server: filling, waiting and service,
/// each batch in `fixed` + `size` × `each` seconds. Infinite when the server does not keep up.
///
/// As a function of the size it falls steeply, then rises slowly: the U of batching. Filling and service are exact for
/// random arrivals; the wait between them is an approximation, that of Kingman for batches that come like every size-th
/// of random arrivals (Erlang gaps). Source: Kingman, 1961; Bailey, 1954, for queues with bulk service.
#[must_use]
pub fn mean_time_by_size(size: f64, arrival_rate: f64, fixed: f64, each: f64) -> f64 {
    let service = fixed + size * each;
    let utilisation = arrival_rate / size * service;
    if utilisation >= 1.0 {
        return f64::INFINITY;
    }
    let wait = utilisation / (1.0 - utilisation) * (1.0 / size) / 2.0 * service;
    (size - 1.0) / (2.0 * arrival_rate) + wait + service
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

/// Requests per second of two stages of one worker each, both at `rate` with exponential service times, when the first never
/// runs out of work and `queue` requests may wait between them: a worker who finds no room is blocked.
///
/// Exact. Source: Hunt, “Sequential arrays of waiting lines” (1956); the two balance out as a birth and death process of
/// `queue` + 3 states of equal probability, in all but one of which the second stage works.
#[must_use]
pub fn blocked_pair_throughput(rate: f64, queue: u32) -> f64 {
    rate * (f64::from(queue) + 2.0) / (f64::from(queue) + 3.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]
mod tests {
    use super::*;

    #[test]
    fn the_best_size_lies_above_the_smallest_that_keeps_up() {
        let time = |size: f64| mean_time_by_size(size, 2_000.0, 0.004, 0.000_1);
        assert_eq!(time(10.0), f64::INFINITY);
        let best = (11..200).map(f64::from).min_by(|a, b| time(*a).total_cmp(&time(*b))).unwrap();
        assert!((11.0..14.0).contains(&best), "{best}");
        assert!(time(200.0) > 3.0 * time(best));
        // One at a time is the queue M/D/1, for which Kingman's formula is exact: 0.4 / 0.6 / 2 + 1 services.
        assert!((mean_time_by_size(1.0, 100.0, 0.004, 0.0) - 0.004 * (1.0 + 1.0 / 3.0)).abs() < 1e-15);
    }

    #[test]
    fn a_pair_without_a_queue_loses_a_third() {
        assert_eq!(blocked_pair_throughput(90.0, 0), 60.0);
        assert!((blocked_pair_throughput(90.0, 97) - 89.1).abs() < 1e-12);
    }

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

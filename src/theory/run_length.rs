//! How long a simulation must run for its mean to be trusted, and how far off the mean of a run of a given length is.
//!
//! Successive customers wait for the same queue, so a million of them are worth far fewer independent ones; at high load
//! very few. All half-widths are relative and at 95 % confidence, for a run that starts in balance; one that starts empty
//! needs a warm-up too ([`mm1_relaxation_time`]). They are limits for long runs: believe them below about 0.3.
//! Knows [`super::mmc`] and `birth_and_death`. Read next: [`super::mm1`], whose means are measured.

use super::Formulas;
use crate::basics::maths::sqrt;

use super::{birth_and_death, mmc};

/// Time needed, in M/M/1, and its change for other service laws.
pub const MATHML: Formulas = Formulas::of(
    "run_length",
    concat!(
        "<math display=\"block\"><mi>t</mi><mo>=</mo><msup><mrow><mo>(</mo><mfrac><mi>z</mi><mi>ε</mi></mfrac><mo>)</mo></mrow><mn>2</mn></msup>",
        "<mfrac><mrow><mn>2</mn><mo>(</mo><mn>1</mn><mo>+</mo><mi>ρ</mi><mo>)</mo></mrow>",
        "<mrow><mi>ρ</mi><msup><mrow><mo>(</mo><mn>1</mn><mo>−</mo><mi>ρ</mi><mo>)</mo></mrow><mn>2</mn></msup></mrow></mfrac>",
        "<mi>S</mi></math>",
        "<math display=\"block\"><msub><mi>t</mi><mrow><mi>M</mi><mo>/</mo><mi>G</mi><mo>/</mo><mn>1</mn></mrow></msub><mo>≈</mo>",
        "<mfrac><mrow><mn>1</mn><mo>+</mo><msup><mi>c</mi><mn>2</mn></msup></mrow><mn>2</mn></mfrac><mi>t</mi></math>",
    ),
);

/// The standard normal law lies within ± this with 95 % probability: 1.959 963 985, to the six decimals of the usual
/// tables, so that results can be compared to the last digit with others computed from those.
pub const NORMAL_95: f64 = 1.959_964;

/// Seconds to simulate until the mean *number in the system* of M/M/1 is known to ± `half_width` (0.05 is 5 %) of itself.
/// Infinite without arrivals or when the utilisation is one or more.
///
/// Exact for long runs. The mean response needs fewer: [`mm1_arrivals_needed_for_response`]. Source: Whitt, 1989.
#[must_use]
pub fn mm1_seconds_needed(arrival_rate: f64, service_time: f64, half_width: f64) -> f64 {
    let load = arrival_rate * service_time;
    if load >= 1.0 {
        return f64::INFINITY;
    }
    let deviations = NORMAL_95 / half_width;
    deviations * deviations * 2.0 * (1.0 + load) / (load * (1.0 - load) * (1.0 - load)) * service_time
}

/// As [`mm1_seconds_needed`], counted in arrivals.
///
/// Exact for long runs. Source: Whitt, 1989.
#[must_use]
pub fn mm1_arrivals_needed(arrival_rate: f64, service_time: f64, half_width: f64) -> f64 {
    arrivals(arrival_rate, mm1_seconds_needed(arrival_rate, service_time, half_width))
}

/// The relative half-width to expect of the mean number in the system of M/M/1 after a run of `count` arrivals.
///
/// Exact for long runs. Source: Whitt, 1989.
#[must_use]
pub fn mm1_half_width(arrival_rate: f64, service_time: f64, count: f64) -> f64 {
    sqrt(mm1_arrivals_needed(arrival_rate, service_time, 1.0) / count)
}

/// Arrivals to simulate until the mean *response time* of M/M/1 is known to ± `half_width` of itself: (z ÷ ε)² times
/// ((1 + ρ) ÷ (1 − ρ))². Infinite when the utilisation is one or more.
///
/// Exact for long runs. Source: as [`mg1_arrivals_needed_for_response`], with exponential moments.
#[must_use]
pub fn mm1_arrivals_needed_for_response(arrival_rate: f64, service_time: f64, half_width: f64) -> f64 {
    let load = arrival_rate * service_time;
    if load >= 1.0 {
        return f64::INFINITY;
    }
    let deviations = NORMAL_95 / half_width * (1.0 + load) / (1.0 - load);
    deviations * deviations
}

/// The relative half-width to expect of the mean response time of M/M/1 after a run of `count` arrivals.
///
/// Exact for long runs. Source: as [`mm1_arrivals_needed_for_response`].
#[must_use]
pub fn mm1_response_half_width(arrival_rate: f64, service_time: f64, count: f64) -> f64 {
    sqrt(mm1_arrivals_needed_for_response(arrival_rate, service_time, 1.0) / count)
}

/// Arrivals to simulate until the mean response time of M/G/1 is known to ± `half_width` of itself. `moments` are E\[S\],
/// E\[S²\], E\[S³\], E\[S⁴\] of the service time in seconds. Infinite when the utilisation is one or more or a moment is.
///
/// Exact for long runs: the sum of all later waits, less their mean, is a w² + b w for a customer who waits w (Poisson's
/// equation), so the variance needs three moments of the wait, which the services' moments give.
/// Source: Daley, 1968 (the autocovariances); Takács, 1962 (the moments of the wait).
#[must_use]
pub fn mg1_arrivals_needed_for_response(arrival_rate: f64, moments: [f64; 4], half_width: f64) -> f64 {
    let [mean, square, cube, fourth] = moments;
    let spare = 1.0 - arrival_rate * mean;
    if spare <= 0.0 || !fourth.is_finite() {
        return f64::INFINITY;
    }
    let rate = arrival_rate / spare;
    let wait = rate * square / 2.0;
    let wait_square = 2.0 * wait * wait + rate * cube / 3.0;
    let wait_cube = rate * (1.5 * square * wait_square + cube * wait + fourth / 4.0);
    let (wait_variance, service_variance) = (wait_square - wait * wait, square - mean * mean);
    let waits = rate * (wait_cube - wait * wait_square) + (2.0 / spare - 1.0) * wait_variance;
    let crossed = rate * (2.0 * wait * service_variance + cube - mean * square);
    let deviations = NORMAL_95 / half_width / (wait + mean);
    deviations * deviations * (waits + service_variance + crossed)
}

/// Arrivals to simulate until the mean *wait in the queue* of M/M/1 is known to ± `half_width` of itself. More than
/// [`mm1_arrivals_needed_for_response`]: the wait is the more variable part. Infinite as [`mm1_arrivals_needed`].
///
/// Exact for long runs. Source: Daley, 1968 (the autocovariances of the waits of M/M/1, summed).
#[must_use]
pub fn mm1_arrivals_needed_for_wait(arrival_rate: f64, service_time: f64, half_width: f64) -> f64 {
    let load = arrival_rate * service_time;
    if load >= 1.0 {
        return f64::INFINITY;
    }
    let deviations = NORMAL_95 / half_width;
    let variance = 2.0 + load * (5.0 - load * (4.0 - load));
    deviations * deviations * variance / (load * (1.0 - load) * (1.0 - load))
}

/// Seconds to simulate until the mean number in the system of M/M/c is known to ± `half_width` of itself. Infinite
/// without arrivals or when the utilisation is one or more.
///
/// Exact for long runs: the sum over the states of a birth and death process. By Little's law the mean response needs a
/// run of the same order; the mean *wait* needs more where few requests wait. Source: Whitt, 1992.
#[must_use]
pub fn mmc_seconds_needed(arrival_rate: f64, service_time: f64, servers: u32, half_width: f64) -> f64 {
    let load = arrival_rate * service_time;
    if load >= f64::from(servers) {
        return f64::INFINITY;
    }
    let mean = mmc::mean_number(arrival_rate, service_time, servers);
    let deviations = NORMAL_95 / half_width;
    deviations * deviations * birth_and_death::number_variance(load, servers) / (mean * mean) * service_time
}

/// As [`mmc_seconds_needed`], counted in arrivals.
///
/// Exact for long runs. Source: Whitt, 1992.
#[must_use]
pub fn mmc_arrivals_needed(arrival_rate: f64, service_time: f64, servers: u32, half_width: f64) -> f64 {
    arrivals(arrival_rate, mmc_seconds_needed(arrival_rate, service_time, servers, half_width))
}

/// The relative half-width to expect of the mean number in the system of M/M/c after a run of `count` arrivals.
///
/// Exact for long runs. Source: Whitt, 1992.
#[must_use]
pub fn mmc_half_width(arrival_rate: f64, service_time: f64, servers: u32, count: f64) -> f64 {
    sqrt(mmc_arrivals_needed(arrival_rate, service_time, servers, 1.0) / count)
}

/// Arrivals to simulate until the mean number in the system of M/G/1 is known to ± `half_width` of itself;
/// `squared_variation` is that of the service law. Infinite as [`mm1_seconds_needed`], and when the variance is infinite:
/// no run is long enough then.
///
/// An APPROXIMATION from heavy traffic, exact for exponential services; too small at low load for very uneven services.
/// Source: Whitt, 1989.
#[must_use]
pub fn mg1_arrivals_needed(arrival_rate: f64, service_time: f64, squared_variation: f64, half_width: f64) -> f64 {
    mm1_arrivals_needed(arrival_rate, service_time, half_width) * (1.0 + squared_variation) / 2.0
}

/// The relative half-width to expect of the mean number in the system of M/G/1 after a run of `count` arrivals.
///
/// An APPROXIMATION, as [`mg1_arrivals_needed`]. Source: Whitt, 1989.
#[must_use]
pub fn mg1_half_width(arrival_rate: f64, service_time: f64, squared_variation: f64, count: f64) -> f64 {
    sqrt(mg1_arrivals_needed(arrival_rate, service_time, squared_variation, 1.0) / count)
}

/// The time (seconds) in which M/M/1 forgets how it started, by a factor e in the long run; warm up for several of them.
/// Infinite when the utilisation is one or more.
///
/// Exact. Source: Cohen, 1969; Whitt, 1989.
#[must_use]
pub fn mm1_relaxation_time(arrival_rate: f64, service_time: f64) -> f64 {
    let load = arrival_rate * service_time;
    if load >= 1.0 {
        return f64::INFINITY;
    }
    let gap = 1.0 - sqrt(load);
    service_time / (gap * gap)
}

/// An infinite run has infinitely many arrivals, even of nobody.
fn arrivals(arrival_rate: f64, seconds: f64) -> f64 {
    if seconds.is_infinite() { seconds } else { arrival_rate * seconds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_needs_what_the_closed_form_says() {
        for load in [0.01, 0.5, 0.9, 0.999] {
            let summed = mmc_seconds_needed(load / 0.2, 0.2, 1, 0.05);
            // Subtractions of nearly equal numbers near full load: 1e-16 ÷ (1 - load)².
            assert!((summed / mm1_seconds_needed(load / 0.2, 0.2, 0.05) - 1.0).abs() < 1e-9, "{load}");
        }
    }

    #[test]
    fn so_many_servers_that_nobody_waits_need_what_a_poisson_number_says() {
        // M/M/∞: the number is Poisson(load) and forgets at rate 1: asymptotic variance 2 · load, in services.
        for (load, servers) in [(3.0, 60), (50.0, 400), (1_000.0, 3_000)] {
            let wanted = NORMAL_95 * NORMAL_95 * 2.0 / (load * 0.01 * 0.01) * 0.2;
            assert!((mmc_seconds_needed(load / 0.2, 0.2, servers, 0.01) / wanted - 1.0).abs() < 1e-9, "{load}");
        }
    }

    #[test]
    fn exponential_moments_give_the_closed_forms_of_one_server() {
        for load in [0.05, 0.5, 0.9] {
            let s = 0.2;
            let moments = [s, 2.0 * s * s, 6.0 * s * s * s, 24.0 * s * s * s * s];
            let exact = mg1_arrivals_needed_for_response(load / s, moments, 0.05);
            assert!((exact / mm1_arrivals_needed_for_response(load / s, s, 0.05) - 1.0).abs() < 1e-12, "{load}");
        }
    }

    #[test]
    fn the_two_moment_approximation_meets_the_exact_answer_at_full_load() {
        // Constant services.
        let (exact, rough) =
            (mg1_arrivals_needed_for_response(0.999, [1.0; 4], 0.05), mg1_arrivals_needed(0.999, 1.0, 0.0, 0.05));
        assert!((exact / rough - 1.0).abs() < 0.01, "{exact} {rough}");
    }

    #[test]
    fn the_half_width_undoes_the_arrivals_needed() {
        let pairs = [
            (mm1_half_width(8.0, 0.1, mm1_arrivals_needed(8.0, 0.1, 0.05)), "M/M/1"),
            (mmc_half_width(35.0, 0.1, 4, mmc_arrivals_needed(35.0, 0.1, 4, 0.05)), "M/M/c"),
            (mg1_half_width(8.0, 0.1, 4.0, mg1_arrivals_needed(8.0, 0.1, 4.0, 0.05)), "M/G/1"),
            (response_half_width(mm1_arrivals_needed_for_response(8.0, 0.1, 0.05)), "response"),
        ];
        fn response_half_width(count: f64) -> f64 {
            mm1_response_half_width(8.0, 0.1, count)
        }
        for (half_width, name) in pairs {
            assert!((half_width - 0.05).abs() < 1e-15, "{name}: {half_width}");
        }
    }

    #[test]
    fn no_run_is_long_enough_for_an_overloaded_queue() {
        assert_eq!(mm1_arrivals_needed(10.0, 0.1, 0.05), f64::INFINITY);
        assert_eq!(mm1_arrivals_needed(0.0, 0.1, 0.05), f64::INFINITY);
        assert_eq!(mm1_arrivals_needed_for_response(10.0, 0.1, 0.05), f64::INFINITY);
        assert_eq!(mm1_arrivals_needed_for_wait(10.0, 0.1, 0.05), f64::INFINITY);
        assert_eq!(mmc_arrivals_needed(40.0, 0.1, 4, 0.05), f64::INFINITY);
        assert_eq!(mg1_arrivals_needed(5.0, 0.1, f64::INFINITY, 0.05), f64::INFINITY);
        assert_eq!(mg1_arrivals_needed_for_response(10.0, [0.1, 0.01, 0.001, 0.0001], 0.05), f64::INFINITY);
        assert_eq!(mm1_relaxation_time(10.0, 0.1), f64::INFINITY);
    }
}

//! Operational laws: they hold for any system that settles, whatever its arrivals, services and policy.
//!
//! No distribution is assumed, which is why they check a simulation as well as a production system.
//! Read next: [`super::mm1`] (one distribution assumed, much more known), [`super::closed_network`] (a fixed number of users).

use super::Formulas;

/// Little's law, the utilisation law and the interactive response time law.
pub const MATHML: Formulas = Formulas::of(
    "operational",
    concat!(
        "<math display=\"block\"><mi>L</mi><mo>=</mo><mi>λ</mi><mi>W</mi></math>",
        "<math display=\"block\"><mi>U</mi><mo>=</mo><mi>X</mi><mi>S</mi></math>",
        "<math display=\"block\"><mi>R</mi><mo>=</mo><mfrac><mi>N</mi><mi>X</mi></mfrac><mo>−</mo><mi>Z</mi></math>",
        "<math display=\"block\"><mi>X</mi><mo>≤</mo><mi>min</mi><mrow><mo>(</mo>",
        "<mfrac><mn>1</mn><msub><mi>D</mi><mtext>max</mtext></msub></mfrac><mo>,</mo>",
        "<mfrac><mi>N</mi><mrow><mi>D</mi><mo>+</mo><mi>Z</mi></mrow></mfrac><mo>)</mo></mrow></math>",
    ),
);

/// Mean number in a system (requests) = throughput (requests per second) × mean time in it (seconds).
///
/// Exact. Source: Little, 1961.
#[must_use]
pub fn mean_number(throughput: f64, mean_time: f64) -> f64 {
    throughput * mean_time
}

/// Mean time in a system (seconds) from the mean number in it and the throughput (requests per second).
///
/// Exact. Source: Little, 1961.
#[must_use]
pub fn mean_time(mean_number: f64, throughput: f64) -> f64 {
    mean_number / throughput
}

/// Mean number of busy servers = throughput (requests per second) × mean service time (seconds).
///
/// Divide by the number of servers to get the share of time that each is busy. Exact.
/// Source: Denning and Buzen, 1978 (the utilisation law).
#[must_use]
pub fn busy_servers(throughput: f64, service_time: f64) -> f64 {
    throughput * service_time
}

/// Seconds of a resource that one request needs in all = visits × seconds per visit.
///
/// Exact. Source: Denning and Buzen, 1978 (the forced flow law).
#[must_use]
pub fn demand(visits: f64, service_time: f64) -> f64 {
    visits * service_time
}

/// Mean response time (seconds) of `users` who wait for an answer, then think for `think_time` seconds, and so on.
///
/// Exact. Source: Denning and Buzen, 1978 (the interactive response time law).
#[must_use]
pub fn interactive_response_time(users: f64, throughput: f64, think_time: f64) -> f64 {
    users / throughput - think_time
}

/// No more than this many requests per second can leave a closed system of `users`: the bottleneck's rate or that of
/// users who never wait, whichever is less. `demands` in seconds per request and station; infinite with none.
///
/// A bound. Source: Lazowska, Zahorjan, Graham and Sevcik, 1984, chapter 5.
#[must_use]
pub fn throughput_bound(users: f64, demands: &[f64], think_time: f64) -> f64 {
    let (sum, largest) = sum_and_largest(demands);
    (1.0 / largest).min(users / (sum + think_time))
}

/// No response is faster on average than this (seconds): the demands in sequence, or what the bottleneck allows.
///
/// A bound. Source: Lazowska, Zahorjan, Graham and Sevcik, 1984, chapter 5.
#[must_use]
pub fn response_time_bound(users: f64, demands: &[f64], think_time: f64) -> f64 {
    let (sum, largest) = sum_and_largest(demands);
    sum.max(users * largest - think_time)
}

/// The number of users at which the two bounds of [`throughput_bound`] meet: beyond it, somebody must queue.
///
/// Exact. Source: Lazowska, Zahorjan, Graham and Sevcik, 1984, chapter 5.
#[must_use]
pub fn saturation_users(demands: &[f64], think_time: f64) -> f64 {
    let (sum, largest) = sum_and_largest(demands);
    (sum + think_time) / largest
}

fn sum_and_largest(demands: &[f64]) -> (f64, f64) {
    (demands.iter().sum(), demands.iter().copied().fold(0.0, f64::max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_meet_where_users_begin_to_queue() {
        let demands = [0.05, 0.03, 0.02];
        let users = saturation_users(&demands, 1.0);
        // One division each: a few units in the last place.
        assert!((throughput_bound(users, &demands, 1.0) - 20.0).abs() < 1e-12);
        assert!((response_time_bound(users, &demands, 1.0) - 0.1).abs() < 1e-12);
        assert!(response_time_bound(users + 1.0, &demands, 1.0) > 0.14);
    }
}

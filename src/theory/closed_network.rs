//! A fixed number of users who think, ask, wait for the answer and think again: mean value analysis.
//!
//! Such a load throttles itself, which is why a load test with a fixed number of users hides overload.
//! Knows nothing else. Read next: [`super::operational`] for bounds that need no assumption.

use super::Formulas;

/// The recursion over the number of users.
pub const MATHML: Formulas = Formulas::of(
    "closed_network",
    concat!(
        "<math display=\"block\"><msub><mi>R</mi><mi>k</mi></msub><mo>(</mo><mi>n</mi><mo>)</mo><mo>=</mo><msub><mi>D</mi><mi>k</mi></msub>",
        "<mo>(</mo><mn>1</mn><mo>+</mo><msub><mi>Q</mi><mi>k</mi></msub><mo>(</mo><mi>n</mi><mo>−</mo><mn>1</mn><mo>)</mo><mo>)</mo></math>",
        "<math display=\"block\"><mi>X</mi><mo>(</mo><mi>n</mi><mo>)</mo><mo>=</mo><mfrac><mi>n</mi><mrow><mi>Z</mi><mo>+</mo>",
        "<munder><mo>∑</mo><mi>k</mi></munder><msub><mi>R</mi><mi>k</mi></msub><mo>(</mo><mi>n</mi><mo>)</mo></mrow></mfrac><mo>,</mo>",
        "<mspace width=\"1em\"/><msub><mi>Q</mi><mi>k</mi></msub><mo>(</mo><mi>n</mi><mo>)</mo><mo>=</mo><mi>X</mi><mo>(</mo><mi>n</mi><mo>)</mo>",
        "<msub><mi>R</mi><mi>k</mi></msub><mo>(</mo><mi>n</mi><mo>)</mo></math>",
    ),
);

/// A closed network in balance.
#[derive(Clone, Debug, PartialEq)]
pub struct Balance {
    /// Requests completed per second.
    pub throughput: f64,
    /// Mean time from question to answer, seconds, thinking not included.
    pub response_time: f64,
    /// Mean number of requests at each station, the one in service included.
    pub queues: Vec<f64>,
}

/// `users` who think for `think_time` seconds between an answer and the next request, and stations each of which needs
/// `demands[k]` seconds per request. Takes users × stations steps. With no users everything is zero.
///
/// Exact for exponential services in order of arrival, or any service law where the station is shared equally.
/// Source: Reiser and Lavenberg, 1980.
#[must_use]
pub fn balance(users: u32, demands: &[f64], think_time: f64) -> Balance {
    let mut result = Balance { throughput: 0.0, response_time: 0.0, queues: vec![0.0; demands.len()] };
    for user in 1..=users {
        let times: Vec<f64> =
            demands.iter().zip(&result.queues).map(|(demand, queue)| demand * (1.0 + queue)).collect();
        result.response_time = times.iter().sum();
        result.throughput = f64::from(user) / (think_time + result.response_time);
        result.queues = times.iter().map(|time| result.throughput * time).collect();
    }
    result
}

#[cfg(test)]
mod tests {
    use super::super::operational;
    use super::*;

    #[test]
    fn nobody_is_lost_and_the_bounds_hold() {
        let demands = [0.05, 0.03, 0.02];
        for users in [1, 2, 22, 500] {
            let found = balance(users, &demands, 1.0);
            let counted = found.queues.iter().sum::<f64>() + found.throughput * 1.0;
            // 500 rounds of rounding.
            assert!((counted / f64::from(users) - 1.0).abs() < 1e-12);
            assert!(found.throughput <= operational::throughput_bound(f64::from(users), &demands, 1.0) * (1.0 + 1e-12));
            assert!(found.response_time >= operational::response_time_bound(f64::from(users), &demands, 1.0) - 1e-9);
        }
        assert_eq!(balance(0, &demands, 1.0).throughput, 0.0);
    }
}

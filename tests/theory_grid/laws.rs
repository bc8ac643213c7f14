//! The service laws of the grid and their first four moments, from the textbooks and not from the simulator.

/// A law as the scenario writes it, with its moments for mean 1.
pub struct Shape {
    pub settings: &'static str,
    moments: fn(i32) -> f64,
}

fn factorial(k: i32) -> f64 {
    (1..=k).map(f64::from).product()
}

/// E\[Sᵏ\] of the Pareto law with tail `tail` on 1 to 1,000, scaled to mean 1.
fn pareto(tail: f64, k: i32) -> f64 {
    let raw = |k: f64| tail / (1.0 - 1_000_f64.powf(-tail)) * (1.0 - 1_000_f64.powf(k - tail)) / (tail - k);
    raw(f64::from(k)) / raw(1.0).powi(k)
}

/// Two kinds with balanced means and squared variation `variation`: p of rate 2p, 1 − p of rate 2(1 − p).
fn two_kinds(variation: f64, k: i32) -> f64 {
    let often = 0.5 * (1.0 + ((variation - 1.0) / (variation + 1.0)).sqrt());
    [often, 1.0 - often].iter().map(|share| share * factorial(k) / (2.0 * share).powi(k)).sum()
}

/// Laws whose fourth moment is small enough for the mean wait to settle within a million requests.
pub const MILD: &[Shape] = &[
    Shape { settings: "law=constant", moments: |_| 1.0 },
    Shape { settings: "law=exponential", moments: factorial },
    // Four stages of mean 1/4: 4 · 5 ⋯ (3 + k) ÷ 4ᵏ.
    Shape { settings: "law=erlang&stages=4", moments: |k| (0..k).map(|j| f64::from(4 + j) / 4.0).product() },
    Shape { settings: "law=erlang&stages=2", moments: |k| (0..k).map(|j| f64::from(2 + j) / 2.0).product() },
    // exp(k(k − 1) s² ÷ 2) with exp(s²) = 1 + 1.
    Shape { settings: "law=log-normal&variability=1", moments: |k| 2_f64.powf(f64::from(k * (k - 1)) / 2.0) },
    Shape { settings: "law=hyperexponential&variability=2", moments: |k| two_kinds(4.0, k) },
    Shape { settings: "law=bounded-pareto&tail=3.5", moments: |k| pareto(3.5, k) },
];

/// Laws so uneven that only what does not depend on them can be compared.
pub const WILD: &[Shape] = &[
    Shape { settings: "law=log-normal&variability=4", moments: |k| 17_f64.powf(f64::from(k * (k - 1)) / 2.0) },
    Shape { settings: "law=hyperexponential&variability=6", moments: |k| two_kinds(36.0, k) },
    Shape { settings: "law=bounded-pareto&tail=1.5", moments: |k| pareto(1.5, k) },
];

impl Shape {
    /// E\[S\] to E\[S⁴\] for this mean.
    pub fn moments(&self, mean: f64) -> [f64; 4] {
        [1, 2, 3, 4].map(|k| (self.moments)(k) * mean.powi(k))
    }

    /// The squared coefficient of variation.
    pub fn variation(&self) -> f64 {
        (self.moments)(2) - 1.0
    }
}

#[test]
fn the_moments_here_and_the_variation_that_the_law_states_agree() {
    use headroom::simulation::service::{Law, Service};
    let stated = |law, variability, stages, tail| Service { law, variability, stages, tail }.squared_variation();
    let pairs = [
        (0, stated(Law::Constant, 2.0, 4, 1.5)),
        (1, stated(Law::Exponential, 2.0, 4, 1.5)),
        (2, stated(Law::Erlang, 2.0, 4, 1.5)),
        (3, stated(Law::Erlang, 2.0, 2, 1.5)),
        (4, stated(Law::LogNormal, 1.0, 4, 1.5)),
        (5, stated(Law::Hyperexponential, 2.0, 4, 1.5)),
        (6, stated(Law::BoundedPareto, 2.0, 4, 3.5)),
    ];
    for (index, stated) in pairs {
        let own = MILD[index].variation();
        // A few roundings.
        assert!((own - stated).abs() < 1e-9 * (1.0 + own), "{}: {own} {stated}", MILD[index].settings);
    }
}

//! How slowly the number of requests in an M/M/c system is averaged out: its asymptotic variance, summed over the states.
//!
//! The variance of the mean over a long run is this, divided by the length of the run. Tested through
//! [`super::run_length`], which is also what to read next. Knows [`super::mmc`].

use super::mmc;

/// The asymptotic variance (time unit: one mean service) of the number in an M/M/c system, load < servers:
/// 2 · Σ over j of D(j)² ÷ (load · π(j)), where D(j) is the sum of (i − mean) π(i) up to i = j. Source: Whitt, 1992.
pub(super) fn number_variance(load: f64, servers: u32) -> f64 {
    let mean = mmc::mean_number(load, 1.0, servers);
    let (full, mode) = (f64::from(servers), load.floor());
    let utilisation = load / full;
    let spare = 1.0 - utilisation;
    // From `full` on every state is `utilisation` times as likely as the one before: those are summed in closed form.
    // π is relative to that of the mode, and D(j) ÷ π(j) is carried along towards the mode, where rounding errors shrink.
    let (mut weight, mut total, mut sum) = (1.0, 0.0, 0.0);
    let mut weights = Vec::new();
    for state in whole_numbers(mode, full) {
        weights.push(weight);
        weight *= load / (state + 1.0);
    }
    let gap = full - mean + 1.0 / spare;
    let odds = utilisation / spare;
    let squares = gap * gap / spare + 2.0 * gap * odds / spare + odds * (1.0 + utilisation) / (spare * spare);
    total += weight / spare;
    sum += weight * odds * odds * squares;
    let mut ratio = -odds * gap;
    for (state, weight) in whole_numbers(mode, full).zip(&weights).collect::<Vec<_>>().into_iter().rev() {
        // From state + 1 down to state.
        ratio = (ratio - (state + 1.0 - mean)) * load / (state + 1.0);
        total += weight;
        sum += weight * ratio * ratio;
    }
    // Below the mode: the weights downwards, then the ratio upwards.
    let (mut weight, mut below) = (1.0, Vec::new());
    for step in whole_numbers(0.0, mode) {
        let state = mode - step;
        weight *= state / load;
        below.push((state - 1.0, weight));
    }
    ratio = 0.0;
    for (state, weight) in below.into_iter().rev() {
        ratio = (state - mean) + ratio * state / load;
        total += weight;
        sum += weight * ratio * ratio;
    }
    2.0 * sum / (load * total)
}

/// The whole numbers from `first` to before `end`, as `f64`.
fn whole_numbers(first: f64, end: f64) -> impl Iterator<Item = f64> {
    core::iter::successors(Some(first), |number| Some(number + 1.0)).take_while(move |number| *number < end)
}

//! Closed forms, each with its source. Drawn over the measured curve, and the oracle of the tests.
//!
//! One file per subject, plain functions in it. Times are in seconds, rates in requests per second, both as `f64`;
//! `service_time` is always the *mean* time that one server needs for one request. A queue that does not settle
//! (utilisation of one or more) has no mean: such functions return [`f64::INFINITY`], because that is the truth, and
//! none of them panics. Negative or not-a-number arguments mean nothing and give numbers that mean nothing.
//!
//! Every function says whether it is exact, a limit for many servers, or an approximation. Each subject has a constant
//! `MATHML`: its main formulas, typeset, to be shown beside the measured value.
//!
//! This room knows only [`crate::basics`]: nothing of the simulated world, whose oracle it is.
//! Read [`operational`] first (it holds for every system), then [`mm1`], then [`mmc`].

pub mod balls_into_bins;
pub mod batching;
pub mod cache;
pub mod closed_network;
pub mod early_refresh;
pub mod ggc;
pub mod mg1;
pub mod mm1;
pub mod mm1k;
pub mod mmc;
pub mod operational;
pub mod power_of_choices;
pub mod replications;
pub mod round_robin;
pub mod run_length;
pub mod service_laws;
pub mod sharding;
pub mod shortest_queue;
pub mod slowest;
pub mod speedup;
pub mod universal_scalability;

mod birth_and_death;
mod matrix;
pub(crate) mod numeric;

use crate::basics::{Prose, prose};

/// The main formulas of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formulas {
    /// The name of its file here.
    pub subject: &'static str,
    /// Typeset (MathML), one after the other.
    pub mathml: Prose,
}

impl Formulas {
    const fn of(subject: &'static str, mathml: &'static str) -> Self {
        Self { subject, mathml: prose(mathml) }
    }
}

/// The formulas of every subject, in reading order.
pub const FORMULAS: [Formulas; 20] = [
    operational::MATHML,
    mm1::MATHML,
    mmc::MATHML,
    mm1k::MATHML,
    service_laws::MATHML,
    mg1::MATHML,
    ggc::MATHML,
    round_robin::MATHML,
    shortest_queue::MATHML,
    power_of_choices::MATHML,
    balls_into_bins::MATHML,
    sharding::MATHML,
    closed_network::MATHML,
    speedup::MATHML,
    universal_scalability::MATHML,
    batching::MATHML,
    slowest::MATHML,
    cache::MATHML,
    early_refresh::MATHML,
    run_length::MATHML,
];

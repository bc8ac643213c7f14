//! Random: any eligible server, each equally likely.
//!
//! **What it is.** The baseline. It looks at nothing and remembers nothing, so any number of balancers can use it
//! side by side without talking to each other.
//!
//! **Who runs it.** Envoy (`RANDOM`), HAProxy (`balance random(1)`), and by accident every client that shuffles a DNS
//! answer.
//!
//! **Cost.** O(1) time, no memory.
//!
//! **Source.** Envoy, `source/extensions/load_balancing_policies/random/random_lb.cc`.
//!
//! **What goes wrong.** Chance is lumpy. Of n requests thrown at n servers one gets about ln n / ln ln n, while others
//! get none. With Poisson traffic each server is an M/M/1 queue of its own: at 90 % load the mean stay is ten
//! service times, where a shared queue would need barely more than one.

use super::{Balancer, Fleet, Request, ServerId};
use crate::basics::{Explanation, Randomness};
use crate::{because, parameters};

parameters! {
    /// Random has nothing to set.
    pub struct Parameters {}
}

/// The policy. It has no state.
#[derive(Clone, Debug)]
pub struct Random;

impl Random {
    /// A balancer with these parameters.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self
    }
}

impl Balancer for Random {
    fn pick(
        &mut self,
        _request: &Request,
        fleet: &Fleet,
        random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        let eligible = fleet.eligible();
        if eligible.is_empty() {
            because!(why, "no server is eligible");
            return None;
        }
        let server = eligible[random.below(eligible.len() as u32) as usize];
        because!(why, "drew server {server} of {} without looking at any", eligible.len());
        Some(server)
    }
}

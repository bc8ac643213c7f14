//! Least loaded, ties to the first: right about the load, careless about ties.
//!
//! **What it is.** “Send work to the least busy worker”: a scan from index 0 that keeps the first minimum. That it is
//! least loaded is true.
//!
//! **Cost.** O(n) time for a pick, no memory.
//!
//! **Source.** Seed document 001, lines 432–448.
//!
//! **What goes wrong.** At low load nearly everybody is idle, so nearly every pick is a tie, and all ties go to server
//! 0. Measured with 8 servers at 10 % utilisation: shares .556, .294, .113, .031, .007, .001, 0, 0, which are the
//! overflow probabilities of Erlang's B formula. One server works, ages and fills its cache; the others are cold when
//! they are needed.
//!
//! **When it is not so bad.** Latency is unharmed: mean and 99th percentile are those of fair ties, at
//! 10 % utilisation and at 90 % (where the shares are between .11 and .14). And filling the first servers first is a
//! feature where idle ones can be switched off, as with HAProxy's `first`.
//!
//! **Which is right.** `least-loaded`: among equals the one that has waited longest, at O(1).

use crate::algorithms::balancing::{Balancer, Fleet, Request, ServerId};
use crate::basics::{Explanation, Randomness};
use crate::{because, parameters};

parameters! {
    /// The listing has nothing to set.
    pub struct Parameters {}
}

/// The exhibit. It has no state.
#[derive(Clone, Debug)]
pub struct LeastLoadedFirstIndex;

impl LeastLoadedFirstIndex {
    /// The listing.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self
    }
}

impl Balancer for LeastLoadedFirstIndex {
    fn pick(
        &mut self,
        _request: &Request,
        fleet: &Fleet,
        _random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        let mut best = None;
        let mut least = u32::MAX;
        for server in (0..fleet.len()).filter(|&server| fleet.is_eligible(server)) {
            let load = fleet.in_flight(server);
            why.looked_at(server, f64::from(load));
            if load < least {
                least = load;
                best = Some(server);
            }
        }
        because!(why, "the first server with the least load, {least}: {best:?}");
        best
    }
}

//! Round robin: every server in turn.
//!
//! **What it is.** A pointer that moves on by one server at each request. It deals out requests; it does not look at
//! what became of them.
//!
//! **Who runs it.** The default of nginx, HAProxy, Envoy and most client libraries.
//!
//! **Cost.** O(1) time while all servers are eligible (it skips the ineligible one by one), one integer of memory.
//!
//! **Source.** Nagle, “On packet switches with infinite storage” (RFC 970, 1985) for the fairness of taking turns;
//! nginx `ngx_http_upstream_round_robin.c` for its use with equal weights.
//!
//! **What goes wrong.** It spreads *counts*, not *work*. A server that is four times slower still gets every n-th
//! request and its queue grows without bound, which alone decides the 99th percentile. And many balancers that start
//! together march in step.
//!
//! **Order and ties.** By number; the first pick is server 0; an ineligible server is skipped without losing the place.

use super::{Balancer, Fleet, Request, ServerId};
use crate::basics::{Explanation, Randomness};
use crate::{because, parameters};

parameters! {
    /// Round robin has nothing to set.
    pub struct Parameters {}
}

/// The policy: whose turn it is.
#[derive(Clone, Debug)]
pub struct RoundRobin {
    next: ServerId,
}

impl RoundRobin {
    /// A balancer that starts with server 0.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self { next: 0 }
    }
}

impl Balancer for RoundRobin {
    fn pick(
        &mut self,
        _request: &Request,
        fleet: &Fleet,
        _random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        if fleet.eligible().is_empty() {
            because!(why, "no server is eligible");
            return None;
        }
        let servers = fleet.len();
        let after = |server: ServerId| if server + 1 < servers { server + 1 } else { 0 };
        let mut server = self.next;
        while !fleet.is_eligible(server) {
            because!(why, "it is the turn of server {server}, which is not eligible: skipped");
            server = after(server);
        }
        self.next = after(server);
        because!(why, "it is the turn of server {server}; the next will be {}", self.next);
        Some(server)
    }
}

//! Least loaded: the server with the fewest requests in flight.
//!
//! **What it is.** Join the shortest queue. With fresh and complete knowledge nothing simple does better for equal
//! servers. “Least connections” is the same idea counted in connections.
//!
//! **Who runs it.** HAProxy `leastconn`, nginx `least_conn`, Envoy `LEAST_REQUEST` (as two choices), AWS “least
//! outstanding requests”.
//!
//! **Cost.** O(1) time for a pick and for each change of load (a list of servers for each load), O(n) memory.
//!
//! **Source.** Winston, “Optimality of the shortest line discipline” (1977). Order within equal load: HAProxy
//! `lb_fwlc.c`, which re-inserts a server behind its equals.
//!
//! **What goes wrong.** Herding. When what it knows is older than a service time, everybody sends to the same server
//! that *was* idle. A server that fails fast looks idle and swallows the traffic.
//!
//! **Ties.** First in, first out: among equally loaded servers the one that has had this load longest.

use super::{Balancer, Fleet, Request, ServerId};
use crate::algorithms::parts::load_order::LoadOrder;
use crate::basics::{Explanation, Randomness};
use crate::{because, parameters};

parameters! {
    /// Least loaded has nothing to set.
    pub struct Parameters {}
}

/// The policy: the eligible servers in the order of their load.
#[derive(Clone, Debug)]
pub struct LeastLoaded {
    order: LoadOrder,
}

impl LeastLoaded {
    /// A balancer that knows no server yet.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self { order: LoadOrder::default() }
    }
}

impl Balancer for LeastLoaded {
    fn pick(
        &mut self,
        _request: &Request,
        fleet: &Fleet,
        _random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        let Some(server) = self.order.least() else {
            because!(why, "no server is eligible");
            return None;
        };
        why.looked_at(server, f64::from(fleet.in_flight(server)));
        because!(why, "server {server} has the fewest requests in flight, {}", fleet.in_flight(server));
        Some(server)
    }

    fn load_changed(&mut self, server: ServerId, fleet: &Fleet) {
        if fleet.is_eligible(server) {
            self.order.insert(server, fleet.in_flight(server));
        }
    }

    fn fleet_changed(&mut self, fleet: &Fleet) {
        for server in 0..fleet.len() {
            if !fleet.is_eligible(server) {
                self.order.remove(server);
            } else if self.order.load(server) != Some(fleet.in_flight(server)) {
                self.order.insert(server, fleet.in_flight(server));
            }
        }
    }
}

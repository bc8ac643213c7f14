//! Weighted least loaded: the server with the fewest requests in flight for its weight.
//!
//! **What it is.** Least loaded for servers of different size: the least in flight / weight. The two fractions are
//! compared by multiplying crosswise, so without rounding.
//!
//! **Who runs it.** The plain form of what nginx (`least_conn`), HAProxy (`leastconn`) and Linux IPVS (`wlc`) do; they
//! differ in what they do about ties, and so do `nginx-least-conn` and `haproxy-leastconn` here.
//!
//! **Cost.** O(log n) time for each change of load and for a pick (a balanced tree), O(n) memory.
//!
//! **Source.** The comparison: nginx `ngx_http_upstream_least_conn_module.c`. The order within ties: HAProxy
//! `lb_fwlc.c`.
//!
//! **What goes wrong.** While nothing is in flight all fractions are 0 and the weights do not count: at low load a
//! small server gets as much as a large one. It herds on stale counts, and a server that fails fast looks idle.
//!
//! **Ties.** First in, first out: the server that has had this load longest.

use std::cmp::Ordering;

use super::{Balancer, Fleet, Request, ServerId};
use crate::algorithms::parts::key_order::KeyOrder;
use crate::basics::{Explanation, Randomness};
use crate::{because, parameters};

parameters! {
    /// Weighted least loaded has nothing to set: the weights belong to the servers.
    pub struct Parameters {}
}

/// Requests in flight for a weight, as a fraction; the weight is at least 1.
#[derive(Clone, Copy, Debug)]
struct Fill {
    requests: u32,
    weight: u32,
}

impl Ord for Fill {
    fn cmp(&self, other: &Self) -> Ordering {
        let crosswise = |a: &Self, b: &Self| u64::from(a.requests) * u64::from(b.weight);
        crosswise(self, other).cmp(&crosswise(other, self))
    }
}

impl PartialOrd for Fill {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Fill {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Fill {}

/// The policy: the eligible servers in the order of their fill.
#[derive(Clone, Debug)]
pub struct WeightedLeastLoaded {
    order: KeyOrder<Fill>,
}

impl WeightedLeastLoaded {
    /// A balancer that knows no server yet.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self { order: KeyOrder::default() }
    }
}

/// How full `server` is, or `None` when it may not be picked.
fn fill_of(server: ServerId, fleet: &Fleet) -> Option<Fill> {
    let fill = Fill { requests: fleet.in_flight(server), weight: fleet.weight(server) };
    (fleet.is_eligible(server) && fill.weight > 0).then_some(fill)
}

impl Balancer for WeightedLeastLoaded {
    fn pick(
        &mut self,
        _request: &Request,
        fleet: &Fleet,
        _random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        let Some(server) = self.order.least() else {
            because!(why, "no server with a weight is eligible");
            return None;
        };
        let (requests, weight) = (fleet.in_flight(server), fleet.weight(server));
        why.looked_at(server, f64::from(requests) / f64::from(weight));
        because!(why, "server {server} is the least full for its weight: {requests} in flight, weight {weight}");
        Some(server)
    }

    fn load_changed(&mut self, server: ServerId, fleet: &Fleet) {
        if let Some(fill) = fill_of(server, fleet) {
            self.order.insert(server, fill);
        }
    }

    fn fleet_changed(&mut self, fleet: &Fleet) {
        self.order.update(fleet.len(), |server| fill_of(server, fleet));
    }
}

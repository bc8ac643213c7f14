//! HAProxy `leastconn`: fewest requests in flight for its weight, counting the one to come.
//!
//! **What it is.** Servers are kept in the order of a whole number, (in flight + 1) × 4096 / (16 × weight), and 0 while
//! idle. The “+ 1” asks how full a server *would be*: of two servers with one request each the heavier wins, and so
//! do weights count before anything has piled up.
//!
//! **Who runs it.** HAProxy, `balance leastconn`.
//!
//! **Cost.** O(log n) time for each change of load, O(log n) for a pick, O(n) memory (a balanced tree).
//!
//! **Source.** HAProxy `src/lb_fwlc.c` (`fwlc_get_key`, `fwlc_srv_reposition`), at 50872daa6a85.
//!
//! **What goes wrong.** As least loaded: it herds on stale counts and loves a server that fails fast. All idle servers
//! tie whatever their weight, so at very low load they share equally. The number is rounded down: heavy servers with
//! nearly equal fill count as equal.
//!
//! **Ties.** First in, first out: a server is filed behind its equals whenever its load changes.
//!
//! **Weights.** 1 to 256 as in HAProxy, larger ones count as 256; a server of weight 0 gets nothing.

use super::{Balancer, Fleet, Request, ServerId};
use crate::algorithms::parts::key_order::KeyOrder;
use crate::basics::{Explanation, Randomness};
use crate::{because, parameters};

parameters! {
    /// HAProxy's `leastconn` has nothing to set.
    pub struct Parameters {}
}

/// The key by which HAProxy orders a server with so many requests in flight; `weight` at least 1.
#[must_use]
pub fn key(in_flight: u32, weight: u32) -> u64 {
    const SCALE: u64 = 16;
    const LARGEST: u64 = 256;
    let weight = u64::from(weight).clamp(1, LARGEST);
    if in_flight == 0 { 0 } else { (u64::from(in_flight) + 1) * (LARGEST * SCALE) / (weight * SCALE) }
}

/// The policy: the eligible servers in the order of their keys.
#[derive(Clone, Debug)]
pub struct HaproxyLeastconn {
    order: KeyOrder<u64>,
}

impl HaproxyLeastconn {
    /// A balancer that knows no server yet.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self { order: KeyOrder::default() }
    }
}

/// The key of `server`, or `None` when it may not be picked.
fn key_of(server: ServerId, fleet: &Fleet) -> Option<u64> {
    let weight = fleet.weight(server);
    (fleet.is_eligible(server) && weight > 0).then(|| key(fleet.in_flight(server), weight))
}

impl Balancer for HaproxyLeastconn {
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
        why.looked_at(server, f64::from(requests));
        because!(
            why,
            "server {server} has the least key, {}: {requests} in flight, weight {weight}",
            key(requests, weight)
        );
        Some(server)
    }

    fn load_changed(&mut self, server: ServerId, fleet: &Fleet) {
        if let Some(key) = key_of(server, fleet) {
            self.order.insert(server, key);
        }
    }

    fn fleet_changed(&mut self, fleet: &Fleet) {
        self.order.update(fleet.len(), |server| key_of(server, fleet));
    }
}

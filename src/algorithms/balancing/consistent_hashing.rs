//! Consistent hashing: the key decides, and few keys move when a server comes or goes.
//!
//! **What it is.** Balancing by a map from keys to owners: what the request asks for decides the server, so each
//! server sees the same part of the keys again and again and its cache stays warm. The map is a hash ring, the very
//! one of sharding. While a server is ejected its keys go to those that follow it on the ring, and come back with it.
//!
//! **Who runs it.** nginx (`hash … consistent`), HAProxy (`hash-type consistent`), Envoy (`RING_HASH`), and every
//! memcached client.
//!
//! **Cost.** O(log (n·v)) time for n servers with v virtual nodes, one more step for each ejected server met; O(n·v)
//! memory, and O(n·v log (n·v)) time when servers come, go for good or change weight.
//!
//! **Source.** Karger et al. (1997). Walking past those who are not eligible: nginx
//! `ngx_http_upstream_hash_module.c`, HAProxy `lb_chash.c`.
//!
//! **What goes wrong.** It balances keys, not load: a hot key heats one server, whatever the others do. Shares differ
//! by about 1/√v. When a server fails, its whole load falls on the few that follow it. Bounded loads mends that.
//!
//! **Ties.** None: the map says who is next.

use super::{Balancer, Fleet, Request, ServerId};
use crate::algorithms::sharding::Sharder;
use crate::algorithms::sharding::ring::Ring;
use crate::basics::{Explanation, Randomness};
use crate::because;

pub use crate::algorithms::sharding::ring::Parameters;

/// The policy: a map of all servers, and the weights that it was made with.
#[derive(Clone)]
pub struct ConsistentHashing {
    map: Box<dyn Sharder>,
    weights: Vec<u32>,
}

impl ConsistentHashing {
    /// A balancer over a hash ring.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self::over(Box::new(Ring::new(parameters)))
    }

    /// A balancer over any map that can name the next owner ([`Sharder::walk`]).
    #[must_use]
    pub fn over(map: Box<dyn Sharder>) -> Self {
        Self { map, weights: Vec::new() }
    }
}

impl Balancer for ConsistentHashing {
    fn reads_keys(&self) -> bool {
        true
    }

    fn pick(
        &mut self,
        request: &Request,
        fleet: &Fleet,
        _random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        if fleet.eligible().is_empty() {
            because!(why, "no server is eligible");
            return None;
        }
        if why.listening() {
            self.map.shard(request.key, why); // the map says where the key lies
        }
        let mut picked = None;
        self.map.walk(request.key, &mut |server| {
            if fleet.is_eligible(server) {
                picked = Some(server);
            } else {
                because!(why, "server {server} is not eligible: on to the next");
            }
            picked.is_none()
        });
        if let Some(server) = picked {
            because!(why, "server {server} takes it");
        }
        picked
    }

    /// Ejections do not change the map; it is made anew only for other servers or weights.
    fn fleet_changed(&mut self, fleet: &Fleet) {
        let weights: Vec<u32> = (0..fleet.len()).map(|server| fleet.weight(server)).collect();
        if weights != self.weights {
            let servers: Vec<(ServerId, u32)> = (0..).zip(weights.iter().copied()).collect();
            self.map.shards_changed(&servers);
            self.weights = weights;
        }
    }
}

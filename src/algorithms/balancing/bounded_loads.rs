//! Consistent hashing with bounded loads: the key decides, unless its server has more than its fair share.
//!
//! **What it is.** Every server has a number of slots: the average load, the new request included, times a balance
//! factor (1.25, say). A key goes to its owner on the ring, or, if that is full, to the next who is not. So the most
//! loaded server is never more than a quarter above average, and most keys still find their own server.
//!
//! **Who runs it.** HAProxy (`hash-balance-factor`), Envoy, Vimeo's video cache, Google Cloud Pub/Sub.
//!
//! **Cost.** O(log (n·v)) time and one step for each full server met (a small constant on average for factors well
//! above 1, n at most); O(n·v) memory.
//!
//! **Source.** Mirrokni, Thorup and Zadimoghaddam, “Consistent hashing with bounded loads” (2016). Whose variant:
//! the slots are HAProxy's (`lb_chash.c`, `chash_server_is_eligible`: by weight, whole, at least 1; taken while *fewer*
//! are in use), the walk is clockwise as in the paper. (HAProxy looks up the *nearest* point instead of the next, and
//! Envoy tries servers in an order shuffled by the hash, one request more than its slots.)
//!
//! **What goes wrong.** A hot key is spread, so it is cached several times. Close to factor 1 it balances like least
//! loaded and forgets who owns what. And as it counts what is in flight, stale counts make the bound a wish.
//!
//! **Ties.** None: the ring says who is next.

use super::{Balancer, Fleet, Request, ServerId};
use crate::algorithms::parts::hashing::KeyHash;
use crate::algorithms::sharding::Sharder;
use crate::algorithms::sharding::ring::{self, Ring};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Randomness};
use crate::{because, parameters};

parameters! {
    /// How much more than the average a server may have, and the ring.
    pub struct Parameters {
        /// The most a server may have in flight, in per cent of the average. 100 % is perfect balance at any cost; the larger, the more keys stay with their owner.
        balance_factor: f64 = 125.0, "Balance factor", Kind::percent(100.0, 1_000.0, 5.0), Live PerLane "Policy";
        /// Points on the circle for each server of weight 1; a server of weight 3 has three times as many.
        virtual_nodes: u32 = 160, "Virtual nodes", Kind::count(1, 1_000), Restart PerLane "Sharding";
        /// What turns keys and the names of points into places on the circle.
        hash: KeyHash = KeyHash::Mixed, "Hash function", Kind::Choice(KeyHash::OPTIONS), Restart PerLane "Sharding";
    }
}

/// All slots together: the requests in flight and the one to come, times the factor, rounded up.
#[must_use]
pub fn total_slots(in_flight: u64, balance_factor: f64) -> u64 {
    // The quotient of two whole numbers below 2⁵³ is rounded correctly, so a whole result is exact.
    ((in_flight + 1) as f64 * balance_factor / 100.0).ceil() as u64
}

/// The slots of one server of `weight`, when the servers before it weigh `before` together and all weigh `all`.
/// Rounded so that they add up to `total`; but nobody has none.
#[must_use]
pub fn slots(total: u64, weight: u64, before: u64, all: u64) -> u64 {
    let (each, rest) = (total / all, total % all);
    (weight * each + (before + weight) * rest / all - before * rest / all).max(1)
}

/// The policy: the map, and what the bound needs to know.
#[derive(Clone)]
pub struct BoundedLoads {
    parameters: Parameters,
    map: Box<dyn Sharder>,
    weights: Vec<u32>,
    /// The weights of the eligible servers before each one, and at the end of all.
    before: Vec<u64>,
    loads: Vec<u32>,
    in_flight: u64,
}

impl BoundedLoads {
    /// A balancer over a hash ring.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        let Parameters { virtual_nodes, hash, .. } = *parameters;
        Self::over(Box::new(Ring::new(&ring::Parameters { virtual_nodes, hash })), parameters)
    }

    /// A balancer over any map that can name the next owner ([`Sharder::walk`]).
    #[must_use]
    pub fn over(map: Box<dyn Sharder>, parameters: &Parameters) -> Self {
        let parameters = parameters.clone();
        Self { parameters, map, weights: Vec::new(), before: vec![0], loads: Vec::new(), in_flight: 0 }
    }
}

impl Balancer for BoundedLoads {
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
        let all = self.before.last().copied().unwrap_or(0);
        if all == 0 {
            because!(why, "no server with a weight is eligible");
            return None;
        }
        let total = total_slots(self.in_flight, self.parameters.balance_factor);
        because!(why, "{} in flight in all, so {total} slots", self.in_flight);
        let mut picked = None;
        self.map.walk(request.key, &mut |server| {
            if !fleet.is_eligible(server) {
                because!(why, "server {server} is not eligible: on to the next");
                return true;
            }
            let weight = u64::from(fleet.weight(server));
            let slots = slots(total, weight, self.before[server as usize], all);
            let load = fleet.in_flight(server);
            why.looked_at(server, f64::from(load));
            if u64::from(load) < slots {
                because!(why, "server {server} uses {load} of its {slots} slots: picked");
                picked = Some(server);
            } else {
                because!(why, "server {server} is full ({load} in flight, {slots} slots): on to the next");
            }
            picked.is_none()
        });
        picked
    }

    fn load_changed(&mut self, server: ServerId, fleet: &Fleet) {
        let load = &mut self.loads[server as usize];
        self.in_flight = self.in_flight + u64::from(fleet.in_flight(server)) - u64::from(*load);
        *load = fleet.in_flight(server);
    }

    fn fleet_changed(&mut self, fleet: &Fleet) {
        self.loads = (0..fleet.len()).map(|server| fleet.in_flight(server)).collect();
        self.in_flight = self.loads.iter().map(|&load| u64::from(load)).sum();
        let weights: Vec<u32> = (0..fleet.len()).map(|server| fleet.weight(server)).collect();
        let mut sum = 0;
        self.before = vec![0];
        for (server, &weight) in (0..).zip(&weights) {
            sum += if fleet.is_eligible(server) { u64::from(weight) } else { 0 };
            self.before.push(sum);
        }
        if weights != self.weights {
            let servers: Vec<(ServerId, u32)> = (0..).zip(weights.iter().copied()).collect();
            self.map.shards_changed(&servers);
            self.weights = weights;
        }
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        if key != "balance-factor" {
            let expected = "cannot change while it runs: the ring is built at the start".to_owned();
            return Err(Refusal { expected, nearest: None });
        }
        self.parameters.set(key, text)
    }
}

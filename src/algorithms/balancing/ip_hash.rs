//! IP hash: the client's address decides, so a client stays with its server.
//!
//! **What it is.** The first three of the four numbers of an IPv4 address are hashed; the hash modulo the sum of the
//! weights says which server. No table, no state, the same answer in every balancer.
//!
//! **Who runs it.** nginx, `ip_hash`.
//!
//! **Cost.** O(n) time (walking the weights), no memory beyond the accounts of its fallback.
//!
//! **Source.** nginx `ngx_http_upstream_ip_hash_module.c`. Its rest after failures is left out here: health is judged
//! elsewhere (`health`).
//!
//! **What goes wrong.** All clients of one network of 256 addresses are one client to it: a company behind one
//! address goes to one server. With few networks the load is as lumpy as chance. And it is hashing by remainder: going from
//! 4 to 3 servers moves three clients of four, where one of four would do.
//!
//! **When the server is not eligible** the hash is hashed on, up to 21 attempts in all; then smooth weighted round
//! robin decides, and the client has lost its place.
//!
//! **Addresses here.** The simulated clients have numbers, not addresses: [`address`] says how one becomes the other.

use super::smooth_weighted_round_robin::{self, Turns};
use super::{Balancer, Fleet, Request, ServerId};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::randomness::mix;
use crate::basics::{Explanation, Kind, Randomness};
use crate::{because, parameters};

/// nginx gives up when more than this many attempts met a server that is not eligible.
const MOST_TRIES: u32 = 20;

parameters! {
    /// Where the clients live.
    pub struct Parameters {
        /// How many clients share a network of 256 addresses, and with it a server. 1: each has its own; more: offices and mobile carriers behind one address.
        clients_per_network: u32 = 1, "Clients per network", Kind::count(1, 1_000_000), Live PerLane "Policy";
    }
}

/// The IPv4 address of client number `client`, when each `per_network` clients in a row share the first three numbers.
///
/// The networks lie scattered over the address space, as real ones do (two may coincide, about once in 16 million pairs);
/// the last number is the client's place within its network.
#[must_use]
pub fn address(client: u32, per_network: u32) -> [u8; 4] {
    let per_network = per_network.max(1);
    let [a, b, c, ..] = mix(u64::from(client / per_network)).to_le_bytes();
    [a, b, c, (client % per_network % 256) as u8]
}

/// One round of nginx's hash over the network of `address`, starting from `hash` (89 at first).
#[must_use]
pub fn hash(hash: u32, address: [u8; 4]) -> u32 {
    address[..3].iter().fold(hash, |hash, &number| (hash * 113 + u32::from(number)) % 6271)
}

/// The server whose share of the weights `hash` falls into, eligible or not; `None` while nobody has a weight.
#[must_use]
pub fn owner(hash: u32, fleet: &Fleet) -> Option<ServerId> {
    let total: u64 = (0..fleet.len()).map(|server| u64::from(fleet.weight(server))).sum();
    let mut rest = u64::from(hash).checked_rem(total)?;
    (0..fleet.len()).find(|&server| {
        let weight = u64::from(fleet.weight(server));
        let here = rest < weight;
        rest = rest.saturating_sub(weight);
        here
    })
}

/// The policy: its fallback is all the state it has.
#[derive(Clone, Debug)]
pub struct IpHash {
    parameters: Parameters,
    fallback: Turns,
}

impl IpHash {
    /// A balancer that knows no server yet.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        let fallback = Turns::new(&smooth_weighted_round_robin::Parameters::default());
        Self { parameters: parameters.clone(), fallback }
    }
}

impl Balancer for IpHash {
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
        let address = address(request.client, self.parameters.clients_per_network);
        let mut hashed = 89;
        for _ in 0..=MOST_TRIES {
            hashed = hash(hashed, address);
            let server = owner(hashed, fleet)?;
            if fleet.is_eligible(server) {
                let [a, b, c, _] = address;
                because!(
                    why,
                    "client {} lives in {a}.{b}.{c}.*, whose hash {hashed} is server {server}'s",
                    request.client
                );
                return Some(server);
            }
            because!(why, "hash {hashed} is server {server}'s, which is not eligible: hashed on");
        }
        because!(why, "no luck with the hash: the servers take turns");
        self.fallback.turn(fleet, request.now, |_| true)
    }

    fn fleet_changed(&mut self, fleet: &Fleet) {
        self.fallback.fleet_changed(fleet);
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

//! Smooth weighted round robin: every server in turn, the heavier more often, and evenly interleaved.
//!
//! **What it is.** Each server has an account. At every request all are paid their weight, the richest is picked and
//! pays the sum. With weights 5, 1, 1 that gives `aabacaa`, where dealing out whole weights (`aaaaabc`) would send
//! five in a row to one server.
//!
//! **Who runs it.** nginx (its default), and many that copied it.
//!
//! **Cost.** O(n) time for a pick by definition, O(n) memory: two numbers for each server.
//!
//! **Source.** nginx `ngx_http_upstream_round_robin.c` (`get_peer`, `free_round_robin_peer`), commit 52327e0627f4.
//! In a period as long as the sum of the weights every server gets exactly its weight.
//!
//! **What goes wrong.** It deals out requests and does not see what becomes of them, as round robin. Weights are set
//! by hand and go stale.
//!
//! **Failures.** nginx also learns: a failure takes weight / `max-fails` off the server's *effective* weight, each
//! later pick gives one back, so that a server returns slowly. After `max-fails` failures it rests for the
//! `fail-timeout`; while all rest, nobody is picked (nginx: “no live upstreams”). nginx ships `max-fails` 1; here it is
//! 0, off, so that health is judged in one place for all policies (`health`).
//!
//! **Ties.** The earlier server.

use super::{Answer, Balancer, Fleet, Outcome, Request, ServerId};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Randomness};
use crate::{because, parameters};

parameters! {
    /// How nginx treats failures on the side.
    pub struct Parameters {
        /// After how many failures a server rests; each takes that fraction off its effective weight. 0 switches both off; nginx ships 1.
        max_fails: u32 = 0, "Failures before a rest", Kind::count(0, 100), Live PerLane "Policy";
        /// How long a server rests, and how long a failure is remembered.
        fail_timeout: Nanos = Nanos::from_secs(10), "Rest after failures", Kind::span(Nanos::ZERO, Nanos::from_secs(600)), Live PerLane "Policy";
    }
}

/// What nginx keeps of a server.
#[derive(Clone, Copy, Debug, Default)]
struct Peer {
    weight: i64,
    /// The weight less what failures took off it.
    effective: i64,
    /// The account.
    current: i64,
    fails: u32,
    /// The last failure.
    failed_at: Nanos,
    /// The last failure, or when it was last given another chance.
    checked_at: Nanos,
}

/// The accounts of all servers. nginx's `least_conn` breaks its ties with them, and `ip_hash` falls back on them.
#[derive(Clone, Debug)]
pub struct Turns {
    parameters: Parameters,
    peers: Vec<Peer>,
}

impl Turns {
    /// No accounts yet: they are opened by [`Turns::fleet_changed`].
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), peers: Vec::new() }
    }

    /// The account and the effective weight of `server`.
    #[must_use]
    pub fn account(&self, server: ServerId) -> (i64, i64) {
        let peer = self.peers[server as usize];
        (peer.current, peer.effective)
    }

    /// Whether `server` is eligible, has a weight and does not rest from failures.
    #[must_use]
    pub fn usable(&self, server: ServerId, fleet: &Fleet, now: Nanos) -> bool {
        let Parameters { max_fails, fail_timeout } = self.parameters;
        let peer = self.peers[server as usize];
        let rests = max_fails > 0 && peer.fails >= max_fails && now.since(peer.checked_at) <= fail_timeout;
        fleet.is_eligible(server) && peer.weight > 0 && !rests
    }

    /// One turn among those of the usable servers for which `among` holds; the others' accounts stand still.
    pub fn turn(&mut self, fleet: &Fleet, now: Nanos, among: impl Fn(ServerId) -> bool) -> Option<ServerId> {
        let mut best: Option<(ServerId, i64)> = None;
        let mut total = 0;
        for server in 0..fleet.len() {
            if !self.usable(server, fleet, now) || !among(server) {
                continue;
            }
            let peer = &mut self.peers[server as usize];
            peer.current += peer.effective;
            total += peer.effective;
            // Weight lost to failures comes back one by one, after it was counted.
            if peer.effective < peer.weight {
                peer.effective += 1;
            }
            if best.is_none_or(|(_, most)| peer.current > most) {
                best = Some((server, peer.current));
            }
        }
        let (server, _) = best?;
        self.peers[server as usize].current -= total;
        self.chosen(server, now);
        Some(server)
    }

    /// `server` gets a request: if its last failure is long past, its answer will clear it.
    pub fn chosen(&mut self, server: ServerId, now: Nanos) {
        let peer = &mut self.peers[server as usize];
        if now.since(peer.checked_at) > self.parameters.fail_timeout {
            peer.checked_at = now;
        }
    }

    /// A broken connection and a time-out count as failures; an answer that turns the request away does not.
    pub fn answered(&mut self, answer: &Answer) {
        let peer = &mut self.peers[answer.server as usize];
        if matches!(answer.outcome, Outcome::Failed | Outcome::TimedOut) {
            peer.fails = peer.fails.saturating_add(1);
            peer.failed_at = answer.now;
            peer.checked_at = answer.now;
            if self.parameters.max_fails > 0 {
                peer.effective = (peer.effective - peer.weight / i64::from(self.parameters.max_fails)).max(0);
            }
        } else if peer.failed_at < peer.checked_at {
            peer.fails = 0;
        }
    }

    /// Opens accounts for new servers, and a new one for each whose weight changed.
    pub fn fleet_changed(&mut self, fleet: &Fleet) {
        self.peers.resize(fleet.len() as usize, Peer::default());
        for (server, peer) in (0..).zip(&mut self.peers) {
            let weight = i64::from(fleet.weight(server));
            if peer.weight != weight {
                *peer = Peer { weight, effective: weight, ..Peer::default() };
            }
        }
    }

    /// Changes `max-fails` or `fail-timeout`.
    ///
    /// # Errors
    /// A [`Refusal`] when it is neither, or the text is not accepted.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

/// The policy.
#[derive(Clone, Debug)]
pub struct SmoothWeightedRoundRobin {
    /// The accounts, to be drawn.
    pub turns: Turns,
}

impl SmoothWeightedRoundRobin {
    /// A balancer that knows no server yet.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { turns: Turns::new(parameters) }
    }
}

impl Balancer for SmoothWeightedRoundRobin {
    fn pick(
        &mut self,
        request: &Request,
        fleet: &Fleet,
        _random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        let Some(server) = self.turns.turn(fleet, request.now, |_| true) else {
            because!(why, "no server with a weight is eligible, or all rest from failures");
            return None;
        };
        why.looked_at(server, f64::from(fleet.weight(server)));
        because!(why, "server {server} had the richest account; after paying it has {}", self.turns.account(server).0);
        Some(server)
    }

    fn answered(&mut self, answer: &Answer, _fleet: &Fleet) {
        self.turns.answered(answer);
    }

    fn fleet_changed(&mut self, fleet: &Fleet) {
        self.turns.fleet_changed(fleet);
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.turns.set(key, text)
    }
}

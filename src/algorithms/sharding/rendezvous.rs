//! Rendezvous hashing: every shard draws a number for the key; the highest wins.
//!
//! **What it is.** Hash key and shard together, once for each shard, and take the shard with the highest score. Any
//! two who know the same shards agree without a table. When a shard leaves, its keys go to their second best, evenly
//! over all others. Also called highest random weight (HRW).
//!
//! **Who runs it.** GitHub's load balancer, Apache Ignite, Twitter's EventBus, Caddy (`ip_hash`), Traefik (`hrw`).
//!
//! **Cost.** O(n) a lookup; 8 bytes for each shard and a weight. Fine for tens of shards, slow for thousands.
//!
//! **Source.** Thaler and Ravishankar, “A name-based mapping scheme for rendezvous” (1996). Weights: score
//! w / −ln u for a uniform u (Schindelhauer and Schomaker, 2005), as Traefik does.
//!
//! **What goes wrong.** Joining two hashes by exclusive or without mixing the result: then only the highest bits
//! decide, the shards form a tree, and of ten shards some hold 3 % and others 13 %; with bare FNV-1a two of the ten
//! hold a quarter each. And the cost: ten times the shards, ten times the work for every lookup.
//!
//! **Order and ties.** The higher score; of equal scores the shard with the smaller number.

use std::rc::Rc;

use super::{ShardId, Sharder, live};
use crate::algorithms::parts::hashing::{KeyHash, fmix64};
use crate::basics::{Explanation, Kind, maths};
use crate::{because, parameters};

parameters! {
    /// How scores are drawn.
    pub struct Parameters {
        /// What is applied to keys and to the names of shards.
        hash: KeyHash = KeyHash::Mixed, "Hash function", Kind::Choice(KeyHash::OPTIONS), Restart PerLane "Sharding";
        /// Whether the joined hashes are mixed once more. Without it the scores of one key depend on each other.
        final_mix: bool = true, "Final mix", Kind::Switch, Restart PerLane "Sharding";
    }
}

#[derive(Clone, Copy, Debug)]
struct Candidate {
    shard: ShardId,
    hash: u64,
    weight: f64,
}

/// The map: the hash of each shard's name.
#[derive(Clone, Debug)]
pub struct Rendezvous {
    parameters: Parameters,
    candidates: Rc<[Candidate]>,
    weighted: bool,
}

/// The score of a shard in a plain rendezvous, from the hash of the key and that of the shard's name, joined by `mix`.
#[must_use]
pub fn score(key: u64, shard: u64, mix: impl Fn(u64) -> u64) -> u64 {
    mix(key ^ shard)
}

/// The score with a weight: the plain score as a uniform number u between 0 and 1, then w / −ln u. It grows with the
/// plain score, so for equal weights the order is that of the plain scores.
#[must_use]
pub fn weighted_score(plain: u64, weight: f64) -> f64 {
    // The middle of one of 2⁵³ steps, so that neither 0 nor 1 can occur.
    let uniform = ((plain >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0;
    weight / -maths::ln(uniform)
}

impl Rendezvous {
    /// A map without shards.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), candidates: Rc::new([]), weighted: false }
    }

    fn plain(&self, key: u64, candidate: &Candidate) -> u64 {
        score(key, candidate.hash, |joined| if self.parameters.final_mix { fmix64(joined) } else { joined })
    }

    /// Weighted score first; the plain one decides between two that are equal after rounding.
    fn scored(&self, key: u64, candidate: &Candidate) -> (f64, u64) {
        let plain = self.plain(key, candidate);
        (if self.weighted { weighted_score(plain, candidate.weight) } else { 0.0 }, plain)
    }
}

impl Sharder for Rendezvous {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let hash = self.parameters.hash.of_key(key);
        let mut best: Option<((f64, u64), ShardId)> = None;
        for candidate in &*self.candidates {
            let scored = self.scored(hash, candidate);
            why.looked_at(candidate.shard, if self.weighted { scored.0 } else { scored.1 as f64 });
            if best.is_none_or(|(highest, _)| scored > highest) {
                best = Some((scored, candidate.shard));
            }
        }
        let (_, shard) = best?;
        because!(why, "of {} shards, {shard} has the highest score for key {key}", self.candidates.len());
        Some(shard)
    }

    /// By falling score.
    fn walk(&self, key: u64, visit: &mut dyn FnMut(ShardId) -> bool) {
        let hash = self.parameters.hash.of_key(key);
        let mut order: Vec<_> =
            self.candidates.iter().map(|candidate| (self.scored(hash, candidate), candidate.shard)).collect();
        // A stable sort keeps the smaller number first among equals. No score is not-a-number.
        order.sort_by(|(a, _), (b, _)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
        for (_, shard) in order {
            if !visit(shard) {
                return;
            }
        }
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let live = live(shards);
        self.weighted = live.windows(2).any(|pair| pair[0].1 != pair[1].1);
        let candidates = live.into_iter().map(|(shard, weight)| Candidate {
            shard,
            hash: self.parameters.hash.of_bytes(shard.to_string().as_bytes()),
            weight: f64::from(weight),
        });
        self.candidates = candidates.collect();
    }

    fn memory(&self) -> usize {
        size_of_val(&*self.candidates)
    }
}

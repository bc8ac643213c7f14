//! Modulo: the remainder of the key's hash, divided by the number of shards.
//!
//! **What it is.** Hash the key, divide, take the remainder. With weights the remainder is taken by their sum, and
//! the shards own as many remainders as they weigh.
//!
//! **Who runs it.** nginx `hash` without `consistent`, memcached clients before ketama, Kafka's default partitioner,
//! every in-process map that is cut into shards with a lock each.
//!
//! **Cost.** O(1) a lookup while all weights are 1, O(log n) otherwise; 16 bytes for each shard.
//!
//! **Source.** nginx `ngx_http_upstream_hash_module.c`. The share of keys that move from a to b shards is exactly
//! 1 − min(a,b)/lcm(a,b).
//!
//! **What goes wrong.** A change of n moves nearly everything: four to five shards moves 80 % of the keys where 20 %
//! would do, nine to ten 90 %. Doubling moves half, which is why those who must use it double. The spread, on the
//! other hand, is as even as the hash function is good: better than any ring of the same cost.
//!
//! **Order and ties.** Shards by number. When one leaves, those behind it move up.

use std::rc::Rc;

use super::{ShardId, Sharder, live};
use crate::algorithms::parts::hashing::KeyHash;
use crate::basics::{Explanation, Kind};
use crate::{because, parameters};

parameters! {
    /// How keys become numbers.
    pub struct Parameters {
        /// What is applied to a key before the remainder is taken.
        hash: KeyHash = KeyHash::Mixed, "Hash function", Kind::Choice(KeyHash::OPTIONS), Restart PerLane "Sharding";
    }
}

/// The map: the shards, and behind which remainder each ends.
#[derive(Clone, Debug)]
pub struct Modulo {
    parameters: Parameters,
    shards: Rc<[(ShardId, u64)]>,
}

impl Modulo {
    /// A map without shards.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), shards: Rc::new([]) }
    }

    /// The sum of all weights, and so the number of remainders.
    #[must_use]
    pub fn remainders(&self) -> u64 {
        self.shards.last().map_or(0, |&(_, end)| end)
    }

    /// The shard that owns everything with this `hash`.
    #[must_use]
    pub fn of_hash(&self, hash: u64) -> Option<ShardId> {
        let remainder = hash.checked_rem(self.remainders())?;
        let unweighted = self.remainders() == self.shards.len() as u64;
        // A remainder below the number of shards fits into an index.
        let index =
            if unweighted { remainder as usize } else { self.shards.partition_point(|&(_, end)| end <= remainder) };
        Some(self.shards[index].0)
    }
}

impl Sharder for Modulo {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let hash = self.parameters.hash.of_key(key);
        let shard = self.of_hash(hash)?;
        because!(why, "{hash} modulo {} is {}: shard {shard}", self.remainders(), hash % self.remainders());
        Some(shard)
    }

    /// The owner, then the shards behind it in the list.
    fn walk(&self, key: u64, visit: &mut dyn FnMut(ShardId) -> bool) {
        let owner = self.of_hash(self.parameters.hash.of_key(key));
        let start = self.shards.iter().position(|&(shard, _)| Some(shard) == owner).unwrap_or(0);
        let (before, from) = self.shards.split_at(start);
        for &(shard, _) in from.iter().chain(before) {
            if !visit(shard) {
                return;
            }
        }
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let mut end = 0_u64;
        let ends = live(shards).into_iter().map(|(shard, weight)| {
            end += u64::from(weight);
            (shard, end)
        });
        self.shards = ends.collect();
    }

    fn memory(&self) -> usize {
        size_of_val(&*self.shards)
    }
}

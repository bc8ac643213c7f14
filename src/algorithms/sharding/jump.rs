//! Jump consistent hash: no table at all; the key itself computes where it would have jumped to.
//!
//! **What it is.** Imagine the shards added one by one. When the n-th comes, a key must jump to it with chance 1/n.
//! A generator seeded with the key decides, and since the next jump can be computed outright, only the jumps are
//! visited: about ln n of them.
//!
//! **Who runs it.** Google (its origin), Booking.com's Carbon relay, ClickHouse, Guava's `Hashing.consistentHash`.
//!
//! **Cost.** O(log n) a lookup; no memory but the list of shards. The spread is as even as that of modulo.
//!
//! **Source.** Lamping and Veach, “A fast, minimal memory, consistent hash algorithm” (2014, arXiv:1406.2294).
//!
//! **What goes wrong.** Buckets are numbers, not names: only the *last* can leave. When another leaves, those behind it
//! are renumbered and their keys move too, though their shard is alive: of ten shards the last takes just its own 10 % of the keys
//! along, the one in the middle moves half of all, the first 99 %. So it suits shards of storage that only grow, not
//! servers that die. Weights are buckets too, so a change of weight in the middle renumbers as well.
//!
//! **Order and ties.** Buckets are the shards by number; a shard of weight w has w buckets in a row.

use std::rc::Rc;

use super::{ShardId, Sharder, live};
use crate::algorithms::parts::hashing::KeyHash;
use crate::basics::{Explanation, Kind};
use crate::{because, parameters};

parameters! {
    /// How keys become numbers.
    pub struct Parameters {
        /// What is applied to a key before it jumps; the generator inside expects well mixed keys.
        hash: KeyHash = KeyHash::Mixed, "Hash function", Kind::Choice(KeyHash::OPTIONS), Restart PerLane "Sharding";
    }
}

/// The bucket, below `buckets`, of a well mixed `key`. No bucket at all counts as one.
#[must_use]
pub fn jump(key: u64, buckets: u32) -> u32 {
    let mut generator = key;
    let (mut bucket, mut next) = (0_u32, 0_u64);
    while next < u64::from(buckets) {
        bucket = next as u32; // below `buckets`, so it fits
        generator = generator.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        // One over a draw from (0, 1]. Divided first and multiplied then, as in the paper: the rounding decides about
        // buckets. The product is at most 2⁶³, and `as` rounds down.
        let reciprocal = 2_147_483_648.0 / ((generator >> 33) + 1) as f64;
        next = ((f64::from(bucket) + 1.0) * reciprocal) as u64;
    }
    bucket
}

/// The map: which shard each bucket stands for.
#[derive(Clone, Debug)]
pub struct Jump {
    parameters: Parameters,
    buckets: Rc<[ShardId]>,
}

impl Jump {
    /// A map without shards.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), buckets: Rc::new([]) }
    }
}

impl Sharder for Jump {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let bucket = jump(self.parameters.hash.of_key(key), self.buckets.len() as u32);
        let shard = *self.buckets.get(bucket as usize)?;
        because!(
            why,
            "the last jump of key {key} below {} leads to bucket {bucket}: shard {shard}",
            self.buckets.len()
        );
        Some(shard)
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let buckets = live(shards).into_iter().flat_map(|(shard, weight)| std::iter::repeat_n(shard, weight as usize));
        self.buckets = buckets.collect();
    }

    fn memory(&self) -> usize {
        size_of_val(&*self.buckets)
    }
}

//! Maglev: consistent hashing as one table lookup.
//!
//! **What it is.** Every shard has its own order of preference over the rows of a table (a start and a step). They
//! take turns, each claiming its next free row, until the table is full. A lookup is one remainder and one read. The
//! size of the table is a prime, so that every step visits every row.
//!
//! **Who runs it.** Google's network load balancer, Envoy, Cilium, Katran (Facebook).
//!
//! **Cost.** O(1) a lookup whatever the number of shards; 4 bytes for each row; O(M log M) on average to build the
//! table anew, at every change.
//!
//! **Source.** Eisenbud et al., “Maglev: a fast and reliable software network load balancer” (NSDI 2016). Start, step
//! and weights as Envoy `maglev_lb.cc`.
//!
//! **What goes wrong.** Minimal disruption holds only nearly: when a shard leaves, a few rows change hands between
//! shards that stay. The more rows for each shard, the fewer: with a hundred for each of ten it is 1.8 % of all
//! keys, with six thousand 0.3 %. With fewer rows than shards some get nothing. And with a size that is no prime a step can miss rows and the filling never
//! ends: here the next prime is taken instead.
//!
//! **Order and ties.** Shards take turns by number. With weights a shard sits out turns until
//! turn × weight has caught up with what it has had.

use std::rc::Rc;

use super::{ShardId, Sharder, live};
use crate::algorithms::parts::hashing::xxhash64::xxhash64;
use crate::basics::{Explanation, Kind};
use crate::{because, parameters};

parameters! {
    /// How large the table is.
    pub struct Parameters {
        /// Rows of the table. When this is no prime, the next prime is used.
        table_size: u32 = 65_537, "Table size", Kind::count(2, 1_000_003), Restart PerLane "Sharding";
    }
}

/// The map: the owner of each row.
#[derive(Clone, Debug)]
pub struct Maglev {
    parameters: Parameters,
    shards: Rc<[ShardId]>,
    rows: Rc<[u32]>,
}

/// A shard's order of preference: `start`, `start + step`, … modulo the size of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preference {
    /// The first row; below the size.
    pub start: u32,
    /// From row to row; between 1 and the size minus 1.
    pub step: u32,
}

impl Preference {
    /// Envoy's: two hashes of the `name` of the shard. `size` must be at least 2.
    #[must_use]
    pub fn of_name(name: &[u8], size: u32) -> Self {
        // Remainders by a 32-bit number fit into 32 bits.
        let start = (xxhash64(name, 0) % u64::from(size)) as u32;
        let step = (xxhash64(name, 1) % u64::from(size - 1)) as u32 + 1;
        Self { start, step }
    }
}

/// Fills a table of `size` rows, which must be a prime: the place in `preferences` of the owner of each row.
/// `weights` go with `preferences`. Empty when nobody has a weight.
#[must_use]
pub fn fill(preferences: &[Preference], weights: &[u32], size: u32) -> Vec<u32> {
    const FREE: u32 = u32::MAX;
    let most = u64::from(weights.iter().copied().max().unwrap_or(0));
    if most == 0 {
        return Vec::new();
    }
    let mut rows = vec![FREE; size as usize];
    let mut next: Vec<u32> = preferences.iter().map(|preference| preference.start).collect();
    let mut target = vec![0_u64; preferences.len()];
    let (mut filled, mut turn) = (0, 0_u64);
    while filled < size {
        turn += 1;
        for (index, preference) in preferences.iter().enumerate() {
            let weight = u64::from(weights[index]);
            if filled == size || weight == 0 || turn * weight < target[index] {
                continue;
            }
            target[index] += most;
            // Ends, because a free row is left and, the size being prime, the step visits all.
            while rows[next[index] as usize] != FREE {
                next[index] = ((u64::from(next[index]) + u64::from(preference.step)) % u64::from(size)) as u32;
            }
            rows[next[index] as usize] = index as u32;
            filled += 1;
        }
    }
    rows
}

/// The smallest prime that is at least `number`; it must be below 2³¹, where there always is one.
#[must_use]
pub fn next_prime(number: u32) -> u32 {
    let is_prime = |n: u32| n >= 2 && (2..).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d));
    (number..).find(|&n| is_prime(n)).unwrap_or(2)
}

impl Maglev {
    /// A map without shards.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), shards: Rc::new([]), rows: Rc::new([]) }
    }

    /// The owner of each row, for the picture and for counting what a change does.
    pub fn rows(&self) -> impl Iterator<Item = ShardId> {
        self.rows.iter().map(|&place| self.shards[place as usize])
    }

    fn row(&self, key: u64) -> Option<usize> {
        // A remainder by a 32-bit number fits into an index.
        xxhash64(&key.to_le_bytes(), 0).checked_rem(self.rows.len() as u64).map(|row| row as usize)
    }
}

impl Sharder for Maglev {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let row = self.row(key)?;
        let shard = self.shards[self.rows[row] as usize];
        if self.rows.len() as u64 != u64::from(self.parameters.table_size) {
            because!(why, "{} is no prime: the table has {} rows", self.parameters.table_size, self.rows.len());
        }
        because!(why, "key {key} falls on row {row}, which belongs to shard {shard}");
        Some(shard)
    }

    /// The owner, then whoever owns the following rows.
    fn walk(&self, key: u64, visit: &mut dyn FnMut(ShardId) -> bool) {
        let Some(start) = self.row(key) else { return };
        let mut seen = vec![false; self.shards.len()];
        let mut left = self.shards.len();
        let (before, from) = self.rows.split_at(start);
        for &place in from.iter().chain(before) {
            if !std::mem::replace(&mut seen[place as usize], true) {
                left -= 1;
                if !visit(self.shards[place as usize]) || left == 0 {
                    return;
                }
            }
        }
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let (shards, weights): (Vec<_>, Vec<_>) = live(shards).into_iter().unzip();
        let size = next_prime(self.parameters.table_size);
        let preferences: Vec<_> =
            shards.iter().map(|shard| Preference::of_name(shard.to_string().as_bytes(), size)).collect();
        self.rows = fill(&preferences, &weights, size).into();
        self.shards = shards.into();
    }

    fn memory(&self) -> usize {
        size_of_val(&*self.rows) + size_of_val(&*self.shards)
    }
}

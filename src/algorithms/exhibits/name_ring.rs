//! Exhibit: a hash ring of 32 bits on bare FNV, at the mercy of the names.
//!
//! **What it is.** The ring of document 001, lines 508–545: `fnv32("worker-0:17")` places the points, `fnv32(key)` the
//! keys, a sorted list of places and a map from place to worker.
//!
//! **Cost.** O(log (n·v)) a lookup, 16 bytes for each point.
//!
//! **Source.** Seed document 001, lines 501–545. `fnv32` is not defined there; Go's `hash/fnv` has `New32` (FNV-1) and
//! `New32a` (FNV-1a), and both are offered. The repaired version is [`crate::algorithms::sharding::ring`].
//!
//! **What goes wrong.** The names decide, because names that differ in the last digit lie close together: the points
//! of a worker form heaps of ten. Measured with five workers (a fifth of the keys would be fair) and the keys 0 to
//! 99,999: with `worker-0` … `worker-4`, FNV-1a and up to ten replicas one worker holds two thirds; with 160 replicas
//! the fullest still holds 27 %. With `w0` … `w4` and 160 replicas the *same* ring is better than chance: shares vary
//! by 3 %, where points placed at random vary by 7 %. With FNV-1, in which the last digit is never multiplied, one
//! worker holds half whatever it is called, replicas or not. A finaliser makes the names irrelevant: 160 replicas
//! then leave the fullest with 21 % to 24 %, as theory says.
//!
//! **What was left out of the port.** The listing has no way to remove a worker (its comment promises one): here the
//! ring is built anew. A worker made without a constructor writes to a nil map and panics. The keys are written in
//! decimal.
//!
//! **Order and ties.** Clockwise; of two points in the same place the one added last *overwrites* the other.

use std::collections::BTreeMap;

use crate::algorithms::parts::hashing::{fmix64, fnv};
use crate::algorithms::parts::ring::Ring as Circle;
use crate::algorithms::sharding::{ShardId, Sharder, live};
use crate::basics::{Explanation, Kind};
use crate::{because, choices, parameters};

choices! {
    /// What the workers are called.
    pub enum Names {
        /// worker-0, worker-1 …
        Worker = "worker", "worker-0, worker-1 …";
        /// w0, w1 …
        Short = "short", "w0, w1 …";
    }
}

choices! {
    /// What `fnv32` stands for.
    pub enum Fnv32 {
        /// Multiply, then exclusive or: Go's `New32`.
        Fnv1 = "fnv-1", "FNV-1";
        /// Exclusive or, then multiply: Go's `New32a`.
        Fnv1a = "fnv-1a", "FNV-1a";
    }
}

parameters! {
    /// What the listing leaves open.
    pub struct Parameters {
        /// Points for each worker (`replicas` in the listing, which does not say how many).
        replicas: u32 = 10, "Replicas", Kind::count(1, 1_000), Restart PerLane "Sharding";
        /// What the workers are called.
        names: Names = Names::Worker, "Names", Kind::Choice(Names::OPTIONS), Restart PerLane "Sharding";
        /// Which of Go's two functions `fnv32` is.
        fnv_variant: Fnv32 = Fnv32::Fnv1a, "fnv32", Kind::Choice(Fnv32::OPTIONS), Restart PerLane "Sharding";
        /// Whether a finaliser is applied to every hash, which mends the ring.
        finaliser: bool = false, "Finaliser", Kind::Switch, Restart PerLane "Sharding";
    }
}

/// The exhibit: the ring.
#[derive(Clone, Debug)]
pub struct NameRing {
    parameters: Parameters,
    circle: Circle,
}

impl NameRing {
    /// An empty ring.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), circle: Circle::default() }
    }

    /// The ring itself, to be drawn.
    #[must_use]
    pub fn circle(&self) -> &Circle {
        &self.circle
    }

    fn fnv32(&self, text: &str) -> u32 {
        let hash = match self.parameters.fnv_variant {
            Fnv32::Fnv1 => fnv::fnv1_32(text.as_bytes()),
            Fnv32::Fnv1a => fnv::fnv1a_32(text.as_bytes()),
        };
        if self.parameters.finaliser { (fmix64(u64::from(hash)) >> 32) as u32 } else { hash }
    }

    /// Places of 32 bits, shifted up to span the circle of 64.
    fn place_of(&self, text: &str) -> u64 {
        u64::from(self.fnv32(text)) << 32
    }
}

impl Sharder for NameRing {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let place = self.place_of(&key.to_string());
        let point = self.circle.successor(place)?;
        let owner = self.circle.owner(point);
        because!(
            why,
            "key {key} lies at {:08x}; the next point, at {:08x}, is of {owner}",
            place >> 32,
            point.at >> 32
        );
        Some(owner)
    }

    fn walk(&self, key: u64, visit: &mut dyn FnMut(ShardId) -> bool) {
        self.circle.walk(self.place_of(&key.to_string()), visit);
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let mut ring = BTreeMap::new();
        for (shard, weight) in live(shards) {
            let name = match self.parameters.names {
                Names::Worker => format!("worker-{shard}"),
                Names::Short => format!("w{shard}"),
            };
            for replica in 0..self.parameters.replicas.saturating_mul(weight) {
                ring.insert(self.place_of(&format!("{name}:{replica}")), shard); // overwrites, as in the listing
            }
        }
        let points: Vec<(u64, ShardId)> = ring.into_iter().collect();
        self.circle = Circle::new(&points);
    }

    fn memory(&self) -> usize {
        self.circle.memory()
    }

    fn arcs(&self) -> Vec<(u64, ShardId)> {
        self.circle.arcs()
    }

    fn place(&self, key: u64) -> Option<u64> {
        Some(self.place_of(&key.to_string()))
    }
}

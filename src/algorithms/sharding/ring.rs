//! Hash ring: every shard owns many small arcs of a circle.
//!
//! **What it is.** Each shard puts a number of points (*virtual nodes*) on a circle; a key belongs to the first point
//! at or after its own hash. When a shard leaves, its arcs fall to whoever comes next: nobody else's keys move. When
//! one joins it cuts its share out of all others.
//!
//! **Who runs it.** memcached clients (ketama), Envoy (ring hash), HAProxy and nginx (`consistent`), Cassandra,
//! Riak and Dynamo (with replicas on the following distinct shards: [`Sharder::walk`]).
//!
//! **Cost.** O(log (n·v)) a lookup for n shards with v virtual nodes (binary search), 16 bytes for each point,
//! O(n·v log (n·v)) to build it anew.
//!
//! **Source.** Karger et al., “Consistent hashing and random trees” (1997); point names as in Envoy
//! `ring_hash_lb.cc` and ketama, `name:number`.
//!
//! **What goes wrong.** Arcs are as uneven as chance: the share of one shard varies by √((n−1)/(n·v+1)) of its mean,
//! about 1/√v. With one point for each shard some hold several times their share; 100 points still leave ±10 %. And a
//! hash function with poor high bits (bare FNV-1a) puts the points of one shard into heaps: the shares of ten shards
//! with 160 points each then vary by 61 % instead of 8, and with 1,000 points still by 25 % instead of 3.
//!
//! **Order and ties.** Clockwise; of two points in the same place the shard with the smaller number comes first.

use super::{ShardId, Sharder, live};
use crate::algorithms::parts::hashing::KeyHash;
use crate::algorithms::parts::ring::Ring as Circle;
use crate::basics::{Explanation, Kind};
use crate::{because, parameters};

parameters! {
    /// How many points there are and where.
    pub struct Parameters {
        /// Points on the circle for each shard of weight 1; a shard of weight 3 has three times as many.
        virtual_nodes: u32 = 160, "Virtual nodes", Kind::count(1, 1_000), Restart PerLane "Sharding";
        /// What turns keys and the names of points into places on the circle.
        hash: KeyHash = KeyHash::Mixed, "Hash function", Kind::Choice(KeyHash::OPTIONS), Restart PerLane "Sharding";
    }
}

/// The map: the circle, and how keys get onto it.
#[derive(Clone, Debug)]
pub struct Ring {
    parameters: Parameters,
    circle: Circle,
}

impl Ring {
    /// An empty circle with these parameters.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), circle: Circle::default() }
    }

    /// The circle itself, to be drawn.
    #[must_use]
    pub fn circle(&self) -> &Circle {
        &self.circle
    }
}

impl Sharder for Ring {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let place = self.parameters.hash.of_key(key);
        let point = self.circle.successor(place)?;
        let owner = self.circle.owner(point);
        because!(why, "key {key} lies at {place:016x}; the next point, at {:016x}, is of shard {owner}", point.at);
        Some(owner)
    }

    fn walk(&self, key: u64, visit: &mut dyn FnMut(ShardId) -> bool) {
        self.circle.walk(self.parameters.hash.of_key(key), visit);
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let Parameters { virtual_nodes, hash } = self.parameters;
        let mut points = Vec::new();
        for (shard, weight) in live(shards) {
            let count = virtual_nodes.saturating_mul(weight);
            points.extend(hash.of_points(shard, count).map(|place| (place, shard)));
        }
        self.circle = Circle::new(&points);
    }

    fn memory(&self) -> usize {
        self.circle.memory()
    }

    fn arcs(&self) -> Vec<(u64, ShardId)> {
        self.circle.arcs()
    }

    fn place(&self, key: u64) -> Option<u64> {
        Some(self.parameters.hash.of_key(key))
    }
}

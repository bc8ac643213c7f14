//! Multi-probe: one point for each shard, many tries for each key.
//!
//! **What it is.** A ring with a single point for each shard. A key is hashed several times, and the try that lands
//! closest before a point decides. Long arcs attract many tries, but rarely the closest: the shares come out even
//! without virtual nodes.
//!
//! **Who runs it.** Published by Google; used where memory for virtual nodes is dear or shards change often.
//!
//! **Cost.** O(k·log n) a lookup for k tries, 16 bytes for each shard: memory is traded for time.
//!
//! **Source.** Appleton and O'Reilly, “Multi-probe consistent hashing” (2015, arXiv:1505.00062): with 1 + 1/ε tries
//! the fullest shard has 1 + ε times the mean, 21 tries give 1.05. Tries h₁ + i·h₂ as go-mpchash.
//!
//! **What goes wrong.** Lookups cost k searches where a ring needs one. With few tries it is a ring with one point
//! for each shard, and as uneven. And the number of tries is part of the map: who changes it moves keys although no
//! shard came or went.
//!
//! **Order and ties.** The smallest clockwise distance; of equal ones the earlier try.

use super::{ShardId, Sharder, live};
use crate::algorithms::parts::hashing::{KeyHash, fmix64};
use crate::algorithms::parts::ring::{Point, Ring as Circle};
use crate::basics::{Explanation, Kind};
use crate::{because, parameters};

parameters! {
    /// How often one tries.
    pub struct Parameters {
        /// How many places are tried for each key.
        probes: u32 = 21, "Tries", Kind::count(1, 100), Restart PerLane "Sharding";
        /// What turns keys and the names of points into places on the circle.
        hash: KeyHash = KeyHash::Mixed, "Hash function", Kind::Choice(KeyHash::OPTIONS), Restart PerLane "Sharding";
    }
}

/// The point of `circle` that lies closest behind one of the places `first`, `first + step`, … (`probes` of them,
/// going round), and the place that found it. `None` on an empty circle or without a try.
#[must_use]
pub fn closest(circle: &Circle, first: u64, step: u64, probes: u32) -> Option<(Point, u64)> {
    let places = (0..u64::from(probes)).map(|probe| first.wrapping_add(probe.wrapping_mul(step)));
    let found = places.filter_map(|place| circle.successor(place).map(|point| (point, place)));
    found.min_by_key(|(point, place)| point.at.wrapping_sub(*place)) // the first of equals
}

/// The map: the circle with few points.
#[derive(Clone, Debug)]
pub struct MultiProbe {
    parameters: Parameters,
    circle: Circle,
}

impl MultiProbe {
    /// An empty circle with these parameters.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), circle: Circle::default() }
    }

    fn probe(&self, key: u64) -> Option<(Point, u64)> {
        let first = self.parameters.hash.of_key(key);
        // An odd step, so that all tries differ.
        closest(&self.circle, first, fmix64(!first) | 1, self.parameters.probes)
    }
}

impl Sharder for MultiProbe {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let (point, place) = self.probe(key)?;
        let shard = self.circle.owner(point);
        because!(
            why,
            "of {} tries the one at {place:016x} is closest to a point, at {:016x}: shard {shard}",
            self.parameters.probes,
            point.at
        );
        Some(shard)
    }

    /// The owner, then the shards clockwise from its point.
    fn walk(&self, key: u64, visit: &mut dyn FnMut(ShardId) -> bool) {
        if let Some((point, _)) = self.probe(key) {
            self.circle.walk(point.at, visit);
        }
    }

    /// A shard has as many points as it weighs.
    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let mut points = Vec::new();
        for (shard, weight) in live(shards) {
            points.extend(self.parameters.hash.of_points(shard, weight).map(|place| (place, shard)));
        }
        self.circle = Circle::new(&points);
    }

    fn memory(&self) -> usize {
        self.circle.memory()
    }

    fn arcs(&self) -> Vec<(u64, ShardId)> {
        self.circle.arcs()
    }

    /// That of the try that decides.
    fn place(&self, key: u64) -> Option<u64> {
        self.probe(key).map(|(_, place)| place)
    }
}

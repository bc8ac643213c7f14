//! Bounded loads: a ring on which nobody may hold more than a little above the mean.
//!
//! **What it is.** The keys are cut into a fixed number of partitions by their hash. Partition after partition is laid
//! on a ring and goes to the next shard clockwise *that is not full*: full is the mean times a factor, rounded up.
//! The unevenness of the ring is cut off, and a factor of 1.25 costs few detours.
//!
//! **Who runs it.** Google Cloud Pub/Sub and Vimeo (HAProxy's `hash-balance-factor`) for requests in flight; Olric
//! and others by the library `consistent`, whose partition table this is, for data.
//!
//! **Cost.** O(1) a lookup (a remainder and a read), 8 bytes for each partition; O(p·log (n·v)) and the detours to
//! build the table anew.
//!
//! **Source.** Mirrokni, Thorup and Zadimoghaddam, “Consistent hashing with bounded loads” (2016, arXiv:1608.01350);
//! buraksezer/consistent, `consistent.go`.
//!
//! **What goes wrong.** A change cascades: a partition that finds room elsewhere takes it from another, so more moves
//! than the share of the shard that left or came (O(1/ε²) for each change with a factor of 1 + ε): with a factor of
//! 1.05, one of ten leaving moves 13 % to 14 %, an eleventh joining about as many. And the bound is on
//! *partitions*, not on traffic: a hot key is as hot as ever. With few partitions for each shard rounding up eats the
//! bound.
//!
//! **Order and ties.** Partitions by number, each clockwise from its place, every shard asked once.

use std::rc::Rc;

use super::{ShardId, Sharder, live};
use crate::algorithms::parts::hashing::KeyHash;
use crate::algorithms::parts::ring::Ring as Circle;
use crate::basics::{Explanation, Kind};
use crate::{because, parameters};

parameters! {
    /// How many partitions there are and how full a shard may get.
    pub struct Parameters {
        /// Into how many partitions the keys are cut; a partition moves as a whole.
        partitions: u32 = 271, "Partitions", Kind::count(1, 65_536), Restart PerLane "Sharding";
        /// How far above the mean number of partitions a shard may get.
        load_factor: f64 = 1.25, "Load factor", Kind::factor(1.0, 10.0, 0.05), Restart PerLane "Sharding";
        /// Points on the circle for each shard of weight 1.
        virtual_nodes: u32 = 20, "Virtual nodes", Kind::count(1, 1_000), Restart PerLane "Sharding";
        /// What turns keys, partitions and the names of points into places.
        hash: KeyHash = KeyHash::Mixed, "Hash function", Kind::Choice(KeyHash::OPTIONS), Restart PerLane "Sharding";
    }
}

/// The most partitions that a shard may hold: its share of `partitions` by weight times the factor, rounded up.
#[must_use]
pub fn capacity(partitions: u32, load_factor: f64, weight: u32, total_weight: u64) -> u32 {
    (f64::from(partitions) * f64::from(weight) / total_weight as f64 * load_factor).ceil() as u32
}

/// Who gets each partition: the first owner clockwise from the partition's place whose number of partitions is below
/// its capacity. `capacity_of` is asked with the owner. A partition for which nobody has room stays with `None`.
#[must_use]
pub fn assign(
    circle: &Circle,
    places: impl Iterator<Item = u64>,
    capacity_of: impl Fn(u32) -> u32,
) -> Vec<Option<u32>> {
    let mut room: Vec<u32> = circle.owners().iter().map(|&owner| capacity_of(owner)).collect();
    let assigned = places.map(|place| {
        let mut found = None;
        circle.walk(place, &mut |owner| {
            let rank = circle.owners().partition_point(|&other| other < owner);
            if room[rank] > 0 {
                room[rank] -= 1;
                found = Some(owner);
            }
            found.is_none()
        });
        found
    });
    assigned.collect()
}

/// The map: the owner of each partition.
#[derive(Clone, Debug)]
pub struct BoundedLoads {
    parameters: Parameters,
    circle: Circle,
    owners: Rc<[Option<ShardId>]>,
}

impl BoundedLoads {
    /// A map without shards.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), circle: Circle::default(), owners: Rc::new([]) }
    }

    fn partition(&self, key: u64) -> u32 {
        // A remainder by a 32-bit number fits into 32 bits.
        (self.parameters.hash.of_key(key) % u64::from(self.parameters.partitions.max(1))) as u32
    }

    fn place(&self, partition: u32) -> u64 {
        self.parameters.hash.of_key(u64::from(partition))
    }
}

impl Sharder for BoundedLoads {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let partition = self.partition(key);
        let shard = (*self.owners.get(partition as usize)?)?;
        if why.listening() {
            let next = self.circle.successor(self.place(partition)).map(|point| self.circle.owner(point));
            match next.filter(|&next| next != shard) {
                Some(next) => because!(why, "partition {partition}: shard {next} is next but full, so shard {shard}"),
                None => because!(why, "partition {partition}: shard {shard} is next and had room"),
            }
        }
        Some(shard)
    }

    /// The owner, then the shards clockwise from the partition's place.
    fn walk(&self, key: u64, visit: &mut dyn FnMut(ShardId) -> bool) {
        let Some(owner) = self.shard(key, &mut Explanation::silent()) else { return };
        if visit(owner) {
            let place = self.place(self.partition(key));
            self.circle.walk(place, &mut |shard| shard == owner || visit(shard));
        }
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let Parameters { partitions, load_factor, virtual_nodes, hash } = self.parameters;
        let live = live(shards);
        let mut points = Vec::new();
        for &(shard, weight) in &live {
            points.extend(hash.of_points(shard, virtual_nodes.saturating_mul(weight)).map(|place| (place, shard)));
        }
        self.circle = Circle::new(&points);
        let total = live.iter().map(|&(_, weight)| u64::from(weight)).sum();
        let weight_of = |shard| live.binary_search_by_key(&shard, |&(shard, _)| shard).map_or(0, |index| live[index].1);
        let places = (0..partitions).map(|partition| self.place(partition));
        let owners = assign(&self.circle, places, |shard| capacity(partitions, load_factor, weight_of(shard), total));
        self.owners = owners.into();
    }

    fn memory(&self) -> usize {
        size_of_val(&*self.owners) + self.circle.memory()
    }
}

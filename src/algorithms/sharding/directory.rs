//! Directory: a table that says where each entity lives.
//!
//! **What it is.** Keys belong to entities (customers, say), and a table holds the shard of each. What belongs together
//! stays together, and any entity can be moved anywhere, one at a time. Who is not in the table goes to a default
//! shard. Also called entity-based or lookup sharding.
//!
//! **Who runs it.** Vitess (lookup vindex), Slack and Shopify (shard of a workspace, of a shop), HDFS's name node.
//!
//! **Cost.** O(1) a lookup here, but in production a question to another service, with a cache that can be stale; 4
//! bytes for each *entity*, where every other map grows with the shards.
//!
//! **Source.** Vitess documentation, “Vindexes” (lookup); HDFS (Shvachko et al., 2010) for the price of a table in
//! one place.
//!
//! **What goes wrong.** The table is a part that everything depends on. Entities are of uneven size, and the largest
//! cannot be cut: an even number of entities is not an even load. Unknown entities all meet on the default shard. And
//! a newcomer holds nothing until somebody moves entities to it (`rebalance` off).
//!
//! **Order and ties.** An entity goes to the shard with the fewest entities for its weight, the smaller number first. A
//! shard that has more than its share, rounded up, gives away those with the highest numbers.
//!
//! **The mapping is declared.** The entity of a key is its hash modulo the number of entities: a stand-in for the
//! column with the customer's number.

use std::rc::Rc;

use super::{ShardId, Sharder, live};
use crate::algorithms::parts::hashing::KeyHash;
use crate::basics::{Explanation, Kind};
use crate::{because, parameters};

parameters! {
    /// What the table holds.
    pub struct Parameters {
        /// How many entities there are; every key belongs to one.
        entities: u32 = 1_000, "Entities", Kind::count(1, 100_000), Restart PerLane "Sharding";
        /// The part of the entities that the table knows; the others go to the default shard.
        known: f64 = 100.0, "Known entities", Kind::percent(0.0, 100.0, 1.0), Restart PerLane "Sharding";
        /// Whether entities are moved to a shard that joins, as many as make it even.
        rebalance: bool = true, "Rebalance", Kind::Switch, Restart PerLane "Sharding";
    }
}

/// The map: the shard of each known entity, and that of all others.
#[derive(Clone, Debug)]
pub struct Directory {
    parameters: Parameters,
    table: Rc<[ShardId]>,
    default: Option<ShardId>,
}

impl Directory {
    /// A map without shards.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), table: Rc::new([]), default: None }
    }

    /// The entity that `key` belongs to.
    #[must_use]
    pub fn entity(&self, key: u64) -> u32 {
        // A remainder by a 32-bit number fits into 32 bits.
        (KeyHash::Mixed.of_key(key) % u64::from(self.parameters.entities.max(1))) as u32
    }

    /// Moves one entity, which is what a directory is for. Says whether the table knows it.
    pub fn move_entity(&mut self, entity: u32, to: ShardId) -> bool {
        let mut table = self.table.to_vec();
        let known = table.get_mut(entity as usize).map(|shard| *shard = to).is_some();
        self.table = table.into();
        known
    }
}

impl Sharder for Directory {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let default = self.default?;
        let entity = self.entity(key);
        let shard = self.table.get(entity as usize).copied();
        match shard {
            Some(shard) => because!(why, "key {key} belongs to entity {entity}, which the table puts on shard {shard}"),
            None => because!(why, "entity {entity} is not in the table: default shard {default}"),
        }
        shard.or(Some(default))
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let live = live(shards);
        self.default = live.first().map(|&(shard, _)| shard);
        let known = (f64::from(self.parameters.entities) * self.parameters.known / 100.0) as usize;
        if live.is_empty() {
            self.table = Rc::new([]);
            return;
        }
        let total: u64 = live.iter().map(|&(_, weight)| u64::from(weight)).sum();
        let share = |weight: u32| (known as u64 * u64::from(weight)).div_ceil(total);
        let mut counts = vec![0_u64; live.len()];
        let index_of = |shard: ShardId| live.binary_search_by_key(&shard, |&(shard, _)| shard).ok();

        // Who stays where it is, and who needs a home.
        let mut homes: Vec<Option<usize>> = self.table.iter().map(|&shard| index_of(shard)).collect();
        homes.resize(known, None);
        for home in &mut homes {
            let Some(index) = *home else { continue };
            if self.parameters.rebalance && counts[index] == share(live[index].1) {
                *home = None;
            } else {
                counts[index] += 1;
            }
        }
        // count / weight, compared without rounding; the first of equals is that with the smaller number.
        let fill = |counts: &[u64], a: usize, b: usize| {
            (u128::from(counts[a]) * u128::from(live[b].1)).cmp(&(u128::from(counts[b]) * u128::from(live[a].1)))
        };
        let table = homes.into_iter().map(|home| {
            let index = home.or_else(|| (0..live.len()).min_by(|&a, &b| fill(&counts, a, b))).unwrap_or(0);
            if home.is_none() {
                counts[index] += 1;
            }
            live[index].0
        });
        self.table = table.collect();
    }

    fn memory(&self) -> usize {
        size_of_val(&*self.table)
    }
}

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
//! newcomer takes the latest entity of the fullest shard until it has its share, rounded down.
//!
//! **The mapping is declared.** The entity of a key is its hash modulo the number of entities: a stand-in for the
//! column with the customer's number.

use std::cmp::Ordering;
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

/// The map: the shard of each known entity, and all shards, the first of which takes the other entities.
#[derive(Clone, Debug)]
pub struct Directory {
    parameters: Parameters,
    table: Rc<[ShardId]>,
    shards: Rc<[ShardId]>,
}

impl Directory {
    /// A map without shards.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), table: Rc::new([]), shards: Rc::new([]) }
    }

    /// The entity that `key` belongs to.
    #[must_use]
    pub fn entity(&self, key: u64) -> u32 {
        // A remainder by a 32-bit number fits into 32 bits.
        (KeyHash::Mixed.of_key(key) % u64::from(self.parameters.entities.max(1))) as u32
    }

    /// Moves one entity, which is what a directory is for. Says whether it could: the table must know the entity, and
    /// the shard must be there.
    pub fn move_entity(&mut self, entity: u32, to: ShardId) -> bool {
        if entity as usize >= self.table.len() || self.shards.binary_search(&to).is_err() {
            return false;
        }
        let mut table = self.table.to_vec();
        table[entity as usize] = to;
        self.table = table.into();
        true
    }
}

impl Sharder for Directory {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let default = *self.shards.first()?;
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
        self.shards = live.iter().map(|&(shard, _)| shard).collect();
        let known = (f64::from(self.parameters.entities) * self.parameters.known / 100.0) as u32;
        if live.is_empty() {
            self.table = Rc::new([]);
            return;
        }
        // The entities of each live shard, and those that need a home: their shard has left, or they are new.
        let mut held: Vec<Vec<u32>> = vec![Vec::new(); live.len()];
        let mut homeless: Vec<u32> = (self.table.len() as u32..known).collect();
        for (entity, shard) in (0..).zip(&*self.table) {
            match live.binary_search_by_key(shard, |&(shard, _)| shard) {
                Ok(index) => held[index].push(entity),
                Err(_) => homeless.push(entity),
            }
        }
        let newcomers: Vec<usize> = (0..live.len()).filter(|&index| held[index].is_empty()).collect();
        for entity in homeless {
            let emptiest = (0..live.len()).min_by(|&a, &b| fill(&live, &held, a, b)).unwrap_or(0);
            held[emptiest].push(entity);
        }
        if self.parameters.rebalance {
            let total: u64 = live.iter().map(|&(_, weight)| u64::from(weight)).sum();
            for newcomer in newcomers {
                let share = u64::from(known) * u64::from(live[newcomer].1) / total;
                while (held[newcomer].len() as u64) < share {
                    let fullest = (0..live.len()).min_by(|&a, &b| fill(&live, &held, b, a)).unwrap_or(newcomer);
                    // The newcomer is below its share, so another is above its own.
                    let Some(entity) = held[fullest].pop() else { break };
                    held[newcomer].push(entity);
                }
            }
        }
        let mut table = vec![0; known as usize];
        for (entities, &(shard, _)) in held.iter().zip(&live) {
            for &entity in entities {
                table[entity as usize] = shard;
            }
        }
        self.table = table.into();
    }

    fn memory(&self) -> usize {
        size_of_val(&*self.table) + size_of_val(&*self.shards)
    }
}

/// Which of two shards holds fewer entities for its weight, compared without rounding.
fn fill(live: &[(ShardId, u32)], held: &[Vec<u32>], a: usize, b: usize) -> Ordering {
    (held[a].len() as u64 * u64::from(live[b].1)).cmp(&(held[b].len() as u64 * u64::from(live[a].1)))
}

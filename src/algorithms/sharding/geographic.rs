//! Geographic: a key lives in the region it comes from.
//!
//! **What it is.** Each user has a home region, as a column of their record says. Each region has its own shards, and
//! within it rendezvous hashing decides. Users read and write nearby, and their data stays where the law wants it.
//!
//! **Who runs it.** CockroachDB (`REGIONAL BY ROW`), Spanner, Cosmos DB, MongoDB (zones), and every service with a
//! cell for the European Union.
//!
//! **Cost.** O(n/r) a lookup for n shards in r regions, and the lookup of the region; 24 bytes for each shard.
//!
//! **Source.** CockroachDB, “REGIONAL BY ROW tables”; MongoDB manual, “Zones”. Within a region: [`super::rendezvous`].
//!
//! **What goes wrong.** Regions grow as the world does, not as one would like: with 60 % of the users at home in one of
//! three regions, its shards hold most of the keys while the third idles, and more shards elsewhere do not help. When
//! a region loses its last shard its keys must leave it, against the very rule that put them there.
//!
//! **The mapping is declared.** Shard i stands in region i modulo the number of regions. The home of a key is drawn
//! from a hash of the key, with the declared shares: a stand-in for the column.

use std::rc::Rc;

use super::rendezvous::{self, Rendezvous};
use super::{ShardId, Sharder, live};
use crate::algorithms::parts::hashing::xxhash64::xxhash64;
use crate::basics::randomness::unit_of;
use crate::basics::values::Each;
use crate::basics::{Explanation, Kind};
use crate::{because, parameters};

parameters! {
    /// Where users are at home.
    pub struct Parameters {
        /// How many regions there are; shards are dealt out to them in turn.
        regions: u32 = 3, "Regions", Kind::count(1, 64), Restart PerLane "Sharding";
        /// How many users are at home in each region, against the others.
        region_users: Each = Each(vec![60.0, 30.0, 10.0]), "Users by region", Kind::Each { least: 0.0, most: 1_000_000.0 }, Restart PerLane "Sharding";
    }
}

/// The map: a rendezvous for each region, and whether it has shards.
#[derive(Clone, Debug)]
pub struct Geographic {
    parameters: Parameters,
    regions: Rc<[(Rendezvous, bool)]>,
}

impl Geographic {
    /// A map without shards.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), regions: Rc::new([]) }
    }

    /// The home region of `key`.
    #[must_use]
    pub fn home(&self, key: u64) -> u32 {
        let Parameters { regions, region_users } = &self.parameters;
        let users = |region: u32| region_users.of(region as usize);
        let total: f64 = (0..*regions).map(users).sum();
        // Another seed than any hash below, so that a home says nothing about the place within it.
        let mut left = unit_of(xxhash64(&key.to_le_bytes(), 0x9e0_67a9)) * total;
        for region in 0..*regions {
            left -= users(region);
            if left < 0.0 {
                return region;
            }
        }
        0 // nobody is at home anywhere
    }
}

impl Sharder for Geographic {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let home = self.home(key);
        because!(why, "key {key} is at home in region {home}");
        let (before, from) = self.regions.split_at_checked(home as usize)?;
        let (region, _) = from.iter().chain(before).find(|(_, has_shards)| *has_shards)?;
        if !from[0].1 {
            because!(why, "which has no shard left: the next region that has one takes it");
        }
        region.shard(key, why)
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let live = live(shards);
        let regions = (0..self.parameters.regions).map(|region| {
            let own: Vec<_> =
                live.iter().copied().filter(|(shard, _)| shard % self.parameters.regions == region).collect();
            let mut within = Rendezvous::new(&rendezvous::Parameters::default());
            within.shards_changed(&own);
            (within, !own.is_empty())
        });
        self.regions = regions.collect();
    }

    fn memory(&self) -> usize {
        self.regions.iter().map(|(region, _)| region.memory()).sum::<usize>() + size_of_val(&*self.regions)
    }
}

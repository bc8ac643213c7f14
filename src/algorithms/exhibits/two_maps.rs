//! Exhibit: one diagram with two maps of the keys in it.
//!
//! **What it is.** The shard diagram of document 003. Its boxes are labelled with ranges (users 0 to 24 million, 25 to
//! 49 …), the arrows into them with `user_id % 4`. Here whoever lays the keys out reads the labels; from the first
//! change of the fleet on, or the first restart, the router goes by the arrows.
//!
//! **Cost.** O(1) a lookup, 4 bytes for each shard.
//!
//! **Source.** Seed document 003, lines 591 to 621. Either map alone is right: [`crate::algorithms::sharding::range`]
//! keeps to the labels, [`crate::algorithms::sharding::modulo`] to a remainder, and of a hash.
//!
//! **What goes wrong.** Label and remainder agree for exactly a quarter of the 100 million users, as any two unrelated
//! maps of four shards do: three of four keys are looked for where they are not. Both maps are even, so no count of keys
//! or requests shows it. The labels have a fault of their own: they end at 24, 49, 74 and 100 million, so the fourth
//! range is wider by a million than the others.
//!
//! **Order and ties.** Shards by number; the index is the place in that list. Keys beyond the last label belong to the
//! last range.

use std::rc::Rc;

use crate::algorithms::sharding::{ShardId, Sharder, live};
use crate::basics::{Explanation, Kind};
use crate::{because, parameters};

parameters! {
    /// What the diagram leaves open.
    pub struct Parameters {
        /// Users in each labelled range, in millions.
        users_each: f64 = 25.0, "Users each", Kind::Number { least: 1.0, most: 1_000.0, step: 1.0, unit: "million" }, Restart PerLane "Sharding";
    }
}

/// Which part of the diagram is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// Nothing has been laid out yet.
    Nothing,
    /// The labels on the boxes.
    Labels,
    /// The formula on the arrows.
    Arrows,
}

/// The exhibit: the list of shards, and what is read.
#[derive(Clone, Debug)]
pub struct TwoMaps {
    each: u64,
    shards: Rc<[ShardId]>,
    reading: Reading,
}

impl TwoMaps {
    /// A map without shards.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        let each = (parameters.users_each * 1_000_000.0) as u64;
        Self { each: each.max(1), shards: Rc::new([]), reading: Reading::Nothing }
    }
}

impl Sharder for TwoMaps {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let count = self.shards.len() as u64;
        let last = count.checked_sub(1)?;
        let by_label = (key / self.each).min(last);
        let index = if self.reading == Reading::Labels { by_label } else { key % count };
        // Below the number of shards, so it fits.
        let shard = *self.shards.get(index as usize)?;
        if self.reading == Reading::Labels {
            because!(why, "user {key} lies in the range on the label of shard {shard}");
        } else {
            because!(why, "{key} modulo {count} is {index}: shard {shard}; the label says range {by_label}");
        }
        Some(shard)
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let first = self.reading == Reading::Nothing;
        self.reading = if first { Reading::Labels } else { Reading::Arrows };
        self.shards = live(shards).into_iter().map(|(shard, _)| shard).collect();
    }

    fn memory(&self) -> usize {
        size_of_val(&*self.shards)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_and_arrow_agree_for_a_quarter_of_the_users() {
        let mut map = TwoMaps::new(&Parameters::default());
        let fleet: Vec<(ShardId, u32)> = (0..4).map(|shard| (shard, 1)).collect();
        map.shards_changed(&fleet);
        let labels = map.clone();
        map.shards_changed(&fleet);
        let why = &mut Explanation::silent();
        // Every thousandth and one: all remainders and all ranges, 25,000 users each.
        let users = || (0..100_000_u64).map(|user| user * 1_000 + user % 4);
        assert_eq!(users().filter(|&user| labels.shard(user, why) == map.shard(user, why)).count(), 25_000);
        assert_eq!(labels.shard(100_000_000, why), Some(3), "beyond the last label");
    }
}

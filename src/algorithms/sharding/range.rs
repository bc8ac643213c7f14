//! Range: every shard owns a run of neighbouring keys.
//!
//! **What it is.** A sorted list of split points. A shard that joins takes the upper half of the widest range; one that
//! leaves hands its range to a neighbour. Keys keep their order, so a query from–to asks only the shards it must.
//!
//! **Who runs it.** Bigtable and HBase, Spanner and CockroachDB, MongoDB (ranged), FoundationDB, TiKV.
//!
//! **Cost.** O(log n) a lookup, 16 bytes for each range; a join or leave moves one range or half of one, O(n).
//!
//! **Source.** Chang et al., “Bigtable: a distributed storage system for structured data” (2006), sections 5.1 and 5.2
//! (tablets that split and merge).
//!
//! **What goes wrong.** Ranges are of equal *width*, keys and traffic are not. Rising keys (times, logs, counters) all
//! lie above the last split point: every write hits the newest range while the others idle. And one join halves one
//! range: the others are as wide as before.
//!
//! **Order and ties.** Shards by number at first; a split point belongs to the range above it; of equally wide ranges
//! the lowest is split. A range that goes falls to the one below it, the lowest to the one above. Weights count only
//! when the ranges are first cut.

use std::rc::Rc;

use super::{ShardId, Sharder, live};
use crate::basics::values::Each;
use crate::basics::{Explanation, Kind};
use crate::{because, parameters};

parameters! {
    /// How the keys are cut at first.
    pub struct Parameters {
        /// Keys that are expected, from 0. Those beyond belong to the last range.
        key_space: f64 = 100_000_000.0, "Key space", Kind::number(1.0, 9_007_199_254_740_992.0, 1.0), Restart PerLane "Sharding";
        /// How wide each shard's range is, against the others'.
        range_widths: Each = Each(vec![1.0]), "Range widths", Kind::Each { least: 0.0, most: 1_000_000.0 }, Restart PerLane "Sharding";
    }
}

/// The map: where each range starts and whose it is, from 0 up.
#[derive(Clone, Debug)]
pub struct Range {
    parameters: Parameters,
    ranges: Rc<[(u64, ShardId)]>,
}

impl Range {
    /// A map without shards.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), ranges: Rc::new([]) }
    }

    /// Where each range starts and whose it is, from 0 up.
    #[must_use]
    pub fn ranges(&self) -> &[(u64, ShardId)] {
        &self.ranges
    }

    /// Cuts the key space for the first time.
    fn cut(&self, live: &[(ShardId, u32)]) -> Vec<(u64, ShardId)> {
        let Parameters { key_space, range_widths } = &self.parameters;
        let width = |index: usize, weight: u32| range_widths.of(index) * f64::from(weight);
        let total: f64 = live.iter().enumerate().map(|(index, &(_, weight))| width(index, weight)).sum();
        let mut before = 0.0;
        let starts = live.iter().enumerate().map(|(index, &(shard, weight))| {
            let start = if total > 0.0 { (key_space * before / total).floor() as u64 } else { 0 };
            before += width(index, weight);
            (start, shard)
        });
        starts.collect()
    }

    /// The widest range (the lowest of equals) and the middle of it.
    fn widest(&self, ranges: &[(u64, ShardId)]) -> Option<(usize, u64)> {
        let end = self.parameters.key_space as u64;
        let mut widest: Option<(usize, u64)> = None;
        for (index, &(start, _)) in ranges.iter().enumerate() {
            let width = ranges.get(index + 1).map_or(end, |&(next, _)| next).saturating_sub(start);
            if widest.is_none_or(|(_, most)| width > most) {
                widest = Some((index, width));
            }
        }
        widest.map(|(index, width)| (index, ranges[index].0 + width / 2))
    }
}

impl Sharder for Range {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let after = self.ranges.partition_point(|&(start, _)| start <= key);
        let (start, shard) = *self.ranges.get(after.checked_sub(1)?)?;
        match self.ranges.get(after) {
            Some((end, _)) => because!(why, "key {key} lies from {start} to below {end}: shard {shard}"),
            None => because!(why, "key {key} lies from {start} up, in the last range: shard {shard}"),
        }
        Some(shard)
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let live = live(shards);
        let lives = |shard: ShardId| live.binary_search_by_key(&shard, |&(shard, _)| shard).is_ok();
        let mut ranges = self.ranges.to_vec();
        ranges.retain(|&(_, shard)| lives(shard));
        if ranges.is_empty() {
            self.ranges = self.cut(&live).into();
            return;
        }
        ranges[0].0 = 0;
        for &(shard, _) in &live {
            if ranges.iter().all(|&(_, owner)| owner != shard)
                && let Some((index, middle)) = self.widest(&ranges)
            {
                ranges.insert(index + 1, (middle, shard));
            }
        }
        self.ranges = ranges.into();
    }

    fn memory(&self) -> usize {
        size_of_val(&*self.ranges)
    }
}

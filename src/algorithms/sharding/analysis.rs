//! What a map of keys does: how many keys move when it changes, and how evenly it spreads them.
//!
//! Pure counting over keys that come in as an argument; it knows sharders only by their contract. The closed forms to
//! compare with are in `theory::sharding`.

use super::{ShardId, Sharder};
use crate::basics::Explanation;
use crate::basics::maths::sqrt;

/// The fraction of `keys` whose shard differs between the two maps; 0 without keys.
#[must_use]
pub fn moved(before: &dyn Sharder, after: &dyn Sharder, keys: impl IntoIterator<Item = u64>) -> f64 {
    let why = &mut Explanation::silent();
    let (mut all, mut moved) = (0_u64, 0_u64);
    for key in keys {
        all += 1;
        moved += u64::from(before.shard(key, why) != after.shard(key, why));
    }
    if all == 0 { 0.0 } else { moved as f64 / all as f64 }
}

/// How keys are spread over shards.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Each shard that was asked for, with its keys; also those that have none.
    pub counts: Vec<(ShardId, u64)>,
    /// All keys that were counted.
    pub keys: u64,
}

impl Spread {
    /// The part of all keys that each shard holds, in the order of [`Self::counts`]; zeros without keys.
    #[must_use]
    pub fn shares(&self) -> Vec<f64> {
        self.counts.iter().map(|&(_, count)| count as f64 / self.keys.max(1) as f64).collect()
    }

    /// Standard deviation of the shares over their mean (of these shards, not a sample of more); 0 when all are equal.
    #[must_use]
    pub fn coefficient_of_variation(&self) -> f64 {
        coefficient_of_variation(&self.shares())
    }

    /// The fullest shard over the mean; 1 when all are equal, 0 without keys.
    #[must_use]
    pub fn max_over_mean(&self) -> f64 {
        let most = self.counts.iter().map(|&(_, count)| count).max().unwrap_or(0);
        most as f64 * self.counts.len() as f64 / self.keys.max(1) as f64
    }
}

/// Counts where `keys` go. Keys that go to none of `shards` count in the total only.
#[must_use]
pub fn spread(sharder: &dyn Sharder, shards: &[ShardId], keys: impl IntoIterator<Item = u64>) -> Spread {
    let mut counts: Vec<(ShardId, u64)> = shards.iter().map(|&shard| (shard, 0)).collect();
    counts.sort_unstable();
    counts.dedup();
    let why = &mut Explanation::silent();
    let mut all = 0;
    for key in keys {
        all += 1;
        if let Some(shard) = sharder.shard(key, why)
            && let Ok(index) = counts.binary_search_by_key(&shard, |&(shard, _)| shard)
        {
            counts[index].1 += 1;
        }
    }
    Spread { counts, keys: all }
}

/// Standard deviation over mean of these numbers, all of them; 0 when they are none or their mean is 0.
#[must_use]
pub fn coefficient_of_variation(numbers: &[f64]) -> f64 {
    let mean = numbers.iter().sum::<f64>() / numbers.len().max(1) as f64;
    if mean == 0.0 {
        return 0.0;
    }
    let variance = numbers.iter().map(|number| (number - mean) * (number - mean)).sum::<f64>() / numbers.len() as f64;
    sqrt(variance) / mean
}

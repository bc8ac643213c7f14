//! Which item a request is about: uniform, or Zipf (the k-th most popular has weight 1/kˢ); or one hot item besides.
//!
//! One uniform for each draw, through the table of cumulative shares, so every lane sees the same items. The table
//! is shared by all copies of a run.

use std::rc::Rc;

use crate::basics::maths;
use crate::basics::randomness::unit_of;

/// A distribution over `0..items`, the most popular first.
#[derive(Clone, Debug)]
pub struct Popularity {
    items: u32,
    /// Cumulative shares; empty for the uniform distribution.
    cumulative: Rc<[f64]>,
    /// Where to begin looking: for each cell of the unit interval, a power of two of them, the first item that reaches
    /// beyond the cell's beginning. Source: Chen and Asau, 1974 (guide tables).
    guide: Rc<[u32]>,
}

impl Popularity {
    /// `items` items (at least one is assumed) with Zipf exponent `skew`; 0 is uniform.
    #[must_use]
    pub fn zipf(items: u32, skew: f64) -> Self {
        let items = items.max(1);
        if skew <= 0.0 {
            return Self { items, cumulative: Rc::from([]), guide: Rc::from([]) };
        }
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = (1..=items)
            .map(|rank| {
                sum += maths::pow(f64::from(rank), -skew);
                sum
            })
            .collect();
        for share in &mut cumulative {
            *share /= sum;
        }
        Self::of(items, cumulative)
    }

    /// A single item, which every request is about.
    #[must_use]
    pub fn one() -> Self {
        Self::zipf(1, 0.0)
    }

    /// As [`Self::zipf`], but `hot` (0 to 1) of all requests are about item 0 before the others are dealt out.
    #[must_use]
    pub fn with_hot_item(items: u32, skew: f64, hot: f64) -> Self {
        let plain = Self::zipf(items, skew);
        if hot <= 0.0 {
            return plain;
        }
        let mut below = 0.0;
        let cumulative = (0..plain.items).map(|rank| {
            below += plain.share(rank);
            hot + (1.0 - hot) * below
        });
        Self::of(plain.items, cumulative.collect())
    }

    /// From cumulative shares, one for each item.
    fn of(items: u32, cumulative: Vec<f64>) -> Self {
        // As many cells as items, or a few more: then one step is needed on average, whatever the shares.
        let cells = items.next_power_of_two();
        let mut item = 0;
        let guide = (0..cells).map(|cell| {
            let beginning = f64::from(cell) / f64::from(cells);
            while item + 1 < items && cumulative[item as usize] <= beginning {
                item += 1;
            }
            item
        });
        Self { items, guide: guide.collect(), cumulative: cumulative.into() }
    }

    /// The item of a request whose word for this is `word`.
    #[must_use]
    #[inline]
    pub fn item(&self, word: u64) -> u32 {
        if self.items == 1 {
            return 0;
        }
        if self.cumulative.is_empty() {
            return ((u128::from(word) * u128::from(self.items)) >> 64) as u32;
        }
        let unit = unit_of(word);
        // The uppermost bits of the word are the cell of `unit`; a single cell would be a shift by all 64.
        let cell = word.checked_shr(64 - self.guide.len().trailing_zeros()).unwrap_or(0) as usize;
        let mut item = self.guide[cell];
        while item + 1 < self.items && self.cumulative[item as usize] <= unit {
            item += 1;
        }
        item
    }

    /// The share of all requests that item `rank` (from 0) gets.
    #[must_use]
    pub fn share(&self, rank: u32) -> f64 {
        let at = |index: u32| self.cumulative.get(index as usize).copied().unwrap_or(1.0);
        match () {
            () if rank >= self.items => 0.0,
            () if self.cumulative.is_empty() => 1.0 / f64::from(self.items),
            () if rank == 0 => at(0),
            () => at(rank) - at(rank - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basics::randomness::mix;

    #[test]
    fn a_hot_item_gets_its_share_and_leaves_the_others_alike() {
        for skew in [0.0, 0.9] {
            let (plain, hot) = (Popularity::zipf(100, skew), Popularity::with_hot_item(100, skew, 0.3));
            // Differences of sums up to 1 keep about fifteen digits.
            assert!((hot.share(0) - (0.3 + 0.7 * plain.share(0))).abs() < 1e-12);
            assert!((hot.share(50) - 0.7 * plain.share(50)).abs() < 1e-12);
            assert!(((0..100).map(|rank| hot.share(rank)).sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn the_guide_leads_to_what_halving_finds() {
        for (items, skew) in [(1, 1.0), (2, 0.5), (3, 3.0), (100, 0.9), (1_000, 1.5), (4_096, 0.1)] {
            let popularity = Popularity::with_hot_item(items, skew, 0.2);
            let edges = (0..64).map(|bit| 1_u64 << bit).flat_map(|word| [word, word - 1, word.wrapping_neg()]);
            for word in edges.chain((0..20_000).map(mix)) {
                let unit = unit_of(word);
                let halving = popularity.cumulative.partition_point(|&share| share <= unit) as u32;
                assert_eq!(popularity.item(word), halving.min(items - 1), "{items} items, skew {skew}, {word:x}");
            }
        }
    }

    #[test]
    fn draws_follow_the_shares() {
        for skew in [0.0, 0.8, 1.2] {
            let popularity = Popularity::with_hot_item(50, skew, skew / 10.0);
            let n = 200_000_u64;
            let mut counts = [0_u32; 50];
            for word in 0..n {
                counts[popularity.item(mix(word)) as usize] += 1;
            }
            for (rank, &count) in counts.iter().enumerate() {
                let share = popularity.share(rank as u32);
                // Binomial; five standard deviations.
                let spread = 5.0 * (n as f64 * share * (1.0 - share)).sqrt();
                assert!((f64::from(count) - n as f64 * share).abs() < spread, "skew {skew}, rank {rank}: {count}");
            }
        }
    }
}

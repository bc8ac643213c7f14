//! How long things took: a histogram that can be merged, in the field's own (HDR) form.
//!
//! Two significant digits: every value is known to within 1 %, from one microsecond to nearly three hours. Windows
//! carry it sparsely; any range of windows merges to exact counts, so percentiles come with their sample count.
//!
//! Filing a value is a shift and two additions: below 2⁸ units (of 512 ns) each bin is one unit wide, and from there
//! on every power of two has 128 bins. The bins are those of the `hdrhistogram` crate, against which the tests hold them;
//! filing is five times quicker, which is felt once for every request. Source: Tene, HdrHistogram, 2012.

use serde::{Deserialize, Serialize};

use crate::basics::Nanos;

/// The longest that is told apart; longer ones are filed under it.
const LONGEST: u64 = 10_000_000_000_000;
/// Values are filed in units of 2⁹ ns, the power of two below the microsecond that is to be told apart.
const UNIT_BITS: u32 = 9;
/// 2⁷ bins for each power of two: the first power of two at or above the hundred that two digits need.
const HALF_BITS: u32 = 7;
/// How many bins there are.
const BINS: usize = bin_of(LONGEST) + 1;

/// The bin of `value` nanoseconds.
const fn bin_of(value: u64) -> usize {
    let units = value >> UNIT_BITS;
    // How many powers of two the value lies above the bins that are one unit wide.
    let power = (64 - (units | ((2 << HALF_BITS) - 1)).leading_zeros()) - (HALF_BITS + 1);
    // The shifted value is at most 255, and there are at most 27 powers.
    ((power as usize) << HALF_BITS) + (units >> power) as usize
}

/// The highest value in `bin`, in nanoseconds.
const fn top_of(bin: usize) -> u64 {
    // Every power but the first has only an upper half.
    let power = (bin >> HALF_BITS).saturating_sub(1);
    let units = (bin - (power << HALF_BITS)) as u64;
    ((units + 1) << (power as u32 + UNIT_BITS)) - 1
}

/// A histogram of spans of time, with their exact sum.
#[derive(Clone, Debug)]
pub struct Latencies {
    bins: Vec<u32>,
    /// The occupied bins lie between these two; `lowest` above `highest` when there is none.
    lowest: usize,
    highest: usize,
    count: u64,
    sum: u128,
}

impl Default for Latencies {
    fn default() -> Self {
        Self { bins: vec![0; BINS], lowest: BINS, highest: 0, count: 0, sum: 0 }
    }
}

impl Latencies {
    /// Files one span.
    #[inline]
    pub fn record(&mut self, span: Nanos) {
        self.sum += u128::from(span.0);
        self.add(bin_of(span.0.min(LONGEST)), 1);
    }

    #[inline]
    fn add(&mut self, bin: usize, count: u32) {
        self.bins[bin] = self.bins[bin].saturating_add(count);
        self.count += u64::from(count);
        self.lowest = self.lowest.min(bin);
        self.highest = self.highest.max(bin);
    }

    /// How many were filed.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The exact mean; `None` of nothing.
    #[must_use]
    pub fn mean(&self) -> Option<Nanos> {
        (self.count > 0).then(|| Nanos((self.sum / u128::from(self.count)) as u64))
    }

    /// The smallest span that at least the fraction `q` of all did not exceed, to within 1 %; `None` of nothing.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<Nanos> {
        let wanted = ((q.min(1.0) * self.count as f64).ceil() as u64).max(1);
        let mut below = 0;
        self.occupied().find_map(|(bin, count)| {
            below += u64::from(count);
            (below >= wanted).then(|| Nanos(top_of(bin)))
        })
    }

    /// The longest, to within 1 %; `None` of nothing.
    #[must_use]
    pub fn longest(&self) -> Option<Nanos> {
        (self.count > 0).then(|| Nanos(top_of(self.highest)))
    }

    /// The points of the distribution: (span, fraction of all that took at most so long).
    #[must_use]
    pub fn distribution(&self) -> Vec<(Nanos, f64)> {
        let all = self.count as f64;
        let mut below = 0_u64;
        self.occupied()
            .map(|(bin, count)| {
                below += u64::from(count);
                (Nanos(top_of(bin)), below as f64 / all)
            })
            .collect()
    }

    /// The bins that are not empty, from the lowest on.
    fn occupied(&self) -> impl Iterator<Item = (usize, u32)> {
        let range = self.lowest..(self.highest + 1).max(self.lowest);
        let bins = self.bins.get(range).unwrap_or_default().iter().enumerate();
        bins.filter(|&(_, &count)| count > 0).map(|(offset, &count)| (self.lowest + offset, count))
    }

    /// Takes everything out, leaving none.
    #[must_use]
    pub fn take_sparse(&mut self) -> Sparse {
        let sparse = self.sparse();
        self.clear();
        sparse
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        if self.count > 0 {
            self.bins[self.lowest..=self.highest].fill(0);
            (self.lowest, self.highest, self.count, self.sum) = (BINS, 0, 0, 0);
        }
    }

    /// The same counts in the compact form.
    #[must_use]
    pub fn sparse(&self) -> Sparse {
        Sparse { bins: self.occupied().map(|(bin, count)| (top_of(bin), count)).collect(), sum: self.sum }
    }

    /// Adds all of `sparse`.
    pub fn merge(&mut self, sparse: &Sparse) {
        self.sum += sparse.sum;
        for &(value, count) in &sparse.bins {
            self.add(bin_of(value.min(LONGEST)), count);
        }
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bins.len() * size_of::<u32>()
    }
}

/// A histogram with only its occupied bins: what a window carries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sparse {
    /// (highest value of the bin in nanoseconds, count).
    bins: Vec<(u64, u32)>,
    sum: u128,
}

impl Sparse {
    /// How many were filed.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.bins.iter().map(|&(_, count)| u64::from(count)).sum()
    }

    /// The occupied bins in rising order: (highest value of the bin in nanoseconds, count).
    #[must_use]
    pub fn bins(&self) -> &[(u64, u32)] {
        &self.bins
    }

    /// The exact sum, in nanoseconds.
    #[must_use]
    pub fn sum(&self) -> u128 {
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The crate of the same form, with the bounds and the digits that are promised above.
    #[test]
    fn bins_quantiles_and_the_longest_are_those_of_the_reference() {
        let mut word = 3_u64;
        for largest_bits in [8, 12, 20, 33, 44] {
            let mut reference = hdrhistogram::Histogram::<u32>::new_with_bounds(1_000, LONGEST, 2).unwrap();
            let mut own = Latencies::default();
            for _ in 0..2_000 {
                word = crate::basics::randomness::mix(word);
                // All orders of magnitude up to the largest.
                let value = ((word >> 20) & ((1 << largest_bits) - 1)) >> (word % largest_bits);
                let value = value.min(LONGEST);
                reference.saturating_record(value);
                own.record(Nanos(value));
                assert_eq!(top_of(bin_of(value)), reference.highest_equivalent(value), "{value}");
            }
            assert_eq!(own.longest(), Some(Nanos(reference.max())));
            for step in 1..=1_000 {
                let q = f64::from(step) / 1_000.0;
                assert_eq!(own.quantile(q), Some(Nanos(reference.value_at_quantile(q))), "{q}");
            }
            let bins: Vec<(u64, u32)> =
                reference.iter_recorded().map(|step| (step.value_iterated_to(), step.count_at_value())).collect();
            assert_eq!(own.sparse().bins, bins);
        }
    }

    #[test]
    fn every_value_is_known_to_within_a_hundredth() {
        for bin in 0..BINS {
            assert_eq!(bin_of(top_of(bin)), bin);
            let (low, high) = (if bin == 0 { 0 } else { top_of(bin - 1) + 1 }, top_of(bin));
            assert_eq!(bin_of(low), bin);
            assert!(low < 128 << UNIT_BITS || (high - low) as f64 / (low as f64) < 0.01, "{low} {high}");
        }
    }

    #[test]
    fn windows_merge_to_the_same_counts_and_quantiles() {
        let (mut whole, mut merged) = (Latencies::default(), Latencies::default());
        let mut part = Latencies::default();
        let mut word = 9_u64;
        for step in 0..10_000 {
            word = crate::basics::randomness::mix(word);
            let span = Nanos(word % 50_000_000_000);
            whole.record(span);
            part.record(span);
            if step % 97 == 0 {
                merged.merge(&part.take_sparse());
            }
        }
        merged.merge(&part.take_sparse());
        assert_eq!((merged.count(), merged.mean()), (whole.count(), whole.mean()));
        for q in [0.0, 0.5, 0.9, 0.99, 0.999, 1.0] {
            assert_eq!(merged.quantile(q), whole.quantile(q), "{q}");
        }
    }

    #[test]
    fn extremes_are_filed_and_nothing_has_no_quantile() {
        let mut latencies = Latencies::default();
        assert_eq!((latencies.quantile(0.5), latencies.mean(), latencies.longest()), (None, None, None));
        latencies.record(Nanos::ZERO);
        latencies.record(Nanos::MAX);
        assert_eq!(latencies.count(), 2);
        assert!(latencies.quantile(1.0) >= Some(Nanos(LONGEST / 100 * 99)));
    }
}

//! How long things took: a histogram that can be merged, kept in the field's own (HDR) form.
//!
//! Two significant digits: every value is known to within 1 %, from one microsecond to nearly three hours. Windows
//! carry it sparsely; any range of windows merges to exact counts, so percentiles come with their sample count.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::basics::Nanos;

/// The longest that is told apart; longer ones are filed under it.
const LONGEST: u64 = 10_000_000_000_000;

/// A histogram of spans of time, with their exact sum.
#[derive(Clone, Debug)]
pub struct Latencies {
    histogram: Histogram<u32>,
    sum: u128,
}

impl Default for Latencies {
    fn default() -> Self {
        #[allow(
            clippy::expect_used,
            reason = "constant bounds that the library accepts; every test would fail at once"
        )]
        let histogram = Histogram::new_with_bounds(1_000, LONGEST, 2).expect("the bounds are constants");
        Self { histogram, sum: 0 }
    }
}

impl Latencies {
    /// Files one span.
    #[inline]
    pub fn record(&mut self, span: Nanos) {
        self.sum += u128::from(span.0);
        self.histogram.saturating_record(span.0.min(LONGEST));
    }

    /// How many were filed.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// The exact mean; `None` of nothing.
    #[must_use]
    pub fn mean(&self) -> Option<Nanos> {
        (self.count() > 0).then(|| Nanos((self.sum / u128::from(self.count())) as u64))
    }

    /// The smallest span that at least the fraction `q` of all did not exceed, to within 1 %; `None` of nothing.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<Nanos> {
        (self.count() > 0).then(|| Nanos(self.histogram.value_at_quantile(q)))
    }

    /// The longest, to within 1 %; `None` of nothing.
    #[must_use]
    pub fn longest(&self) -> Option<Nanos> {
        (self.count() > 0).then(|| Nanos(self.histogram.max()))
    }

    /// The points of the distribution: (span, fraction of all that took at most so long).
    #[must_use]
    pub fn distribution(&self) -> Vec<(Nanos, f64)> {
        let all = self.count() as f64;
        let mut below = 0_u64;
        self.histogram
            .iter_recorded()
            .map(|step| {
                below += step.count_since_last_iteration();
                (Nanos(step.value_iterated_to()), below as f64 / all)
            })
            .collect()
    }

    /// Takes everything out, leaving none.
    #[must_use]
    pub fn take_sparse(&mut self) -> Sparse {
        let sparse = self.sparse();
        self.histogram.reset();
        self.sum = 0;
        sparse
    }

    /// The same counts in the compact form.
    #[must_use]
    pub fn sparse(&self) -> Sparse {
        if self.count() == 0 {
            return Sparse::default();
        }
        let bins = self.histogram.iter_recorded();
        // A count since the last step is one bin's count, which is a u32.
        Sparse { bins: bins.map(|step| (step.value_iterated_to(), step.count_at_value())).collect(), sum: self.sum }
    }

    /// Adds all of `sparse`.
    pub fn merge(&mut self, sparse: &Sparse) {
        self.sum += sparse.sum;
        for &(value, count) in &sparse.bins {
            // Refused only above the bound; `bins` come from a histogram with the same bound.
            let _ = self.histogram.record_n(value.min(LONGEST), count);
        }
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.histogram.distinct_values() * size_of::<u32>()
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

    /// The occupied bins: the highest value of each in nanoseconds, and its count.
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

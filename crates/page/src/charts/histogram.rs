//! A histogram from which windows can be taken out again, so that a range that slides costs only what enters and
//! leaves it. The same bins as the engine's (128 an octave, 1 %), so quantiles are the same.

use headroom::simulation::latencies::Sparse;

/// Bins of one octave.
const OCTAVE: usize = 128;
/// Octaves up to the longest span that windows tell apart.
const OCTAVES: usize = 40;

/// Counts by span.
#[derive(Clone, Debug)]
pub struct Histogram {
    counts: Vec<u32>,
    /// Sums over each octave, so that a quantile looks at a few hundred numbers instead of thousands.
    octaves: [u64; OCTAVES],
    total: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; OCTAVE * OCTAVES], octaves: [0; OCTAVES], total: 0 }
    }
}

/// The bin of a span in nanoseconds: its highest bit, and the seven below.
fn bin(value: u64) -> usize {
    if value < OCTAVE as u64 {
        return value as usize;
    }
    let exponent = 63 - value.leading_zeros() as usize;
    ((exponent - 6) * OCTAVE + ((value >> (exponent - 7)) as usize & (OCTAVE - 1))).min(OCTAVE * OCTAVES - 1)
}

/// The highest span of a bin, in nanoseconds.
fn highest(bin: usize) -> u64 {
    let (octave, rest) = (bin / OCTAVE, (bin % OCTAVE) as u64);
    if octave == 0 { rest } else { ((OCTAVE as u64 + rest + 1) << (octave - 1)) - 1 }
}

impl Histogram {
    /// How many are filed.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.counts.fill(0);
        self.octaves = [0; OCTAVES];
        self.total = 0;
    }

    /// Puts a window's spans in.
    pub fn add(&mut self, sparse: &Sparse) {
        for &(value, count) in sparse.bins() {
            let bin = bin(value);
            self.counts[bin] += count;
            self.octaves[bin / OCTAVE] += u64::from(count);
            self.total += u64::from(count);
        }
    }

    /// Takes out a window that was put in before.
    pub fn remove(&mut self, sparse: &Sparse) {
        for &(value, count) in sparse.bins() {
            let bin = bin(value);
            self.counts[bin] = self.counts[bin].saturating_sub(count);
            self.octaves[bin / OCTAVE] = self.octaves[bin / OCTAVE].saturating_sub(u64::from(count));
            self.total = self.total.saturating_sub(u64::from(count));
        }
    }

    /// The smallest span in seconds that at least the fraction `q` did not exceed, to within 1 %; `None` of nothing.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        if self.total == 0 {
            return None;
        }
        let wanted = ((q * self.total as f64).ceil() as u64).clamp(1, self.total);
        let mut below = 0;
        for (octave, &sum) in self.octaves.iter().enumerate() {
            if below + sum < wanted {
                below += sum;
                continue;
            }
            for bin in octave * OCTAVE..(octave + 1) * OCTAVE {
                below += u64::from(self.counts[bin]);
                if below >= wanted {
                    return Some(highest(bin) as f64 / 1e9);
                }
            }
        }
        None
    }

    /// The fraction that took at most `seconds`.
    #[must_use]
    pub fn fraction(&self, seconds: f64) -> f64 {
        // `as` saturates; spans are not negative.
        let last = bin((seconds * 1e9) as u64);
        let octave = last / OCTAVE;
        let whole: u64 = self.octaves[..octave].iter().sum();
        let rest: u64 = self.counts[octave * OCTAVE..=last].iter().map(|&count| u64::from(count)).sum();
        (whole + rest) as f64 / self.total.max(1) as f64
    }

    /// The points of the distribution: (seconds, fraction that took at most so long), rising.
    #[must_use]
    pub fn distribution(&self) -> Vec<(f64, f64)> {
        let mut points = Vec::new();
        let mut below = 0;
        for (octave, _) in self.octaves.iter().enumerate().filter(|&(_, &sum)| sum > 0) {
            for bin in octave * OCTAVE..(octave + 1) * OCTAVE {
                if self.counts[bin] > 0 {
                    below += u64::from(self.counts[bin]);
                    points.push((highest(bin) as f64 / 1e9, below as f64 / self.total as f64));
                }
            }
        }
        points
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use headroom::basics::Nanos;
    use headroom::basics::randomness::mix;
    use headroom::simulation::latencies::Latencies;

    fn windows() -> Vec<Sparse> {
        let mut word = 5_u64;
        let window = |_| {
            let mut latencies = Latencies::default();
            for _ in 0..200 {
                word = mix(word);
                // Spread over eight orders of magnitude, as latencies never are.
                latencies.record(Nanos((word >> 20) >> (word % 30)));
            }
            latencies.take_sparse()
        };
        (0..20).map(window).collect()
    }

    #[test]
    fn quantiles_are_those_of_the_engine_after_windows_came_and_went() {
        let windows = windows();
        let mut sliding = Histogram::default();
        for (index, window) in windows.iter().enumerate() {
            sliding.add(window);
            if index >= 5 {
                sliding.remove(&windows[index - 5]);
            }
            let mut fresh = Latencies::default();
            windows[index.saturating_sub(4)..=index].iter().for_each(|window| fresh.merge(window));
            assert_eq!(sliding.total(), fresh.count());
            for q in [0.001, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0] {
                assert_eq!(sliding.quantile(q), fresh.quantile(q).map(Nanos::seconds), "{q}");
            }
        }
    }

    #[test]
    fn the_distribution_rises_to_one_and_agrees_with_the_engine() {
        let (mut histogram, mut latencies) = (Histogram::default(), Latencies::default());
        for window in windows() {
            histogram.add(&window);
            latencies.merge(&window);
        }
        let expected: Vec<(f64, f64)> =
            latencies.distribution().into_iter().map(|(span, fraction)| (span.seconds(), fraction)).collect();
        assert_eq!(histogram.distribution(), expected);
        for &(seconds, fraction) in &expected {
            assert!((histogram.fraction(seconds) - fraction).abs() < 1e-12);
        }
    }

    #[test]
    fn nothing_has_no_quantile() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.quantile(0.5), None);
        let window = &windows()[0];
        histogram.add(window);
        histogram.remove(window);
        assert_eq!((histogram.total(), histogram.quantile(0.99)), (0, None));
        assert!(histogram.distribution().is_empty());
    }
}

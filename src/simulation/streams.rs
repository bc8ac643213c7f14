//! Seeded streams of chance: one generator, many independent streams.
//!
//! xoshiro256++ (Blackman and Vigna, 2021) from a well-kept crate; its output is fixed for ever by its definition.
//! Each purpose (arrivals, a lane's policy, faults) has a stream of its own, seeded from the scenario's seed and the
//! purpose, so that one consumer never shifts the draws of another. The sampling functions are ours, so a new version
//! of a crate cannot change a run.

use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::basics::randomness::{Randomness, mix, unit_of};

/// A stream of draws.
#[derive(Clone, Debug)]
pub struct Stream(Xoshiro256PlusPlus);

impl Stream {
    /// The stream of `purpose` under `seed`.
    #[must_use]
    pub fn new(seed: u64, purpose: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(mix(seed) ^ mix(purpose.rotate_left(32))))
    }

    /// 64 random bits.
    #[inline]
    pub fn word(&mut self) -> u64 {
        self.0.next_u64()
    }
}

impl Randomness for Stream {
    /// Lemire's method (2019): exact, usually one multiplication.
    #[inline]
    fn below(&mut self, n: u32) -> u32 {
        let mut product = (self.word() >> 32) * u64::from(n);
        if (product as u32) < n {
            let threshold = n.wrapping_neg().checked_rem(n).unwrap_or(0);
            while (product as u32) < threshold {
                product = (self.word() >> 32) * u64::from(n);
            }
        }
        (product >> 32) as u32
    }

    #[inline]
    fn unit(&mut self) -> f64 {
        unit_of(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pinned: a changed generator would change every run of every link.
    #[test]
    fn the_stream_is_pinned() {
        let mut stream = Stream::new(7, 1);
        let words: Vec<u64> = (0..3).map(|_| stream.word()).collect();
        insta::assert_debug_snapshot!(words);
    }

    #[test]
    fn below_stays_below_and_reaches_everything() {
        let mut stream = Stream::new(1, 2);
        let mut seen = [0_u32; 7];
        for _ in 0..70_000 {
            seen[stream.below(7) as usize] += 1;
        }
        // Binomial with mean 10,000 and standard deviation 93: five of them.
        assert!(seen.iter().all(|&count| count.abs_diff(10_000) < 465), "{seen:?}");
        assert_eq!(stream.below(1), 0);
        assert_eq!(stream.below(0), 0);
    }
}

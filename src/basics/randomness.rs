//! Where chance comes from: always an argument, never a global.
//!
//! An algorithm asks a [`Randomness`]; in a run that is a seeded stream, in a test a script of answers taken from
//! the reference implementation. The generators themselves live in `simulation::streams`.

/// A source of chance. Every draw moves it on.
pub trait Randomness {
    /// A whole number in `0..n`, each equally likely. `n` must be at least 1; for 0 the answer is 0.
    fn below(&mut self, n: u32) -> u32;

    /// A number in `0.0..1.0`, uniform on multiples of 2⁻⁵³.
    fn unit(&mut self) -> f64;
}

/// Mixes 64 bits so that every bit of the input moves every bit of the output (Stafford's variant 13, the finaliser
/// of SplitMix64; Steele, Lea and Flood, OOPSLA 2014).
#[must_use]
pub const fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A later draw of one request: from the `luck` it was created with, what the draw is for, and which one it is.
/// Stateless, so it does not depend on the order in which lanes come to need it.
#[must_use]
pub const fn draw(luck: u64, purpose: u64, index: u64) -> u64 {
    mix(luck ^ mix(purpose.wrapping_add(index.wrapping_mul(0xd1b5_4a32_d192_ed03))))
}

/// The 53 upper bits of `word` as a number in `0.0..1.0`.
#[must_use]
pub fn unit_of(word: u64) -> f64 {
    (word >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

/// Two different indexes below `n`, each pair equally likely; the same one twice when `n` is 1.
///
/// The second is drawn from the other `n − 1` and shifted past the first, as Finagle does.
pub fn two_distinct(n: u32, random: &mut dyn Randomness) -> (u32, u32) {
    let first = random.below(n);
    if n < 2 {
        return (first, first);
    }
    let second = random.below(n - 1);
    (first, if second >= first { second + 1 } else { second })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Script(Vec<u32>);
    impl Randomness for Script {
        fn below(&mut self, n: u32) -> u32 {
            self.0.remove(0) % n.max(1)
        }
        fn unit(&mut self) -> f64 {
            0.5
        }
    }

    #[test]
    fn two_distinct_covers_every_ordered_pair_once() {
        let mut seen = std::collections::BTreeSet::new();
        for first in 0..4 {
            for second in 0..3 {
                let (a, b) = two_distinct(4, &mut Script(vec![first, second]));
                assert_ne!(a, b);
                seen.insert((a, b));
            }
        }
        assert_eq!(seen.len(), 12);
    }

    #[test]
    fn two_distinct_of_one_is_the_one() {
        assert_eq!(two_distinct(1, &mut Script(vec![0])), (0, 0));
    }
}

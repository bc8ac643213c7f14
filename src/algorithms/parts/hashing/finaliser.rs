//! The finaliser of MurmurHash3: makes every bit of a number depend on every bit.
//!
//! **What it is.** Three shifts and two multiplications, each of which can be undone, so no two numbers become the
//! same. Flip one bit of the input and each bit of the output flips with a chance close to one half.
//!
//! **Source.** Appleby, `fmix64` in MurmurHash3.cpp (2011). Steele, Lea and Flood (2014) study the family.
//!
//! **What goes wrong.** It adds no information: numbers that were equal stay equal. It makes a weak hash function fit
//! for a ring; it does not make collisions rarer.
//!
//! It knows nothing but numbers. Read next: [`crate::algorithms::parts::ring`], which needs good high bits.

/// Mixes 64 bits; a bijection, with 0 going to 0.
#[must_use]
pub const fn fmix64(mut z: u64) -> u64 {
    z = (z ^ (z >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    z = (z ^ (z >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    z ^ (z >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flipping_one_bit_flips_about_half_of_the_others() {
        // 64 × 1,000 flips of 64 bits each: the mean is a binomial with standard deviation 4 / √64,000 ≈ 0.016.
        let mut flipped = 0_u64;
        for number in 0..1_000_u64 {
            for bit in 0..64 {
                flipped += u64::from((fmix64(number) ^ fmix64(number ^ (1 << bit))).count_ones());
            }
        }
        let mean = flipped as f64 / 64_000.0;
        assert!((mean - 32.0).abs() < 0.1, "{mean}");
    }

    #[test]
    fn it_can_be_undone_so_it_makes_no_collisions() {
        // The inverse constants are the inverses of the multipliers modulo 2⁶⁴; a shift by 33 is its own inverse.
        let undo = |mut z: u64| {
            z = (z ^ (z >> 33)).wrapping_mul(0x9cb4_b2f8_1293_37db);
            z = (z ^ (z >> 33)).wrapping_mul(0x4f74_430c_22a5_4005);
            z ^ (z >> 33)
        };
        for number in [0, 1, 2, 3, 0xdead_beef, u64::MAX, 0x0123_4567_89ab_cdef] {
            assert_eq!(undo(fmix64(number)), number);
        }
    }
}

//! Reads decimal numbers: the one way in which this project turns text into an `f64`.
//!
//! The standard library's reader is faster and brings a table of 10 KB, which everyone would load with every program. What
//! is read here is a parameter or a slider, a few digits at a time, so schoolbook arithmetic on long whole numbers does:
//! it is exact by construction, and the only rounding is the one at the end.
//!
//! Knows nothing but digits. Units, signs of percent and ranges belong to [`kind`](super::kind): read it next.

/// More characters than anyone means. The largest `f64` has 309 digits, the smallest normal one begins at the 308th place.
pub const LONGEST: usize = 400;

/// Reads `12`, `-0.25`, `.5`, `2.` or `1.5e-7`: the `f64` that is nearest to it, of two as near the even one, as the
/// standard library's `parse` does.
///
/// `None` for anything else; also for a number that is too large for an `f64`, for one that is nearer to zero than
/// `f64::MIN_POSITIVE` without being zero, and for a text of more than [`LONGEST`] characters.
#[must_use]
pub fn read(text: &str) -> Option<f64> {
    let (sign, unsigned) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let (number, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, i32::from(exponent.parse::<i16>().ok()?)),
        None => (unsigned, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if text.len() > LONGEST || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let mut digits = Whole::default();
    for digit in whole.bytes().chain(fraction.bytes()) {
        digits.append(digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?);
    }
    if digits.0.is_empty() {
        return Some(sign * 0.0);
    }
    // `LONGEST` keeps this far from overflow.
    let places = exponent - fraction.len() as i32;
    scaled(digits, places).map(|size| sign * size)
}

/// `digits` times ten to the `places`, for digits that are not zero.
fn scaled(mut digits: Whole, places: i32) -> Option<f64> {
    // Nothing beyond this fits, however many digits there are: 400 of them before or behind the point.
    if places.unsigned_abs() > 2 * LONGEST as u32 {
        return None;
    }
    // The value is `digits` times two to the `twos`, and less than one more where something has been cut off.
    let (mut twos, mut cut_off) = (0, false);
    if places >= 0 {
        (0..places).for_each(|_| digits.append(0));
    } else {
        // As 2^32 > 10^9, the quotient keeps two limbs at least: more bits than an `f64` has.
        let limbs = places.unsigned_abs() / 9 + 3;
        digits.0.splice(0..0, (0..limbs).map(|_| 0));
        twos = -32 * limbs as i32;
        (places..0).for_each(|_| cut_off |= digits.divide_by_ten() != 0);
    }
    // The upper four limbs hold at least 97 significant bits where there are more; of what is below them only whether it
    // is zero can matter to the rounding, so that goes into the lowest bit.
    let below = digits.0.len().saturating_sub(4);
    cut_off |= digits.0.iter().take(below).any(|&limb| limb != 0);
    twos += 32 * below as i32;
    let upper = digits.0.iter().rev().take(4).fold(0, |upper, &limb| upper << 32 | u128::from(limb));
    // Whole numbers are converted to the nearest, ties to even: the one rounding. Then only the exponent changes.
    let bits = ((upper | u128::from(cut_off)) as f64).to_bits();
    let exponent = (bits >> 52) as i32 + twos;
    (1..=2046).contains(&exponent).then(|| f64::from_bits(bits << 12 >> 12 | (exponent as u64) << 52))
}

/// A whole number of any length: limbs of 32 bits, the lowest first, the highest not zero.
#[derive(Default)]
struct Whole(Vec<u32>);

impl Whole {
    /// Times ten, plus `digit`.
    fn append(&mut self, digit: u32) {
        let mut carry = u64::from(digit);
        for limb in &mut self.0 {
            carry += u64::from(*limb) * 10;
            *limb = carry as u32; // the lower half; the upper one is carried
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32); // below ten
        }
    }

    /// Divides by ten and returns the remainder.
    fn divide_by_ten(&mut self) -> u32 {
        let mut remainder = 0;
        for limb in self.0.iter_mut().rev() {
            let upper = remainder << 32 | u64::from(*limb);
            *limb = (upper / 10) as u32; // below 2^32, as the remainder was below ten
            remainder = upper % 10;
        }
        if self.0.last() == Some(&0) {
            self.0.pop();
        }
        remainder as u32
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The standard library is the oracle: the same bits.
    fn agrees(text: &str) {
        let (ours, theirs) = (read(text), text.parse::<f64>().unwrap());
        assert_eq!(ours.map(f64::to_bits), Some(theirs.to_bits()), "{text}: {ours:?}, not {theirs:?}");
    }

    #[test]
    fn what_people_write_is_read() {
        for text in
            ["0", "-0", "0.0", "1", "42", "0.25", ".5", "2.", "-17.5", "007", "0.1", "0.30000000000000004", "1e3"]
        {
            agrees(text);
        }
        for text in ["1.5e-7", "9.007199254740993e15", "123456789012345678901234567890", "2.5E+3", "1e-05", "0e999"] {
            agrees(text);
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", "-", ".", "-.", "+1", "1,5", "1.2.3", " 1", "1 ", "e5", "1e", "1e1.5", "--1", "0x10", "inf", "nan", "٣",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for text in ["1e309", "-1.8e308", "1e-309", "1e32767", "1e-32768", "1e99999999999", "1.7976931348623159e308"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"9".repeat(LONGEST)), None);
        assert_eq!(read(&"0".repeat(LONGEST)), Some(0.0));
        assert_eq!(read(&"0".repeat(LONGEST + 1)), None);
    }

    #[test]
    fn the_ends_of_the_range_are_read() {
        for number in [f64::MAX, -f64::MAX, f64::MIN_POSITIVE, f64::EPSILON, 1e22, 1e23, 5e-308] {
            agrees(&format!("{number:e}"));
            agrees(&number.to_string());
        }
        // Rounds up to the next power of two, across the boundary of the exponent.
        agrees("9007199254740991.9");
        agrees("18446744073709551615.99999");
    }

    #[test]
    fn half_way_goes_to_the_even_and_a_digit_far_behind_decides() {
        // Exactly between two neighbours: 2^53 + 1, 2^53 + 3.
        for text in ["9007199254740993", "9007199254740995", "9007199254740993.0000000000000000000000000001"] {
            agrees(text);
        }
        agrees("9007199254740992.9999999999999999999999999999");
        // Known as hard: shortest decimals next to half-way points.
        for text in
            ["2.2250738585072014e-308", "6.631236846766476e-10", "8.5e22", "1.448997445238699", "7.2057594037927933e16"]
        {
            agrees(text);
        }
    }

    proptest! {
        /// What `{}` and `{:e}` write of any normal number comes back as that number.
        #[test]
        fn the_shortest_output_comes_back(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_normal());
            prop_assert_eq!(read(&number.to_string()).map(f64::to_bits), Some(bits));
            prop_assert_eq!(read(&format!("{number:e}")).map(f64::to_bits), Some(bits));
        }

        /// The range in which parameters lie: up to 19 digits, the point anywhere near.
        #[test]
        fn up_to_nineteen_digits_are_read_as_the_standard_library_does(digits in any::<u64>(), places in -40..40) {
            let text = format!("{digits}e{places}");
            prop_assert_eq!(read(&text).map(f64::to_bits), text.parse::<f64>().ok().map(f64::to_bits));
        }

        /// A point within the digits, with noughts before and behind.
        #[test]
        fn plain_decimals_are_read_as_the_standard_library_does(text in "-?[0-9]{1,30}\\.[0-9]{0,40}") {
            prop_assert_eq!(read(&text).map(f64::to_bits), text.parse::<f64>().ok().map(f64::to_bits));
        }

        /// Exactly half-way between neighbours, and the next decimals on either side, all digits written out.
        #[test]
        fn half_way_points_are_read_as_the_standard_library_does(mantissa in 1_u64 << 52..1 << 53, twos in 1_u32..60) {
            let half_way = (u128::from(mantissa) * 2 + 1) << twos;
            for number in [half_way - 1, half_way, half_way + 1] {
                for text in [number.to_string(), format!("{number}.000001"), format!("{number}e-30")] {
                    prop_assert_eq!(read(&text).map(f64::to_bits), text.parse::<f64>().ok().map(f64::to_bits));
                }
            }
        }

        /// Whatever is thrown at it, it says yes or no; where it says yes, the standard library agrees.
        #[test]
        fn any_text_is_read_as_the_standard_library_does_or_refused(text in "[-+.0-9eE ]{0,12}") {
            if let Some(number) = read(&text) {
                prop_assert_eq!(Some(number.to_bits()), text.parse::<f64>().ok().map(f64::to_bits));
            }
        }
    }
}

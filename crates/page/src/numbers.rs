//! Numbers as they are shown: three significant digits, a unit, never “NaN”.
//!
//! The canonical texts of parameters (`100ms`) belong to links and fields; these are for reading (`100 ms`).

use core::fmt::{self, Write};

use headroom::basics::Nanos;

/// Between a number and its unit, so that they stay on one line.
const SPACE: char = '\u{a0}';

/// A span of time: `212 ms`, `1.84 s`, always three digits wide where it has them, so that nothing jumps.
#[must_use]
pub fn span(span: Nanos) -> String {
    let nanos = span.0 as f64;
    let (number, unit) = if nanos >= 999.5e6 {
        (nanos / 1e9, "s")
    } else if nanos >= 999.5e3 {
        (nanos / 1e6, "ms")
    } else if nanos >= 999.5 {
        (nanos / 1e3, "µs")
    } else {
        (nanos, "ns")
    };
    if span == Nanos::ZERO { format!("0{SPACE}s") } else { format!("{}{SPACE}{unit}", three_digits(number)) }
}

/// Three digits, zeros at the end included: `1.50`, `34.0`, `212`.
fn three_digits(number: f64) -> String {
    match number {
        n if n >= 99.95 => significant(n),
        n if n >= 9.995 => fixed(n, 1).to_string(),
        n => fixed(n, 2).to_string(),
    }
}

/// A point of the run: as many decimals at every moment of it, so that nothing jumps.
#[must_use]
pub fn moment(time: Nanos, decimals: usize) -> String {
    format!("{}{SPACE}s", fixed(time.seconds(), decimals))
}

/// A point of the run as short as it can be said: `20 s`, `1.5 s`, `12.346 s`.
#[must_use]
pub fn short_moment(time: Nanos) -> String {
    format!("{}{SPACE}s", trimmed(time.seconds(), 3))
}

/// A whole number with its thousands apart: `21,360`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Events a second: `841/s`.
#[must_use]
pub fn rate(number: f64) -> String {
    if !number.is_finite() {
        return "—".to_owned();
    }
    if number >= 999.5 { format!("{}/s", count((number + 0.5) as u64)) } else { format!("{}/s", significant(number)) }
}

/// A speed: `1/100×`, `1×`, `20×`.
#[must_use]
pub fn speed(factor: f64) -> String {
    if factor >= 1.0 || factor <= 0.0 {
        format!("{}×", trimmed(factor, 2))
    } else {
        format!("1/{}×", trimmed(1.0 / factor, 2))
    }
}

/// At most `decimals` decimals (one at least), none that say nothing.
fn trimmed(number: f64, decimals: usize) -> String {
    let text = fixed(number, decimals).to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Three significant digits without an exponent; large whole numbers with their thousands apart.
fn significant(number: f64) -> String {
    match number.abs() {
        n if n >= 999.5 => count((number + 0.5) as u64),
        n if n >= 99.95 => fixed(number, 0).to_string(),
        n if n >= 9.995 => trimmed(number, 1),
        n if n > 0.0 => trimmed(number, 2),
        _ => "0".to_owned(),
    }
}

/// A number to be written with a fixed number of decimals; see [`fixed`].
#[derive(Clone, Copy, Debug)]
pub struct Fixed {
    value: f64,
    decimals: usize,
}

/// `value` with `decimals` decimals, the same text as `{value:.decimals$}`: rounded to the nearest, of two as near the one
/// with the even last digit.
///
/// The standard library's writer is made for any number of digits, of which 8 KB would have to arrive before the first
/// picture. Pixels and figures have few decimals, and whole numbers are exact enough for those.
#[must_use]
pub fn fixed(value: impl Into<f64>, decimals: usize) -> Fixed {
    Fixed { value: value.into(), decimals }
}

impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The value is `mantissa` / 2^`shift`. Zero and what is nearer to it than `f64::MIN_POSITIVE` have no leading one; with
        // it they are still far below what nine decimals can show.
        let bits = self.value.to_bits();
        let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
        let exponent = bits >> 52 & 0x7ff;
        // 2^53 and more, infinity and not-a-number.
        if self.decimals > 9 || exponent >= 1_075 {
            return unusual(f, *self);
        }
        let shift = 1_075 - exponent;
        let mut unit = (0..self.decimals).fold(1_u64, |unit, _| unit * 10);
        let mut whole = if shift < 64 { mantissa >> shift } else { 0 };
        // What is behind the point, in units of the last place: a whole number of them and a rest, which is rounded.
        let mut fraction = 0;
        if shift < 128 {
            let exact = u128::from(mantissa - if shift < 64 { whole << shift } else { 0 }) * u128::from(unit);
            fraction = (exact >> shift) as u64; // below `unit`
            let (rest, half) = (exact - (u128::from(fraction) << shift), 1 << (shift - 1));
            let odd = if unit == 1 { whole } else { fraction } % 2 == 1;
            fraction += u64::from(rest > half || (rest == half && odd));
            if fraction == unit {
                (whole, fraction) = (whole + 1, 0);
            }
        }
        if self.value.is_sign_negative() {
            f.write_char('-')?;
        }
        write!(f, "{whole}")?;
        if unit > 1 {
            f.write_char('.')?;
        }
        while unit > 1 {
            unit /= 10;
            f.write_char(char::from(b'0' + (fraction / unit % 10) as u8))?; // one digit
        }
        Ok(())
    }
}

/// What [`Fixed`] leaves to the standard library.
#[inline(never)] // not needed at the start
fn unusual(f: &mut fmt::Formatter<'_>, Fixed { value, decimals }: Fixed) -> fmt::Result {
    write!(f, "{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_three_digits_and_the_unit_that_fits() {
        for (nanos, text) in [
            (0, "0 s"),
            (7, "7.00 ns"),
            (1_500, "1.50 µs"),
            (999_600, "1.00 ms"),
            (34_120_000, "34.1 ms"),
            (212_400_000, "212 ms"),
            (1_844_000_000, "1.84 s"),
            (62_000_000_000, "62.0 s"),
            (3_600_000_000_000, "3,600 s"),
        ] {
            assert_eq!(span(Nanos(nanos)).replace(SPACE, " "), text);
        }
    }

    #[test]
    fn counts_rates_and_speeds_read_as_people_write_them() {
        assert_eq!([count(0), count(999), count(21_360), count(1_000_000)], ["0", "999", "21,360", "1,000,000"]);
        assert_eq!([rate(0.0), rate(0.5), rate(841.2), rate(12_345.6)], ["0/s", "0.5/s", "841/s", "12,346/s"]);
        assert_eq!(rate(f64::NAN), "—");
        assert_eq!([speed(0.001), speed(0.5), speed(1.0), speed(1_000.0)], ["1/1000×", "1/2×", "1×", "1000×"]);
    }

    /// The standard library is the oracle.
    fn agrees(value: f64) {
        for decimals in 0..12 {
            assert_eq!(fixed(value, decimals).to_string(), format!("{value:.decimals$}"), "{value:e}, {decimals}");
            assert_eq!(fixed(-value, decimals).to_string(), format!("{:.decimals$}", -value), "-{value:e}, {decimals}");
        }
    }

    #[test]
    fn fixed_decimals_are_those_of_the_standard_library() {
        let limits = [f64::MAX, f64::MIN_POSITIVE, f64::EPSILON, 5e-324, f64::INFINITY, f64::NAN];
        for value in [0.0, 0.04, 0.15, 0.35, 0.999_5, 9.995, 99.95, 1e15, 1e300].into_iter().chain(limits) {
            agrees(value);
        }
        // Around every power of two: where the exponent changes, and where whole numbers end.
        for exponent in 940_u64..1_090 {
            let bits = exponent << 52;
            (bits - 3..bits + 3).for_each(|bits| agrees(f64::from_bits(bits)));
        }
        // Ties and their neighbours: sixteenths are exact, and every other one is half of a shown unit at some precision.
        for sixteenths in 0_u32..5_000 {
            let bits = (f64::from(sixteenths) / 16.0).to_bits();
            (bits.max(1) - 1..=bits + 1).for_each(|bits| agrees(f64::from_bits(bits)));
            agrees(f64::from(sixteenths) / 1_000.0);
            assert_eq!(fixed(sixteenths as f32 / 7.0, 1).to_string(), format!("{:.1}", sixteenths as f32 / 7.0));
        }
        // Any size: steps of an odd ratio from the smallest that shows to the largest that is handled here.
        let sizes = core::iter::successors(Some(1e-5_f64), |size| Some(size * 1.003_7));
        sizes.take_while(|size| *size < 1e17).for_each(agrees);
    }
}

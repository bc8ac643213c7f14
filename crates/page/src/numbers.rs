//! Numbers as they are shown: three significant digits, a unit, never “NaN”.
//!
//! The canonical texts of parameters (`100ms`) belong to links and fields; these are for reading (`100 ms`).

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
        n if n >= 9.995 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}

/// A point of the run: as many decimals at every moment of it, so that nothing jumps.
#[must_use]
pub fn moment(time: Nanos, decimals: usize) -> String {
    format!("{:.decimals$}{SPACE}s", time.seconds())
}

/// A point of the run as short as it can be said: `20 s`, `1.5 s`, `12.346 s`.
#[must_use]
pub fn short_moment(time: Nanos) -> String {
    let text = format!("{:.3}", time.seconds());
    format!("{}{SPACE}s", text.trim_end_matches('0').trim_end_matches('.'))
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
        format!("{}×", trimmed(factor))
    } else {
        format!("1/{}×", trimmed(1.0 / factor))
    }
}

/// At most two decimals, none that say nothing.
fn trimmed(number: f64) -> String {
    format!("{number:.2}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Three significant digits without an exponent; large whole numbers with their thousands apart.
fn significant(number: f64) -> String {
    match number.abs() {
        n if n >= 999.5 => count((number + 0.5) as u64),
        n if n >= 99.95 => format!("{number:.0}"),
        n if n >= 9.995 => format!("{number:.1}").trim_end_matches(".0").to_owned(),
        n if n > 0.0 => format!("{number:.2}").trim_end_matches('0').trim_end_matches('.').to_owned(),
        _ => "0".to_owned(),
    }
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
}

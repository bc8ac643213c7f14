//! Time: whole nanoseconds since the start of a run, or a span of them.
//!
//! Integers, so that sums do not depend on their order and every platform agrees. 64 bits hold 584 years.
//! Read and written as people do: `250ms`, `1.5s`, `2min`.

use core::fmt;
use core::ops::{Add, AddAssign, Mul, Sub};

use serde::{Deserialize, Serialize};

/// A point of virtual time (since the start of the run) or a span, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Nanos(pub u64);

impl Nanos {
    /// The start of a run; an empty span.
    pub const ZERO: Self = Self(0);
    /// Later than anything that happens.
    pub const MAX: Self = Self(u64::MAX);
    /// One microsecond.
    pub const MICROSECOND: Self = Self(1_000);
    /// One millisecond.
    pub const MILLISECOND: Self = Self(1_000_000);
    /// One second.
    pub const SECOND: Self = Self(1_000_000_000);

    /// A whole number of milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * 1_000_000)
    }

    /// A whole number of microseconds.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros * 1_000)
    }

    /// A whole number of seconds.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds * 1_000_000_000)
    }

    /// Rounds `seconds` to the nearest nanosecond; below zero and not-a-number become zero, too large becomes [`Self::MAX`].
    #[must_use]
    pub fn from_seconds(seconds: f64) -> Self {
        // `as` saturates at both ends and maps NaN to zero, which is exactly what is promised above.
        Self((seconds * 1e9 + 0.5) as u64)
    }

    /// In seconds. Exact below 2⁵³ ns (104 days).
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// In milliseconds.
    #[must_use]
    pub fn millis(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The span from `earlier` to `self`, or zero when `earlier` is later (a clock may go backwards).
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }

    /// Adds without wrapping: the end of time stays the end of time.
    #[must_use]
    pub const fn plus(self, span: Self) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// Reads `250ms`, `1.5s`, `20us`, `20µs`, `3min`, `2h`, `5ns`, or a bare number of seconds.
    ///
    /// # Errors
    /// A sentence that says what was expected, when `text` is not a time or does not fit.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let units: [(&str, u64); 7] = [
            ("ns", 1),
            ("us", 1_000),
            ("µs", 1_000),
            ("ms", 1_000_000),
            ("min", 60_000_000_000),
            ("h", 3_600_000_000_000),
            ("s", 1_000_000_000),
        ];
        let (number, unit) = units
            .iter()
            .find_map(|&(name, size)| text.strip_suffix(name).map(|number| (number, size)))
            .unwrap_or((text, 1_000_000_000));
        decimal(number.trim_end(), unit)
            .map(Self)
            .ok_or_else(|| format!("“{text}” is not a time; write a number and a unit, as 250ms, 1.5s or 2min"))
    }
}

/// `number` (digits with an optional fraction) times `unit`, exactly; `None` when it is no such number or too large.
fn decimal(number: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return None;
    }
    let mut value = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()?.checked_mul(unit)? };
    let mut place = unit;
    for digit in fraction.bytes() {
        place /= 10;
        value = value.checked_add(place.checked_mul(u64::from(digit - b'0'))?)?;
    }
    Some(value)
}

/// The shortest exact form in the largest unit that keeps it readable: `1.5s`, `250ms`, `3us`, `7ns`.
impl fmt::Display for Nanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, name) = match self.0 {
            0 => return f.write_str("0s"),
            n if n >= 1_000_000_000 => (1_000_000_000, "s"),
            n if n >= 1_000_000 => (1_000_000, "ms"),
            n if n >= 1_000 => (1_000, "us"),
            _ => (1, "ns"),
        };
        write!(f, "{}", self.0 / unit)?;
        let (mut rest, mut place) = (self.0 % unit, unit / 10);
        if rest > 0 {
            f.write_str(".")?;
        }
        while rest > 0 {
            write!(f, "{}", rest / place)?;
            rest %= place;
            place /= 10;
        }
        f.write_str(name)
    }
}

impl Add for Nanos {
    type Output = Self;
    fn add(self, span: Self) -> Self {
        self.plus(span)
    }
}

impl AddAssign for Nanos {
    fn add_assign(&mut self, span: Self) {
        *self = self.plus(span);
    }
}

impl Sub for Nanos {
    type Output = Self;
    fn sub(self, earlier: Self) -> Self {
        self.since(earlier)
    }
}

impl Mul<u64> for Nanos {
    type Output = Self;
    fn mul(self, times: u64) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_survives_writing_and_reading() {
        for n in [0, 1, 999, 1_000, 1_500, 999_999, 1_000_000, 20_500_000, 1_000_000_000, 12_345_678_901, u64::MAX] {
            assert_eq!(Nanos::read(&Nanos(n).to_string()), Ok(Nanos(n)), "{n}");
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(Nanos::read("250ms"), Ok(Nanos::from_millis(250)));
        assert_eq!(Nanos::read("1.5 s"), Ok(Nanos::from_millis(1_500)));
        assert_eq!(Nanos::read("2min"), Ok(Nanos::from_secs(120)));
        assert_eq!(Nanos::read(".5"), Ok(Nanos::from_millis(500)));
    }

    #[test]
    fn nonsense_is_refused_with_a_sentence() {
        for text in ["", "s", "-1s", "1e3s", "1..2s", "abc", "99999999999999999999s", "1.2.3ms", "."] {
            assert!(Nanos::read(text).is_err(), "{text}");
        }
    }
}

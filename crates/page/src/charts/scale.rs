//! From values to pixels and back, ticks at round values, and values in words with their units. Plain numbers.

use headroom::basics::maths;

use crate::numbers::fixed;

/// How values are spread along an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spread {
    /// Equal steps are equally far apart.
    Linear,
    /// Equal ratios are equally far apart.
    Log,
    /// Fractions (0 … 1), each nine of the tail as wide as the one before: 90 %, 99 %, 99.9 % are equally far apart.
    Tail,
}

/// An axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// How values are spread.
    pub spread: Spread,
    /// The value at the first pixel, and at the last.
    pub values: (f64, f64),
    /// The first pixel and the last; the first may be the larger (upwards).
    pub pixels: (f64, f64),
}

impl Scale {
    fn bend(&self, value: f64) -> f64 {
        match self.spread {
            Spread::Linear => value,
            Spread::Log => maths::log10(value.max(1e-12)),
            Spread::Tail => -maths::log10((1.0 - value).max(1e-9)),
        }
    }

    fn unbend(&self, bent: f64) -> f64 {
        match self.spread {
            Spread::Linear => bent,
            Spread::Log => maths::pow(10.0, bent),
            Spread::Tail => 1.0 - maths::pow(10.0, -bent),
        }
    }

    /// The pixel of `value`, within the axis.
    #[must_use]
    pub fn pixel(&self, value: f64) -> f64 {
        let (from, to) = (self.bend(self.values.0), self.bend(self.values.1));
        let part = if to == from { 0.0 } else { (self.bend(value) - from) / (to - from) };
        self.pixels.0 + part.clamp(0.0, 1.0) * (self.pixels.1 - self.pixels.0)
    }

    /// The value at `pixel`, within the axis.
    #[must_use]
    pub fn value(&self, pixel: f64) -> f64 {
        let (from, to) = (self.bend(self.values.0), self.bend(self.values.1));
        let part = ((pixel - self.pixels.0) / (self.pixels.1 - self.pixels.0)).clamp(0.0, 1.0);
        self.unbend(from + part * (to - from))
    }

    /// A faster [`Scale::pixel`] for many values of one scale: the ends are worked out once.
    pub fn mapper(&self) -> impl Fn(f64) -> f64 {
        let this = *self;
        let (from, to) = (this.bend(this.values.0), this.bend(this.values.1));
        let slope = if to == from { 0.0 } else { (this.pixels.1 - this.pixels.0) / (to - from) };
        let (low, high) = (this.pixels.0.min(this.pixels.1), this.pixels.0.max(this.pixels.1));
        move |value| (this.pixels.0 + (this.bend(value) - from) * slope).clamp(low, high)
    }

    /// Round values on the axis, at least `apart` pixels from each other.
    #[must_use]
    pub fn ticks(&self, apart: f64) -> Vec<f64> {
        let length = (self.pixels.1 - self.pixels.0).abs();
        match self.spread {
            Spread::Linear => {
                let step = step_at_least((self.values.1 - self.values.0) * apart / length.max(1.0));
                let first = (self.values.0 / step - 1e-9).ceil() as i64;
                let last = (self.values.1 / step + 1e-9).floor() as i64;
                (first..=last).map(|index| index as f64 * step).collect()
            }
            Spread::Log => {
                let decades = maths::log10(self.values.1 / self.values.0).max(1e-9);
                let a_decade = length / decades;
                // 1-2-5 needs room for its closest pair, 1 and 2 (0.3 of a decade); else decades, or every other one.
                let (steps, every): (&[f64], i32) = if a_decade * 0.3 >= apart {
                    (&[1.0, 2.0, 5.0], 1)
                } else {
                    (&[1.0], ((apart / a_decade).ceil() as i32).max(1))
                };
                let mut ticks = Vec::new();
                for exponent in -12..=12 {
                    let power = decade(exponent);
                    for &step in steps {
                        let value = step * power;
                        let inside = value >= self.values.0 * 0.999_999 && value <= self.values.1 * 1.000_001;
                        if inside && exponent.rem_euclid(every) == 0 {
                            ticks.push(value);
                        }
                    }
                }
                ticks
            }
            Spread::Tail => {
                let all = [0.0, 0.5, 0.9, 0.99, 0.999, 0.9999];
                let mut ticks: Vec<f64> = Vec::new();
                for value in all.into_iter().filter(|&value| value >= self.values.0 && value <= self.values.1 + 1e-9) {
                    let far = ticks.last().is_none_or(|&last| (self.pixel(last) - self.pixel(value)).abs() >= apart);
                    if far {
                        ticks.push(value);
                    }
                }
                ticks
            }
        }
    }
}

/// Ten to a whole power, exact to the last bit that matters for a label.
fn decade(exponent: i32) -> f64 {
    // Powers of ten are exact upwards; downwards one division rounds once.
    let power = (0..exponent.abs()).fold(1.0_f64, |product, _| product * 10.0);
    if exponent < 0 { 1.0 / power } else { power }
}

/// The smallest of 1, 2 or 5 times a power of ten that is at least `least`.
#[must_use]
pub fn step_at_least(least: f64) -> f64 {
    from_ladder(least, &[1.0, 2.0, 5.0])
}

/// The smallest value of `ladder` (rising, from 1 to below 10) times a power of ten that is at least `least`.
#[must_use]
pub fn from_ladder(least: f64, ladder: &[f64]) -> f64 {
    let least = if least.is_finite() { least.clamp(1e-11, 1e11) } else { 1.0 };
    for exponent in -12..=12 {
        for &step in ladder {
            let value = step * decade(exponent);
            if value >= least * (1.0 - 1e-9) {
                return value;
            }
        }
    }
    1e12
}

/// The range of 1-2-5 values round `least` and `most`, for a log axis: at least a decade.
#[must_use]
pub fn log_range(least: f64, most: f64) -> (f64, f64) {
    let (least, most) = (least.clamp(1e-9, 1e9), most.clamp(1e-9, 1e9));
    let above = step_at_least(most * 1.02);
    // The largest step at most `least` is the reciprocal of the smallest at least its reciprocal.
    let below = 1.0 / step_at_least(1.02 / least);
    (below.min(above / 10.0), above)
}

/// A span of time in seconds with three digits and its unit: “33 ms”, “1.84 s”, “450 µs”, “2.5 min”.
#[must_use]
pub fn time(seconds: f64) -> String {
    let (value, unit) = match seconds.abs() {
        0.0 => return "0".to_owned(),
        value if value < 0.999_5e-6 => (seconds * 1e9, "ns"),
        value if value < 0.999_5e-3 => (seconds * 1e6, "µs"),
        value if value < 0.999_5 => (seconds * 1e3, "ms"),
        value if value < 600.0 => (seconds, "s"),
        _ => (seconds / 60.0, "min"),
    };
    format!("{} {unit}", digits(value))
}

/// A number with three digits, and thousands as k and M.
#[must_use]
pub fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 999_500.0 => format!("{} M", digits(value / 1e6)),
        size if size >= 9_999.5 => format!("{} k", digits(value / 1e3)),
        size if size >= 999.5 => fixed(value, 0).to_string(),
        _ => digits(value),
    }
}

/// Three significant digits without trailing zeros.
fn digits(value: f64) -> String {
    let places = match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.000_5 => 2,
        _ => 0,
    };
    let text = fixed(value, places).to_string();
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A fraction as per cent, with as many nines as it has: “99.9 %”.
#[must_use]
pub fn percent(fraction: f64) -> String {
    let value = fraction * 100.0;
    let places = match 1.0 - fraction {
        rest if rest <= 0.0 => 0,
        rest if rest < 0.000_95 => 3,
        rest if rest < 0.009_5 => 2,
        rest if rest < 0.095 => 1,
        _ => 0,
    };
    let text = fixed(value, places).to_string();
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text };
    format!("{text} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(spread: Spread, values: (f64, f64)) -> Scale {
        Scale { spread, values, pixels: (120.0, 10.0) }
    }

    #[test]
    fn values_survive_the_way_to_pixels_and_back() {
        for (scale, values) in [
            (scale(Spread::Linear, (0.0, 60.0)), [0.0, 12.5, 60.0]),
            (scale(Spread::Log, (0.01, 10.0)), [0.01, 0.2, 10.0]),
            (scale(Spread::Tail, (0.0, 0.999)), [0.0, 0.5, 0.99]),
        ] {
            for value in values {
                let back = scale.value(scale.pixel(value));
                // A dozen roundings of doubles.
                assert!((back - value).abs() <= 1e-9 * value.abs().max(1.0), "{scale:?} {value} {back}");
                assert!((scale.mapper()(value) - scale.pixel(value)).abs() < 1e-9);
            }
            assert_eq!(scale.pixel(-1e9), 120.0);
            assert_eq!(scale.pixel(1e9), 10.0);
        }
    }

    #[test]
    fn log_ticks_are_one_two_five_where_there_is_room_and_decades_where_not() {
        let wide = Scale { spread: Spread::Log, values: (0.01, 1.0), pixels: (200.0, 0.0) };
        let ticks: Vec<String> = wide.ticks(25.0).into_iter().map(time).collect();
        assert_eq!(ticks, ["10 ms", "20 ms", "50 ms", "100 ms", "200 ms", "500 ms", "1 s"]);
        let narrow = Scale { spread: Spread::Log, values: (1e-4, 10.0), pixels: (120.0, 0.0) };
        let ticks: Vec<String> = narrow.ticks(20.0).into_iter().map(time).collect();
        assert_eq!(ticks, ["100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s"]);
    }

    #[test]
    fn ticks_keep_their_distance_and_lie_on_the_axis() {
        for spread in [Spread::Linear, Spread::Log, Spread::Tail] {
            for most in [0.9991, 0.99, 0.95] {
                for apart in [14.0, 30.0, 60.0] {
                    let scale = scale(spread, (if spread == Spread::Log { 0.0001 } else { 0.0 }, most));
                    let pixels: Vec<f64> = scale.ticks(apart).into_iter().map(|tick| scale.pixel(tick)).collect();
                    assert!(!pixels.is_empty());
                    assert!(pixels.windows(2).all(|pair| pair[0] - pair[1] >= apart - 0.01), "{spread:?} {pixels:?}");
                }
            }
        }
    }

    #[test]
    fn nines_are_equally_far_apart() {
        let scale = scale(Spread::Tail, (0.0, 0.9999));
        let steps = [0.9, 0.99, 0.999, 0.9999].map(|fraction| scale.pixel(fraction));
        for pair in steps.windows(2) {
            assert!((pair[0] - pair[1] - 27.5).abs() < 1e-6, "{steps:?}");
        }
    }

    #[test]
    fn times_are_said_in_the_unit_that_fits() {
        let said = [0.0, 3.2e-8, 0.000_45, 0.033, 0.0999, 0.999_9, 1.844, 24.73, 599.0, 1_200.0].map(time);
        assert_eq!(said, ["0", "32 ns", "450 µs", "33 ms", "99.9 ms", "1 s", "1.84 s", "24.7 s", "599 s", "20 min"]);
    }

    #[test]
    fn numbers_and_fractions_are_said_with_the_digits_that_matter() {
        assert_eq!(
            [0.0, 0.25, 31.0, 841.4, 1_234.0, 36_000.0, 2.5e6].map(number),
            ["0", "0.25", "31", "841", "1234", "36 k", "2.5 M"]
        );
        assert_eq!(
            [0.0, 0.5, 0.9, 0.973, 0.99, 0.999, 0.9999, 1.0].map(percent),
            ["0 %", "50 %", "90 %", "97.3 %", "99 %", "99.9 %", "99.99 %", "100 %"]
        );
    }

    #[test]
    fn a_log_range_holds_its_values_and_begins_and_ends_at_steps() {
        for (least, most) in [(0.021, 0.3), (0.0001, 12.0), (0.5, 0.5)] {
            let (from, to) = log_range(least, most);
            assert!(from <= least && to >= most && to / from > 9.9, "{from} {to}");
        }
        assert_eq!(log_range(0.021, 1.9), (0.02, 2.0));
    }
}

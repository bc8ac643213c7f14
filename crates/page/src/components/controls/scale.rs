//! The scale of a slider: linear for narrow ranges, logarithmic for wide ones, with values that are round.
//!
//! Pure. It knows what a parameter accepts, not how it is drawn.

use headroom::basics::maths::{exp, ln};
use headroom::basics::parameters::number;
use headroom::basics::{Kind, Nanos, decimal};

use crate::numbers::fixed;

/// Places that a slider can stand at.
pub const PLACES: f64 = 1_000.0;
/// A range of more steps than this is logarithmic.
const MOST_LINEAR_STEPS: f64 = 500.0;

/// The scale of one numeric parameter. Times are in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    kind: Kind,
    least: f64,
    most: f64,
    step: f64,
    /// On a logarithmic scale, the smallest value above zero that the slider reaches.
    floor: Option<f64>,
}

impl Scale {
    /// The scale of `kind`, if it is numeric.
    #[must_use]
    pub fn of(kind: Kind) -> Option<Self> {
        let (least, most) = kind.range()?;
        let step = match kind {
            Kind::Number { step, .. } => step,
            Kind::Span { .. } => 1e-3,
            _ => 1.0,
        };
        let wide = (most - least) / step > MOST_LINEAR_STEPS;
        let floor = wide.then_some(if least > 0.0 { least } else { step });
        Some(Self { kind, least, most, step, floor })
    }

    /// The number that a canonical text stands for.
    #[must_use]
    pub fn number(&self, text: &str) -> f64 {
        let read = match self.kind {
            Kind::Span { .. } => Nanos::read(text).ok().map(Nanos::seconds),
            Kind::Number { unit, .. } => number(text.strip_suffix(unit).unwrap_or(text)),
            _ => number(text),
        };
        read.unwrap_or(self.least)
    }

    /// The canonical text of a number within the range.
    #[must_use]
    pub fn text(&self, value: f64) -> String {
        let value = value.clamp(self.least, self.most);
        let text = match self.kind {
            Kind::Span { .. } => Nanos::from_seconds(value).to_string(),
            Kind::Number { unit, .. } => format!("{value}{unit}"),
            _ => fixed(value, 0).to_string(),
        };
        self.kind.check(&text).unwrap_or(text)
    }

    /// Where the slider stands at `value`, from 0 to [`PLACES`].
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        let value = value.clamp(self.least, self.most);
        match self.floor {
            None => (value - self.least) / (self.most - self.least).max(f64::MIN_POSITIVE) * PLACES,
            Some(_) if value <= self.least => 0.0,
            Some(floor) => {
                (1.0 + (PLACES - 1.0) * ln(value.max(floor) / floor) / ln(self.most / floor)).clamp(1.0, PLACES)
            }
        }
    }

    /// The value at `place`, rounded to what a person would say.
    #[must_use]
    pub fn value(&self, place: f64) -> f64 {
        let value = match self.floor {
            None => {
                let value = self.least + (self.most - self.least) * place / PLACES;
                self.on_step(value)
            }
            Some(_) if place < 1.0 => self.least,
            // The end itself, which two digits may not reach.
            Some(_) if place >= PLACES => self.most,
            Some(floor) => two_digits(floor * exp((place - 1.0) / (PLACES - 1.0) * ln(self.most / floor))),
        };
        let value = if matches!(self.kind, Kind::Count { .. }) { value.round() } else { value };
        value.clamp(self.least, self.most)
    }

    /// The next round value above (1) or below (−1) `value`.
    #[must_use]
    pub fn nudged(&self, value: f64, direction: f64) -> f64 {
        let Some(floor) = self.floor else {
            return self.on_step(value + direction * self.step).clamp(self.least, self.most);
        };
        if value < floor || (direction < 0.0 && value <= floor) {
            return if direction > 0.0 { floor } else { self.least };
        }
        let whole = matches!(self.kind, Kind::Count { .. });
        // One in the second digit; just below a power of ten that digit is a place further down.
        let digit = |value: f64| {
            let text = format!("{value:.0e}");
            let power = text.split_once('e').map_or("0", |(_, power)| power);
            let digit = decimal::read(&format!("1e{power}")).unwrap_or(1.0) / 10.0;
            if whole { digit.max(1.0) } else { digit }
        };
        let step = if direction > 0.0 { digit(value * 1.000_001) } else { digit(value * 0.949) };
        let steps = value / step;
        let next = if direction > 0.0 { (steps + 1e-6).floor() + 1.0 } else { (steps - 1e-6).ceil() - 1.0 };
        clean(next * step).clamp(self.least, self.most)
    }

    fn on_step(&self, value: f64) -> f64 {
        clean((value / self.step).round() * self.step)
    }
}

/// Without what a sum of binary fractions leaves behind (0.30000000000000004).
fn clean(value: f64) -> f64 {
    decimal::read(&format!("{value:.9e}")).unwrap_or(value)
}

fn two_digits(value: f64) -> f64 {
    decimal::read(&format!("{value:.1e}")).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use headroom::labs::catalogue;

    fn scales() -> impl Iterator<Item = Scale> {
        let of_policies = |lab: &'static headroom::labs::Lab| lab.policies.iter().flat_map(|about| about.parameters);
        catalogue()
            .flat_map(move |lab| lab.parameters.iter().chain(of_policies(lab)))
            .filter_map(|row| Scale::of(row.kind))
    }

    #[test]
    fn every_place_of_every_slider_gives_a_text_that_is_accepted() {
        for scale in scales() {
            for place in 0..=1_000 {
                let text = scale.text(scale.value(f64::from(place)));
                assert!(scale.kind.check(&text).is_ok(), "{text} at {place} of {scale:?}");
            }
        }
    }

    #[test]
    fn the_ends_of_a_slider_are_the_ends_of_the_range_and_it_rises_in_between() {
        for scale in scales() {
            assert!((scale.value(0.0) - scale.least).abs() < 1e-12, "{scale:?}");
            assert!((scale.value(PLACES) - scale.most).abs() <= scale.most * 1e-12, "{scale:?}");
            for place in 0..1_000 {
                assert!(scale.value(f64::from(place)) <= scale.value(f64::from(place + 1)), "{place} of {scale:?}");
            }
        }
    }

    #[test]
    fn a_slider_stands_where_its_value_is() {
        for scale in scales() {
            for place in [0.0, 1.0, 250.0, 500.0, 999.0, 1_000.0] {
                let value = scale.value(place);
                let again = scale.value(scale.place(value));
                // Rounded to two digits twice: one in the second digit at most.
                assert!((again - value).abs() <= value.abs() * 0.1 + scale.step, "{value} became {again} on {scale:?}");
            }
        }
    }

    #[test]
    fn an_arrow_key_always_moves_and_comes_back() {
        for scale in scales() {
            for place in [0.0, 100.0, 300.0, 500.0, 900.0] {
                let value = scale.value(place);
                let up = scale.nudged(value, 1.0);
                if value >= scale.most {
                    // A short scale may round up to its end, where there is no further.
                    assert!(up <= scale.most);
                    continue;
                }
                assert!(up > value, "{value} stays at {up} on {scale:?}");
                let down = scale.nudged(up, -1.0);
                assert!(down < up, "{up} stays on {scale:?}");
                assert!(scale.kind.check(&scale.text(up)).is_ok());
            }
        }
    }

    #[test]
    fn round_values_are_what_a_person_would_say() {
        let rate = Scale::of(Kind::rate(200_000.0)).unwrap();
        assert_eq!(rate.text(rate.nudged(256.0, 1.0)), "260/s");
        assert_eq!(rate.text(rate.nudged(260.0, -1.0)), "250/s");
        assert_eq!(rate.text(rate.nudged(0.0, 1.0)), "1/s");
        assert_eq!(rate.text(rate.nudged(1.0, -1.0)), "0/s");
        let servers = Scale::of(Kind::count(0, 10_000)).unwrap();
        assert_eq!(servers.nudged(8.0, 1.0), 9.0);
        assert_eq!(servers.nudged(10.0, -1.0), 9.0);
        let skew = Scale::of(Kind::number(0.0, 3.0, 0.1)).unwrap();
        assert_eq!(skew.text(skew.nudged(0.2, 1.0)), "0.3");
        let span = Scale::of(Kind::span(Nanos::ZERO, Nanos::from_secs(10))).unwrap();
        assert_eq!(span.text(span.nudged(0.02, 1.0)), "21ms");
    }
}

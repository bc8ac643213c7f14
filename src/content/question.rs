//! What a text asks: guesses before a run, and questions with answers to choose from.
//!
//! The run decides what is right, by conditions and figures; no answer is a number in the prose. Knows no page. Read next:
//! [`super::comparison`], which lays a guess over what came out.

use serde::{Deserialize, Serialize};

/// An answer to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The answer (HTML).
    pub text: String,
    /// It is right when this holds on the run; without it `right` says so.
    pub when: Option<String>,
    /// Whether it is right, where no condition decides.
    pub right: bool,
    /// Why it is right, or wrong (HTML); `{a.p99}` stands for a figure of the run.
    pub why: String,
}

/// A guess before a run, what was seen, and the explanation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Predict {
    /// Its name in this text.
    pub key: String,
    /// The scene that it is about.
    pub scene: String,
    /// The question (HTML).
    pub question: String,
    /// How the guess is given.
    pub guess: Guess,
    /// “What did you see?” (HTML), asked after the run.
    pub see: String,
    /// The answers to that, decided by the run.
    pub saw: Vec<Choice>,
    /// The explanation (HTML).
    pub explain: String,
}

/// How a guess is given, and what it is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Guess {
    /// One of several answers; the run decides.
    Choose(Vec<Choice>),
    /// Items to bring into the order of their figures, the smallest first.
    Order(Vec<Item>),
    /// A number between two ends.
    Number {
        /// What it is compared with.
        figure: String,
        /// The scale.
        scale: Scale,
    },
    /// A curve over the values of a parameter.
    Curve {
        /// What it is compared with, at each value.
        figure: String,
        /// The parameter.
        vary: String,
        /// Its values, as in a link.
        values: Vec<String>,
        /// What stands below the axis.
        label: String,
        /// The scale of the figure.
        scale: Scale,
    },
}

/// Something to put in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// What it is called (HTML).
    pub label: String,
    /// Its figure.
    pub figure: String,
}

/// A scale for guesses. Times are in seconds, shares parts of one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Whether equal steps are equal factors.
    pub logarithmic: bool,
    /// How a number is written.
    pub unit: Unit,
}

/// How a number on a scale is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Seconds.
    Time,
    /// A part of a whole.
    Share,
    /// A number.
    Plain,
}

impl Unit {
    /// `value` for people.
    #[must_use]
    pub fn write(self, value: f64) -> String {
        use crate::labs::results::Unit as Of;
        let unit = match self {
            Self::Time => Of::Time,
            Self::Share => Of::Share,
            Self::Plain => Of::Plain,
        };
        super::conditions::evaluate::write(value, unit)
    }
}

impl Scale {
    /// Where `value` lies between the ends: 0 at the lower, 1 at the upper; beyond them the end.
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        use crate::basics::maths::ln;
        let part = if self.logarithmic && self.low > 0.0 {
            ln(value.max(self.low) / self.low) / ln(self.high / self.low)
        } else {
            (value - self.low) / (self.high - self.low)
        };
        if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The value at `place`, from 0 to 1.
    #[must_use]
    pub fn value(&self, place: f64) -> f64 {
        use crate::basics::maths::{exp, ln};
        let place = place.clamp(0.0, 1.0);
        if self.logarithmic && self.low > 0.0 {
            self.low * exp(place * ln(self.high / self.low))
        } else {
            self.low + place * (self.high - self.low)
        }
    }
}

/// A question with answers to choose from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quiz {
    /// Its name in this text.
    pub key: String,
    /// The scene whose run, the learner's own, decides; `None` when nothing has to be run.
    pub scene: Option<String>,
    /// The question (HTML); `{a.p99}` stands for a figure of the run.
    pub question: String,
    /// The answers.
    pub choices: Vec<Choice>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_leads_from_values_to_places_and_back() {
        for logarithmic in [false, true] {
            let scale = Scale { low: 0.01, high: 10.0, logarithmic, unit: Unit::Time };
            assert_eq!((scale.place(0.01), scale.place(10.0)), (0.0, 1.0));
            assert_eq!((scale.place(0.0), scale.place(99.0), scale.place(f64::NAN)), (0.0, 1.0, 0.0));
            for place in [0.0, 0.25, 0.5, 1.0] {
                // Rounding of one logarithm and one exponential.
                assert!((scale.place(scale.value(place)) - place).abs() < 1e-9);
            }
        }
        let logarithmic = Scale { low: 0.01, high: 1.0, logarithmic: true, unit: Unit::Time };
        assert!((logarithmic.value(0.5) - 0.1).abs() < 1e-9, "the middle of two decades is one decade");
    }
}

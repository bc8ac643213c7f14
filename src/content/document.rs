//! The blocks that lessons, walkthroughs and exercises are made of, as types.
//!
//! The compiler (`crates/content`) writes them from Markdown and checks every scenario, condition and link in them; the
//! lessons program reads them. Everything that must be true of a run is a condition on a scenario, never a number in
//! the prose. Knows no page. Read next: [`super::exercise`] for scores, [`super::progress`] for what is remembered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::exercise::Exercise;

/// What kind of text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Predict, run, compare, explain.
    Lesson,
    /// A question of an interview, from thinking to the rubric.
    Walkthrough,
    /// A challenge with a score.
    Exercise,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Lesson, Self::Walkthrough, Self::Exercise];

    /// The folder of `content/` in which its texts lie.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Lesson => "lessons",
            Self::Walkthrough => "walkthroughs",
            Self::Exercise => "exercises",
        }
    }

    /// The first part of its address: `#/lesson/<key>`.
    #[must_use]
    pub fn route(self) -> &'static str {
        match self {
            Self::Lesson => "lesson",
            Self::Walkthrough => "interview",
            Self::Exercise => "exercise",
        }
    }
}

/// What a list says of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its kind.
    pub kind: Kind,
    /// Its name in addresses: the name of its file.
    pub key: String,
    /// Its title. That of a walkthrough is the question.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// About how long it takes, in minutes.
    pub minutes: u32,
    /// What has to be there first, for a text that is not written yet; such a text has nothing but this.
    pub coming: Option<String>,
    /// The keys of the cards that come back for repetition: quizzes, and a walkthrough's own question.
    pub cards: Vec<String>,
    /// Short questions for the mock interview: those of a walkthrough.
    pub questions: Vec<Question>,
}

/// A question of the mock interview.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// To tell it apart: `walkthrough/key`.
    pub key: String,
    /// The question (HTML).
    pub question: String,
    /// What a good answer says (HTML).
    pub answer: String,
}

/// A text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// What lists say of it.
    pub entry: Entry,
    /// Its parts, in order.
    pub sections: Vec<Section>,
    /// What its sentences claim, by name. `data-claim` in its HTML refers to them.
    pub claims: BTreeMap<String, Claim>,
    /// What an exercise scores.
    pub exercise: Option<Exercise>,
}

/// A part under a heading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// The heading; empty before the first one.
    pub title: String,
    /// A step of the model answer of a walkthrough: it belongs to the part before it, and may be left blank.
    #[serde(default)]
    pub step: bool,
    /// What it consists of.
    pub blocks: Vec<Block>,
}

/// A piece of a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Block {
    /// Prose: HTML that the build wrote and escaped.
    Html(String),
    /// A live figure.
    Scene(Scene),
    /// A guess before a run.
    Predict(Box<Predict>),
    /// A question with answers to choose from.
    Quiz(Quiz),
    /// Something to achieve in a scene; it ticks itself.
    Task(Task),
    /// Lines of a file of the library.
    Code(Code),
    /// A formula.
    Formula(Formula),
    /// A drawing.
    Figure(Figure),
    /// What an interviewer asks next, with a fault to inject.
    FollowUp(FollowUp),
    /// What a good answer has, item by item (HTML).
    Rubric(Vec<String>),
}

/// A live figure bound to a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scene {
    /// Its name in this text.
    pub key: String,
    /// The scenario.
    pub scenario: String,
    /// What it shows (HTML).
    pub caption: String,
    /// Parameters of presentation, as in the link of an embed: `show=stage,time&lock=all`.
    pub present: String,
}

/// What a sentence claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// The scenario.
    pub scenario: String,
    /// What must hold at the end of its run.
    pub condition: String,
}

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

/// Something to achieve in a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Its name in this text.
    pub key: String,
    /// The scene.
    pub scene: String,
    /// What to do (HTML).
    pub text: String,
    /// When it is done: at the end of a run that is not the one which was loaded.
    pub when: String,
    /// One way to do it, as pairs `key=value`; for the tests, and not part of what is fetched.
    #[serde(skip)]
    pub solution: String,
}

/// Lines of a file of the library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Code {
    /// The file.
    pub file: String,
    /// The number of the first line.
    pub first: usize,
    /// The lines (HTML).
    pub lines: Vec<String>,
    /// What it shows (HTML).
    pub caption: String,
}

/// A formula.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Formula {
    /// MathML.
    pub mathml: String,
    /// What it says (HTML).
    pub caption: String,
}

/// A drawing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// SVG.
    pub svg: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// What stands below it (HTML).
    pub caption: String,
}

/// What an interviewer asks next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Its name in this text.
    pub key: String,
    /// The question (HTML).
    pub question: String,
    /// The scenario with the fault in it.
    pub scenario: String,
    /// What the button says: the fault.
    pub inject: String,
    /// The answer (HTML).
    pub answer: String,
    /// Parameters of presentation.
    pub present: String,
}

/// The headings of a walkthrough, in this order.
pub const PARTS: [&str; 7] = ["Think", "Model answer", "Follow-ups", "Rubric", "Weak", "Good", "Strong"];

impl Document {
    /// Every block with the title of its part.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.sections.iter().flat_map(|section| &section.blocks)
    }

    /// The scene of this name.
    #[must_use]
    pub fn scene(&self, key: &str) -> Option<&Scene> {
        self.blocks().find_map(|block| match block {
            Block::Scene(scene) if scene.key == key => Some(scene),
            _ => None,
        })
    }

    /// The part under this heading.
    #[must_use]
    pub fn section(&self, title: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.title == title)
    }
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

//! The blocks that lessons, walkthroughs and exercises are made of, as types.
//!
//! The compiler (`crates/content`) writes them from Markdown and checks every scenario, condition and link in them; the
//! lessons program reads them. Everything that must be true of a run is a condition on a scenario, never a number in
//! the prose. Knows no page. Read next: [`super::question`] for what is asked, [`super::exercise`] for scores, [`super::progress`] for what is remembered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::exercise::Exercise;
pub use super::question::{Choice, Guess, Item, Predict, Quiz, Scale, Unit};

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

//! Conditions on the measures of a run: the one small language of tasks, claims, shows, quizzes and jump targets.
//!
//! ```text
//! p99 < 200ms                                    the first lane
//! two-choices.p99 < random.p99 / 3               lanes by their policy
//! b.shed == 0 && a.failed-share > 5%             lanes by their letter
//! a.mean ~ b.mean within 5%                      nearly equal: within a part of the right side, or `within 2ms`
//! !(a.share:3 > 0) || spread <= 1.5              not, or; a measure of one server
//! b.p99@30s..40s > 2 * p99@5s..20s               a measure of a stretch of the run
//! recovery@40s < 5s                              how long after 40 s nine tenths of the possible was answered again
//! ```
//!
//! Binding, from loose to tight: `||`, `&&`, `!`, comparisons, `+ -`, `* /`, a minus sign; parentheses as usual. Numbers
//! take `ns us ms s min h`, `%`, or nothing. A dash belongs to a name, so a minus stands between spaces.
//!
//! Read next: [`parse`] for the grammar, [`evaluate`] for what a condition says of a run.

pub mod evaluate;
pub mod parse;
mod tokens;

use core::fmt;

pub use evaluate::Measures;

use crate::labs::results::Unit;

/// Which lane a measure is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Lane number so many, from 0. A measure without a prefix is that of lane 0.
    Number(usize),
    /// The first lane with this policy.
    Policy(String),
}

/// A condition that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    text: String,
    root: Node,
}

/// A figure: a measure, or arithmetic on measures (`a.p99 / b.p99`).
#[derive(Clone, Debug, PartialEq)]
pub struct Figure(Condition);

/// A text that is no condition: where, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The place, in characters from 1.
    pub column: usize,
    /// What was expected and what stands there.
    pub sentence: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.sentence)
    }
}

/// A piece of a condition, with the bytes of the text that it was read from.
#[derive(Clone, Debug, PartialEq)]
struct Node {
    start: usize,
    end: usize,
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    // Numbers.
    Number(f64, Unit),
    Measure(Lane, String),
    Negative(Box<Node>),
    Arithmetic(Box<Node>, Operator, Box<Node>),
    // Truths.
    Comparison(Box<Node>, Order, Box<Node>),
    /// Nearly equal: the two sides, and by how much they may differ.
    Near(Box<Node>, Box<Node>, f64, Unit),
    All(Box<Node>, Box<Node>),
    Any(Box<Node>, Box<Node>),
    Not(Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Plus,
    Minus,
    Times,
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    Different,
}

impl Node {
    /// Whether it is true or false, and not a number.
    fn is_truth(&self) -> bool {
        matches!(self.shape, Shape::Comparison(..) | Shape::Near(..) | Shape::All(..) | Shape::Any(..) | Shape::Not(_))
    }
}

impl Condition {
    /// The text that it was read from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

//! Reads a condition: recursive descent, a function for each line of the grammar.
//!
//! ```text
//! any        = all { "||" all }
//! all        = comparison { "&&" comparison }
//! comparison = "!" comparison | sum [ order sum | "~" sum "within" number ]
//! sum        = product { ( "+" | "-" ) product }
//! product    = factor { ( "*" | "/" ) factor }
//! factor     = "-" factor | number | measure | "(" any ")"
//! ```

use super::tokens::{Kind, Token, column, tokens};
use super::{Condition, Figure, Lane, Mistake, Node, Operator, Order, Shape};
use crate::scenario::lane_of_letter;

/// Longest text, and deepest nesting, that are read: far beyond what a person writes, far within what the stack of a
/// small worker holds.
const LONGEST: usize = 1_000;
const DEEPEST: u32 = 40;

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// A [`Mistake`] that names the place and says what was expected there.
    pub fn read(text: &str) -> Result<Self, Mistake> {
        let whole = whole(text)?;
        if whole.root.is_truth() {
            return Ok(whole);
        }
        let sentence = "this is a number; compare it with something, as p99 < 200ms".to_owned();
        Err(Mistake { column: 1, sentence })
    }
}

impl Figure {
    /// Reads a figure: arithmetic on measures, without a comparison.
    ///
    /// # Errors
    /// A [`Mistake`] that names the place and says what was expected there.
    pub fn read(text: &str) -> Result<Self, Mistake> {
        let whole = whole(text)?;
        if whole.root.is_truth() {
            return Err(Mistake { column: 1, sentence: "this is a comparison, but a figure is wanted".to_owned() });
        }
        Ok(Self(whole))
    }
}

fn whole(text: &str) -> Result<Condition, Mistake> {
    if text.len() > LONGEST {
        return Err(Mistake { column: 1, sentence: format!("a condition has at most {LONGEST} characters") });
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens: &tokens, at: 0, depth: 0 };
    let root = parser.any()?;
    if parser.here().kind != Kind::End {
        return Err(parser.mistake("&&, || or the end"));
    }
    Ok(Condition { text: text.to_owned(), root })
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    depth: u32,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Node, Mistake> {
        self.chain(Self::all, &["||"], |left, _, right| Shape::Any(left, right), true)
    }

    fn all(&mut self) -> Result<Node, Mistake> {
        self.chain(Self::comparison, &["&&"], |left, _, right| Shape::All(left, right), true)
    }

    fn comparison(&mut self) -> Result<Node, Mistake> {
        let start = self.here().start;
        if self.take(&["!"]).is_some() {
            let inner = self.deeper(Self::comparison)?;
            self.expect(&inner, true)?;
            return Ok(Node { start, end: inner.end, shape: Shape::Not(Box::new(inner)) });
        }
        let left = self.sum()?;
        let Some(sign) = self.take(&["<=", ">=", "==", "!=", "<", ">", "~"]) else { return Ok(left) };
        self.expect(&left, false)?;
        let right = self.sum()?;
        self.expect(&right, false)?;
        let order = match sign {
            "<" => Order::Less,
            "<=" => Order::AtMost,
            ">" => Order::Greater,
            ">=" => Order::AtLeast,
            "==" => Order::Equal,
            "!=" => Order::Different,
            _ => return self.near(left, right),
        };
        let (end, shape) = (right.end, Shape::Comparison(Box::new(left), order, Box::new(right)));
        Ok(Node { start, end, shape })
    }

    /// The tolerance after `a ~ b`.
    fn near(&mut self, left: Node, right: Node) -> Result<Node, Mistake> {
        if self.here().kind != Kind::Name("within".to_owned()) && self.here().kind != Kind::Sign("±") {
            return Err(self.mistake("“within” and by how much, as within 5%"));
        }
        self.at += 1;
        let &Token { end, kind: Kind::Number(tolerance, unit), .. } = self.here() else {
            return Err(self.mistake("a tolerance, as 5% or 10ms"));
        };
        self.at += 1;
        let start = left.start;
        Ok(Node { start, end, shape: Shape::Near(Box::new(left), Box::new(right), tolerance, unit) })
    }

    fn sum(&mut self) -> Result<Node, Mistake> {
        self.chain(Self::product, &["+", "-"], arithmetic, false)
    }

    fn product(&mut self) -> Result<Node, Mistake> {
        self.chain(Self::factor, &["*", "/"], arithmetic, false)
    }

    fn factor(&mut self) -> Result<Node, Mistake> {
        let token = self.here().clone();
        let Token { start, end, .. } = token;
        match token.kind {
            Kind::Sign("-") => {
                self.at += 1;
                let inner = self.deeper(Self::factor)?;
                self.expect(&inner, false)?;
                Ok(Node { start, end: inner.end, shape: Shape::Negative(Box::new(inner)) })
            }
            Kind::Sign("(") => {
                self.at += 1;
                let inner = self.deeper(Self::any)?;
                let end = self.here().end;
                if self.take(&[")"]).is_none() {
                    return Err(self.mistake("a closing parenthesis"));
                }
                Ok(Node { start, end, ..inner })
            }
            Kind::Number(value, unit) => {
                self.at += 1;
                Ok(Node { start, end, shape: Shape::Number(value, unit) })
            }
            Kind::Name(name) if name != "within" => {
                self.at += 1;
                let (lane, measure) = lane_and_measure(&name);
                Ok(Node { start, end, shape: Shape::Measure(lane, measure.to_owned()) })
            }
            _ => Err(self.mistake("a measure or a number")),
        }
    }

    /// `part { sign part }`, from left to right; `truths` says what the parts must be.
    fn chain(
        &mut self,
        part: fn(&mut Self) -> Result<Node, Mistake>,
        signs: &[&'static str],
        join: fn(Box<Node>, &str, Box<Node>) -> Shape,
        truths: bool,
    ) -> Result<Node, Mistake> {
        let mut left = part(self)?;
        let mut links = 0;
        while let Some(sign) = self.take(signs) {
            self.expect(&left, truths)?;
            let right = part(self)?;
            self.expect(&right, truths)?;
            links += 1;
            if self.depth + links > DEEPEST {
                return Err(self.mistake("something shorter: this is nested too deeply"));
            }
            let (start, end) = (left.start, right.end);
            left = Node { start, end, shape: join(Box::new(left), sign, Box::new(right)) };
        }
        Ok(left)
    }

    fn deeper(&mut self, part: fn(&mut Self) -> Result<Node, Mistake>) -> Result<Node, Mistake> {
        if self.depth == DEEPEST {
            return Err(self.mistake("something shorter: this is nested too deeply"));
        }
        self.depth += 1;
        let node = part(self);
        self.depth -= 1;
        node
    }

    fn here(&self) -> &Token {
        // The last token is the end, and nothing steps over it.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    /// Steps over one of `signs`, if it stands here.
    fn take(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        match self.here().kind {
            Kind::Sign(sign) if signs.contains(&sign) => {
                self.at += 1;
                Some(sign)
            }
            _ => None,
        }
    }

    /// Refuses a truth where a number must stand, and the other way round.
    fn expect(&self, node: &Node, truth: bool) -> Result<(), Mistake> {
        if node.is_truth() == truth {
            return Ok(());
        }
        let (expected, found) = if truth { ("a comparison", "a number") } else { ("a number", "a comparison") };
        let written = &self.text[node.start..node.end];
        let sentence = format!("expected {expected}, but “{written}” is {found}");
        Err(Mistake { column: column(self.text, node.start), sentence })
    }

    fn mistake(&self, expected: &str) -> Mistake {
        let token = self.here();
        let found = match token.kind {
            Kind::End => "the condition ends".to_owned(),
            _ => format!("“{}” stands there", &self.text[token.start..token.end]),
        };
        Mistake { column: column(self.text, token.start), sentence: format!("expected {expected}, but {found}") }
    }
}

fn arithmetic(left: Box<Node>, sign: &str, right: Box<Node>) -> Shape {
    let operator = match sign {
        "+" => Operator::Plus,
        "-" => Operator::Minus,
        "*" => Operator::Times,
        _ => Operator::Over,
    };
    Shape::Arithmetic(left, operator, right)
}

/// `b.p99.9` → lane b, `p99.9`. A point before a digit, or behind an `@`, belongs to the name of the measure.
fn lane_and_measure(name: &str) -> (Lane, &str) {
    match name.split_once('.') {
        Some((lane, measure)) if !lane.contains('@') && !measure.starts_with(|c: char| c.is_ascii_digit()) => {
            (lane_of_letter(lane).map_or_else(|| Lane::Policy(lane.to_owned()), Lane::Number), measure)
        }
        _ => (Lane::Number(0), name),
    }
}

//! What a condition says of a run: whether it holds, and with which figures.

use super::{Condition, Figure, Lane, Node, Operator, Order, Shape};
use crate::labs::results::{Results, Unit, unit};
use crate::scenario::Scenario;

/// Something that has measures: a finished run, or one so far.
pub trait Measures {
    /// The measure `name` of `lane`; `None` when there is no such lane or measure, or nothing to measure it on. Times are
    /// in seconds, shares parts of one.
    fn measure(&self, lane: &Lane, name: &str) -> Option<f64>;

    /// What the number means, for writing it.
    fn unit(&self, _name: &str) -> Unit {
        Unit::Plain
    }
}

impl Lane {
    /// Which lane of `scenario` it is.
    #[must_use]
    pub fn of(&self, scenario: &Scenario) -> Option<usize> {
        match self {
            Self::Number(lane) => Some(*lane).filter(|&lane| lane < scenario.lanes.len()),
            Self::Policy(policy) => scenario.lanes.iter().position(|lane| lane.policy == *policy),
        }
    }
}

impl Measures for Results {
    fn measure(&self, lane: &Lane, name: &str) -> Option<f64> {
        Self::measure(self, lane.of(&self.scenario)?, name)
    }

    fn unit(&self, name: &str) -> Unit {
        unit(self.scenario.lab, name).unwrap_or(Unit::Plain)
    }
}

/// The measures that [`Condition::check`] finds: all that a lab declares, and none of their values.
struct Declared<'a>(&'a Scenario);

impl Measures for Declared<'_> {
    fn measure(&self, lane: &Lane, name: &str) -> Option<f64> {
        lane.of(self.0)?;
        unit(self.0.lab, name).map(|_| 0.0)
    }

    fn unit(&self, name: &str) -> Unit {
        unit(self.0.lab, name).unwrap_or(Unit::Plain)
    }
}

impl Condition {
    /// Checks without a run that every lane and measure exists under `scenario`, and that times are compared with
    /// times.
    ///
    /// # Errors
    /// A sentence that names what does not.
    pub fn check(&self, scenario: &Scenario) -> Result<(), String> {
        self.check_node(&self.root, &Declared(scenario)).map(|_| ())
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// A sentence when a measure is missing or something is divided by zero.
    pub fn holds(&self, measures: &impl Measures) -> Result<bool, String> {
        self.truth(&self.root, measures)
    }

    /// The comparisons with the values of both sides: `a.p99 = 1.84 s, 3 * b.p99 = 0.6 s`.
    #[must_use]
    pub fn explain(&self, measures: &impl Measures) -> String {
        let mut sides = Vec::new();
        self.sides(&self.root, measures, &mut sides);
        sides.join(", ")
    }

    fn written(&self, node: &Node) -> &str {
        &self.text[node.start..node.end]
    }

    fn truth(&self, node: &Node, measures: &impl Measures) -> Result<bool, String> {
        Ok(match &node.shape {
            Shape::All(left, right) => self.truth(left, measures)? && self.truth(right, measures)?,
            Shape::Any(left, right) => self.truth(left, measures)? || self.truth(right, measures)?,
            Shape::Not(inner) => !self.truth(inner, measures)?,
            Shape::Comparison(left, order, right) => {
                let (left, right) = (self.number(left, measures)?, self.number(right, measures)?);
                match order {
                    Order::Less => left < right,
                    Order::AtMost => left <= right,
                    Order::Greater => left > right,
                    Order::AtLeast => left >= right,
                    Order::Equal => left == right,
                    Order::Different => left != right,
                }
            }
            Shape::Near(left, right, tolerance, unit) => {
                let (left, right) = (self.number(left, measures)?, self.number(right, measures)?);
                let allowed = if *unit == Unit::Share { tolerance * right.abs() } else { *tolerance };
                (left - right).abs() <= allowed
            }
            _ => return Err(format!("“{}” is a number and not true or false", self.written(node))),
        })
    }

    fn number(&self, node: &Node, measures: &impl Measures) -> Result<f64, String> {
        Ok(match &node.shape {
            Shape::Number(value, _) => *value,
            Shape::Measure(lane, name) => measures
                .measure(lane, name)
                .ok_or_else(|| format!("there is no measure “{}” here, or nothing to measure", self.written(node)))?,
            Shape::Negative(inner) => -self.number(inner, measures)?,
            Shape::Arithmetic(left, operator, right) => {
                let (left, right) = (self.number(left, measures)?, self.number(right, measures)?);
                match operator {
                    Operator::Plus => left + right,
                    Operator::Minus => left - right,
                    Operator::Times => left * right,
                    Operator::Over if right == 0.0 => {
                        return Err(format!("“{}” divides by zero", self.written(node)));
                    }
                    Operator::Over => left / right,
                }
            }
            _ => return Err(format!("“{}” is true or false and not a number", self.written(node))),
        })
    }

    /// The unit of a number; an error when units do not go together.
    fn check_node(&self, node: &Node, measures: &Declared<'_>) -> Result<Unit, String> {
        match &node.shape {
            Shape::Number(_, unit) => Ok(*unit),
            Shape::Measure(_, name) => self.number(node, measures).map(|_| measures.unit(name)),
            Shape::Negative(inner) | Shape::Not(inner) => self.check_node(inner, measures),
            Shape::All(left, right) | Shape::Any(left, right) => {
                self.check_node(left, measures)?;
                self.check_node(right, measures)
            }
            Shape::Arithmetic(left, operator, right) => {
                let units = (self.check_node(left, measures)?, self.check_node(right, measures)?);
                match operator {
                    Operator::Plus | Operator::Minus => self.alike(node, units),
                    _ => Ok(combined(*operator, units.0, units.1)),
                }
            }
            Shape::Comparison(left, _, right) => {
                let units = (self.check_node(left, measures)?, self.check_node(right, measures)?);
                let zero = |side: &Node| matches!(side.shape, Shape::Number(0.0, _));
                if zero(left) || zero(right) { Ok(Unit::Plain) } else { self.alike(node, units) }
            }
            Shape::Near(left, right, _, tolerance) => {
                let units = (self.check_node(left, measures)?, self.check_node(right, measures)?);
                let unit = self.alike(node, units)?;
                if *tolerance == Unit::Share { Ok(unit) } else { self.alike(node, (unit, *tolerance)) }
            }
        }
    }

    /// A time goes with a time; shares and plain numbers go together.
    fn alike(&self, node: &Node, units: (Unit, Unit)) -> Result<Unit, String> {
        if (units.0 == Unit::Time) == (units.1 == Unit::Time) {
            Ok(units.0)
        } else {
            Err(format!("“{}” puts a time beside something that is none; write 200ms or 3s", self.written(node)))
        }
    }

    fn unit_of(&self, node: &Node, measures: &impl Measures) -> Unit {
        match &node.shape {
            Shape::Number(_, unit) => *unit,
            Shape::Measure(_, name) => measures.unit(name),
            Shape::Negative(inner) => self.unit_of(inner, measures),
            Shape::Arithmetic(left, operator, right) => {
                combined(*operator, self.unit_of(left, measures), self.unit_of(right, measures))
            }
            _ => Unit::Plain,
        }
    }

    fn sides(&self, node: &Node, measures: &impl Measures, sides: &mut Vec<String>) {
        match &node.shape {
            Shape::All(left, right) | Shape::Any(left, right) => {
                self.sides(left, measures, sides);
                self.sides(right, measures, sides);
            }
            Shape::Not(inner) => self.sides(inner, measures, sides),
            Shape::Comparison(left, _, right) | Shape::Near(left, right, ..) => {
                for side in [left, right] {
                    if matches!(side.shape, Shape::Number(..)) {
                        continue;
                    }
                    let value = match self.number(side, measures) {
                        Ok(value) => format!("{} = {}", self.written(side), write(value, self.unit_of(side, measures))),
                        Err(sentence) => sentence,
                    };
                    if !sides.contains(&value) {
                        sides.push(value);
                    }
                }
            }
            _ => {}
        }
    }
}

impl Figure {
    /// Its value: times in seconds, shares as parts of one.
    ///
    /// # Errors
    /// A sentence when a measure is missing or something is divided by zero.
    pub fn value(&self, measures: &impl Measures) -> Result<f64, String> {
        self.0.number(&self.0.root, measures)
    }

    /// Its value for people, with its unit.
    ///
    /// # Errors
    /// As [`Figure::value`].
    pub fn written(&self, measures: &impl Measures) -> Result<String, String> {
        Ok(write(self.value(measures)?, self.0.unit_of(&self.0.root, measures)))
    }

    /// Checks without a run that every lane and measure exists under `scenario`.
    ///
    /// # Errors
    /// A sentence that names what does not.
    pub fn check(&self, scenario: &Scenario) -> Result<(), String> {
        self.0.check(scenario)
    }
}

/// What comes out when two numbers are put together.
fn combined(operator: Operator, left: Unit, right: Unit) -> Unit {
    match (operator, left, right) {
        (Operator::Over, Unit::Time, Unit::Time) => Unit::Plain,
        (_, Unit::Time, _) | (_, _, Unit::Time) => Unit::Time,
        (Operator::Over, ..) => Unit::Plain,
        (_, Unit::Share, Unit::Share) => Unit::Share,
        _ => Unit::Plain,
    }
}

/// `value` for people: three digits that count, with its unit.
#[must_use]
pub fn write(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Time if value.abs() >= 1.0 => format!("{} s", three_digits(value)),
        Unit::Time => format!("{} ms", three_digits(value * 1e3)),
        Unit::Share => format!("{} %", three_digits(value * 100.0)),
        Unit::Plain => three_digits(value),
    }
}

fn three_digits(value: f64) -> String {
    let places = match value.abs() {
        size if size >= 100.0 || size == size.trunc() => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.places$}")
}

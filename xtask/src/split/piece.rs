//! A piece of a function that did not run: what it needs, what it changes, and how it is left.
//!
//! Read next: `calls.rs`, it as a function, and what takes its place; `outline.rs`, which chooses the pieces.

use super::body::{Body, Label};
use super::liveness::{Liveness, Locals};
use std::ops::Range;
use wasmparser::{BlockType as Block, Operator, ValType};

/// How a piece can be left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By a branch to the block so many steps out of that in which the piece stands.
    Branch(u32),
    /// To what follows it.
    On,
}

/// A piece of a function, and what it hands over.
pub struct Piece {
    pub place: Range<usize>,
    /// Parameters, in order of their types.
    pub takes: Vec<u32>,
    /// Changed locals that are needed afterwards.
    pub gives: Vec<u32>,
    /// Every exit with the types of the values that it takes along; [`Exit::On`] last.
    pub exits: Vec<(Exit, Vec<ValType>)>,
    /// Whether a branch to the block in which it stands leads back to the start of that.
    pub in_loop: bool,
}

/// What a call of a piece returns; all else comes back through globals.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    Nothing,
    /// Which exit was taken.
    Exit,
    /// The first value that the only exit takes along.
    Value,
    /// The first changed local.
    Local,
}

impl Piece {
    /// What lies between the instructions as a piece, if it can be one.
    pub fn of(body: &Body, liveness: &Liveness, place: Range<usize>, results: &[Vec<ValType>]) -> Option<Self> {
        let (labels, end) = (&body.steps[place.start].labels, &body.steps[place.end]);
        let in_loop = labels[0].is_loop;
        let outermost = u32::try_from(labels.len()).ok()?.checked_sub(1)?;
        let (mut exits, mut read, mut changed) = (Vec::new(), Locals::default(), Locals::default());
        let mut after = Locals::default();
        let mut depth = 0;
        let mut leave = |depth: u32, relative: u32| -> Option<()> {
            let Some(out) = relative.checked_sub(depth) else { return Some(()) };
            let label = labels.get(out as usize)?;
            let exit = exit(out, in_loop);
            if !exits.iter().any(|(other, _)| *other == exit) {
                let values = if label.is_loop { parameters(label)? } else { values(label, results)? };
                exits.push((exit, values));
                after.add(liveness.before(body.target(label)));
            }
            Some(())
        };
        for step in &body.steps[place.clone()] {
            match &step.operator {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => depth += 1,
                Operator::End => depth -= 1,
                Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => leave(depth, *relative_depth)?,
                Operator::BrTable { targets } => {
                    leave(depth, targets.default())?;
                    for target in targets.targets() {
                        leave(depth, target.ok()?)?;
                    }
                }
                Operator::Return => leave(depth, outermost + depth)?,
                Operator::ReturnCall { .. } | Operator::ReturnCallIndirect { .. } | Operator::ReturnCallRef { .. } => {
                    return None;
                }
                Operator::LocalGet { local_index } => read.insert(*local_index),
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => changed.insert(*local_index),
                _ => {}
            }
        }
        let jumps_on = exits.iter().any(|(exit, _)| *exit == Exit::On);
        exits.retain(|(exit, _)| *exit != Exit::On);
        if jumps_on || end.reachable {
            exits.push((Exit::On, values(&labels[0], results)?));
            after.add(liveness.before(place.end));
        }
        let before = liveness.before(place.start);
        let all = || 0..u32::try_from(body.locals.len()).unwrap_or(u32::MAX);
        let gives: Vec<u32> = all().filter(|&local| changed.has(local) && after.has(local)).collect();
        let mut takes: Vec<u32> =
            all().filter(|local| before.has(*local) && (read.has(*local) || gives.contains(local))).collect();
        takes.sort_by_key(|local| (format!("{:?}", body.locals[*local as usize]), *local));
        let numbers = gives.iter().all(|local| is_number(body.locals[*local as usize]))
            && exits.iter().all(|(_, values)| values.iter().all(|kind| is_number(*kind)));
        numbers.then_some(Self { place, takes, gives, exits, in_loop })
    }

    /// What its call returns.
    pub fn returned(&self) -> Returned {
        match &self.exits[..] {
            [] => Returned::Nothing,
            [(_, values)] if !values.is_empty() => Returned::Value,
            [_] if !self.gives.is_empty() => Returned::Local,
            [_] => Returned::Nothing,
            _ => Returned::Exit,
        }
    }

    /// Whether no exit takes values along.
    pub fn bare(&self) -> bool {
        self.exits.iter().all(|(_, values)| values.is_empty())
    }

    /// Its type as a function: parameters and results.
    pub fn types(&self, body: &Body) -> (Vec<ValType>, Vec<ValType>) {
        let returned = match self.returned() {
            Returned::Nothing => vec![],
            Returned::Exit => vec![ValType::I32],
            Returned::Value => vec![self.exits[0].1[0]],
            Returned::Local => vec![body.locals[self.gives[0] as usize]],
        };
        (self.takes.iter().map(|local| body.locals[*local as usize]).collect(), returned)
    }
}

/// The exit by which a branch leaves that leads so many blocks out.
pub fn exit(out: u32, in_loop: bool) -> Exit {
    if out == 0 && !in_loop { Exit::On } else { Exit::Branch(out) }
}

/// The values that a branch to the start of a loop takes along. rustc writes none.
fn parameters(label: &Label) -> Option<Vec<ValType>> {
    (!matches!(label.block, Block::FuncType(_))).then(Vec::new)
}

/// The values that lie on the stack at the end of a block.
fn values(label: &Label, results: &[Vec<ValType>]) -> Option<Vec<ValType>> {
    match label.block {
        Block::Empty => Some(Vec::new()),
        Block::Type(kind) => Some(vec![kind]),
        Block::FuncType(index) => results.get(index as usize).cloned(),
    }
}

/// Globals for references would need a value to begin with.
fn is_number(kind: ValType) -> bool {
    matches!(kind, ValType::I32 | ValType::I64 | ValType::F32 | ValType::F64)
}

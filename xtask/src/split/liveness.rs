//! Which locals are still needed, at each place of a function: read later before they are written.
//!
//! The usual analysis, from the end to the start; loops until nothing changes. See Cooper and Torczon, "Engineering a
//! Compiler", 8.6.

use super::body::Body;
use wasmparser::Operator;

/// A set of locals, by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locals(Vec<u64>);

impl Locals {
    /// Adds one.
    pub fn insert(&mut self, local: u32) {
        let (word, bit) = (local as usize / 64, local % 64);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << bit;
    }

    /// Takes one out.
    pub fn remove(&mut self, local: u32) {
        if let Some(word) = self.0.get_mut(local as usize / 64) {
            *word &= !(1 << (local % 64));
        }
    }

    /// Adds all of `others`.
    pub fn add(&mut self, others: &Self) {
        if self.0.len() < others.0.len() {
            self.0.resize(others.0.len(), 0);
        }
        for (word, other) in self.0.iter_mut().zip(&others.0) {
            *word |= other;
        }
    }

    /// Whether `local` is one of them.
    pub fn has(&self, local: u32) -> bool {
        self.0.get(local as usize / 64).is_some_and(|word| word & (1 << (local % 64)) != 0)
    }
}

/// For every instruction the locals that are needed before it.
pub struct Liveness(Vec<Locals>);

/// A block, as it is met from its end.
struct Open {
    /// What is needed behind the block.
    after: Locals,
    /// What is needed where a branch to its label leads.
    label: Locals,
    /// What is needed where the `else` arm begins.
    other_arm: Option<Locals>,
}

impl Liveness {
    /// Of a whole function.
    pub fn of(body: &Body) -> Self {
        let mut before = vec![Locals::default(); body.steps.len()];
        // One more round for each loop within a loop: what is needed at its head is known only then.
        while round(body, &mut before) {}
        Self(before)
    }

    /// What is needed before the instruction at `place`.
    pub fn before(&self, place: usize) -> &Locals {
        &self.0[place]
    }
}

/// One pass; says whether anything was found to be needed in addition.
fn round(body: &Body, before: &mut [Locals]) -> bool {
    let mut changed = false;
    let mut open: Vec<Open> = Vec::new();
    // Where the block begins that ends at a place.
    let mut begins = vec![0; body.steps.len()];
    let mut beginnings = Vec::new();
    for (place, step) in body.steps.iter().enumerate() {
        match step.operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => beginnings.push(place),
            Operator::End => begins[place] = beginnings.pop().unwrap_or(usize::MAX),
            _ => {}
        }
    }
    let mut needed = Locals::default();
    for (place, step) in body.steps.iter().enumerate().rev() {
        let at = |open: &[Open], depth: u32| {
            let label = open.len().checked_sub(depth as usize + 1).and_then(|index| open.get(index));
            label.map(|open| open.label.clone()).unwrap_or_default()
        };
        match &step.operator {
            Operator::End => {
                let head = begins[place];
                let is_loop = body.steps.get(head).is_some_and(|step| matches!(step.operator, Operator::Loop { .. }));
                let label = if is_loop { before[head].clone() } else { needed.clone() };
                open.push(Open { after: needed.clone(), label, other_arm: None });
            }
            Operator::Else => {
                if let Some(open) = open.last_mut() {
                    open.other_arm = Some(core::mem::replace(&mut needed, open.after.clone()));
                }
            }
            Operator::If { .. } => {
                if let Some(open) = open.pop() {
                    needed.add(&open.other_arm.unwrap_or(open.after));
                }
            }
            Operator::Block { .. } | Operator::Loop { .. } => {
                open.pop();
            }
            Operator::Br { relative_depth } => needed = at(&open, *relative_depth),
            Operator::BrIf { relative_depth } => needed.add(&at(&open, *relative_depth)),
            Operator::BrTable { targets } => {
                needed = at(&open, targets.default());
                for target in targets.targets().flatten() {
                    needed.add(&at(&open, target));
                }
            }
            Operator::Return | Operator::Unreachable => needed = Locals::default(),
            Operator::LocalGet { local_index } => {
                needed.insert(*local_index);
            }
            Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                needed.remove(*local_index);
            }
            _ => {}
        }
        let known = before[place].clone();
        before[place].add(&needed);
        changed |= before[place] != known;
    }
    changed
}

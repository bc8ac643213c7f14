//! A piece as a function of its own, and the call that takes its place.
//!
//! Read next: `piece.rs`, what a piece is; `outline.rs`, which chooses the pieces.

use super::body::Body;
use super::piece::{Exit, Piece, Returned, exit};
use anyhow::Result;
use std::collections::BTreeMap;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{BlockType, Function, InstructionSink};
use wasmparser::{Operator, ValType};

/// Globals that bring back what a piece has changed. They are read as soon as it has returned, so all pieces share them.
pub struct Globals {
    /// The number of the first.
    pub first: u32,
    /// What each holds.
    pub types: Vec<ValType>,
}

impl Globals {
    /// The `number`-th of those that hold `kind`.
    fn of(&mut self, kind: ValType, number: usize) -> u32 {
        loop {
            let mut same = (self.first..).zip(&self.types).filter(|(_, other)| **other == kind);
            if let Some((global, _)) = same.nth(number) {
                return global;
            }
            self.types.push(kind);
        }
    }
}

/// The globals through which everything comes back that is not returned.
pub struct Plan {
    gives: Vec<Option<u32>>,
    /// For each exit.
    values: Vec<Vec<Option<u32>>>,
}

impl Piece {
    /// What is returned when the exit of this number is taken. Of two without values the first is told by a truth, which a branch can
    /// ask directly.
    fn code(&self, exit: usize) -> i32 {
        if self.exits.len() == 2 && self.bare() {
            i32::from(exit == 0)
        } else {
            i32::try_from(exit).unwrap_or(i32::MAX)
        }
    }

    /// Whether its call needs a local of its own, behind the others, to keep the exit in.
    pub fn keeps_exit(&self) -> bool {
        self.exits.len() > 2 && self.table().is_none() || self.exits.len() == 2 && !self.bare()
    }

    /// Where each exit leads, if one branch can choose among them.
    fn table(&self) -> Option<Vec<u32>> {
        let target = |exit: &Exit| match exit {
            Exit::Branch(out) => Some(*out),
            Exit::On => (!self.in_loop).then_some(0),
        };
        if self.bare() { self.exits.iter().map(|(exit, _)| target(exit)).collect() } else { None }
    }

    /// Through what it brings back what it changes.
    pub fn plan(&self, body: &Body, globals: &mut Globals) -> Plan {
        let mut used: Vec<ValType> = Vec::new();
        let mut next = |kind: ValType, used: &mut Vec<ValType>| {
            used.push(kind);
            Some(globals.of(kind, used.iter().filter(|other| **other == kind).count() - 1))
        };
        let mut gives = Vec::new();
        for (number, &local) in self.gives.iter().enumerate() {
            let returned = number == 0 && self.returned() == Returned::Local;
            gives.push(if returned { None } else { next(body.locals[local as usize], &mut used) });
        }
        let values = self.exits.iter().map(|(_, values)| {
            let mut used = used.clone();
            let value = |(number, &kind): (usize, &ValType)| {
                let returned = number == 0 && self.returned() == Returned::Value;
                if returned { None } else { next(kind, &mut used) }
            };
            values.iter().enumerate().map(value).collect()
        });
        Plan { values: values.collect(), gives }
    }

    /// What takes its place: the call of `function`, and going on where that says.
    pub fn call(&self, body: &Body, function: u32, plan: &Plan) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut code = InstructionSink::new(&mut bytes);
        for local in &self.takes {
            code.local_get(*local);
        }
        code.call(function);
        for (global, &local) in plan.gives.iter().zip(&self.gives) {
            if let Some(global) = global {
                code.global_get(*global);
            }
            code.local_set(local);
        }
        let leave = |code: &mut InstructionSink, exit: usize, deeper: u32| {
            for global in plan.values[exit].iter().flatten() {
                code.global_get(*global);
            }
            if let Exit::Branch(out) = self.exits[exit].0 {
                code.br(out + deeper);
            }
        };
        match (&self.exits[..], self.table()) {
            ([], _) => {
                code.unreachable();
            }
            ([_], _) => leave(&mut code, 0, 0),
            ([(Exit::Branch(out), _), _], _) if self.bare() => {
                code.br_if(*out);
                leave(&mut code, 1, 0);
            }
            (_, Some(targets)) => {
                let (last, others) = targets.split_last().map_or((0, &[][..]), |(last, others)| (*last, others));
                code.br_table(others.to_vec(), last);
            }
            (exits, None) => {
                let kept = u32::try_from(body.locals.len()).unwrap_or(u32::MAX);
                code.local_set(kept);
                for exit in 0..exits.len() - 1 {
                    code.local_get(kept).i32_const(self.code(exit)).i32_eq().if_(BlockType::Empty);
                    leave(&mut code, exit, 1);
                    code.end();
                }
                leave(&mut code, exits.len() - 1, 0);
            }
        }
        bytes
    }

    /// It as a function. `raw` are the bytes of the body; `block` gives the type of a block that leaves such values.
    ///
    /// # Errors
    /// When a local has a type that cannot be written.
    pub fn function(
        &self,
        body: &Body,
        raw: &[u8],
        plan: &Plan,
        mut block: impl FnMut(&[ValType]) -> Result<BlockType>,
    ) -> Result<Function> {
        let steps = &body.steps[self.place.clone()];
        let mut numbers: BTreeMap<u32, u32> = (0..).zip(&self.takes).map(|(new, &old)| (old, new)).collect();
        let mut own = Vec::new();
        let named = steps.iter().filter_map(|step| match step.operator {
            Operator::LocalGet { local_index }
            | Operator::LocalSet { local_index }
            | Operator::LocalTee { local_index } => Some(local_index),
            _ => None,
        });
        for local in named {
            let next = u32::try_from(numbers.len())?;
            if let std::collections::btree_map::Entry::Vacant(free) = numbers.entry(local) {
                free.insert(next);
                own.push(RoundtripReencoder.val_type(body.locals[local as usize])?);
            }
        }
        let mut function = Function::new_with_locals_types(own);
        // One block round all for each exit: branches that leave the piece lead to the end of its block, the last exit's being the innermost.
        for (_, values) in &self.exits {
            function.instructions().block(block(values)?);
        }
        let outermost = u32::try_from(body.steps[self.place.start].labels.len())?.saturating_sub(1);
        let mut depth = 0;
        for step in steps {
            let lead = |relative: u32| -> u32 {
                let Some(out) = relative.checked_sub(depth) else { return relative };
                let found = self.exits.iter().rev().position(|(other, _)| *other == exit(out, self.in_loop));
                // Every exit of the piece is in the list.
                depth + found.and_then(|found| u32::try_from(found).ok()).unwrap_or(u32::MAX)
            };
            match &step.operator {
                Operator::LocalGet { local_index } => _ = function.instructions().local_get(numbers[local_index]),
                Operator::LocalSet { local_index } => _ = function.instructions().local_set(numbers[local_index]),
                Operator::LocalTee { local_index } => _ = function.instructions().local_tee(numbers[local_index]),
                Operator::Br { relative_depth } => _ = function.instructions().br(lead(*relative_depth)),
                Operator::BrIf { relative_depth } => _ = function.instructions().br_if(lead(*relative_depth)),
                Operator::Return => _ = function.instructions().br(lead(outermost + depth)),
                Operator::BrTable { targets } => {
                    let all: Vec<u32> = targets.targets().map(|target| target.map(lead)).collect::<Result<_, _>>()?;
                    function.instructions().br_table(all, lead(targets.default()));
                }
                other => {
                    match other {
                        Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => depth += 1,
                        Operator::End => depth -= 1,
                        _ => {}
                    }
                    function.raw(raw[step.bytes.clone()].iter().copied());
                }
            }
        }
        if self.exits.last().is_none_or(|(exit, _)| *exit != Exit::On) {
            // Its end is never reached, but values may lie there.
            function.instructions().unreachable();
        }
        for number in (0..self.exits.len()).rev() {
            let mut code = function.instructions();
            code.end();
            for (global, local) in plan.gives.iter().zip(&self.gives) {
                if let Some(global) = global {
                    code.local_get(numbers[local]).global_set(*global);
                }
            }
            for global in plan.values[number].iter().rev().flatten() {
                code.global_set(*global);
            }
            match self.returned() {
                Returned::Exit => {
                    code.i32_const(self.code(number));
                }
                Returned::Local => {
                    code.local_get(numbers[&self.gives[0]]);
                }
                Returned::Nothing | Returned::Value => {}
            }
            code.return_();
        }
        function.instructions().end();
        Ok(function)
    }
}

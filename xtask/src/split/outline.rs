//! Takes what has not run out of the functions that have: each such piece becomes a function of its own, which can then be cut off.
//!
//! A piece goes from an instruction that has not run to the end of its block (see `body.rs`). In its place comes a call. The
//! locals that it needs are its parameters; those that it changes and that are needed afterwards come back through globals.
//! It may leave in several ways, by reaching its end or by branching to blocks round it: then it returns which.
//!
//! Nothing that the program does is changed, whatever is said to have run.
//!
//! Read next: `liveness.rs`, which locals are needed; `profile.rs`, what has run.

use super::body::Body;
use super::calls::Globals;
use super::liveness::Liveness;
use super::module::{function_names, lasting};
use super::piece::Piece;
use super::profile::List;
use anyhow::Result;
use std::collections::BTreeMap;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, Function, FunctionSection, GlobalSection, GlobalType, Module, NameMap,
    NameSection, RawSection, TypeSection,
};
use wasmparser::{Parser, Payload, ValType, ValidPayload, Validator};

/// A piece has to be so much longer than the call that takes its place, in bytes: what its type and its place in the table take.
const WORTH: usize = 16;

/// The program with what has not run in functions of their own, under names that stand in no list; and how many functions have a
/// name that does, but have changed since the list was made: these stay whole.
///
/// # Errors
/// When the program is not as rustc and wasm-bindgen make them.
pub fn outlined(program: &[u8], list: &List) -> Result<(Vec<u8>, usize)> {
    with_calls(program, list, |piece, call| piece >= call + WORTH)
}

/// As [`outlined`], with every piece for which `pays` says so of its length and of that of its call.
fn with_calls(program: &[u8], list: &List, pays: fn(usize, usize) -> bool) -> Result<(Vec<u8>, usize)> {
    let mut additions = Additions::of(program, pays)?;
    let (mut bodies, mut changed) = (Vec::new(), 0);
    for (function, body) in functions(program)? {
        let name = additions.names.get(&function).map(|name| lasting(name)).filter(|name| list.has(name));
        let ran = name.as_ref().and_then(|name| list.ran(name, body.read.shape()));
        changed += usize::from(name.is_some() && ran.is_none());
        bodies.push(match ran {
            Some(ran) => additions.without_pieces(function, &body, ran)?,
            None => body.raw.to_vec(),
        });
    }
    Ok((additions.write(program, &bodies)?, changed))
}

/// A function that the program defines.
pub struct Defined<'a> {
    pub read: Body<'a>,
    pub raw: &'a [u8],
}

/// Every function that the program defines, with its number.
///
/// # Errors
/// When it is no valid module.
pub fn functions(program: &[u8]) -> Result<Vec<(u32, Defined<'_>)>> {
    let mut validator = Validator::new_with_features(wasmparser::WasmFeatures::all());
    let mut functions = Vec::new();
    for payload in Parser::new(0).parse_all(program) {
        if let ValidPayload::Func(function, body) = validator.payload(&payload?)? {
            let index = function.index;
            functions.push((index, Defined { read: Body::read(function, &body)?, raw: body.as_bytes() }));
        }
    }
    Ok(functions)
}

/// What comes to the program, and what has to be known of it for that.
struct Additions {
    /// The results of each type.
    results: Vec<Vec<ValType>>,
    /// Types by parameters and results, those that are added behind the others.
    types: BTreeMap<String, u32>,
    new_types: Vec<(Vec<ValType>, Vec<ValType>)>,
    globals: Globals,
    first_function: u32,
    /// Each with its type.
    new_functions: Vec<(u32, Function)>,
    names: BTreeMap<u32, String>,
    pays: fn(usize, usize) -> bool,
}

impl Additions {
    fn of(program: &[u8], pays: fn(usize, usize) -> bool) -> Result<Self> {
        let mut additions = Self {
            pays,
            results: Vec::new(),
            types: BTreeMap::new(),
            new_types: Vec::new(),
            globals: Globals { first: 0, types: Vec::new() },
            first_function: 0,
            new_functions: Vec::new(),
            names: function_names(program)?,
        };
        for payload in Parser::new(0).parse_all(program) {
            match payload? {
                Payload::TypeSection(section) => {
                    for (index, kind) in (0..).zip(section.into_iter_err_on_gc_types()) {
                        let kind = kind?;
                        additions.results.push(kind.results().to_vec());
                        additions.types.entry(key(kind.params(), kind.results())).or_insert(index);
                    }
                }
                Payload::ImportSection(section) => {
                    additions.first_function += u32::try_from(section.into_imports().count())?;
                }
                Payload::FunctionSection(section) => additions.first_function += section.count(),
                Payload::GlobalSection(section) => additions.globals.first = section.count(),
                _ => {}
            }
        }
        Ok(additions)
    }

    /// The number of a type.
    fn kind(&mut self, takes: &[ValType], returns: &[ValType]) -> u32 {
        let next = u32::try_from(self.results.len() + self.new_types.len()).unwrap_or(u32::MAX);
        *self.types.entry(key(takes, returns)).or_insert_with(|| {
            self.new_types.push((takes.to_vec(), returns.to_vec()));
            next
        })
    }

    /// The body of a function with calls in place of what did not run; `ran` says it of a leader's number.
    fn without_pieces(&mut self, function: u32, body: &Defined, ran: impl Fn(usize) -> bool) -> Result<Vec<u8>> {
        let Defined { read, raw } = body;
        let (mut liveness, mut written, mut copied) = (None, Vec::new(), read.declared.end);
        let (mut pieces, mut keeps_exit) = (0, false);
        for (_, &place) in read.leaders.iter().enumerate().filter(|(leader, _)| !ran(*leader)) {
            let step = &read.steps[place];
            let bytes = step.bytes.start..read.steps[step.closed_by].bytes.start;
            if bytes.start < copied || !(self.pays)(bytes.len(), 0) || !step.plain {
                continue;
            }
            let liveness = liveness.get_or_insert_with(|| Liveness::of(read));
            let Some(piece) = Piece::of(read, liveness, place..step.closed_by, &self.results) else { continue };
            let index = self.first_function + u32::try_from(self.new_functions.len())?;
            let plan = piece.plan(read, &mut self.globals);
            let call = piece.call(read, index, &plan);
            if !(self.pays)(bytes.len(), call.len()) {
                continue;
            }
            let (takes, returns) = piece.types(read);
            let kind = self.kind(&takes, &returns);
            let outlined = piece.function(read, raw, &plan, |values| self.block(values))?;
            self.new_functions.push((kind, outlined));
            pieces += 1;
            let name = self.names.get(&function).map_or("", String::as_str);
            self.names.insert(index, format!("{name}, piece {pieces} that did not run"));
            written.extend_from_slice(&raw[copied..bytes.start]);
            written.extend(call);
            copied = bytes.end;
            keeps_exit |= piece.keeps_exit();
        }
        if pieces == 0 {
            return Ok(raw.to_vec());
        }
        written.extend_from_slice(&raw[copied..]);
        let mut locals = Vec::new();
        for kind in read.locals[read.parameters..].iter().chain(keeps_exit.then_some(&ValType::I32)) {
            locals.push(RoundtripReencoder.val_type(*kind)?);
        }
        let mut whole = Function::new_with_locals_types(locals);
        whole.raw(written);
        Ok(whole.into_raw_body())
    }

    /// The type of a block that leaves such values on the stack.
    fn block(&mut self, values: &[ValType]) -> Result<BlockType> {
        Ok(match values {
            [] => BlockType::Empty,
            [kind] => BlockType::Result(RoundtripReencoder.val_type(*kind)?),
            _ => BlockType::FunctionType(self.kind(&[], values)),
        })
    }

    /// The program with these bodies and all additions.
    fn write(&self, program: &[u8], bodies: &[Vec<u8>]) -> Result<Vec<u8>> {
        let mut module = Module::new();
        let mut code_written = false;
        for payload in Parser::new(0).parse_all(program) {
            let payload = payload?;
            match &payload {
                Payload::TypeSection(section) => {
                    let mut types = TypeSection::new();
                    RoundtripReencoder.parse_type_section(&mut types, section.clone())?;
                    for (takes, returns) in &self.new_types {
                        types.ty().function(kinds(takes)?, kinds(returns)?);
                    }
                    module.section(&types);
                }
                Payload::FunctionSection(section) => {
                    let mut functions = FunctionSection::new();
                    RoundtripReencoder.parse_function_section(&mut functions, section.clone())?;
                    for (kind, _) in &self.new_functions {
                        functions.function(*kind);
                    }
                    module.section(&functions);
                }
                Payload::GlobalSection(section) => {
                    let mut globals = GlobalSection::new();
                    RoundtripReencoder.parse_global_section(&mut globals, section.clone())?;
                    for kind in &self.globals.types {
                        let zero = match kind {
                            ValType::I64 => ConstExpr::i64_const(0),
                            ValType::F32 => ConstExpr::f32_const(0.0_f32.into()),
                            ValType::F64 => ConstExpr::f64_const(0.0_f64.into()),
                            _ => ConstExpr::i32_const(0),
                        };
                        let val_type = RoundtripReencoder.val_type(*kind)?;
                        globals.global(GlobalType { val_type, mutable: true, shared: false }, &zero);
                    }
                    module.section(&globals);
                }
                Payload::CodeSectionStart { .. } if !code_written => {
                    code_written = true;
                    let mut code = CodeSection::new();
                    for body in bodies {
                        code.raw(body);
                    }
                    for (_, function) in &self.new_functions {
                        code.function(function);
                    }
                    module.section(&code);
                }
                Payload::CodeSectionStart { .. } | Payload::CodeSectionEntry(_) => {}
                Payload::CustomSection(section) if section.name() == "name" => {}
                other => {
                    if let Some((id, range)) = other.as_section() {
                        let data = &program[usize::try_from(range.start)?..usize::try_from(range.end)?];
                        module.section(&RawSection { id, data });
                    }
                }
            }
        }
        let (mut functions, mut names) = (NameMap::new(), NameSection::new());
        for (index, name) in &self.names {
            functions.append(*index, name);
        }
        names.functions(&functions);
        module.section(&names);
        Ok(module.finish())
    }
}

fn key(takes: &[ValType], returns: &[ValType]) -> String {
    format!("{takes:?}{returns:?}")
}

fn kinds(kinds: &[ValType]) -> Result<Vec<wasm_encoder::ValType>> {
    kinds.iter().map(|kind| Ok(RoundtripReencoder.val_type(*kind)?)).collect()
}

#[cfg(test)]
mod tests;

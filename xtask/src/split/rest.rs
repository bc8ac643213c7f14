//! The rest: the moved functions as a module that grows out of the first part.

use super::Cut;
use super::module::Whole;
use anyhow::{Context, Result};
use std::borrow::Cow;
use std::collections::BTreeMap;
use wasm_encoder::reencode::{Error, Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, Function, FunctionSection, GlobalType,
    ImportSection, Module, StartSection, TypeSection, ValType,
};
use wasmparser::{Parser, Payload};

/// How the first part exports its memory to the rest. None of these names can be one of wasm-bindgen's.
pub const MEMORY: &str = "$$m";

/// … a table.
pub fn table(index: u32) -> String {
    format!("$$t{index}")
}

/// … a global.
pub fn global(index: u32) -> String {
    format!("$$g{index}")
}

/// … a function, by its number among those that the rest calls: short, as there are many.
pub fn function(number: usize) -> String {
    format!("${number}")
}

/// Gives functions their numbers in the rest: those of the first part that it calls, then its own.
struct Numbers(BTreeMap<u32, u32>);

impl Reencode for Numbers {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        // Every function that a moved one names is either moved or in `Cut::called`.
        Ok(self.0.get(&function).copied().unwrap_or(u32::MAX))
    }
}

/// Writes it.
///
/// # Errors
/// When something in the whole cannot be written again.
pub fn write(whole: &Whole, cut: &Cut) -> Result<Vec<u8>> {
    let numbers = (0..).zip(cut.called.iter().chain(&cut.moved)).map(|(number, &function)| (function, number));
    let mut numbers = Numbers(numbers.collect());
    let mark = u32::try_from(whole.globals.len())?;
    let mut module = Module::new();
    let mut types = TypeSection::new();
    for payload in Parser::new(0).parse_all(whole.bytes) {
        if let Payload::TypeSection(section) = payload? {
            RoundtripReencoder.parse_type_section(&mut types, section)?;
        }
    }
    let start_type = u32::try_from(whole.parameters.len())?;
    types.ty().function([], []);
    module.section(&types);

    let mut imports = ImportSection::new();
    imports.import("", MEMORY, RoundtripReencoder.memory_type(whole.memory)?);
    for (index, kind) in (0..).zip(&whole.tables) {
        let mut kind = RoundtripReencoder.table_type(*kind)?;
        if index == whole.table_index {
            kind.minimum = cut.table;
            kind.maximum = kind.maximum.map(|most| most.max(cut.table));
        }
        imports.import("", &table(index), kind);
    }
    for (index, kind) in (0..).zip(&whole.globals) {
        imports.import("", &global(index), EntityType::Global(RoundtripReencoder.global_type(*kind)?));
    }
    imports.import("", &global(mark), GlobalType { val_type: ValType::I32, mutable: true, shared: false });
    for (number, &called) in cut.called.iter().enumerate() {
        imports.import("", &function(number), EntityType::Function(whole.types[called as usize]));
    }
    module.section(&imports);

    let mut functions = FunctionSection::new();
    for &moved in &cut.moved {
        functions.function(whole.types[moved as usize]);
    }
    functions.function(start_type);
    module.section(&functions);
    module.section(&StartSection { function_index: u32::try_from(numbers.0.len())? });

    let mut elements = ElementSection::new();
    let own = whole.elements.iter().map(|(&place, &function)| (place, function));
    let added = cut.places.iter().map(|(&function, &place)| (place, function));
    for (place, standing) in runs(own.chain(added).filter(|(_, function)| cut.moved.contains(function))) {
        let standing: Option<Vec<u32>> = standing.iter().map(|function| numbers.0.get(function).copied()).collect();
        let standing = standing.context("a function stands in the table that is in neither part")?;
        elements.active(
            Some(whole.table_index),
            &ConstExpr::i32_const(i32::try_from(place)?),
            Elements::Functions(Cow::Owned(standing)),
        );
    }
    module.section(&elements);

    let mut code = CodeSection::new();
    for &moved in &cut.moved {
        numbers.parse_function_body(&mut code, whole.body(moved).clone())?;
    }
    let mut start = Function::new([]);
    start.instructions().i32_const(1).global_set(mark).end();
    code.function(&start);
    module.section(&code);
    if !cut.constants.is_empty() {
        let mut data = DataSection::new();
        for (address, bytes) in &cut.constants {
            data.active(0, &ConstExpr::i32_const(i32::try_from(*address)?), bytes.iter().copied());
        }
        module.section(&data);
    }
    Ok(module.finish())
}

/// Functions that stand in the table one after the other, with the place of the first.
pub fn runs(places: impl Iterator<Item = (u32, u32)>) -> Vec<(u32, Vec<u32>)> {
    let by_place: BTreeMap<u32, u32> = places.collect();
    let mut runs: Vec<(u32, Vec<u32>)> = Vec::new();
    for (place, function) in by_place {
        match runs.last_mut() {
            Some((first, standing)) if *first as usize + standing.len() == place as usize => standing.push(function),
            _ => runs.push((place, vec![function])),
        }
    }
    runs
}

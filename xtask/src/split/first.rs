//! The first part: the whole with stubs in place of what is moved.

use super::module::Whole;
use super::{Cut, rest};
use anyhow::{Context, Result, bail, ensure};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ElementSection, Elements, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, Module, RawSection, TableSection, TypeSection, ValType,
};
use wasmparser::{DataKind, Operator, Parser, Payload};

/// Writes it. What the compiler called things is left out.
///
/// # Errors
/// When something in the whole cannot be written again.
pub fn write(whole: &Whole, cut: &Cut, fetch: u32) -> Result<Vec<u8>> {
    let mut module = Module::new();
    let mark = u32::try_from(whole.globals.len())?;
    let arrived = u32::try_from(whole.types.len())?;
    let arrived_type = u32::try_from(whole.parameters.len())?;
    let mut code_written = false;
    for payload in Parser::new(0).parse_all(whole.bytes) {
        let payload = payload?;
        match &payload {
            Payload::TypeSection(section) => {
                let mut types = TypeSection::new();
                RoundtripReencoder.parse_type_section(&mut types, section.clone())?;
                types.ty().function([ValType::I32], [ValType::I32]);
                module.section(&types);
            }
            Payload::FunctionSection(section) => {
                let mut functions = FunctionSection::new();
                RoundtripReencoder.parse_function_section(&mut functions, section.clone())?;
                functions.function(arrived_type);
                module.section(&functions);
            }
            Payload::TableSection(_) => {
                let mut tables = TableSection::new();
                for (index, table) in (0..).zip(&whole.tables) {
                    let mut table = RoundtripReencoder.table_type(*table)?;
                    if index == whole.table_index {
                        table.minimum = cut.table;
                        table.maximum = table.maximum.map(|most| most.max(cut.table));
                    }
                    tables.table(table);
                }
                module.section(&tables);
            }
            Payload::GlobalSection(section) => {
                let mut globals = GlobalSection::new();
                RoundtripReencoder.parse_global_section(&mut globals, section.clone())?;
                globals.global(
                    GlobalType { val_type: ValType::I32, mutable: true, shared: false },
                    &ConstExpr::i32_const(0),
                );
                module.section(&globals);
            }
            Payload::ExportSection(section) => {
                let mut exports = ExportSection::new();
                RoundtripReencoder.parse_export_section(&mut exports, section.clone())?;
                exports.export(rest::MEMORY, ExportKind::Memory, 0);
                for index in 0..u32::try_from(whole.tables.len())? {
                    exports.export(&rest::table(index), ExportKind::Table, index);
                }
                for index in 0..=mark {
                    exports.export(&rest::global(index), ExportKind::Global, index);
                }
                for (number, &function) in cut.called.iter().enumerate() {
                    exports.export(&rest::function(number), ExportKind::Func, function);
                }
                module.section(&exports);
            }
            Payload::ElementSection(_) => {
                let standing = whole.elements.iter().map(|(&place, &function)| (place, function));
                let mut elements = ElementSection::new();
                for (place, standing) in rest::runs(
                    standing.filter(|(_, function)| !cut.moved.contains(function) || cut.places.contains_key(function)),
                ) {
                    let standing = Elements::Functions(standing.into());
                    elements.active(Some(whole.table_index), &ConstExpr::i32_const(i32::try_from(place)?), standing);
                }
                module.section(&elements);
            }
            Payload::DataSection(section) => {
                let mut data = DataSection::new();
                for segment in section.clone() {
                    segment_without(&mut data, &segment?, cut)?;
                }
                module.section(&data);
            }
            Payload::CodeSectionStart { .. } if !code_written => {
                code_written = true;
                module.section(&code(whole, cut, fetch, mark, arrived)?);
            }
            Payload::CustomSection(_) | Payload::CodeSectionStart { .. } | Payload::CodeSectionEntry(_) => {}
            other => {
                if let Some((id, range)) = other.as_section() {
                    module.section(&RawSection { id, data: whole.slice(range) });
                }
            }
        }
    }
    Ok(module.finish())
}

/// A segment with zeros, which wasm-opt leaves out, where constants come with the rest.
fn segment_without(data: &mut DataSection, segment: &wasmparser::Data, cut: &Cut) -> Result<()> {
    let DataKind::Active { memory_index, offset_expr } = &segment.kind else { bail!("a segment of data has no place") };
    let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
        bail!("a segment of data has a place that is computed")
    };
    let start = u32::try_from(value)?;
    let mut bytes = segment.data.to_vec();
    for (address, constant) in &cut.constants {
        let Some(at) = address.checked_sub(start).map(|at| at as usize).filter(|at| *at < bytes.len()) else {
            continue;
        };
        let place = bytes.get_mut(at..at + constant.len()).context("a constant is longer than its segment")?;
        ensure!(place == constant.as_slice(), "the linker's program has other constants than this one");
        place.fill(0);
    }
    data.active(*memory_index, &ConstExpr::i32_const(value), bytes);
    Ok(())
}

fn code(whole: &Whole, cut: &Cut, fetch: u32, mark: u32, arrived: u32) -> Result<CodeSection> {
    let mut code = CodeSection::new();
    for (function, body) in (whole.imported..).zip(&whole.bodies) {
        if !cut.moved.contains(&function) {
            code.raw(body.as_bytes());
            continue;
        }
        let mut stub = Function::new([]);
        let mut instructions = stub.instructions();
        match cut.places.get(&function) {
            Some(&place) => {
                for parameter in 0..whole.parameters_of(function) {
                    instructions.local_get(parameter);
                }
                instructions.i32_const(i32::try_from(place)?).call(arrived);
                instructions.call_indirect(whole.table_index, whole.types[function as usize]);
            }
            // Nobody in this part calls it.
            None => {
                instructions.unreachable();
            }
        }
        instructions.end();
        code.function(&stub);
    }
    // `arrived(place) -> place`: fetches the rest if it is not there.
    let mut function = Function::new([]);
    let mut instructions = function.instructions();
    instructions.global_get(mark).i32_eqz().if_(BlockType::Empty).call(fetch).end();
    instructions.local_get(0).end();
    code.function(&function);
    Ok(code)
}

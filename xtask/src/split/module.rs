//! A program as it is read for cutting: sections that are copied stay bytes, the rest is looked into.

use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use wasm_encoder::MemArg;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasmparser::{
    ElementItems, ElementKind, ExternalKind, FunctionBody, KnownCustom, Name, Operator, Parser, Payload, RefType,
    TableType, TypeRef,
};

/// An export, and the function that it names, if it names one.
pub struct Export<'a> {
    pub name: &'a str,
    pub function: Option<u32>,
}

/// The program.
pub struct Whole<'a> {
    pub bytes: &'a [u8],
    /// Functions that it takes from outside; they come first in the numbering.
    pub imported: u32,
    /// The type of every function, imported ones included.
    pub types: Vec<u32>,
    /// How many parameters the functions of each type take.
    pub parameters: Vec<u32>,
    /// The bodies of the functions that it defines.
    pub bodies: Vec<FunctionBody<'a>>,
    /// What the compiler called the functions, without what changes from build to build.
    pub names: BTreeMap<u32, String>,
    pub exports: Vec<Export<'a>>,
    pub start: Option<u32>,
    /// The type of every global.
    pub globals: Vec<wasmparser::GlobalType>,
    pub memory: wasmparser::MemoryType,
    pub tables: Vec<TableType>,
    /// The table of functions, and its index.
    pub table: TableType,
    pub table_index: u32,
    /// What stands in it: place and function, in order of places.
    pub elements: BTreeMap<u32, u32>,
}

impl<'a> Whole<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// When it is not a module, or has what rustc and wasm-bindgen do not write.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let (mut imported, mut types, mut parameters, mut bodies) = (0, Vec::new(), Vec::new(), Vec::new());
        let (mut exports, mut start, mut globals) = (Vec::new(), None, Vec::new());
        let names = function_names(bytes)?.into_iter().map(|(function, name)| (function, lasting(&name))).collect();
        let (mut memories, mut tables, mut elements) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut table_index = None;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.context("this is no WebAssembly module")? {
                Payload::TypeSection(section) => {
                    for kind in section.into_iter_err_on_gc_types() {
                        parameters.push(u32::try_from(kind?.params().len())?);
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let TypeRef::Func(kind) = import?.ty else {
                            bail!("something else than a function is imported")
                        };
                        types.push(kind);
                        imported += 1;
                    }
                }
                Payload::FunctionSection(section) => {
                    for kind in section {
                        types.push(kind?);
                    }
                }
                Payload::TableSection(section) => {
                    for table in section {
                        let table = table?.ty;
                        if table.element_type == RefType::FUNCREF {
                            ensure!(table_index.is_none(), "there are several tables of functions");
                            table_index = Some(u32::try_from(tables.len())?);
                        }
                        tables.push(table);
                    }
                }
                Payload::MemorySection(section) => {
                    for memory in section {
                        memories.push(memory?);
                    }
                }
                Payload::GlobalSection(section) => {
                    for global in section {
                        globals.push(global?.ty);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        let function = (export.kind == ExternalKind::Func).then_some(export.index);
                        exports.push(Export { name: export.name, function });
                    }
                }
                Payload::StartSection { func, .. } => start = Some(func),
                Payload::ElementSection(section) => {
                    for element in section {
                        let element = element?;
                        let ElementKind::Active { offset_expr, .. } = element.kind else { continue };
                        let ElementItems::Functions(functions) = element.items else { continue };
                        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                            bail!("functions stand in the table at a place that is computed")
                        };
                        for (offset, function) in functions.into_iter().enumerate() {
                            elements.insert(u32::try_from(value)? + u32::try_from(offset)?, function?);
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                _ => {}
            }
        }
        let table_index = table_index.context("there is no table of functions")?;
        let [memory] = memories[..] else { bail!("there is not exactly one memory") };
        let table = tables[table_index as usize];
        Ok(Self {
            bytes,
            imported,
            types,
            parameters,
            bodies,
            names,
            exports,
            start,
            globals,
            memory,
            tables,
            table,
            table_index,
            elements,
        })
    }

    /// The function that is exported under `name`.
    pub fn exported(&self, name: &str) -> Option<u32> {
        self.exports.iter().find(|export| export.name == name)?.function
    }

    /// The bytes of a section.
    pub fn slice(&self, range: std::ops::Range<u64>) -> &'a [u8] {
        let at = |position: u64| usize::try_from(position).unwrap_or(self.bytes.len());
        &self.bytes[at(range.start)..at(range.end)]
    }

    /// The functions that it defines.
    pub fn defined(&self) -> std::ops::Range<u32> {
        self.imported..u32::try_from(self.types.len()).unwrap_or(u32::MAX)
    }

    /// Every number in a function that could be an address: constants, and where instructions read and write.
    ///
    /// # Errors
    /// When its code cannot be read.
    pub fn numbers(&self, function: u32) -> Result<Vec<u32>> {
        let mut numbers = Offsets(Vec::new());
        let mut reader = self.body(function).get_operators_reader()?;
        while !reader.eof() {
            let operator = reader.read()?;
            if let Operator::I32Const { value } = operator {
                numbers.0.push(value.cast_unsigned());
            }
            numbers.instruction(operator)?;
        }
        Ok(numbers.0)
    }

    /// The body of a function that the program defines.
    pub fn body(&self, function: u32) -> &FunctionBody<'a> {
        &self.bodies[(function - self.imported) as usize]
    }

    /// How many parameters a function takes.
    pub fn parameters_of(&self, function: u32) -> u32 {
        self.parameters[self.types[function as usize] as usize]
    }

    /// The functions that a function names: it calls them, or takes them as values.
    ///
    /// # Errors
    /// When its code cannot be read, or has instructions that two parts cannot share.
    pub fn calls(&self, function: u32) -> Result<Vec<u32>> {
        let mut calls = Vec::new();
        for operator in self.body(function).get_operators_reader()? {
            match operator? {
                Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                    calls.push(function_index)
                }
                Operator::RefFunc { function_index } => calls.push(function_index),
                Operator::MemoryInit { .. }
                | Operator::DataDrop { .. }
                | Operator::TableInit { .. }
                | Operator::ElemDrop { .. } => {
                    bail!("a function uses segments of data or of the table, which the parts do not share")
                }
                _ => {}
            }
        }
        Ok(calls)
    }
}

/// What the compiler called the functions of a program.
///
/// # Errors
/// When it is no module.
pub fn function_names(program: &[u8]) -> Result<BTreeMap<u32, String>> {
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(program) {
        let Payload::CustomSection(section) = payload.context("this is no WebAssembly module")? else { continue };
        let KnownCustom::Name(section) = section.as_known() else { continue };
        for name in section {
            let Name::Function(functions) = name? else { continue };
            for naming in functions {
                let naming = naming?;
                names.insert(naming.index, naming.name.to_owned());
            }
        }
    }
    Ok(names)
}

/// Collects the offsets in memory that stand in instructions.
struct Offsets(Vec<u32>);

impl Reencode for Offsets {
    type Error = std::convert::Infallible;

    fn mem_arg(&mut self, argument: wasmparser::MemArg) -> Result<MemArg, Error<Self::Error>> {
        // Addresses have 32 bits.
        self.0.push(argument.offset as u32);
        utils::mem_arg(self, argument)
    }
}

/// A function's name without the hashes that the compiler gives to crates, and without LLVM's numbers.
///
/// `core[c5930c85a12de822]::fmt::write` → `core::fmt::write`
pub fn lasting(name: &str) -> String {
    let demangled = format!("{:#}", rustc_demangle::demangle(name));
    let mut lasting = String::with_capacity(demangled.len());
    let mut rest = demangled.as_str();
    while let Some(at) = rest.find('[') {
        let (before, after) = rest.split_at(at);
        lasting.push_str(before);
        let hash = after.get(1..17).is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if hash && after.as_bytes().get(17) == Some(&b']') {
            rest = &after[18..];
        } else {
            lasting.push('[');
            rest = &after[1..];
        }
    }
    lasting.push_str(rest);
    // `name.llvm.1234`, `name.56`
    while let Some((stem, number)) = lasting.rsplit_once('.') {
        if number.is_empty() || !(number == "llvm" || number.bytes().all(|byte| byte.is_ascii_digit())) {
            break;
        }
        lasting.truncate(stem.len());
    }
    lasting
}

#[cfg(test)]
mod tests {
    use super::lasting;

    #[test]
    fn a_name_is_the_same_in_the_next_build() {
        assert_eq!(lasting("core[c5930c85a12de822]::fmt::write"), "core::fmt::write");
        assert_eq!(
            lasting("<[u8] as alloc[3ca501edff3f0c7c]::slice::Join>::join.llvm.123"),
            "<[u8] as alloc::slice::Join>::join"
        );
        assert_eq!(lasting("alloc::boxed::box_new_uninit.312"), "alloc::boxed::box_new_uninit");
        assert_eq!(lasting("_ZN4core3fmt5write17h0123456789abcdefE"), "core::fmt::write");
        assert_eq!(lasting("memcpy"), "memcpy");
    }
}

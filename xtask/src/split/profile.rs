//! How the lists of what runs at first are made: a program that notes of every function whether it ran.
//!
//! `cargo xtask profile` builds the page from such programs, opens the first lab in Chromium, and writes what has run by the
//! time it plays into `xtask/profile/`. Read next: `tests/e2e/profile.ts`, what is opened.

use super::module::Whole;
use anyhow::Result;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, Encode, ExportKind, ExportSection, GlobalSection, GlobalType, Instruction, Module,
    RawSection, ValType,
};
use wasmparser::{Parser, Payload};

/// What the exports are called that say of a function whether it ran: this, its number, a space, its name.
pub const RAN: &str = "ran ";

/// The names of the functions that belong to the first part of a program.
pub struct List(BTreeSet<String>);

impl List {
    /// Reads a list; a program without one is not cut.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn of(folder: &Path, program: &str) -> Result<Option<Self>> {
        let file = folder.join(format!("{program}.txt"));
        if !file.is_file() {
            return Ok(None);
        }
        let text = fs::read_to_string(file)?;
        Ok(Some(Self(text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect())))
    }

    /// How many names it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the function of this name is in it.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

/// The program with one exported global for each of its functions, which is 1 once the function has run.
///
/// # Errors
/// When the program is not as rustc and wasm-bindgen make them.
pub fn noting(program: &[u8]) -> Result<Vec<u8>> {
    let whole = Whole::read(program)?;
    let first_mark = u32::try_from(whole.globals.len())?;
    let mut module = Module::new();
    let mut code_written = false;
    for payload in Parser::new(0).parse_all(program) {
        let payload = payload?;
        match &payload {
            Payload::GlobalSection(section) => {
                let mut globals = GlobalSection::new();
                RoundtripReencoder.parse_global_section(&mut globals, section.clone())?;
                for _ in &whole.bodies {
                    let kind = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
                    globals.global(kind, &ConstExpr::i32_const(0));
                }
                module.section(&globals);
            }
            Payload::ExportSection(section) => {
                let mut exports = ExportSection::new();
                RoundtripReencoder.parse_export_section(&mut exports, section.clone())?;
                for (number, function) in (0..).zip(whole.imported..).take(whole.bodies.len()) {
                    let name = whole.names.get(&function).map_or("", String::as_str);
                    exports.export(&format!("{RAN}{number} {name}"), ExportKind::Global, first_mark + number);
                }
                module.section(&exports);
            }
            Payload::CodeSectionStart { .. } if !code_written => {
                code_written = true;
                let mut code = CodeSection::new();
                for (number, body) in (0..).zip(&whole.bodies) {
                    let mut locals = body.get_locals_reader()?;
                    for _ in 0..locals.get_count() {
                        locals.read()?;
                    }
                    let at = usize::try_from(locals.original_position() - body.range().start)?;
                    let (locals, instructions) = body.as_bytes().split_at(at);
                    let mut noting = locals.to_vec();
                    Instruction::I32Const(1).encode(&mut noting);
                    Instruction::GlobalSet(first_mark + number).encode(&mut noting);
                    noting.extend_from_slice(instructions);
                    code.raw(&noting);
                }
                module.section(&code);
            }
            Payload::CodeSectionStart { .. } | Payload::CodeSectionEntry(_) => {}
            other => {
                if let Some((id, range)) = other.as_section() {
                    module.section(&RawSection { id, data: whole.slice(range) });
                }
            }
        }
    }
    Ok(module.finish())
}

//! Short names for what a program imports from its glue.
//!
//! wasm-bindgen names each import after what it is and sixteen digits that hardly compress, once in the module and once in the
//! glue. Nobody else reads them.

use anyhow::Result;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ImportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

/// The glue and the module with short names for the imports that the glue defines as `name: …`, each on a line of its own; the
/// glue without its indentation and comments.
///
/// # Errors
/// When the module cannot be read.
pub fn short_imports(glue: &str, program: &[u8]) -> Result<(String, Vec<u8>)> {
    let mut glue = glue.to_owned();
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(program) {
        let payload = payload?;
        if let Payload::ImportSection(section) = &payload {
            let mut imports = ImportSection::new();
            for (number, import) in section.clone().into_imports().enumerate() {
                let import = import?;
                let short = format!("i{number}");
                let (long, new) = (format!("        {}: ", import.name), format!("        {short}: "));
                let once = glue.matches(&long).count() == 1 && !glue.contains(&new);
                let name = if once { &short } else { import.name };
                if once {
                    glue = glue.replace(&long, &new);
                }
                imports.import(import.module, name, RoundtripReencoder.entity_type(import.ty)?);
            }
            module.section(&imports);
        } else if let Some((id, range)) = payload.as_section() {
            module.section(&RawSection {
                id,
                data: &program[usize::try_from(range.start)?..usize::try_from(range.end)?],
            });
        }
    }
    // Nor does anyone read the glue.
    let is_comment = |line: &&str| *line == "*" || ["/**", "* ", "*/", "//"].iter().any(|mark| line.starts_with(mark));
    let lines = glue.lines().map(str::trim_start).filter(|line| !is_comment(line));
    Ok((lines.flat_map(|line| [line, "\n"]).collect(), module.finish()))
}

//! Which constants only the rest reads.
//!
//! The linker can be asked to keep, for every function and every constant, which constants it refers to (`--emit-relocs`). A
//! constant that no function of the first part reaches, directly or through other constants, can come with the rest: before the
//! rest is there nobody has its address. What is not covered by a symbol, and what can be written to, stays in the first part.
//!
//! Read next: the conventions of the linker,
//! <https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md>.

use super::module::lasting;
use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use wasmparser::{
    DataKind, KnownCustom, Linking, Name, Operator, Parser, Payload, RelocationEntry, RelocationType, SymbolInfo,
};

/// Gaps shorter than this are not worth a segment of their own, in bytes.
const SHORTEST: u32 = 16;

/// Where a constant belongs, and its bytes.
pub type Constant = (u32, Vec<u8>);

/// What the linker knows of a program.
struct Linked<'a> {
    /// Where each segment of data begins, and its bytes.
    segments: Vec<(u32, &'a [u8])>,
    /// Segments that are never written to.
    constant: BTreeSet<u32>,
    /// Where each symbol's bytes are; for symbols of data only.
    symbols: Vec<Option<Range<u32>>>,
    /// Names of functions with the symbols that they refer to.
    functions: BTreeMap<String, BTreeSet<u32>>,
    /// References from data: where, to which symbol.
    references: Vec<(u32, u32)>,
}

/// The constants that only the rest reads, as ranges of addresses with their bytes. `linked` is the program as the linker wrote
/// it, `is_first` says of a function's name whether it is in the first part. None if the linker has kept no references.
///
/// # Errors
/// When the program cannot be read.
pub fn of_the_rest(linked: &[u8], is_first: impl Fn(&str) -> bool) -> Result<Option<Vec<Constant>>> {
    let Some(linked) = read(linked)? else { return Ok(None) };
    let mut open: Vec<u32> =
        linked.functions.iter().filter(|(name, _)| is_first(name)).flat_map(|(_, symbols)| symbols.clone()).collect();
    // What can be written to stays, with all that it refers to.
    let addresses_of = |segment: u32| {
        let (start, bytes) = linked.segments[segment as usize];
        start..start + u32::try_from(bytes.len()).unwrap_or(u32::MAX)
    };
    let written: Vec<Range<u32>> = (0..linked.segments.len() as u32)
        .filter(|segment| !linked.constant.contains(segment))
        .map(addresses_of)
        .collect();
    let is_written = |address: u32| written.iter().any(|range| range.contains(&address));
    open.extend(linked.references.iter().filter(|(from, _)| is_written(*from)).map(|(_, to)| *to));

    let mut references = linked.references.clone();
    references.sort_unstable();
    let mut reached = BTreeSet::new();
    while let Some(symbol) = open.pop() {
        let Some(Some(range)) = linked.symbols.get(symbol as usize) else { continue };
        if !reached.insert((range.start, range.end)) {
            continue;
        }
        let first = references.partition_point(|(from, _)| *from < range.start);
        open.extend(references[first..].iter().take_while(|(from, _)| *from < range.end).map(|(_, to)| *to));
    }
    // Whole symbols only: a byte that belongs to one that is reached, or to none, stays.
    let mut moved = Vec::new();
    for &segment in &linked.constant {
        let (start, bytes) = linked.segments[segment as usize];
        let range = addresses_of(segment);
        let mut belongs = vec![false; bytes.len()];
        for symbol in linked.symbols.iter().flatten().filter(|symbol| range.contains(&symbol.start)) {
            belongs[(symbol.start - start) as usize..(symbol.end - start) as usize].fill(true);
        }
        for &(from, to) in reached.iter().filter(|(from, _)| range.contains(from)) {
            belongs[(from - start) as usize..(to - start) as usize].fill(false);
        }
        let mut at = 0;
        for run in belongs.chunk_by(|left, right| left == right) {
            if run[0] && run.len() >= SHORTEST as usize {
                moved.push((start + u32::try_from(at)?, bytes[at..at + run.len()].to_vec()));
            }
            at += run.len();
        }
    }
    Ok(Some(moved))
}

fn read(bytes: &[u8]) -> Result<Option<Linked<'_>>> {
    let (mut segments, mut constant, mut symbols) = (Vec::new(), BTreeSet::new(), Vec::new());
    let (mut names, mut bodies, mut imported) = (BTreeMap::new(), Vec::new(), 0);
    let (mut code, mut data) = (None, None);
    let (mut in_code, mut in_data): (Vec<RelocationEntry>, Vec<RelocationEntry>) = (Vec::new(), Vec::new());
    let mut sections = Vec::new();
    let mut segment_bytes = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        if let Some((id, range)) = payload.as_section() {
            sections.push(range.start);
            if id == wasm_encoder::SectionId::Code as u8 {
                code = Some(range.start);
            }
        }
        match payload {
            Payload::ImportSection(section) => {
                let functions = section.into_imports().filter(|import| {
                    import.as_ref().is_ok_and(|import| matches!(import.ty, wasmparser::TypeRef::Func(_)))
                });
                imported = u32::try_from(functions.count())?;
            }
            Payload::CodeSectionStart { .. } => {}
            Payload::CodeSectionEntry(body) => bodies.push(body.range()),
            Payload::DataSection(section) => {
                data = Some(section.range().start);
                for segment in section {
                    let segment = segment?;
                    let DataKind::Active { offset_expr, .. } = segment.kind else { return Ok(None) };
                    let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                        return Ok(None);
                    };
                    segments.push((u32::try_from(value)?, segment.data));
                    segment_bytes.push(segment.range.end - segment.data.len() as u64);
                }
            }
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::Name(section) => {
                    for name in section {
                        match name? {
                            Name::Function(functions) => {
                                for naming in functions {
                                    let naming = naming?;
                                    names.insert(naming.index, lasting(naming.name));
                                }
                            }
                            Name::Data(named) => {
                                for naming in named {
                                    let naming = naming?;
                                    if naming.name.starts_with(".rodata") {
                                        constant.insert(naming.index);
                                    }
                                }
                            }
                            _ => {}
                        }
                    }
                }
                KnownCustom::Linking(section) => {
                    for part in section.subsections() {
                        let Linking::SymbolTable(table) = part? else { continue };
                        for symbol in table {
                            symbols.push(match symbol? {
                                SymbolInfo::Data { symbol: Some(symbol), .. } => Some(symbol),
                                _ => None,
                            });
                        }
                    }
                }
                KnownCustom::Reloc(section) => {
                    let target = sections.get(section.section_index() as usize).copied();
                    let entries = section.entries().into_iter().collect::<Result<Vec<_>, _>>()?;
                    let entries = entries.into_iter().filter(|entry| is_address(entry.ty));
                    if target.is_some() && target == code {
                        in_code.extend(entries);
                    } else if target.is_some() && target == data {
                        in_data.extend(entries);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    if symbols.is_empty() || in_code.is_empty() {
        return Ok(None);
    }
    let (code, data) = (code.context("there is no code")?, data.context("there is no data")?);
    let mut functions: BTreeMap<String, BTreeSet<u32>> =
        names.values().map(|name| (name.clone(), BTreeSet::new())).collect();
    for entry in in_code {
        let at = code + u64::from(entry.offset);
        let body = bodies.partition_point(|body| body.end <= at);
        ensure!(bodies.get(body).is_some_and(|body| body.contains(&at)), "a reference lies outside every function");
        let name = names.get(&(imported + u32::try_from(body)?)).context("a function has no name")?;
        functions.entry(name.clone()).or_default().insert(entry.index);
    }
    let mut references = Vec::new();
    for entry in in_data {
        let at = data + u64::from(entry.offset);
        let segment = segment_bytes
            .partition_point(|start| *start <= at)
            .checked_sub(1)
            .context("a reference lies outside the data")?;
        let address = segments[segment].0 + u32::try_from(at - segment_bytes[segment])?;
        references.push((address, entry.index));
    }
    let symbols = symbols.into_iter().map(|symbol| {
        let symbol = symbol?;
        let start = segments.get(symbol.index as usize)?.0 + symbol.offset;
        Some(start..start + symbol.size)
    });
    Ok(Some(Linked { symbols: symbols.collect(), segments, constant, functions, references }))
}

/// Whether a reference is one to an address in memory.
fn is_address(kind: RelocationType) -> bool {
    use RelocationType::{
        MemoryAddrI32, MemoryAddrLeb, MemoryAddrLocrelI32, MemoryAddrRelSleb, MemoryAddrSleb, MemoryAddrTlsSleb,
    };
    matches!(
        kind,
        MemoryAddrLeb | MemoryAddrSleb | MemoryAddrI32 | MemoryAddrRelSleb | MemoryAddrTlsSleb | MemoryAddrLocrelI32
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        CodeSection, ConstExpr, CustomSection, DataSection, DataSymbolDefinition, Encode, Function, FunctionSection,
        LinkingSection, MemorySection, MemoryType, Module, NameMap, NameSection, SymbolTable, TypeSection,
    };

    /// What a program of the linker looks like. Constants of 16 bytes each from address 1024 on: `a` is read by `early` and refers to
    /// `b`, `c` is read by `late`, 16 bytes belong to nothing, `d` is read by nobody but the variable, which can be written to.
    fn linked() -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        module.section(&types);
        let mut functions = FunctionSection::new();
        functions.function(0).function(0);
        module.section(&functions);
        let mut memories = MemorySection::new();
        memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
        module.section(&memories);
        let mut code = CodeSection::new();
        for _ in 0..2 {
            // Padded as the linker does: an address takes five bytes.
            let mut function = Function::new([]);
            function.raw([0x41, 0x80, 0x88, 0x80, 0x80, 0x00, 0x1a, 0x0b]);
            code.function(&function);
        }
        module.section(&code);
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(1024), (0..80_u8).collect::<Vec<_>>());
        data.active(0, &ConstExpr::i32_const(2048), [200_u8; 4]);
        module.section(&data);
        let mut linking = LinkingSection::new();
        let mut symbols = SymbolTable::new();
        for (name, segment, offset, size) in
            [("a", 0, 0, 16), ("b", 0, 16, 16), ("c", 0, 32, 16), ("d", 0, 64, 16), ("variable", 1, 0, 4)]
        {
            symbols.data(0, name, Some(DataSymbolDefinition { index: segment, offset, size }));
        }
        linking.symbol_table(&symbols);
        module.section(&linking);
        // Offsets count from the beginning of a section's content: after the count and each body's size and locals.
        let function = |number: u32| 1 + number * 10 + 3;
        let in_code = [(4, function(0), 0), (4, function(1), 2)];
        // `a` refers to `b` at its fourth byte; the variable to `d`. Before the first segment's bytes: count, flag, address, size.
        let first_bytes = 1 + 1 + 4 + 1;
        let in_data = [(5, first_bytes + 4, 1), (5, first_bytes + 80 + 1 + 4 + 1, 3)];
        for (name, section, entries) in [("reloc.CODE", 3_u32, in_code), ("reloc.DATA", 4, in_data)] {
            let mut bytes = Vec::new();
            section.encode(&mut bytes);
            2_u32.encode(&mut bytes);
            for (kind, offset, symbol) in entries {
                bytes.push(kind);
                u32::encode(&offset, &mut bytes);
                u32::encode(&symbol, &mut bytes);
                0_u32.encode(&mut bytes);
            }
            module.section(&CustomSection { name: name.into(), data: bytes.into() });
        }
        let mut names = NameSection::new();
        let mut functions = NameMap::new();
        functions.append(0, "early");
        functions.append(1, "late");
        names.functions(&functions);
        let mut segments = NameMap::new();
        segments.append(0, ".rodata");
        segments.append(1, ".data");
        names.data(&segments);
        module.section(&names);
        module.finish()
    }

    #[test]
    fn a_constant_that_only_the_rest_reaches_moves_and_no_other() -> Result<()> {
        let bytes = |start: u8| (start..start + 16).collect::<Vec<u8>>();
        let linked = linked();
        let moved = of_the_rest(&linked, |name| name == "early")?.context("no references")?;
        assert_eq!(moved, [(1024 + 32, bytes(32))]);
        let moved = of_the_rest(&linked, |name| name == "late")?.context("no references")?;
        // `a`, and `b` that only `a` refers to, lie side by side.
        assert_eq!(moved, [(1024, (0..32).collect::<Vec<u8>>())]);
        assert_eq!(of_the_rest(&linked, |_| true)?.context("no references")?, []);
        Ok(())
    }

    #[test]
    fn without_the_linker_s_references_nothing_moves() -> Result<()> {
        let plain = wat::parse_str(r#"(module (memory 1) (data (i32.const 8) "constant") (func $f))"#)?;
        assert_eq!(of_the_rest(&plain, |_| false)?, None);
        Ok(())
    }
}

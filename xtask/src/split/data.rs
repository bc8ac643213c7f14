//! Which constants only the rest reads, and of which functions the first part can have the address.
//!
//! The linker can be asked to keep, for every function and every constant, what it refers to (`--emit-relocs`). A constant that no
//! function of the first part reaches, directly or through other constants, can come with the rest: before the rest is
//! there nobody has its address. What is not covered by a symbol, and what can be written to, stays in the first part.
//! A function of the rest whose address stands in none of those need not stand in the table until then.
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
const SHORTEST: usize = 16;

/// Where a constant belongs, and its bytes.
pub type Constant = (u32, Vec<u8>);

/// What the first part can reach, and what it cannot.
pub struct Reach {
    /// Constants that only the rest reads.
    pub constants: Vec<Constant>,
    /// Names of functions whose address the first part can have.
    pub pointed: BTreeSet<String>,
    /// Names of all functions that the linker knows.
    pub known: BTreeSet<String>,
}

/// What the linker knows of a program.
struct Linked<'a> {
    /// Where each segment of data begins, and its bytes.
    segments: Vec<(u32, &'a [u8])>,
    /// Segments that are never written to.
    constant: BTreeSet<u32>,
    symbols: Vec<Symbol>,
    /// Names of functions with the symbols that they refer to, and how far behind the start of each.
    functions: BTreeMap<String, BTreeSet<(u32, i64)>>,
    /// References from data: where, to which symbol.
    references: Vec<(u32, u32)>,
}

/// What a reference can be to.
enum Symbol {
    /// Data at these addresses.
    Data(Range<u32>),
    /// The function of this name.
    Function(String),
    Other,
}

/// What the first part reaches. `linked` is the program as the linker wrote it, `first` has the functions of the first part with the
/// numbers that stand in them: where a piece of one has become a function of its own (`outline.rs`), some of its addresses are gone. What
/// is such a number is taken for an address as well. None if the linker has kept no references.
///
/// # Errors
/// When the program cannot be read.
pub fn reach(linked: &[u8], first: &BTreeMap<&str, BTreeSet<u32>>) -> Result<Option<Reach>> {
    let Some(mut linked) = read(linked)? else { return Ok(None) };
    let mut data: Vec<Range<u32>> = linked.symbols.iter().filter_map(Symbol::data).cloned().collect();
    data.sort_unstable_by_key(|range| (range.start, range.end));
    linked.references.sort_unstable();
    // The functions of the first part, what can be written to and what belongs to no symbol: with all that they refer to.
    let mut open = Vec::new();
    for (name, symbols) in &linked.functions {
        let Some(numbers) = first.get(name.as_str()) else { continue };
        let stands = |&&(symbol, behind): &&(u32, i64)| match linked.symbols.get(symbol as usize) {
            Some(Symbol::Data(range)) => {
                u32::try_from(i64::from(range.start) + behind).is_ok_and(|address| numbers.contains(&address))
            }
            // Places in the table are given by whoever reads the program next.
            _ => true,
        };
        open.extend(symbols.iter().filter(stands).map(|(symbol, _)| *symbol));
    }
    // A function that wasm-bindgen has renamed would not be found: whatever looks like an address in the first part is taken for one.
    let addresses: BTreeSet<u32> = first.values().flatten().copied().collect();
    let constant: Vec<Range<u32>> = linked.constant.iter().map(|segment| linked.addresses_of(*segment)).collect();
    let stays = |address: u32| {
        let within = |range: &Range<u32>| range.contains(&address);
        !constant.iter().any(within) || !data.iter().any(within)
    };
    open.extend(linked.references.iter().filter(|(from, _)| stays(*from)).map(|(_, to)| *to));
    let looks_read = |range: &Range<u32>| !range.is_empty() && addresses.range(range.clone()).next().is_some();
    let numbered = (0..).zip(&linked.symbols);
    open.extend(numbered.filter(|(_, symbol)| symbol.data().is_some_and(looks_read)).map(|(number, _)| number));

    let (mut reached, mut pointed) = (BTreeSet::new(), BTreeSet::new());
    while let Some(symbol) = open.pop() {
        match linked.symbols.get(symbol as usize) {
            Some(Symbol::Data(range)) if reached.insert((range.start, range.end)) => {
                let first = linked.references.partition_point(|(from, _)| *from < range.start);
                let within = linked.references[first..].iter().take_while(|(from, _)| *from < range.end);
                open.extend(within.map(|(_, to)| *to));
            }
            Some(Symbol::Function(name)) => {
                pointed.insert(name.clone());
            }
            _ => {}
        }
    }
    // Whole symbols only: a byte that belongs to one that is reached, or to none, stays.
    let mut constants = Vec::new();
    for &segment in &linked.constant {
        let (start, bytes) = linked.segments[segment as usize];
        let segment = linked.addresses_of(segment);
        let mut moves = vec![false; bytes.len()];
        for range in data.iter().filter(|range| segment.contains(&range.start)) {
            moves[(range.start - start) as usize..(range.end - start) as usize].fill(true);
        }
        for &(from, to) in reached.iter().filter(|(from, _)| segment.contains(from)) {
            moves[(from - start) as usize..(to - start) as usize].fill(false);
        }
        let mut at = 0;
        for run in moves.chunk_by(|left, right| left == right) {
            if run[0] && run.len() >= SHORTEST {
                constants.push((start + u32::try_from(at)?, bytes[at..at + run.len()].to_vec()));
            }
            at += run.len();
        }
    }
    Ok(Some(Reach { constants, pointed, known: linked.functions.into_keys().collect() }))
}

impl Symbol {
    fn data(&self) -> Option<&Range<u32>> {
        if let Self::Data(range) = self { Some(range) } else { None }
    }
}

impl Linked<'_> {
    fn addresses_of(&self, segment: u32) -> Range<u32> {
        let (start, bytes) = self.segments[segment as usize];
        start..start.saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX))
    }
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
                            symbols.push(symbol?);
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
    let mut functions: BTreeMap<String, BTreeSet<(u32, i64)>> =
        names.values().map(|name| (name.clone(), BTreeSet::new())).collect();
    for entry in in_code {
        let at = code + u64::from(entry.offset);
        let body = bodies.partition_point(|body| body.end <= at);
        ensure!(bodies.get(body).is_some_and(|body| body.contains(&at)), "a reference lies outside every function");
        let name = names.get(&(imported + u32::try_from(body)?)).context("a function has no name")?;
        functions.entry(name.clone()).or_default().insert((entry.index, entry.addend));
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
    let symbols = symbols.into_iter().map(|symbol| match symbol {
        SymbolInfo::Data { symbol: Some(symbol), .. } => match segments.get(symbol.index as usize) {
            Some((start, _)) => Symbol::Data(start + symbol.offset..start + symbol.offset + symbol.size),
            None => Symbol::Other,
        },
        SymbolInfo::Func { index, .. } => {
            names.get(&index).map_or(Symbol::Other, |name| Symbol::Function(name.clone()))
        }
        _ => Symbol::Other,
    });
    Ok(Some(Linked { symbols: symbols.collect(), segments, constant, functions, references }))
}

/// Whether a reference is one to an address: in memory, or a function's in the table.
fn is_address(kind: RelocationType) -> bool {
    use RelocationType::{
        MemoryAddrI32, MemoryAddrLeb, MemoryAddrLocrelI32, MemoryAddrRelSleb, MemoryAddrSleb, MemoryAddrTlsSleb,
        TableIndexI32, TableIndexRelSleb, TableIndexSleb,
    };
    let in_memory = matches!(
        kind,
        MemoryAddrLeb | MemoryAddrSleb | MemoryAddrI32 | MemoryAddrRelSleb | MemoryAddrTlsSleb | MemoryAddrLocrelI32
    );
    in_memory || matches!(kind, TableIndexSleb | TableIndexI32 | TableIndexRelSleb)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        CodeSection, ConstExpr, CustomSection, DataSection, DataSymbolDefinition, Encode, Function, FunctionSection,
        LinkingSection, MemorySection, MemoryType, Module, NameMap, NameSection, SymbolTable, TypeSection,
    };

    /// What a program of the linker looks like. Constants of 16 bytes each from address 1024 on: `a` is read by `early` and refers to
    /// `b`, which has the address of `late`, `c` is read by `late`, 16 bytes belong to nothing, `d` is read by nobody but the variable, which can be written to.
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
        symbols.function(0, 1, Some("late"));
        linking.symbol_table(&symbols);
        module.section(&linking);
        // Offsets count from the beginning of a section's content: after the count and each body's size and locals.
        let function = |number: u32| 1 + number * 10 + 3;
        let in_code = [(4, function(0), 0), (4, function(1), 2)];
        // `a` refers to `b` at its fourth byte; the variable to `d`. Before the first segment's bytes: count, flag, address, size.
        let first_bytes = 1 + 1 + 4 + 1;
        let in_data = [(5, first_bytes + 4, 1), (2, first_bytes + 20, 5), (5, first_bytes + 80 + 1 + 4 + 1, 3)];
        for (name, section, entries) in [("reloc.CODE", 3_u32, &in_code[..]), ("reloc.DATA", 4, &in_data[..])] {
            let mut bytes = Vec::new();
            section.encode(&mut bytes);
            u32::try_from(entries.len()).unwrap().encode(&mut bytes);
            for &(kind, offset, symbol) in entries {
                bytes.push(kind);
                u32::encode(&offset, &mut bytes);
                u32::encode(&symbol, &mut bytes);
                // Addresses in memory have an addend, functions have not.
                bytes.extend((kind != 2).then_some(0));
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
        let reach = |first: &[(&'static str, u32)]| -> Result<Reach> {
            let first = first.iter().map(|&(name, number)| (name, BTreeSet::from([number])));
            reach(&linked, &first.collect())?.context("no references")
        };
        let early = reach(&[("early", 1024)])?;
        assert_eq!(early.constants, [(1024 + 32, bytes(32))]);
        // `b` has the address of `late`.
        assert_eq!(early.pointed, BTreeSet::from(["late".to_owned()]));
        assert_eq!(early.known, BTreeSet::from(["early".to_owned(), "late".to_owned()]));
        let late = reach(&[("late", 1024 + 32)])?;
        // `a`, and `b` that only `a` refers to, lie side by side.
        assert_eq!(late.constants, [(1024, (0..32).collect::<Vec<u8>>())]);
        assert_eq!(late.pointed, BTreeSet::new());
        assert_eq!(reach(&[("early", 1024), ("late", 1024 + 32)])?.constants, []);
        // The piece of `early` that read `a` is a function of its own.
        assert_eq!(reach(&[("early", 7), ("late", 1024 + 32)])?.constants, [(1024, (0..32).collect::<Vec<u8>>())]);
        // Something in the first part looks like the address of the third byte of `c`.
        assert_eq!(reach(&[("early", 1024), ("other", 1024 + 34)])?.constants, []);
        Ok(())
    }

    #[test]
    fn without_the_linker_s_references_nothing_moves() -> Result<()> {
        let plain = wat::parse_str(r#"(module (memory 1) (data (i32.const 8) "constant") (func $f))"#)?;
        assert!(reach(&plain, &BTreeMap::new())?.is_none());
        Ok(())
    }
}

//! How the lists of what runs at first are made: a program that notes where it has been.
//!
//! `cargo xtask profile` builds the page from such programs, opens the first lab in Chromium, and writes what has run by the
//! time it plays into `xtask/profile/`: the names of the functions, and for each which of its leaders (`body.rs`) have not run.
//!
//! Read next: `tests/e2e/profile.ts`, what is opened; `outline.rs`, what is done with it.

use super::module::{function_names, lasting};
use super::outline::functions;
use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, Encode, ExportKind, ExportSection, Instruction, MemArg, MemArgTarget, MemorySection, MemoryType,
    Module, RawSection,
};
use wasmparser::{Parser, Payload};

/// What the memory is exported as in which the program notes, in one byte for each leader, that it has been there.
pub const RAN: &str = "ran";

/// Which of their leaders run hangs on where the heap happens to have room: of these all are taken to have run.
const BY_CHANCE: [&str; 2] = ["dlmalloc::", "alloc::raw_vec::"];

/// What has run: names of functions, and of each, by its shape, the leaders that have not.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct List(BTreeMap<String, BTreeMap<u32, BTreeSet<usize>>>);

impl List {
    /// Reads the list of a program; one without is not cut.
    ///
    /// # Errors
    /// When the file is there and is no list.
    pub fn of(folder: &Path, program: &str) -> Result<Option<Self>> {
        let file = folder.join(format!("{program}.txt"));
        if !file.is_file() {
            return Ok(None);
        }
        let read = Self::read(&fs::read_to_string(&file)?);
        Ok(Some(read.with_context(|| format!("{} is no list: `cargo xtask profile` makes it", file.display()))?))
    }

    /// Reads a list: in each line a name, the shape and the leaders that have not run, with tabs between them.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &str) -> Result<Self> {
        let mut list = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut parts = line.split('\t');
            let (name, shape) = (parts.next().unwrap_or_default(), parts.next().context("a line without a shape")?);
            let mut missed = BTreeSet::new();
            for range in parts.next().unwrap_or_default().split(',').filter(|range| !range.is_empty()) {
                let (first, last) = range.split_once('-').unwrap_or((range, range));
                missed.extend(first.parse()?..=last.parse::<usize>()?);
            }
            list.add(name, u32::from_str_radix(shape, 16)?, missed);
        }
        Ok(list)
    }

    /// As [`List::read`] reads it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (name, shapes) in &self.0 {
            for (shape, missed) in shapes {
                // Writing to a string does not fail.
                let _ = write!(text, "{name}\t{shape:08x}\t");
                let missed: Vec<usize> = missed.iter().copied().collect();
                for (number, run) in missed.chunk_by(|left, right| left + 1 == *right).enumerate() {
                    let comma = if number > 0 { "," } else { "" };
                    let _ = match run {
                        [one] => write!(text, "{comma}{one}"),
                        _ => write!(text, "{comma}{}-{}", run[0], run[run.len() - 1]),
                    };
                }
                text.push('\n');
            }
        }
        text
    }

    /// Of functions that cannot be told apart everything is kept that has run in one of them.
    fn add(&mut self, name: &str, shape: u32, missed: BTreeSet<usize>) {
        let shapes = self.0.entry(name.to_owned()).or_default();
        shapes.entry(shape).and_modify(|before| before.retain(|leader| missed.contains(leader))).or_insert(missed);
    }

    /// How many names it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the function of this name is in it.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Says of the leaders of a function whether they ran; nothing of one that has changed since.
    pub fn ran(&self, name: &str, shape: u32) -> Option<impl Fn(usize) -> bool + use<'_>> {
        let missed = self.0.get(name)?.get(&shape)?;
        Some(move |leader| !missed.contains(&leader))
    }
}

/// What a program that notes is made of: each function's name, shape and number of leaders, in order.
pub type Key = Vec<(String, u32, usize)>;

/// Writes the list of a program from what it has noted; `folder` holds the key (`.key`) and what is noted, in base64 (`.ran`).
///
/// # Errors
/// When something is missing there, or does not fit.
pub fn write_list(folder: &Path, program: &str, lists: &Path) -> Result<()> {
    let ran = STANDARD.decode(fs::read_to_string(folder.join(format!("{program}.ran")))?.trim())?;
    let key: Key = serde_json::from_slice(&fs::read(folder.join(format!("{program}.key")))?)?;
    let list = list(&key, &ran)?;
    let head = format!(
        "# What {program} runs until the first lab plays: functions, their shapes, and which of their leaders do not run. Written by `cargo xtask profile`.\n"
    );
    Ok(fs::write(lists.join(format!("{program}.txt")), head + &list.text())?)
}

/// What has run, by what was noted.
///
/// # Errors
/// When it is not what such a program notes.
pub fn list(key: &Key, ran: &[u8]) -> Result<List> {
    let (mut list, mut at) = (List::default(), 0);
    for (name, shape, leaders) in key {
        let noted = ran.get(at..at + leaders).context("less is noted than the program has")?;
        at += leaders;
        if noted.first() == Some(&1) && !name.is_empty() {
            let by_chance = BY_CHANCE.iter().any(|part| name.contains(part));
            let missed = (0..).zip(noted).filter(|(_, ran)| **ran == 0 && !by_chance).map(|(leader, _)| leader);
            list.add(name, *shape, missed.collect());
        }
    }
    ensure!(!list.0.is_empty(), "nothing has run");
    Ok(list)
}

/// The program with a second memory, in which it notes which of its leaders have run, and the key to that.
///
/// # Errors
/// When the program is not as rustc and wasm-bindgen make them.
pub fn noting(program: &[u8]) -> Result<(Vec<u8>, Key)> {
    let names = function_names(program)?;
    let (mut key, mut bodies, mut leaders) = (Key::new(), Vec::new(), 0);
    for (function, body) in functions(program)? {
        let (mut written, mut copied) = (Vec::new(), 0);
        for &leader in &body.read.leaders {
            let at = body.read.steps[leader].bytes.start;
            written.extend_from_slice(&body.raw[copied..at]);
            Instruction::I32Const(leaders).encode(&mut written);
            Instruction::I32Const(1).encode(&mut written);
            let into = MemArg { offset: 0, align: 0, target: MemArgTarget::Memory(1), ordering: None };
            Instruction::I32Store8(into).encode(&mut written);
            (copied, leaders) = (at, leaders + 1);
        }
        written.extend_from_slice(&body.raw[copied..]);
        bodies.push(written);
        let name = names.get(&function).map_or_else(String::new, |name| lasting(name));
        key.push((name, body.read.shape(), body.read.leaders.len()));
    }
    let mut module = Module::new();
    let mut code_written = false;
    for payload in Parser::new(0).parse_all(program) {
        let payload = payload?;
        match &payload {
            Payload::MemorySection(section) => {
                let mut memories = MemorySection::new();
                RoundtripReencoder.parse_memory_section(&mut memories, section.clone())?;
                let pages = u64::try_from(leaders)?.div_ceil(65_536);
                memories.memory(MemoryType {
                    minimum: pages,
                    maximum: Some(pages),
                    memory64: false,
                    shared: false,
                    page_size_log2: None,
                });
                module.section(&memories);
            }
            Payload::ExportSection(section) => {
                let mut exports = ExportSection::new();
                RoundtripReencoder.parse_export_section(&mut exports, section.clone())?;
                exports.export(RAN, ExportKind::Memory, 1);
                module.section(&exports);
            }
            Payload::CodeSectionStart { .. } if !code_written => {
                code_written = true;
                let mut code = CodeSection::new();
                for body in &bodies {
                    code.raw(body);
                }
                module.section(&code);
            }
            Payload::CodeSectionStart { .. } | Payload::CodeSectionEntry(_) => {}
            other => {
                if let Some((id, range)) = other.as_section() {
                    let data = &program[usize::try_from(range.start)?..usize::try_from(range.end)?];
                    module.section(&RawSection { id, data });
                }
            }
        }
    }
    Ok((module.finish(), key))
}

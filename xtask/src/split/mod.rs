//! Cuts a program in two: what the first seconds run, and the rest, which is fetched while they pass.
//!
//! What that is is measured (`cargo xtask profile`) and kept in `xtask/profile/`. First, what has not run within functions that have
//! becomes functions of its own ([`outlined`]). Then the cut is between functions. Neither changes anything that the program does:
//! whoever calls a function of the rest before it is there waits for it. So a list that has grown old costs time, never correctness.
//!
//! - The first part keeps every index of the whole. A function of the rest that it may call becomes a stub: it makes sure
//!   that the rest is there (the program's own export [`FETCH`] fetches it, see `crates/rest`) and calls through the table.
//! - The rest is a module that takes everything it needs from the exports of the first part, under the name `""`, writes its
//!   functions into the table, and then sets the mark that the stubs ask for.
//!
//! Read next: `outline.rs`, the first step; `module.rs`, the whole; `first.rs` and `rest.rs`, its parts; `profile.rs`, how the lists are made.

mod body;
mod calls;
pub mod data;
mod first;
mod imports;
mod liveness;
mod module;
mod outline;
mod piece;
pub mod profile;
mod rest;

pub use imports::short_imports;
pub use outline::outlined;

use anyhow::{Context, Result, ensure};
use module::Whole;
use std::collections::{BTreeMap, BTreeSet};

/// The export that fetches the rest and does not return before it is there.
pub const FETCH: &str = "fetch_rest";

/// The two parts of a program.
pub struct Parts {
    /// What is there at first; takes the place of the whole.
    pub first: Vec<u8>,
    /// What is fetched afterwards.
    pub rest: Vec<u8>,
    /// Functions in the first part and in the rest.
    pub counts: (usize, usize),
}

/// What the parts agree on.
struct Cut {
    /// Functions of the rest, by their index in the whole.
    moved: BTreeSet<u32>,
    /// Where in the table each of those stands that the first part may call, or pass on: where it stood anyway, or at a new place.
    places: BTreeMap<u32, u32>,
    /// The table's size with the new places.
    table: u64,
    /// Functions of the first part that the rest calls.
    called: BTreeSet<u32>,
    /// Constants that come with the rest.
    constants: Vec<data::Constant>,
}

/// Cuts the program; `is_first` says of a function's name whether it belongs to the first part. `linked` is the same program as
/// the linker wrote it, before wasm-bindgen, with what refers to what; without it all constants stay in the first part.
///
/// # Errors
/// When the program is not as rustc and wasm-bindgen make them (names, one function table, [`FETCH`] exported).
pub fn split(program: &[u8], linked: Option<&[u8]>, is_first: impl Fn(&str) -> bool) -> Result<Parts> {
    let whole = Whole::read(program)?;
    let fetch = whole.exported(FETCH).with_context(|| format!("the program does not export `{FETCH}`"))?;
    let cut = cut(&whole, fetch, linked, is_first)?;
    let counts = (whole.bodies.len() - cut.moved.len(), cut.moved.len());
    Ok(Parts { first: first::write(&whole, &cut, fetch)?, rest: rest::write(&whole, &cut)?, counts })
}

/// How many different names among those of the program's functions `is_first` knows.
///
/// # Errors
/// When the program is not as rustc and wasm-bindgen make them.
pub fn found(program: &[u8], is_first: impl Fn(&str) -> bool) -> Result<usize> {
    let whole = Whole::read(program)?;
    let names: BTreeSet<&String> = whole.names.values().filter(|name| is_first(name)).collect();
    Ok(names.len())
}

/// The program without what the compiler called things.
///
/// # Errors
/// When it is no module.
pub fn without_names(program: &[u8]) -> Result<Vec<u8>> {
    let mut module = wasm_encoder::Module::new();
    for payload in wasmparser::Parser::new(0).parse_all(program) {
        let payload = payload?;
        if matches!(payload, wasmparser::Payload::CustomSection(_)) {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            let data = &program[usize::try_from(range.start)?..usize::try_from(range.end)?];
            module.section(&wasm_encoder::RawSection { id, data });
        }
    }
    Ok(module.finish())
}

fn cut(whole: &Whole, fetch: u32, linked: Option<&[u8]>, is_first: impl Fn(&str) -> bool) -> Result<Cut> {
    let fetching = reached(whole, fetch)?;
    let kept = |function: u32| match whole.names.get(&function) {
        Some(name) => fetching.contains(&function) || whole.start == Some(function) || is_first(name),
        // Those few that wasm-bindgen adds without a name; it starts the program with one.
        None => true,
    };
    let moved: BTreeSet<u32> = whole.defined().filter(|&function| !kept(function)).collect();
    ensure!(!moved.is_empty(), "every function belongs to the first part: there is nothing to cut off");
    let mut wanted: BTreeSet<u32> = whole.exports.iter().filter_map(|export| export.function).collect();
    let mut called = BTreeSet::new();
    for function in whole.defined() {
        let calls = whole.calls(function)?;
        if moved.contains(&function) {
            called.extend(calls.into_iter().filter(|callee| !moved.contains(callee)));
        } else {
            wanted.extend(calls);
        }
    }
    let reach = match linked {
        Some(linked) => reach(whole, &moved, linked)?,
        None => None,
    };
    // Whose address the first part cannot have need not stand in the table before the rest is there.
    let pointed = |function: &u32| match (&reach, whole.names.get(function)) {
        (Some(reach), Some(name)) => reach.pointed.contains(name) || !reach.known.contains(name),
        _ => true,
    };
    let mut places = BTreeMap::new();
    for (&place, &function) in &whole.elements {
        if moved.contains(&function) && (wanted.contains(&function) || pointed(&function)) {
            places.entry(function).or_insert(place);
        }
    }
    let mut table = whole.table.initial;
    for function in wanted.intersection(&moved) {
        if !places.contains_key(function) {
            places.insert(*function, u32::try_from(table)?);
            table += 1;
        }
    }
    let constants = reach.map_or_else(Vec::new, |reach| reach.constants);
    Ok(Cut { moved, places, table, called, constants })
}

/// What the functions of the first part reach.
fn reach(whole: &Whole, moved: &BTreeSet<u32>, linked: &[u8]) -> Result<Option<data::Reach>> {
    let mut first: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for function in whole.defined().filter(|function| !moved.contains(function)) {
        let name = whole.names.get(&function).map_or("", String::as_str);
        first.entry(name).or_default().extend(whole.numbers(function)?);
    }
    data::reach(linked, &first)
}

/// A function with all that it calls, and what these call: what fetches the rest may not wait for the rest.
fn reached(whole: &Whole, function: u32) -> Result<BTreeSet<u32>> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![function]);
    while let Some(function) = open.pop() {
        if function >= whole.imported && reached.insert(function) {
            open.extend(whole.calls(function)?);
        }
    }
    Ok(reached)
}

#[cfg(test)]
mod tests;

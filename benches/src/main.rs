//! Measures, prints a table in Markdown, and writes it to the file that it is given.
//!
//! Ratios are what counts: two contestants in turn, A B and B A, many times; the median of the ratios of a pair and the
//! interval that its order statistics give. Nanoseconds are context, for they are this machine's. Every contestant's
//! mean response is held against theory, so nobody wins by doing less.
//!
//! Called by `cargo xtask bench` with the folder of the Wasm module (or `-` for none), the file to write, `quick` for a
//! fifth of the rounds, and the sections that are wanted (`engines decisions events long`; none: all). With `engine` it is one run of the engine, for a profiler. Read next: [`pairs`].

mod clock;
mod engines;
mod event_lists;
mod longest;
mod node;
mod pairs;
mod picks;

use std::process::ExitCode;

/// How much is done.
#[derive(Clone, Copy)]
pub struct Effort {
    /// Pairs of every comparison; odd, so that there is a median.
    pub pairs: usize,
    /// Customers of a run.
    pub customers: u32,
}

fn all(wasm: Option<&str>, effort: Effort, wanted: impl Fn(&str) -> bool) -> Result<String, String> {
    let mut text = String::from(
        "# Measurements\n\nWritten by `cargo xtask bench`. Ratios are medians of pairs that were run in turn, with the \
         interval that their order statistics give (at least 95 %); they compare across machines. Times are of the \
         machine that wrote this, and of a day on which it may have been busy.\n\n",
    );
    if wanted("engines") {
        text += &engines::compare(wasm, effort)?;
    }
    if wanted("decisions") {
        text += &picks::compare(effort);
    }
    if wanted("events") {
        text += &event_lists::compare(effort);
    }
    if wanted("long") {
        text += &longest::measure(effort)?;
    }
    Ok(text)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|argument| argument == "engine") {
        // For a profiler: one run and nothing else.
        let mut run = headroom_benches::engine::Measured::new(1, 300_000);
        run.run_out();
        println!("{}", run.mean());
        return ExitCode::SUCCESS;
    }
    let (options, sections): (Vec<&str>, Vec<&str>) = arguments
        .iter()
        .map(String::as_str)
        .partition(|argument| argument.contains(['/', '-', '.']) || *argument == "quick");
    let quick = options.contains(&"quick");
    let effort =
        if quick { Effort { pairs: 3, customers: 1_000_000 } } else { Effort { pairs: 15, customers: 1_000_000 } };
    let wasm = options.first().copied().filter(|&folder| folder != "-" && folder != "quick");
    // Only the whole is worth keeping.
    let file = options.get(1).copied().filter(|_| !quick && sections.is_empty());
    let written = all(wasm, effort, |section| sections.is_empty() || sections.contains(&section)).and_then(|text| {
        println!("{text}");
        file.map_or(Ok(()), |file| std::fs::write(file, text).map_err(|error| format!("{file}: {error}")))
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

//! Every chore of the project, from a fresh clone to what CI runs. Nothing but Rust is needed beforehand: what a chore
//! needs it fetches, and says so.
//!
//! To add a chore, add a line to [`CHORES`]. Read next: `test.rs`, which is what CI runs.

mod after_build;
mod bench;
mod browsers;
mod build;
mod dependencies;
mod doctor;
mod end_to_end;
mod http;
mod programs;
mod project;
mod server;
mod sizes;
mod split;
mod styles;
mod test;
mod tools;

use anyhow::{Result, bail};
use project::Project;
use std::process::ExitCode;

/// A chore: what it is called, what it does, what does it.
struct Chore {
    name: &'static str,
    arguments: &'static str,
    help: &'static str,
    run: fn(&Project, &[String]) -> Result<()>,
}

const CHORES: &[Chore] = &[
    Chore {
        name: "serve",
        arguments: "[trunk's options]",
        help: "build for development, serve, and rebuild when a file changes",
        run: build::serve,
    },
    Chore {
        name: "build",
        arguments: "",
        help: "release build into dist/, with its sizes; fails when it has grown too large",
        run: build::release,
    },
    Chore {
        name: "preview",
        arguments: "",
        help: "serve dist/ as a static host would, under a sub-path",
        run: build::preview,
    },
    Chore {
        name: "test", arguments: "[step …]", help: "everything CI runs, or only the named steps", run: test::run
    },
    Chore {
        name: "e2e",
        arguments: "[Playwright's options]",
        help: "journeys through dist/ in Chromium, for instance `cargo xtask e2e shell --headed`",
        run: end_to_end::journeys,
    },
    Chore {
        name: "shots",
        arguments: "[route …]",
        help: "pictures of routes, wide and narrow, light and dark, into target/shots",
        run: end_to_end::shots,
    },
    Chore {
        name: "measure",
        arguments: "",
        help: "how fast dist/ is for who looks at it: loads, frames, answers; writes docs/page.md",
        run: end_to_end::measure,
    },
    Chore {
        name: "profile",
        arguments: "",
        help: "find out which functions the first lab runs; the build cuts its programs by that",
        run: end_to_end::profile,
    },
    Chore {
        name: "bench",
        arguments: "[quick] [section …]",
        help: "paired measurements of the engine, natively and in Wasm; writes docs/bench.md",
        run: bench::run,
    },
    Chore {
        name: "doctor",
        arguments: "",
        help: "what is needed, what is there, how to get the rest",
        run: doctor::run,
    },
    Chore {
        name: "after-build",
        arguments: "",
        help: "trunk's last step; not for calling by hand",
        run: after_build::run,
    },
    Chore { name: "help", arguments: "", help: "this list", run: help },
];

fn help(_project: &Project, _arguments: &[String]) -> Result<()> {
    println!("Usage: cargo xtask CHORE\n");
    for chore in CHORES {
        let call = format!("{} {}", chore.name, chore.arguments);
        println!("  {call:30} {}", chore.help);
    }
    println!("\nSteps of `cargo xtask test`, in order:");
    test::list();
    Ok(())
}

fn dispatch(name: &str, arguments: &[String]) -> Result<()> {
    let project = Project::open()?;
    match CHORES.iter().find(|chore| chore.name == name) {
        Some(chore) => (chore.run)(&project, arguments),
        None => {
            help(&project, &[])?;
            bail!("there is no chore named `{name}`")
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = match arguments.split_first() {
        Some((name, rest)) => (name.trim_start_matches('-'), rest),
        None => ("help", &[][..]),
    };
    match dispatch(name, rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

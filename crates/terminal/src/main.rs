//! The program `headroom`: the same scenarios as on the page, in a terminal.
//!
//! `headroom run '<text or link>'` prints the numbers that the page shows, `headroom trace` tells what happens event
//! by event, `headroom compare` puts many policies into one table, `headroom check` scores the solution of an exercise, `headroom labs`
//! lists what there is. What a scenario refuses is an error here, with exit code 2.
//! Read next: `arguments` for the flags, which come from the labs' declarations.

mod arguments;
mod check;
mod compare;
mod labs;
mod run;
mod trace;

use std::io::Write;
use std::process::ExitCode;

/// What a command comes to: text for standard output, or a sentence for standard error.
type Answer = Result<String, String>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    let matches = match arguments::command(&words).try_get_matches_from(&words) {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version are “errors” of the library that belong on standard output.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let answer = match matches.subcommand() {
        Some(("run", matches)) => run::answer(matches),
        Some(("trace", matches)) => trace::answer(matches),
        Some(("compare", matches)) => compare::answer(matches),
        Some(("labs", matches)) => labs::answer(matches),
        Some(("check", matches)) => check::answer(matches),
        _ => Err("say what to do: run, trace, compare, check or labs; --help tells more".to_owned()),
    };
    match answer {
        // A reader that has gone (`headroom … | head`) is no failure of ours.
        Ok(text) => {
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("headroom: {sentence}");
            ExitCode::from(2)
        }
    }
}

//! The Web Worker: a shell round [`headroom::session::Runner`].
//!
//! Commands come in as `ArrayBuffer`s of postcard bytes, reports go out the same way, all that one turn gave in one
//! transferred buffer. Between two turns the worker's mail is read: it yields by posting to itself over a
//! `MessageChannel`, since timers wait at least four milliseconds (42 to 51 % of the time at work, against 86 to 94).
//!
//! It knows no experiment: `src/bin/` has a program for each lab, so that opening one lab does not load the models of
//! the others. Read next: [`pace`], then `src/session/runner/mod.rs`.

mod pace;
mod shell;
mod verify;

use headroom::labs::Experiment;
// Linked for what the stubs of a program in two parts call.
use headroom_rest as _;

/// Takes up work in the worker that this program runs in; scenarios of other labs than these are refused.
pub fn start(experiments: &'static [Experiment]) {
    verify::remember(experiments);
    shell::start(experiments);
}

//! The two state machines of a session against each other, with messages that are late and interleaved.
//!
//! The one law: whatever was done to get here, a lane that stands somewhere is bit for bit the run that a fresh
//! worker makes of the present scenario up to there, and so are its windows. Read next: `world.rs`, which checks it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

mod editing;
mod law;
mod time;
mod world;

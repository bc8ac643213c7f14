//! The subject: one file per algorithm, written to be read.
//!
//! Everything an algorithm may not own comes in as an argument: the time, chance, what it knows of the servers, who
//! listens to its reasons. It knows only [`basics`](crate::basics): no simulation, no lab, no page. So the same code
//! runs in the simulated world, in a test against vectors of the production implementations, and in a live worker.
//!
//! A family is a trait, its algorithms (a file each) and a registry with metadata. Read a family's `mod.rs` first,
//! then any of its files in any order.

pub mod balancing;
pub mod batching;
pub mod concurrency;
pub mod exhibits;
pub mod parts;
pub mod pipelining;
pub mod sharding;

use crate::basics::{Declaration, Prose};

/// What the registry of a family says about one algorithm. The page shows it; tests check that nothing is missing.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// As written in a link: `two-choices`.
    pub key: &'static str,
    /// As shown: “Two random choices”.
    pub label: &'static str,
    /// What it is, in one or two sentences.
    pub summary: Prose,
    /// Cost of one decision and of the memory, in big-O.
    pub cost: Prose,
    /// Where the semantics come from: a paper, or a production implementation with its file.
    pub source: Prose,
    /// The file that is compiled, and that the Code tab shows; relative to the root of the repository.
    pub file: &'static str,
    /// Its own parameters.
    pub parameters: &'static [Declaration],
    /// An exhibit: a faulty listing, ported faithfully and never recommended.
    pub exhibit: bool,
}

//! The simulated world against theory: a grid of systems whose answer is known, each run from a scenario's text.
//!
//! A case fails when the measured mean is more standard errors away than chance allows. The error is never taste: it
//! is the closed form of the run's length where there is one, or else that of thirty stretches of the same run. A case
//! also fails when its error is so large that it could not have failed. Read next: `theory_grid/measured.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails here; its own sums need no portable bits"
)]

#[path = "theory_grid/closed.rs"]
mod closed;
#[path = "theory_grid/laws.rs"]
mod laws;
#[path = "theory_grid/many.rs"]
mod many;
#[path = "theory_grid/measured.rs"]
mod measured;
#[path = "theory_grid/one.rs"]
mod one;

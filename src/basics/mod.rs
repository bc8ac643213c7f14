//! The bottom room: what every other room speaks in. It knows nothing of algorithms, worlds or pages.
//!


pub mod maths;
pub mod nanos;

pub use nanos::Nanos;

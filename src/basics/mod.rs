//! The bottom room: what every other room speaks in. It knows nothing of algorithms, worlds or pages.
//!
//! [`nanos`] is time, [`randomness`] is where chance comes from, [`explanation`] is how an algorithm says why,
//! [`parameters`] declares a parameter once for the control, the link, the terminal and the reference page, [`decimal`]
//! reads the numbers in it, and [`prose`](mod@prose) is what only people read of it.

pub mod decimal;
pub mod explanation;
pub mod kind;
pub mod maths;
pub mod nanos;
pub mod order;
pub mod parameters;
pub mod prose;
pub mod randomness;
pub mod tables;
pub mod timed;
pub mod values;

pub use explanation::{Explanation, Remark};
pub use nanos::Nanos;
pub use parameters::{Declaration, Effect, Kind, Scope};
pub use prose::{Prose, prose};
pub use randomness::Randomness;
pub use timed::Timed;

//! A running experiment as two state machines without a browser in them.
//!
//! The [`Player`] lives on the page: it owns the playhead, the speed, the scenario and its history. The [`Runner`]
//! lives in a worker: it owns the runs and their checkpoints, and knows neither speed nor pause. Between them travel
//! [`Command`]s and [`Report`]s, which may be late and interleaved; the `edition` they carry says which still count.
//!
//! Beside what is shown, whole scenarios are run out: [`Errands`] deals them out to as many workers as there are.
//!
//! Read next: [`protocol`], then [`runner`], then [`player`].

pub mod checkpoints;
pub mod errands;
pub mod player;
pub mod protocol;
pub mod runner;
pub mod track;
pub mod ways;

pub use errands::Errands;
pub use player::Player;
pub use protocol::{At, Batch, Command, Report, Target};
pub use runner::{Busy, Runner};
pub use track::Track;

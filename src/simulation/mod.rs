//! The world: a virtual clock, an event list, seeded traffic, servers with queues, and what is measured.
//!
//! It names no algorithm of the subject. A lab wires algorithms and world together in a [`Model`]; the [`Engine`]
//! runs it. Read next: [`engine`], then [`stations`] for how work is served and [`tally`] for what is measured.

pub mod arena;
pub mod arrivals;
pub mod change;
pub mod engine;
pub mod event_list;
pub mod keys;
pub mod knee;
pub mod latencies;
pub mod popularity;
pub mod record;
pub mod service;
pub mod stations;
pub mod streams;
pub mod tally;
pub mod traffic;
pub mod window;

pub use arena::Arena;
pub use change::{Change, What};
pub use engine::{Budget, Engine, Handled, Model, Position, Reached, Run};
pub use event_list::EventList;
pub use record::{Detail, Flight, Level, Mark, NodeId, Record};
pub use streams::Stream;
pub use tally::{Tally, Totals};
pub use window::Window;

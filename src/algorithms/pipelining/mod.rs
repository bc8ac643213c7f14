//! Pipelining: what happens between two stages when the second cannot keep up.
//!
//! A pipeline is a row of stages, each with workers and a queue before them. Its throughput is that of its slowest stage,
//! whatever is done elsewhere; an [`Overflow`] rule decides who pays when more comes than that: the clients that wait,
//! those that are turned away, or the memory.
//!
//! It may not know the stages, their workers or a clock. Read next: [`backpressure`], then the others in any order.

pub mod backpressure;
pub mod drop_new;
pub mod drop_old;
pub mod registry;
pub mod unbounded;

pub use registry::{ABOUT, build};

use crate::basics::Explanation;

/// What becomes of an item that arrives at a full queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It joins all the same.
    Join,
    /// It is turned away.
    DropNew,
    /// It takes the place of the one that has waited longest, which is turned away.
    DropOld,
}

/// A rule for full queues.
pub trait Overflow: CloneOverflow {
    /// Whether an item may leave for a stage with `room` places left, counting its free workers and what is on its way
    /// there. One that may not stays where it is and keeps its worker.
    fn may_leave(&self, room: u32, why: &mut Explanation) -> bool;

    /// What becomes of an item that arrives where no worker is free and `waiting` items wait, as many as may.
    fn full(&self, waiting: u32, why: &mut Explanation) -> Verdict;
}

/// Lets a `Box<dyn Overflow>` be cloned, which is what a checkpoint of a run does.
pub trait CloneOverflow {
    /// A copy that decides the same.
    fn clone_box(&self) -> Box<dyn Overflow>;
}

impl<T: Overflow + Clone + 'static> CloneOverflow for T {
    fn clone_box(&self) -> Box<dyn Overflow> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Overflow> {
    fn clone(&self) -> Self {
        (**self).clone_box()
    }
}

//! Drop the newest: who finds a full queue is turned away.
//!
//! **What it is.** No stage ever waits for another. A queue that is full refuses what comes, so every queue is bounded
//! and so is every wait: at most the length of the queue over the rate of its workers.
//!
//! **Who runs it.** Routers (tail drop), `listen` backlogs, thread pools with `AbortPolicy`, most load shedders.
//!
//! **Cost.** O(1) time; no more memory than the bounds of the queues.
//!
//! **Source.** Java's `ThreadPoolExecutor.AbortPolicy`; the loss model of Erlang (1917), with a queue M/M/c/K.
//!
//! **What goes wrong.** Under overload every request that gets in has a full queue before it: all that are answered are
//! answered late. What is dropped at the last stage has cost the work of all stages before it; shed early. And callers
//! that try again at once make it worse.

use super::{Overflow, Verdict};
use crate::basics::Explanation;
use crate::{because, parameters};

parameters! {
    /// There is nothing to set.
    pub struct Parameters {}
}

/// The rule. It has no state.
#[derive(Clone, Debug)]
pub struct DropNew;

impl DropNew {
    /// The rule.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self
    }
}

impl Overflow for DropNew {
    fn may_leave(&self, _room: u32, why: &mut Explanation) -> bool {
        because!(why, "goes on without asking");
        true
    }

    fn full(&self, waiting: u32, why: &mut Explanation) -> Verdict {
        because!(why, "{waiting} wait, no more may: the newest is turned away");
        Verdict::DropNew
    }
}

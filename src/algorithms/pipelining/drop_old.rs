//! Drop the oldest: who comes to a full queue pushes the first one out.
//!
//! **What it is.** As `drop_new`, but the one that has waited longest gives way. Under overload the queue then holds the
//! freshest work, and the answers that are given are about the present.
//!
//! **Who runs it.** Live video and audio, sensors, ring buffers of traces, thread pools with `DiscardOldestPolicy`, the
//! `dropOldest` of reactive libraries.
//!
//! **Cost.** O(1) time; no more memory than the bounds of the queues.
//!
//! **Source.** Java's `ThreadPoolExecutor.DiscardOldestPolicy`; Project Reactor's `BufferOverflowStrategy.DROP_OLDEST`.
//!
//! **What goes wrong.** It turns away those that have waited already, which for a person is the worst moment. Where order
//! or completeness matters (payments, logs) it is simply loss. And with a short queue it gains nothing over `drop_new`.

use super::{Overflow, Verdict};
use crate::basics::Explanation;
use crate::{because, parameters};

parameters! {
    /// There is nothing to set.
    pub struct Parameters {}
}

/// The rule. It has no state.
#[derive(Clone, Debug)]
pub struct DropOld;

impl DropOld {
    /// The rule.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self
    }
}

impl Overflow for DropOld {
    fn may_leave(&self, _room: u32, why: &mut Explanation) -> bool {
        because!(why, "goes on without asking");
        true
    }

    fn full(&self, waiting: u32, why: &mut Explanation) -> Verdict {
        because!(why, "{waiting} wait, no more may: the oldest gives way");
        Verdict::DropOld
    }
}

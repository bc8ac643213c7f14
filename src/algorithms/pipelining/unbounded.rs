//! Unbounded: every queue takes whatever comes.
//!
//! **What it is.** No bound, no refusal, no waiting for room. As long as every stage keeps up this is the same as any
//! other rule, and it forgives bursts of any size.
//!
//! **Who runs it.** Whoever writes `newFixedThreadPool` (its queue has no bound), an unbounded channel, a list that
//! serves as a queue.
//!
//! **Cost.** O(1) time; memory without bound.
//!
//! **Source.** Java's `Executors.newFixedThreadPool` (a `LinkedBlockingQueue` without a capacity); Little (1961) for what
//! follows.
//!
//! **What goes wrong.** When a stage is overloaded its queue grows for as long as the overload lasts, every wait with it,
//! until memory ends; after the overload the backlog has to be worked off first. Nobody is told no, so nobody slows down:
//! the figures of the source look healthy while every answer is too late.

use super::{Overflow, Verdict};
use crate::basics::Explanation;
use crate::{because, parameters};

parameters! {
    /// There is nothing to set.
    pub struct Parameters {}
}

/// The rule. It has no state.
#[derive(Clone, Debug)]
pub struct Unbounded;

impl Unbounded {
    /// The rule.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self
    }
}

impl Overflow for Unbounded {
    fn may_leave(&self, _room: u32, why: &mut Explanation) -> bool {
        because!(why, "goes on: there is always room");
        true
    }

    fn full(&self, waiting: u32, why: &mut Explanation) -> Verdict {
        because!(why, "{waiting} wait already; it joins them");
        Verdict::Join
    }
}

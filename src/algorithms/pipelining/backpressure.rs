//! Backpressure: who cannot pass an item on keeps it, and stops.
//!
//! **What it is.** An item leaves a stage only when the next one has room for it. A worker that is done and cannot pass
//! its item on is blocked, so its stage slows to the pace of the next, and so on back to the source. Nothing is lost and
//! no queue exceeds its bound; the wait is pushed out to where the work comes from.
//!
//! **Who runs it.** Bounded channels (Go, Rust's `sync_channel`), pipes of Unix, TCP's receive window, Reactive Streams,
//! Flink.
//!
//! **Cost.** O(1) time; no more memory than the bounds of the queues.
//!
//! **Source.** Kahn and MacQueen, “Coroutines and networks of parallel processes” (1977), for pipes with bounded
//! buffers; Reactive Streams specification 1.0 (2015). In queueing theory: blocking after service (Perros, *Queueing
//! Networks with Blocking*, 1994).
//!
//! **What goes wrong.** A source that does not slow down, such as people on the internet, only queues elsewhere: outside,
//! without a bound. Blocked workers also cost throughput: with random service times and short queues even the bottleneck
//! idles now and then. And a cycle of stages that wait for each other stands still for ever.

use super::{Overflow, Verdict};
use crate::basics::Explanation;
use crate::{because, parameters};

parameters! {
    /// There is nothing to set.
    pub struct Parameters {}
}

/// The rule. It has no state.
#[derive(Clone, Debug)]
pub struct Backpressure;

impl Backpressure {
    /// The rule.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self
    }
}

impl Overflow for Backpressure {
    fn may_leave(&self, room: u32, why: &mut Explanation) -> bool {
        if room == 0 {
            because!(why, "the next stage has no room: it stays, and its worker is blocked");
        } else {
            because!(why, "the next stage has room for {room}");
        }
        room > 0
    }

    /// Happens only when a queue was made shorter while items were on their way to it.
    fn full(&self, waiting: u32, why: &mut Explanation) -> Verdict {
        because!(why, "{waiting} wait, but it was let go when there was room");
        Verdict::Join
    }
}

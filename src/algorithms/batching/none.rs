//! No batching: each item is sent at once, alone.
//!
//! **What it is.** The baseline. It adds no wait, and pays the fixed cost for each item.
//!
//! **Who runs it.** Whoever calls an interface for one item in a loop: the `INSERT` for each row, the query for each
//! child (N + 1).
//!
//! **Cost.** O(1) time, no memory.
//!
//! **Source.** None needed; Gray and Reuter, *Transaction Processing* (1992), for what it costs at a log.
//!
//! **What goes wrong.** Throughput is one item for each fixed cost. A disk that flushes in 5 ms takes 200 items a
//! second, whatever the processor could do. Under more load than that the queue before the sender grows without bound.

use super::{Batch, BatchAct, Batcher, Item};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Nanos, Timed};
use crate::{because, parameters};

parameters! {
    /// There is nothing to set.
    pub struct Parameters {}
}

/// The policy. It has no state.
#[derive(Clone, Debug)]
pub struct Alone;

impl Alone {
    /// A batcher that does not batch.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self
    }
}

impl Timed for Alone {
    type Act = BatchAct;

    fn due(&self) -> Option<Nanos> {
        None
    }

    fn tick(&mut self, _now: Nanos, _acts: &mut Vec<BatchAct>) {}
}

impl Batcher for Alone {
    fn add(&mut self, item: Item, now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        because!(why, "sent alone, at once");
        acts.push(BatchAct::Send(Batch { opened: now, items: vec![item], joined: Vec::new() }));
    }

    fn close(&mut self, _now: Nanos, _acts: &mut Vec<BatchAct>, _why: &mut Explanation) {}

    fn held(&self) -> usize {
        0
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        Parameters {}.set(key, text)
    }
}

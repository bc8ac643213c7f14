//! By size: a batch leaves when it is full.
//!
//! **What it is.** The fixed cost is always shared by exactly `size` items, whatever the traffic.
//!
//! **Who runs it.** Bulk loaders, `executemany`, buffered writers (`BufWriter` with a capacity), log shippers at night.
//!
//! **Cost.** O(1) time for each item, memory for one batch.
//!
//! **Source.** Bailey, “On queueing processes with bulk service” (1954) for the mathematics; document 001, lines
//! 578–598, for what its batcher meant to do.
//!
//! **What goes wrong.** The wait is set by the *traffic*: at one item a second, the first of a hundred waits 99 s. The
//! last batch of the day waits for ever, unless somebody closes it. Never use it where the arrivals may stop.

use super::pile::Pile;
use super::{BatchAct, Batcher, Item};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, parameters};

parameters! {
    /// When a batch is full.
    pub struct Parameters {
        /// How many items make a batch.
        size: u32 = 100, "Batch size", Kind::count(1, 100_000), Live PerLane "Batching";
    }
}

/// The policy: the batch in the making.
#[derive(Clone, Debug)]
pub struct BySize {
    parameters: Parameters,
    pile: Pile,
}

impl BySize {
    /// A batcher with these parameters and nothing in it.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), pile: Pile::default() }
    }
}

impl Timed for BySize {
    type Act = BatchAct;

    fn due(&self) -> Option<Nanos> {
        None
    }

    fn tick(&mut self, _now: Nanos, _acts: &mut Vec<BatchAct>) {}
}

impl Batcher for BySize {
    fn add(&mut self, item: Item, now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        let size = self.parameters.size as usize;
        self.pile.add(item, now);
        because!(why, "{} of {size} are together", self.pile.len());
        while self.pile.len() >= size.max(1) {
            self.pile.send_one(size, acts);
        }
    }

    fn close(&mut self, _now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        because!(why, "closed: {} that would have waited for more are sent", self.pile.len());
        self.pile.send_all(self.parameters.size as usize, acts);
    }

    fn held(&self) -> usize {
        self.pile.len()
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

//! Adaptive: the next batch is what came while the last one was out.
//!
//! **What it is.** A free sender never waits: it takes whatever is there, if only one item. A busy one lets the items
//! pile up, and takes them all when it comes back. So light traffic has no added wait, heavy traffic has large batches,
//! and nobody had to guess a number. Databases call it group commit.
//!
//! **Who runs it.** PostgreSQL, MySQL and etcd at their logs; Kafka's producer with `linger.ms` 0; TCP with Nagle's
//! rule (`nagle`).
//!
//! **Cost.** O(1) time for each item, memory for what arrives while a batch is out.
//!
//! **Source.** DeWitt et al., “Implementation techniques for main memory database systems” (1984), for group commit;
//! Gray and Reuter, *Transaction Processing* (1992). PostgreSQL's `commit_delay`, a linger on top, is 0 by default.
//!
//! **What goes wrong.** The first of a burst goes alone and makes the others wait a whole round: at moderate load a
//! short linger does better. With many senders there is nearly always a free one, so nothing ever piles up. And batches
//! feed on themselves: a slow send makes the next one large and slow; hence the bound.

use super::pile::Pile;
use super::{BatchAct, Batcher, Item};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, parameters};

parameters! {
    /// Who sends, and how much at most.
    pub struct Parameters {
        /// How many batches may be out at once.
        senders: u32 = 1, "Senders", Kind::count(1, 10_000), Restart PerLane "Batching";
        /// A batch is never larger than this.
        max_size: u32 = 1_000, "Largest batch", Kind::count(1, 100_000), Live PerLane "Batching";
    }
}

/// The policy: what has piled up, and how many senders are free.
#[derive(Clone, Debug)]
pub struct Adaptive {
    parameters: Parameters,
    pile: Pile,
    free: u32,
}

impl Adaptive {
    /// A batcher all of whose senders are free.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), pile: Pile::default(), free: parameters.senders }
    }

    /// Gives each free sender what there is.
    fn send(&mut self, acts: &mut Vec<BatchAct>) {
        while self.free > 0 && !self.pile.is_empty() {
            self.free -= 1;
            self.pile.send_one(self.parameters.max_size as usize, acts);
        }
    }
}

impl Timed for Adaptive {
    type Act = BatchAct;

    fn due(&self) -> Option<Nanos> {
        None
    }

    fn tick(&mut self, _now: Nanos, _acts: &mut Vec<BatchAct>) {}
}

impl Batcher for Adaptive {
    fn add(&mut self, item: Item, now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        self.pile.add(item, now);
        if self.free > 0 {
            because!(why, "a sender is free: nothing waits");
        } else {
            because!(why, "every sender is busy; {} go with the next", self.pile.len());
        }
        self.send(acts);
    }

    fn sender_free(&mut self, _now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        because!(why, "a sender is back and takes what came meanwhile: {} items", self.pile.len());
        self.free = (self.free + 1).min(self.parameters.senders);
        self.send(acts);
    }

    /// Nothing to do: what is held leaves with the next free sender anyway.
    fn close(&mut self, _now: Nanos, _acts: &mut Vec<BatchAct>, _why: &mut Explanation) {}

    fn held(&self) -> usize {
        self.pile.len()
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

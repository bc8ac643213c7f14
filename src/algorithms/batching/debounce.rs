//! Debounce mistaken for linger: a batch leaves when nothing has come for a while.
//!
//! **What it is.** The clock starts anew with *each* item, not with the batch. That is right for a search box (wait
//! until the typing stops) and wrong for a stream, which does not stop.
//!
//! **Who runs it.** User interfaces on purpose; batchers by accident, where `linger` was written as “reset the timer in
//! `add`”.
//!
//! **Cost.** O(1) time for each item; memory without bound.
//!
//! **Source.** The trap against which Kafka's `RecordAccumulator.java` measures the age of a batch from its creation.
//!
//! **What goes wrong.** When items come more often than `wait`, the batch never leaves: at 1,000 a second and 5 ms
//! nothing is sent until a pause of 5 ms happens by chance (with random arrivals after some e⁵ ≈ 150 items; with even
//! ones never). Under light traffic it looks just like linger, which is why tests miss it.

use super::pile::Pile;
use super::{BatchAct, Batcher, Item};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, parameters};

parameters! {
    /// How long a pause must be.
    pub struct Parameters {
        /// How long nothing must come before the batch leaves.
        wait: Nanos = Nanos::from_millis(5), "Quiet time", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Live PerLane "Batching";
    }
}

/// The policy: the batch in the making, and when the last item came.
#[derive(Clone, Debug)]
pub struct Debounce {
    parameters: Parameters,
    pile: Pile,
    last: Nanos,
}

impl Debounce {
    /// A batcher with these parameters and nothing in it.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), pile: Pile::default(), last: Nanos::ZERO }
    }
}

impl Timed for Debounce {
    type Act = BatchAct;

    fn due(&self) -> Option<Nanos> {
        (!self.pile.is_empty()).then_some(self.last + self.parameters.wait)
    }

    fn tick(&mut self, now: Nanos, acts: &mut Vec<BatchAct>) {
        if self.due().is_some_and(|due| now >= due) {
            self.pile.send_all(usize::MAX, acts);
        }
    }
}

impl Batcher for Debounce {
    fn add(&mut self, item: Item, now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        self.pile.add(item, now);
        self.last = now; // the fault: this should be the time at which the pile was opened
        if let Some(due) = self.due() {
            because!(why, "{} are together; put off until {due}, and again if anything comes before", self.pile.len());
        }
        self.tick(now, acts);
    }

    fn close(&mut self, _now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        because!(why, "closed: {} are sent", self.pile.len());
        self.pile.send_all(usize::MAX, acts);
    }

    fn held(&self) -> usize {
        self.pile.len()
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

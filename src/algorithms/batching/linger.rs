//! By linger: a batch leaves when it is old enough.
//!
//! **What it is.** The first item opens a batch and starts the clock; when `linger` has passed, whatever has come by
//! then leaves together. Nobody waits longer than that, and the batch grows with the traffic: 1 + λ · linger on
//! average.
//!
//! **Who runs it.** Metrics and tracing exporters, write-behind caches, `commit_delay` of PostgreSQL.
//!
//! **Cost.** O(1) time for each item, memory for what arrives within one linger.
//!
//! **Source.** Apache Kafka, `RecordAccumulator.java`, for the age that counts: that of the batch, from its creation.
//!
//! **What goes wrong.** Without a bound on its size a burst becomes one huge batch, which no receiver accepts. When
//! traffic is light everybody waits in full for a batch of one. And a clock that starts anew with each item is another
//! thing: see `debounce`.

use super::pile::Pile;
use super::{BatchAct, Batcher, Item};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, parameters};

parameters! {
    /// When a batch is old enough.
    pub struct Parameters {
        /// How long the first item of a batch waits for others; with 0 nothing waits.
        linger: Nanos = Nanos::from_millis(5), "Linger", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Live PerLane "Batching";
    }
}

/// The policy: the batch in the making.
#[derive(Clone, Debug)]
pub struct ByLinger {
    parameters: Parameters,
    pile: Pile,
}

impl ByLinger {
    /// A batcher with these parameters and nothing in it.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), pile: Pile::default() }
    }
}

impl Timed for ByLinger {
    type Act = BatchAct;

    fn due(&self) -> Option<Nanos> {
        self.pile.opened().map(|opened| opened + self.parameters.linger)
    }

    fn tick(&mut self, now: Nanos, acts: &mut Vec<BatchAct>) {
        if self.due().is_some_and(|due| now >= due) {
            self.pile.send_all(usize::MAX, acts);
        }
    }
}

impl Batcher for ByLinger {
    fn add(&mut self, item: Item, now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        self.pile.add(item, now);
        if let Some(due) = self.due() {
            because!(
                why,
                "{} are together; the batch leaves at {due}, {} after it was opened",
                self.pile.len(),
                self.parameters.linger
            );
        }
        self.tick(now, acts);
    }

    fn close(&mut self, _now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        because!(why, "closed: {} are sent before their time", self.pile.len());
        self.pile.send_all(usize::MAX, acts);
    }

    fn held(&self) -> usize {
        self.pile.len()
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

//! By size or linger: a batch leaves when it is full or old enough, whichever comes first.
//!
//! **What it is.** Two bounds. Size bounds the batch when traffic is heavy, linger bounds the wait when it is light.
//! Where λ · linger is about the size the two meet; far above, linger does nothing, far below, size does nothing.
//!
//! **Who runs it.** Nearly everybody: Kafka (`batch.size`, `linger.ms`), Elasticsearch bulk processors, AWS Lambda
//! event sources, OpenTelemetry's batch processor.
//!
//! **Cost.** O(1) time for each item, memory for one batch.
//!
//! **Source.** Apache Kafka, `RecordAccumulator.java`; OpenTelemetry specification, batching processor.
//!
//! **What goes wrong.** Two numbers to guess, both right for one traffic only. While the sender is *busy* the linger
//! still runs out, so batches are cut small exactly when they queue: under overload look whether the sender is free
//! first, as `adaptive` and `kafka` do.

use super::pile::Pile;
use super::{BatchAct, Batcher, Item};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, parameters};

parameters! {
    /// When a batch is full, and when it is old enough.
    pub struct Parameters {
        /// How many items fill a batch.
        size: u32 = 100, "Batch size", Kind::count(1, 100_000), Live PerLane "Batching";
        /// How long the first item of a batch waits for others.
        linger: Nanos = Nanos::from_millis(5), "Linger", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Live PerLane "Batching";
    }
}

/// The policy: the batch in the making.
#[derive(Clone, Debug)]
pub struct BySizeOrLinger {
    parameters: Parameters,
    pile: Pile,
}

impl BySizeOrLinger {
    /// A batcher with these parameters and nothing in it.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), pile: Pile::default() }
    }
}

impl Timed for BySizeOrLinger {
    type Act = BatchAct;

    fn due(&self) -> Option<Nanos> {
        self.pile.opened().map(|opened| opened + self.parameters.linger)
    }

    fn tick(&mut self, now: Nanos, acts: &mut Vec<BatchAct>) {
        if self.due().is_some_and(|due| now >= due) {
            self.pile.send_all(self.parameters.size as usize, acts);
        }
    }
}

impl Batcher for BySizeOrLinger {
    fn add(&mut self, item: Item, now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        let size = self.parameters.size as usize;
        self.pile.add(item, now);
        if self.pile.len() >= size {
            because!(why, "{size} are together: full, so it does not wait for its time");
            self.pile.send_all(size, acts);
        } else if let Some(due) = self.due() {
            because!(why, "{} of {size} are together; the batch leaves at {due} at the latest", self.pile.len());
            self.tick(now, acts);
        }
    }

    fn close(&mut self, _now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        because!(why, "closed: {} are sent before their time", self.pile.len());
        self.pile.send_all(self.parameters.size as usize, acts);
    }

    fn held(&self) -> usize {
        self.pile.len()
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

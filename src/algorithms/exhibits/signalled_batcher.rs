//! Exhibit: a batcher that signals when it is full, and nobody waits for the signal.
//!
//! **What it is.** The batcher of document 001, ported line by line. `Submit` signals a condition variable when the
//! buffer has reached the batch size; but the flusher waits only for its ticker of 100 ms, never for the condition. So
//! the size has no effect at all. The flusher processes a batch itself: while it does, it takes no tick, and one tick
//! at most waits for it.
//!
//! **Cost.** O(1) time for each item; memory without bound.
//!
//! **Source.** Document 001, lines 578–620. What it meant to be: `batching/size_or_linger.rs`.
//!
//! **What goes wrong.** Measured with evenly spaced items: at 100, 1,000 and 10,000 a second the batches have 10, 100
//! and 1,000 items and the mean wait is half a tick and half a gap (55, 50.5 and 50.05 ms), the same for a batch size
//! of 1 and of 100,000. When a batch takes 250 ms, the next has 250 ms' worth of items. There is no way to close it:
//! what came after the last tick is lost.
//!
//! **Find the fault.** The other side: where the traffic happens to bring one batch in 100 ms, it does what was meant.

use crate::algorithms::batching::pile::Pile;
use crate::algorithms::batching::{BatchAct, Batcher, Item};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, parameters};

parameters! {
    /// What the constructor of the listing takes.
    pub struct Parameters {
        /// Meant to be the size of a batch. It has no effect.
        size: u32 = 100, "Batch size", Kind::count(1, 100_000), Restart PerLane "Batching";
    }
}

/// The ticker of the listing.
pub const TICK: Nanos = Nanos::from_millis(100);

/// The listing's `Batcher`.
#[derive(Clone, Debug)]
pub struct SignalledBatcher {
    batch_size: u32,
    buffer: Pile,
    ticker: Nanos,
    /// The flusher is inside `processBatch`.
    processing: bool,
    /// The channel of a ticker holds one tick.
    tick_waits: bool,
}

impl SignalledBatcher {
    /// A batcher whose flusher starts now, at the start of the run.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self {
            batch_size: parameters.size,
            buffer: Pile::default(),
            ticker: TICK,
            processing: false,
            tick_waits: false,
        }
    }

    /// `flush`: swaps the buffer and processes what was in it.
    fn flush(&mut self, acts: &mut Vec<BatchAct>) {
        if !self.buffer.is_empty() {
            self.processing = true;
            self.buffer.send_all(usize::MAX, acts);
        }
    }
}

impl Timed for SignalledBatcher {
    type Act = BatchAct;

    fn due(&self) -> Option<Nanos> {
        Some(self.ticker)
    }

    fn tick(&mut self, now: Nanos, acts: &mut Vec<BatchAct>) {
        if now < self.ticker {
            return;
        }
        self.ticker += TICK * (now.since(self.ticker).0 / TICK.0 + 1);
        if self.processing {
            self.tick_waits = true;
        } else {
            self.flush(acts);
        }
    }
}

impl Batcher for SignalledBatcher {
    fn add(&mut self, item: Item, now: Nanos, _acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        self.buffer.add(item, now);
        if self.buffer.len() >= self.batch_size as usize {
            because!(why, "{} of {}: signalled, and nobody waits for it", self.buffer.len(), self.batch_size);
        } else {
            because!(why, "{} of {}: the ticker will come at {}", self.buffer.len(), self.batch_size, self.ticker);
        }
    }

    fn sender_free(&mut self, _now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        self.processing = false;
        if std::mem::take(&mut self.tick_waits) {
            because!(why, "a tick was waiting for the flusher");
            self.flush(acts);
        }
    }

    /// The listing cannot be closed: nothing happens, and what is held is lost with it.
    fn close(&mut self, _now: Nanos, _acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        because!(why, "there is no close: {} items are lost", self.buffer.len());
    }

    fn held(&self) -> usize {
        self.buffer.len()
    }

    /// The listing has nothing that could be set while it runs.
    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        Parameters::default().set(key, text)
    }
}

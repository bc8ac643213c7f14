//! Nagle's rule and delayed acknowledgement: two kinds of patience that meet badly.
//!
//! **What it is.** The sender holds a *small* segment back while anything is unacknowledged (adaptive batching for
//! bytes). The receiver holds an acknowledgement back, hoping to send it along with an answer or for a second segment.
//! Two pure state machines, one for each end of a connection; a lab puts a wire between them. As a policy
//! ([`NagleBatcher`]) a write is an item, a segment a batch, and its acknowledgement is what makes the sender free.
//!
//! **Who runs it.** Every TCP, unless `TCP_NODELAY` is set, which many libraries do today.
//!
//! **Cost.** O(1) time, three integers of memory at each end.
//!
//! **Source.** Nagle, “Congestion control in IP/TCP internetworks” (RFC 896, 1984); RFC 1122, sections 4.2.3.2 and
//! 4.2.3.4. Linux delays an acknowledgement by 40 ms at least, others by up to 200 ms.
//!
//! **What goes wrong.** Write, write, read: the first small write leaves at once, the second waits for its
//! acknowledgement, which the receiver delays since it has nothing to answer before it has seen the second. Each
//! exchange stalls for the whole delay. Write–read–write–read never stalls, nor does one write of both parts.

use std::collections::VecDeque;

use super::{Batch, BatchAct, Batcher, Item};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, parameters};

parameters! {
    /// What a segment holds, and the option that switches the rule off.
    pub struct Parameters {
        /// A segment has this many bytes at most (1,460 on Ethernet). A larger write counts as one full segment.
        segment_bytes: u32 = 1_460, "Segment bytes", Kind::count(1, 65_535), Restart PerLane "Batching";
        /// Sends every write at once (the socket option `TCP_NODELAY`).
        no_delay: bool = false, "No delay", Kind::Switch, Restart PerLane "Batching";
    }
}

/// The sending end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nagle {
    segment_bytes: u32,
    no_delay: bool,
    unsent: u64,
    unacknowledged: u64,
}

impl Nagle {
    /// A sender of segments of `segment_bytes` at most (1,460 on Ethernet); `no_delay` is `TCP_NODELAY`.
    #[must_use]
    pub const fn new(segment_bytes: u32, no_delay: bool) -> Self {
        Self {
            segment_bytes: if segment_bytes == 0 { 1 } else { segment_bytes },
            no_delay,
            unsent: 0,
            unacknowledged: 0,
        }
    }

    /// The application writes `bytes`. The segments that leave now are pushed, by their sizes.
    pub fn write(&mut self, bytes: u32, segments: &mut Vec<u32>) {
        self.unsent += u64::from(bytes);
        self.send(segments);
    }

    /// The other end has acknowledged `bytes` more.
    pub fn acknowledged(&mut self, bytes: u64, segments: &mut Vec<u32>) {
        self.unacknowledged = self.unacknowledged.saturating_sub(bytes);
        self.send(segments);
    }

    /// How many bytes are held back.
    #[must_use]
    pub const fn held(&self) -> u64 {
        self.unsent
    }

    fn send(&mut self, segments: &mut Vec<u32>) {
        while self.unsent > 0 {
            let size = self.unsent.min(u64::from(self.segment_bytes)) as u32; // no more than a segment, which fits
            let small = size < self.segment_bytes;
            if small && self.unacknowledged > 0 && !self.no_delay {
                return;
            }
            self.unsent -= u64::from(size);
            self.unacknowledged += u64::from(size);
            segments.push(size);
        }
    }
}

/// The receiving end sends an acknowledgement of this many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledge(pub u64);

/// The receiving end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelayedAcknowledgement {
    delay: Nanos,
    segments: u32,
    bytes: u64,
    send_at: Nanos,
}

impl DelayedAcknowledgement {
    /// A receiver that waits for `delay` (zero: not at all) before it acknowledges a single segment.
    #[must_use]
    pub const fn new(delay: Nanos) -> Self {
        Self { delay, segments: 0, bytes: 0, send_at: Nanos::ZERO }
    }

    /// A segment arrives. Every second one is acknowledged at once.
    pub fn received(&mut self, bytes: u32, now: Nanos, acts: &mut Vec<Acknowledge>) {
        if self.segments == 0 {
            self.send_at = now + self.delay;
        }
        self.segments += 1;
        self.bytes += u64::from(bytes);
        if self.segments >= 2 || self.delay == Nanos::ZERO {
            self.acknowledge(acts);
        }
    }

    /// The application answers: what is pending travels along with the answer.
    pub fn answered(&mut self, acts: &mut Vec<Acknowledge>) {
        if self.segments > 0 {
            self.acknowledge(acts);
        }
    }

    fn acknowledge(&mut self, acts: &mut Vec<Acknowledge>) {
        self.segments = 0;
        acts.push(Acknowledge(std::mem::take(&mut self.bytes)));
    }
}

impl Timed for DelayedAcknowledgement {
    type Act = Acknowledge;

    fn due(&self) -> Option<Nanos> {
        (self.segments > 0).then_some(self.send_at)
    }

    fn tick(&mut self, now: Nanos, acts: &mut Vec<Acknowledge>) {
        if self.due().is_some_and(|due| now >= due) {
            self.acknowledge(acts);
        }
    }
}

/// The sending end as a batching policy.
#[derive(Clone, Debug)]
pub struct NagleBatcher {
    parameters: Parameters,
    sender: Nagle,
    /// Items with what is left of their bytes, and when they came.
    waiting: VecDeque<(Item, u32, Nanos)>,
    /// Sizes of the segments that are not acknowledged yet, in order.
    out: VecDeque<u32>,
}

impl NagleBatcher {
    /// A connection on which nothing was sent yet.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self {
            parameters: parameters.clone(),
            sender: Nagle::new(parameters.segment_bytes, parameters.no_delay),
            waiting: VecDeque::new(),
            out: VecDeque::new(),
        }
    }

    /// An item travels with the segment that has its last byte. No item is larger than a segment, so each has one.
    fn pack(&mut self, segments: Vec<u32>, acts: &mut Vec<BatchAct>) {
        for size in segments {
            self.out.push_back(size);
            let mut batch = Batch::default();
            let mut room = size;
            while let Some((item, left, came)) = self.waiting.front_mut() {
                if *left > room {
                    *left -= room;
                    break;
                }
                room -= *left;
                if batch.items.is_empty() {
                    batch.opened = *came;
                }
                batch.items.push(*item);
                self.waiting.pop_front();
            }
            acts.push(BatchAct::Send(batch));
        }
    }
}

impl Timed for NagleBatcher {
    type Act = BatchAct;

    fn due(&self) -> Option<Nanos> {
        None
    }

    fn tick(&mut self, _now: Nanos, _acts: &mut Vec<BatchAct>) {}
}

impl Batcher for NagleBatcher {
    fn add(&mut self, item: Item, now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        let bytes = item.bytes.clamp(1, self.parameters.segment_bytes);
        self.waiting.push_back((item, bytes, now));
        let mut segments = Vec::new();
        self.sender.write(bytes, &mut segments);
        match (segments.len(), self.parameters.no_delay) {
            (0, _) => because!(why, "small, and {} segments are unacknowledged: held back", self.out.len()),
            (_, true) => because!(why, "no delay: sent at once"),
            _ if self.out.is_empty() => because!(why, "nothing is unacknowledged: sent at once"),
            _ => because!(why, "a full segment is together: sent at once"),
        }
        self.pack(segments, acts);
    }

    /// The oldest segment was acknowledged.
    fn sender_free(&mut self, _now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        let Some(size) = self.out.pop_front() else { return };
        let mut segments = Vec::new();
        self.sender.acknowledged(u64::from(size), &mut segments);
        because!(why, "{size} bytes are acknowledged, {} segments still are not", self.out.len());
        self.pack(segments, acts);
    }

    /// Nothing to do: what is held leaves with the next acknowledgement.
    fn close(&mut self, _now: Nanos, _acts: &mut Vec<BatchAct>, _why: &mut Explanation) {}

    fn held(&self) -> usize {
        self.waiting.len()
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

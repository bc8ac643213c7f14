//! Batching: which requests travel together.
//!
//! Sending costs something fixed (a round trip, a flush of the disk, a system call) and something for each item. A
//! [`Batcher`] gathers items so that the fixed part is paid once for many, at the price of waiting. It decides *when* a
//! batch leaves; how long sending takes, and how many senders there are, is its owner's business.
//!
//! It may not know the sender, what becomes of a batch, or a clock: its owner says when a sender is free again and when
//! the time has come that [`Timed::due`] named.
//!
//! Read next: [`size_or_linger`], the usual one; [`adaptive`], which needs no setting; [`kafka`], the whole thing.

pub mod adaptive;
pub mod coalesce;
pub mod debounce;
pub mod kafka;
pub mod linger;
pub mod nagle;
pub mod none;
pub mod pile;
pub mod registry;
pub mod size;
pub mod size_or_linger;

pub use registry::{ABOUT, build};

use crate::basics::parameters::Refusal;
use crate::basics::{Explanation, Nanos, Timed};

/// Something to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Its owner's number for it. Batchers do not look at it.
    pub id: u64,
    /// Its size in bytes. Only batchers that count bytes look at it.
    pub bytes: u32,
    /// Where it belongs; items of different partitions never share a batch of Kafka's.
    pub partition: u32,
    /// What it asks for. Only batchers that de-duplicate look at it.
    pub key: u64,
}

/// What is sent in one piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// When its first item came.
    pub opened: Nanos,
    /// What is sent, in order.
    pub items: Vec<Item>,
    /// What is answered together with it but not sent, since the answer is already on its way or known.
    pub joined: Vec<Item>,
}

/// What a batcher asks its owner to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchAct {
    /// Send this. It occupies one sender until [`Batcher::sender_free`].
    Send(Batch),
    /// Nothing to send: each of these is answered as soon as the key that it asks for is, which may be at once.
    Answer(Vec<Item>),
}

/// A batching policy.
pub trait Batcher: Timed<Act = BatchAct> + CloneBatcher {
    /// `item` shall be sent.
    fn add(&mut self, item: Item, now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation);

    /// A sender has finished with a batch and could take another. Policies that send without looking whether anybody is
    /// free, which makes their batches queue at their owner's, have nothing to do here.
    fn sender_free(&mut self, _now: Nanos, _acts: &mut Vec<BatchAct>, _why: &mut Explanation) {}

    /// No more items will come: what is held goes out, or as soon as a sender is free where the policy waits for one.
    fn close(&mut self, now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation);

    /// How many items are held and not yet sent.
    fn held(&self) -> usize;

    /// One of the policy's own live parameters changes while it runs.
    ///
    /// # Errors
    /// A [`Refusal`] when the policy has no such parameter or the text is not accepted.
    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal>;
}

/// Lets a `Box<dyn Batcher>` be cloned, which is what a checkpoint of a run does.
pub trait CloneBatcher {
    /// A copy that decides the same from here on.
    fn clone_box(&self) -> Box<dyn Batcher>;
}

impl<T: Batcher + Clone + 'static> CloneBatcher for T {
    fn clone_box(&self) -> Box<dyn Batcher> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Batcher> {
    fn clone(&self) -> Self {
        (**self).clone_box()
    }
}

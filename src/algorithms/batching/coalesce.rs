//! Coalesce: everything that is asked for in one tick becomes one batch, each key once.
//!
//! **What it is.** The loads of one turn of an event loop, or of a short while, are gathered; a key that is asked for
//! twice is sent once and both get the answer. It turns N + 1 queries into two.
//!
//! **Who runs it.** DataLoader in GraphQL servers; request collapsing in Hystrix, Varnish and content delivery
//! networks.
//!
//! **Cost.** O(log k) time for each item with k keys remembered; memory for those.
//!
//! **Source.** DataLoader (graphql), `src/index.js`. DataLoader remembers keys for as long as it lives, which should be
//! one request (`always`); here the default is to remember them until their batch leaves, as a loader for all requests
//! must.
//!
//! **What goes wrong.** A loader that is shared between requests and remembers always serves stale answers and leaks.
//! An answer is only as fast as the slowest key of its batch. And with a long tick each level of a nested query waits
//! again.
//!
//! **Order of the rules.** The size counts *new* keys only. A batch that is full does not leave early; the next is
//! begun and leaves at its own tick. An item whose key is known joins the batch that is open, without being sent.

use std::collections::{BTreeSet, VecDeque};

use super::{Batch, BatchAct, Batcher, Item};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, choices, parameters};

choices! {
    /// How long a key is remembered.
    pub enum Remember {
        /// Each item is sent, also when its key was asked for before.
        Never = "never", "Never";
        /// Until the batch that loads it leaves.
        Batch = "batch", "Until its batch leaves";
        /// For ever: DataLoader's way.
        Always = "always", "Always";
    }
}

parameters! {
    /// How long a tick is and what is remembered.
    pub struct Parameters {
        /// How long a batch gathers; with 0, what comes at the same instant.
        tick: Nanos = Nanos::from_millis(1), "Tick", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Live PerLane "Batching";
        /// How many keys a batch loads at most; 0 for no bound.
        max_size: u32 = 0, "Largest batch", Kind::count(0, 100_000), Live PerLane "Batching";
        /// How long a key is remembered.
        remember: Remember = Remember::Batch, "Remember keys", Kind::Choice(Remember::OPTIONS), Restart PerLane "Batching";
    }
}

/// The policy: the batches that gather, the oldest first, and the keys that are remembered.
#[derive(Clone, Debug)]
pub struct Coalesce {
    parameters: Parameters,
    gathering: VecDeque<(Nanos, Batch)>,
    known: BTreeSet<u64>,
}

impl Coalesce {
    /// A batcher with these parameters and nothing in it.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), gathering: VecDeque::new(), known: BTreeSet::new() }
    }

    /// The answer for `key` is known already: it need not be loaded.
    pub fn prime(&mut self, key: u64) {
        self.known.insert(key);
    }

    /// The answer for `key` is no longer valid: whoever asks next loads it anew.
    pub fn forget(&mut self, key: u64) {
        self.known.remove(&key);
    }

    fn dispatch(&mut self, batch: Batch, acts: &mut Vec<BatchAct>) {
        if self.parameters.remember == Remember::Batch {
            for item in &batch.items {
                self.known.remove(&item.key);
            }
        }
        acts.push(if batch.items.is_empty() { BatchAct::Answer(batch.joined) } else { BatchAct::Send(batch) });
    }
}

impl Timed for Coalesce {
    type Act = BatchAct;

    fn due(&self) -> Option<Nanos> {
        self.gathering.iter().map(|&(due, _)| due).min()
    }

    fn tick(&mut self, now: Nanos, acts: &mut Vec<BatchAct>) {
        let (over, still) = std::mem::take(&mut self.gathering).into_iter().partition(|&(due, _)| now >= due);
        self.gathering = still;
        let over: VecDeque<(Nanos, Batch)> = over;
        for (_, batch) in over {
            self.dispatch(batch, acts);
        }
    }
}

impl Batcher for Coalesce {
    fn add(&mut self, item: Item, now: Nanos, _acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        let Parameters { tick, max_size, remember } = self.parameters;
        let has_room = |batch: &Batch| max_size == 0 || batch.items.len() < max_size as usize;
        if !self.gathering.back().is_some_and(|(_, batch)| has_room(batch)) {
            because!(why, "a new batch begins; it leaves at {}", now + tick);
            self.gathering.push_back((now + tick, Batch { opened: now, ..Batch::default() }));
        }
        let Some((_, batch)) = self.gathering.back_mut() else { return }; // there is one: it was pushed above
        if remember != Remember::Never && !self.known.insert(item.key) {
            because!(why, "key {} is asked for already: it joins without being sent", item.key);
            batch.joined.push(item);
        } else {
            because!(why, "key {} is new: {} keys before it in this batch", item.key, batch.items.len());
            batch.items.push(item);
        }
    }

    fn close(&mut self, _now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        because!(why, "closed: {} items are not kept until their tick", self.held());
        self.tick(Nanos::MAX, acts);
    }

    fn held(&self) -> usize {
        self.gathering.iter().map(|(_, batch)| batch.items.len() + batch.joined.len()).sum()
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

//! The items that wait to become a batch, and when the first of them came.
//!
//! It knows no rule of when to send. Used by most policies; read `size_or_linger` next.

use super::{Batch, BatchAct, Item};
use crate::basics::Nanos;

/// A batch in the making.
#[derive(Clone, Debug, Default)]
pub struct Pile {
    opened: Nanos,
    items: Vec<Item>,
}

impl Pile {
    /// Puts `item` on the pile; the first one opens it.
    pub fn add(&mut self, item: Item, now: Nanos) {
        if self.items.is_empty() {
            self.opened = now;
        }
        self.items.push(item);
    }

    /// How many items wait.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing waits.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// When the oldest item came; `None` when nothing waits.
    #[must_use]
    pub fn opened(&self) -> Option<Nanos> {
        (!self.items.is_empty()).then_some(self.opened)
    }

    /// Sends the oldest items, `most` at most (at least one), as one batch. Those that stay keep the age of the pile.
    pub fn send_one(&mut self, most: usize, acts: &mut Vec<BatchAct>) {
        if self.items.is_empty() {
            return;
        }
        let rest = self.items.split_off(most.max(1).min(self.items.len()));
        let items = std::mem::replace(&mut self.items, rest);
        acts.push(BatchAct::Send(Batch { opened: self.opened, items, joined: Vec::new() }));
    }

    /// Sends everything, in batches of `most` at most.
    pub fn send_all(&mut self, most: usize, acts: &mut Vec<BatchAct>) {
        while !self.items.is_empty() {
            self.send_one(most, acts);
        }
    }
}

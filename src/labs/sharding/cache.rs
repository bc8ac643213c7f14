//! What the router keeps: the most popular keys, each for a while. It relieves the shard that has the hot key, and
//! answers with an old version when the key was written meanwhile.

use crate::basics::Nanos;

#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    until: Nanos,
    /// It was written since it was fetched.
    stale: bool,
}

/// The router's cache. It keeps only keys up to a certain rank of popularity.
#[derive(Clone, Debug)]
pub struct Cache {
    kept: Vec<Kept>,
}

/// What a read found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The present version.
    Fresh,
    /// An older version.
    Stale,
}

impl Cache {
    /// An empty cache for the `keys` most popular keys.
    #[must_use]
    pub fn new(keys: u32) -> Self {
        Self { kept: vec![Kept::default(); keys as usize] }
    }

    /// What is kept of the key of this rank at `now`.
    #[must_use]
    pub fn find(&self, rank: u32, now: Nanos) -> Option<Found> {
        let kept = self.kept.get(rank as usize).filter(|kept| now < kept.until)?;
        Some(if kept.stale { Found::Stale } else { Found::Fresh })
    }

    /// The key of this rank was fetched; it is kept until then. Keys of other ranks are passed over.
    pub fn keep(&mut self, rank: u32, until: Nanos) {
        if let Some(kept) = self.kept.get_mut(rank as usize) {
            *kept = Kept { until, stale: false };
        }
    }

    /// The key of this rank was written at its shard, of which the router hears nothing.
    pub fn written(&mut self, rank: u32) {
        if let Some(kept) = self.kept.get_mut(rank as usize) {
            kept.stale = true;
        }
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.kept.len() * size_of::<Kept>()
    }
}

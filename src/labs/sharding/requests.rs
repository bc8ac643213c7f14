//! What is underway: requests, and the parts of which each is made, one for every shard that it asks.
//!
//! Both live in arenas whose places are used again. Copies of keys from shard to shard are parts too, of no request.

use crate::algorithms::sharding::ShardId;
use crate::basics::Nanos;

/// No request, no key.
pub const NONE: u32 = u32::MAX;

/// How an answer came out, the worse the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Answered.
    Completed,
    /// A queue was full.
    Refused,
    /// A shard was dead, or there was none.
    Failed,
}

/// What a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// To know a key.
    Read,
    /// To change a key, or to create it.
    Write,
    /// To know a span of neighbouring keys.
    Query,
}

/// A request.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Its number, the same in every lane.
    pub number: u32,
    /// How popular its key is, 0 the most; [`NONE`] for a new key.
    pub rank: u32,
    /// The key, by its place in the table.
    pub key: u32,
    /// What it wants.
    pub wants: Wants,
    /// When it was created.
    pub arrived: Nanos,
    /// Its work in nanoseconds.
    pub work: u64,
    /// From which later draws of this request are mixed.
    pub luck: u64,
    /// Parts that have not come back.
    pub parts: u32,
    /// The worst of those that have.
    pub outcome: Outcome,
}

/// What a part does at its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Reads a key.
    Read,
    /// Writes a key; the same is written to the other shard, if any.
    Write(Option<ShardId>),
    /// Writes a key to the shard that it moves to.
    Shadow,
    /// Reads its share of a query.
    Query,
    /// Reads a key, to be written to this other shard.
    CopyOut(ShardId),
    /// Writes a key that was read elsewhere.
    CopyIn,
}

/// One shard's part.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The request's place in its arena; [`NONE`] for a copy.
    pub request: u32,
    /// The key, by its place in the table; [`NONE`] for a query.
    pub key: u32,
    /// Where it goes.
    pub shard: ShardId,
    /// What it does there.
    pub role: Role,
    /// Its work in nanoseconds.
    pub work: u64,
    /// How it came out, once it is on its way back.
    pub outcome: Outcome,
}

/// Places that are used again.
#[derive(Clone, Debug)]
pub struct Arena<T> {
    places: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }
}

impl<T: Copy> Arena<T> {
    /// Puts something in and returns its place.
    pub fn put(&mut self, value: T) -> u32 {
        match self.free.pop() {
            Some(place) => {
                self.places[place as usize] = Some(value);
                place
            }
            None => {
                self.places.push(Some(value));
                // Memory ends long before 32 bits do.
                self.places.len() as u32 - 1
            }
        }
    }

    /// What stands at `place`, if it is not free.
    #[must_use]
    pub fn get(&self, place: u32) -> Option<T> {
        self.places.get(place as usize).copied().flatten()
    }

    /// What stands at `place`, to be changed.
    pub fn get_mut(&mut self, place: u32) -> Option<&mut T> {
        self.places.get_mut(place as usize)?.as_mut()
    }

    /// Takes out what stands at `place`.
    pub fn take(&mut self, place: u32) -> Option<T> {
        let taken = self.places.get_mut(place as usize)?.take();
        if taken.is_some() {
            self.free.push(place);
        }
        taken
    }

    /// How many places are taken, counted one by one.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.places.iter().flatten().count() as u64
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.places.len() * size_of::<Option<T>>() + self.free.len() * size_of::<u32>()
    }
}

//! The requests underway in the batching lab, and the batches that are closed: two arenas whose places are used again.
//!
//! A request is one item or several. Its place stays taken until the last of its items has come back, even when its
//! client has been told of a failure before. Read next: [`super::model`].

use crate::algorithms::batching::{Batch, Item};
use crate::basics::Nanos;
use crate::simulation::arena::Arena;
use crate::simulation::tally::End;

/// A request underway.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Its number, the same in every lane.
    pub number: u32,
    /// When it was created.
    pub arrived: Nanos,
    /// From which later draws of this request are mixed.
    pub luck: u64,
    /// The item that the first part asks for.
    pub item: u32,
    /// The work of the first part, as a multiple of the mean.
    pub size: f64,
    /// Parts that were not handed over yet.
    pub unsent: u32,
    /// Parts in the open batch.
    pub held: u32,
    /// Parts that were handed over and have not come back; those that are held are among them.
    pub outstanding: u32,
    /// How it ends, as soon as that is settled and unless it is answered.
    pub end: Option<End>,
    /// Its client knows how it ended.
    pub told: bool,
}

/// The arena of requests.
#[derive(Clone, Debug, Default)]
pub struct Requests(Arena<Request>);

impl Requests {
    /// Puts a request in and returns its place.
    pub fn put(&mut self, request: Request) -> u32 {
        self.0.put(request)
    }

    /// Frees the place of a request whose client was told and of which nothing is out.
    pub fn free_if_over(&mut self, place: u32) {
        let row = self.0.still(place, self.0.generation(place));
        if row.is_some_and(|row| row.told && row.outstanding == 0) {
            self.0.free(place);
        }
    }

    /// The request at `place`.
    #[must_use]
    pub fn get(&self, place: u32) -> &Request {
        self.0.get(place)
    }

    /// The request at `place`, to be changed.
    pub fn get_mut(&mut self, place: u32) -> &mut Request {
        self.0.get_mut(place)
    }

    /// Every place that is taken.
    pub fn places(&self) -> impl Iterator<Item = u32> + use<> {
        let taken: Vec<u32> = self.0.iter().map(|(place, _)| place).collect();
        taken.into_iter()
    }

    /// Requests whose client still waits.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.0.iter().filter(|(_, row)| !row.told).count() as u64
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

/// A batch that has left the batcher.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// What it carries.
    pub batch: Batch,
    /// In which order batches were closed, from 0.
    pub sequence: u32,
    /// The life of the batcher in which it was closed; a crash begins another.
    pub life: u32,
    /// 0 for the first attempt.
    pub attempt: u32,
    /// What it occupies the receiver for, in nanoseconds at speed 1.
    pub work: u64,
    /// The last attempt came to nothing.
    pub failed: bool,
}

/// The arena of batches.
#[derive(Clone, Debug, Default)]
pub struct Batches(Arena<Sent>);

impl Batches {
    /// Puts a batch in and returns its place.
    pub fn put(&mut self, batch: Sent) -> u32 {
        self.0.put(batch)
    }

    /// Takes a batch out.
    pub fn take(&mut self, place: u32) -> Sent {
        self.0.free(place);
        core::mem::take(self.0.get_mut(place))
    }

    /// The batch at `place`.
    #[must_use]
    pub fn get(&self, place: u32) -> &Sent {
        self.0.get(place)
    }

    /// The batch at `place`, to be changed.
    pub fn get_mut(&mut self, place: u32) -> &mut Sent {
        self.0.get_mut(place)
    }

    /// A batch underway that carries `key`.
    #[must_use]
    pub fn with_key(&self, key: u64) -> Option<u32> {
        let carries = |row: &Sent| row.batch.items.iter().any(|item| item.key == key);
        self.0.iter().find(|(_, row)| carries(row)).map(|(place, _)| place)
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let items = |row: &Sent| (row.batch.items.capacity() + row.batch.joined.capacity()) * size_of::<Item>();
        self.0.bytes() + self.0.iter().map(|(_, row)| items(row)).sum::<usize>()
    }
}

/// The place of the request that `item` is a part of, and which part.
#[must_use]
pub fn part_of(item: &Item) -> (u32, u32) {
    ((item.id >> 32) as u32, item.id as u32)
}

/// The number under which the batcher knows part `part` of the request at `place`.
#[must_use]
pub fn item_id(place: u32, part: u32) -> u64 {
    u64::from(place) << 32 | u64::from(part)
}

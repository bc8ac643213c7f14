//! The requests underway in the batching lab, and the batches that are closed: two arenas whose places are used again.
//!
//! A request is one item or several. Its place stays taken until the last of its items has come back, even when its
//! client has been told of a failure before. Read next: [`super::model`].

use crate::algorithms::batching::{Batch, Item};
use crate::basics::Nanos;
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
    /// The place in the arena is free.
    pub free: bool,
}

/// The arena of requests.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    rows: Vec<Request>,
    free: Vec<u32>,
}

impl Requests {
    /// Puts a request in and returns its place.
    pub fn put(&mut self, request: Request) -> u32 {
        if let Some(place) = self.free.pop() {
            self.rows[place as usize] = request;
            return place;
        }
        self.rows.push(request);
        // Requests underway at once; memory ends long before 32 bits do.
        self.rows.len() as u32 - 1
    }

    /// Frees the place of a request whose client was told and of which nothing is out.
    pub fn free_if_over(&mut self, place: u32) {
        let row = &mut self.rows[place as usize];
        if row.told && row.outstanding == 0 && !row.free {
            row.free = true;
            self.free.push(place);
        }
    }

    /// The request at `place`.
    #[must_use]
    pub fn get(&self, place: u32) -> &Request {
        &self.rows[place as usize]
    }

    /// The request at `place`, to be changed.
    pub fn get_mut(&mut self, place: u32) -> &mut Request {
        &mut self.rows[place as usize]
    }

    /// Every place that is taken.
    pub fn places(&self) -> impl Iterator<Item = u32> + use<> {
        let taken: Vec<u32> = (0..self.rows.len() as u32).filter(|&place| !self.rows[place as usize].free).collect();
        taken.into_iter()
    }

    /// Requests whose client still waits.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.rows.iter().filter(|row| !row.free && !row.told).count() as u64
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.rows.len() * size_of::<Request>() + self.free.len() * size_of::<u32>()
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
    /// The place in the arena is taken.
    pub taken: bool,
}

/// The arena of batches.
#[derive(Clone, Debug, Default)]
pub struct Batches {
    rows: Vec<Sent>,
    free: Vec<u32>,
}

impl Batches {
    /// Puts a batch in and returns its place.
    pub fn put(&mut self, batch: Sent) -> u32 {
        if let Some(place) = self.free.pop() {
            self.rows[place as usize] = batch;
            return place;
        }
        self.rows.push(batch);
        self.rows.len() as u32 - 1
    }

    /// Takes a batch out.
    pub fn take(&mut self, place: u32) -> Sent {
        self.free.push(place);
        core::mem::take(&mut self.rows[place as usize])
    }

    /// The batch at `place`.
    #[must_use]
    pub fn get(&self, place: u32) -> &Sent {
        &self.rows[place as usize]
    }

    /// The batch at `place`, to be changed.
    pub fn get_mut(&mut self, place: u32) -> &mut Sent {
        &mut self.rows[place as usize]
    }

    /// A batch underway that carries `key`.
    #[must_use]
    pub fn with_key(&self, key: u64) -> Option<u32> {
        let carries = |row: &Sent| row.taken && row.batch.items.iter().any(|item| item.key == key);
        self.rows.iter().position(carries).map(|place| place as u32)
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let items = |row: &Sent| (row.batch.items.capacity() + row.batch.joined.capacity()) * size_of::<Item>();
        self.rows.iter().map(|row| size_of::<Sent>() + items(row)).sum()
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

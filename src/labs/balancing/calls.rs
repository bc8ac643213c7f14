//! The requests underway, as calls: one for each attempt, in one arena whose places are used again.

use crate::algorithms::balancing::{Outcome, ServerId};
use crate::basics::Nanos;

/// Stands for the server of a call that was sent to none yet.
pub const NOWHERE: ServerId = ServerId::MAX;

/// Where a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: the place in the arena is free.
    Free,
    /// On its way to a server, or waiting before a retry.
    Underway,
    /// At a server, in service or in its queue.
    AtServer,
    /// At a server that does not answer.
    Hung,
    /// On its way back with this outcome.
    Returning(Outcome),
}

/// One attempt of a request.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// The number of the request, the same in every lane.
    pub request: u32,
    /// Who sent it.
    pub client: u32,
    /// When the request was created.
    pub arrived: Nanos,
    /// When this attempt left the balancer.
    pub sent: Nanos,
    /// Its work in nanoseconds at speed 1.
    pub work: u64,
    /// What it asks for.
    pub key: u64,
    /// From which later draws of this request are mixed.
    pub luck: u64,
    /// Where it is.
    pub place: Place,
    /// The server it was sent to, or [`NOWHERE`].
    pub server: ServerId,
    /// The balancer that it came to.
    pub balancer: u32,
    /// 0 for the first attempt.
    pub attempt: u8,
    /// The client has given this attempt up; whatever becomes of it is waste.
    pub abandoned: bool,
    /// The server that the attempt before was sent to.
    pub avoid: Option<ServerId>,
    /// Rises whenever the place in the arena is used again, so that late timers find nothing.
    pub generation: u32,
}

/// The arena.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    calls: Vec<Call>,
    free: Vec<u32>,
}

impl Calls {
    /// Puts a call in and returns its number.
    #[inline]
    pub fn put(&mut self, call: Call) -> u32 {
        match self.free.pop() {
            Some(number) => {
                let place = &mut self.calls[number as usize];
                let generation = place.generation.wrapping_add(1);
                *place = call;
                place.generation = generation;
                number
            }
            None => {
                self.calls.push(call);
                // Calls underway at once; memory ends long before 32 bits do.
                self.calls.len() as u32 - 1
            }
        }
    }

    /// Takes a call out.
    #[inline]
    pub fn free(&mut self, number: u32) {
        self.calls[number as usize].place = Place::Free;
        self.free.push(number);
    }

    /// The call `number`.
    #[inline]
    #[must_use]
    pub fn get(&self, number: u32) -> &Call {
        &self.calls[number as usize]
    }

    /// The call `number`, to be changed.
    #[inline]
    pub fn get_mut(&mut self, number: u32) -> &mut Call {
        &mut self.calls[number as usize]
    }

    /// Requests underway: every call whose client still waits for it.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.calls.iter().filter(|call| call.place != Place::Free && !call.abandoned).count() as u64
    }

    /// The calls that hang at `server`.
    #[must_use]
    pub fn hung_at(&self, server: ServerId) -> Vec<u32> {
        let calls = self.calls.iter().enumerate();
        let hung = calls.filter(|(_, call)| call.place == Place::Hung && call.server == server);
        hung.map(|(number, _)| number as u32).collect()
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.calls.len() * size_of::<Call>() + self.free.len() * size_of::<u32>()
    }
}

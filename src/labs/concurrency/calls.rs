//! The requests underway, as calls: one for each attempt, in one arena whose places are used again.

use crate::basics::Nanos;

/// What comes back to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An answer.
    Answered,
    /// The limiter turned it away.
    Shed,
    /// The service had no room for it.
    Refused,
}

/// Where a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: the place in the arena is free.
    Free,
    /// On its way to the limiter, or waiting before a retry.
    Underway,
    /// In the queue in front of the limiter.
    InFront,
    /// Let in: on its way to the service, or inside.
    Inside,
    /// On its way back with this outcome.
    Returning(Outcome),
}

/// One attempt of a request.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// The number of the request, the same in every lane.
    pub request: u32,
    /// When the request was created.
    pub arrived: Nanos,
    /// When this attempt reached the limiter.
    pub came: Nanos,
    /// When the limiter let it in.
    pub let_in: Nanos,
    /// In flight at its limiter when it was let in, itself included.
    pub in_flight: u32,
    /// Its work in nanoseconds, alone and with a warm cache.
    pub work: u64,
    /// From which later draws of this request are mixed.
    pub luck: u64,
    /// Where it is.
    pub place: Place,
    /// Whose it is: the group of clients, and so the limiter.
    pub group: u32,
    /// 0 for the first attempt.
    pub attempt: u8,
    /// The client has given this attempt up; whatever becomes of it is waste.
    pub abandoned: bool,
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
                *place = Call { generation: place.generation.wrapping_add(1), ..call };
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

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.calls.len() * size_of::<Call>() + self.free.len() * size_of::<u32>()
    }
}

//! The requests underway, as calls: one for each attempt, in one arena whose places are used again.

use crate::basics::Nanos;
use crate::simulation::Arena;

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
}

/// Every call that is underway.
pub type Calls = Arena<Call>;

/// Requests underway: every call whose client still waits for it.
#[must_use]
pub fn waiting(calls: &Calls) -> u64 {
    calls.iter().filter(|(_, call)| !call.abandoned).count() as u64
}

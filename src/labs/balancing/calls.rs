//! The requests underway, as calls: one for each attempt, in one arena whose places are used again.

use crate::algorithms::balancing::{Outcome, ServerId};
use crate::basics::Nanos;
use crate::simulation::Arena;

/// Stands for the server of a call that was sent to none yet.
pub const NOWHERE: ServerId = ServerId::MAX;

/// Where a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
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
}

/// Every call that is underway.
pub type Calls = Arena<Call>;

/// Requests underway: every call whose client still waits for it.
#[must_use]
pub fn waiting(calls: &Calls) -> u64 {
    calls.iter().filter(|(_, call)| !call.abandoned).count() as u64
}

/// The calls that hang at `server`.
#[must_use]
pub fn hung_at(calls: &Calls, server: ServerId) -> Vec<u32> {
    let hung = calls.iter().filter(|(_, call)| call.place == Place::Hung && call.server == server);
    hung.map(|(number, _)| number).collect()
}

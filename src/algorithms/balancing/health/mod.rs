//! Health: which servers may be picked at all.
//!
//! A [`Health`] hears what became of requests and probes, and says which servers to probe, eject and return. It owns
//! no clock and sends nothing: the world asks it with the time in hand ([`Timed`]) and does what it says. Several can
//! work side by side; [`Eligibility`] puts their verdicts together, and panics when too few servers are left.
//!
//! Read next: [`active`] asks the servers, [`outlier`] only watches the traffic, [`eligibility`] decides in the end.

pub mod active;
pub mod eligibility;
pub mod outlier;
pub mod registry;

pub use eligibility::Eligibility;
pub use registry::{ABOUT, build};

use super::{Answer, ServerId};
use crate::basics::parameters::Refusal;
use crate::basics::{Explanation, Nanos, Timed};

/// What a health check wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthAct {
    /// Ask this server how it is, and report the answer with [`Health::probed`].
    Probe(ServerId),
    /// Send no more requests to this server.
    Eject(ServerId),
    /// It may be picked again.
    Return(ServerId),
}

/// A judge of health. It ejects a server once and returns it once, in turn.
pub trait Health: Timed<Act = HealthAct> + CloneHealth {
    /// An attempt came back: passive checks learn here.
    fn observed(&mut self, _answer: &Answer, _acts: &mut Vec<HealthAct>, _why: &mut Explanation) {}

    /// The probe of `server` was answered, well (`ok`) or not. An answer that comes too late is passed over.
    fn probed(
        &mut self,
        _server: ServerId,
        _ok: bool,
        _now: Nanos,
        _acts: &mut Vec<HealthAct>,
        _why: &mut Explanation,
    ) {
    }

    /// One of its own live parameters changes while it runs.
    ///
    /// # Errors
    /// A [`Refusal`] when it has no such parameter or the text is not accepted.
    fn set(&mut self, _key: &str, _text: &str) -> Result<(), Refusal> {
        Err(Refusal { expected: "is not a parameter of this health check".to_owned(), nearest: None })
    }
}

/// Lets a `Box<dyn Health>` be cloned, which is what a checkpoint of a run does.
pub trait CloneHealth {
    /// A copy that judges the same from here on.
    fn clone_box(&self) -> Box<dyn Health>;
}

impl<T: Health + Clone + 'static> CloneHealth for T {
    fn clone_box(&self) -> Box<dyn Health> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Health> {
    fn clone(&self) -> Self {
        (**self).clone_box()
    }
}

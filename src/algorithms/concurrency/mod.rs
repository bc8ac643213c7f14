//! Adaptive concurrency: how many requests may be in flight at once.
//!
//! A [`Limiter`] guards one service. Its owner lets a request in while fewer than [`Limiter::limit`] are in flight, and
//! reports each one that comes back. From those reports alone the limiter must find the knee: the most that the
//! service can work on before requests merely queue inside it. Little's law says where that is: throughput times the
//! latency without load.
//!
//! It may not know the service, its capacity, or a clock. Latency is counted from the moment a request was let *in*:
//! time spent waiting in front of the limiter would tell it about itself.
//!
//! Read next: [`aimd`], the simplest that works; [`gradient2`], the one most used; [`envoy_gradient`], which measures
//! the empty service on purpose.

pub mod aimd;
pub mod envoy_gradient;
pub mod estimates;
pub mod fixed;
pub mod gradient;
pub mod gradient2;
pub mod littles_law;
pub mod registry;
pub mod tcp_vegas;
pub mod threshold;
pub mod vegas;
pub mod windowed;

pub use registry::{ABOUT, build};

use crate::basics::parameters::Refusal;
use crate::basics::{Explanation, Nanos, Timed};

/// A limit on the requests in flight that finds its own height.
///
/// Limiters with windows of their own want to be woken ([`Timed`]); the others move only when a request comes back.
pub trait Limiter: Timed<Act = ()> + CloneLimiter {
    /// How many requests may be in flight now; `u32::MAX` for no limit at all, 0 for none whatever.
    fn limit(&self) -> u32;

    /// What the limiter *says* its limit is. It differs from [`Limiter::limit`] only in an exhibit that limits nothing.
    fn claimed(&self) -> u32 {
        self.limit()
    }

    /// A request came back: it was let in at `started`, returned at `now`, and made `in_flight` with those that were
    /// already there (itself included). `dropped` means that it failed by overload: refused, timed out, or shed.
    fn sample(&mut self, started: Nanos, now: Nanos, in_flight: u32, dropped: bool, why: &mut Explanation);

    /// One of the limiter's own live parameters changes while it runs.
    ///
    /// # Errors
    /// A [`Refusal`] when the limiter has no such parameter or the text is not accepted.
    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal>;
}

/// The time from `started` to `now`, at least a nanosecond: every limiter divides by it.
#[must_use]
pub fn round_trip(started: Nanos, now: Nanos) -> Nanos {
    now.since(started).max(Nanos(1))
}

/// Says that a limiter has no timer: it moves only when a request comes back.
macro_rules! moves_with_samples_only {
    ($limiter:ty) => {
        impl $crate::basics::Timed for $limiter {
            type Act = ();

            fn due(&self) -> Option<$crate::basics::Nanos> {
                None
            }

            fn tick(&mut self, _now: $crate::basics::Nanos, _acts: &mut Vec<()>) {}
        }
    };
}
pub(crate) use moves_with_samples_only;

/// Lets a `Box<dyn Limiter>` be cloned, which is what a checkpoint of a run does.
pub trait CloneLimiter {
    /// A copy that decides the same from here on.
    fn clone_box(&self) -> Box<dyn Limiter>;
}

impl<T: Limiter + Clone + 'static> CloneLimiter for T {
    fn clone_box(&self) -> Box<dyn Limiter> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Limiter> {
    fn clone(&self) -> Self {
        (**self).clone_box()
    }
}

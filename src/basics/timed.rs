//! Algorithms that need to come back later, without owning a clock.
//!
//! Inputs carry `now`, outputs are values, and whoever owns the clock asks when to come back (the "sans-I/O" idiom).
//! So the same batcher, health checker or limiter runs in the simulation, in a test and on real time unchanged.

use super::Nanos;

/// Something that wants to act at a time of its own choosing.
pub trait Timed {
    /// What it may ask its owner to do.
    type Act;

    /// When it next wants [`Timed::tick`] to be called; `None` while it waits for input only.
    fn due(&self) -> Option<Nanos>;

    /// Does what is due at `now`, pushing what its owner shall do onto `acts`. Calling it early is harmless.
    fn tick(&mut self, now: Nanos, acts: &mut Vec<Self::Act>);
}

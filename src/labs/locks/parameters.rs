//! What can be set in the lock lab: threads, what they do, keys, locks.

use crate::basics::{Kind, Nanos};
use crate::parameters;
use crate::simulation::service::Law;

parameters! {
    /// The parameters of the lock lab.
    pub struct Parameters {
        /// Threads, each on a processor of its own.
        threads: u32 = 16, "Threads", Kind::count(1, 10_000), Restart Shared "Threads";
        /// Mean time that a thread works without any lock between two operations, exponential. Only its ratio to the time in the lock counts.
        think: Nanos = Nanos::from_millis(1), "Work outside", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Live Shared "Threads";
        /// Mean time that an operation holds its lock.
        hold: Nanos = Nanos::from_millis(1), "Time in the lock", Kind::span(Nanos::MICROSECOND, Nanos::from_secs(60)), Live Shared "Threads";
        /// How the times in the lock are distributed.
        law: Law = Law::Exponential, "Times in the lock", Kind::Choice(Law::OPTIONS), Restart Shared "Threads";
        /// What it costs besides to hand a lock over to a thread that sleeps: a switch of context, while the lock is held.
        handover: Nanos = Nanos::ZERO, "Handing over", Kind::span(Nanos::ZERO, Nanos::from_secs(1)), Live Shared "Threads";

        /// How many keys the structure has.
        keys: u32 = 10_000, "Keys", Kind::count(1, 100_000), Restart Shared "Keys";
        /// Zipf exponent of the popularity of keys; 0 is uniform.
        key_skew: f64 = 0.0, "Key skew", Kind::number(0.0, 3.0, 0.1), Restart Shared "Keys";

        /// Into how many shards the structure is cut, each with a lock of its own.
        locks: u32 = 16, "Locks", Kind::count(1, 4_096), Restart PerLane "Locks";
    }
}

//! A service with a knee: everybody inside is worked on at once, and beyond the knee each one more slows all others.
//!
//! [`Capacity`] is the universal scalability law with a number of slots: so many requests run in parallel, contention
//! makes some of that serial, and coherency costs something for every *pair* inside, waiting or not. [`Knee`] serves by
//! it: all requests share the total pace equally (processor sharing), so that its throughput at n inside is the law's.
//!
//! It knows nothing of requests, limits or queues in front: a job is a number that its owner gives. A completion that
//! was re-planned is stale when it comes, as with [`stations`](super::stations).

use std::collections::BTreeSet;

use super::stations::{Plan, time_for, work_done};
use crate::basics::{Nanos, maths};

/// How much work gets done at a time, by how many are inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capacity {
    /// At most so many run in parallel; need not be whole.
    pub slots: f64,
    /// α: the share of the work that only one may do at a time, 0 to 1.
    pub contention: f64,
    /// β: what each pair inside costs, as a share of the work, 0 or more.
    pub coherency: f64,
}

impl Capacity {
    /// How many requests' worth of work gets done at a time while `inside` (at least 1) are inside.
    ///
    /// Up to the slots it is Gunther's law (1993) for γ = 1: n ÷ (1 + α(n − 1) + βn(n − 1)). Beyond, parallelism and
    /// contention are those of the slots, and only coherency goes on growing.
    #[inline]
    #[must_use]
    pub fn parallelism(&self, inside: f64) -> f64 {
        let running = inside.min(self.slots.max(1.0));
        running / (1.0 + self.contention * (running - 1.0) + self.coherency * inside * (inside - 1.0))
    }

    /// How many must be inside for the most to get done; need not be whole.
    ///
    /// Source: Gunther (2007), √((1 − α) ÷ β), but no more than the slots.
    #[must_use]
    pub fn best(&self) -> f64 {
        let peak =
            if self.coherency > 0.0 { maths::sqrt((1.0 - self.contention) / self.coherency) } else { f64::INFINITY };
        peak.min(self.slots).max(1.0)
    }
}

/// The service.
#[derive(Clone, Debug)]
pub struct Knee {
    capacity: Capacity,
    /// Work per time of one request alone; 0 stands still.
    speed: f64,
    /// The work that each request inside has received since the service was new.
    attained: u64,
    since: Nanos,
    /// Of the next completion.
    generation: u32,
    /// (attained when done, job).
    jobs: BTreeSet<(u64, u32)>,
}

impl Knee {
    /// An empty service.
    #[must_use]
    pub fn new(capacity: Capacity, speed: f64) -> Self {
        Self { capacity, speed, attained: 0, since: Nanos::ZERO, generation: 0, jobs: BTreeSet::new() }
    }

    /// Requests inside.
    #[inline]
    #[must_use]
    pub fn inside(&self) -> u32 {
        // Memory ends long before 32 bits do.
        self.jobs.len() as u32
    }

    /// A job comes with `work` nanoseconds (at speed 1, alone). Returns the next completion, whichever job's it is;
    /// earlier plans are stale.
    pub fn arrive(&mut self, job: u32, work: u64, now: Nanos) -> Option<Plan> {
        self.pass(now);
        self.jobs.insert((self.attained.saturating_add(work), job));
        self.plan(now)
    }

    /// A planned completion has come. Returns the job that is done and the next plan, or `None` when it was stale.
    pub fn complete(&mut self, generation: u32, now: Nanos) -> Option<(u32, Option<Plan>)> {
        if generation != self.generation {
            return None;
        }
        self.pass(now);
        let (done_at, job) = self.jobs.pop_first()?;
        self.attained = self.attained.max(done_at);
        Some((job, self.plan(now)))
    }

    /// Capacity and speed change; what is inside keeps what it has received. Returns the next completion.
    pub fn change(&mut self, capacity: Capacity, speed: f64, now: Nanos) -> Option<Plan> {
        self.pass(now);
        self.capacity = capacity;
        self.speed = speed;
        self.plan(now)
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.jobs.len() * 24
    }

    /// The work per time of each request inside.
    fn pace(&self) -> f64 {
        let inside = f64::from(self.inside());
        self.speed * self.capacity.parallelism(inside) / inside
    }

    /// Everybody inside receives work up to `now`.
    fn pass(&mut self, now: Nanos) {
        if !self.jobs.is_empty() {
            self.attained = self.attained.saturating_add(work_done(now.since(self.since), self.pace()));
        }
        self.since = now;
    }

    fn plan(&mut self, now: Nanos) -> Option<Plan> {
        self.generation = self.generation.wrapping_add(1);
        let &(done_at, job) = self.jobs.first()?;
        let at = now.plus(time_for(done_at.saturating_sub(self.attained), self.pace())?);
        Some(Plan { at, server: 0, job, generation: self.generation })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: u64 = 1_000_000;

    /// Completions of a service that always has `inside` jobs of 10 ms in it, a second long.
    fn completed(capacity: Capacity, inside: u32) -> f64 {
        let mut knee = Knee::new(capacity, 1.0);
        let mut plan = None;
        for job in 0..inside {
            // Spread, so that they do not all end at once.
            plan = knee.arrive(job, 10 * MILLISECOND * u64::from(job + 1) / u64::from(inside), Nanos::ZERO);
        }
        let mut count = 0;
        while let Some(next) = plan.filter(|plan| plan.at <= Nanos::SECOND) {
            let (job, _) = knee.complete(next.generation, next.at).unwrap();
            count += 1;
            plan = knee.arrive(job, 10 * MILLISECOND, next.at);
        }
        f64::from(count)
    }

    #[test]
    fn throughput_is_that_of_the_law() {
        let capacity = Capacity { slots: 20.0, contention: 0.02, coherency: 0.0005 };
        for inside in [1, 5, 20, 40, 80] {
            let expected = 100.0 * capacity.parallelism(f64::from(inside));
            // A whole number of completions, of which one may be just under way, and rounding up of each plan.
            let counted = completed(capacity, inside);
            assert!((counted - expected).abs() <= 1.5, "{inside} inside: {counted}, the law says {expected}");
        }
    }

    #[test]
    fn most_gets_done_at_the_best_number() {
        for capacity in [
            Capacity { slots: 20.0, contention: 0.0, coherency: 0.0 },
            Capacity { slots: 1_000.0, contention: 0.05, coherency: 0.001 },
            Capacity { slots: 10.0, contention: 0.05, coherency: 0.001 },
        ] {
            let best = capacity.best();
            let most = capacity.parallelism(best);
            for n in 1..2_000 {
                assert!(capacity.parallelism(f64::from(n)) <= most * (1.0 + 1e-12), "{capacity:?} at {n}, not {best}");
            }
        }
    }

    #[test]
    fn a_service_that_stands_still_keeps_what_it_has_done() {
        let capacity = Capacity { slots: 1.0, contention: 0.0, coherency: 0.0 };
        let mut knee = Knee::new(capacity, 1.0);
        let first = knee.arrive(7, 10 * MILLISECOND, Nanos::ZERO).unwrap();
        assert_eq!(knee.change(capacity, 0.0, Nanos::from_millis(4)), None);
        assert_eq!(knee.complete(first.generation, first.at), None, "it was re-planned");
        let plan = knee.change(capacity, 1.0, Nanos::from_secs(1)).unwrap();
        assert_eq!(plan.at, Nanos::from_millis(1_006));
        assert_eq!(knee.complete(plan.generation, plan.at).unwrap().0, 7);
        assert_eq!(knee.inside(), 0);
    }
}

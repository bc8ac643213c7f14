//! The service of the concurrency lab: the station with a knee, what faults have done to it, and where its knee is.
//!
//! Only the world knows this file. A limiter never sees it; it has to find out from latencies.

use crate::basics::randomness::draw;
use crate::basics::{Nanos, maths};
use crate::simulation::knee::{Capacity, Knee};
use crate::simulation::record::Condition;
use crate::simulation::stations::Plan;

use super::parameters::Parameters;

/// What the draw for a request's wait at the dependency is for.
const DEPENDENCY: u64 = 0xde_9e4d;

/// What is true of the service at a moment, whether anybody knows it or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// The most that it can answer, requests a second.
    pub capacity: f64,
    /// How many must be in flight at the limiter for that, and not one more: the knee.
    pub knee: f64,
    /// How long a request is in flight at the limiter when it meets no other.
    pub without_load: Nanos,
}

/// The service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Who is being worked on.
    pub station: Knee,
    /// Everybody who is inside: those that wait for the dependency, and those at the station.
    pub inside: u32,
    /// So many times fewer slots than it has.
    lost: f64,
    /// The dependency takes so many times longer.
    slowed: f64,
    paused: bool,
    /// So many times slower while the neighbour is busy; 1 without a neighbour.
    noise: f64,
    neighbour_busy: bool,
    /// So many times the work when the cache holds nothing; 1 when it is warm.
    cold: f64,
    /// Answers since the cache was lost.
    answers: u64,
}

impl Service {
    /// A service that is empty and well.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self {
            station: Knee::new(parameters.capacity(), 1.0),
            inside: 0,
            lost: 1.0,
            slowed: 1.0,
            paused: false,
            noise: 1.0,
            neighbour_busy: false,
            cold: 1.0,
            answers: 0,
        }
    }

    /// Its slots are `factor` times fewer from now on; 1 gives them back.
    pub fn lose_capacity(&mut self, factor: f64) {
        self.lost = factor.max(1.0);
    }

    /// Its dependency takes `factor` times as long from now on; 1 is as before.
    pub fn slow_dependency(&mut self, factor: f64) {
        self.slowed = factor.max(1.0);
    }

    /// It stands still, or goes on.
    pub fn pause(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// It gets a neighbour that makes it `factor` times slower whenever it is busy; 1 takes the neighbour away.
    pub fn neighbour(&mut self, factor: f64) {
        self.noise = factor.max(1.0);
    }

    /// Whether it has a neighbour.
    #[must_use]
    pub fn has_neighbour(&self) -> bool {
        self.noise > 1.0
    }

    /// The neighbour begins or ends a spell of work.
    pub fn neighbour_is(&mut self, busy: bool) {
        self.neighbour_busy = busy;
    }

    /// Whether the neighbour works.
    #[must_use]
    pub fn neighbour_busy(&self) -> bool {
        self.neighbour_busy
    }

    /// Its cache is lost: a request takes `factor` times the work, less and less as answers fill the cache. 1 fills it.
    pub fn lose_cache(&mut self, factor: f64) {
        self.cold = factor.max(1.0);
        self.answers = 0;
    }

    /// A request was answered, which warms the cache. Returns whether that moves the knee.
    #[inline]
    pub fn answered(&mut self) -> bool {
        self.answers += 1;
        self.cold > 1.0
    }

    /// The work of a request now, as a multiple of that with a warm cache.
    #[must_use]
    pub fn work_factor(&self, parameters: &Parameters) -> f64 {
        if self.cold <= 1.0 {
            return 1.0;
        }
        // Every answer brings an item; what is still missing falls exponentially, as when items are asked for at random.
        1.0 + (self.cold - 1.0) * maths::exp(-(self.answers as f64) / f64::from(parameters.warms_after))
    }

    /// How long the request with this luck waits for the dependency.
    #[must_use]
    pub fn dependency(&self, parameters: &Parameters, luck: u64) -> Nanos {
        if parameters.dependency == Nanos::ZERO {
            return Nanos::ZERO;
        }
        let size = parameters.service_law().sample(draw(luck, DEPENDENCY, 0));
        Nanos::from_seconds(parameters.dependency.seconds() * self.slowed * size)
    }

    /// Brings the station in line with parameters and faults. Returns its next completion.
    pub fn apply(&mut self, parameters: &Parameters, now: Nanos) -> Option<Plan> {
        let speed = match (self.paused, self.neighbour_busy) {
            (true, _) => 0.0,
            (false, true) => 1.0 / self.noise,
            (false, false) => 1.0,
        };
        self.station.change(self.capacity(parameters), speed, now)
    }

    fn capacity(&self, parameters: &Parameters) -> Capacity {
        let capacity = parameters.capacity();
        Capacity { slots: (capacity.slots / self.lost).max(1.0), ..capacity }
    }

    /// Where the knee is. A noisy neighbour counts with its mean; a pause leaves the knee where it is.
    ///
    /// At the station the law of scalability says how many must be inside for the most throughput. By Little's law the
    /// requests that meanwhile wait for the dependency, or travel between limiter and service, are throughput × time.
    #[must_use]
    pub fn truth(&self, parameters: &Parameters) -> Truth {
        let capacity = self.capacity(parameters);
        // Busy half of the time, in which work takes `noise` times as long.
        let speed = (1.0 + 1.0 / self.noise) / 2.0;
        let work = parameters.service.seconds() * self.work_factor(parameters) / speed;
        let elsewhere = parameters.dependency.seconds() * self.slowed + 2.0 * parameters.network.seconds();
        let best = capacity.best();
        let throughput = capacity.parallelism(best) / work;
        Truth {
            capacity: if self.paused { 0.0 } else { throughput },
            knee: best + throughput * elsewhere,
            without_load: Nanos::from_seconds(work + elsewhere),
        }
    }

    /// Its condition as the stage shows it.
    #[must_use]
    pub fn condition(&self) -> Condition {
        let slower = self.paused || self.lost > 1.0 || self.slowed > 1.0 || (self.noise > 1.0 && self.neighbour_busy);
        if slower {
            Condition::Slow
        } else if self.cold > 1.0 {
            Condition::Cold
        } else {
            Condition::Up
        }
    }

    /// Its state in words.
    #[must_use]
    pub fn facts(&self, parameters: &Parameters) -> Vec<(String, String)> {
        let truth = self.truth(parameters);
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let mut facts = vec![
            fact("Inside", self.inside.to_string()),
            fact("Of these worked on", self.station.inside().to_string()),
            fact("Capacity now", format!("{:.0}/s", truth.capacity)),
            fact("Knee now", format!("{:.1} in flight", truth.knee)),
            fact("Latency without load", truth.without_load.to_string()),
        ];
        if self.paused {
            facts.push(fact("Condition", "stands still".to_owned()));
        }
        if self.cold > 1.0 {
            facts.push(fact("Cold cache", format!("{:.2} times the work", self.work_factor(parameters))));
        }
        facts
    }
}

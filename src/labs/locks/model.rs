//! The world of the lock lab: threads that think, take the lock of a key's shard, hold it, and think again.
//!
//! `ask` → in the queue of the lock → `released` → a thought. A lock is a station with one slot whose queue never ends;
//! it is handed on in the order in which threads asked.

use std::rc::Rc;

use crate::algorithms::sharding::{self, ShardId, Sharder};
use crate::basics::parameters::Declared;
use crate::basics::randomness::{draw, mix};
use crate::basics::{Explanation, Nanos};
use crate::scenario::Scenario;
use crate::simulation::arena::Arena;
use crate::simulation::arrivals::{Arrivals, Process, Profile, Shape, think};
use crate::simulation::popularity::Popularity;
use crate::simulation::record::{Condition, KeyMap};
use crate::simulation::service::Service;
use crate::simulation::stations::{Admission, Discipline, Plan, Stations};
use crate::simulation::tally::End;
use crate::simulation::traffic::{Born, Traffic};
use crate::simulation::{
    EventList, Handled, Level, Mark, Model as SimulationModel, NodeId, Record, Stream, Tally, What,
};

use super::parameters::Parameters;

/// Keys in the picture of which lock guards what, and the most arcs of a circle that can be told apart.
const MOST_SHOWN: usize = 128;
const MOST_ARCS: usize = 4_096;

/// What later draws of an operation are for.
const THINK: u64 = 1;

/// The lab's counters, and its gauges behind those that every lab has.
mod counter {
    pub const CONTENDED: usize = 0;
}
mod gauge {
    pub const IN_FLIGHT: usize = 0;
    pub const QUEUED: usize = 1;
    pub const HELD: usize = 2;
    pub const HOTTEST: usize = 3;
}

/// The nodes on the stage: threads, the map, then the locks.
pub(super) const THREADS: NodeId = 0;
pub(super) const MAP: NodeId = 1;

/// The node of a lock.
pub(super) fn lock_node(lock: ShardId) -> NodeId {
    2 + lock
}

/// What can happen.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// A thread has thought.
    Thought,
    /// A thread lets its lock go.
    Finished {
        /// The lock.
        lock: u32,
        /// The operation.
        job: u32,
        /// As planned.
        generation: u32,
    },
}

/// An operation that waits for its lock or holds it.
#[derive(Clone, Copy, Debug)]
struct Operation {
    number: u32,
    asked: Nanos,
    luck: u64,
}

/// One lane's world.
#[derive(Clone)]
pub struct Model {
    parameters: Parameters,
    traffic: Traffic,
    map: Box<dyn Sharder>,
    /// The lock of each key, by popularity.
    lock_of: Rc<[ShardId]>,
    /// The share of all operations that each lock gets.
    shares: Rc<[f64]>,
    locks: Stations,
    slowed: Vec<f64>,
    /// The operations underway: no more than threads.
    operations: Arena<Operation>,
}

type Events = EventList<Event>;

impl Model {
    /// The world of one lane at time zero.
    #[must_use]
    pub fn new(scenario: &Scenario, lane: usize) -> Self {
        let parameters: Parameters = scenario.typed(lane);
        // Stages and tail index where a law asks for them.
        let service = Service { law: parameters.law, variability: 2.0, stages: 4, tail: 1.5 };
        let steady = Profile { shape: Shape::Steady, peak: 1.0, period: Nanos::SECOND };
        let arrivals = Arrivals::new(Process::Closed, 0.0, steady, mix(scenario.seed), Stream::new(scenario.seed, 1));
        let popularity = Popularity::zipf(parameters.keys, parameters.key_skew);

        let policy = scenario.lanes.get(lane).map_or("modulo", |lane| lane.policy.as_str());
        // The scenario's reader accepts only policies of the registry; modulo stands in for none.
        let mut map = sharding::build(policy, &scenario.settings_of(lane))
            .or_else(|| sharding::build("modulo", &[]))
            .unwrap_or_else(|| unreachable!("modulo stands in the registry"));
        map.shards_changed(&(0..parameters.locks).map(|lock| (lock, 1)).collect::<Vec<_>>());
        let why = &mut Explanation::silent();
        let of_key = |item| map.shard(Born::key_of(item), why).unwrap_or(0);
        let lock_of: Rc<[ShardId]> = (0..parameters.keys).map(of_key).collect();
        let mut shares = vec![0.0; parameters.locks as usize];
        for (rank, &lock) in (0..).zip(&*lock_of) {
            shares[lock as usize] += popularity.share(rank);
        }

        let mut locks = Stations::new(Discipline::Fifo);
        (0..parameters.locks).for_each(|_| locks.add(1, u32::MAX, 1.0));
        Self {
            traffic: Traffic::new(arrivals, Process::Closed, service, popularity),
            map,
            lock_of,
            shares: shares.into(),
            locks,
            slowed: vec![1.0; parameters.locks as usize],
            operations: Arena::default(),
            parameters,
        }
    }

    /// The share of all operations that each lock gets, from the popularity of the keys.
    #[must_use]
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// A thread asks for the lock of a key's shard.
    fn ask(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let born = self.traffic.born();
        let lock = self.lock_of[born.item as usize];
        let contended = self.locks.serving(lock) > 0;
        let job = self.operations.put(Operation { number: born.request, asked: now, luck: born.luck });
        tally.arrived();
        tally.trace(u64::from(born.request) << 32 | u64::from(lock));
        if contended {
            tally.count(counter::CONTENDED);
        }
        record.tell(&[THREADS, MAP, lock_node(lock)], || {
            let then = if contended { "and waits for it" } else { "and has it at once" };
            format!("operation {} asks for lock {lock} {then}", born.request)
        });
        if record.why.listening() {
            let _ = self.map.shard(born.key(), &mut record.why);
        }
        let handover = if contended { self.parameters.handover.0 } else { 0 };
        let work = born.work(self.parameters.hold) + handover;
        // The queue has room for every thread.
        if let Admission::Started(plan) = self.locks.arrive(lock, job, work, now) {
            plan.into_iter().for_each(|plan| Self::schedule(plan, events));
        }
        self.level_changed(lock, now, tally, record);
    }

    fn schedule(plan: Plan, events: &mut Events) {
        events.at(plan.at, Event::Finished { lock: plan.server, job: plan.job, generation: plan.generation });
    }

    /// A thread lets its lock go, and the next one gets it.
    fn released(&mut self, plan: Plan, events: &mut Events, tally: &mut Tally, record: &mut Record) -> Handled {
        let now = events.now();
        let Some((job, lock, next)) = self.locks.complete(plan, now) else { return Handled::Stale };
        if let Some(next) = next {
            Self::schedule(next, events);
        }
        let operation = *self.operations.get(job);
        self.operations.free(job);
        record.tell(&[lock_node(lock), THREADS], || {
            let took = now.since(operation.asked);
            format!("operation {} lets lock {lock} go, {took} after it asked", operation.number)
        });
        tally.trace(u64::from(operation.number));
        tally.ended(End::Completed, operation.asked, now);
        self.level_changed(lock, now, tally, record);
        events.after(think(self.parameters.think, draw(operation.luck, THINK, 0)), Event::Thought);
        Handled::Done
    }

    fn level_changed(&self, lock: ShardId, now: Nanos, tally: &mut Tally, record: &mut Record) {
        let (held, waiting) = (self.locks.serving(lock), self.locks.queued(lock));
        tally.gauge(gauge::IN_FLIGHT, now, f64::from(self.locks.busy() + self.locks.waiting()));
        tally.gauge(gauge::QUEUED, now, f64::from(self.locks.waiting()));
        tally.gauge(gauge::HELD, now, f64::from(self.locks.busy()));
        tally.node(lock_node(lock) as usize, now, f64::from(held + waiting));
        if record.wants_levels() {
            record.level(self.level(lock, now));
        }
    }

    fn level(&self, lock: ShardId, now: Nanos) -> Level {
        let condition = if self.slowed[lock as usize] > 1.0 { Condition::Slow } else { Condition::Up };
        let (serving, queued) = (self.locks.serving(lock), self.locks.queued(lock));
        Level { at: now, node: lock_node(lock), serving, queued, condition }
    }

    /// Which lock guards which of the most popular keys, the most popular one first. It never changes.
    fn key_map(&self, now: Nanos) -> KeyMap {
        let strip: Vec<ShardId> = self.lock_of.iter().take(MOST_SHOWN).copied().collect();
        let arcs = self.map.arcs();
        let arcs = if arcs.len() <= MOST_ARCS { arcs } else { Vec::new() };
        let places = (0..).zip(&strip).filter_map(|(item, _)| self.map.place(Born::key_of(item)));
        KeyMap {
            at: now,
            coming: strip.clone(),
            before: strip.clone(),
            // The upper half of 64 bits fits into 32.
            places: if arcs.is_empty() { Vec::new() } else { places.map(|place| (place >> 32) as u32).collect() },
            ring: arcs.into_iter().map(|(place, owner)| ((place >> 32) as u32, owner)).collect(),
            strip,
        }
    }

    fn slow(&mut self, lock: ShardId, factor: f64, events: &mut Events) {
        self.slowed[lock as usize] = factor;
        let mut plans = Vec::new();
        self.locks.set_speed(lock, 1.0 / factor, events.now(), &mut plans);
        plans.into_iter().for_each(|plan| Self::schedule(plan, events));
    }
}

impl SimulationModel for Model {
    type Event = Event;

    fn begin(&mut self, events: &mut Events, tally: &mut Tally, _record: &mut Record) {
        for _ in 0..self.parameters.threads {
            events.at(self.traffic.first_thought(self.parameters.think), Event::Thought);
        }
        let hottest = self.shares.iter().copied().fold(0.0, f64::max);
        tally.gauge(gauge::HOTTEST, events.now(), hottest);
    }

    fn handle(&mut self, event: Event, events: &mut Events, tally: &mut Tally, record: &mut Record) -> Handled {
        match event {
            Event::Thought => self.ask(events, tally, record),
            Event::Finished { lock, job, generation } => {
                let plan = Plan { at: events.now(), server: lock, job, generation };
                return self.released(plan, events, tally, record);
            }
        }
        Handled::Done
    }

    fn change(&mut self, what: &What, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let (text, node) = match what {
            What::Set { key, value } => {
                // What is not the lab's is a policy's, and those take effect with a new run.
                let _ = self.parameters.set(key, value);
                (format!("{key} is {value}"), None)
            }
            What::Fault { verb, target, amount } if *target < self.parameters.locks => {
                let (factor, text) = match verb.as_str() {
                    "slow" => (amount.max(1.0), format!("lock {target} is held {amount} times as long")),
                    "restore" => (1.0, format!("lock {target} is held as long as before")),
                    _ => return,
                };
                self.slow(*target, factor, events);
                self.level_changed(*target, events.now(), tally, record);
                (text, Some(lock_node(*target)))
            }
            What::Fault { .. } => return,
        };
        record.marks.push(Mark { at: events.now(), event: 0, text, node });
    }

    fn in_flight(&self) -> u64 {
        self.operations.iter().count() as u64
    }

    fn levels(&self, now: Nanos, record: &mut Record) {
        for lock in 0..self.parameters.locks {
            record.levels.push(self.level(lock, now));
        }
        record.key_maps.push(self.key_map(now));
    }

    fn inspect(&self, node: NodeId, _now: Nanos) -> Vec<(String, String)> {
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let Some(lock) = node.checked_sub(lock_node(0)).filter(|&lock| lock < self.parameters.locks) else {
            return vec![
                fact("Threads", self.parameters.threads.to_string()),
                fact("Locks held", self.locks.busy().to_string()),
                fact("Threads that wait", self.locks.waiting().to_string()),
            ];
        };
        vec![
            fact("Held", if self.locks.serving(lock) > 0 { "yes" } else { "no" }.to_owned()),
            fact("Threads that wait", self.locks.queued(lock).to_string()),
            fact("Share of all operations", format!("{:.1} %", self.shares[lock as usize] * 100.0)),
        ]
    }

    fn bytes(&self) -> usize {
        self.locks.bytes() + self.operations.bytes() + self.slowed.len() * 8
    }
}

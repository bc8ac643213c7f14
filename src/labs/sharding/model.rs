//! The world of the sharding lab: what there is, and what can happen.
//!
//! Read next: [`super::journey`] for what happens to a request, [`super::resharding`] for how data moves between shards.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::algorithms::sharding::{self, ShardId, Sharder};
use crate::basics::Nanos;
use crate::basics::randomness::mix;
use crate::scenario::Scenario;
use crate::simulation::arrivals::{Arrivals, Process, Profile, Shape};
use crate::simulation::popularity::Popularity;
use crate::simulation::service::Service;
use crate::simulation::traffic::Traffic;
use crate::simulation::{Level, Mark, NodeId, Record, Stream, Tally};

use super::cache::Cache;
use super::keyspace::KeySpace;
use super::parameters::Parameters;
use super::requests::{Arena, Part, Request};
use super::shards::Shards;
use super::table::Table;

/// What later draws of a request are for.
pub(super) mod purpose {
    pub const NEW: u64 = 1;
    pub const QUERY: u64 = 2;
    pub const WRITE: u64 = 3;
    pub const PART: u64 = 4;
    pub const WORK: u64 = 5;
}

/// The lab's counters, in the order of its declaration.
pub(super) mod counter {
    pub const KEYS_MOVED: usize = 0;
    pub const KEYS_DROPPED: usize = 1;
    pub const MISSES: usize = 2;
    pub const STALE_READS: usize = 3;
    pub const PARTS: usize = 4;
    pub const DUAL_WRITES: usize = 5;
    pub const COPIES: usize = 6;
    pub const CACHE_HITS: usize = 7;
    pub const REFUSED: usize = 8;
    pub const BROKEN: usize = 9;
}

/// The gauges: those that every lab has, then this lab's own.
pub(super) mod gauge {
    pub const IN_FLIGHT: usize = 0;
    pub const QUEUED: usize = 1;
    pub const BUSY: usize = 2;
    pub const MOVING: usize = 3;
    pub const HELD: usize = 4;
    pub const KEY_SPREAD: usize = 5;
    pub const FULLEST: usize = 6;
    pub const HOTTEST: usize = 7;
}

/// What can happen. Numbers are places in the arenas.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// The next request is created; stale unless the generation is the present one.
    Arrive(u32),
    /// A request reaches the router.
    AtRouter(u32),
    /// A part reaches its shard.
    AtShard(u32),
    /// A shard completes something.
    Finished {
        /// The shard.
        shard: u32,
        /// The job.
        job: u32,
        /// As planned.
        generation: u32,
    },
    /// What a shard lacked has been fetched.
    Fetched(u32),
    /// A part is back at the router.
    BackAtRouter(u32),
    /// A request is back at its client.
    BackAtClient(u32),
    /// The fleet has changed: keys are dealt out anew.
    Reshard,
    /// A shard that died then is taken out of the fleet, if it is still dead.
    Eject(ShardId, u32),
    /// The next key is copied.
    Copy,
}

/// The nodes on the stage: clients, router, then the shards.
pub(super) const CLIENTS: NodeId = 0;
pub(super) const ROUTER: NodeId = 1;

/// The node of a shard.
pub(super) fn shard_node(shard: ShardId) -> NodeId {
    2 + shard
}

/// One lane's world.
#[derive(Clone)]
pub struct Model {
    pub(super) parameters: Parameters,
    pub(super) traffic: Traffic,
    pub(super) service: Service,
    pub(super) keys: KeySpace,
    /// Where keys belong, and where they are.
    pub(super) map: Box<dyn Sharder>,
    pub(super) table: Table,
    pub(super) shards: Shards,
    pub(super) cache: Cache,
    pub(super) requests: Arena<Request>,
    pub(super) parts: Arena<Part>,
    /// Requests that wait for their keys to have moved.
    pub(super) held: Vec<u32>,
    /// Parts that wait at the router for room at the shard of the first of them.
    pub(super) line: VecDeque<u32>,
    /// A change of the fleet is due.
    pub(super) reshard_due: bool,
    /// The next copy is scheduled.
    pub(super) copying: bool,
    pub(super) waiting: u32,
    marked: [bool; 4],
    /// Identifier and owner of each key of the sample, as they were before the fleet last changed.
    pub(super) before: Rc<[(u64, ShardId)]>,
}

impl Model {
    /// The world of one lane at time zero.
    #[must_use]
    pub fn new(scenario: &Scenario, lane: usize) -> Self {
        let parameters: Parameters = scenario.typed(lane);
        // Stages and tail index where a law asks for them; variability is that of the balancing lab.
        let service = Service { law: parameters.law, variability: 2.0, stages: 4, tail: 1.5 };
        let steady = Profile { shape: Shape::Steady, peak: 1.0, period: Nanos::SECOND };
        let stream = Stream::new(scenario.seed, 1);
        let items = Popularity::with_hot_item(parameters.keys, parameters.key_skew, parameters.hot_key / 100.0);
        let shards = Shards::new(&parameters);
        let settings = scenario.settings_of(lane);
        let policy = scenario.lanes.get(lane).map_or("modulo", |lane| lane.policy.as_str());
        // The scenario's reader accepts only policies of the registry; modulo stands in for none.
        let mut map = sharding::build(policy, &settings)
            .or_else(|| sharding::build("modulo", &[]))
            .unwrap_or_else(|| unreachable!("modulo stands in the registry"));
        map.shards_changed(&shards.fleet());
        let (keys, identifiers) = KeySpace::new(scenario, &parameters);
        Self {
            traffic: Traffic::new(
                Arrivals::new(Process::Poisson, parameters.rate, steady, mix(scenario.seed), stream),
                Process::Poisson,
                service,
                items,
            ),
            service,
            keys,
            table: Table::new(identifiers, shards.count(), &*map),
            map,
            shards,
            cache: Cache::new(parameters.cache),
            requests: Arena::default(),
            parts: Arena::default(),
            held: Vec::new(),
            line: VecDeque::new(),
            reshard_due: false,
            copying: false,
            waiting: 0,
            marked: [false; 4],
            before: Rc::default(),
            parameters,
        }
    }

    /// The table of keys, for tests that look inside.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The load of a shard changed: measures, stage.
    pub(super) fn level_changed(&mut self, shard: ShardId, now: Nanos, tally: &mut Tally, record: &mut Record) {
        let stations = &self.shards.stations;
        let (serving, queued) = (stations.serving(shard), stations.queued(shard));
        tally.gauge(gauge::QUEUED, now, f64::from(stations.waiting()));
        tally.gauge(gauge::BUSY, now, f64::from(stations.busy()));
        let node = shard_node(shard);
        tally.node(node as usize, now, f64::from(serving + queued));
        if record.wants_levels() {
            let condition = self.shards.condition(shard, self.table.held(shard) > 0);
            record.level(Level { at: now, node, serving, queued, condition });
        }
    }

    pub(super) fn held_changed(&self, now: Nanos, tally: &mut Tally) {
        tally.gauge(gauge::HELD, now, (self.held.len() + self.line.len()) as f64);
    }

    /// Marks the first time that something happens.
    pub(super) fn mark(&mut self, which: usize, now: Nanos, record: &mut Record, node: Option<NodeId>, text: &str) {
        if !core::mem::replace(&mut self.marked[which], true) {
            record.marks.push(Mark { at: now, event: 0, text: text.to_owned(), node });
        }
    }
}

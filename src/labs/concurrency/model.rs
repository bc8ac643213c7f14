//! The world of one lane of the concurrency lab: its state, its events, its counters and gauges.
//!
//! What happens to a request from its client and back is `journey`; faults and moved parameters are `faults`.

use crate::basics::Nanos;
use crate::basics::randomness::mix;
use crate::basics::values::Value;
use crate::scenario::Scenario;
use crate::simulation::arrivals::{Arrivals, Profile};
use crate::simulation::popularity::Popularity;
use crate::simulation::record::Condition;
use crate::simulation::traffic::Traffic;
use crate::simulation::{EventList, Level, Mark, NodeId, Record, Stream, Tally};

use super::calls::Calls;
use super::gates::Gate;
use super::parameters::{Other, Parameters};
use super::service::Service;

/// What later draws of a request are for.
pub(super) mod purpose {
    pub const GROUP: u64 = 1;
    pub const BACKOFF: u64 = 3;
    pub const THINK: u64 = 4;
}

/// The lab's counters, in the order of its declaration.
pub(super) mod counter {
    pub const ATTEMPTS: usize = 0;
    pub const RETRIES: usize = 1;
    pub const TIMEOUTS: usize = 2;
    pub const WASTED: usize = 3;
    pub const TURNED_AWAY: usize = 4;
    pub const EXPIRED: usize = 5;
    pub const REFUSED: usize = 6;
    pub const FIRST_ANSWERED: usize = 7;
    pub const OTHER_ANSWERED: usize = 8;
}

/// The gauges: those that every lab has, then this lab's own.
pub(super) mod gauge {
    pub const IN_FLIGHT: usize = 0;
    pub const QUEUED: usize = 1;
    pub const LIMIT: usize = 2;
    pub const KNEE: usize = 3;
    pub const CAPACITY: usize = 4;
    pub const ADMITTED: usize = 5;
    pub const SERVICE_LATENCY: usize = 6;
    pub const QUEUE_TIME: usize = 7;
    pub const OTHER_LIMIT: usize = 8;
    pub const OTHER_ADMITTED: usize = 9;
}

/// What can happen. Numbers are places in the arena of calls, unless they are named.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// The next request is created; stale unless the generation is the present one.
    Arrive(u32),
    /// A user of the closed loop has thought.
    Thought,
    /// A call reaches its limiter.
    AtLimiter(u32),
    /// A call has waited too long in front of the limiter.
    Expired(u32, u32),
    /// A call reaches the service.
    AtService(u32),
    /// A call has its answer from the dependency.
    Depended(u32),
    /// The service completes something; stale unless the generation is the present one.
    Finished(u32),
    /// A call is back at its limiter.
    BackAtLimiter(u32),
    /// A call is back at its client.
    BackAtClient(u32),
    /// A client gives an attempt up.
    Timeout(u32, u32),
    /// A client tries again.
    Retry(u32),
    /// A limiter wanted to be woken now.
    Wake(u32),
    /// The noisy neighbour begins or ends a spell; stale unless the generation is the present one.
    Neighbour(u32, u32),
}

/// The clients' node on the stage.
pub(super) const CLIENTS: NodeId = 0;

/// One lane's world.
#[derive(Clone)]
pub struct Model {
    pub(super) parameters: Parameters,
    pub(super) seed: u64,
    pub(super) traffic: Traffic,
    pub(super) calls: Calls,
    pub(super) service: Service,
    /// One limiter for each group of clients.
    pub(super) gates: Vec<Gate>,
    /// Requests whose client waits for them.
    pub(super) waiting: u32,
    /// Which firsts have been marked on the timeline.
    pub(super) marked: [bool; 4],
    /// Of the neighbour's spells.
    pub(super) neighbour: u32,
}

pub(super) type Events = EventList<Event>;

impl Model {
    /// The world of one lane at time zero.
    #[must_use]
    pub fn new(scenario: &Scenario, lane: usize) -> Self {
        let parameters: Parameters = scenario.typed(lane);
        let profile = Profile { shape: parameters.shape, peak: parameters.peak, period: parameters.cycle };
        let arrivals = Arrivals::new(
            parameters.arrivals,
            parameters.rate,
            profile,
            mix(scenario.seed),
            Stream::new(scenario.seed, 1),
        );
        let settings = scenario.settings_of(lane);
        let policy = scenario.lanes.get(lane).map_or("fixed", |lane| lane.policy.as_str());
        let mut gates = vec![Gate::new(policy, &settings)];
        if parameters.other != Other::None {
            gates.push(Gate::new(&parameters.other.write(), &settings));
        }
        Self {
            seed: scenario.seed,
            // Nothing here depends on what a request asks for: one item.
            traffic: Traffic::new(arrivals, parameters.arrivals, parameters.service_law(), Popularity::zipf(1, 0.0)),
            calls: Calls::default(),
            service: Service::new(&parameters),
            gates,
            waiting: 0,
            marked: [false; 4],
            neighbour: 0,
            parameters,
        }
    }

    /// The node of the limiter of `group`.
    pub(super) fn gate_node(group: u32) -> NodeId {
        1 + group
    }

    /// The node of the service.
    pub(super) fn service_node(&self) -> NodeId {
        1 + self.gates.len() as NodeId
    }

    pub(super) fn gate(&mut self, group: u32) -> &mut Gate {
        &mut self.gates[group as usize]
    }

    /// What a gate holds, or its limit, changed: measures, stage.
    #[inline]
    pub(super) fn gate_changed(&mut self, group: u32, now: Nanos, tally: &mut Tally, record: &mut Record) {
        let gate = &self.gates[group as usize];
        let (in_flight, queued) = (gate.in_flight(), gate.queued());
        let (limit, admitted) = match group {
            0 => (gauge::LIMIT, gauge::ADMITTED),
            _ => (gauge::OTHER_LIMIT, gauge::OTHER_ADMITTED),
        };
        tally.gauge(limit, now, f64::from(gate.claimed()));
        tally.gauge(admitted, now, f64::from(in_flight));
        let waiting: u32 = self.gates.iter().map(Gate::queued).sum();
        tally.gauge(gauge::QUEUED, now, f64::from(waiting));
        let node = Self::gate_node(group);
        tally.node(node as usize, now, f64::from(in_flight + queued));
        if record.wants_levels() {
            record.level(self.gate_level(group, now));
        }
    }

    /// What the service holds changed: measures, stage.
    #[inline]
    pub(super) fn service_changed(&self, now: Nanos, tally: &mut Tally, record: &mut Record) {
        tally.node(self.service_node() as usize, now, f64::from(self.service.inside));
        if record.wants_levels() {
            record.level(self.service_level(now));
        }
    }

    /// The knee is elsewhere: measures, and the limiter that is told.
    pub(super) fn knee_moved(&mut self, now: Nanos, tally: &mut Tally) {
        let truth = self.service.truth(&self.parameters);
        tally.gauge(gauge::KNEE, now, truth.knee);
        tally.gauge(gauge::CAPACITY, now, truth.capacity);
        for gate in &mut self.gates {
            gate.tell(&truth);
        }
    }

    pub(super) fn gate_level(&self, group: u32, at: Nanos) -> Level {
        let gate = &self.gates[group as usize];
        let condition = Condition::Up;
        Level { at, node: Self::gate_node(group), serving: gate.in_flight(), queued: gate.queued(), condition }
    }

    pub(super) fn service_level(&self, at: Nanos) -> Level {
        let (inside, slots) = (self.service.inside, self.parameters.slots);
        let condition = self.service.condition();
        Level {
            at,
            node: self.service_node(),
            serving: inside.min(slots),
            queued: inside.saturating_sub(slots),
            condition,
        }
    }

    /// Marks the first time that something happens.
    pub(super) fn mark(&mut self, which: usize, now: Nanos, record: &mut Record, node: Option<NodeId>, text: &str) {
        if !core::mem::replace(&mut self.marked[which], true) {
            record.marks.push(Mark { at: now, event: 0, text: text.to_owned(), node });
        }
    }
}

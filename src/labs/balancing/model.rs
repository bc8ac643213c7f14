//! The world of one lane of the balancing lab: its state, its events, its counters and gauges.
//!
//! What happens to a request from its client and back is `journey`; faults and moved parameters are `faults`; health
//! checks are `probing`.

use crate::algorithms::balancing::health::HealthAct;
use crate::algorithms::balancing::{Answer, Outcome, ServerId};
use crate::basics::Nanos;
use crate::basics::randomness::mix;
use crate::scenario::Scenario;
use crate::simulation::arrivals::{Arrivals, Profile};
use crate::simulation::popularity::Popularity;
use crate::simulation::record::Condition;
use crate::simulation::service::Service;
use crate::simulation::traffic::Traffic;
use crate::simulation::{EventList, Level, Mark, NodeId, Record, Stream, Tally};

use super::calls::{Calls, Place};
use super::parameters::{Layer, Parameters};
use super::probing::Probe;
use super::servers::Servers;
use super::views::Views;

/// What later draws of a request are for.
pub(super) mod purpose {
    pub const BALANCER: u64 = 1;
    pub const CONNECTION: u64 = 2;
    pub const BACKOFF: u64 = 3;
    pub const THINK: u64 = 4;
    pub const CLIENT: u64 = 5;
    pub const ERROR: u64 = 6;
}

/// The lab's counters, in the order of its declaration.
pub(super) mod counter {
    pub const ATTEMPTS: usize = 0;
    pub const RETRIES: usize = 1;
    pub const TIMEOUTS: usize = 2;
    pub const WASTED: usize = 3;
    pub const REFUSED: usize = 4;
    pub const BROKEN: usize = 5;
    pub const MOVED: usize = 6;
    pub const PROBES: usize = 7;
    pub const EJECTIONS: usize = 8;
}

/// The gauges: those that every lab has, then this lab's own.
pub(super) mod gauge {
    pub const IN_FLIGHT: usize = 0;
    pub const QUEUED: usize = 1;
    pub const BUSY: usize = 2;
}

/// What can happen. Numbers are places in the arena of calls.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// The next request is created; stale unless the generation is the present one.
    Arrive(u32),
    /// A user of the closed loop has thought.
    Thought,
    /// A call reaches the balancer.
    AtBalancer(u32),
    /// A call reaches its server.
    AtServer(u32),
    /// A server completes something.
    Finished {
        /// The server.
        server: u32,
        /// The job.
        job: u32,
        /// As planned.
        generation: u32,
    },
    /// A call is back at the balancer.
    BackAtBalancer(u32),
    /// A call is back at its client.
    BackAtClient(u32),
    /// A client gives an attempt up.
    Timeout(u32, u32),
    /// A client tries again.
    Retry(u32),
    /// The balancers' copy of the loads is refreshed.
    Refresh,
    /// A server that was cold is warm now.
    Warm(ServerId),
    /// A health check wants to be woken.
    Check {
        /// Whose.
        balancer: u16,
        /// Which.
        check: u16,
    },
    /// A probe reaches its server.
    ProbeAtServer(Probe),
    /// The answer to a probe, good or not, reaches its balancer.
    ProbeBack(Probe, bool),
    /// A server that starts slowly takes a step.
    Grow {
        /// At which balancer.
        balancer: u16,
        /// Which server.
        server: ServerId,
    },
}

/// So many clients are followed to see when they meet another server than before.
pub(super) const CLIENTS_FOLLOWED: u32 = 10_000;

/// The clients' node on the stage.
pub(super) const CLIENTS: NodeId = 0;

/// One lane's world.
#[derive(Clone)]
pub struct Model {
    pub(super) parameters: Parameters,
    pub(super) traffic: Traffic,
    pub(super) calls: Calls,
    pub(super) servers: Servers,
    pub(super) views: Views,
    /// Layer 4: the server of each connection.
    pub(super) pinned: Vec<Option<ServerId>>,
    /// Requests whose client waits for them.
    pub(super) waiting: u32,
    /// The server that each client met last, of the first clients.
    pub(super) met: Vec<Option<ServerId>>,
    /// What health checks want done; empty between events.
    pub(super) acts: Vec<HealthAct>,
    pub(super) verdicts_marked: u32,
    /// Which firsts have been marked on the timeline.
    pub(super) marked: [bool; 4],
}

pub(super) type Events = EventList<Event>;

impl Model {
    /// The world of one lane at time zero.
    #[must_use]
    pub fn new(scenario: &Scenario, lane: usize) -> Self {
        let parameters: Parameters = scenario.typed(lane);
        let Parameters { law, variability, stages, tail, shape, peak, period, .. } = parameters;
        let profile = Profile { shape, peak, period };
        let stream = Stream::new(scenario.seed, 1);
        let views = Views::new(scenario, lane, &parameters);
        let traffic = Traffic::new(
            Arrivals::new(parameters.arrivals, parameters.rate, profile, mix(scenario.seed), stream),
            parameters.arrivals,
            Service { law, variability, stages, tail },
            // Which key is asked for is worked out only for a policy that looks at it; its word is drawn all the same.
            if views.read_keys() { Popularity::zipf(parameters.keys, parameters.key_skew) } else { Popularity::one() },
        );
        Self {
            traffic,
            calls: Calls::default(),
            servers: Servers::new(&parameters),
            views,
            pinned: match parameters.layer {
                Layer::Requests => Vec::new(),
                Layer::Connections => vec![None; parameters.connections as usize],
            },
            waiting: 0,
            met: vec![None; parameters.clients.min(CLIENTS_FOLLOWED) as usize],
            acts: Vec::new(),
            verdicts_marked: 0,
            marked: [false; 4],
            parameters,
        }
    }

    pub(super) fn balancer_node(balancer: u32) -> NodeId {
        1 + balancer
    }

    pub(super) fn server_node(&self, server: ServerId) -> NodeId {
        1 + self.views.count() + server
    }

    pub(super) fn name(server: ServerId) -> String {
        format!("s{server}")
    }

    /// The load of a server changed: measures, stage.
    #[inline(always)]
    pub(super) fn level_changed(&mut self, server: ServerId, now: Nanos, tally: &mut Tally, record: &mut Record) {
        let stations = &self.servers.stations;
        tally.gauge(gauge::QUEUED, now, f64::from(stations.waiting()));
        tally.gauge(gauge::BUSY, now, f64::from(stations.busy()));
        let node = self.server_node(server);
        tally.node(node as usize, now, f64::from(stations.load(server)));
        if record.wants_levels() {
            let (serving, queued) = (stations.serving(server), stations.queued(server));
            record.level(Level { at: now, node, serving, queued, condition: self.condition(server, now) });
        }
    }

    pub(super) fn condition(&self, server: ServerId, now: Nanos) -> Condition {
        match self.servers.condition(server, now) {
            Condition::Up | Condition::Slow | Condition::Cold if !self.views.is_eligible(server) => Condition::Ejected,
            condition => condition,
        }
    }

    /// The call stays at a server that does not answer, until its client gives it up.
    pub(super) fn hang(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        if self.calls.get(number).abandoned {
            self.close_hung(number, events, tally, record);
        } else {
            self.calls.get_mut(number).place = Place::Hung;
        }
    }

    /// Nobody will ever answer: the client's closing of the connection is all that the balancer learns.
    pub(super) fn close_hung(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let (now, call) = (events.now(), *self.calls.get(number));
        let answer = Answer { now, server: call.server, took: now.since(call.sent), outcome: Outcome::TimedOut };
        self.views.answered(call.balancer, &answer);
        self.observe(call.balancer, &answer, events, tally, record);
        self.calls.free(number);
    }

    /// Marks the first time that something happens.
    pub(super) fn mark(&mut self, which: usize, now: Nanos, record: &mut Record, node: Option<NodeId>, text: &str) {
        if !core::mem::replace(&mut self.marked[which], true) {
            record.marks.push(Mark { at: now, event: 0, text: text.to_owned(), node });
        }
    }
}

//! The world of the balancing lab: what happens to a request from its client and back.
//!
//! `arrive` → `at_balancer` → `at_server` → `finished` → `back_at_balancer` → `back_at_client`. Where a leg takes no
//! time the next step follows in the same event, so a bare queue costs two events a request.

use crate::algorithms::balancing::health::HealthAct;
use crate::algorithms::balancing::{Answer, Outcome, Request, ServerId};
use crate::basics::randomness::{draw, mix, unit_of};
use crate::basics::{Nanos, maths};
use crate::scenario::Scenario;
use crate::simulation::arrivals::{Arrivals, Process, Profile, think};
use crate::simulation::popularity::Popularity;
use crate::simulation::record::{Class, Condition};
use crate::simulation::service::Service;
use crate::simulation::stations::{Admission, Plan};
use crate::simulation::tally::End;
use crate::simulation::traffic::Traffic;
use crate::simulation::{EventList, Flight, Handled, Level, Mark, NodeId, Record, Stream, Tally};

use super::calls::{Call, Calls, Place};
use super::parameters::{Crash, Layer, Parameters};
use super::probing::Probe;
use super::servers::Servers;
use super::views::Views;

/// What later draws of a request are for.
mod purpose {
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
mod gauge {
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
const CLIENTS: NodeId = 0;

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

type Events = EventList<Event>;

impl Model {
    /// The world of one lane at time zero.
    #[must_use]
    pub fn new(scenario: &Scenario, lane: usize) -> Self {
        let parameters: Parameters = scenario.typed(lane);
        let Parameters { law, variability, stages, tail, shape, peak, period, .. } = parameters;
        let profile = Profile { shape, peak, period };
        let stream = Stream::new(scenario.seed, 1);
        Self {
            traffic: Traffic::new(
                Arrivals::new(parameters.arrivals, parameters.rate, profile, mix(scenario.seed), stream),
                parameters.arrivals,
                Service { law, variability, stages, tail },
                Popularity::zipf(parameters.keys, parameters.key_skew),
            ),
            calls: Calls::default(),
            servers: Servers::new(&parameters),
            views: Views::new(scenario, lane, &parameters),
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

    /// A request is created.
    pub(super) fn arrive(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let born = self.traffic.born();
        let request = born.request;
        // The share behind one address is client 0; the others are spread over the rest.
        let from_nat = unit_of(draw(born.luck, purpose::CLIENT, 0)) * 100.0 < self.parameters.nat;
        let client = if from_nat { 0 } else { (born.client % u64::from(self.parameters.clients)) as u32 };
        let call = self.calls.put(Call {
            request,
            client,
            arrived: now,
            sent: now,
            work: born.work(self.parameters.service),
            key: born.key(),
            luck: born.luck,
            place: Place::Underway,
            server: 0,
            balancer: 0,
            attempt: 0,
            abandoned: false,
            avoid: None,
            generation: 0,
        });
        tally.arrived();
        self.waiting += 1;
        tally.gauge(gauge::IN_FLIGHT, now, f64::from(self.waiting));
        record.tell(&[CLIENTS], || format!("request {request} is sent"));
        self.send(call, events, tally, record);
    }

    /// An attempt leaves the client.
    pub(super) fn send(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        if self.parameters.timeout > Nanos::ZERO {
            let generation = self.calls.get(number).generation;
            events.after(self.parameters.timeout, Event::Timeout(number, generation));
        }
        let balancers = u64::from(self.views.count());
        let call = self.calls.get_mut(number);
        call.balancer = if balancers == 1 { 0 } else { (draw(call.luck, purpose::BALANCER, 0) % balancers) as u32 };
        let class = if call.attempt == 0 { Class::Request } else { Class::Retry };
        let to = Self::balancer_node(call.balancer);
        let arrives = now.plus(self.parameters.network);
        record.flight(Flight { request: call.request, from: CLIENTS, to, departs: now, arrives, class });
        if arrives == now {
            self.at_balancer(number, events, tally, record);
        } else {
            events.at(arrives, Event::AtBalancer(number));
        }
    }

    /// The balancer decides.
    pub(super) fn at_balancer(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let call = *self.calls.get(number);
        let connection = match self.pinned.len() as u64 {
            0 => call.client,
            connections => (draw(call.luck, purpose::CONNECTION, 0) % connections) as u32,
        };
        let request =
            Request { now, client: call.client, connection, key: call.key, attempt: call.attempt, avoid: call.avoid };
        let picked = self.decide(&request, call.balancer, record);
        let node = Self::balancer_node(call.balancer);
        let Some(server) = picked else {
            record.tell(&[node], || format!("request {} finds no eligible server", call.request));
            tally.count(counter::BROKEN);
            self.calls.get_mut(number).place = Place::Returning(Outcome::Failed);
            self.leave_balancer(number, events, tally, record);
            return;
        };
        tally.trace(u64::from(call.request) << 32 | u64::from(server));
        tally.count(counter::ATTEMPTS);
        if call.attempt > 0 {
            tally.count(counter::RETRIES);
        }
        if let Some(met) = self.met.get_mut(call.client as usize)
            && met.replace(server).is_some_and(|before| before != server)
        {
            tally.count(counter::MOVED);
        }
        let call = self.calls.get_mut(number);
        call.server = server;
        call.sent = now;
        let (request, class) = (call.request, if call.attempt == 0 { Class::Request } else { Class::Retry });
        let to = self.server_node(server);
        record.tell(&[node, to], || format!("request {request} → {}", Self::name(server)));
        let arrives = now.plus(self.parameters.network);
        record.flight(Flight { request, from: node, to, departs: now, arrives, class });
        if arrives == now {
            self.at_server(number, events, tally, record);
        } else {
            events.at(arrives, Event::AtServer(number));
        }
    }

    /// Layer 7 asks the policy for every request, layer 4 for every connection.
    fn decide(&mut self, request: &Request, balancer: u32, record: &mut Record) -> Option<ServerId> {
        if self.parameters.layer == Layer::Connections {
            let connection = request.connection as usize;
            if let Some(server) = self.pinned[connection].filter(|&server| self.views.is_eligible(server)) {
                crate::because!(record.why, "connection {connection} goes to {}, as before", Self::name(server));
                self.views.assigned(balancer, server);
                return Some(server);
            }
            let server = self.views.pick(balancer, request, &mut record.why);
            self.pinned[connection] = server;
            return server;
        }
        self.views.pick(balancer, request, &mut record.why)
    }

    pub(super) fn at_server(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let &Call { request, server, work, .. } = self.calls.get(number);
        let node = self.server_node(server);
        if !self.servers.alive(server) {
            if self.parameters.crash == Crash::Hang {
                record.tell(&[node], || format!("request {request} reaches {}, which is silent", Self::name(server)));
                self.hang(number);
            } else {
                record.tell(&[node], || format!("request {request} is refused: {} is dead", Self::name(server)));
                tally.count(counter::BROKEN);
                self.answer(number, Outcome::Failed, events, tally, record);
            }
            return;
        }
        let Call { luck, attempt, .. } = *self.calls.get(number);
        // The chance is drawn from the request, so that the same attempts break in every lane.
        if unit_of(draw(luck, purpose::ERROR, u64::from(attempt))) * 100.0 < self.parameters.error_rate {
            record.tell(&[node], || format!("the connection of request {request} to {} breaks", Self::name(server)));
            tally.count(counter::BROKEN);
            self.answer(number, Outcome::Failed, events, tally, record);
            return;
        }
        match self.servers.stations.arrive(server, number, work, now) {
            Admission::Started(plan) => {
                self.calls.get_mut(number).place = Place::AtServer;
                if let Some(plan) = plan {
                    Self::schedule(plan, events);
                }
                record.tell(&[node], || format!("{} begins request {request}", Self::name(server)));
                self.level_changed(server, now, tally, record);
            }
            Admission::Queued => {
                self.calls.get_mut(number).place = Place::AtServer;
                record.tell(&[node], || format!("request {request} waits at {}", Self::name(server)));
                self.level_changed(server, now, tally, record);
            }
            Admission::Refused => {
                record.tell(&[node], || {
                    format!("the queue of {} is full: request {request} is turned away", Self::name(server))
                });
                tally.count(counter::REFUSED);
                self.mark(0, now, record, Some(node), "first request turned away");
                self.answer(number, Outcome::Refused, events, tally, record);
            }
        }
    }

    pub(super) fn schedule(plan: Plan, events: &mut Events) {
        events.at(plan.at, Event::Finished { server: plan.server, job: plan.job, generation: plan.generation });
    }

    pub(super) fn finished(
        &mut self,
        plan: Plan,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) -> Handled {
        let now = events.now();
        let Some((number, server, next)) = self.servers.stations.complete(plan, now) else {
            return Handled::Stale;
        };
        if let Some(next) = next {
            Self::schedule(next, events);
        }
        let call = self.calls.get(number);
        if call.abandoned {
            tally.count(counter::WASTED);
        }
        let (request, node) = (call.request, self.server_node(server));
        record.tell(&[node], || format!("{} has finished request {request}", Self::name(server)));
        self.level_changed(server, now, tally, record);
        self.answer(number, Outcome::Completed, events, tally, record);
        Handled::Done
    }

    /// An answer, a failure or a refusal leaves the server.
    pub(super) fn answer(
        &mut self,
        number: u32,
        outcome: Outcome,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        let now = events.now();
        let call = self.calls.get_mut(number);
        call.place = Place::Returning(outcome);
        let (request, server, balancer) = (call.request, call.server, call.balancer);
        let arrives = now.plus(self.parameters.network);
        let (from, to) = (self.server_node(server), Self::balancer_node(balancer));
        record.flight(Flight { request, from, to, departs: now, arrives, class: class_of(outcome) });
        if arrives == now {
            self.back_at_balancer(number, events, tally, record);
        } else {
            events.at(arrives, Event::BackAtBalancer(number));
        }
    }

    pub(super) fn back_at_balancer(
        &mut self,
        number: u32,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        let now = events.now();
        let call = self.calls.get(number);
        let Place::Returning(outcome) = call.place else { return };
        let answer = Answer { now, server: call.server, took: now.since(call.sent), outcome };
        let balancer = call.balancer;
        self.views.answered(balancer, &answer);
        self.observe(balancer, &answer, events, tally, record);
        self.leave_balancer(number, events, tally, record);
    }

    fn leave_balancer(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let call = self.calls.get(number);
        let Place::Returning(outcome) = call.place else { return };
        let arrives = now.plus(self.parameters.network);
        let from = Self::balancer_node(call.balancer);
        let class = class_of(outcome);
        record.flight(Flight { request: call.request, from, to: CLIENTS, departs: now, arrives, class });
        if arrives == now {
            self.back_at_client(number, events, tally, record);
        } else {
            events.at(arrives, Event::BackAtClient(number));
        }
    }

    pub(super) fn back_at_client(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let call = *self.calls.get(number);
        self.calls.free(number);
        if call.abandoned {
            return;
        }
        let Place::Returning(outcome) = call.place else { return };
        record.tell(&[CLIENTS], || {
            let took = events.now().since(call.arrived);
            format!("request {} is back after {took}: {}", call.request, told(outcome))
        });
        match outcome {
            Outcome::Completed => self.end(&call, End::Completed, events, tally, record),
            _ => self.try_again(&call, outcome, events, tally, record),
        }
    }

    /// A client's attempt came to nothing: another one, or the end.
    fn try_again(
        &mut self,
        call: &Call,
        outcome: Outcome,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        if u32::from(call.attempt) >= self.parameters.retries {
            let end = if outcome == Outcome::Refused { End::Shed } else { End::Failed };
            self.end(call, end, events, tally, record);
            return;
        }
        let attempt = call.attempt + 1;
        // Full jitter: anything up to twice the mean, which doubles with every attempt.
        let span = self.parameters.backoff.seconds() * 2.0 * maths::pow(2.0, f64::from(call.attempt));
        let wait = Nanos::from_seconds(span * unit_of(draw(call.luck, purpose::BACKOFF, u64::from(attempt))));
        let next = Call { attempt, avoid: Some(call.server), place: Place::Underway, abandoned: false, ..*call };
        let number = self.calls.put(next);
        record.tell(&[CLIENTS], || format!("request {} will be tried again in {wait}", call.request));
        events.after(wait, Event::Retry(number));
    }

    /// The request is over for its client.
    fn end(&mut self, call: &Call, end: End, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        tally.trace(u64::from(call.request) << 8 | end as u64);
        tally.ended(end, call.arrived, now);
        self.waiting -= 1;
        tally.gauge(gauge::IN_FLIGHT, now, f64::from(self.waiting));
        match end {
            End::Failed => self.mark(1, now, record, None, "first request given up"),
            End::Shed => self.mark(2, now, record, None, "first request lost to a full queue"),
            End::Completed => {}
        }
        if self.parameters.arrivals == Process::Closed {
            events.after(think(self.parameters.think, draw(call.luck, purpose::THINK, 0)), Event::Thought);
        }
    }

    pub(super) fn timeout(
        &mut self,
        number: u32,
        generation: u32,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) -> Handled {
        let call = *self.calls.get(number);
        if call.generation != generation || call.place == Place::Free || call.abandoned {
            return Handled::Stale;
        }
        let now = events.now();
        tally.count(counter::TIMEOUTS);
        self.mark(3, now, record, None, "first timeout");
        record.tell(&[CLIENTS], || {
            format!("the client gives request {} up after {}", call.request, self.parameters.timeout)
        });
        self.calls.get_mut(number).abandoned = true;
        if call.place == Place::Hung {
            // Nobody will ever answer: the client's closing of the connection is all that the balancer learns.
            let answer = Answer { now, server: call.server, took: now.since(call.sent), outcome: Outcome::TimedOut };
            self.views.answered(call.balancer, &answer);
            self.observe(call.balancer, &answer, events, tally, record);
            self.calls.free(number);
        }
        self.try_again(&call, Outcome::TimedOut, events, tally, record);
        Handled::Done
    }

    /// The load of a server changed: measures, stage.
    #[inline]
    pub(super) fn level_changed(&mut self, server: ServerId, now: Nanos, tally: &mut Tally, record: &mut Record) {
        let stations = &self.servers.stations;
        let (serving, queued) = (stations.serving(server), stations.queued(server));
        tally.gauge(gauge::QUEUED, now, f64::from(stations.waiting()));
        tally.gauge(gauge::BUSY, now, f64::from(stations.busy()));
        let node = self.server_node(server);
        tally.node(node as usize, now, f64::from(serving + queued));
        if record.wants_levels() {
            record.level(Level { at: now, node, serving, queued, condition: self.condition(server, now) });
        }
    }

    pub(super) fn condition(&self, server: ServerId, now: Nanos) -> Condition {
        match self.servers.condition(server, now) {
            Condition::Up | Condition::Slow | Condition::Cold if !self.views.is_eligible(server) => Condition::Ejected,
            condition => condition,
        }
    }

    /// The call stays at a server that does not answer. A client that has gone has closed its connection.
    pub(super) fn hang(&mut self, number: u32) {
        self.calls.get_mut(number).place = Place::Hung;
    }

    /// Marks the first time that something happens.
    fn mark(&mut self, which: usize, now: Nanos, record: &mut Record, node: Option<NodeId>, text: &str) {
        if !core::mem::replace(&mut self.marked[which], true) {
            record.marks.push(Mark { at: now, event: 0, text: text.to_owned(), node });
        }
    }
}

fn class_of(outcome: Outcome) -> Class {
    match outcome {
        Outcome::Completed => Class::Answer,
        Outcome::Failed | Outcome::TimedOut => Class::Failure,
        Outcome::Refused => Class::Refusal,
    }
}

fn told(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "answered",
        Outcome::Failed => "it failed",
        Outcome::TimedOut => "it timed out",
        Outcome::Refused => "it was turned away",
    }
}

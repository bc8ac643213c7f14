//! The journey of a request, from its client and back.
//!
//! `arrive` → `at_balancer` → `at_server` → `finished` → `back_at_balancer` → `back_at_client`. Where a leg takes no
//! time the next step follows in the same event, so a bare queue costs two events a request. Each step is short and stands
//! in line with the next (`inline(always)`), for this is where a run spends its time.

use crate::algorithms::balancing::{Answer, Outcome, Request, ServerId};
use crate::basics::randomness::{draw, unit_of};
use crate::basics::{Nanos, maths};
use crate::simulation::arrivals::{Process, think};
use crate::simulation::record::Class;
use crate::simulation::stations::{Admission, Plan};
use crate::simulation::tally::End;
use crate::simulation::{Flight, Handled, Record, Tally};

use super::calls::{Call, NOWHERE, Place};
use super::model::{CLIENTS, Event, Events, Model, counter, gauge, purpose};
use super::parameters::{Crash, Layer};

impl Model {
    /// A request is created.
    pub(super) fn arrive(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let born = self.traffic.born();
        let request = born.request;
        // The share behind one address is client 0; the others are spread over the rest.
        let nat = self.parameters.nat;
        let from_nat = nat > 0.0 && unit_of(draw(born.luck, purpose::CLIENT, 0)) * 100.0 < nat;
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
            server: NOWHERE,
            balancer: 0,
            attempt: 0,
            abandoned: false,
            avoid: None,
        });
        tally.arrived();
        self.waiting += 1;
        tally.gauge(gauge::IN_FLIGHT, now, f64::from(self.waiting));
        record.tell(&[CLIENTS], move || format!("request {request} is sent"));
        self.send(call, events, tally, record);
    }

    /// An attempt leaves the client.
    #[inline(always)]
    pub(super) fn send(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        if self.parameters.timeout > Nanos::ZERO {
            let generation = self.calls.generation(number);
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
    #[inline]
    pub(super) fn at_balancer(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let &Call { client, key, attempt, avoid, balancer, luck, .. } = self.calls.get(number);
        let connection = match self.pinned.len() as u64 {
            0 => client,
            connections => (draw(luck, purpose::CONNECTION, 0) % connections) as u32,
        };
        let picked = self.decide(&Request { now, client, connection, key, attempt, avoid }, balancer, record);
        let node = Self::balancer_node(balancer);
        let Some(server) = picked else {
            let request = self.calls.get(number).request;
            record.tell(&[node], move || format!("request {request} finds no eligible server"));
            tally.count(counter::BROKEN);
            self.calls.get_mut(number).place = Place::Returning(Outcome::Failed);
            self.leave_balancer(number, events, tally, record);
            return;
        };
        let call = self.calls.get_mut(number);
        call.server = server;
        call.sent = now;
        let (request, class) = (call.request, if attempt == 0 { Class::Request } else { Class::Retry });
        tally.trace(u64::from(request) << 32 | u64::from(server));
        tally.count(counter::ATTEMPTS);
        if attempt > 0 {
            tally.count(counter::RETRIES);
        }
        if let Some(met) = self.met.get_mut(client as usize)
            && met.replace(server).is_some_and(|before| before != server)
        {
            tally.count(counter::MOVED);
        }
        let to = self.server_node(server);
        record.tell(&[node, to], move || format!("request {request} → {}", Self::name(server)));
        let arrives = now.plus(self.parameters.network);
        record.flight(Flight { request, from: node, to, departs: now, arrives, class });
        if arrives == now {
            self.at_server(number, events, tally, record);
        } else {
            events.at(arrives, Event::AtServer(number));
        }
    }

    /// Layer 7 asks the policy for every request, layer 4 for every connection.
    #[inline]
    pub(super) fn decide(&mut self, request: &Request, balancer: u32, record: &mut Record) -> Option<ServerId> {
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

    #[inline(always)]
    pub(super) fn at_server(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let &Call { request, server, work, luck, attempt, .. } = self.calls.get(number);
        let node = self.server_node(server);
        if !self.servers.alive(server) {
            if self.parameters.crash == Crash::Hang {
                record.tell(&[node], move || {
                    format!("request {request} reaches {}, which is silent", Self::name(server))
                });
                self.hang(number, events, tally, record);
            } else {
                record.tell(&[node], move || format!("request {request} is refused: {} is dead", Self::name(server)));
                tally.count(counter::BROKEN);
                self.answer(number, Outcome::Failed, events, tally, record);
            }
            return;
        }
        // The chance is drawn from the request, so that the same attempts break in every lane.
        let errors = self.parameters.error_rate;
        if errors > 0.0 && unit_of(draw(luck, purpose::ERROR, u64::from(attempt))) * 100.0 < errors {
            record
                .tell(&[node], move || format!("the connection of request {request} to {} breaks", Self::name(server)));
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
                record.tell(&[node], move || format!("{} begins request {request}", Self::name(server)));
                self.level_changed(server, now, tally, record);
            }
            Admission::Queued => {
                self.calls.get_mut(number).place = Place::AtServer;
                record.tell(&[node], move || format!("request {request} waits at {}", Self::name(server)));
                self.level_changed(server, now, tally, record);
            }
            Admission::Refused => {
                record.tell(&[node], move || {
                    format!("the queue of {} is full: request {request} is turned away", Self::name(server))
                });
                tally.count(counter::REFUSED);
                self.mark(0, now, record, Some(node), "first request turned away");
                self.answer(number, Outcome::Refused, events, tally, record);
            }
        }
    }

    #[inline]
    pub(super) fn schedule(plan: Plan, events: &mut Events) {
        events.at(plan.at, Event::Finished { server: plan.server, job: plan.job, generation: plan.generation });
    }

    #[inline]
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
        record.tell(&[node], move || format!("{} has finished request {request}", Self::name(server)));
        self.level_changed(server, now, tally, record);
        self.answer(number, Outcome::Completed, events, tally, record);
        Handled::Done
    }

    /// An answer, a failure or a refusal leaves the server.
    #[inline]
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

    #[inline(always)]
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

    #[inline(always)]
    pub(super) fn leave_balancer(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
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

    #[inline(always)]
    pub(super) fn back_at_client(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        self.calls.free(number);
        let call = self.calls.get(number);
        if call.abandoned {
            return;
        }
        let Place::Returning(outcome) = call.place else { return };
        let (request, took) = (call.request, events.now().since(call.arrived));
        record.tell(&[CLIENTS], move || format!("request {request} is back after {took}: {}", told(outcome)));
        match outcome {
            Outcome::Completed => self.end(number, End::Completed, events, tally, record),
            _ => self.try_again(number, outcome, events, tally, record),
        }
    }

    /// A client's attempt, the call `number`, came to nothing: another one, or the end.
    pub(super) fn try_again(
        &mut self,
        number: u32,
        outcome: Outcome,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        let call = *self.calls.get(number);
        if u32::from(call.attempt) >= self.parameters.retries {
            let end = if outcome == Outcome::Refused { End::Shed } else { End::Failed };
            self.end(number, end, events, tally, record);
            return;
        }
        let attempt = call.attempt + 1;
        // Full jitter: anything up to twice the mean, which doubles with every attempt.
        let span = self.parameters.backoff.seconds() * 2.0 * maths::pow(2.0, f64::from(call.attempt));
        let wait = Nanos::from_seconds(span * unit_of(draw(call.luck, purpose::BACKOFF, u64::from(attempt))));
        // An attempt that found no server has none to keep away from.
        let avoid = (call.server != NOWHERE).then_some(call.server);
        let next = Call { attempt, avoid, server: NOWHERE, place: Place::Underway, abandoned: false, ..call };
        let number = self.calls.put(next);
        record.tell(&[CLIENTS], move || format!("request {} will be tried again in {wait}", call.request));
        events.after(wait, Event::Retry(number));
    }

    /// The request is over for its client. The call `number` was its last.
    #[inline(always)]
    pub(super) fn end(&mut self, number: u32, end: End, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let call = self.calls.get(number);
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
            events.after(
                think(self.parameters.think, draw(self.calls.get(number).luck, purpose::THINK, 0)),
                Event::Thought,
            );
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
        let still = self.calls.still(number, generation).copied().filter(|call| !call.abandoned);
        let Some(call) = still else { return Handled::Stale };
        let now = events.now();
        tally.count(counter::TIMEOUTS);
        self.mark(3, now, record, None, "first timeout");
        record.tell(&[CLIENTS], || {
            format!("the client gives request {} up after {}", call.request, self.parameters.timeout)
        });
        self.calls.get_mut(number).abandoned = true;
        if call.place == Place::Hung {
            self.close_hung(number, events, tally, record);
        }
        self.try_again(number, Outcome::TimedOut, events, tally, record);
        Handled::Done
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

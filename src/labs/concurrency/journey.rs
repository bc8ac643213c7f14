//! What happens to a request, from its client and back.
//!
//! `arrive` → `at_limiter` → `let_in` → `at_service` → `finished` → `back_at_limiter` → `back_at_client`. A request that
//! is turned away goes from `at_limiter` straight back.

use crate::basics::randomness::{draw, unit_of};
use crate::basics::{Nanos, maths};
use crate::simulation::arrivals::think;
use crate::simulation::record::Class;
use crate::simulation::stations::Plan;
use crate::simulation::tally::End;
use crate::simulation::{Flight, Handled, Mark, Record, Tally};

use super::calls::{Call, Outcome, Place};
use super::model::{CLIENTS, Event, Events, Model, counter, gauge, purpose};

impl Model {
    /// A request is created.
    pub(super) fn arrive(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let born = self.traffic.born();
        let request = born.request;
        let other =
            self.gates.len() > 1 && unit_of(draw(born.luck, purpose::GROUP, 0)) * 100.0 < self.parameters.other_share;
        let call = self.calls.put(Call {
            request,
            arrived: now,
            came: now,
            let_in: now,
            in_flight: 0,
            work: born.work(self.parameters.service),
            luck: born.luck,
            place: Place::Underway,
            group: u32::from(other),
            attempt: 0,
            abandoned: false,
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
        let call = *self.calls.get(number);
        if self.parameters.client_timeout > Nanos::ZERO {
            events.after(self.parameters.client_timeout, Event::Timeout(number, self.calls.generation(number)));
        }
        tally.count(counter::ATTEMPTS);
        if call.attempt > 0 {
            tally.count(counter::RETRIES);
        }
        let arrives = now.plus(self.parameters.network);
        let to = Self::gate_node(call.group);
        record.flight(Flight { request: call.request, from: CLIENTS, to, departs: now, arrives, class: class(&call) });
        if arrives == now {
            self.at_limiter(number, events, tally, record);
        } else {
            events.at(arrives, Event::AtLimiter(number));
        }
    }

    /// The limiter lets it in, makes it wait, or turns it away.
    pub(super) fn at_limiter(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let generation = self.calls.generation(number);
        let call = self.calls.get_mut(number);
        call.came = now;
        let (request, group) = (call.request, call.group);
        let node = Self::gate_node(group);
        let room = self.parameters.front_queue;
        let gate = self.gate(group);
        let (in_flight, limit) = (gate.in_flight(), gate.claimed());
        if gate.is_open() && gate.queued() == 0 {
            self.let_in(number, events, tally, record);
        } else if gate.queued() < room {
            gate.queue(number);
            record.tell(&[node], || format!("request {request} waits: {in_flight} of {limit} are in flight"));
            self.calls.get_mut(number).place = Place::InFront;
            if self.parameters.front_timeout > Nanos::ZERO {
                events.after(self.parameters.front_timeout, Event::Expired(number, generation));
            }
        } else {
            record.tell(&[node], || format!("request {request} is turned away: {in_flight} of {limit} are in flight"));
            tally.count(counter::TURNED_AWAY);
            self.turn_away(number, events, tally, record);
        }
        self.gate_changed(group, now, tally, record);
    }

    /// From the limiter back to the client, without ever having been let in.
    fn turn_away(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let call = self.calls.get_mut(number);
        call.place = Place::Returning(Outcome::Shed);
        tally.trace(u64::from(call.request) << 32 | 0x5ed);
        self.mark(0, now, record, Some(Self::gate_node(self.calls.get(number).group)), "first request turned away");
        self.leave_limiter(number, events, tally, record);
    }

    /// It has waited in front of the limiter for too long.
    pub(super) fn expired(
        &mut self,
        number: u32,
        generation: u32,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) -> Handled {
        let still = self.calls.still(number, generation).copied().filter(|call| call.place == Place::InFront);
        let Some(call) = still else { return Handled::Stale };
        self.gate(call.group).remove(number);
        tally.count(counter::EXPIRED);
        record.tell(&[Self::gate_node(call.group)], || {
            format!("request {} has waited {} in front and is turned away", call.request, self.parameters.front_timeout)
        });
        self.turn_away(number, events, tally, record);
        self.gate_changed(call.group, events.now(), tally, record);
        Handled::Done
    }

    /// On its way to the service. From here on the limiter counts it, and counts its time.
    fn let_in(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let group = self.calls.get(number).group;
        let in_flight = self.gate(group).enter();
        let limit = self.gate(group).claimed();
        let call = self.calls.get_mut(number);
        (call.let_in, call.in_flight, call.place) = (now, in_flight, Place::Inside);
        let call = *call;
        tally.trace(u64::from(call.request) << 32 | u64::from(in_flight));
        tally.observe(gauge::QUEUE_TIME, now.since(call.came).seconds());
        let (from, to) = (Self::gate_node(group), self.service_node());
        record.tell(&[from, to], || format!("request {} is let in: {in_flight} of {limit} in flight", call.request));
        let arrives = now.plus(self.parameters.network);
        record.flight(Flight { request: call.request, from, to, departs: now, arrives, class: class(&call) });
        // Always by an event, so that a long queue that is let in at once does not go through all of this nested.
        events.at(arrives, Event::AtService(number));
    }

    /// The service takes it in, or has no room.
    pub(super) fn at_service(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let call = *self.calls.get(number);
        let node = self.service_node();
        if self.service.inside >= self.parameters.room {
            record.tell(&[node], || format!("the service has no room for request {}", call.request));
            tally.count(counter::REFUSED);
            self.answer(number, Outcome::Refused, events, tally, record);
            return;
        }
        self.service.inside += 1;
        let wait = self.service.dependency(&self.parameters, call.luck);
        self.service_changed(now, tally, record);
        if wait == Nanos::ZERO {
            self.begin_work(number, events, record);
        } else {
            record.tell(&[node], || format!("request {} waits {wait} for the dependency", call.request));
            events.after(wait, Event::Depended(number));
        }
    }

    /// The dependency has answered; now its own work.
    pub(super) fn begin_work(&mut self, number: u32, events: &mut Events, record: &mut Record) {
        let now = events.now();
        let call = self.calls.get(number);
        let factor = self.service.work_factor(&self.parameters);
        let work = if factor > 1.0 { (call.work as f64 * factor) as u64 } else { call.work };
        let request = call.request;
        let plan = self.service.station.arrive(number, work, now);
        Self::schedule(plan, events);
        let inside = self.service.station.inside();
        record.tell(&[self.service_node()], || format!("the service works on request {request}: {inside} at a time"));
    }

    pub(super) fn schedule(plan: Option<Plan>, events: &mut Events) {
        if let Some(plan) = plan {
            events.at(plan.at, Event::Finished(plan.generation));
        }
    }

    /// The service has answered a request.
    pub(super) fn finished(
        &mut self,
        generation: u32,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) -> Handled {
        let now = events.now();
        let Some((number, plan)) = self.service.station.complete(generation, now) else { return Handled::Stale };
        Self::schedule(plan, events);
        self.service.inside -= 1;
        if self.service.answered() {
            self.knee_moved(now, tally);
        }
        let call = *self.calls.get(number);
        if call.abandoned {
            tally.count(counter::WASTED);
        }
        record.tell(&[self.service_node()], || format!("the service has finished request {}", call.request));
        self.service_changed(now, tally, record);
        self.answer(number, Outcome::Answered, events, tally, record);
        Handled::Done
    }

    /// An answer or a refusal leaves the service.
    fn answer(&mut self, number: u32, outcome: Outcome, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let from = self.service_node();
        let call = self.calls.get_mut(number);
        call.place = Place::Returning(outcome);
        let to = Self::gate_node(call.group);
        let arrives = now.plus(self.parameters.network);
        record.flight(Flight { request: call.request, from, to, departs: now, arrives, class: class(call) });
        if arrives == now {
            self.back_at_limiter(number, events, tally, record);
        } else {
            events.at(arrives, Event::BackAtLimiter(number));
        }
    }

    /// The limiter learns how long it took, and whether it was for nothing: a client that has gone counts as a drop.
    pub(super) fn back_at_limiter(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let call = *self.calls.get(number);
        let answered = call.place == Place::Returning(Outcome::Answered);
        if answered {
            tally.observe(gauge::SERVICE_LATENCY, now.since(call.let_in).seconds());
        }
        let dropped = call.abandoned || !answered;
        let gate = &mut self.gates[call.group as usize];
        let before = gate.claimed();
        gate.leave(call.let_in, now, call.in_flight, dropped, &mut record.why);
        let limit = gate.claimed();
        record.tell(&[Self::gate_node(call.group)], || {
            let request = call.request;
            let took = now.since(call.let_in);
            if limit == before {
                format!("request {request} is back at the limiter after {took}; the limit stays {limit}")
            } else {
                format!(
                    "request {request} is back at the limiter after {took}; the limit goes from {before} to {limit}"
                )
            }
        });
        self.leave_limiter(number, events, tally, record);
        self.settle(call.group, events, tally, record);
    }

    /// After anything that may have made room, moved the limit, or moved the limiter's timer.
    pub(super) fn settle(&mut self, group: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        while let Some(number) = self.gate(group).call_next() {
            self.let_in(number, events, tally, record);
        }
        let now = events.now();
        let gate = self.gate(group);
        if let Some(due) = gate.wakes() {
            events.at(due, Event::Wake(group));
        }
        if let Some((from, to)) = gate.halved(now) {
            let text = format!("limit falls from {from} to {to}");
            record.marks.push(Mark { at: now, event: 0, text, node: Some(Self::gate_node(group)) });
        }
        self.gate_changed(group, now, tally, record);
    }

    fn leave_limiter(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let call = self.calls.get(number);
        let from = Self::gate_node(call.group);
        let arrives = now.plus(self.parameters.network);
        record.flight(Flight { request: call.request, from, to: CLIENTS, departs: now, arrives, class: class(call) });
        if arrives == now {
            self.back_at_client(number, events, tally, record);
        } else {
            events.at(arrives, Event::BackAtClient(number));
        }
    }

    pub(super) fn back_at_client(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let call = *self.calls.get(number);
        self.calls.free(number);
        let Place::Returning(outcome) = call.place else { return };
        if call.abandoned {
            return;
        }
        record.tell(&[CLIENTS], || {
            let what = if outcome == Outcome::Answered { "answered" } else { "turned away" };
            format!("request {} is back after {}: {what}", call.request, events.now().since(call.arrived))
        });
        if outcome == Outcome::Answered {
            tally.count(if call.group == 0 { counter::FIRST_ANSWERED } else { counter::OTHER_ANSWERED });
            self.end(&call, End::Completed, events, tally, record);
        } else {
            self.try_again(&call, End::Shed, events, tally, record);
        }
    }

    /// An attempt came to nothing: another one, or the end.
    fn try_again(&mut self, call: &Call, end: End, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        if u32::from(call.attempt) >= self.parameters.retries {
            self.end(call, end, events, tally, record);
            return;
        }
        let attempt = call.attempt + 1;
        // Full jitter: anything up to twice the mean, which doubles with every attempt.
        let span = self.parameters.backoff.seconds() * 2.0 * maths::pow(2.0, f64::from(call.attempt));
        let wait = Nanos::from_seconds(span * unit_of(draw(call.luck, purpose::BACKOFF, u64::from(attempt))));
        let number = self.calls.put(Call { attempt, place: Place::Underway, abandoned: false, ..*call });
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
            End::Shed => self.mark(2, now, record, None, "first request lost"),
            End::Completed => {}
        }
        if self.traffic.closed() {
            events.after(think(self.parameters.think, draw(call.luck, purpose::THINK, 0)), Event::Thought);
        }
    }

    /// The client gives an attempt up. Neither limiter nor service notices: what is underway goes on.
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
        tally.count(counter::TIMEOUTS);
        self.mark(3, events.now(), record, None, "first timeout");
        record.tell(&[CLIENTS], || {
            format!("the client gives request {} up after {}", call.request, self.parameters.client_timeout)
        });
        self.calls.get_mut(number).abandoned = true;
        self.try_again(&call, End::Failed, events, tally, record);
        Handled::Done
    }
}

/// What a call is on its present leg.
fn class(call: &Call) -> Class {
    match call.place {
        Place::Returning(Outcome::Answered) => Class::Answer,
        Place::Returning(_) => Class::Refusal,
        _ if call.attempt > 0 => Class::Retry,
        _ => Class::Request,
    }
}

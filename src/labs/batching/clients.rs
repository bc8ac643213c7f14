//! The two ends of a request's way: from its client to the batcher, and from there back.
//!
//! `arrive` → `hand_over` → `at_batcher` → (see [`super::model`]) → `item_answered` → `reply` → `at_client`, which hands the
//! next item over or is done.

use crate::algorithms::batching::Item;
use crate::basics::randomness::draw;
use crate::simulation::arrivals::{Process, think};
use crate::simulation::record::Class;
use crate::simulation::tally::End;
use crate::simulation::{Flight, Record, Tally};

use super::model::{Event, Events, Model, counter, gauge, node, purpose};
use super::parameters::Issue;
use super::requests::{Request, part_of};

impl Model {
    /// A request is created.
    pub(super) fn arrive(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let born = self.traffic.born();
        let place = self.requests.put(Request {
            number: born.request,
            arrived: now,
            luck: born.luck,
            item: born.item,
            size: born.size,
            unsent: self.parameters.parts,
            held: 0,
            outstanding: 0,
            end: None,
            told: false,
        });
        tally.arrived();
        self.underway += 1;
        tally.gauge(gauge::IN_FLIGHT, now, f64::from(self.underway));
        record.tell(&[node::CLIENTS], || format!("request {} is handed over", born.request));
        self.hand_over(place, events, record);
    }

    /// A request, or its next item, goes to the batcher.
    fn hand_over(&mut self, place: u32, events: &mut Events, record: &mut Record) {
        let (now, request) = (events.now(), self.requests.get(place).number);
        let arrives = now.plus(self.parameters.hop);
        let (from, to) = (node::CLIENTS, node::BATCHER);
        record.flight(Flight { request, from, to, departs: now, arrives, class: Class::Request });
        events.at(arrives, Event::AtBatcher(place));
    }

    /// A request reaches the batcher, which takes its items or turns it away.
    pub(super) fn at_batcher(&mut self, place: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let request = *self.requests.get(place);
        let items = if self.parameters.issue == Issue::AtOnce { request.unsent } else { 1 };
        let room = u64::from(self.parameters.buffer);
        let taken = self.batcher.held() as u64 + u64::from(self.ready_items);
        if !self.alive {
            record.tell(&[node::BATCHER], || format!("request {} finds no batcher", request.number));
            tally.count(counter::REFUSED);
            self.reply(place, Some(End::Failed), events, record);
        } else if taken + u64::from(items) > room {
            record.tell(&[node::BATCHER], || format!("no room for request {}: turned away", request.number));
            self.mark(0, now, record, node::BATCHER, "first request turned away");
            self.reply(place, Some(End::Shed), events, record);
        } else {
            let first = self.parameters.parts - request.unsent;
            for part in first..first + items {
                self.add(place, part, events, tally, record);
            }
        }
    }

    /// One item of a request has come back.
    pub(super) fn item_answered(&mut self, item: &Item, events: &mut Events, record: &mut Record) {
        let (place, _) = part_of(item);
        let row = self.requests.get_mut(place);
        row.outstanding -= 1;
        if row.outstanding > 0 {
            return;
        }
        if row.told {
            self.requests.free_if_over(place);
        } else {
            self.reply(place, None, events, record);
        }
    }

    /// A request goes back to its client: answered so far, or with how it ends.
    pub(super) fn reply(&mut self, place: u32, end: Option<End>, events: &mut Events, record: &mut Record) {
        let now = events.now();
        let row = self.requests.get_mut(place);
        row.end = end;
        let class = match end {
            None | Some(End::Completed) => Class::Answer,
            Some(End::Failed) => Class::Failure,
            Some(End::Shed) => Class::Refusal,
        };
        let (request, from, to) = (row.number, node::BATCHER, node::CLIENTS);
        let arrives = now.plus(self.parameters.hop);
        record.flight(Flight { request, from, to, departs: now, arrives, class });
        events.at(arrives, Event::AtClient(place));
    }

    /// A request is back at its client, which hands over the next item, or is done.
    pub(super) fn at_client(&mut self, place: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let row = *self.requests.get(place);
        match row.end {
            None if row.unsent > 0 => {
                record.tell(&[node::CLIENTS], || format!("request {} goes on with its next item", row.number));
                self.hand_over(place, events, record);
            }
            end => self.tell_client(place, end.unwrap_or(End::Completed), events, tally, record),
        }
    }

    /// The request is over for its client.
    pub(super) fn tell_client(
        &mut self,
        place: u32,
        end: End,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        let now = events.now();
        let row = self.requests.get_mut(place);
        row.told = true;
        let (number, arrived, luck) = (row.number, row.arrived, row.luck);
        record.tell(&[node::CLIENTS], || {
            let how = match end {
                End::Completed => "answered",
                End::Failed => "failed",
                End::Shed => "turned away",
            };
            format!("request {number} is {how} after {}", now.since(arrived))
        });
        tally.trace(u64::from(number) << 8 | end as u64);
        tally.ended(end, arrived, now);
        self.underway -= 1;
        tally.gauge(gauge::IN_FLIGHT, now, f64::from(self.underway));
        self.requests.free_if_over(place);
        if self.parameters.arrivals == Process::Closed {
            events.after(think(self.parameters.think, draw(luck, purpose::THINK, 0)), Event::Thought);
        }
    }
}

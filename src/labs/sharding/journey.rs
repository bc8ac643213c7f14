//! What happens to a request of the sharding lab from its client and back.
//!
//! `arrive` → `at_router` → a part for every shard that is asked → when the last part is back at the router,
//! `back_at_client`. What happens to a part at its shard is in [`super::serving`].

use crate::algorithms::sharding::ShardId;
use crate::basics::randomness::{draw, unit_of};
use crate::basics::{Explanation, Nanos};
use crate::simulation::record::Class;
use crate::simulation::tally::End;
use crate::simulation::{EventList, Flight, NodeId, Record, Tally};

use super::cache::Found;
use super::model::{CLIENTS, Event, Model, ROUTER, counter, gauge, purpose, shard_node};
use super::parameters::{Full, Resharding};
use super::requests::{NONE, Outcome, Part, Request, Role, Wants};
use super::table::NOBODY;

type Events = EventList<Event>;

impl Model {
    /// A request is created.
    pub(super) fn arrive(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let born = self.traffic.born();
        let falls = |purpose, percent: f64| unit_of(draw(born.luck, purpose, 0)) * 100.0 < percent;
        let new = falls(purpose::NEW, self.parameters.new_keys);
        let wants = match () {
            () if new => Wants::Write,
            () if falls(purpose::QUERY, self.parameters.queries) => Wants::Query,
            () if falls(purpose::WRITE, self.parameters.writes) => Wants::Write,
            () => Wants::Read,
        };
        let (rank, key) =
            if new { (NONE, self.create_key(now, tally)) } else { (born.item, self.keys.of_rank(born.item)) };
        let request = self.requests.put(Request {
            number: born.request,
            rank,
            key,
            wants,
            arrived: now,
            work: born.work(self.parameters.service),
            luck: born.luck,
            parts: 0,
            outcome: Outcome::Completed,
        });
        tally.arrived();
        self.waiting += 1;
        tally.gauge(gauge::IN_FLIGHT, now, f64::from(self.waiting));
        record.tell(&[CLIENTS], || format!("request {} is sent", born.request));
        let arrives = now.plus(self.parameters.network);
        let class = Class::Request;
        record.flight(Flight { request: born.request, from: CLIENTS, to: ROUTER, departs: now, arrives, class });
        events.at(arrives, Event::AtRouter(request));
    }

    /// A new key takes the place of the oldest one.
    fn create_key(&mut self, now: Nanos, tally: &mut Tally) -> u32 {
        let key = self.keys.oldest();
        let identifier = self.keys.mint.next(now);
        let owner = self.map.shard(identifier, &mut Explanation::silent());
        self.table.replace(key, identifier, owner);
        self.keys_counted(now, tally);
        key
    }

    /// The router looks up which shards to ask.
    pub(super) fn at_router(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let Some(request) = self.requests.get(number) else { return };
        if request.wants == Wants::Read
            && let Some(found) = self.cache.find(request.rank, now)
        {
            tally.count(counter::CACHE_HITS);
            if found == Found::Stale {
                tally.count(counter::STALE_READS);
            }
            record.tell(&[ROUTER], || format!("request {}: the router has the key itself", request.number));
            self.leave_router(number, events, record);
            return;
        }
        let parts = self.parts_of(number, &request);
        let stopped = self.parameters.resharding == Resharding::Stop;
        if stopped && parts.iter().any(|part| part.key != NONE && self.table.get(part.key).moves()) {
            record.tell(&[ROUTER], || format!("request {} is held until its key has moved", request.number));
            self.held.push(number);
            self.held_changed(now, tally);
            return;
        }
        if parts.is_empty() || parts.iter().any(|part| part.shard == NOBODY) {
            record.tell(&[ROUTER], || format!("request {}: there is no shard", request.number));
            tally.count(counter::BROKEN);
            if let Some(request) = self.requests.get_mut(number) {
                request.outcome = Outcome::Failed;
            }
            self.leave_router(number, events, record);
            return;
        }
        self.say_why(&request, &parts, record);
        if let Some(request) = self.requests.get_mut(number) {
            request.parts = parts.len() as u32;
        }
        for part in parts {
            tally.trace(u64::from(request.number) << 32 | u64::from(part.shard));
            tally.count(counter::PARTS);
            if part.role == Role::Shadow {
                tally.count(counter::DUAL_WRITES);
            }
            self.shards.ask(part.shard);
            self.dispatch(part, events, tally, record);
        }
        tally.gauge(gauge::HOTTEST, now, self.shards.hottest());
    }

    /// The parts that a request is made of.
    fn parts_of(&self, number: u32, request: &Request) -> Vec<Part> {
        let hot_parts = if request.rank == 0 && self.parameters.split > 1 { self.parameters.split } else { 0 };
        let part =
            |key, shard, role, work| Part { request: number, key, shard, role, work, outcome: Outcome::Completed };
        // Every further part draws its work from the request's own luck, so that all lanes draw alike.
        let further = |index: u64| {
            let size = self.service.sample(draw(request.luck, purpose::WORK, index));
            (self.parameters.service.0 as f64 * size + 0.5) as u64
        };
        let read = |key| part(key, self.table.get(key).owner, Role::Read, request.work);
        let write = |key| {
            let entry = self.table.get(key);
            let both = entry.moves() && self.parameters.resharding == Resharding::DualWrite;
            let mut parts = vec![part(key, entry.owner, Role::Write(both.then_some(entry.next)), request.work)];
            if both {
                parts.push(part(key, entry.next, Role::Shadow, further(0)));
            }
            parts
        };
        match request.wants {
            Wants::Query => {
                let mut shards: Vec<ShardId> = Vec::new();
                for &key in self.keys.neighbours(request.key, self.parameters.span) {
                    let owner = self.table.get(key).owner;
                    if !shards.contains(&owner) {
                        shards.push(owner);
                    }
                }
                let parts = (0..).zip(shards);
                parts.map(|(index, shard)| part(NONE, shard, Role::Query, further(index))).collect()
            }
            Wants::Write if hot_parts > 0 => {
                let chosen = draw(request.luck, purpose::PART, 0) % u64::from(hot_parts);
                write(self.keys.part_of_hot_key(chosen as u32)) // below the number of parts, so it fits
            }
            Wants::Write => write(request.key),
            Wants::Read if hot_parts > 0 => {
                let all = (0..hot_parts)
                    .map(|index| Part { work: further(u64::from(index)), ..read(self.keys.part_of_hot_key(index)) });
                all.collect()
            }
            Wants::Read => vec![read(request.key)],
        }
    }

    /// Tells where the request goes, and lets the map itself give its reasons, if anybody listens.
    fn say_why(&self, request: &Request, parts: &[Part], record: &mut Record) {
        if !record.why.listening() {
            return;
        }
        let nodes: Vec<NodeId> = [ROUTER].into_iter().chain(parts.iter().map(|part| shard_node(part.shard))).collect();
        let shards = parts.iter().map(|part| part.shard.to_string()).collect::<Vec<_>>().join(", ");
        let shards = if parts.len() == 1 { format!("shard {shards}") } else { format!("shards {shards}") };
        if request.wants == Wants::Query {
            record.tell(&nodes, || {
                format!("request {} asks for {} keys → {shards}", request.number, self.parameters.span)
            });
            return;
        }
        let identifier = self.table.identifier(parts[0].key);
        let verb = if request.wants == Wants::Read { "reads" } else { "writes" };
        record.tell(&nodes, || format!("request {} {verb} key {identifier} → {shards}", request.number));
        let belongs = self.map.shard(identifier, &mut record.why);
        if belongs != Some(parts[0].shard) {
            crate::because!(record.why, "but it has not moved yet: shard {} still serves it", parts[0].shard);
        }
    }

    /// A part leaves the router.
    fn dispatch(&mut self, part: Part, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let number = self.parts.put(part);
        if self.parameters.full == Full::Block {
            self.line.push_back(number);
            self.move_line(events, tally, record);
            return;
        }
        let request = self.requests.get(part.request).map_or(0, |request| request.number);
        let arrives = now.plus(self.parameters.network);
        let class = if part.role == Role::Shadow { Class::Move } else { Class::Request };
        record.flight(Flight { request, from: ROUTER, to: shard_node(part.shard), departs: now, arrives, class });
        events.at(arrives, Event::AtShard(number));
    }

    /// Parts go to their shards until the first of them finds no room.
    pub(super) fn move_line(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        while let Some(&number) = self.line.front() {
            let Some(part) = self.parts.get(number) else { break };
            if self.shards.alive(part.shard) && !self.admit(number, &part, events, tally, record) {
                break;
            }
            self.line.pop_front();
            if !self.shards.alive(part.shard) {
                self.came_to_nothing(number, Outcome::Failed, events, tally, record);
            }
        }
        self.held_changed(events.now(), tally);
    }

    pub(super) fn back_at_router(&mut self, number: u32, events: &mut Events, record: &mut Record) {
        let Some(part) = self.parts.take(number) else { return };
        let Some(request) = self.requests.get_mut(part.request) else { return };
        request.parts -= 1;
        request.outcome = request.outcome.max(part.outcome);
        let request = *request;
        record.tell(&[ROUTER], || match request.parts {
            0 => format!("request {} has all its answers", request.number),
            missing => format!("request {} waits for {missing} more shards", request.number),
        });
        if request.parts > 0 {
            return;
        }
        if request.wants == Wants::Read && request.outcome == Outcome::Completed {
            self.cache.keep(request.rank, events.now().plus(self.parameters.cache_for));
        }
        self.leave_router(part.request, events, record);
    }

    fn leave_router(&mut self, number: u32, events: &mut Events, record: &mut Record) {
        let now = events.now();
        let Some(request) = self.requests.get(number) else { return };
        let arrives = now.plus(self.parameters.network);
        let class = class_of(request.outcome);
        record.flight(Flight { request: request.number, from: ROUTER, to: CLIENTS, departs: now, arrives, class });
        events.at(arrives, Event::BackAtClient(number));
    }

    pub(super) fn back_at_client(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let Some(request) = self.requests.take(number) else { return };
        let (end, told) = match request.outcome {
            Outcome::Completed => (End::Completed, "answered"),
            Outcome::Refused => (End::Shed, "turned away"),
            Outcome::Failed => (End::Failed, "it failed"),
        };
        record.tell(&[CLIENTS], || {
            format!("request {} is back after {}: {told}", request.number, now.since(request.arrived))
        });
        if end == End::Failed {
            self.mark(3, now, record, None, "first request that failed");
        }
        tally.trace(u64::from(request.number) << 8 | end as u64);
        tally.ended(end, request.arrived, now);
        self.waiting -= 1;
        tally.gauge(gauge::IN_FLIGHT, now, f64::from(self.waiting));
    }
}

/// How an answer of this outcome is drawn.
pub(super) fn class_of(outcome: Outcome) -> Class {
    match outcome {
        Outcome::Completed => Class::Answer,
        Outcome::Failed => Class::Failure,
        Outcome::Refused => Class::Refusal,
    }
}

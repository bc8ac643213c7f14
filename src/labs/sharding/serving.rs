//! What happens to a part of a request at its shard: it is taken in or refused, served, and answered.
//!
//! `at_shard` → `finished` → back to the router. What it finds while data moves is in [`super::resharding`], the way of the whole
//! request in [`super::journey`].

use crate::simulation::stations::{Admission, Plan};
use crate::simulation::{EventList, Flight, Handled, Record, Tally};

use super::journey::class_of;
use super::model::{Event, Model, ROUTER, counter, shard_node};
use super::requests::{Outcome, Part, Role};

type Events = EventList<Event>;

impl Model {
    pub(super) fn at_shard(&mut self, number: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let Some(part) = self.parts.get(number) else { return };
        let node = shard_node(part.shard);
        if !self.shards.alive(part.shard) {
            record.tell(&[node], || format!("shard {} is dead", part.shard));
            self.came_to_nothing(number, Outcome::Failed, events, tally, record);
        } else if !self.admit(number, &part, events, tally, record) {
            record.tell(&[node], || format!("the queue of shard {} is full", part.shard));
            self.mark(0, events.now(), record, Some(node), "first full queue");
            self.came_to_nothing(number, Outcome::Refused, events, tally, record);
        }
    }

    /// A living shard takes a part in, or has no room for it.
    pub(super) fn admit(
        &mut self,
        number: u32,
        part: &Part,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) -> bool {
        let now = events.now();
        let admission = self.shards.stations.arrive(part.shard, number, part.work, now);
        match admission {
            Admission::Refused => return false,
            Admission::Started(plan) => plan.into_iter().for_each(|plan| Self::schedule(plan, events)),
            Admission::Queued => {}
        }
        record.tell(&[shard_node(part.shard)], || {
            let waits = if admission == Admission::Queued { "queues" } else { "begins" };
            format!("shard {} {waits} {}", part.shard, told(part.role))
        });
        self.level_changed(part.shard, now, tally, record);
        true
    }

    fn schedule(plan: Plan, events: &mut Events) {
        events.at(plan.at, Event::Finished { shard: plan.server, job: plan.job, generation: plan.generation });
    }

    pub(super) fn finished(
        &mut self,
        plan: Plan,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) -> Handled {
        let now = events.now();
        let Some((number, shard, next)) = self.shards.stations.complete(plan, now) else {
            return Handled::Stale;
        };
        if let Some(next) = next {
            Self::schedule(next, events);
        }
        self.level_changed(shard, now, tally, record);
        if let Some(part) = self.parts.get(number) {
            record.tell(&[shard_node(shard)], || format!("shard {shard} has finished {}", told(part.role)));
            self.served(number, &part, events, tally, record);
        }
        self.move_line(events, tally, record);
        Handled::Done
    }

    /// What a shard has done means this for the key.
    fn served(&mut self, number: u32, part: &Part, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        match part.role {
            Role::CopyOut(_) | Role::CopyIn => return self.copied(number, part, events, tally, record),
            Role::Query => {}
            Role::Read => {
                let entry = *self.table.get(part.key);
                if entry.owner == part.shard && entry.missing {
                    tally.count(counter::MISSES);
                    self.mark(1, events.now(), record, Some(shard_node(part.shard)), "first miss");
                    record.tell(&[shard_node(part.shard)], || {
                        format!("shard {} does not have the key and fetches it from elsewhere", part.shard)
                    });
                    events.after(self.parameters.miss, Event::Fetched(number));
                    return;
                }
                if entry.owner == part.shard && entry.stale {
                    tally.count(counter::STALE_READS);
                    self.mark(2, events.now(), record, Some(shard_node(part.shard)), "first stale read");
                }
            }
            Role::Write(also) => {
                self.written(part.key, part.shard, also, events);
                if let Some(request) = self.requests.get(part.request) {
                    self.cache.written(request.rank);
                }
            }
            Role::Shadow => self.shadow_written(part.key, part.shard, events, tally, record),
        }
        self.answer(number, Outcome::Completed, events, record);
    }

    pub(super) fn fetched(&mut self, number: u32, events: &mut Events, record: &mut Record) {
        let Some(part) = self.parts.get(number) else { return };
        let entry = self.table.get_mut(part.key);
        if entry.owner == part.shard {
            entry.missing = false;
        }
        record.tell(&[shard_node(part.shard)], || format!("shard {} has the key now", part.shard));
        self.answer(number, Outcome::Completed, events, record);
    }

    /// A part could not be served.
    pub(super) fn came_to_nothing(
        &mut self,
        number: u32,
        outcome: Outcome,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        let Some(part) = self.parts.get(number) else { return };
        match part.role {
            Role::CopyOut(_) | Role::CopyIn => self.copy_failed(number, &part, events),
            Role::Shadow => {
                // The client does not suffer: the key is copied again.
                self.shadow_failed(part.key, part.shard, events);
                self.answer(number, Outcome::Completed, events, record);
            }
            Role::Read | Role::Write(_) | Role::Query => {
                let which = if outcome == Outcome::Refused { counter::REFUSED } else { counter::BROKEN };
                tally.count(which);
                self.answer(number, outcome, events, record);
            }
        }
    }

    /// A part goes back to the router.
    fn answer(&mut self, number: u32, outcome: Outcome, events: &mut Events, record: &mut Record) {
        let now = events.now();
        let Some(part) = self.parts.get_mut(number) else { return };
        part.outcome = outcome;
        let from = shard_node(part.shard);
        let request = self.requests.get(part.request).map_or(0, |request| request.number);
        let arrives = now.plus(self.parameters.network);
        let class = class_of(outcome);
        record.flight(Flight { request, from, to: ROUTER, departs: now, arrives, class });
        events.at(arrives, Event::BackAtRouter(number));
    }
}

fn told(role: Role) -> &'static str {
    match role {
        Role::Read => "a read",
        Role::Write(_) => "a write",
        Role::Shadow => "a write of a key that moves here",
        Role::Query => "its part of a query",
        Role::CopyOut(_) => "reading a key that moves away",
        Role::CopyIn => "writing a key that moves here",
    }
}

//! How data moves when the fleet changes: which keys, in what order, and what writes do meanwhile.
//!
//! `reshard` → `copy_next`, again and again → `copied` at the old shard, then at the new one → when all have arrived,
//! `switch`. What each way of resharding means for a key stands in `written`.

use crate::algorithms::sharding::ShardId;
use crate::basics::Nanos;
use crate::simulation::record::{Class, KeyMap};
use crate::simulation::{EventList, Flight, Mark, Record, Tally};

use super::model::{Event, Model, ROUTER, counter, gauge, shard_node};
use super::parameters::Resharding;
use super::requests::{NONE, Outcome, Part, Role};
use super::table::Stage;

type Events = EventList<Event>;

/// Keys in the picture of who has what, and the most arcs of a circle.
const CELLS: u32 = 128;
const MOST_ARCS: usize = 4_096;

impl Model {
    /// The fleet has changed: every key is given the shard that the map says now.
    pub(super) fn reshard(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        self.reshard_due = false;
        self.before = self.sample().map(|key| (self.table.identifier(key), self.table.get(key).owner)).collect();
        self.map.shards_changed(&self.shards.fleet());
        let drops_all = self.parameters.resharding == Resharding::Drop;
        let shards = &self.shards;
        let change = self.table.reassign(&*self.map, |owner| drops_all || !shards.alive(owner));
        tally.count_by(counter::KEYS_MOVED, change.moved);
        tally.count_by(counter::KEYS_DROPPED, change.lost);
        tally.trace(u64::from(change.moved) << 32 | u64::from(change.lost));
        let all = self.table.identifiers().len();
        record.tell(&[ROUTER], || format!("the map has changed: {} of {all} keys move", change.moved));
        let text = format!("{} of {all} keys move", change.moved);
        record.marks.push(Mark { at: now, event: 0, text, node: None });
        self.keys_changed(now, tally, record);
        if self.table.outstanding() > 0 {
            self.go_on_copying(events);
        } else {
            self.switch(events, tally, record);
        }
    }

    /// The next key begins to be copied.
    pub(super) fn copy_next(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        self.copying = false;
        if let Some(key) = self.table.next_to_copy() {
            let entry = *self.table.get(key);
            let part = self.parts.put(Part {
                request: NONE,
                key,
                shard: entry.owner,
                role: Role::CopyOut(entry.next),
                work: self.parameters.copy_work.0,
                outcome: Outcome::Completed,
            });
            self.at_shard(part, events, tally, record);
        }
        self.go_on_copying(events);
    }

    fn go_on_copying(&mut self, events: &mut Events) {
        if !self.copying && self.table.any_waiting() {
            self.copying = true;
            events.after(Nanos::from_seconds(1.0 / self.parameters.copy_rate), Event::Copy);
        }
    }

    /// A key was read at its old shard, or written at its new one.
    pub(super) fn copied(
        &mut self,
        number: u32,
        part: &Part,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        let now = events.now();
        let entry = *self.table.get(part.key);
        match part.role {
            // The fleet may have changed again, and the key with it: then this copy has become pointless.
            Role::CopyOut(to) if entry.next == to && entry.stage == Stage::Reading => {
                self.table.get_mut(part.key).stage = Stage::Read;
                if let Some(part) = self.parts.get_mut(number) {
                    *part = Part { shard: to, role: Role::CopyIn, ..*part };
                }
                let arrives = now.plus(self.parameters.network);
                let (from, to) = (shard_node(part.shard), shard_node(to));
                record.flight(Flight { request: part.key, from, to, departs: now, arrives, class: Class::Move });
                events.at(arrives, Event::AtShard(number));
                return;
            }
            Role::CopyIn if entry.next == part.shard && entry.stage == Stage::Read => {
                tally.count(counter::COPIES);
                self.table.arrived(part.key);
                self.moved_on(events, tally, record);
            }
            _ => {}
        }
        let _ = self.parts.take(number);
    }

    /// A copy found its shard dead or its queue full.
    pub(super) fn copy_failed(&mut self, number: u32, part: &Part, events: &mut Events) {
        let entry = *self.table.get(part.key);
        let current = match part.role {
            Role::CopyOut(to) => entry.next == to && entry.stage == Stage::Reading,
            _ => entry.next == part.shard && entry.stage == Stage::Read,
        };
        if current {
            self.table.copy_again(part.key);
            self.go_on_copying(events);
        }
        let _ = self.parts.take(number);
    }

    /// A key was written at `shard`, and the same goes to the shard `also`.
    pub(super) fn written(&mut self, key: u32, shard: ShardId, also: Option<ShardId>, events: &mut Events) {
        let resharding = self.parameters.resharding;
        let entry = self.table.get_mut(key);
        if entry.owner != shard {
            // It moved while the write was underway, which nobody will ever read, unless it was written to both.
            entry.stale |= also != Some(entry.owner) && !entry.missing;
            return;
        }
        entry.missing = false;
        entry.stale = false;
        if entry.moves() && entry.stage >= Stage::Read && also != Some(entry.next) {
            if resharding == Resharding::Copy {
                entry.behind = true;
            } else {
                // The write was underway when the move began. Those who do not want to lose it copy the key again.
                self.table.copy_again(key);
                self.go_on_copying(events);
            }
        }
    }

    /// A key was written at the shard that it moves to, beside its old one: it need not be copied any more.
    pub(super) fn shadow_written(
        &mut self,
        key: u32,
        shard: ShardId,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        let entry = self.table.get_mut(key);
        if entry.next == shard {
            self.table.arrived(key);
            self.moved_on(events, tally, record);
        } else if entry.owner == shard {
            entry.missing = false;
            entry.stale = false;
        }
    }

    /// A key could not be written at the shard that it moves to.
    pub(super) fn shadow_failed(&mut self, key: u32, shard: ShardId, events: &mut Events) {
        if self.table.get(key).next == shard {
            self.table.copy_again(key);
            self.go_on_copying(events);
        }
    }

    fn moved_on(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        tally.gauge(gauge::MOVING, events.now(), f64::from(self.table.outstanding()));
        if self.table.outstanding() == 0 {
            self.switch(events, tally, record);
        }
    }

    /// All keys have arrived: the new shards serve them from now on, and what was held goes on.
    fn switch(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let switched = self.table.switch();
        if switched > 0 {
            record.tell(&[ROUTER], || format!("the new shards serve {switched} keys from now on"));
            let text = format!("{switched} keys have moved");
            record.marks.push(Mark { at: now, event: 0, text, node: None });
        }
        self.keys_changed(now, tally, record);
        for request in core::mem::take(&mut self.held) {
            self.at_router(request, events, tally, record);
        }
        self.held_changed(now, tally);
        for shard in 0..self.shards.count() {
            self.level_changed(shard, now, tally, record);
        }
    }

    /// Where keys are has changed: measures, stage.
    pub(super) fn keys_changed(&self, now: Nanos, tally: &mut Tally, record: &mut Record) {
        self.keys_counted(now, tally);
        if record.wants_levels() {
            record.key_maps.push(self.key_map(now));
        }
    }

    /// The gauges of where keys are.
    pub(super) fn keys_counted(&self, now: Nanos, tally: &mut Tally) {
        let (spread, fullest) = self.table.unevenness(&self.shards.fleet());
        tally.gauge(gauge::KEY_SPREAD, now, spread);
        tally.gauge(gauge::FULLEST, now, fullest);
        tally.gauge(gauge::MOVING, now, f64::from(self.table.outstanding()));
    }

    /// The keys that stand for all of them in the picture, in the order of their identifiers.
    fn sample(&self) -> impl Iterator<Item = u32> {
        self.keys.sample(CELLS)
    }

    /// Who has which keys, who had them before, and where they lie on the map's circle if it has one.
    pub(super) fn key_map(&self, now: Nanos) -> KeyMap {
        let entries = || self.sample().map(|key| self.table.get(key));
        let arcs = self.map.arcs();
        // A circle with more points than can be told apart is not drawn.
        let arcs = if arcs.len() <= MOST_ARCS { arcs } else { Vec::new() };
        let places = self.sample().filter_map(|key| self.map.place(self.table.identifier(key)));
        // A key that was created since has never been elsewhere.
        let before = |(index, key): (usize, u32)| match self.before.get(index) {
            Some(&(identifier, owner)) if identifier == self.table.identifier(key) => owner,
            _ => self.table.get(key).owner,
        };
        KeyMap {
            at: now,
            strip: entries().map(|entry| entry.owner).collect(),
            coming: entries().map(|entry| if entry.moves() { entry.next } else { entry.owner }).collect(),
            before: self.sample().enumerate().map(before).collect(),
            // The upper half of 64 bits fits into 32.
            places: if arcs.is_empty() { Vec::new() } else { places.map(|place| (place >> 32) as u32).collect() },
            ring: arcs.into_iter().map(|(place, owner)| ((place >> 32) as u32, owner)).collect(),
        }
    }
}

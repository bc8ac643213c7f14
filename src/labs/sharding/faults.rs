//! The sharding model as the engine sees it: events in, and what faults and moved parameters do.

use crate::algorithms::sharding::ShardId;
use crate::basics::Nanos;
use crate::basics::parameters::Declared;
use crate::simulation::stations::Plan;
use crate::simulation::{EventList, Handled, Level, Mark, Model as SimulationModel, NodeId, Record, Tally, What};

use super::model::{Event, Model, shard_node};
use super::requests::Outcome;

type Events = EventList<Event>;

impl SimulationModel for Model {
    type Event = Event;

    fn begin(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        if let Some((at, generation)) = self.traffic.plan(events.now()) {
            events.at(at, Event::Arrive(generation));
        }
        self.keys_changed(events.now(), tally, record);
    }

    fn handle(&mut self, event: Event, events: &mut Events, tally: &mut Tally, record: &mut Record) -> Handled {
        match event {
            Event::Arrive(generation) if !self.traffic.counts(generation) => return Handled::Stale,
            Event::Arrive(_) => {
                if let Some((at, generation)) = self.traffic.plan(events.now()) {
                    events.at(at, Event::Arrive(generation));
                }
                self.arrive(events, tally, record);
            }
            Event::AtRouter(request) => self.at_router(request, events, tally, record),
            Event::AtShard(part) => self.at_shard(part, events, tally, record),
            Event::Finished { shard, job, generation } => {
                let plan = Plan { at: events.now(), server: shard, job, generation };
                return self.finished(plan, events, tally, record);
            }
            Event::Fetched(part) => self.fetched(part, events, record),
            Event::BackAtRouter(part) => self.back_at_router(part, events, record),
            Event::BackAtClient(request) => self.back_at_client(request, events, tally, record),
            Event::Reshard => self.reshard(events, tally, record),
            Event::Eject(shard, death) => return self.eject(shard, death, events, record),
            Event::Copy => self.copy_next(events, tally, record),
        }
        Handled::Done
    }

    fn change(&mut self, what: &What, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        match what {
            What::Set { key, value } => {
                // What is not the lab's is a policy's, and those take effect with a new run.
                let _ = self.parameters.set(key, value);
                self.parameter_moved(key, events, tally, record);
                let text = format!("{key} is {value}");
                record.marks.push(Mark { at: events.now(), event: 0, text, node: None });
            }
            What::Fault { verb, target, .. } if self.shards.exists(*target) => {
                self.fault(verb, *target, events, tally, record);
            }
            What::Fault { .. } => {}
        }
    }

    fn in_flight(&self) -> u64 {
        self.requests.count()
    }

    fn levels(&self, now: Nanos, record: &mut Record) {
        for shard in 0..self.shards.count() {
            record.levels.push(Level {
                at: now,
                node: shard_node(shard),
                serving: self.shards.stations.serving(shard),
                queued: self.shards.stations.queued(shard),
                condition: self.shards.condition(shard, self.table.held(shard) > 0),
            });
        }
        record.key_maps.push(self.key_map(now));
    }

    fn inspect(&self, node: NodeId, _now: Nanos) -> Vec<(String, String)> {
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let keys = self.table.identifiers().len();
        let Some(shard) = node.checked_sub(shard_node(0)).filter(|&shard| self.shards.exists(shard)) else {
            return vec![
                fact("Requests underway", self.requests.count().to_string()),
                fact("Requests held here", (self.held.len() + self.line.len()).to_string()),
                fact("Keys", keys.to_string()),
                fact("Keys on the move", self.table.outstanding().to_string()),
                fact("Memory of the map", format!("{} bytes", self.map.memory())),
            ];
        };
        let held = self.table.held(shard);
        let (alive, member) = (self.shards.alive(shard), self.shards.is_member(shard));
        let condition = match (alive, member) {
            (false, true) => "dead, and still in the map",
            (false, false) => "dead, and out of the map",
            (true, true) => "up",
            (true, false) if held > 0 => "leaving: its keys move away",
            (true, false) => "standing by",
        };
        vec![
            fact("Condition", condition.to_owned()),
            fact("In service", self.shards.stations.serving(shard).to_string()),
            fact("Waiting", self.shards.stations.queued(shard).to_string()),
            fact("Keys", format!("{held} of {keys}")),
            fact("Requests so far", self.shards.asked(shard).to_string()),
        ]
    }

    fn bytes(&self) -> usize {
        self.requests.bytes()
            + self.parts.bytes()
            + self.shards.bytes()
            + self.table.bytes()
            + self.cache.bytes()
            + self.map.memory()
            + (self.held.len() + self.line.len()) * size_of::<u32>()
    }
}

impl Model {
    /// What a parameter that moved means beyond being read from now on.
    fn parameter_moved(&mut self, key: &str, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        match key {
            "rate" => {
                if let Some((at, generation)) = self.traffic.set_rate(self.parameters.rate, events.now()) {
                    events.at(at, Event::Arrive(generation));
                }
            }
            "queue" => {
                for shard in 0..self.shards.count() {
                    self.shards.stations.set_queue(shard, self.parameters.queue);
                }
                self.move_line(events, tally, record);
            }
            _ => {}
        }
    }

    fn fault(&mut self, verb: &str, shard: ShardId, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let (changed, text) = match verb {
            "join" => (self.set_member(shard, true, events), format!("shard {shard} joins")),
            "leave" => (self.set_member(shard, false, events), format!("shard {shard} leaves")),
            "kill" => (self.kill(shard, events, tally, record), format!("shard {shard} dies")),
            "revive" => {
                let revived = self.shards.revive(shard);
                // What it had is still there unless it was taken out; then it joins anew and its keys come by and by.
                self.set_member(shard, true, events);
                (revived, format!("shard {shard} is back"))
            }
            _ => return,
        };
        if changed {
            record.marks.push(Mark { at: events.now(), event: 0, text, node: Some(shard_node(shard)) });
            self.level_changed(shard, events.now(), tally, record);
            self.move_line(events, tally, record);
        }
    }

    /// All that join and leave at one time are one change of the fleet, so that doubling is one step and not four.
    fn set_member(&mut self, shard: ShardId, member: bool, events: &mut Events) -> bool {
        let changed = self.shards.set_member(shard, member);
        if changed && !core::mem::replace(&mut self.reshard_due, true) {
            events.at(events.now(), Event::Reshard);
        }
        changed
    }

    fn kill(&mut self, shard: ShardId, events: &mut Events, tally: &mut Tally, record: &mut Record) -> bool {
        let mut parts = Vec::new();
        let Some(death) = self.shards.kill(shard, events.now(), &mut parts) else { return false };
        for part in parts {
            self.came_to_nothing(part, Outcome::Failed, events, tally, record);
        }
        if self.parameters.eject_after > Nanos::ZERO {
            events.after(self.parameters.eject_after, Event::Eject(shard, death));
        }
        true
    }

    fn eject(&mut self, shard: ShardId, death: u32, events: &mut Events, record: &mut Record) -> Handled {
        if !self.shards.still_dead(shard, death) || !self.set_member(shard, false, events) {
            return Handled::Stale;
        }
        let text = format!("shard {shard} is taken out of the map");
        record.tell(&[shard_node(shard)], || text.clone());
        record.marks.push(Mark { at: events.now(), event: 0, text, node: Some(shard_node(shard)) });
        Handled::Done
    }
}

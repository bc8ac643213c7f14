//! The world of the batching lab: what happens to a request from its client through a batch and back.
//!
//! [`super::clients`] → `add` → (the policy gathers) → `close` → `dispatch` → [`super::delivery`] → [`super::clients`].
//! The policy decides when a batch is closed; how many may be out, and what sending costs, is decided here.

use crate::algorithms::batching::nagle::DelayedAcknowledgement;
use crate::algorithms::batching::{self, Batch, BatchAct, Batcher, Item};
use crate::basics::Nanos;
use crate::basics::randomness::{draw, mix};
use crate::scenario::Scenario;
use crate::simulation::arrivals::{Arrivals, Profile};
use crate::simulation::popularity::Popularity;
use crate::simulation::record::Condition;
use crate::simulation::service::Service;
use crate::simulation::stations::{Discipline, Stations};
use crate::simulation::traffic::Traffic;
use crate::simulation::{EventList, Level, Mark, NodeId, Record, Stream, Tally};
use std::collections::VecDeque;

use super::costs::{self, Cost};
use super::parameters::{Acknowledgement, Parameters};
use super::requests::{Batches, Requests, Sent, item_id, part_of};

/// What later draws of a request are for.
pub(super) mod purpose {
    pub const SIZE: u64 = 1;
    pub const KEY: u64 = 2;
    pub const THINK: u64 = 3;
}

/// The lab's counters, in the order of its declaration.
pub(super) mod counter {
    pub const BATCHES: usize = 0;
    pub const ITEMS: usize = 1;
    pub const DUPLICATES: usize = 2;
    pub const RESENT: usize = 3;
    pub const REORDERED: usize = 4;
    pub const LOST: usize = 5;
    pub const REFUSED: usize = 6;
}

/// The gauges: those that every lab has, then this lab's own.
pub(super) mod gauge {
    pub const IN_FLIGHT: usize = 0;
    pub const QUEUED: usize = 1;
    pub const BUFFERED: usize = 2;
    pub const READY: usize = 3;
    pub const OUT: usize = 4;
    pub const BUSY: usize = 5;
}

/// The nodes of the stage.
pub(super) mod node {
    use crate::simulation::NodeId;
    pub const CLIENTS: NodeId = 0;
    pub const BATCHER: NodeId = 1;
    pub const RECEIVER: NodeId = 2;
}

/// What can happen. Requests and batches are places in their arenas.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// The next request is created; stale unless the generation is the present one.
    Arrive(u32),
    /// A user of the closed loop has thought.
    Thought,
    /// A request reaches the batcher.
    AtBatcher(u32),
    /// The batcher's timer rings; stale unless the generation is the present one.
    Timer(u32),
    /// A batch reaches the receiver.
    AtReceiver(u32),
    /// The receiver completes a batch.
    Finished {
        /// The batch.
        job: u32,
        /// As planned.
        generation: u32,
    },
    /// A batch is back at the sender, answered or not.
    Returned(u32),
    /// The receiver's delayed acknowledgement is due; stale unless the generation is the present one.
    Acknowledge(u32),
    /// So many batches of this life of the batcher are acknowledged.
    Acknowledged {
        /// How many.
        batches: u32,
        /// The life.
        life: u32,
    },
    /// A request is back at its client.
    AtClient(u32),
}

/// One lane's world.
#[derive(Clone)]
pub struct Model {
    pub(super) parameters: Parameters,
    pub(super) cost: Cost,
    pub(super) traffic: Traffic,
    service: Service,
    keys: Popularity,
    pub(super) policy: String,
    /// The settings of the lane, those that moved last, for the batcher after a crash.
    pub(super) settings: Vec<(String, String)>,
    pub(super) batcher: Box<dyn Batcher>,
    pub(super) alive: bool,
    pub(super) life: u32,
    timer: Option<Nanos>,
    timer_generation: u32,
    pub(super) requests: Requests,
    pub(super) batches: Batches,
    /// Batches that wait to be sent, the oldest first, and how many items are in them.
    pub(super) ready: VecDeque<u32>,
    pub(super) ready_items: u32,
    /// Batches that were sent and are not answered or acknowledged.
    pub(super) out: u32,
    sequence: u32,
    pub(super) items_sent: u64,
    pub(super) receiver: Stations,
    /// Items in batches that wait at the receiver.
    pub(super) waiting_items: u32,
    /// The latest batch that the receiver has done, and the ends of acknowledgements.
    pub(super) newest_done: u32,
    pub(super) acknowledgements: DelayedAcknowledgement,
    pub(super) acknowledgement_generation: u32,
    pub(super) luck: u64,
    pub(super) underway: u32,
    pub(super) marked: [bool; 5],
}

pub(super) type Events = EventList<Event>;

impl Model {
    /// The world of one lane at time zero.
    #[must_use]
    pub fn new(scenario: &Scenario, lane: usize) -> Self {
        let parameters: Parameters = scenario.typed(lane);
        let Parameters { law, variability, stages, tail, shape, peak, period, .. } = parameters;
        let service = Service { law, variability, stages, tail };
        let keys = Popularity::zipf(parameters.keys, parameters.key_skew);
        let arrivals = Arrivals::new(
            parameters.arrivals,
            parameters.rate,
            Profile { shape, peak, period },
            mix(scenario.seed),
            Stream::new(scenario.seed, 1),
        );
        let policy = scenario.lanes.get(lane).map_or("none", |lane| lane.policy.as_str());
        let owned = |(key, text): (&str, &str)| (key.to_owned(), text.to_owned());
        let mut receiver = Stations::new(Discipline::Fifo);
        receiver.add(parameters.slots, u32::MAX, 1.0);
        Self {
            cost: costs::cost(&parameters),
            traffic: Traffic::new(arrivals, parameters.arrivals, service, keys.clone()),
            service,
            keys,
            policy: policy.to_owned(),
            batcher: batcher(policy, &scenario.settings_of(lane)),
            settings: scenario.settings_of(lane).into_iter().map(owned).collect(),
            alive: true,
            life: 0,
            timer: None,
            timer_generation: 0,
            requests: Requests::default(),
            batches: Batches::default(),
            ready: VecDeque::new(),
            ready_items: 0,
            out: 0,
            sequence: 0,
            items_sent: 0,
            receiver,
            waiting_items: 0,
            newest_done: 0,
            acknowledgements: DelayedAcknowledgement::new(parameters.ack_delay),
            acknowledgement_generation: 0,
            luck: mix(scenario.seed),
            underway: 0,
            marked: [false; 5],
            parameters,
        }
    }

    /// Batches that were closed so far, and the items in them.
    #[must_use]
    pub fn sent(&self) -> (u64, u64) {
        (u64::from(self.sequence), self.items_sent)
    }

    /// The policy gets part `part` of the request at `place`.
    pub(super) fn add(&mut self, place: u32, part: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let item = self.item(place, part);
        let row = self.requests.get_mut(place);
        row.unsent -= 1;
        row.held += 1;
        row.outstanding += 1;
        let number = row.number;
        let mut acts = Vec::new();
        self.batcher.add(item, events.now(), &mut acts, &mut record.why);
        let held = self.batcher.held();
        record.tell(&[node::BATCHER], || match acts.is_empty() {
            true => format!("an item of request {number} joins the buffer, which holds {held}"),
            false => format!("an item of request {number} comes, and the batcher acts"),
        });
        self.perform(acts, events, tally, record);
    }

    /// What part `part` of a request is: everything follows from what was drawn when the request was created.
    fn item(&self, place: u32, part: u32) -> Item {
        let request = self.requests.get(place);
        let asked = match part {
            0 => request.item,
            _ => self.keys.item(draw(request.luck, purpose::KEY, u64::from(part))),
        };
        let key = mix(u64::from(asked));
        let partition = (key % u64::from(self.parameters.partitions)) as u32;
        Item { id: item_id(place, part), bytes: self.parameters.bytes, partition, key }
    }

    /// The work of `item` as a multiple of the mean.
    fn size(&self, item: &Item) -> f64 {
        let (place, part) = part_of(item);
        let request = self.requests.get(place);
        match part {
            0 => request.size,
            _ => self.service.sample(draw(request.luck, purpose::SIZE, u64::from(part))),
        }
    }

    /// Does what the policy asks for, sends what may be sent, and sets the timer anew.
    pub(super) fn perform(&mut self, acts: Vec<BatchAct>, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        for act in acts {
            match act {
                BatchAct::Send(batch) => self.close(batch, events, tally, record),
                BatchAct::Answer(items) => {
                    tally.count_by(counter::DUPLICATES, items.len() as u32);
                    for item in items {
                        let (place, _) = part_of(&item);
                        self.requests.get_mut(place).held -= 1;
                        match self.batches.with_key(item.key) {
                            Some(underway) => self.batches.get_mut(underway).batch.joined.push(item),
                            None => self.item_answered(&item, events, record),
                        }
                    }
                }
            }
        }
        self.dispatch(events, tally, record);
        self.plan_timer(events);
        self.buffer_changed(events.now(), tally, record);
    }

    /// The policy has closed a batch.
    fn close(&mut self, batch: Batch, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let (items, joined) = (batch.items.len() as u32, batch.joined.len() as u32);
        let mut work = self.cost.fixed.seconds();
        for item in &batch.items {
            work += self.cost.each.seconds() * self.size(item);
        }
        for item in batch.items.iter().chain(&batch.joined) {
            self.requests.get_mut(part_of(item).0).held -= 1;
        }
        let sequence = self.sequence;
        self.sequence = self.sequence.wrapping_add(1);
        self.items_sent += u64::from(items);
        tally.count(counter::BATCHES);
        tally.count_by(counter::ITEMS, items);
        tally.count_by(counter::DUPLICATES, joined);
        tally.trace(u64::from(sequence) << 32 | u64::from(items));
        let age = now.since(batch.opened);
        let work = Nanos::from_seconds(work).0;
        let life = self.life;
        let place = self.batches.put(Sent { batch, sequence, life, attempt: 0, work, failed: false });
        self.ready.push_back(place);
        self.ready_items += items;
        record.tell(&[node::BATCHER], || {
            let and_joined = if joined == 0 { String::new() } else { format!(" and {joined} that ask for the same") };
            format!("batch {sequence} is closed after {age} with {items} items{and_joined}")
        });
        if items + joined > 1 {
            self.mark(1, now, record, node::BATCHER, "first batch of several items");
        }
    }

    /// Sends what is ready, as long as it may.
    pub(super) fn dispatch(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        while self.out < self.parameters.max_in_flight {
            let Some(place) = self.ready.pop_front() else { return };
            self.ready_items -= self.batches.get(place).batch.items.len() as u32;
            self.out += 1;
            self.transmit(place, events, tally, record);
        }
    }

    /// Asks the policy when it wants to be woken.
    pub(super) fn plan_timer(&mut self, events: &mut Events) {
        let due = if self.alive { self.batcher.due() } else { None };
        if due == self.timer {
            return;
        }
        self.timer = due;
        self.timer_generation = self.timer_generation.wrapping_add(1);
        if let Some(due) = due {
            events.at(due.max(events.now()), Event::Timer(self.timer_generation));
        }
    }

    /// Whether a timer that was set under `generation` still counts.
    pub(super) fn timer_counts(&self, generation: u32) -> bool {
        self.alive && generation == self.timer_generation
    }

    /// The timer rings.
    pub(super) fn timer(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        self.timer = None;
        let mut acts = Vec::new();
        record.tell(&[node::BATCHER], || format!("the timer rings; {} items are held", self.batcher.held()));
        self.batcher.tick(events.now(), &mut acts);
        self.perform(acts, events, tally, record);
    }

    /// What is held, ready and out has changed: measures, stage.
    pub(super) fn buffer_changed(&mut self, now: Nanos, tally: &mut Tally, record: &mut Record) {
        let held = self.held();
        tally.gauge(gauge::BUFFERED, now, f64::from(held));
        tally.gauge(gauge::READY, now, self.ready.len() as f64);
        tally.gauge(gauge::OUT, now, f64::from(self.out));
        tally.gauge(gauge::QUEUED, now, f64::from(held) + f64::from(self.ready_items + self.waiting_items));
        tally.gauge(gauge::BUSY, now, f64::from(self.receiver.serving(0)));
        tally.node(node::BATCHER as usize, now, f64::from(held + self.ready_items));
        tally.node(node::RECEIVER as usize, now, f64::from(self.receiver.serving(0) + self.receiver.queued(0)));
        if record.wants_levels() {
            record.level(self.batcher_level(now));
            record.level(self.receiver_level(now));
        }
    }

    /// Items in the open batch.
    pub(super) fn held(&self) -> u32 {
        if self.alive { self.batcher.held() as u32 } else { 0 }
    }

    pub(super) fn batcher_level(&self, at: Nanos) -> Level {
        let condition = if self.alive { Condition::Up } else { Condition::Dead };
        Level { at, node: node::BATCHER, serving: self.held(), queued: self.ready_items, condition }
    }

    pub(super) fn receiver_level(&self, at: Nanos) -> Level {
        let condition = if self.receiver.speed(0) < 1.0 { Condition::Slow } else { Condition::Up };
        let (serving, queued) = (self.receiver.serving(0), self.receiver.queued(0));
        Level { at, node: node::RECEIVER, serving, queued, condition }
    }

    /// Whether acknowledgements are delayed, so that it is not the answers that free the sender.
    pub(super) fn delays(&self) -> bool {
        self.parameters.acknowledgement == Acknowledgement::Delayed
    }

    /// Marks the first time that something happens.
    pub(super) fn mark(&mut self, which: usize, now: Nanos, record: &mut Record, node: NodeId, text: &str) {
        if !core::mem::replace(&mut self.marked[which], true) {
            record.marks.push(Mark { at: now, event: 0, text: text.to_owned(), node: Some(node) });
        }
    }
}

/// The policy `key` with these settings.
pub(super) fn batcher(key: &str, settings: &[(&str, &str)]) -> Box<dyn Batcher> {
    // The scenario's reader accepts only policies of the registry; the one without batches stands in for none.
    batching::build(key, settings)
        .or_else(|| batching::build("none", &[]))
        .unwrap_or_else(|| unreachable!("sending alone stands in the registry"))
}

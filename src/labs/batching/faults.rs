//! The batching model as the engine sees it: events in, and what faults and moved parameters do.

use crate::basics::parameters::Declared;
use crate::basics::{Nanos, Timed};
use crate::simulation::arrivals::{Process, think};
use crate::simulation::stations::Plan;
use crate::simulation::tally::{End, Tally};
use crate::simulation::{Handled, Mark, Model as SimulationModel, NodeId, Record, What};

use super::costs;
use super::model::{Event, Events, Model, batcher, counter, node};
use super::requests::part_of;
use crate::algorithms::batching::nagle::DelayedAcknowledgement;

impl SimulationModel for Model {
    type Event = Event;

    fn begin(&mut self, events: &mut Events, _tally: &mut Tally, _record: &mut Record) {
        if self.parameters.arrivals == Process::Closed {
            // Users begin with a thought, so that they do not come all at once.
            for user in 0..u64::from(self.parameters.users) {
                events.at(think(self.parameters.think, user.wrapping_mul(0x9e37_79b9)), Event::Thought);
            }
        } else {
            self.plan_arrival(events);
        }
        self.plan_timer(events);
    }

    fn handle(&mut self, event: Event, events: &mut Events, tally: &mut Tally, record: &mut Record) -> Handled {
        match event {
            Event::Arrive(generation) if !self.traffic.counts(generation) => return Handled::Stale,
            Event::Arrive(_) => {
                self.plan_arrival(events);
                self.arrive(events, tally, record);
            }
            Event::Thought => self.arrive(events, tally, record),
            Event::AtBatcher(request) => self.at_batcher(request, events, tally, record),
            Event::Timer(generation) if !self.timer_counts(generation) => return Handled::Stale,
            Event::Timer(_) => self.timer(events, tally, record),
            Event::AtReceiver(batch) => self.at_receiver(batch, events, tally, record),
            Event::Finished { job, generation } => {
                let plan = Plan { at: events.now(), server: 0, job, generation };
                return self.finished(plan, events, tally, record);
            }
            Event::Returned(batch) => self.returned(batch, events, tally, record),
            Event::Acknowledge(generation) if generation != self.acknowledgement_generation => return Handled::Stale,
            Event::Acknowledge(_) => {
                let mut acts = Vec::new();
                self.acknowledgements.tick(events.now(), &mut acts);
                self.acknowledge(acts, events, record);
            }
            Event::Acknowledged { life, .. } if life != self.life => return Handled::Stale,
            Event::Acknowledged { batches, .. } => {
                record.tell(&[node::BATCHER], || format!("{batches} batches are acknowledged"));
                self.freed(batches, events, tally, record);
            }
            Event::AtClient(request) => self.at_client(request, events, tally, record),
        }
        Handled::Done
    }

    fn change(&mut self, what: &What, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        match what {
            What::Set { key, value } => {
                // What is not the lab's is a policy's, and the other way round.
                let _ = self.parameters.set(key, value);
                let _ = self.batcher.set(key, value);
                self.settings.push((key.clone(), value.clone()));
                self.cost = costs::cost(&self.parameters);
                if key == "rate"
                    && let Some((at, generation)) = self.traffic.set_rate(self.parameters.rate, events.now())
                {
                    events.at(at, Event::Arrive(generation));
                }
                let text = format!("{key} is {value}");
                record.marks.push(Mark { at: events.now(), event: 0, text, node: None });
                self.perform(Vec::new(), events, tally, record);
            }
            What::Fault { verb, target: 0, amount } => self.fault(verb, *amount, events, tally, record),
            What::Fault { .. } => {}
        }
    }

    fn in_flight(&self) -> u64 {
        self.requests.waiting()
    }

    fn levels(&self, now: Nanos, record: &mut Record) {
        record.levels.push(self.batcher_level(now));
        record.levels.push(self.receiver_level(now));
    }

    fn inspect(&self, node: NodeId, now: Nanos) -> Vec<(String, String)> {
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let (batches, items) = self.sent();
        match node {
            node::BATCHER if !self.alive => vec![fact("Condition", "crashed".to_owned())],
            node::BATCHER => vec![
                fact("Items in the open batch", self.held().to_string()),
                fact("Timer", self.batcher.due().map_or("none".to_owned(), |due| format!("rings in {}", due - now))),
                fact("Batches that wait to be sent", format!("{} with {} items", self.ready.len(), self.ready_items)),
                fact("Batches out", format!("{} of {}", self.out, self.parameters.max_in_flight)),
                fact("Items for each batch so far", mean_size(batches, items)),
            ],
            node::RECEIVER => vec![
                fact("Batches in service", self.receiver.serving(0).to_string()),
                fact("Batches that wait", self.receiver.queued(0).to_string()),
                fact("A batch costs", format!("{} and {} for each item", self.cost.fixed, self.cost.each)),
                fact("Speed", format!("{}", self.receiver.speed(0))),
            ],
            _ => vec![fact("Requests underway", self.requests.waiting().to_string())],
        }
    }

    fn bytes(&self) -> usize {
        self.requests.bytes() + self.batches.bytes() + self.receiver.bytes() + self.batcher.held() * 64
    }
}

impl Model {
    fn plan_arrival(&mut self, events: &mut Events) {
        if let Some((at, generation)) = self.traffic.plan(events.now()) {
            events.at(at, Event::Arrive(generation));
        }
    }

    fn fault(&mut self, verb: &str, amount: f64, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let (text, node) = match verb {
            "crash" if self.alive => {
                let lost = self.crash(events, tally, record);
                (format!("the batcher crashes: {lost} items are lost"), node::BATCHER)
            }
            "restart" if !self.alive => {
                self.restart();
                ("the batcher is back, empty".to_owned(), node::BATCHER)
            }
            "stall" => {
                self.slow(amount.max(1.0), events);
                (format!("the receiver slows to 1/{amount}"), node::RECEIVER)
            }
            "resume" => {
                self.slow(1.0, events);
                ("the receiver is as fast as before".to_owned(), node::RECEIVER)
            }
            _ => return,
        };
        record.marks.push(Mark { at: now, event: 0, text, node: Some(node) });
        self.plan_timer(events);
        self.buffer_changed(now, tally, record);
    }

    /// The batcher dies. What it held, and what it had not sent yet, is lost; what is on its way is still done, but
    /// nobody is there to hear of it. Every client that waits is told at once, since its connection breaks.
    fn crash(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) -> u32 {
        self.alive = false;
        self.life += 1;
        self.out = 0;
        self.acknowledgements = DelayedAcknowledgement::new(self.parameters.ack_delay);
        self.acknowledgement_generation = self.acknowledgement_generation.wrapping_add(1);
        for batch in core::mem::take(&mut self.ready) {
            // As if they were in the open batch still.
            let sent = self.batches.take(batch);
            for item in sent.batch.items.iter().chain(&sent.batch.joined) {
                self.requests.get_mut(part_of(item).0).held += 1;
            }
        }
        self.ready_items = 0;
        let mut lost = 0;
        for place in self.requests.places() {
            let row = self.requests.get_mut(place);
            if row.outstanding == 0 {
                continue; // on its way to the batcher, or back from it
            }
            let held = core::mem::take(&mut row.held);
            lost += held;
            row.outstanding -= held;
            if row.told {
                self.requests.free_if_over(place);
            } else {
                self.tell_client(place, End::Failed, events, tally, record);
            }
        }
        tally.count_by(counter::LOST, lost);
        lost
    }

    /// A new batcher, with the parameters as they stand.
    fn restart(&mut self) {
        let settings: Vec<(&str, &str)> =
            self.settings.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
        self.batcher = batcher(&self.policy, &settings);
        self.alive = true;
    }

    fn slow(&mut self, factor: f64, events: &mut Events) {
        let mut plans = Vec::new();
        self.receiver.set_speed(0, 1.0 / factor, events.now(), &mut plans);
        for plan in plans {
            Self::schedule(plan, events);
        }
    }
}

/// The mean of `items` over `batches`, for people.
fn mean_size(batches: u64, items: u64) -> String {
    if batches == 0 { "no batch yet".to_owned() } else { format!("{:.1}", items as f64 / batches as f64) }
}

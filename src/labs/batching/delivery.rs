//! The way of a batch: to the receiver, through one of its slots, and back; and what frees the sender.
//!
//! Where answers free the sender, a batch is out until its answer is back. Where acknowledgements do, it is out until
//! the receiver's delayed acknowledgement has come, and only a request of which everything has arrived is answered.

use crate::algorithms::batching::nagle::Acknowledge;
use crate::basics::randomness::{draw, unit_of};
use crate::basics::{Nanos, Timed};
use crate::simulation::record::Class;
use crate::simulation::stations::{Admission, Plan};
use crate::simulation::{Flight, Handled, NodeId, Record, Tally};

use super::model::{Event, Events, Model, counter, node};
use super::requests::part_of;

/// What draws for batches are for.
const FAILURE: u64 = 0xfa11;

impl Model {
    /// A batch leaves the sender.
    pub(super) fn transmit(&mut self, place: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let arrives = events.now().plus(self.cost.one_way);
        let sent = self.batches.get(place);
        let class = if sent.attempt == 0 { Class::Request } else { Class::Retry };
        let sequence = sent.sequence;
        self.fly(place, node::BATCHER, node::RECEIVER, class, events.now(), arrives, record);
        record.tell(&[node::BATCHER, node::RECEIVER], || format!("batch {sequence} is sent"));
        if arrives == events.now() {
            self.at_receiver(place, events, tally, record);
        } else {
            events.at(arrives, Event::AtReceiver(place));
        }
    }

    /// Every request of a batch is seen to travel.
    #[allow(clippy::too_many_arguments, reason = "a leg has two ends and two times")]
    fn fly(
        &self,
        place: u32,
        from: NodeId,
        to: NodeId,
        class: Class,
        departs: Nanos,
        arrives: Nanos,
        record: &mut Record,
    ) {
        if record.detail.one_in > 0 {
            for item in &self.batches.get(place).batch.items {
                let request = self.requests.get(part_of(item).0).number;
                record.flight(Flight { request, from, to, departs, arrives, class });
            }
        }
    }

    /// A batch reaches the receiver.
    pub(super) fn at_receiver(&mut self, place: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let sent = self.batches.get(place);
        let (sequence, work, items) = (sent.sequence, sent.work, sent.batch.items.len() as u32);
        if self.delays() && sent.life == self.life {
            let mut acts = Vec::new();
            // Counted in batches and not in bytes: one batch is one segment.
            self.acknowledgements.received(1, now, &mut acts);
            self.acknowledge(acts, events, record);
        }
        match self.receiver.arrive(0, place, work, now) {
            Admission::Started(plan) => {
                record.tell(&[node::RECEIVER], || format!("the receiver begins batch {sequence}"));
                if let Some(plan) = plan {
                    Self::schedule(plan, events);
                }
            }
            // The receiver's queue has no bound: the sender's window is what bounds it.
            Admission::Queued | Admission::Refused => {
                record.tell(&[node::RECEIVER], || format!("batch {sequence} waits for a slot"));
                self.waiting_items += items;
            }
        }
        self.buffer_changed(now, tally, record);
    }

    pub(super) fn schedule(plan: Plan, events: &mut Events) {
        events.at(plan.at, Event::Finished { job: plan.job, generation: plan.generation });
    }

    /// The receiver has done a batch, perhaps in vain.
    pub(super) fn finished(
        &mut self,
        plan: Plan,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) -> Handled {
        let now = events.now();
        let Some((place, _, next)) = self.receiver.complete(plan, now) else { return Handled::Stale };
        if let Some(next) = next {
            self.waiting_items -= self.batches.get(next.job).batch.items.len() as u32;
            Self::schedule(next, events);
        }
        let sent = self.batches.get(place);
        let (sequence, items) = (sent.sequence, sent.batch.items.len() as u32);
        let chance = unit_of(draw(self.luck, FAILURE + u64::from(sent.attempt), u64::from(sequence)));
        let failed = chance * 100.0 < self.parameters.failures;
        self.batches.get_mut(place).failed = failed;
        record.tell(&[node::RECEIVER], || {
            format!("the receiver has done batch {sequence}{}", if failed { ", in vain" } else { "" })
        });
        if !failed {
            if sequence < self.newest_done {
                tally.count_by(counter::REORDERED, items);
                self.mark(2, now, record, node::RECEIVER, "first batch overtaken");
            }
            self.newest_done = self.newest_done.max(sequence);
        }
        if self.delays() && !failed {
            self.deliver(place, events, record);
        } else {
            let arrives = now.plus(self.cost.one_way);
            let class = if failed { Class::Failure } else { Class::Answer };
            self.fly(place, node::RECEIVER, node::BATCHER, class, now, arrives, record);
            events.at(arrives, Event::Returned(place));
        }
        self.buffer_changed(now, tally, record);
        Handled::Done
    }

    /// With delayed acknowledgements: what has arrived in full is answered, and the acknowledgement goes along.
    fn deliver(&mut self, place: u32, events: &mut Events, record: &mut Record) {
        let (now, back) = (events.now(), events.now().plus(self.cost.one_way));
        let sent = self.batches.take(place);
        let mut answered = false;
        for item in sent.batch.items.iter().chain(&sent.batch.joined) {
            let (request, _) = part_of(item);
            let row = self.requests.get_mut(request);
            row.outstanding -= 1;
            if row.outstanding > 0 {
                continue;
            }
            answered = true;
            if row.told {
                self.requests.free_if_over(request);
                continue;
            }
            let (number, arrives) = (row.number, back.plus(self.parameters.hop));
            let leg = |from, to, departs, arrives| Flight {
                request: number,
                from,
                to,
                departs,
                arrives,
                class: Class::Answer,
            };
            record.flight(leg(node::RECEIVER, node::BATCHER, now, back));
            record.flight(leg(node::BATCHER, node::CLIENTS, back, arrives));
            events.at(arrives, Event::AtClient(request));
        }
        if answered && sent.life == self.life {
            let mut acts = Vec::new();
            self.acknowledgements.answered(&mut acts);
            self.acknowledge(acts, events, record);
        }
    }

    /// The receiver acknowledges now, or plans to.
    pub(super) fn acknowledge(&mut self, acts: Vec<Acknowledge>, events: &mut Events, record: &mut Record) {
        let life = self.life;
        for Acknowledge(batches) in acts {
            let batches = batches as u32; // at most what the window lets out
            record.tell(&[node::RECEIVER], || format!("the receiver acknowledges {batches} batches"));
            events.after(self.cost.one_way, Event::Acknowledged { batches, life });
        }
        self.acknowledgement_generation = self.acknowledgement_generation.wrapping_add(1);
        if let Some(due) = self.acknowledgements.due() {
            events.at(due.max(events.now()), Event::Acknowledge(self.acknowledgement_generation));
        }
    }

    /// A batch is back at the sender.
    pub(super) fn returned(&mut self, place: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let sent = self.batches.get(place);
        let (sequence, ours) = (sent.sequence, sent.life == self.life);
        if sent.failed && ours {
            record.tell(&[node::BATCHER], || format!("batch {sequence} has failed and is sent again"));
            tally.count(counter::RESENT);
            self.mark(3, events.now(), record, node::BATCHER, "first batch sent again");
            self.batches.get_mut(place).attempt += 1;
            self.transmit(place, events, tally, record);
            return;
        }
        record.tell(&[node::BATCHER], || format!("batch {sequence} is answered"));
        let sent = self.batches.take(place);
        for item in sent.batch.items.iter().chain(&sent.batch.joined) {
            self.item_answered(item, events, record);
        }
        if ours && !self.delays() {
            self.freed(1, events, tally, record);
        }
    }

    /// So many batches are no longer out: the sender may go on.
    pub(super) fn freed(&mut self, batches: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        for _ in 0..batches {
            self.out -= 1;
            let mut acts = Vec::new();
            self.batcher.sender_free(events.now(), &mut acts, &mut record.why);
            self.perform(acts, events, tally, record);
        }
    }
}

//! What happens to a request of the pipelining lab from its client through every stage and back.
//!
//! `arrive` → (the gate) → `at_stage` → `start` → `finished` → `at_stage` of the next … → `at_client`. Wherever room comes
//! up, [`Model::settle`] lets work move up from there back to the source. Read next: [`super::stage`].

use crate::algorithms::pipelining::Verdict;
use crate::basics::Nanos;
use crate::basics::randomness::draw;
use crate::simulation::arrivals::{Process, think};
use crate::simulation::record::{Class, Phase};
use crate::simulation::tally::End;
use crate::simulation::{Flight, Handled, NodeId, Record, Tally};

use super::model::{CLIENTS, Event, Events, Job, Model, counter, gauge};
use super::stage::Service;

/// What later draws of a request are for.
mod purpose {
    pub const WORK: u64 = 1;
    pub const THINK: u64 = 2;
}

impl Model {
    /// A request is created; it waits at the clients until it may set out.
    pub(super) fn arrive(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let born = self.traffic.born();
        let end = End::Completed;
        let job = self.jobs.put(Job { number: born.request, arrived: now, came: now, luck: born.luck, end });
        tally.arrived();
        self.underway += 1;
        tally.gauge(gauge::IN_FLIGHT, now, f64::from(self.underway));
        record.tell(&[CLIENTS], || format!("request {} is created", born.request));
        record.stay(born.request, CLIENTS, now, Phase::Waits);
        self.gate.push_back(job);
        self.release(events, record);
        self.gate_changed(now, tally);
    }

    /// Lets requests set out, as long as the window and the first stage allow.
    fn release(&mut self, events: &mut Events, record: &mut Record) {
        while let Some(&job) = self.gate.front() {
            if self.parameters.window > 0 && self.out >= self.parameters.window {
                let window = self.parameters.window;
                record.tell(&[CLIENTS], || format!("the window of {window} is used up: the next request waits"));
                return;
            }
            if !self.rule.may_leave(self.stages[0].room(), &mut record.why) {
                return;
            }
            self.gate.pop_front();
            self.out += 1;
            self.depart(job, CLIENTS, 0, self.parameters.network, events, record);
        }
    }

    /// A job sets out for a stage.
    fn depart(&mut self, job: u32, from: NodeId, stage: usize, way: Nanos, events: &mut Events, record: &mut Record) {
        let (departs, arrives) = (events.now(), events.now().plus(way));
        self.stages[stage].coming += 1;
        let (request, to) = (self.jobs.get(job).number, Self::node(stage));
        record.stay(request, from, departs, Phase::Left);
        record.flight(Flight { request, from, to, departs, arrives, class: Class::Request });
        events.at(arrives, Event::AtStage(job, stage as u8));
    }

    /// A job reaches a stage: a free worker takes it, or it waits, or the rule decides.
    pub(super) fn at_stage(
        &mut self,
        job: u32,
        index: usize,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        let now = events.now();
        self.jobs.get_mut(job).came = now;
        let request = self.jobs.get(job).number;
        record.stay(request, Self::node(index), now, Phase::Waits);
        let stage = &mut self.stages[index];
        stage.pass(now);
        stage.coming -= 1;
        let (waiting, free) = (stage.queue.len() as u32, stage.free());
        if (free > 0 && waiting == 0) || waiting < stage.bound {
            record.tell(&[Self::node(index)], || format!("request {request} comes to {}", Self::name(index)));
            stage.queue.push_back(job);
        } else {
            let verdict = self.rule.full(waiting, &mut record.why);
            record.tell(&[Self::node(index)], || {
                format!("request {request} finds {} full: {}", Self::name(index), told(verdict))
            });
            match verdict {
                Verdict::Join => stage.queue.push_back(job),
                Verdict::DropNew => self.drop(job, index, events, tally, record),
                Verdict::DropOld => match stage.queue.pop_front() {
                    Some(oldest) => {
                        stage.queue.push_back(job);
                        self.drop(oldest, index, events, tally, record);
                    }
                    None => self.drop(job, index, events, tally, record),
                },
            }
        }
        self.settle(index, events, tally, record);
    }

    /// A job is turned away at a stage.
    fn drop(&mut self, job: u32, index: usize, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let row = self.jobs.get_mut(job);
        row.end = End::Shed;
        let (request, came) = (row.number, row.came);
        self.stages[index].leave(came, now);
        tally.count(counter::DROPPED);
        if index > 0 {
            tally.count(counter::WASTED);
        }
        tally.trace(u64::from(request) << 8 | 0x80 | index as u64);
        self.mark(0, now, record, Self::node(index), "first request dropped");
        self.go_home(job, index, Class::Refusal, events, record);
    }

    /// A job goes back to its client.
    fn go_home(&mut self, job: u32, index: usize, class: Class, events: &mut Events, record: &mut Record) {
        let (departs, arrives) = (events.now(), events.now().plus(self.parameters.network));
        let request = self.jobs.get(job).number;
        record.stay(request, Self::node(index), departs, Phase::Over);
        record.flight(Flight { request, from: Self::node(index), to: CLIENTS, departs, arrives, class });
        events.at(arrives, Event::AtClient(job));
    }

    /// Work moves up wherever it can, from stage `from` back to the clients.
    pub(super) fn settle(&mut self, from: usize, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        for index in (0..=from).rev() {
            self.stages[index].pass(now);
            while self.stages[index].free() > 0 {
                let Some(job) = self.stages[index].queue.pop_front() else { break };
                self.start(job, index, events, record);
            }
            if index == 0 {
                self.release(events, record);
            } else {
                self.unblock(index - 1, events, record);
            }
            self.stage_changed(index, now, tally, record);
        }
        self.gate_changed(now, tally);
    }

    /// A worker of stage `index` takes `job`. Its work was drawn when its request was created.
    fn start(&mut self, job: u32, index: usize, events: &mut Events, record: &mut Record) {
        let size = self.law.sample(draw(self.jobs.get(job).luck, purpose::WORK, index as u64));
        let work = (self.mean(index).0 as f64 * size + 0.5) as u64;
        let service = self.stages[index].start(job, work, events.now());
        let request = self.jobs.get(job).number;
        record.stay(request, Self::node(index), events.now(), Phase::Served);
        record.tell(&[Self::node(index)], || format!("{} begins request {request}", Self::name(index)));
        Self::schedule(index, service, events);
    }

    pub(super) fn schedule(index: usize, service: Service, events: &mut Events) {
        events.at(service.done, Event::Finished(index as u8, service.generation));
    }

    /// Blocked items of stage `index` set out for the next one, as long as that has room.
    fn unblock(&mut self, index: usize, events: &mut Events, record: &mut Record) {
        let now = events.now();
        while !self.stages[index].blocked.is_empty() {
            if !self.rule.may_leave(self.stages[index + 1].room(), &mut record.why) {
                return;
            }
            self.stages[index].pass(now);
            let Some(job) = self.stages[index].blocked.pop_front() else { return };
            self.pass_on(job, index, events, record);
        }
    }

    /// A job that is done at stage `index` leaves it for the next.
    fn pass_on(&mut self, job: u32, index: usize, events: &mut Events, record: &mut Record) {
        let came = self.jobs.get(job).came;
        self.stages[index].leave(came, events.now());
        self.depart(job, Self::node(index), index + 1, self.parameters.hop, events, record);
    }

    /// A stage has done a job.
    pub(super) fn finished(
        &mut self,
        index: usize,
        generation: u64,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) -> Handled {
        let now = events.now();
        self.stages[index].pass(now);
        let Some(job) = self.stages[index].finish(generation) else { return Handled::Stale };
        let request = self.jobs.get(job).number;
        tally.trace(u64::from(request) << 8 | index as u64);
        record.tell(&[Self::node(index)], || format!("{} has done request {request}", Self::name(index)));
        if index + 1 == self.stages.len() {
            let came = self.jobs.get(job).came;
            self.stages[index].leave(came, now);
            self.go_home(job, index, Class::Answer, events, record);
        } else {
            // Behind those that are blocked already: `unblock` asks whether the first of them may leave.
            self.stages[index].blocked.push_back(job);
            self.unblock(index, events, record);
            if self.stages[index].blocked.back() == Some(&job) {
                record.stay(request, Self::node(index), now, Phase::Blocked);
                tally.count(counter::BLOCKINGS);
                record.tell(&[Self::node(index)], || format!("request {request} keeps its worker"));
                self.mark(1, now, record, Self::node(index), "first worker blocked");
            }
        }
        self.settle(index, events, tally, record);
        Handled::Done
    }

    /// A request is back at its client.
    pub(super) fn at_client(&mut self, job: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let Job { number, arrived, end, luck, .. } = *self.jobs.get(job);
        self.jobs.free(job);
        self.out -= 1;
        record.tell(&[CLIENTS], || {
            let how = if end == End::Completed { "answered" } else { "turned away" };
            format!("request {number} is {how} after {}", now.since(arrived))
        });
        tally.trace(u64::from(number) << 8 | 0x40 | end as u64);
        tally.ended(end, arrived, now);
        self.underway -= 1;
        tally.gauge(gauge::IN_FLIGHT, now, f64::from(self.underway));
        if self.parameters.arrivals == Process::Closed {
            events.after(think(self.parameters.think, draw(luck, purpose::THINK, 0)), Event::Thought);
        }
        self.release(events, record);
        self.gate_changed(now, tally);
    }
}

fn told(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Join => "it waits all the same",
        Verdict::DropNew => "it is turned away",
        Verdict::DropOld => "the oldest gives way",
    }
}

//! The world of the pipelining lab: what happens to a request from its client through every stage and back.
//!
//! `arrive` → (the gate) → `at_stage` → `start` → `finished` → `at_stage` of the next … → `at_client`. Wherever room comes
//! up, [`Model::settle`] lets work move up from there back to the source.

use crate::algorithms::pipelining::{self, Overflow, Verdict};
use crate::basics::Nanos;
use crate::basics::randomness::{draw, mix};
use crate::scenario::Scenario;
use crate::simulation::arrivals::{Arrivals, Process, Profile, think};
use crate::simulation::popularity::Popularity;
use crate::simulation::record::{Class, Condition, Phase};
use crate::simulation::service::Service as Law;
use crate::simulation::tally::End;
use crate::simulation::traffic::Traffic;
use crate::simulation::{EventList, Flight, Handled, Level, Mark, NodeId, Record, Stream, Tally};
use std::collections::VecDeque;

use super::parameters::{MOST_STAGES, Parameters};
use super::stage::{Service, Stage};

/// What later draws of a request are for.
mod purpose {
    pub const WORK: u64 = 1;
    pub const THINK: u64 = 2;
}

/// The lab's counters, in the order of its declaration.
pub(super) mod counter {
    pub const DROPPED: usize = 0;
    pub const WASTED: usize = 1;
    pub const BLOCKINGS: usize = 2;
}

/// The gauges: those that every lab has, then this lab's own.
pub(super) mod gauge {
    pub const IN_FLIGHT: usize = 0;
    pub const QUEUED: usize = 1;
    pub const GATE: usize = 2;
    /// Three for each stage.
    pub const STAGES: usize = 3;
}

/// The clients' node on the stage; those of the stages follow.
pub(super) const CLIENTS: NodeId = 0;

/// What can happen. Jobs are places in their arena.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// The next request is created; stale unless the generation is the present one.
    Arrive(u32),
    /// A user of the closed loop has thought.
    Thought,
    /// A job reaches a stage.
    AtStage(u32, u8),
    /// A stage has done a job, as planned under this generation.
    Finished(u8, u64),
    /// A request is back at its client.
    AtClient(u32),
}

/// A request underway.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    pub(super) number: u32,
    pub(super) arrived: Nanos,
    /// When it came to the stage where it is.
    came: Nanos,
    luck: u64,
    end: End,
    free: bool,
}

/// One lane's world.
#[derive(Clone)]
pub struct Model {
    pub(super) parameters: Parameters,
    pub(super) traffic: Traffic,
    law: Law,
    rule: Box<dyn Overflow>,
    pub(super) stages: Vec<Stage>,
    /// Workers that faults have added to each stage, or taken away.
    pub(super) added: Vec<i64>,
    pub(super) jobs: Vec<Job>,
    free: Vec<u32>,
    /// Requests that wait at the clients, the oldest first.
    pub(super) gate: VecDeque<u32>,
    /// Requests that have left the clients and are not back.
    pub(super) out: u32,
    underway: u32,
    marked: [bool; 3],
}

pub(super) type Events = EventList<Event>;

impl Model {
    /// The world of one lane at time zero.
    #[must_use]
    pub fn new(scenario: &Scenario, lane: usize) -> Self {
        let parameters: Parameters = scenario.typed(lane);
        let Parameters { law, variability, phases, tail, shape, peak, period, .. } = parameters;
        let law = Law { law, variability, stages: phases, tail };
        let arrivals = Arrivals::new(
            parameters.arrivals,
            parameters.rate,
            Profile { shape, peak, period },
            mix(scenario.seed),
            Stream::new(scenario.seed, 1),
        );
        let rule = scenario.lanes.get(lane).map_or("backpressure", |lane| lane.policy.as_str());
        let stages = parameters.stages as usize;
        let mut model = Self {
            traffic: Traffic::new(arrivals, parameters.arrivals, law, Popularity::zipf(1, 0.0)),
            law,
            // The scenario's reader accepts only rules of the registry; backpressure stands in for none.
            rule: pipelining::build(rule)
                .or_else(|| pipelining::build("backpressure"))
                .unwrap_or_else(|| unreachable!("backpressure stands in the registry")),
            stages: vec![Stage::new(1, 0); stages],
            added: vec![0; stages],
            jobs: Vec::new(),
            free: Vec::new(),
            gate: VecDeque::new(),
            out: 0,
            underway: 0,
            marked: [false; 3],
            parameters,
        };
        model.staff();
        model
    }

    /// Gives every stage the workers and the queue that it has by now.
    pub(super) fn staff(&mut self) {
        for (index, stage) in self.stages.iter_mut().enumerate() {
            // Whole numbers within the declared ranges, at least one worker.
            let workers = self.parameters.workers.of(index).round() as i64 + self.added[index];
            stage.workers = workers.max(1) as u32;
            stage.bound = self.parameters.queue.of(index).round() as u32;
        }
    }

    /// Stage number `index`, for tests that look inside.
    #[must_use]
    pub fn stage(&self, index: usize) -> Option<&Stage> {
        self.stages.get(index)
    }

    /// The mean service time of stage `index`.
    fn mean(&self, index: usize) -> Nanos {
        Nanos::from_seconds(self.parameters.service.of(index) / 1_000.0)
    }

    pub(super) fn node(stage: usize) -> NodeId {
        1 + stage as NodeId
    }

    pub(super) fn name(stage: usize) -> String {
        format!("s{stage}")
    }

    /// A request is created; it waits at the clients until it may set out.
    pub(super) fn arrive(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let born = self.traffic.born();
        let row =
            Job { number: born.request, arrived: now, came: now, luck: born.luck, end: End::Completed, free: false };
        let job = match self.free.pop() {
            Some(place) => {
                self.jobs[place as usize] = row;
                place
            }
            None => {
                self.jobs.push(row);
                // Requests underway at once; memory ends long before 32 bits do.
                self.jobs.len() as u32 - 1
            }
        };
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
        let (request, to) = (self.jobs[job as usize].number, Self::node(stage));
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
        self.jobs[job as usize].came = now;
        let request = self.jobs[job as usize].number;
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
        let row = &mut self.jobs[job as usize];
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
        let request = self.jobs[job as usize].number;
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
        let size = self.law.sample(draw(self.jobs[job as usize].luck, purpose::WORK, index as u64));
        let work = (self.mean(index).0 as f64 * size + 0.5) as u64;
        let service = self.stages[index].start(job, work, events.now());
        let request = self.jobs[job as usize].number;
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
        let came = self.jobs[job as usize].came;
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
        let request = self.jobs[job as usize].number;
        tally.trace(u64::from(request) << 8 | index as u64);
        record.tell(&[Self::node(index)], || format!("{} has done request {request}", Self::name(index)));
        if index + 1 == self.stages.len() {
            let came = self.jobs[job as usize].came;
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
        let Job { number, arrived, end, luck, .. } = self.jobs[job as usize];
        self.jobs[job as usize].free = true;
        self.free.push(job);
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

    /// The load of a stage has changed: measures, stage.
    pub(super) fn stage_changed(&mut self, index: usize, now: Nanos, tally: &mut Tally, record: &mut Record) {
        let stage = &self.stages[index];
        let first = gauge::STAGES + index;
        let most = MOST_STAGES as usize;
        tally.gauge(first, now, stage.utilisation());
        tally.gauge(first + most, now, stage.queue.len() as f64);
        tally.gauge(first + 2 * most, now, stage.blocked.len() as f64);
        tally.node(Self::node(index) as usize, now, f64::from(stage.present()));
        if record.wants_levels() {
            record.level(self.level(index, now));
        }
    }

    /// What waits has changed.
    fn gate_changed(&self, now: Nanos, tally: &mut Tally) {
        let waiting: usize = self.stages.iter().map(|stage| stage.queue.len()).sum();
        tally.gauge(gauge::GATE, now, self.gate.len() as f64);
        tally.gauge(gauge::QUEUED, now, (waiting + self.gate.len()) as f64);
    }

    pub(super) fn level(&self, index: usize, at: Nanos) -> Level {
        let stage = &self.stages[index];
        let condition = if stage.speed < 1.0 { Condition::Slow } else { Condition::Up };
        // A blocked worker is taken: it counts as serving on the stage.
        let serving = (stage.serving.len() + stage.blocked.len()) as u32;
        Level { at, node: Self::node(index), serving, queued: stage.queue.len() as u32, condition }
    }

    /// Requests underway, counted one by one.
    pub(super) fn present(&self) -> u64 {
        self.jobs.iter().filter(|job| !job.free).count() as u64
    }

    /// Marks the first time that something happens.
    pub(super) fn mark(&mut self, which: usize, now: Nanos, record: &mut Record, node: NodeId, text: &str) {
        if !core::mem::replace(&mut self.marked[which], true) {
            record.marks.push(Mark { at: now, event: 0, text: text.to_owned(), node: Some(node) });
        }
    }
}

fn told(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Join => "it waits all the same",
        Verdict::DropNew => "it is turned away",
        Verdict::DropOld => "the oldest gives way",
    }
}

//! The world of the pipelining lab: what there is, how it begins, and how its load is measured.
//!
//! What happens in it is in [`super::journey`] and [`super::faults`]; a stage by itself is in [`super::stage`].

use crate::algorithms::pipelining::{self, Overflow};
use crate::basics::Nanos;
use crate::basics::randomness::mix;
use crate::scenario::Scenario;
use crate::simulation::arena::Arena;
use crate::simulation::arrivals::{Arrivals, Profile};
use crate::simulation::popularity::Popularity;
use crate::simulation::record::Condition;
use crate::simulation::service::Service as Law;
use crate::simulation::tally::End;
use crate::simulation::traffic::Traffic;
use crate::simulation::{EventList, Level, Mark, NodeId, Record, Stream, Tally};
use std::collections::VecDeque;

use super::parameters::{MOST_STAGES, Parameters};
use super::stage::Stage;

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
    pub(super) came: Nanos,
    pub(super) luck: u64,
    pub(super) end: End,
}

/// One lane's world.
#[derive(Clone)]
pub struct Model {
    pub(super) parameters: Parameters,
    pub(super) traffic: Traffic,
    pub(super) law: Law,
    pub(super) rule: Box<dyn Overflow>,
    pub(super) stages: Vec<Stage>,
    /// Workers that faults have added to each stage, or taken away.
    pub(super) added: Vec<i64>,
    pub(super) jobs: Arena<Job>,
    /// Requests that wait at the clients, the oldest first.
    pub(super) gate: VecDeque<u32>,
    /// Requests that have left the clients and are not back.
    pub(super) out: u32,
    pub(super) underway: u32,
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
            jobs: Arena::default(),
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
    pub(super) fn mean(&self, index: usize) -> Nanos {
        Nanos::from_seconds(self.parameters.service.of(index) / 1_000.0)
    }

    pub(super) fn node(stage: usize) -> NodeId {
        1 + stage as NodeId
    }

    pub(super) fn name(stage: usize) -> String {
        format!("s{stage}")
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
    pub(super) fn gate_changed(&self, now: Nanos, tally: &mut Tally) {
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
        self.jobs.iter().count() as u64
    }

    /// Marks the first time that something happens.
    pub(super) fn mark(&mut self, which: usize, now: Nanos, record: &mut Record, node: NodeId, text: &str) {
        if !core::mem::replace(&mut self.marked[which], true) {
            record.marks.push(Mark { at: now, event: 0, text: text.to_owned(), node: Some(node) });
        }
    }
}

//! The pipelining model as the engine sees it: events in, and what faults and moved parameters do.

use crate::basics::Nanos;
use crate::basics::parameters::Declared;
use crate::simulation::arrivals::{Process, think};
use crate::simulation::tally::Tally;
use crate::simulation::{Handled, Mark, Model as SimulationModel, NodeId, Record, What};

use super::model::{Event, Events, Model};

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
    }

    fn handle(&mut self, event: Event, events: &mut Events, tally: &mut Tally, record: &mut Record) -> Handled {
        match event {
            Event::Arrive(generation) if !self.traffic.counts(generation) => return Handled::Stale,
            Event::Arrive(_) => {
                self.plan_arrival(events);
                self.arrive(events, tally, record);
            }
            Event::Thought => self.arrive(events, tally, record),
            Event::AtStage(job, stage) => self.at_stage(job, usize::from(stage), events, tally, record),
            Event::Finished(stage, generation) => {
                return self.finished(usize::from(stage), generation, events, tally, record);
            }
            Event::AtClient(job) => self.at_client(job, events, tally, record),
        }
        Handled::Done
    }

    fn change(&mut self, what: &What, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        match what {
            What::Set { key, value } => {
                let _ = self.parameters.set(key, value); // the scenario has checked it
                if key == "rate"
                    && let Some((at, generation)) = self.traffic.set_rate(self.parameters.rate, now)
                {
                    events.at(at, Event::Arrive(generation));
                }
                let text = format!("{key} is {value}");
                record.marks.push(Mark { at: now, event: 0, text, node: None });
            }
            What::Fault { verb, target, amount } if (*target as usize) < self.stages.len() => {
                self.fault(verb, *target as usize, *amount, events, record);
            }
            What::Fault { .. } => return,
        }
        self.staff();
        let last = self.stages.len() - 1; // there is always a stage
        self.settle(last, events, tally, record);
    }

    fn in_flight(&self) -> u64 {
        self.present()
    }

    fn levels(&self, now: Nanos, record: &mut Record) {
        for index in 0..self.stages.len() {
            record.levels.push(self.level(index, now));
        }
    }

    fn inspect(&self, node: NodeId, now: Nanos) -> Vec<(String, String)> {
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let Some(stage) = node.checked_sub(1).and_then(|index| self.stages.get(index as usize)) else {
            return vec![
                fact("Requests underway", self.present().to_string()),
                fact("Of these at the clients", self.gate.len().to_string()),
            ];
        };
        let little = stage.little(now);
        vec![
            fact("Workers that serve", format!("{} of {}", stage.serving.len(), stage.workers)),
            fact("Workers that are blocked", stage.blocked.len().to_string()),
            fact("Waiting", format!("{} of {}", stage.queue.len(), stage.bound)),
            fact("Speed", format!("{}", stage.speed)),
            fact("Mean number here so far", format!("{:.2}", little.number)),
            fact("Rate × mean stay", format!("{:.1}/s × {}", little.rate, rounded(little.stay))),
        ]
    }

    fn bytes(&self) -> usize {
        let stages: usize = self.stages.iter().map(super::stage::Stage::bytes).sum();
        stages + self.jobs.bytes() + self.gate.len() * 4
    }
}

/// So many seconds to the microsecond, for people.
fn rounded(seconds: f64) -> Nanos {
    Nanos(Nanos::from_seconds(seconds).0 / 1_000 * 1_000)
}

impl Model {
    fn plan_arrival(&mut self, events: &mut Events) {
        if let Some((at, generation)) = self.traffic.plan(events.now()) {
            events.at(at, Event::Arrive(generation));
        }
    }

    fn fault(&mut self, verb: &str, index: usize, amount: f64, events: &mut Events, record: &mut Record) {
        let name = Self::name(index);
        let text = match verb {
            "slow" => {
                self.slow(index, amount.max(1.0), events);
                format!("{name} slows to 1/{amount}")
            }
            "restore" => {
                self.slow(index, 1.0, events);
                format!("{name} is as fast as before")
            }
            "hire" | "dismiss" => {
                let more = amount as i64; // a whole number within the declared range
                self.added[index] += if verb == "hire" { more } else { -more };
                format!("{name} has {amount} workers {}", if verb == "hire" { "more" } else { "less" })
            }
            _ => return,
        };
        record.marks.push(Mark { at: events.now(), event: 0, text, node: Some(Self::node(index)) });
    }

    fn slow(&mut self, index: usize, factor: f64, events: &mut Events) {
        for service in self.stages[index].set_speed(1.0 / factor, events.now()) {
            Self::schedule(index, service, events);
        }
    }
}

//! The concurrency model as the engine sees it: events in, and what faults and moved parameters do.

use crate::basics::Nanos;
use crate::basics::maths;
use crate::basics::parameters::Declared;
use crate::basics::randomness::{draw, unit_of};
use crate::simulation::tally::Tally;
use crate::simulation::{Handled, Mark, Model as SimulationModel, NodeId, Record, What};

use super::calls;
use super::model::{Event, Events, Model};

/// What the draws for the neighbour's spells are for.
const SPELL: u64 = 0x5be11;

impl SimulationModel for Model {
    type Event = Event;

    fn begin(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        if self.traffic.closed() {
            for _ in 0..self.parameters.users {
                events.at(self.traffic.first_thought(self.parameters.think), Event::Thought);
            }
        } else {
            self.plan_arrival(events);
        }
        self.knee_moved(Nanos::ZERO, tally);
        for group in 0..self.gates.len() as u32 {
            self.settle(group, events, tally, record);
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
            Event::AtLimiter(call) => self.at_limiter(call, events, tally, record),
            Event::Expired(call, generation) => return self.expired(call, generation, events, tally, record),
            Event::AtService(call) => self.at_service(call, events, tally, record),
            Event::Depended(call) => self.begin_work(call, events, record),
            Event::Finished(generation) => return self.finished(generation, events, tally, record),
            Event::BackAtLimiter(call) => self.back_at_limiter(call, events, tally, record),
            Event::BackAtClient(call) => self.back_at_client(call, events, tally, record),
            Event::Timeout(call, generation) => return self.timeout(call, generation, events, tally, record),
            Event::Retry(call) => self.send(call, events, tally, record),
            Event::Wake(group) => return self.wake(group, events, tally, record),
            Event::Neighbour(generation, _) if generation != self.neighbour => return Handled::Stale,
            Event::Neighbour(_, spell) => {
                self.service.neighbour_is(!self.service.neighbour_busy());
                let busy = self.service.neighbour_busy();
                record.tell(&[self.service_node()], || {
                    format!("the noisy neighbour {}", if busy { "begins to work" } else { "rests" })
                });
                self.spell(spell.wrapping_add(1), events);
                self.service_moved(events, tally, record);
            }
        }
        Handled::Done
    }

    fn change(&mut self, what: &What, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let (text, node) = match what {
            What::Set { key, value } => {
                // What is not the lab's is a limiter's, and the other way round.
                let _ = self.parameters.set(key, value);
                for gate in &mut self.gates {
                    gate.set(key, value);
                }
                if key == "rate"
                    && let Some((at, generation)) = self.traffic.set_rate(self.parameters.rate, events.now())
                {
                    events.at(at, Event::Arrive(generation));
                }
                (format!("{key} is {value}"), None)
            }
            What::Fault { verb, target: 0, amount } => match self.fault(verb, *amount, events) {
                Some(text) => (text, Some(self.service_node())),
                None => return,
            },
            What::Fault { .. } => return,
        };
        record.marks.push(Mark { at: events.now(), event: 0, text, node });
        self.service_moved(events, tally, record);
    }

    fn in_flight(&self) -> u64 {
        calls::waiting(&self.calls)
    }

    fn levels(&self, now: Nanos, record: &mut Record) {
        for group in 0..self.gates.len() as u32 {
            record.levels.push(self.gate_level(group, now));
        }
        record.levels.push(self.service_level(now));
    }

    fn inspect(&self, node: NodeId, _now: Nanos) -> Vec<(String, String)> {
        if node == self.service_node() {
            return self.service.facts(&self.parameters);
        }
        match node.checked_sub(1).and_then(|group| self.gates.get(group as usize)) {
            Some(gate) => gate.facts(),
            None => vec![("Requests underway".to_owned(), calls::waiting(&self.calls).to_string())],
        }
    }

    fn bytes(&self) -> usize {
        let gates: usize = self.gates.iter().map(super::gates::Gate::bytes).sum();
        self.calls.bytes() + self.service.station.bytes() + gates
    }
}

impl Model {
    fn plan_arrival(&mut self, events: &mut Events) {
        if let Some((at, generation)) = self.traffic.plan(events.now()) {
            events.at(at, Event::Arrive(generation));
        }
    }

    /// A limiter wanted to be woken.
    fn wake(&mut self, group: u32, events: &mut Events, tally: &mut Tally, record: &mut Record) -> Handled {
        let now = events.now();
        let gate = &mut self.gates[group as usize];
        if !gate.expects(now) {
            return Handled::Stale;
        }
        let before = gate.claimed();
        let due = gate.tick(now);
        let limit = gate.claimed();
        if due {
            record.tell(&[Self::gate_node(group)], || {
                format!("the limiter looks back: its limit was {before} and is {limit}")
            });
        }
        self.settle(group, events, tally, record);
        if due { Handled::Done } else { Handled::Stale }
    }

    /// After a fault or a moved parameter: what is inside is planned anew, and the truth is another.
    fn service_moved(&mut self, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let plan = self.service.apply(&self.parameters, now);
        Self::schedule(plan, events);
        self.knee_moved(now, tally);
        self.service_changed(now, tally, record);
        for group in 0..self.gates.len() as u32 {
            self.settle(group, events, tally, record);
        }
    }

    /// What happens to the service, in words; `None` for a verb that it does not know.
    fn fault(&mut self, verb: &str, amount: f64, events: &mut Events) -> Option<String> {
        let text = match verb {
            "capacity" => {
                self.service.lose_capacity(amount);
                format!("capacity falls to 1/{amount}")
            }
            "regain" => {
                self.service.lose_capacity(1.0);
                "capacity is back".to_owned()
            }
            "slow" => {
                self.service.slow_dependency(amount);
                format!("the dependency takes {amount} times as long")
            }
            "restore" => {
                self.service.slow_dependency(1.0);
                "the dependency is as fast as before".to_owned()
            }
            "pause" | "resume" => {
                self.service.pause(verb == "pause");
                format!("the service {}", if verb == "pause" { "stands still" } else { "goes on" })
            }
            "noise" => {
                self.service.neighbour(amount);
                self.neighbour = self.neighbour.wrapping_add(1);
                self.service.neighbour_is(true);
                self.spell(0, events);
                format!("a noisy neighbour makes it {amount} times slower now and then")
            }
            "quiet" => {
                self.service.neighbour(1.0);
                self.neighbour = self.neighbour.wrapping_add(1);
                self.service.neighbour_is(false);
                "the noisy neighbour has gone".to_owned()
            }
            "cold" => {
                self.service.lose_cache(amount);
                format!("the cache is lost: {amount} times the work until it is warm")
            }
            "warm" => {
                self.service.lose_cache(1.0);
                "the cache is warm".to_owned()
            }
            _ => return None,
        };
        Some(text)
    }

    /// Plans the end of the neighbour's spell number `spell`. The spells are the same in every lane.
    fn spell(&mut self, spell: u32, events: &mut Events) {
        let luck = draw(self.seed, SPELL, u64::from(self.neighbour) << 32 | u64::from(spell));
        let span = self.parameters.spell.seconds() * -maths::ln(1.0 - unit_of(luck));
        events.after(Nanos::from_seconds(span), Event::Neighbour(self.neighbour, spell));
    }
}

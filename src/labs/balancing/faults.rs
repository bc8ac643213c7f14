//! The balancing model as the engine sees it: events in, and what faults and moved parameters do.

use crate::algorithms::balancing::{Outcome, ServerId};
use crate::basics::Nanos;
use crate::basics::parameters::Declared;
use crate::basics::values::Value;
use crate::simulation::arrivals::Process;
use crate::simulation::stations::Plan;
use crate::simulation::tally::Tally;
use crate::simulation::{EventList, Handled, Level, Mark, Model as SimulationModel, NodeId, Record, What};

use super::calls;
use super::model::{Event, Model};
use super::parameters::Crash;

type Events = EventList<Event>;

impl SimulationModel for Model {
    type Event = Event;

    fn begin(&mut self, events: &mut Events, _tally: &mut Tally, _record: &mut Record) {
        if self.parameters.arrivals == Process::Closed {
            for _ in 0..self.parameters.users {
                events.at(self.traffic.first_thought(self.parameters.think), Event::Thought);
            }
        } else {
            self.plan_arrival(events);
        }
        self.plan_checks(events);
        if self.parameters.staleness > Nanos::ZERO {
            events.after(self.parameters.staleness, Event::Refresh);
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
            Event::AtBalancer(call) => self.at_balancer(call, events, tally, record),
            Event::AtServer(call) => self.at_server(call, events, tally, record),
            Event::Finished { server, job, generation } => {
                let plan = Plan { at: events.now(), server, job, generation };
                return self.finished(plan, events, tally, record);
            }
            Event::BackAtBalancer(call) => self.back_at_balancer(call, events, tally, record),
            Event::BackAtClient(call) => self.back_at_client(call, events, tally, record),
            Event::Timeout(call, generation) => return self.timeout(call, generation, events, tally, record),
            Event::Retry(call) => self.send(call, events, tally, record),
            Event::Refresh => {
                self.views.refresh();
                record.tell(&[], || "the balancers' copy of the loads is refreshed".to_owned());
                events.after(self.parameters.staleness, Event::Refresh);
            }
            Event::Check { balancer, check } => {
                return self.check(u32::from(balancer), usize::from(check), events, tally, record);
            }
            Event::ProbeAtServer(probe) => self.probe_at_server(probe, events, tally, record),
            Event::ProbeBack(probe, ok) => self.probe_back(probe, ok, events, tally, record),
            Event::Grow { balancer, server } => return self.grow(u32::from(balancer), server, events),
            Event::Warm(server) => {
                self.with_plans(events, |model, now, plans| model.servers.apply_speed(server, now, plans));
                record.tell(&[self.server_node(server)], || format!("{} is warm", Self::name(server)));
                self.level_changed(server, events.now(), tally, record);
            }
        }
        Handled::Done
    }

    fn change(&mut self, what: &What, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        match what {
            What::Set { key, value } => {
                // What is not the lab's is a policy's, and the other way round.
                let _ = self.parameters.set(key, value);
                self.views.set(key, value);
                self.parameter_moved(key, value, events);
                let text = format!("{key} is {value}");
                record.marks.push(Mark { at: events.now(), event: 0, text, node: None });
            }
            What::Fault { verb, target, amount } if self.servers.exists(*target) => {
                self.fault(verb, *target, *amount, events, tally, record);
            }
            What::Fault { .. } => {}
        }
    }

    fn in_flight(&self) -> u64 {
        calls::waiting(&self.calls)
    }

    fn levels(&self, now: Nanos, record: &mut Record) {
        for server in 0..self.servers.stations.len() as ServerId {
            record.levels.push(Level {
                at: now,
                node: self.server_node(server),
                serving: self.servers.stations.serving(server),
                queued: self.servers.stations.queued(server),
                condition: self.condition(server, now),
            });
        }
    }

    fn inspect(&self, node: NodeId, now: Nanos) -> Vec<(String, String)> {
        let Some(server) = node.checked_sub(self.server_node(0)).filter(|&server| self.servers.exists(server)) else {
            let fact = |label: &str, value: u64| (label.to_owned(), value.to_string());
            return vec![fact("Requests underway", calls::waiting(&self.calls))];
        };
        let mut facts = self.servers.facts(server, now);
        let mut fact = |label: &str, value: String| facts.push((label.to_owned(), value));
        fact("Sent there and not back", self.views.load(server).to_string());
        fact("Of these the balancer knows", self.views.believed(server).to_string());
        fact("May be picked", if self.views.is_eligible(server) { "yes" } else { "no" }.to_owned());
        facts
    }

    fn bytes(&self) -> usize {
        self.calls.bytes() + self.servers.bytes() + self.views.bytes() + (self.pinned.len() + self.met.len()) * 8
    }
}

impl Model {
    fn plan_arrival(&mut self, events: &mut Events) {
        if let Some((at, generation)) = self.traffic.plan(events.now()) {
            events.at(at, Event::Arrive(generation));
        }
    }

    /// What a parameter that moved means beyond being read from now on.
    fn parameter_moved(&mut self, key: &str, value: &str, events: &mut Events) {
        match key {
            "rate" => {
                if let Some((at, generation)) = self.traffic.set_rate(self.parameters.rate, events.now()) {
                    events.at(at, Event::Arrive(generation));
                }
            }
            "queue" => {
                for server in 0..self.servers.stations.len() as ServerId {
                    self.servers.stations.set_queue(server, self.parameters.queue);
                }
            }
            "panic-threshold" => {
                self.views.set_threshold(<f64 as Value>::read(value).unwrap_or_default());
            }
            _ => {}
        }
        // A check may want to come sooner than it did.
        self.plan_checks(events);
    }

    fn fault(
        &mut self,
        verb: &str,
        server: ServerId,
        amount: f64,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        let now = events.now();
        let name = Self::name(server);
        let text = match verb {
            "kill" => {
                self.kill(server, events, tally, record);
                format!("{name} dies")
            }
            "revive" => {
                self.revive(server, events, tally, record);
                format!("{name} is back")
            }
            "slow" => {
                self.with_plans(events, |model, now, plans| model.servers.slow(server, amount, now, plans));
                format!("{name} slows to 1/{amount}")
            }
            "restore" => {
                self.with_plans(events, |model, now, plans| model.servers.slow(server, 1.0, now, plans));
                format!("{name} is as fast as before")
            }
            "drain" | "resume" => {
                self.servers.drain(server, verb == "drain");
                self.take_part_or_not(server, events);
                format!("{name} {}", if verb == "drain" { "is drained" } else { "takes requests again" })
            }
            "leave" | "join" => {
                self.servers.leave(server, verb == "leave");
                self.views.set_left(server, verb == "leave");
                self.take_part_or_not(server, events);
                format!("{name} {}", if verb == "leave" { "is taken out" } else { "is put back in" })
            }
            _ => return,
        };
        record.marks.push(Mark { at: now, event: 0, text, node: Some(self.server_node(server)) });
        self.level_changed(server, now, tally, record);
    }

    /// A server that was drained or taken out gets no more requests; one that is back may start slowly.
    fn take_part_or_not(&mut self, server: ServerId, events: &mut Events) {
        let member = self.servers.takes_part(server);
        self.views.set_member(server, member);
        for balancer in 0..if member { self.views.count() } else { 0 } {
            self.back_in_use(balancer, server, events);
        }
    }

    fn kill(&mut self, server: ServerId, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        if !self.servers.alive(server) {
            return;
        }
        self.servers.kill(server);
        let mut calls = Vec::new();
        self.servers.stations.empty(server, events.now(), &mut calls);
        for call in calls {
            match self.parameters.crash {
                Crash::Fail => {
                    tally.count(super::model::counter::BROKEN);
                    self.answer(call, Outcome::Failed, events, tally, record);
                }
                Crash::Hang => self.hang(call, events, tally, record),
            }
        }
    }

    fn revive(&mut self, server: ServerId, events: &mut Events, tally: &mut Tally, record: &mut Record) {
        let now = events.now();
        let cold_until = now.plus(self.parameters.cold_for);
        let mut revived = false;
        self.with_plans(events, |model, now, plans| {
            revived = model.servers.revive(server, now, cold_until, plans);
        });
        if !revived {
            return;
        }
        if cold_until > now {
            events.at(cold_until, Event::Warm(server));
        }
        // It knows nothing of what hung: those connections are reset.
        for call in calls::hung_at(&self.calls, server) {
            tally.count(super::model::counter::BROKEN);
            self.answer(call, Outcome::Failed, events, tally, record);
        }
    }

    /// Runs `work`, which may re-plan completions, and schedules them.
    fn with_plans(&mut self, events: &mut Events, work: impl FnOnce(&mut Self, Nanos, &mut Vec<Plan>)) {
        let mut plans = Vec::new();
        work(self, events.now(), &mut plans);
        for plan in plans {
            Self::schedule(plan, events);
        }
    }
}

//! Health in the balancing lab's world: probes that travel, verdicts that are carried out, and what is told of them.

use crate::algorithms::balancing::health::HealthAct;
use crate::algorithms::balancing::{Answer, ServerId};
use crate::basics::Nanos;
use crate::simulation::tally::Tally;
use crate::simulation::{EventList, Handled, Mark, Record};

use super::model::{Event, Model, counter};
use super::parameters::Crash;

type Events = EventList<Event>;

/// So many verdicts are marked on the timeline; a check gone wild would bury everything else.
const MOST_MARKS: u32 = 200;

/// A probe on its way: whose it is, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    /// The balancer.
    pub balancer: u16,
    /// Which of its health checks.
    pub check: u16,
    /// The server.
    pub server: ServerId,
}

impl Model {
    /// Plans the events of every health check, where none is planned for the right time.
    pub(super) fn plan_checks(&mut self, events: &mut Events) {
        for balancer in 0..self.views.count() {
            for check in 0..self.views.watching(balancer).len() {
                self.plan_check(balancer, check, events);
            }
        }
    }

    fn plan_check(&mut self, balancer: u32, check: usize, events: &mut Events) {
        if let Some(due) = self.views.watching(balancer).to_plan(check, events.now()) {
            // At most sixteen balancers with two checks each.
            events.at(due, Event::Check { balancer: balancer as u16, check: check as u16 });
        }
    }

    /// A health check wants to be woken.
    pub(super) fn check(
        &mut self,
        balancer: u32,
        check: usize,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) -> Handled {
        let mut acts = core::mem::take(&mut self.acts);
        let woken = self.views.watching(balancer).wake(check, events.now(), &mut acts);
        self.carry_out(balancer, check, acts, events, tally, record);
        if woken { Handled::Done } else { Handled::Stale }
    }

    /// The balancer's health checks hear of an attempt that came back.
    #[inline(always)]
    pub(super) fn observe(
        &mut self,
        balancer: u32,
        answer: &Answer,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        for check in 0..self.views.watching(balancer).len() {
            let mut acts = core::mem::take(&mut self.acts);
            self.views.watching(balancer).observed(check, answer, &mut acts, &mut record.why);
            if acts.is_empty() {
                self.acts = acts;
            } else {
                self.carry_out(balancer, check, acts, events, tally, record);
            }
        }
    }

    /// Does what a check wants done, and plans its next event.
    fn carry_out(
        &mut self,
        balancer: u32,
        check: usize,
        mut acts: Vec<HealthAct>,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        // A probe over a network without delay is answered at once, and its answer may lead to further acts: they
        // are gathered in the (now empty) buffer of the model.
        for act in acts.drain(..) {
            match act {
                HealthAct::Probe(server) => {
                    tally.count(counter::PROBES);
                    let probe = Probe { balancer: balancer as u16, check: check as u16, server };
                    record.tell(&[Self::balancer_node(balancer), self.server_node(server)], || {
                        format!("{} probes {}", self.balancer_name(balancer), Self::name(server))
                    });
                    let arrives = events.now().plus(self.parameters.network);
                    if arrives == events.now() {
                        self.probe_at_server(probe, events, tally, record);
                    } else {
                        events.at(arrives, Event::ProbeAtServer(probe));
                    }
                }
                HealthAct::Eject(server) | HealthAct::Return(server) => {
                    self.verdict(balancer, act, server, events, tally, record);
                }
            }
        }
        if acts.capacity() > self.acts.capacity() {
            self.acts = acts;
        }
        self.plan_check(balancer, check, events);
    }

    fn verdict(
        &mut self,
        balancer: u32,
        act: HealthAct,
        server: ServerId,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        let now = events.now();
        let ejected = matches!(act, HealthAct::Eject(_));
        let flipped = self.views.judged(balancer, act);
        tally.trace(u64::from(balancer) << 40 | u64::from(ejected) << 32 | u64::from(server));
        if ejected {
            tally.count(counter::EJECTIONS);
        } else {
            self.back_in_use(balancer, server, events);
        }
        let node = self.server_node(server);
        let what = if ejected { "ejected" } else { "returned" };
        self.mark_verdict(balancer, now, record, Some(node), &format!("{} {what}", Self::name(server)));
        self.level_changed(server, now, tally, record);
        if flipped {
            let panicking = self.views.watching(balancer).eligibility.panicking();
            let text = if panicking { "panic: all servers are used" } else { "the panic is over" };
            self.mark_verdict(balancer, now, record, None, text);
            for server in 0..self.servers.stations.len() as ServerId {
                self.level_changed(server, now, tally, record);
            }
        }
    }

    /// `server` is used again by this balancer, perhaps with a weight that grows slowly.
    pub(super) fn back_in_use(&mut self, balancer: u32, server: ServerId, events: &mut Events) {
        if let Some(next) = self.views.returned(balancer, server, events.now()) {
            events.at(next, Event::Grow { balancer: balancer as u16, server });
        }
    }

    /// The weight of a server that starts slowly takes its next step.
    pub(super) fn grow(&mut self, balancer: u32, server: ServerId, events: &mut Events) -> Handled {
        let Some(next) = self.views.step(balancer, server, events.now()) else { return Handled::Stale };
        if let Some(next) = next {
            events.at(next, Event::Grow { balancer: balancer as u16, server });
        }
        Handled::Done
    }

    /// A live server answers a probe at once, however busy it is; a dead one refuses it or is silent.
    pub(super) fn probe_at_server(
        &mut self,
        probe: Probe,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        let ok = self.servers.alive(probe.server);
        if !ok && self.parameters.crash == Crash::Hang {
            return;
        }
        let arrives = events.now().plus(self.parameters.network);
        if arrives == events.now() {
            self.probe_back(probe, ok, events, tally, record);
        } else {
            events.at(arrives, Event::ProbeBack(probe, ok));
        }
    }

    /// The answer to a probe is back at its balancer.
    pub(super) fn probe_back(
        &mut self,
        probe: Probe,
        ok: bool,
        events: &mut Events,
        tally: &mut Tally,
        record: &mut Record,
    ) {
        let Probe { balancer, check, server } = probe;
        let (balancer, check) = (u32::from(balancer), usize::from(check));
        record.tell(&[Self::balancer_node(balancer)], || {
            format!("{} {} its probe", Self::name(server), if ok { "answered" } else { "refused" })
        });
        let mut acts = core::mem::take(&mut self.acts);
        self.views.watching(balancer).probed(check, server, ok, events.now(), &mut acts, &mut record.why);
        self.carry_out(balancer, check, acts, events, tally, record);
    }

    /// Marks a verdict; where there are several balancers, whose it is.
    fn mark_verdict(&mut self, balancer: u32, now: Nanos, record: &mut Record, node: Option<u32>, text: &str) {
        let text = match self.views.count() {
            1 => text.to_owned(),
            _ => format!("{}: {text}", self.balancer_name(balancer)),
        };
        record.tell(&[Self::balancer_node(balancer)], || text.clone());
        if self.verdicts_marked < MOST_MARKS {
            self.verdicts_marked += 1;
            record.marks.push(Mark { at: now, event: 0, text, node });
        }
    }

    fn balancer_name(&self, balancer: u32) -> String {
        if self.views.count() == 1 { "the balancer".to_owned() } else { format!("balancer {}", balancer + 1) }
    }
}

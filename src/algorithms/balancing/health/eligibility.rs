//! Eligibility: the verdicts of all health checks put together, and the panic when they leave too little.
//!
//! **What it is.** A server may be picked while no check holds it out. But when less than half of the servers would be left (the
//! *panic threshold*), the verdicts are ignored and all may be picked: a few servers cannot carry the load of many, so
//! ejecting more would take down the rest; and when everybody seems sick, the checker is the likelier patient.
//!
//! **Who runs it.** Envoy (`healthy_panic_threshold`, 50 %); AWS balancers “fail open” when all targets are unhealthy.
//!
//! **Cost.** O(1) for each verdict, O(n) when a panic begins or ends.
//!
//! **Source.** Envoy `load_balancer_impl.cc` (`isHostSetInPanic`): strictly below the threshold.
//!
//! **What goes wrong.** In a panic the dead servers get their share too: with 8 of 10 dead, four of five requests
//! fail. That is the price for not burying the two.

use super::HealthAct;
use crate::algorithms::balancing::{Fleet, ServerId};
use crate::basics::Kind;
use crate::parameters;

parameters! {
    /// When to panic.
    pub struct Parameters {
        /// When less than this part of the servers is healthy, health is ignored. 0 % never panics.
        panic_threshold: f64 = 50.0, "Panic threshold", Kind::percent(0.0, 100.0, 1.0), Live PerLane "Health";
    }
}

/// What is known of one server.
#[derive(Clone, Copy, Debug)]
struct Verdicts {
    /// Whether it takes part at all: one that is drained or not started does not, panic or no panic.
    member: bool,
    /// How many health checks hold it out.
    against: u32,
}

/// Who may be picked.
#[derive(Clone, Debug)]
pub struct Eligibility {
    parameters: Parameters,
    servers: Vec<Verdicts>,
    members: u32,
    healthy: u32,
    panicking: bool,
}

impl Eligibility {
    /// So many servers, all members, all healthy.
    #[must_use]
    pub fn new(parameters: &Parameters, servers: u32) -> Self {
        Self {
            parameters: parameters.clone(),
            servers: vec![Verdicts { member: true, against: 0 }; servers as usize],
            members: servers,
            healthy: servers,
            panicking: false,
        }
    }

    /// Whether health is being ignored because too few servers are healthy.
    #[must_use]
    pub fn panicking(&self) -> bool {
        self.panicking
    }

    /// How many members no check holds out.
    #[must_use]
    pub fn healthy(&self) -> u32 {
        self.healthy
    }

    /// One health check's verdict. Returns whether `fleet` changed, so that the balancer must be told.
    pub fn apply(&mut self, act: HealthAct, fleet: &mut Fleet) -> bool {
        match act {
            HealthAct::Probe(_) => false,
            HealthAct::Eject(server) => self.change(server, fleet, |verdicts| verdicts.against += 1),
            HealthAct::Return(server) => {
                self.change(server, fleet, |verdicts| verdicts.against = verdicts.against.saturating_sub(1))
            }
        }
    }

    /// `server` joins or leaves (is drained, say). Returns whether `fleet` changed.
    pub fn set_member(&mut self, server: ServerId, member: bool, fleet: &mut Fleet) -> bool {
        self.change(server, fleet, |verdicts| verdicts.member = member)
    }

    /// Changes the panic threshold, in per cent. Returns whether `fleet` changed.
    pub fn set_threshold(&mut self, percent: f64, fleet: &mut Fleet) -> bool {
        self.parameters.panic_threshold = percent;
        self.panic_or_not(fleet)
    }

    fn change(&mut self, server: ServerId, fleet: &mut Fleet, edit: impl Fn(&mut Verdicts)) -> bool {
        let verdicts = &mut self.servers[server as usize];
        let before = *verdicts;
        edit(verdicts);
        let after = *verdicts;
        self.members = self.members + u32::from(after.member) - u32::from(before.member);
        let healthy = |verdicts: Verdicts| u32::from(verdicts.member && verdicts.against == 0);
        self.healthy = self.healthy + healthy(after) - healthy(before);
        let flipped = self.panic_or_not(fleet);
        fleet.set_eligible(server, self.may_be_picked(after)) || flipped
    }

    fn may_be_picked(&self, verdicts: Verdicts) -> bool {
        verdicts.member && (verdicts.against == 0 || self.panicking)
    }

    /// Begins or ends a panic, if it is time.
    fn panic_or_not(&mut self, fleet: &mut Fleet) -> bool {
        let percent = 100.0 * f64::from(self.healthy) / f64::from(self.members.max(1));
        let panicking = percent < self.parameters.panic_threshold;
        if panicking == self.panicking {
            return false;
        }
        self.panicking = panicking;
        let mut changed = false;
        for server in 0..self.servers.len() {
            changed |= fleet.set_eligible(server as ServerId, self.may_be_picked(self.servers[server]));
        }
        changed
    }
}

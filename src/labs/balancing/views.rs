//! What the balancers know: one view for each balancer, with a policy and a fleet of its own.
//!
//! A view is fresh (it sees its own requests come and go) or stale (all loads are copied now and then, from the
//! truth). Several fresh balancers each see only their own share. Each also judges the servers' health on its own:
//! [`Watching`](super::watching::Watching).

use crate::algorithms::balancing::health::HealthAct;
use crate::algorithms::balancing::{self, Answer, Balancer, Fleet, Request, ServerId};
use crate::basics::{Explanation, Nanos};
use crate::scenario::Scenario;
use crate::simulation::Stream;

use super::parameters::Parameters;
use super::slow_start::SlowStart;
use super::watching::Watching;

/// The stream of the policies' own chance; the same in every lane, so that equal policies decide alike.
const POLICY_STREAM: u64 = 0x0001_0000;

#[derive(Clone)]
struct View {
    policy: Box<dyn Balancer>,
    fleet: Fleet,
    stream: Stream,
    watching: Watching,
    slow_start: SlowStart,
}

/// All views of one lane.
#[derive(Clone)]
pub struct Views {
    views: Vec<View>,
    /// Requests at each server, all balancers together.
    truth: Vec<u32>,
    stale: bool,
}

impl Views {
    /// The balancers of a lane, knowing all servers idle.
    #[must_use]
    pub fn new(scenario: &Scenario, lane: usize, parameters: &Parameters) -> Self {
        // A weight is a whole number in every implementation that has weights.
        let weights: Vec<u32> =
            (0..parameters.servers as usize).map(|s| parameters.weights.of(s).round() as u32).collect();
        let settings = scenario.settings_of(lane);
        let key = scenario.lanes.get(lane).map_or("round-robin", |lane| lane.policy.as_str());
        let view = |index: u64| {
            // The scenario's reader accepts only policies of the registry; round robin stands in for none.
            let mut policy = balancing::build(key, &settings)
                .or_else(|| balancing::build("round-robin", &[]))
                .unwrap_or_else(|| unreachable!("round robin stands in the registry"));
            let fleet = Fleet::new(&weights);
            policy.fleet_changed(&fleet);
            View {
                policy,
                fleet,
                stream: Stream::new(scenario.seed, POLICY_STREAM + index),
                watching: Watching::new(parameters.health, &settings, parameters.servers),
                slow_start: SlowStart::new(key, parameters.slow_start, weights.clone()),
            }
        };
        Self {
            views: (0..u64::from(parameters.balancers)).map(view).collect(),
            truth: vec![0; parameters.servers as usize],
            stale: parameters.staleness > Nanos::ZERO,
        }
    }

    /// Whether the policy looks at what a request asks for.
    #[must_use]
    pub fn read_keys(&self) -> bool {
        self.views.first().is_some_and(|view| view.policy.reads_keys())
    }

    /// How many balancers there are.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.views.len() as u32
    }

    /// Lets balancer `view` pick, and counts the request in where it is counted.
    #[inline]
    pub fn pick(&mut self, view: u32, request: &Request, why: &mut Explanation) -> Option<ServerId> {
        let View { policy, fleet, stream, .. } = &mut self.views[view as usize];
        let server = policy.pick(request, fleet, stream, why)?;
        self.truth[server as usize] += 1;
        if !self.stale {
            fleet.assigned(server);
            policy.load_changed(server, fleet);
        }
        Some(server)
    }

    /// A request is on its way to `server` from balancer `view`.
    #[inline]
    pub fn assigned(&mut self, view: u32, server: ServerId) {
        self.truth[server as usize] += 1;
        if !self.stale {
            let View { policy, fleet, .. } = &mut self.views[view as usize];
            fleet.assigned(server);
            policy.load_changed(server, fleet);
        }
    }

    /// A request came back to balancer `view`.
    #[inline]
    pub fn answered(&mut self, view: u32, answer: &Answer) {
        let server = answer.server;
        let load = &mut self.truth[server as usize];
        *load = load.saturating_sub(1);
        let View { policy, fleet, .. } = &mut self.views[view as usize];
        if !self.stale {
            fleet.released(server);
            policy.load_changed(server, fleet);
        }
        policy.answered(answer, fleet);
    }

    /// The stale views get a copy of the truth.
    pub fn refresh(&mut self) {
        for View { policy, fleet, .. } in &mut self.views {
            for (server, &load) in self.truth.iter().enumerate() {
                let server = server as ServerId;
                if fleet.in_flight(server) != load {
                    fleet.set_in_flight(server, load);
                    policy.load_changed(server, fleet);
                }
            }
        }
    }

    /// Says in every view whether `server` takes part at all: one that is drained or has left does not.
    pub fn set_member(&mut self, server: ServerId, member: bool) {
        for View { policy, fleet, watching, .. } in &mut self.views {
            if watching.eligibility.set_member(server, member, fleet) {
                policy.fleet_changed(fleet);
            }
        }
    }

    /// `server` leaves the configuration or is back in it: without it, nobody's weight counts it.
    pub fn set_left(&mut self, server: ServerId, left: bool) {
        for View { policy, fleet, slow_start, .. } in &mut self.views {
            slow_start.set_left(server, left);
            slow_start.weigh(fleet);
            policy.fleet_changed(fleet);
        }
    }

    /// A health check of balancer `view` wants this done to a server. Returns whether a panic began or ended.
    pub fn judged(&mut self, view: u32, act: HealthAct) -> bool {
        let View { policy, fleet, watching, .. } = &mut self.views[view as usize];
        let before = watching.eligibility.panicking();
        if watching.eligibility.apply(act, fleet) {
            policy.fleet_changed(fleet);
        }
        watching.eligibility.panicking() != before
    }

    /// The panic threshold moved, in per cent.
    pub fn set_threshold(&mut self, percent: f64) {
        for View { policy, fleet, watching, .. } in &mut self.views {
            if watching.eligibility.set_threshold(percent, fleet) {
                policy.fleet_changed(fleet);
            }
        }
    }

    /// The health checks of balancer `view`.
    pub fn watching(&mut self, view: u32) -> &mut Watching {
        &mut self.views[view as usize].watching
    }

    /// `server` is used again by balancer `view`; its weight may have to grow slowly. Says when the next step is due.
    pub fn returned(&mut self, view: u32, server: ServerId, now: Nanos) -> Option<Nanos> {
        let next = self.views[view as usize].slow_start.begin(server, now)?;
        self.weigh(view);
        Some(next)
    }

    /// A step of slow start of `server` at balancer `view` is due; `None` when it was overtaken, otherwise whether and
    /// when there is another.
    pub fn step(&mut self, view: u32, server: ServerId, now: Nanos) -> Option<Option<Nanos>> {
        let next = self.views[view as usize].slow_start.step(server, now)?;
        self.weigh(view);
        Some(next)
    }

    fn weigh(&mut self, view: u32) {
        let View { policy, fleet, slow_start, .. } = &mut self.views[view as usize];
        slow_start.weigh(fleet);
        policy.fleet_changed(fleet);
    }

    /// Whether balancer 0 may pick `server`.
    #[must_use]
    pub fn is_eligible(&self, server: ServerId) -> bool {
        self.views.first().is_some_and(|view| view.fleet.is_eligible(server))
    }

    /// A live parameter of the policy.
    pub fn set(&mut self, key: &str, value: &str) {
        for view in &mut self.views {
            // Parameters of the lab and of other policies come by here too and are refused, which is right.
            let _ = view.policy.set(key, value);
            view.watching.set(key, value);
        }
    }

    /// Requests at `server`, as counted at the balancers.
    #[must_use]
    pub fn load(&self, server: ServerId) -> u32 {
        self.truth[server as usize]
    }

    /// What balancer 0 believes of `server`.
    #[must_use]
    pub fn believed(&self, server: ServerId) -> u32 {
        self.views.first().map_or(0, |view| view.fleet.in_flight(server))
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.truth.len() * 4 * (1 + 6 * self.views.len())
    }
}

//! What the balancers know: one view for each balancer, with a policy and a fleet of its own.
//!
//! A view is fresh (it sees its own requests come and go) or stale (all loads are copied now and then, from the
//! truth). Several fresh balancers each see only their own share.

use crate::algorithms::balancing::{self, Answer, Balancer, Fleet, Request, ServerId};
use crate::basics::{Explanation, Nanos};
use crate::scenario::Scenario;
use crate::simulation::Stream;

use super::parameters::Parameters;

/// The stream of the policies' own chance; the same in every lane, so that equal policies decide alike.
const POLICY_STREAM: u64 = 0x0001_0000;

#[derive(Clone)]
struct View {
    policy: Box<dyn Balancer>,
    fleet: Fleet,
    stream: Stream,
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
        let policy = scenario.lanes.get(lane).map_or("round-robin", |lane| lane.policy.as_str());
        let view = |index: u64| {
            // The scenario's reader accepts only policies of the registry; round robin stands in for none.
            let mut policy = balancing::build(policy, &settings)
                .or_else(|| balancing::build("round-robin", &[]))
                .unwrap_or_else(|| unreachable!("round robin stands in the registry"));
            let fleet = Fleet::new(&weights);
            policy.fleet_changed(&fleet);
            View { policy, fleet, stream: Stream::new(scenario.seed, POLICY_STREAM + index) }
        };
        Self {
            views: (0..u64::from(parameters.balancers)).map(view).collect(),
            truth: vec![0; parameters.servers as usize],
            stale: parameters.staleness > Nanos::ZERO,
        }
    }

    /// How many balancers there are.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.views.len() as u32
    }

    /// Lets balancer `view` pick, and counts the request in where it is counted.
    #[inline]
    pub fn pick(&mut self, view: u32, request: &Request, why: &mut Explanation) -> Option<ServerId> {
        let View { policy, fleet, stream } = &mut self.views[view as usize];
        let server = policy.pick(request, fleet, stream, why)?;
        self.assigned(view, server);
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

    /// Says in every view whether `server` may be picked.
    pub fn set_eligible(&mut self, server: ServerId, eligible: bool) {
        for View { policy, fleet, .. } in &mut self.views {
            if fleet.set_eligible(server, eligible) {
                policy.fleet_changed(fleet);
            }
        }
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

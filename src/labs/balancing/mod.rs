//! The balancing lab: clients, one or more balancers, servers with slots and queues.
//!
//! [`model`] is the world with a policy in it; [`parameters`] what can be set; [`shows`] what it demonstrates.

pub mod calls;
pub mod faults;
pub mod model;
pub mod parameters;
mod predictions;
pub mod servers;
pub mod shows;
pub mod theory;
pub mod views;

use super::lab::{FaultKind, Lab, Measure};
use super::scene::{Group, Role, Scene};
use crate::algorithms::balancing;
use crate::basics::parameters::Declared;
use crate::basics::{Kind, Nanos};
use crate::scenario::Scenario;
use crate::simulation::{Engine, Run};
use model::Model;
use parameters::Parameters;

/// What the lab says about itself.
pub const LAB: Lab = Lab {
    key: "balancing",
    label: "Load balancing",
    summary: "Which server gets the next request? Several policies side by side on the very same traffic.",
    parameters: Parameters::TABLE,
    policies: balancing::ABOUT,
    default_policies: &["round-robin", "two-choices"],
    default_duration: Nanos::from_secs(60),
    default_warm_up: Nanos::from_secs(5),
    default_speed: 0.1,
    faults: &[
        FaultKind {
            key: "kill",
            label: "Kill",
            told: "{} dies",
            help: "The server stops answering; its requests fail or hang.",
            amount: None,
            undo: Some("revive"),
        },
        FaultKind {
            key: "revive",
            label: "Revive",
            told: "{} is back",
            help: "The server comes back, empty and perhaps cold.",
            amount: None,
            undo: None,
        },
        FaultKind {
            key: "slow",
            label: "Slow",
            told: "{} slows down",
            help: "The server works so many times slower than its own speed.",
            amount: Some((Kind::factor(1.0, 1_000.0, 0.5), 4.0)),
            undo: Some("restore"),
        },
        FaultKind {
            key: "restore",
            label: "Restore speed",
            told: "{} is as fast as before",
            help: "The server works at its own speed again.",
            amount: None,
            undo: None,
        },
        FaultKind {
            key: "drain",
            label: "Drain",
            told: "{} is drained",
            help: "The server gets no new request and finishes those it has.",
            amount: None,
            undo: Some("resume"),
        },
        FaultKind {
            key: "resume",
            label: "Resume",
            told: "{} takes requests again",
            help: "The server gets new requests again.",
            amount: None,
            undo: None,
        },
    ],
    targets: |scenario| scenario.typed::<Parameters>(0).servers,
    counters: &[
        Measure {
            key: "attempts",
            label: "Attempts",
            unit: "requests",
            help: "Requests sent to servers, retries included.",
        },
        Measure { key: "retries", label: "Retries", unit: "requests", help: "Attempts after the first." },
        Measure { key: "timeouts", label: "Timeouts", unit: "attempts", help: "Attempts that the client gave up." },
        Measure {
            key: "wasted",
            label: "Wasted",
            unit: "requests",
            help: "Requests served although the client had gone.",
        },
        Measure { key: "refused", label: "Refused", unit: "attempts", help: "Attempts that a full queue turned away." },
        Measure {
            key: "broken",
            label: "Broken",
            unit: "attempts",
            help: "Attempts that failed at a dead server, or found none.",
        },
    ],
    gauges: &[Measure { key: "busy", label: "Busy slots", unit: "slots", help: "Slots that work, over all servers." }],
    scene,
    shows: shows::SHOWS,
    models: &[
        "Requests travel to a balancer, from there to a server, and the answer takes the same way back; each leg takes the network delay.",
        "A server has slots and a bounded queue; it serves in the order of arrival, or all at once sharing its slots.",
        "Everything random about a request (when it comes, who sends it, what it asks for, how much work it is) is drawn once and is the same in every lane.",
        "Clients may give up after a timeout and try again with exponential backoff and full jitter; a server does not notice that a client has gone and finishes the work.",
        "A killed server breaks its connections or falls silent; a slow one keeps what it has already done.",
        "Several balancers each know only their own requests, or a common copy of the loads that is refreshed now and then.",
    ],
    leaves_out: &[
        "Packets, TCP windows and congestion: a leg of the network is a constant delay, and bandwidth has no limit.",
        "The cost of the balancer itself: it decides at once and never queues.",
        "Processors, memory, garbage collection: a server is only its slots, its queue and its speed.",
        "Correlated work: how much work a request is does not depend on its key, its client or the time.",
    ],
};

/// A run of one lane.
#[must_use]
pub fn build(scenario: &Scenario, lane: usize) -> Box<dyn Run> {
    let model = Model::new(scenario, lane);
    let tally = super::tally(scenario, scene(scenario, lane).nodes());
    Box::new(Engine::new(model, tally, super::changes(scenario, lane)))
}

/// The stage of one lane: clients, balancers, servers.
fn scene(scenario: &Scenario, lane: usize) -> Scene {
    let parameters: Parameters = scenario.typed(lane);
    let about = scenario.lanes.get(lane).and_then(|lane| scenario.about(&lane.policy));
    let group = |role, label: &str, note: String, first, count, slots| Group {
        role,
        label: label.to_owned(),
        note,
        first,
        count,
        slots,
    };
    let rate = scenario.value(lane, "rate").unwrap_or_default();
    let note = match parameters.arrivals {
        crate::simulation::arrivals::Process::Closed => format!("{} users", parameters.users),
        _ => rate,
    };
    let balancers = if parameters.balancers == 1 { "balancer" } else { "balancers" };
    Scene {
        groups: vec![
            group(Role::Clients, "clients", note, 0, 1, 0),
            group(
                Role::Decider,
                balancers,
                about.map_or("", |about| about.label).to_owned(),
                1,
                parameters.balancers,
                0,
            ),
            group(Role::Server, "s", String::new(), 1 + parameters.balancers, parameters.servers, parameters.slots),
        ],
        links: vec![(0, 1), (1, 2)],
    }
}

//! The balancing lab: clients, one or more balancers, servers with slots and queues.
//!
//! [`model`] is the world with a policy in it; [`parameters`] what can be set; [`shows`] what it demonstrates.

pub mod calls;
pub mod faults;
mod journey;
pub mod model;
pub mod parameters;
mod predictions;
pub mod probing;
pub mod servers;
pub mod shows;
pub mod slow_start;
pub mod theory;
pub mod views;
pub mod watching;

use super::lab::{Experiment, FaultKind, Lab, Measure};
use super::scene::{Group, Role, Scene};
use crate::algorithms::balancing::{self, health};
use crate::basics::parameters::Declared;
use crate::basics::tables::{joined, rows};
use crate::basics::{Declaration, Kind, Nanos, prose};
use crate::scenario::Scenario;
use crate::simulation::record::Class;
use crate::simulation::{Engine, Run};
use model::Model;
use parameters::Parameters;

/// What is declared here, and what the health checks declare.
const TABLES: [&[Declaration]; 2 + health::ABOUT.len()] = {
    let mut tables = [Parameters::TABLE; 2 + health::ABOUT.len()];
    tables[1] = health::eligibility::Parameters::TABLE;
    let mut check = 0;
    while check < health::ABOUT.len() {
        tables[2 + check] = health::ABOUT[check].parameters;
        check += 1;
    }
    tables
};
static DECLARATIONS: [Declaration; rows(&TABLES)] = joined(&TABLES);

/// What the lab says about itself.
pub static LAB: Lab = Lab {
    key: "balancing",
    label: "Load balancing",
    summary: "Which server gets the next request? Several policies side by side on the very same traffic.",
    parameters: &DECLARATIONS,
    policies: balancing::ABOUT,
    default_policies: &["round-robin", "two-choices"],
    default_duration: Nanos::from_secs(60),
    default_warm_up: Nanos::from_secs(5),
    default_speed: 0.2,
    faults: &[
        FaultKind {
            key: "kill",
            label: "Kill",
            told: "{} dies",
            help: prose("The server stops answering; its requests fail or hang."),
            amount: None,
            undo: Some("revive"),
        },
        FaultKind {
            key: "revive",
            label: "Revive",
            told: "{} is back",
            help: prose("The server comes back, empty and perhaps cold."),
            amount: None,
            undo: None,
        },
        FaultKind {
            key: "slow",
            label: "Slow",
            told: "{} slows down",
            help: prose("The server works so many times slower than its own speed."),
            amount: Some((Kind::factor(1.0, 1_000.0, 0.5), 4.0)),
            undo: Some("restore"),
        },
        FaultKind {
            key: "restore",
            label: "Restore speed",
            told: "{} is as fast as before",
            help: prose("The server works at its own speed again."),
            amount: None,
            undo: None,
        },
        FaultKind {
            key: "drain",
            label: "Drain",
            told: "{} is drained",
            help: prose("The server gets no new request and finishes those it has."),
            amount: None,
            undo: Some("resume"),
        },
        FaultKind {
            key: "resume",
            label: "Resume",
            told: "{} takes requests again",
            help: prose("The server gets new requests again."),
            amount: None,
            undo: None,
        },
        FaultKind {
            key: "leave",
            label: "Take out",
            told: "{} is taken out",
            help: prose(
                "The server is struck from the configuration: it gets no new request, and nobody's weights or map counts it any more.",
            ),
            amount: None,
            undo: Some("join"),
        },
        FaultKind {
            key: "join",
            label: "Put in",
            told: "{} is put back in",
            help: prose("The server is in the configuration again."),
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
            help: prose("Requests sent to servers, retries included."),
        },
        Measure { key: "retries", label: "Retries", unit: "requests", help: prose("Attempts after the first.") },
        Measure {
            key: "timeouts",
            label: "Timeouts",
            unit: "attempts",
            help: prose("Attempts that the client gave up."),
        },
        Measure {
            key: "wasted",
            label: "Wasted",
            unit: "requests",
            help: prose("Requests served although the client had gone."),
        },
        Measure {
            key: "refused",
            label: "Refused",
            unit: "attempts",
            help: prose("Attempts that a full queue turned away."),
        },
        Measure {
            key: "broken",
            label: "Broken",
            unit: "attempts",
            help: prose("Attempts that failed at a dead server, found none, or broke by bad luck."),
        },
        Measure {
            key: "moved",
            label: "Moved",
            unit: "attempts",
            help: prose(
                "Attempts that met another server than the one before of the same client (of the first 10,000 clients).",
            ),
        },
        Measure {
            key: "probes",
            label: "Probes",
            unit: "probes",
            help: prose("Questions of health checks to servers."),
        },
        Measure {
            key: "ejections",
            label: "Ejections",
            unit: "ejections",
            help: prose("Verdicts that a server is unwell."),
        },
    ],
    gauges: &[Measure {
        key: "busy",
        label: "Busy slots",
        unit: "slots",
        help: prose("Slots that work, over all servers."),
    }],
    charts: &[],
    moving: &[Class::Request, Class::Retry, Class::Answer, Class::Failure, Class::Refusal],
    scene,
    shows: prose(shows::SHOWS),
    models: prose(&[
        "Requests travel to a balancer, from there to a server, and the answer takes the same way back; each leg takes the network delay.",
        "A server has slots and a bounded queue; it serves in the order of arrival, or all at once sharing its slots.",
        "Everything random about a request (when it comes, who sends it, what it asks for, how much work it is) is drawn once and is the same in every lane.",
        "Clients may give up after a timeout and try again with exponential backoff and full jitter; a server does not notice that a client has gone and finishes the work.",
        "A killed server breaks its connections or falls silent; a slow one keeps what it has already done.",
        "Each balancer judges the servers' health by itself, from probes that travel or from the answers that it sees; a panic threshold overrules it.",
        "After its return a server may start slowly, its weight growing in sixteenths; and some attempts may break by bad luck, the same ones in every lane.",
        "Several balancers each know only their own requests, or a common copy of the loads that is refreshed now and then.",
    ]),
    leaves_out: prose(&[
        "Packets, TCP windows and congestion: a leg of the network is a constant delay, and bandwidth has no limit.",
        "The cost of the balancer itself: it decides at once and never queues.",
        "Probes that get lost or wait: any live server answers one at once, however busy it is.",
        "Processors, memory, garbage collection: a server is only its slots, its queue and its speed.",
        "Correlated work: how much work a request is does not depend on its key, its client or the time.",
    ]),
};

/// The lab and what makes its runs.
pub const EXPERIMENT: Experiment = Experiment { lab: &LAB, build };

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
        ..Scene::default()
    }
}

//! The pipelining lab: clients, and stages in a row with workers and bounded queues.
//!
//! [`model`] is the world with a rule in it, [`journey`] the way of a request, [`stage`] one stage, [`parameters`] what can be set, [`shows`] what it
//! demonstrates.

pub mod faults;
mod journey;
pub mod model;
pub mod parameters;
pub mod shows;
pub mod stage;
pub mod theory;

use super::chart::{Along, Chart, curve};
use super::lab::{Experiment, FaultKind, Lab, Measure};
use super::scene::{Group, Role, Scene};
use crate::algorithms::pipelining;
use crate::basics::parameters::Declared;
use crate::basics::{Kind, Nanos, prose};
use crate::scenario::Scenario;
use crate::simulation::arrivals::Process;
use crate::simulation::record::Class;
use crate::simulation::{Engine, Run};
use model::{CLIENTS, Model};
use parameters::Parameters;

const fn measure(key: &'static str, label: &'static str, unit: &'static str, help: &'static str) -> Measure {
    Measure { key, label, unit, help: prose(help) }
}

/// What the lab says about itself.
pub static LAB: Lab = Lab {
    key: "pipeline",
    label: "Pipelining",
    summary: "Stages in a row: where is the bottleneck, who waits for it, and what happens when a queue is full?",
    parameters: Parameters::TABLE,
    policies: pipelining::ABOUT,
    default_policies: &["backpressure", "drop-new"],
    default_duration: Nanos::from_secs(60),
    default_warm_up: Nanos::from_secs(5),
    default_speed: 0.2,
    faults: &[
        FaultKind {
            key: "slow",
            label: "Slow",
            told: "{} slows down",
            help: prose("The workers of the stage work so many times slower."),
            amount: Some((Kind::factor(1.0, 1_000.0, 0.5), 4.0)),
            undo: Some("restore"),
        },
        FaultKind {
            key: "restore",
            label: "Restore speed",
            told: "{} is as fast as before",
            help: prose("The workers of the stage work at their own speed again."),
            amount: None,
            undo: None,
        },
        FaultKind {
            key: "hire",
            label: "Add workers",
            told: "{} gets workers",
            help: prose("The stage has so many workers more."),
            amount: Some((Kind::count(1, 1_000), 1.0)),
            undo: Some("dismiss"),
        },
        FaultKind {
            key: "dismiss",
            label: "Remove workers",
            told: "{} loses workers",
            help: prose("The stage has so many workers less, but never less than one; who serves finishes first."),
            amount: Some((Kind::count(1, 1_000), 1.0)),
            undo: None,
        },
    ],
    targets: |scenario| scenario.typed::<Parameters>(0).stages,
    counters: &[
        measure("dropped", "Dropped", "requests", "Requests that a full queue turned away."),
        measure("wasted", "Wasted", "requests", "Dropped requests on which a stage had worked before."),
        measure("blockings", "Blockings", "requests", "Requests that were done and could not go on at once."),
    ],
    gauges: &[
        measure(
            "gate",
            "At the clients",
            "requests",
            "Requests that wait for the window or for room in the first stage.",
        ),
        measure("utilisation-0", "Utilisation of s0", "", "Share of the workers of the first stage that serve."),
        measure("utilisation-1", "Utilisation of s1", "", "Share of the workers of the second stage that serve."),
        measure("utilisation-2", "Utilisation of s2", "", "Share of the workers of the third stage that serve."),
        measure("utilisation-3", "Utilisation of s3", "", "Share of the workers of the fourth stage that serve."),
        measure("utilisation-4", "Utilisation of s4", "", "Share of the workers of the fifth stage that serve."),
        measure("queue-0", "Queue of s0", "requests", "Requests that wait before the first stage."),
        measure("queue-1", "Queue of s1", "requests", "Requests that wait before the second stage."),
        measure("queue-2", "Queue of s2", "requests", "Requests that wait before the third stage."),
        measure("queue-3", "Queue of s3", "requests", "Requests that wait before the fourth stage."),
        measure("queue-4", "Queue of s4", "requests", "Requests that wait before the fifth stage."),
        measure(
            "blocked-0",
            "Blocked in s0",
            "workers",
            "Workers of the first stage that cannot pass on what they have done.",
        ),
        measure(
            "blocked-1",
            "Blocked in s1",
            "workers",
            "Workers of the second stage that cannot pass on what they have done.",
        ),
        measure(
            "blocked-2",
            "Blocked in s2",
            "workers",
            "Workers of the third stage that cannot pass on what they have done.",
        ),
        measure(
            "blocked-3",
            "Blocked in s3",
            "workers",
            "Workers of the fourth stage that cannot pass on what they have done.",
        ),
        measure("blocked-4", "Blocked in s4", "workers", "Workers of the fifth stage, which never are blocked."),
    ],
    charts: CHARTS,
    moving: &[Class::Request, Class::Answer, Class::Refusal],
    scene,
    shows: prose(shows::SHOWS),
    models: prose(&[
        "A request passes every stage in turn; each has workers, who serve one request at a time, and a queue before them, first in, first out.",
        "How much work a request is at each stage is drawn when it is created, independently for every stage, and is the same in every lane.",
        "Under backpressure a request leaves a stage only when the next has room, what is on its way included; until then it keeps its worker.",
        "Under the other rules nobody waits for room: a full queue decides when the request arrives there.",
        "With a window the clients have at most so many requests underway; the others wait at the clients, and that wait is part of the latency.",
    ]),
    leaves_out: prose(&[
        "Requests that go back, branch or join: every request takes the same way.",
        "Workers that can help at another stage.",
        "What stages share: processors, memory, locks. Adding workers to one never slows another.",
        "Clients that give up or try again.",
    ]),
};

/// The lab and what makes its runs.
pub const EXPERIMENT: Experiment = Experiment { lab: &LAB, build };

const CHARTS: &[Chart] = &[
    Chart {
        title: "Utilisation by stage",
        measures: "share of the workers that serve",
        curves: &[
            curve("s0", "utilisation-0"),
            curve("s1", "utilisation-1"),
            curve("s2", "utilisation-2"),
            curve("s3", "utilisation-3"),
            curve("s4", "utilisation-4"),
        ],
        along: Along::Time,
        reference: None,
    },
    Chart {
        title: "Who waits where",
        measures: "requests",
        curves: &[
            curve("clients", "gate"),
            curve("s0", "queue-0"),
            curve("s1", "queue-1"),
            curve("s2", "queue-2"),
            curve("s3", "queue-3"),
            curve("s4", "queue-4"),
        ],
        along: Along::Time,
        reference: None,
    },
];

/// A run of one lane.
#[must_use]
pub fn build(scenario: &Scenario, lane: usize) -> Box<dyn Run> {
    let model = Model::new(scenario, lane);
    let tally = super::tally(scenario, scene(scenario, lane).nodes());
    Box::new(Engine::new(model, tally, super::changes(scenario, lane)))
}

/// The stage of one lane: clients, and a column for each stage.
fn scene(scenario: &Scenario, lane: usize) -> Scene {
    let parameters: Parameters = scenario.typed(lane);
    let stages = parameters.stages as usize;
    let note = match parameters.arrivals {
        Process::Closed => format!("{} users", parameters.users),
        _ => scenario.value(lane, "rate").unwrap_or_default(),
    };
    let clients = Group { role: Role::Clients, label: "clients".to_owned(), note, first: CLIENTS, count: 1, slots: 0 };
    let stage = |index: usize| {
        let (workers, mean) = (parameters.workers.of(index), parameters.service.of(index));
        Group {
            role: Role::Server,
            label: "s".to_owned(),
            note: format!("{workers} × {mean} ms"),
            first: Model::node(index),
            count: 1,
            slots: workers.round() as u32,
        }
    };
    let groups: Vec<Group> = std::iter::once(clients).chain((0..stages).map(stage)).collect();
    Scene {
        links: (0..stages).map(|index| (index, index + 1)).chain([(stages, 0)]).collect(),
        stays: Some((0..=stages).collect()),
        groups,
        ..Scene::default()
    }
}

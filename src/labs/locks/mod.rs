//! The lock lab: threads that share one structure, cut into shards with a lock each.
//!
//! [`model`] is the world with a map in it; [`parameters`] what can be set; [`shows`] what it demonstrates; [`theory`]
//! what is known beforehand. The maps are
//! those of the sharding lab: which lock guards a key is the same question as which shard owns it.

pub mod model;
pub mod parameters;
pub mod shows;
pub mod theory;

use super::lab::{Experiment, FaultKind, Lab, Measure};
use super::scene::{Group, Role, Scene};
use crate::algorithms::sharding;
use crate::basics::parameters::Declared;
use crate::basics::{Kind, Nanos, prose};
use crate::scenario::Scenario;
use crate::simulation::{Engine, Run};
use model::Model;
use parameters::Parameters;

/// What the lab says about itself.
pub static LAB: Lab = Lab {
    key: "locks",
    label: "Lock contention",
    summary: "Threads wait for locks. How much less when one lock becomes 4, 16 or 64, and what does one hot key do to that?",
    parameters: Parameters::TABLE,
    policies: sharding::ABOUT,
    default_policies: &["modulo"],
    default_duration: Nanos::from_secs(10),
    default_warm_up: Nanos::from_secs(1),
    default_speed: 0.01,
    faults: &[
        FaultKind {
            key: "slow",
            label: "Slow",
            told: "who holds {} is slow",
            help: prose(
                "Whoever holds the lock takes so many times longer, as a thread does that has lost its processor.",
            ),
            amount: Some((Kind::factor(1.0, 1_000.0, 0.5), 10.0)),
            undo: Some("restore"),
        },
        FaultKind {
            key: "restore",
            label: "Restore",
            told: "{} is held as long as before",
            help: prose("Whoever holds the lock takes as long as before."),
            amount: None,
            undo: None,
        },
    ],
    targets: |scenario| {
        let locks = (0..scenario.lanes.len()).map(|lane| scenario.typed::<Parameters>(lane).locks);
        locks.max().unwrap_or(0)
    },
    counters: &[Measure {
        key: "contended",
        label: "Contended",
        unit: "operations",
        help: prose("Operations that found their lock taken and had to wait."),
    }],
    gauges: &[
        Measure { key: "held", label: "Locks held", unit: "locks", help: prose("Locks that a thread holds.") },
        Measure {
            key: "hottest",
            label: "Hottest lock",
            unit: "",
            help: prose("Share of all operations that ask for the lock that is asked for most."),
        },
    ],
    charts: &[],
    moving: &[],
    scene,
    shows: prose(shows::SHOWS),
    models: prose(&[
        "A thread works outside for a while, asks for the lock of the shard that has its key, holds it for a while, lets it go, and begins again.",
        "A lock is handed on in the order in which threads asked for it, at a price if they had to wait.",
        "Latency is from asking to letting go; what an operation waited is that without the time in the lock. Queued counts the threads that wait.",
        "Keys are as popular as Zipf's law says, and a map of the sharding lab says which lock guards which key.",
    ]),
    leaves_out: prose(&[
        "Fewer processors than threads: a thread that is not waiting runs.",
        "Caches: that a lock which moves from processor to processor costs more, the more processors there are.",
        "Spinning, barging and unfair locks, and readers that share.",
        "Operations that need several locks.",
    ]),
};

/// The lab and what makes its runs.
pub const EXPERIMENT: Experiment = Experiment { lab: &LAB, build };

/// A run of one lane.
#[must_use]
pub fn build(scenario: &Scenario, lane: usize) -> Box<dyn Run> {
    Box::new(engine(scenario, lane))
}

/// A run of one lane whose model can be looked into.
#[must_use]
pub fn engine(scenario: &Scenario, lane: usize) -> Engine<Model> {
    let tally = super::tally(scenario, scene(scenario, lane).nodes());
    Engine::new(Model::new(scenario, lane), tally, super::changes(scenario, lane))
}

/// The stage of one lane: threads, the map, locks.
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
    let threads = format!("{}", parameters.threads);
    Scene {
        groups: vec![
            group(Role::Clients, "threads", threads, model::THREADS, 1, 0),
            group(Role::Decider, "map", about.map_or("", |about| about.label).to_owned(), model::MAP, 1, 0),
            group(Role::Server, "lock ", String::new(), model::lock_node(0), parameters.locks, 1),
        ],
        links: vec![(0, 1), (1, 2)],
        keys: true,
        ..Scene::default()
    }
}

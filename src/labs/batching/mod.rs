//! The batching lab: clients hand items to a batcher, which sends them in batches to a receiver.
//!
//! [`model`] is the world with a policy in it, [`clients`] the ends of a request's way, [`delivery`] the way of a batch, [`costs`] what one costs, [`parameters`]
//! what can be set, [`shows`] what it demonstrates.

pub mod clients;
pub mod costs;
pub mod delivery;
pub mod faults;
pub mod model;
pub mod parameters;
pub mod requests;
pub mod shows;
pub mod theory;

use super::chart::{Along, Chart, Curve, curve};
use super::lab::{Experiment, FaultKind, Lab, Measure};
use super::scene::{Gathering, Group, Role, Scene, Since, Timer};
use crate::algorithms::batching;
use crate::basics::parameters::Declared;
use crate::basics::{Kind, Nanos, prose};
use crate::scenario::Scenario;
use crate::simulation::arrivals::Process;
use crate::simulation::record::Class;
use crate::simulation::{Engine, Run};
use model::{Model, node};
use parameters::Parameters;

/// What the lab says about itself.
pub static LAB: Lab = Lab {
    key: "batching",
    label: "Batching",
    summary: "Send each item at once, or wait for company? Throughput bought with waiting, on the very same items.",
    parameters: Parameters::TABLE,
    policies: batching::ABOUT,
    default_policies: &["none", "size-or-linger"],
    default_duration: Nanos::from_secs(30),
    default_warm_up: Nanos::from_secs(3),
    default_speed: 0.05,
    faults: &[
        FaultKind {
            key: "crash",
            label: "Crash the batcher",
            told: "the batcher crashes",
            help: prose(
                "The batcher loses what it holds and what it has not sent; every client that waits is told at once.",
            ),
            amount: None,
            undo: Some("restart"),
        },
        FaultKind {
            key: "restart",
            label: "Restart the batcher",
            told: "the batcher is back",
            help: prose("A new batcher takes requests, with nothing in it."),
            amount: None,
            undo: None,
        },
        FaultKind {
            key: "stall",
            label: "Slow the receiver",
            told: "{} slows down",
            help: prose("The receiver works so many times slower."),
            amount: Some((Kind::factor(1.0, 1_000.0, 0.5), 4.0)),
            undo: Some("resume"),
        },
        FaultKind {
            key: "resume",
            label: "Restore the receiver",
            told: "{} is as fast as before",
            help: prose("The receiver works at its own speed again."),
            amount: None,
            undo: None,
        },
    ],
    targets: |_| 1,
    counters: &[
        Measure { key: "batches", label: "Batches", unit: "batches", help: prose("Batches that were closed.") },
        Measure {
            key: "items",
            label: "Items",
            unit: "items",
            help: prose("Items in closed batches; divided by the batches it is the mean size of a batch."),
        },
        Measure {
            key: "duplicates",
            label: "Duplicates saved",
            unit: "items",
            help: prose("Items that were not sent, since their key was asked for already."),
        },
        Measure {
            key: "resent",
            label: "Sent again",
            unit: "batches",
            help: prose("Batches that failed and were sent once more."),
        },
        Measure {
            key: "reordered",
            label: "Reordered",
            unit: "items",
            help: prose("Items of batches that the receiver had done only after a later one."),
        },
        Measure { key: "lost", label: "Lost", unit: "items", help: prose("Items that a crash took with it, unsent.") },
        Measure {
            key: "refused",
            label: "Refused",
            unit: "requests",
            help: prose("Requests that came while there was no batcher."),
        },
    ],
    gauges: &[
        Measure { key: "buffered", label: "In the open batch", unit: "items", help: prose("Items that are gathered.") },
        Measure {
            key: "ready",
            label: "Ready batches",
            unit: "batches",
            help: prose("Closed batches that wait since enough are out."),
        },
        Measure {
            key: "out",
            label: "Batches out",
            unit: "batches",
            help: prose("Batches that were sent and are not answered or acknowledged."),
        },
        Measure { key: "busy", label: "Busy slots", unit: "slots", help: prose("Slots of the receiver that work.") },
    ],
    charts: CHARTS,
    moving: &[Class::Request, Class::Retry, Class::Answer, Class::Failure, Class::Refusal],
    scene,
    shows: prose(shows::SHOWS),
    models: prose(&[
        "A batch occupies a slot of the receiver for a fixed time and a time for each item, and travels there and back.",
        "A request is one item or several, and is answered when the last of them is; every item of a batch waits for the whole batch.",
        "The policy decides when a batch is closed; the window decides how many may be out, and the others wait, closed.",
        "What an item asks for and how much work it is was drawn when its request was created, and is the same in every lane.",
        "A crash loses what is held and what is closed but unsent; what is on its way is still done, and nobody hears of it.",
        "With delayed acknowledgements the receiver acknowledges every second batch, or along with an answer, or when the delay has passed.",
    ]),
    leaves_out: prose(&[
        "Bandwidth: a large batch travels as fast as a small one; what its size costs is in the time for each item.",
        "Memory, compression, serialisation: they are part of the time for each item, or left out.",
        "Time-outs of clients, and clients that try again: a request waits until it is answered, lost or turned away.",
        "Batches of which a part fails: a batch is done, or is sent again as a whole.",
    ]),
};

/// The lab and what makes its runs.
pub const EXPERIMENT: Experiment = Experiment { lab: &LAB, build };

const CHARTS: &[Chart] = &[
    Chart {
        title: "Mean size of a batch",
        measures: "items",
        curves: &[Curve { label: "items", measure: "items", per: Some("batches") }],
        along: Along::Time,
        reference: None,
    },
    Chart {
        title: "Batches on their way",
        measures: "batches",
        curves: &[curve("out", "out"), curve("ready", "ready")],
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

/// The stage of one lane: clients, the batcher, the receiver.
fn scene(scenario: &Scenario, lane: usize) -> Scene {
    let parameters: Parameters = scenario.typed(lane);
    let about = scenario.lanes.get(lane).and_then(|lane| scenario.about(&lane.policy));
    let group = |role, label: &str, note: String, first, slots| Group {
        role,
        label: label.to_owned(),
        note,
        first,
        count: 1,
        slots,
    };
    let note = match parameters.arrivals {
        Process::Closed => format!("{} users", parameters.users),
        _ => scenario.value(lane, "rate").unwrap_or_default(),
    };
    let label = about.map_or("", |about| about.label).to_owned();
    Scene {
        groups: vec![
            group(Role::Clients, "clients", note, node::CLIENTS, 0),
            group(Role::Buffer, "batcher", label, node::BATCHER, 0),
            group(Role::Server, "receiver", String::new(), node::RECEIVER, parameters.slots),
        ],
        links: vec![(0, 1), (1, 2)],
        gathering: Some(gathering(scenario, lane)),
        elsewhere: vec![("crash", 1), ("restart", 1)],
        ..Scene::default()
    }
}

/// What closes a batch in this lane, for the picture of the buffer.
fn gathering(scenario: &Scenario, lane: usize) -> Gathering {
    let policy = scenario.lanes.get(lane).map_or("", |lane| lane.policy.as_str());
    let count = |key: &str| scenario.value(lane, key).and_then(|text| text.parse().ok()).filter(|&n: &u32| n > 0);
    let timer = |key: &str, since| {
        let span = scenario.value(lane, key).and_then(|text| Nanos::read(&text).ok())?;
        (span > Nanos::ZERO).then_some(Timer { span, since })
    };
    let (full, timer) = match policy {
        "size" => (count("size"), None),
        "linger" => (None, timer("linger", Since::First)),
        "size-or-linger" => (count("size"), timer("linger", Since::First)),
        "adaptive" => (count("max-size"), None),
        // Kafka counts bytes, and each partition has a batch of its own.
        "kafka" => {
            let items = count("batch-bytes").zip(count("bytes")).map(|(batch, item)| (batch / item).max(1));
            (items.filter(|_| count("partitions") == Some(1)), timer("linger", Since::First))
        }
        "coalesce" => (count("max-size"), timer("tick", Since::First)),
        "debounce" => (None, timer("wait", Since::Last)),
        "signalled-batcher" => (None, Some(Timer { span: SIGNALLED_TICK, since: Since::Clock })),
        _ => (None, None),
    };
    Gathering { node: node::BATCHER, full, timer }
}

/// The ticker of the exhibit, for the picture.
const SIGNALLED_TICK: Nanos = crate::algorithms::exhibits::signalled_batcher::TICK;

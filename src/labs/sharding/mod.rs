//! The sharding lab: clients, a router with a map of keys, shards with slots and queues, and keys that move.
//!
//! [`model`] is the world with a map in it; [`journey`] the way of a request, `serving` its part at a shard; [`table`] where every key really is; [`resharding`] how keys move;
//! [`parameters`] what can be set; [`shows`] what it demonstrates; [`theory`] what is known beforehand, with [`fleets`].

pub mod cache;
pub mod faults;
pub mod fleets;
pub mod journey;
pub mod keyspace;
pub mod model;
pub mod parameters;
pub mod requests;
pub mod resharding;
mod serving;
pub mod shards;
pub mod shows;
pub mod table;
pub mod theory;

use super::lab::{Experiment, FaultKind, Lab, Measure};
use super::scene::{Group, Role, Scene};
use crate::algorithms::sharding;
use crate::basics::parameters::Declared;
use crate::basics::{Nanos, prose};
use crate::scenario::Scenario;
use crate::simulation::record::Class;
use crate::simulation::{Engine, Run};
use model::Model;
use parameters::Parameters;

/// What the lab says about itself.
pub static LAB: Lab = Lab {
    key: "sharding",
    label: "Sharding",
    summary: "Which shard owns a key, and what moves when a shard joins, leaves or dies? Several maps side by side on the very same keys.",
    parameters: Parameters::TABLE,
    policies: sharding::ABOUT,
    default_policies: &["modulo", "ring"],
    default_duration: Nanos::from_secs(60),
    default_warm_up: Nanos::from_secs(5),
    default_speed: 0.2,
    faults: &[
        FaultKind {
            key: "join",
            label: "Join",
            told: "{} joins",
            help: prose(
                "The shard joins the fleet, and the map gives it keys. All that join or leave at one time are one change.",
            ),
            amount: None,
            undo: Some("leave"),
        },
        FaultKind {
            key: "leave",
            label: "Leave",
            told: "{} leaves",
            help: prose("The shard leaves the fleet as planned: it can still hand its keys over."),
            amount: None,
            undo: Some("join"),
        },
        FaultKind {
            key: "kill",
            label: "Kill",
            told: "{} dies",
            help: prose(
                "The shard stops answering; after a while it is taken out of the map, and what it had is lost.",
            ),
            amount: None,
            undo: Some("revive"),
        },
        FaultKind {
            key: "revive",
            label: "Revive",
            told: "{} is back",
            help: prose("The shard answers again, with what it had; if it was taken out of the map it joins anew."),
            amount: None,
            undo: None,
        },
    ],
    targets: |scenario| {
        let shards = (0..scenario.lanes.len()).map(|lane| scenario.typed::<Parameters>(lane).shards).max();
        shards.unwrap_or(0) + scenario.typed::<Parameters>(0).spare
    },
    counters: &[
        Measure {
            key: "keys-moved",
            label: "Keys moved",
            unit: "keys",
            help: prose("Keys that were given another shard, each time the fleet changed."),
        },
        Measure {
            key: "keys-dropped",
            label: "Keys dropped",
            unit: "keys",
            help: prose(
                "Keys whose new shard began without them, because nothing was copied or their old shard was dead.",
            ),
        },
        Measure {
            key: "misses",
            label: "Misses",
            unit: "requests",
            help: prose("Reads of a key that its shard did not have: a session lost, a cache gone cold."),
        },
        Measure {
            key: "stale-reads",
            label: "Stale reads",
            unit: "requests",
            help: prose("Reads that were answered with an older version than one that had been acknowledged."),
        },
        Measure {
            key: "parts",
            label: "Requests to shards",
            unit: "requests",
            help: prose("Requests that the router sent to shards; a query sends one to every shard that it asks."),
        },
        Measure {
            key: "dual-writes",
            label: "Dual writes",
            unit: "requests",
            help: prose("Writes that went to a second shard because their key was moving there."),
        },
        Measure {
            key: "copies",
            label: "Copies",
            unit: "keys",
            help: prose("Keys that were copied to their new shard."),
        },
        Measure {
            key: "cache-hits",
            label: "Cache hits",
            unit: "requests",
            help: prose("Reads that the router answered itself."),
        },
        Measure {
            key: "refused",
            label: "Refused",
            unit: "requests",
            help: prose("Requests to shards that a full queue turned away."),
        },
        Measure {
            key: "broken",
            label: "Broken",
            unit: "requests",
            help: prose("Requests to shards that found them dead, or found no shard."),
        },
    ],
    gauges: &[
        Measure { key: "busy", label: "Busy slots", unit: "slots", help: prose("Slots that work, over all shards.") },
        Measure {
            key: "moving",
            label: "Keys on the move",
            unit: "keys",
            help: prose("Keys that are yet to be copied."),
        },
        Measure {
            key: "held",
            label: "Held at the router",
            unit: "requests",
            help: prose("Requests that wait for their key to have moved, or behind one for which a shard has no room."),
        },
        Measure {
            key: "key-spread",
            label: "Spread of keys",
            unit: "",
            help: prose("Standard deviation of the keys at a shard, over their mean; 0 when all shards hold as many."),
        },
        Measure {
            key: "fullest",
            label: "Fullest shard",
            unit: "",
            help: prose("Keys at the fullest shard, over the mean; 1 when all shards hold as many."),
        },
        Measure {
            key: "hottest",
            label: "Hottest shard",
            unit: "",
            help: prose("Share of all requests to shards so far that went to the shard that was asked most."),
        },
    ],
    charts: &[],
    moving: &[Class::Request, Class::Answer, Class::Failure, Class::Refusal, Class::Move],
    scene,
    shows: prose(shows::SHOWS),
    models: prose(&[
        "Every key is counted: where the map wants it and where it is. So the share of keys that move is exact, and can be held against theory.",
        "Requests travel to a router, from there to the shards that they need, and the answers take the same way back; each leg takes the network delay.",
        "A shard has slots and a bounded queue and serves in the order of arrival. Copying a key is work for the old shard and for the new one, in the same queue as the requests.",
        "A query asks every shard that has one of its keys, and ends when the slowest has answered; each shard draws the work of its part by itself.",
        "What moves is dropped, or copied while requests are held, or copied while the old shards serve, with or without writing to both; what was written in between is tracked for every key.",
        "The router can keep the most popular keys for a while, and the hot key can be cut into several.",
    ]),
    leaves_out: prose(&[
        "Replicas: a shard that dies takes its keys along, and they come back one by one from elsewhere as they are read.",
        "Routers that disagree: there is one router, and it learns of a change at once.",
        "Transactions across shards, locks and isolation.",
        "The size of keys: all are as much work to copy.",
        "Old copies: a shard forgets a key as soon as it has moved away, so one that comes back brings nothing stale.",
        "The place that takes misses: it answers any number of them in the same time.",
        "Clients that give up or try again.",
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

/// The stage of one lane: clients, router, shards with those that stand by.
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
    let shards = parameters.shards + parameters.spare;
    let rate = scenario.value(lane, "rate").unwrap_or_default();
    Scene {
        groups: vec![
            group(Role::Clients, "clients", rate, model::CLIENTS, 1, 0),
            group(Role::Decider, "router", about.map_or("", |about| about.label).to_owned(), model::ROUTER, 1, 0),
            group(Role::Server, "shard ", String::new(), model::shard_node(0), shards, parameters.slots),
        ],
        links: vec![(0, 1), (1, 2)],
        keys: true,
        ..Scene::default()
    }
}

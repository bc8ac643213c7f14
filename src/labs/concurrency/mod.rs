//! The concurrency lab: clients, a limiter, and a service with a knee that moves.
//!
//! [`model`] is the world with a limiter in it; [`service`] the service and the truth about it; [`gates`] the limiter
//! with what waits in front of it; [`parameters`] what can be set; [`theory`] which closed forms apply; [`shows`] what it demonstrates.

pub mod calls;
pub mod faults;
pub mod gates;
pub mod journey;
pub mod model;
pub mod parameters;
pub mod service;
pub mod shows;
pub mod theory;

use super::chart::{Along, Chart, Curve, curve};
use super::lab::{Experiment, FaultKind, Lab, Measure};
use super::scene::{Group, Role, Scene};
use crate::algorithms::concurrency;
use crate::basics::values::Value;
use crate::basics::{Kind, Nanos, parameters::Declared, prose};
use crate::scenario::Scenario;
use crate::simulation::arrivals::Process;
use crate::simulation::record::Class;
use crate::simulation::{Engine, Run};
use model::Model;
use parameters::{Other, Parameters};

/// What the lab says about itself.
pub static LAB: Lab = Lab {
    key: "concurrency",
    label: "Adaptive concurrency",
    summary: "How many requests may be in flight? A limiter must find the knee of a service that nobody told it, and follow it.",
    parameters: Parameters::TABLE,
    policies: concurrency::ABOUT,
    default_policies: &["aimd", "gradient2"],
    default_duration: Nanos::from_secs(60),
    default_warm_up: Nanos::from_secs(5),
    default_speed: 0.2,
    faults: FAULTS,
    targets: |_| 1,
    counters: COUNTERS,
    gauges: GAUGES,
    charts: CHARTS,
    moving: &[Class::Request, Class::Retry, Class::Answer, Class::Refusal],
    scene,
    shows: prose(shows::SHOWS),
    models: prose(&[
        "Requests travel to a limiter, from there to one service, and back; each leg takes the network delay.",
        "Inside, a request waits for a dependency, which takes no slot, and is then worked on beside all others: its pace is the universal scalability law's, so beyond the knee each further request slows all.",
        "The limiter sees what a real one sees: when a request was let in, when it came back, and whether it was for nothing. Time spent in the queue in front does not count.",
        "The true knee and capacity are known to the world only, and to Little’s law, which is told them whenever they move.",
        "Clients may give up and try again with exponential backoff and full jitter. Neither limiter nor service notices; the work is done and wasted, and counts as a drop when it comes back.",
        "A second group of clients may share the service behind a limiter of its own.",
    ]),
    leaves_out: prose(&[
        "Priorities: all requests are alike to the limiter, though real ones shed the unimportant first.",
        "Several instances of the limiter: each group of clients has exactly one.",
        "Cancellation: no client tells anybody that it has gone.",
        "The order in the queue in front: always first in, first out.",
        "Processors, memory, garbage collection as such: the service is a law of scalability, and a pause is a pause.",
    ]),
};

const fn fault(
    key: &'static str,
    label: &'static str,
    told: &'static str,
    help: &'static str,
    amount: Option<(Kind, f64)>,
    undo: Option<&'static str>,
) -> FaultKind {
    FaultKind { key, label, told, help: prose(help), amount, undo }
}

/// What an amount “so many times” may be.
const TIMES: Kind = Kind::factor(1.0, 100.0, 0.5);

const FAULTS: &[FaultKind] = &[
    fault(
        "capacity",
        "Lose capacity",
        "{} loses capacity",
        "The service has so many times fewer slots.",
        Some((TIMES, 2.0)),
        Some("regain"),
    ),
    fault("regain", "Regain capacity", "{} has all its capacity", "The service has all its slots again.", None, None),
    fault(
        "slow",
        "Slow dependency",
        "the dependency of {} slows down",
        "The dependency takes so many times as long. It takes no slot, so the capacity stays and the knee moves up.",
        Some((TIMES, 5.0)),
        Some("restore"),
    ),
    fault(
        "restore",
        "Restore dependency",
        "the dependency of {} is as fast as before",
        "The dependency takes as long as before.",
        None,
        None,
    ),
    fault(
        "pause",
        "Pause",
        "{} stands still",
        "The service stands still, as in a garbage collection; requests still come in.",
        None,
        Some("resume"),
    ),
    fault("resume", "Resume", "{} goes on", "The service goes on where it stood.", None, None),
    fault(
        "noise",
        "Noisy neighbour",
        "{} has a noisy neighbour",
        "In spells of random length, half of the time, the service is so many times slower.",
        Some((TIMES, 3.0)),
        Some("quiet"),
    ),
    fault("quiet", "Neighbour leaves", "{} has its machine for itself", "The noisy neighbour leaves.", None, None),
    fault(
        "cold",
        "Lose the cache",
        "{} has a cold cache",
        "A request is so many times the work, less and less as answers fill the cache.",
        Some((TIMES, 4.0)),
        Some("warm"),
    ),
    fault("warm", "Warm the cache", "the cache of {} is warm", "The cache is full at once.", None, None),
];

const fn measure(key: &'static str, label: &'static str, unit: &'static str, help: &'static str) -> Measure {
    Measure { key, label, unit, help: prose(help) }
}

const COUNTERS: &[Measure] = &[
    measure("attempts", "Attempts", "requests", "Requests sent to a limiter, retries included."),
    measure("retries", "Retries", "requests", "Attempts after the first."),
    measure("timeouts", "Timeouts", "attempts", "Attempts that the client gave up."),
    measure("wasted", "Wasted", "requests", "Requests that the service finished although the client had gone."),
    measure("turned-away", "Turned away", "attempts", "Attempts that the limiter turned away at once."),
    measure("expired", "Expired", "attempts", "Attempts that waited too long in front of the limiter."),
    measure("refused", "Refused", "attempts", "Attempts that the limiter let in and the service had no room for."),
    measure("first-answered", "First group answered", "requests", "Answered requests of the first group of clients."),
    measure("other-answered", "Other group answered", "requests", "Answered requests of the second group of clients."),
];

const GAUGES: &[Measure] = &[
    measure("limit", "Limit", "requests", "How many may be in flight, as the limiter says."),
    measure(
        "knee",
        "True knee",
        "requests",
        "How many should be in flight: enough for the capacity, and not one more.",
    ),
    measure("capacity", "True capacity", "/s", "The most that the service can answer."),
    measure(
        "admitted",
        "In flight at the limiter",
        "requests",
        "Requests that the limiter let in and that are not back.",
    ),
    measure("service-latency", "Service latency", "s", "From let in to back at the limiter: what the limiter sees."),
    measure("queue-time", "Wait in front", "s", "Time in front of the limiter of the requests that it let in."),
    measure("other-limit", "Limit of the others", "requests", "The limit of the second group’s limiter."),
    measure(
        "other-admitted",
        "In flight of the others",
        "requests",
        "Requests that the second group’s limiter let in and that are not back.",
    ),
];

/// The lab and what makes its runs.
pub const EXPERIMENT: Experiment = Experiment { lab: &LAB, build };

/// What the limit is to be held against.
const KNEE: Curve = curve("knee", "knee");

const CHARTS: &[Chart] = &[
    Chart {
        title: "Limit and true knee",
        measures: "requests in flight at the limiter",
        curves: &[curve("limit", "limit"), curve("used", "admitted"), curve("others", "other-limit")],
        along: Along::Time,
        reference: Some(KNEE),
    },
    Chart {
        title: "Latency against in flight",
        measures: "service latency over requests in flight, a point a window",
        curves: &[curve("service latency", "service-latency")],
        along: Along::Measure(curve("in flight", "admitted")),
        reference: Some(KNEE),
    },
    Chart {
        title: "Before and behind the limiter",
        measures: "mean time",
        curves: &[curve("service", "service-latency"), curve("in front", "queue-time")],
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

/// The stage of one lane: clients, one or two limiters, the service.
fn scene(scenario: &Scenario, lane: usize) -> Scene {
    let parameters: Parameters = scenario.typed(lane);
    let label_of = |policy: &str| scenario.about(policy).map_or("", |about| about.label).to_owned();
    let first = scenario.lanes.get(lane).map_or_else(String::new, |lane| label_of(&lane.policy));
    let (gates, limiters) = match parameters.other {
        Other::None => (1, first),
        other => (2, format!("{first}, {}", label_of(&other.write()))),
    };
    let traffic = match parameters.arrivals {
        Process::Closed => format!("{} users", parameters.users),
        _ => scenario.value(lane, "rate").unwrap_or_default(),
    };
    let group = |role, label: &str, note, first, count, slots| Group {
        role,
        label: label.to_owned(),
        note,
        first,
        count,
        slots,
    };
    Scene {
        groups: vec![
            group(Role::Clients, "clients", traffic, 0, 1, 0),
            group(Role::Decider, if gates == 1 { "limiter" } else { "limiters" }, limiters, 1, gates, 0),
            group(Role::Server, "service", String::new(), 1 + gates, 1, parameters.slots),
        ],
        links: vec![(0, 1), (1, 2)],
        ..Scene::default()
    }
}

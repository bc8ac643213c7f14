//! Which closed forms say something about a lane of the balancing lab, and what they predict.
//!
//! What a policy does to the arrivals of one server decides: random splitting leaves them Poisson, turns make them
//! Erlang, looking at loads ties the servers together. Pure: a scenario goes in, forms come out. The forms are in
//! `forms.rs`, what they take for granted in `assumptions.rs`, laws between measured figures in `laws.rs`; the arithmetic of one
//! form is in [`super::predictions`]; the formulas are in [`crate::theory`].

mod assumptions;
mod forms;
mod laws;

pub use laws::laws;

use super::parameters::Parameters;
use super::predictions::{Part, Shape};
use crate::basics::maths::pow;
use crate::labs::theory::{ClosedForm, Standing};
use crate::scenario::Scenario;
use crate::simulation::arrivals::Process;
use crate::simulation::service::{Law, Service};
use crate::simulation::stations::Discipline;
use forms::{bounded_queue, bounds, many_choices, shorter_of_two, split, turns};

/// More kinds of servers than this are not told apart.
const MOST_KINDS: usize = 16;
/// A chance below this is none: a request in a million.
const NEVER: f64 = 1e-6;

/// What a policy does with the stream of requests.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Routing {
    /// Each request goes anywhere, whatever the others did.
    Split,
    /// The servers take turns.
    Turns,
    /// The least loaded of so many that are looked at.
    Choices(u32),
    /// The least loaded of all.
    Shortest,
    /// Something that no closed form here knows.
    Other,
}

/// A lane as theory sees it.
struct World {
    parameters: Parameters,
    routing: Routing,
    /// The servers that get requests: share of the requests for the whole kind, servers of the kind, service time.
    kinds: Vec<(f64, u32, f64)>,
    service: Service,
    edited: bool,
}

impl World {
    fn new(scenario: &Scenario, lane: usize) -> Option<Self> {
        let parameters: Parameters = scenario.typed(lane);
        let policy = scenario.lanes.get(lane)?.policy.as_str();
        let count = parameters.servers as usize;
        let weight = |server| parameters.weights.of(server).round();
        let even = (0..count).all(|server| weight(server) == weight(0));
        let routing = if count == 1 { Routing::Split } else { routing(scenario, lane, policy, even) };
        let weigh = policy == "weighted-random" && !even;
        let mut kinds: Vec<(f64, u32, f64)> = Vec::new();
        let all: f64 = (0..count).map(|server| if weigh { weight(server) } else { 1.0 }).sum();
        for server in 0..count {
            let share = if weigh { weight(server) } else { 1.0 } / all;
            let service = parameters.service.seconds() / parameters.speeds.of(server);
            match kinds.iter_mut().find(|kind| kind.2 == service && kind.0 / f64::from(kind.1) == share) {
                Some(kind) => *kind = (kind.0 + share, kind.1 + 1, kind.2),
                None if share > 0.0 => kinds.push((share, 1, service)),
                None => {}
            }
        }
        let service = Service {
            law: parameters.law,
            variability: parameters.variability,
            stages: parameters.stages,
            tail: parameters.tail,
        };
        let edited = scenario.edits.iter().any(|edit| edit.lane.is_none_or(|other| other == lane));
        let known = !kinds.is_empty() && kinds.len() <= MOST_KINDS && parameters.rate > 0.0;
        known.then_some(Self { parameters, routing, kinds, service, edited })
    }

    /// All servers alike, in speed and in share.
    fn uniform(&self) -> bool {
        self.kinds.len() == 1
    }

    fn delay(&self) -> f64 {
        4.0 * self.parameters.network.seconds()
    }

    /// Requests that one slot of the busiest kind is offered while it serves one.
    fn utilisation(&self) -> f64 {
        let slots = f64::from(self.parameters.slots);
        let of = |&(share, count, service): &(f64, u32, f64)| {
            self.parameters.rate * share / f64::from(count) * service / slots
        };
        self.kinds.iter().map(of).fold(0.0, f64::max)
    }

    fn parts(&self, shape: impl Fn(f64, f64) -> Shape) -> Vec<Part> {
        let part = |&(share, count, service): &(f64, u32, f64)| Part {
            share,
            shape: shape(self.parameters.rate * share / f64::from(count), service),
        };
        self.kinds.iter().map(part).collect()
    }
}

fn routing(scenario: &Scenario, lane: usize, policy: &str, even: bool) -> Routing {
    let setting = |key| scenario.value(lane, key);
    match policy {
        "random" | "weighted-random" | "seed-strategies" => Routing::Split,
        "round-robin" => Routing::Turns,
        "smooth-weighted-round-robin" if even => Routing::Turns,
        "two-choices" => match setting("choices").and_then(|choices| choices.parse().ok()) {
            Some(1) => Routing::Split,
            // Sampling with replacement is the same only where servers are many.
            Some(choices) if setting("replacement").as_deref() == Some("off") => Routing::Choices(choices),
            _ => Routing::Other,
        },
        "least-loaded" | "seed-least-loaded" => Routing::Shortest,
        "weighted-least-loaded" | "nginx-least-conn" | "haproxy-leastconn" if even => Routing::Shortest,
        _ => Routing::Other,
    }
}

/// The forms that say something about this lane, the most telling first.
#[must_use]
#[inline(never)] // one lab is shown at a time
pub fn forms(scenario: &Scenario, lane: usize) -> Vec<ClosedForm> {
    let Some(world) = World::new(scenario, lane) else { return Vec::new() };
    if world.parameters.arrivals == Process::Closed {
        // Nobody sets the rate of a closed loop: only the laws hold, between what is measured.
        return Vec::new();
    }
    let mut forms = Vec::new();
    let slots = world.parameters.slots;
    let pair = world.uniform() && world.parameters.servers == 2 && slots == 1 && fifo(&world);
    match world.routing {
        Routing::Split => forms.push(split(&world)),
        Routing::Turns => forms.push(turns(&world)),
        Routing::Choices(_) | Routing::Shortest if pair => forms.push(shorter_of_two(&world)),
        Routing::Choices(choices) if world.uniform() && slots == 1 && fifo(&world) => {
            forms.push(many_choices(&world, choices));
        }
        _ => {}
    }
    if small_queue(&world) && slots == 1 && fifo(&world) && world.uniform() && world.routing == Routing::Split {
        forms.insert(0, bounded_queue(&world));
    }
    let exact = forms.first().is_some_and(|form| form.predictions.iter().any(|p| p.standing == Standing::Exact));
    let poolable = world.uniform() && world.parameters.servers > 1;
    if !exact && poolable && fifo(&world) && world.parameters.law == Law::Exponential {
        forms.push(bounds(&world));
    }
    forms
}

fn fifo(world: &World) -> bool {
    world.parameters.discipline == Discipline::Fifo
}

/// Whether requests are ever turned away, as far as a geometric tail of the queue can tell.
fn small_queue(world: &World) -> bool {
    let load = world.utilisation();
    load >= 1.0 || pow(load, f64::from(world.parameters.queue)) > NEVER
}

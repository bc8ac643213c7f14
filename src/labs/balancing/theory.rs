//! Which closed forms say something about a lane of the balancing lab, and what they predict.
//!
//! What a policy does to the arrivals of one server decides: random splitting leaves them Poisson, turns make them
//! Erlang, looking at loads ties the servers together. Pure: a scenario goes in, forms come out. The arithmetic of one
//! form is in [`super::predictions`]; the formulas are in [`crate::theory`].

use super::parameters::{Layer, Parameters};
use super::predictions::{self, Part, Shape};
use crate::basics::Nanos;
use crate::basics::maths::{pow, sqrt};
use crate::basics::parameters::Declared;
use crate::labs::theory::{Assumption, ClosedForm, Formula, Prediction, Standing, edge, formula, formulas};
use crate::scenario::Scenario;
use crate::simulation::arrivals::{self, Process};
use crate::simulation::service::{Law, Service};
use crate::simulation::stations::Discipline;
use crate::simulation::window::Merged;
use crate::theory::run_length::NORMAL_95;
use crate::theory::{mg1, mm1, mm1k, mmc, operational, power_of_choices, round_robin, shortest_queue};

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

// ---- What is taken for granted --------------------------------------------------------------------------------

fn assume(sentence: &'static str, holds: bool, instead: impl FnOnce() -> String) -> Assumption {
    Assumption { sentence, instead: (!holds).then(instead) }
}

/// What every form of an open system without losses needs.
fn open_and_steady(world: &World, lossless: bool) -> Vec<Assumption> {
    let p = &world.parameters;
    let mut list = vec![
        assume(
            "Requests come independently of each other, at a steady rate.",
            p.arrivals == Process::Poisson && p.shape == arrivals::Shape::Steady,
            || format!("Arrivals are “{}”, their shape is “{}”.", option(p, "arrivals"), option(p, "shape")),
        ),
        Assumption::unedited(world.edited),
        assume("Nothing fails by itself.", p.error_rate == 0.0, || format!("{} % of the requests do.", p.error_rate)),
        assume("Clients wait as long as it takes.", p.timeout == Nanos::ZERO, || {
            format!("They give up after {}.", p.timeout)
        }),
        assume("The balancer decides about requests.", p.layer == Layer::Requests || p.servers == 1, || {
            format!("It decides about {} connections.", p.connections)
        }),
    ];
    if lossless {
        list.push(assume("Queues have room for everybody.", !small_queue(world), || {
            format!("At most {} requests may wait at a server, and at this load they would be more.", p.queue)
        }));
    }
    list
}

fn exponential(world: &World) -> Assumption {
    assume("Service times are exponential.", world.parameters.law == Law::Exponential, || {
        format!("They are “{}”.", option(&world.parameters, "law"))
    })
}

fn in_order(world: &World) -> Assumption {
    assume("A server works in the order of arrival.", fifo(world), || "It works on all at once.".to_owned())
}

fn one_balancer(world: &World) -> Assumption {
    let count = world.parameters.balancers;
    assume("One balancer sees all requests.", count == 1, || format!("{count} balancers each see their share."))
}

/// Loads are compared as they are.
fn fresh_loads(world: &World) -> Vec<Assumption> {
    let p = &world.parameters;
    vec![
        one_balancer(world),
        assume("Loads are known at once.", p.staleness == Nanos::ZERO && p.network == Nanos::ZERO, || {
            if p.staleness > Nanos::ZERO {
                format!("They are known as they were up to {} ago.", p.staleness)
            } else {
                format!("A request counts while it travels, {} each way.", p.network)
            }
        }),
    ]
}

/// The label of the option that a choice has.
fn option(parameters: &Parameters, key: &str) -> String {
    let written = parameters.get(key).unwrap_or_default();
    let row = Parameters::TABLE.iter().find(|row| row.key == key);
    let label = row.and_then(|row| match row.kind {
        crate::basics::Kind::Choice(options) => {
            options.iter().find(|option| option.key == written).map(|option| option.label)
        }
        _ => None,
    });
    label.map_or(written, str::to_ascii_lowercase)
}

// ---- The forms -----------------------------------------------------------------------------------------------

/// λ, S, n, c and ρ as they are here.
fn symbols(world: &World, per_server: bool) -> Vec<(&'static str, String)> {
    let p = &world.parameters;
    let (share, count, service) = world.kinds[0];
    let rate = if per_server { p.rate * share / f64::from(count) } else { p.rate };
    let several = if world.uniform() { "" } else { " (first server)" };
    vec![
        ("λ", format!("{}/s{}{several}", short(rate), if per_server { " for each server" } else { "" })),
        ("S", format!("{}{several}", Nanos::from_seconds(service))),
        ("n", format!("{} servers", p.servers)),
        ("c", format!("{} slots each", p.slots)),
        ("ρ", format!("{}{}", short(world.utilisation()), if world.uniform() { "" } else { " (busiest server)" })),
        ("network", format!("4 legs of {} are added to every response", p.network)),
    ]
}

/// At most three decimals.
fn short(number: f64) -> String {
    format!("{number:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn form(
    name: String,
    formulas: Vec<Formula>,
    world: &World,
    per_server: bool,
    assumptions: Vec<Assumption>,
) -> ClosedForm {
    let symbols = symbols(world, per_server);
    ClosedForm { name, formulas, symbols, assumptions, predictions: Vec::new(), tail: None }
}

/// Poisson arrivals at each server: the queue of one server, by law and discipline.
fn split(world: &World) -> ClosedForm {
    let p = &world.parameters;
    let slots = p.slots;
    let variation = world.service.squared_variation();
    let mut assumptions = open_and_steady(world, true);
    let (name, formulas, parts, standing) = if !fifo(world) {
        let shape = |rate, service| predictions::shared(rate, service, slots, variation);
        ("M/G/c with processor sharing", vec![formula(mg1::MATHML, 1)], world.parts(shape), Standing::Exact)
    } else if p.law == Law::Exponential {
        let name = if slots == 1 { "M/M/1" } else { "M/M/c" };
        let formulas = if slots == 1 { vec![formulas(mm1::MATHML)] } else { vec![formulas(mmc::MATHML)] };
        (name, formulas, world.parts(|rate, service| predictions::exponential(rate, service, slots)), Standing::Exact)
    } else if slots == 1 {
        let moments = world.service.moments();
        let shape = |rate, service| predictions::pollaczek_khinchine(rate, service, variation, moments);
        ("M/G/1 (Pollaczek and Khinchine)", vec![formula(mg1::MATHML, 0)], world.parts(shape), Standing::Exact)
    } else {
        let shape = |rate, service| predictions::allen_cunneen(rate, service, slots, 1.0, variation);
        (
            "M/G/c (Allen and Cunneen)",
            vec![formulas(crate::theory::ggc::MATHML)],
            world.parts(shape),
            Standing::Approximation,
        )
    };
    if p.law == Law::Exponential && fifo(world) {
        assumptions.push(exponential(world));
        assumptions.push(in_order(world));
    }
    let name = if p.servers == 1 { name.to_owned() } else { format!("{name} at each server") };
    let mut form = form(name, formulas, world, true, assumptions);
    predictions::predict(&mut form, parts, world.delay(), standing);
    form
}

/// Each server gets every n-th request: Erlang arrivals.
fn turns(world: &World) -> ClosedForm {
    let p = &world.parameters;
    let (servers, slots) = (p.servers, p.slots);
    let mut assumptions = open_and_steady(world, true);
    assumptions.extend([one_balancer(world), in_order(world)]);
    let exact = p.law == Law::Exponential && slots == 1;
    let (name, formulas, parts, standing) = if exact {
        assumptions.push(exponential(world));
        let shape = |rate: f64, service| predictions::turns(rate * f64::from(servers), service, servers);
        ("Eₙ/M/1 at each server", vec![formulas(round_robin::MATHML)], world.parts(shape), Standing::Exact)
    } else {
        let variation = world.service.squared_variation();
        let shape =
            |rate, service| predictions::allen_cunneen(rate, service, slots, 1.0 / f64::from(servers), variation);
        (
            "Eₙ/G/c (Allen and Cunneen)",
            vec![formulas(crate::theory::ggc::MATHML)],
            world.parts(shape),
            Standing::Approximation,
        )
    };
    let mut form = form(name.to_owned(), formulas, world, true, assumptions);
    predictions::predict(&mut form, parts, world.delay(), standing);
    form
}

/// The shorter of two queues, exactly.
fn shorter_of_two(world: &World) -> ClosedForm {
    let mut assumptions = open_and_steady(world, true);
    assumptions.extend(fresh_loads(world));
    assumptions.extend([exponential(world), in_order(world)]);
    let formulas = vec![formulas(shortest_queue::MATHML)];
    let mut form = form("Join the shorter of two queues".to_owned(), formulas, world, true, assumptions);
    let parts = world.parts(predictions::shorter_of_two);
    predictions::predict(&mut form, parts, world.delay(), Standing::Exact);
    form
}

/// The supermarket model.
fn many_choices(world: &World, choices: u32) -> ClosedForm {
    let mut assumptions = open_and_steady(world, true);
    assumptions.extend(fresh_loads(world));
    assumptions.extend([exponential(world), in_order(world)]);
    let mut form =
        form("Supermarket model".to_owned(), vec![formulas(power_of_choices::MATHML)], world, true, assumptions);
    form.symbols.push(("d", format!("{choices} choices")));
    let parts = world.parts(|rate, service| predictions::choices(rate, service, choices));
    predictions::predict(&mut form, parts, world.delay(), Standing::Limit);
    form
}

/// Random splitting into queues that can be full.
fn bounded_queue(world: &World) -> ClosedForm {
    let p = &world.parameters;
    let capacity = p.queue.saturating_add(1);
    let mut assumptions = open_and_steady(world, false);
    assumptions.extend([exponential(world), in_order(world)]);
    assumptions.push(assume("Nobody tries again.", p.retries == 0, || format!("Clients retry {} times.", p.retries)));
    let mut form = form("M/M/1/K at each server".to_owned(), vec![formulas(mm1k::MATHML)], world, true, assumptions);
    form.symbols.push(("K", format!("{capacity} at a server, with the one in service")));
    let (share, count, service) = world.kinds[0];
    let rate = p.rate * share / f64::from(count);
    let figure =
        |measure, value| Prediction { measure, standing: Standing::Exact, value, spread: None, resolution: 0.0 };
    form.predictions = vec![
        figure("mean", mm1k::mean_response(rate, service, capacity) + world.delay()),
        figure("shed-share", mm1k::loss(rate, service, capacity)),
    ];
    form
}

/// Between one queue for all and a queue for each, blindly chosen.
fn bounds(world: &World) -> ClosedForm {
    let p = &world.parameters;
    let (_, _, service) = world.kinds[0];
    let (all, each) = (p.servers.saturating_mul(p.slots), p.rate / f64::from(p.servers));
    let mut assumptions = open_and_steady(world, true);
    assumptions.extend([exponential(world), in_order(world)]);
    let pooled = predictions::exponential(p.rate, service, all);
    let blind = predictions::exponential(each, service, p.slots);
    let mut form = form(
        "One queue for all, and random splitting".to_owned(),
        vec![formula(mmc::MATHML, 1)],
        world,
        false,
        assumptions,
    );
    // How far chance takes the mean of this policy nobody has derived; no further than that of the blind one.
    let spread = Some(blind.mean * sqrt(blind.needed));
    let bound = |standing, shape: &Shape| Prediction {
        measure: "mean",
        standing,
        value: shape.mean + world.delay(),
        spread,
        resolution: 0.0,
    };
    form.predictions.push(bound(Standing::AtLeast, &pooled));
    if world.routing != Routing::Other {
        form.assumptions.extend(fresh_loads(world).into_iter().filter(|_| world.routing != Routing::Turns));
        form.predictions.push(bound(Standing::AtMost, &blind));
    }
    form
}

// ---- Laws between measured figures ------------------------------------------------------------------------------

/// The utilisation law, and for a closed loop the law of its response time.
#[must_use]
#[inline(never)] // one lab is shown at a time
pub fn laws(scenario: &Scenario, lane: usize, merged: &Merged) -> Vec<ClosedForm> {
    let Some(world) = World::new(scenario, lane) else { return Vec::new() };
    let p = &world.parameters;

    let mut laws = Vec::new();
    if fifo(&world) || p.slots == 1 {
        let (_, _, service) = world.kinds[0];
        let value = operational::busy_servers(merged.goodput(), service);
        let speeds = world.kinds.iter().all(|kind| kind.2 == service);
        laws.push(ClosedForm {
            name: "Utilisation law".to_owned(),
            formulas: vec![formula(operational::MATHML, 1)],
            symbols: vec![
                ("U", "busy slots, over all servers".to_owned()),
                ("X", "goodput, as measured".to_owned()),
                ("S", Nanos::from_seconds(service).to_string()),
            ],
            assumptions: vec![
                assume("No work is done in vain.", p.timeout == Nanos::ZERO, || {
                    format!("Clients give up after {}.", p.timeout)
                }),
                assume("Servers are equally fast.", speeds, || "Their speeds differ.".to_owned()),
                Assumption::unedited(world.edited),
            ],
            predictions: vec![Prediction {
                measure: "busy",
                standing: Standing::Exact,
                value,
                // The work of N requests has a relative deviation of c ÷ √N.
                spread: Some(value * NORMAL_95 * sqrt(world.service.squared_variation())),
                resolution: value * edge(merged),
            }],
            tail: None,
        });
    }
    if p.arrivals == Process::Closed {
        let think = p.think.seconds();
        let (users, goodput) = (f64::from(p.users), merged.goodput());
        let value = operational::interactive_response_time(users, goodput, think);
        laws.push(ClosedForm {
            name: "Interactive response time law".to_owned(),
            formulas: vec![formula(operational::MATHML, 2)],
            symbols: vec![
                ("N", format!("{} users", p.users)),
                ("X", "goodput, as measured".to_owned()),
                ("Z", format!("{} of thinking", p.think)),
            ],
            assumptions: vec![
                assume("Every request is answered.", merged.failed + merged.shed == 0, || "Some were not.".to_owned()),
                Assumption::unedited(world.edited),
            ],
            predictions: vec![Prediction {
                measure: "mean",
                standing: Standing::Exact,
                value,
                // Thinking is exponential: the mean of N thoughts deviates by Z ÷ √N.
                spread: Some(NORMAL_95 * think),
                resolution: (value + think) * edge(merged),
            }],
            tail: None,
        });
    }
    laws
}

//! Each closed form of the balancing lab: its symbols as they are in the lane, what it assumes, what it predicts.
//!
//! Which of them a lane has is decided in [`super::forms`]. Read next: `predictions.rs`, for the arithmetic.

use super::assumptions::{assume, exponential, fresh_loads, in_order, one_balancer, open_and_steady};
use super::{Routing, World, fifo};
use crate::basics::Nanos;
use crate::basics::maths::sqrt;
use crate::labs::balancing::predictions::{self, Shape};
use crate::labs::theory::{Assumption, ClosedForm, Formula, Prediction, Standing, formula, formulas};
use crate::simulation::service::Law;
use crate::theory::{mg1, mm1, mm1k, mmc, power_of_choices, round_robin, shortest_queue};

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
pub(super) fn split(world: &World) -> ClosedForm {
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
pub(super) fn turns(world: &World) -> ClosedForm {
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
pub(super) fn shorter_of_two(world: &World) -> ClosedForm {
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
pub(super) fn many_choices(world: &World, choices: u32) -> ClosedForm {
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
pub(super) fn bounded_queue(world: &World) -> ClosedForm {
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
pub(super) fn bounds(world: &World) -> ClosedForm {
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

//! What a closed form takes for granted, and whether a lane of the balancing lab is so.
//!
//! Read next: [`Assumption`].

use super::{World, fifo, small_queue};
use crate::basics::Nanos;
use crate::basics::parameters::Declared;
use crate::labs::balancing::parameters::{Layer, Parameters};
use crate::labs::theory::Assumption;
use crate::simulation::arrivals::{self, Process};
use crate::simulation::service::Law;

pub(super) fn assume(sentence: &'static str, holds: bool, instead: impl FnOnce() -> String) -> Assumption {
    Assumption { sentence, instead: (!holds).then(instead) }
}

/// What every form of an open system without losses needs.
pub(super) fn open_and_steady(world: &World, lossless: bool) -> Vec<Assumption> {
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

pub(super) fn exponential(world: &World) -> Assumption {
    assume("Service times are exponential.", world.parameters.law == Law::Exponential, || {
        format!("They are “{}”.", option(&world.parameters, "law"))
    })
}

pub(super) fn in_order(world: &World) -> Assumption {
    assume("A server works in the order of arrival.", fifo(world), || "It works on all at once.".to_owned())
}

pub(super) fn one_balancer(world: &World) -> Assumption {
    let count = world.parameters.balancers;
    assume("One balancer sees all requests.", count == 1, || format!("{count} balancers each see their share."))
}

/// Loads are compared as they are.
pub(super) fn fresh_loads(world: &World) -> Vec<Assumption> {
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

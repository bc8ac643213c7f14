//! The experiments: one folder each, in which algorithms and world are wired together.
//!
//! A lab is a folder with `parameters.rs`, `model.rs`, `scene.rs` and `shows.rs`, and one line in each of the two
//! lists here. [`catalogue`] is data, for the page; [`EXPERIMENTS`] make the runs, all for the terminal, each for a
//! worker of its own. The page names none of them, so it does not carry the models.
//!
//! Read next: [`lab`] for what a lab declares, [`balancing`] for the first one.

pub mod balancing;
pub mod batching;
pub mod chart;
pub mod concurrency;
pub mod export;
pub mod lab;
pub mod locks;
pub mod over_time;
pub mod pipeline;
pub mod results;
pub mod scene;
pub mod sharding;
pub mod sweep;
pub mod theory;

use std::rc::Rc;

pub use chart::{Along, Chart, Curve};
pub use lab::{Experiment, FaultKind, Lab, Measure, Show, Task};
pub use results::{Results, run_out};
pub use scene::{Group, Role, Scene};

use crate::basics::Nanos;
use crate::scenario::Scenario;
use crate::simulation::tally::Layout;
use crate::simulation::{Run, Tally};

/// Every lab. A function gives each, so that a page that has just opened the first need not have the tables of the others.
const LABS: [fn() -> &'static Lab; 6] =
    [|| &balancing::LAB, || &sharding::LAB, || &locks::LAB, || &batching::LAB, || &pipeline::LAB, || &concurrency::LAB];

/// Every lab, in the order of the menu.
#[must_use]
pub fn catalogue() -> impl ExactSizeIterator<Item = &'static Lab> + Clone {
    LABS.iter().map(|lab| lab())
}

/// What each of them runs, in the same order. A program that names it, or calls [`build`], carries every model.
pub const EXPERIMENTS: &[Experiment] = &[
    balancing::EXPERIMENT,
    sharding::EXPERIMENT,
    locks::EXPERIMENT,
    batching::EXPERIMENT,
    pipeline::EXPERIMENT,
    concurrency::EXPERIMENT,
];

/// The lab with this key.
#[must_use]
pub fn find(key: &str) -> Option<&'static Lab> {
    catalogue().find(|lab| lab.key == key)
}

/// A run of one lane of `scenario`, standing at time zero. A lane that does not exist gives the last one.
#[must_use]
pub fn build(scenario: &Scenario, lane: usize) -> Box<dyn Run> {
    build_among(EXPERIMENTS, scenario, lane)
}

/// As [`build`], for a program that carries only `experiments`.
///
/// # Panics
/// When the scenario's lab is not among them: who read the text among other labs is at fault.
#[must_use]
pub fn build_among(experiments: &[Experiment], scenario: &Scenario, lane: usize) -> Box<dyn Run> {
    let lane = lane.min(scenario.lanes.len().saturating_sub(1));
    match experiments.iter().find(|experiment| experiment.lab.key == scenario.lab.key) {
        Some(experiment) => (experiment.build)(scenario, lane),
        None => unreachable!("this program cannot build {}", scenario.lab.key),
    }
}

/// The length of a window of `scenario`: one of 1, 2 or 5 times a power of ten, so that a run has at most 600.
#[must_use]
pub fn window_length(scenario: &Scenario) -> Nanos {
    let least = scenario.duration.0.div_ceil(600).max(1);
    let mut power = 1_u64;
    loop {
        for step in [1, 2, 5] {
            if power * step >= least {
                return Nanos(power * step);
            }
        }
        power *= 10;
    }
}

/// An empty tally laid out for one lane of `scenario` with `nodes` nodes.
#[must_use]
pub fn tally(scenario: &Scenario, nodes: u32) -> Tally {
    Tally::new(Layout {
        window: window_length(scenario),
        warm_up: scenario.warm_up,
        counters: scenario.lab.counters.len(),
        gauges: lab::COMMON_GAUGES.len() + scenario.lab.gauges.len(),
        nodes: if nodes <= MOST_NODES_AVERAGED { nodes as usize } else { 0 },
    })
}

/// Up to so many nodes have their load averaged in each window; beyond, the heat strip could not show them.
pub const MOST_NODES_AVERAGED: u32 = 258;

/// The changes that lane `lane` meets, as the engine takes them.
#[must_use]
pub fn changes(scenario: &Scenario, lane: usize) -> Rc<[crate::simulation::Change]> {
    scenario.timeline(lane).into()
}

//! Which closed forms say something about a lane of the batching lab, and what they predict.
//!
//! Pure: a scenario goes in, forms come out; the formulas are in [`crate::theory::batching`]. What a size costs and a
//! window allows bounds every policy; the wait is known for a size and for a linger.

use super::costs::{Cost, cost};
use super::model::counter;
use super::parameters::{Acknowledgement, Parameters};
use crate::basics::Nanos;
use crate::basics::maths::sqrt;
use crate::labs::theory::{Assumption, ClosedForm, Prediction, Standing, edge, formula, settled};
use crate::scenario::Scenario;
use crate::simulation::arrivals::{Process, Shape};
use crate::simulation::service::Law;
use crate::simulation::window::Merged;
use crate::theory::batching;
use crate::theory::run_length::NORMAL_95;

/// A lane as theory sees it.
struct World {
    parameters: Parameters,
    cost: Cost,
    /// The largest batch, where the policy has one.
    largest: Option<u32>,
    linger: Option<Nanos>,
    edited: bool,
}

impl World {
    fn new(scenario: &Scenario, lane: usize) -> Option<Self> {
        let parameters: Parameters = scenario.typed(lane);
        let policy = scenario.lanes.get(lane)?.policy.as_str();
        let count = |key: &str| scenario.value(lane, key).and_then(|text| text.parse().ok());
        let largest = match policy {
            "none" => Some(1),
            "size" | "size-or-linger" => count("size"),
            "adaptive" => count("max-size"),
            _ => None,
        };
        let lingers = matches!(policy, "linger" | "size-or-linger");
        let linger = scenario.value(lane, "linger").filter(|_| lingers).and_then(|text| Nanos::read(&text).ok());
        let edited = scenario.edits.iter().any(|edit| edit.lane.is_none_or(|other| other == lane));
        Some(Self { cost: cost(&parameters), parameters, largest, linger, edited })
    }

    /// From the client to the receiver and back, in seconds.
    fn legs(&self) -> f64 {
        2.0 * (self.parameters.hop.seconds() + self.cost.one_way.seconds())
    }

    fn unedited(&self) -> Assumption {
        Assumption::unedited(self.edited)
    }

    /// Items come at random, one by one, at a steady rate.
    fn random_items(&self) -> Vec<Assumption> {
        let p = &self.parameters;
        let steady = p.arrivals == Process::Poisson && p.shape == Shape::Steady;
        vec![
            Assumption::new("Items come at random at a steady rate.", steady && p.parts == 1, || {
                if p.parts > 1 { format!("They come {} at a time.", p.parts) } else { "They do not.".to_owned() }
            }),
            self.unedited(),
        ]
    }

    fn symbols(&self, size: u32) -> Vec<(&'static str, String)> {
        let (fixed, each) = (self.cost.fixed.to_string(), self.cost.each.to_string());
        vec![("k", size.to_string()), ("f", fixed), ("v", each)]
    }
}

fn form(name: String, index: usize, symbols: Vec<(&'static str, String)>) -> ClosedForm {
    let formulas = vec![formula(batching::MATHML, index)];
    ClosedForm { name, formulas, symbols, assumptions: Vec::new(), predictions: Vec::new(), tail: None }
}

fn prediction(measure: &'static str, standing: Standing, value: f64, resolution: f64) -> Prediction {
    Prediction { measure, standing, value, spread: None, resolution }
}

/// The closed forms for lane `lane`, the most telling first.
#[must_use]
#[inline(never)] // one lab is shown at a time
pub fn forms(scenario: &Scenario, lane: usize) -> Vec<ClosedForm> {
    let Some(world) = World::new(scenario, lane) else { return Vec::new() };
    let mut forms = Vec::new();
    if let Some(size) = world.largest {
        forms.push(amortised(&world, size));
        forms.push(window(&world, size));
        if world.linger.is_none() && scenario.lanes[lane].policy != "adaptive" {
            forms.push(filling(&world, size));
        }
    }
    if let (Some(linger), None) = (world.linger, world.largest) {
        forms.push(lingering(&world, linger));
    }
    forms
}

/// What a receiver that always has work does with the largest batches.
fn amortised(world: &World, size: u32) -> ClosedForm {
    let p = &world.parameters;
    let (fixed, each) = (world.cost.fixed.seconds(), world.cost.each.seconds());
    let items = f64::from(p.slots) * batching::throughput(f64::from(size), fixed, each);
    let value = items / f64::from(p.parts);
    ClosedForm {
        assumptions: vec![world.unedited()],
        // The work of items is drawn, so a run may have had somewhat less of it.
        predictions: vec![prediction("goodput", Standing::AtMost, value, 0.02 * value)],
        ..form("Amortised cost".to_owned(), 1, world.symbols(size))
    }
}

/// What the window allows over a round trip.
fn window(world: &World, size: u32) -> ClosedForm {
    let p = &world.parameters;
    let service = world.cost.fixed.seconds() + world.cost.each.seconds();
    let round_trip = 2.0 * world.cost.one_way.seconds() + service;
    let items = f64::from(size) * batching::window_throughput(f64::from(p.max_in_flight), round_trip);
    let value = items / f64::from(p.parts);
    let answers = p.acknowledgement == Acknowledgement::Answer;
    ClosedForm {
        assumptions: vec![
            Assumption::new("An answer makes room for the next batch.", answers, || {
                "Acknowledgements do, and they come before or after.".to_owned()
            }),
            world.unedited(),
        ],
        predictions: vec![prediction("goodput", Standing::AtMost, value, 0.02 * value)],
        ..form(
            "Window over round trip".to_owned(),
            2,
            vec![
                ("W", format!("{} batches of up to {size}", p.max_in_flight)),
                ("RTT", Nanos::from_seconds(round_trip).to_string()),
            ],
        )
    }
}

/// Batches of one size: filling, waiting, service.
fn filling(world: &World, size: u32) -> ClosedForm {
    let p = &world.parameters;
    let (fixed, each) = (world.cost.fixed.seconds(), world.cost.each.seconds());
    let value = world.legs() + batching::mean_time_by_size(f64::from(size), p.rate, fixed, each);
    let mut assumptions = world.random_items();
    assumptions.push(Assumption::new(
        "The receiver has one slot, and batches of a size take equally long.",
        p.slots == 1 && p.law == Law::Constant,
        || "It has several, or the work of items differs.".to_owned(),
    ));
    let busy =
        (f64::from(p.max_in_flight) - 1.0) * (fixed + f64::from(size) * each) >= 2.0 * world.cost.one_way.seconds();
    assumptions.push(Assumption::new("The window never leaves the receiver idle while batches wait.", busy, || {
        format!("With {} in flight it may.", p.max_in_flight)
    }));
    assumptions.push(Assumption::new("No batch fails.", p.failures == 0.0, || format!("{} % do.", p.failures)));
    ClosedForm {
        assumptions,
        predictions: vec![prediction("mean", Standing::Approximation, value, 0.0)],
        ..form("Filling, then waiting (Kingman)".to_owned(), 1, world.symbols(size))
    }
}

/// A linger: nobody is faster on average than the wait for the batch and the way there and back.
fn lingering(world: &World, linger: Nanos) -> ClosedForm {
    let (rate, seconds) = (world.parameters.rate, linger.seconds());
    let service = world.cost.fixed.seconds() + world.cost.each.seconds();
    let value = world.legs() + batching::mean_linger_wait(rate, seconds) + service;
    ClosedForm {
        assumptions: world.random_items(),
        // The mean of drawn work and of drawn waits is somewhat off in a short run.
        predictions: vec![prediction("mean", Standing::AtLeast, value, 0.02 * value)],
        ..form("Linger".to_owned(), 0, vec![("λ", format!("{rate}/s")), ("L", linger.to_string())])
    }
}

/// The laws that tie measured figures of lane `lane` together: the batches that a linger makes of the items that came, and
/// what all batches cost the receiver.
#[must_use]
#[inline(never)] // one lab is shown at a time
pub fn laws(scenario: &Scenario, lane: usize, merged: &Merged) -> Vec<ClosedForm> {
    let Some(world) = World::new(scenario, lane) else { return Vec::new() };
    let mut laws: Vec<ClosedForm> = world.linger.map(|linger| batches(&world, linger, merged)).into_iter().collect();
    laws.push(cost_of_all(&world, merged));
    laws
}

/// Every batch costs its fixed part, every item its own: so busy is the receiver.
fn cost_of_all(world: &World, merged: &Merged) -> ClosedForm {
    let counted = |index: usize| merged.counters.get(index).copied().unwrap_or(0) as f64;
    let (batches, items) = (counted(counter::BATCHES), counted(counter::ITEMS));
    let (fixed, each) = (world.cost.fixed.seconds(), world.cost.each.seconds());
    let span = merged.span.seconds().max(1e-9);
    let value = (batches * fixed + items * each) / span;
    let size = items / batches.max(1.0);
    let p = &world.parameters;
    let a_batch = fixed + size * each;
    ClosedForm {
        assumptions: vec![
            Assumption::new("All items are the same work.", p.law == Law::Constant, || "They differ.".to_owned()),
            Assumption::new("No batch is sent twice.", p.failures == 0.0, || format!("{} % are.", p.failures)),
            settled(merged),
            world.unedited(),
        ],
        predictions: vec![Prediction {
            measure: "busy",
            standing: Standing::Exact,
            value,
            spread: Some(0.0),
            // At each end of the stretch, the batches that are out have a part of their work outside of it.
            resolution: 2.0 * a_batch * (f64::from(p.max_in_flight) + 1.0) / span,
        }],
        ..form(
            "Amortised cost, as measured".to_owned(),
            1,
            vec![
                ("k", format!("{size:.2} items, as measured")),
                ("f", world.cost.fixed.to_string()),
                ("v", world.cost.each.to_string()),
                ("for each item", format!("{:.3} ms", a_batch / size.max(1e-9) * 1e3)),
            ],
        )
    }
}

/// The batches that a linger makes of the items that came.
fn batches(world: &World, linger: Nanos, merged: &Merged) -> ClosedForm {
    let (rate, seconds) = (world.parameters.rate, linger.seconds());
    let size = match world.largest {
        Some(largest) => batching::mean_batch_size_capped(rate, seconds, largest),
        None => batching::mean_batch_size(rate, seconds),
    };
    let items = merged.counters.get(counter::ITEMS).copied().unwrap_or(0) as f64;
    let value = items / size;
    // The size of a batch varies by √(λL) at most, and there are `size` times fewer batches than items.
    let spread = NORMAL_95 * value * sqrt(rate * seconds / size);
    ClosedForm {
        assumptions: world.random_items(),
        predictions: vec![Prediction {
            measure: "batches",
            standing: Standing::Exact,
            value,
            spread: Some(spread),
            resolution: 1.0 + value * edge(merged),
        }],
        ..form(
            "Mean batch of a linger".to_owned(),
            0,
            vec![("E[K]", format!("{size:.2}")), ("λ", format!("{rate}/s")), ("L", linger.to_string())],
        )
    }
}

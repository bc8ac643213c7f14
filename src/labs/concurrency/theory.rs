//! Which closed forms say something about a lane of the concurrency lab, and what they predict.
//!
//! The universal scalability law bounds what the service can answer, and says what it answers with so many inside;
//! Little's law says which limit is the knee, and ties limit, rate and latency at the limiter. Pure: a scenario goes in,
//! forms come out; the formulas are in [`crate::theory`].

use super::model::{counter, gauge};
use super::parameters::{Other, Parameters};
use super::service::{Service, Truth};
use crate::labs::theory::{Assumption, ClosedForm, Formula, Prediction, Standing, formula};
use crate::scenario::Scenario;
use crate::simulation::arrivals::Process;
use crate::simulation::window::Merged;
use crate::theory::{operational, universal_scalability};

/// Limiters that do not look for the knee: their limit says nothing about it.
const NOT_SEEKING: [&str; 2] = ["fixed", "semaphore-per-call"];
/// The limiter that is told the truth.
const TOLD: &str = "littles-law";

/// A lane as theory sees it.
struct World {
    parameters: Parameters,
    policy: String,
    truth: Truth,
    edited: bool,
}

impl World {
    fn new(scenario: &Scenario, lane: usize) -> Option<Self> {
        let parameters: Parameters = scenario.typed(lane);
        let policy = scenario.lanes.get(lane)?.policy.clone();
        let truth = Service::new(&parameters).truth(&parameters);
        let edited = scenario.edits.iter().any(|edit| edit.lane.is_none_or(|other| other == lane));
        Some(Self { parameters, policy, truth, edited })
    }

    fn unedited(&self) -> Assumption {
        Assumption::new("The service stays as it is.", !self.edited, || "There are edits during this run.".to_owned())
    }

    fn alone(&self) -> Assumption {
        Assumption::new("Nobody else uses the service.", self.parameters.other == Other::None, || {
            "A second group of clients has a limiter of its own.".to_owned()
        })
    }

    /// Seconds in flight at the limiter that are not spent at the station: the dependency, and the way there and back.
    fn elsewhere(&self) -> f64 {
        self.parameters.dependency.seconds() + 2.0 * self.parameters.network.seconds()
    }

    fn symbols(&self) -> Vec<(&'static str, String)> {
        let p = &self.parameters;
        vec![
            ("α", p.contention.to_string()),
            ("β", p.coherency.to_string()),
            ("γ", format!("{:.1}/s", 1.0 / p.service.seconds())),
            ("N", format!("no more than {} at a time", p.slots)),
        ]
    }
}

fn form(name: &str, formulas: Vec<Formula>, symbols: Vec<(&'static str, String)>) -> ClosedForm {
    ClosedForm {
        name: name.to_owned(),
        formulas,
        symbols,
        assumptions: Vec::new(),
        predictions: Vec::new(),
        tail: None,
    }
}

fn prediction(measure: &'static str, standing: Standing, value: f64, resolution: f64) -> Prediction {
    Prediction { measure, standing, value, spread: None, resolution }
}

/// The closed forms for lane `lane`, the most telling first.
#[must_use]
#[inline(never)] // one lab is shown at a time
pub fn forms(scenario: &Scenario, lane: usize) -> Vec<ClosedForm> {
    let Some(world) = World::new(scenario, lane) else { return Vec::new() };
    let mut forms = vec![capacity(&world)];
    if !NOT_SEEKING.contains(&world.policy.as_str()) {
        forms.push(limit(&world));
    }
    forms
}

/// No limiter gets more out of the service than it has.
fn capacity(world: &World) -> ClosedForm {
    let value = world.truth.capacity;
    let both = [0, 1].map(|index| formula(universal_scalability::MATHML, index));
    ClosedForm {
        assumptions: vec![world.unedited()],
        // Work is drawn, so a run may have had somewhat less of it than the mean.
        predictions: vec![prediction("goodput", Standing::AtMost, value, 0.03 * value)],
        ..form("Capacity (universal scalability law)", both.to_vec(), world.symbols())
    }
}

/// Throughput × latency without load: the limit that is just enough for the capacity.
fn limit(world: &World) -> ClosedForm {
    let (p, truth) = (&world.parameters, world.truth);
    let needed = p.arrivals == Process::Closed || p.rate >= truth.capacity || world.policy == TOLD;
    ClosedForm {
        assumptions: vec![
            world.unedited(),
            world.alone(),
            Assumption::new("As much is asked for as there is capacity.", needed, || {
                format!("Only {} of {:.0} a second: a limiter cannot see where the knee is.", p.rate, truth.capacity)
            }),
        ],
        predictions: vec![prediction("limit", Standing::Approximation, truth.knee, 0.0)],
        ..form(
            "Little’s-law limit: the true knee",
            vec![formula(operational::MATHML, 0)],
            vec![
                ("L", format!("{:.1} in flight", truth.knee)),
                ("λ", format!("{:.0}/s, the capacity", truth.capacity)),
                ("W", format!("{}, without load", truth.without_load)),
            ],
        )
    }
}

/// The laws that tie measured figures of lane `lane` together.
#[must_use]
#[inline(never)] // one lab is shown at a time
pub fn laws(scenario: &Scenario, lane: usize, merged: &Merged) -> Vec<ClosedForm> {
    let Some(world) = World::new(scenario, lane) else { return Vec::new() };
    vec![at_the_limiter(&world, merged), with_so_many(&world, merged)]
}

/// In flight at the limiter = what it lets in × how long that takes. The queue in front is no part of it.
fn at_the_limiter(world: &World, merged: &Merged) -> ClosedForm {
    let counted = |index: usize| merged.counters.get(index).copied().unwrap_or(0);
    let away = counted(counter::TURNED_AWAY) + counted(counter::EXPIRED);
    let let_in = counted(counter::ATTEMPTS).saturating_sub(away) as f64 / merged.span.seconds().max(1e-9);
    let latency = merged.gauges.get(gauge::SERVICE_LATENCY).copied().unwrap_or(0.0);
    let refused = counted(counter::REFUSED);
    ClosedForm {
        assumptions: vec![
            world.alone(),
            Assumption::new("The service takes in whatever the limiter lets in.", refused == 0, || {
                format!("It refused {refused}.")
            }),
        ],
        // The latency is averaged window by window, the rate over all of them: equal only while neither moves much.
        predictions: vec![prediction("admitted", Standing::Approximation, let_in * latency, 0.0)],
        ..form(
            "Little’s law at the limiter",
            vec![formula(operational::MATHML, 0)],
            vec![
                ("L", "in flight at the limiter".to_owned()),
                ("λ", format!("{let_in:.1}/s let in, as measured")),
                ("W", format!("{:.1} ms from let in to back, as measured", latency * 1e3)),
            ],
        )
    }
}

/// What the law of scalability gives for as many inside as there were.
fn with_so_many(world: &World, merged: &Merged) -> ClosedForm {
    let p = &world.parameters;
    let gauge_of = |index: usize| merged.gauges.get(index).copied().unwrap_or(0.0);
    let wasted = merged.counters.get(counter::WASTED).copied().unwrap_or(0);
    let through = merged.goodput();
    let inside = (gauge_of(gauge::ADMITTED) + gauge_of(gauge::OTHER_ADMITTED) - through * world.elsewhere()).max(0.0);
    let value = p.capacity().parallelism(inside) / p.service.seconds();
    let mut symbols = world.symbols();
    if let Some(last) = symbols.last_mut() {
        last.1 = format!("{inside:.1} at work, as measured");
    }
    ClosedForm {
        assumptions: vec![
            world.unedited(),
            Assumption::new("Every answer is for a client that still waits.", wasted == 0, || {
                format!("{wasted} were for nobody.")
            }),
        ],
        // The law is bent: its value at the mean number is above the mean of its values.
        predictions: vec![prediction("goodput", Standing::Approximation, value, 0.0)],
        ..form("Throughput with so many inside", vec![formula(universal_scalability::MATHML, 0)], symbols)
    }
}

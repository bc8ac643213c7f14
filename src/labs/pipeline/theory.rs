//! Which closed forms say something about a lane of the pipelining lab, and what they predict.
//!
//! The bottleneck and the window bound every rule; without bounds the stages are independent queues (Jackson); and each
//! stage is as busy as what passes it. Pure: a scenario goes in, forms come out; the formulas are in [`crate::theory`].

use super::model::{Model, gauge};
use super::parameters::Parameters;
use crate::basics::Nanos;
use crate::basics::maths::sqrt;
use crate::labs::theory::{
    Assumption, ClosedForm, Prediction, Standing, all_answered, edge, formula, formulas, settled,
};
use crate::scenario::Scenario;
use crate::simulation::arrivals::{Process, Shape};
use crate::simulation::service::{Law, Service};
use crate::simulation::window::Merged;
use crate::theory::run_length::NORMAL_95;
use crate::theory::{batching, mmc, operational};

/// The gauges of the stages, by their names.
const UTILISATIONS: [&str; 5] = ["utilisation-0", "utilisation-1", "utilisation-2", "utilisation-3", "utilisation-4"];

/// A lane as theory sees it.
struct World {
    parameters: Parameters,
    rule: String,
    /// Workers and mean service time (seconds) of each stage.
    stages: Vec<(f64, f64)>,
    edited: bool,
}

impl World {
    fn new(scenario: &Scenario, lane: usize) -> Option<Self> {
        let parameters: Parameters = scenario.typed(lane);
        let rule = scenario.lanes.get(lane)?.policy.clone();
        let stage = |index| (parameters.workers.of(index).round(), parameters.service.of(index) / 1e3);
        let stages = (0..parameters.stages as usize).map(stage).collect();
        let edited = scenario.edits.iter().any(|edit| edit.lane.is_none_or(|other| other == lane));
        Some(Self { parameters, rule, stages, edited })
    }

    /// From client to client without any stage, in seconds.
    fn way(&self) -> f64 {
        let hops = self.stages.len().saturating_sub(1) as f64;
        2.0 * self.parameters.network.seconds() + hops * self.parameters.hop.seconds()
    }

    fn unedited(&self) -> Assumption {
        Assumption::unedited(self.edited)
    }
}

/// The closed forms for lane `lane`, the most telling first.
#[must_use]
#[inline(never)] // one lab is shown at a time
pub fn forms(scenario: &Scenario, lane: usize) -> Vec<ClosedForm> {
    let Some(world) = World::new(scenario, lane) else { return Vec::new() };
    let mut forms = vec![bottleneck(&world)];
    if world.rule == "unbounded" {
        forms.push(jackson(&world));
    }
    forms
}

/// No more comes out than the slowest stage lets through, or the window over a round trip without any wait.
fn bottleneck(world: &World) -> ClosedForm {
    let demands: Vec<f64> = world.stages.iter().map(|(workers, time)| time / workers).collect();
    let slowest = batching::pipeline_throughput(&demands);
    let round_trip = world.way() + world.stages.iter().map(|stage| stage.1).sum::<f64>();
    let window = match world.parameters.window {
        0 => f64::INFINITY,
        window => batching::window_throughput(f64::from(window), round_trip),
    };
    let value = slowest.min(window);
    let users = if world.parameters.window == 0 { "unbounded".to_owned() } else { world.parameters.window.to_string() };
    ClosedForm {
        name: "Bottleneck law".to_owned(),
        formulas: vec![formula(operational::MATHML, 3)],
        symbols: vec![
            ("Dmax", Nanos::from_seconds(1.0 / slowest).to_string()),
            ("N", users),
            ("D + Z", Nanos::from_seconds(round_trip).to_string()),
        ],
        assumptions: vec![world.unedited()],
        predictions: vec![Prediction {
            measure: "goodput",
            standing: Standing::AtMost,
            value,
            spread: None,
            // Service times are drawn: a run may have had somewhat less work than the mean.
            resolution: 0.03 * value,
        }],
        tail: None,
    }
}

/// Without bounds, with random arrivals and exponential times, each stage is an M/M/c queue by itself.
fn jackson(world: &World) -> ClosedForm {
    let p = &world.parameters;
    let response = |&(workers, time): &(f64, f64)| mmc::mean_response(p.rate, time, workers as u32);
    let value = world.way() + world.stages.iter().map(response).sum::<f64>();
    let steady = p.arrivals == Process::Poisson && p.shape == Shape::Steady;
    ClosedForm {
        name: "Stages in tandem (Jackson)".to_owned(),
        formulas: vec![formulas(mmc::MATHML)],
        symbols: vec![("λ", format!("{}/s", p.rate)), ("stages", world.stages.len().to_string())],
        assumptions: vec![
            Assumption::new("Requests come at random at a steady rate.", steady, || "They do not.".to_owned()),
            Assumption::new("Service times are exponential.", p.law == Law::Exponential, || "They are not.".to_owned()),
            Assumption::new("No window holds requests back.", p.window == 0, || format!("It is {}.", p.window)),
            world.unedited(),
        ],
        predictions: vec![Prediction {
            measure: "mean",
            standing: Standing::Exact,
            value,
            spread: None,
            resolution: 0.0,
        }],
        tail: None,
    }
}

/// The laws that tie measured figures of lane `lane` together: each stage is as busy as what passes it.
#[must_use]
#[inline(never)] // one lab is shown at a time
pub fn laws(scenario: &Scenario, lane: usize, merged: &Merged) -> Vec<ClosedForm> {
    let Some(world) = World::new(scenario, lane) else { return Vec::new() };
    let Parameters { law, variability, phases, tail, .. } = world.parameters;
    let variation = Service { law, variability, stages: phases, tail }.squared_variation();
    let through = merged.goodput();
    let busy = |(&(workers, time), measure): (&(f64, f64), &&'static str)| {
        let value = operational::busy_servers(through, time) / workers;
        Prediction {
            measure,
            standing: Standing::Exact,
            value,
            // The work of N requests has a relative deviation of c ÷ √N.
            spread: Some(value * NORMAL_95 * sqrt(variation)),
            resolution: value * edge(merged),
        }
    };
    let utilisation = ClosedForm {
        name: "Utilisation law".to_owned(),
        formulas: vec![formula(operational::MATHML, 1)],
        symbols: vec![
            ("U", "busy workers of a stage".to_owned()),
            ("X", "goodput, as measured".to_owned()),
            ("S", "mean service time of the stage".to_owned()),
        ],
        assumptions: vec![
            Assumption::new("Whatever passes one stage passes all.", merged.shed == 0, || {
                format!("{} requests were dropped on the way.", merged.shed)
            }),
            world.unedited(),
        ],
        predictions: world.stages.iter().zip(&UTILISATIONS).map(busy).collect(),
        tail: None,
    };
    vec![utilisation, stage_by_stage(&world, merged)]
}

/// The names of the stages' times.
const TIMES: [&str; 5] = ["W0", "W1", "W2", "W3", "W4"];

/// Little's law for each stage: its mean number over the throughput is the time that a request spends there, and these
/// times, the wait at the clients and the way add up to the latency.
fn stage_by_stage(world: &World, merged: &Merged) -> ClosedForm {
    let through = merged.goodput().max(1e-9);
    let at_stage = |index: usize| merged.nodes.get(Model::node(index) as usize).copied().unwrap_or(0.0);
    let at_clients = merged.gauges.get(gauge::GATE).copied().unwrap_or(0.0);
    let number: f64 = (0..world.stages.len()).map(at_stage).sum::<f64>() + at_clients;
    let value = number / through + world.way();
    let told = |number: f64| format!("{number:.2} ÷ {through:.1}/s = {:.1} ms", number / through * 1e3);
    let mut symbols: Vec<(&'static str, String)> =
        TIMES.iter().enumerate().take(world.stages.len()).map(|(index, name)| (*name, told(at_stage(index)))).collect();
    symbols.push(("at the clients", told(at_clients)));
    symbols.push(("on the way", Nanos::from_seconds(world.way()).to_string()));
    ClosedForm {
        name: "Little's law, stage by stage".to_owned(),
        formulas: vec![formula(operational::MATHML, 0)],
        symbols,
        assumptions: vec![all_answered(merged), settled(merged), world.unedited()],
        predictions: vec![Prediction {
            measure: "mean",
            standing: Standing::Exact,
            value,
            spread: Some(0.0),
            resolution: value * edge(merged),
        }],
        tail: None,
    }
}

//! Which closed forms say something about a lane of the lock lab, and what they predict.
//!
//! Threads that think, wait for a lock and hold it are a closed queueing network, so mean value analysis has the whole
//! answer; what no policy can pass and what ties the measured figures together needs no distribution at all. The
//! formulas are in [`crate::theory::closed_network`] and [`crate::theory::operational`].

use super::model::Model;
use super::parameters::Parameters;
use crate::labs::theory::{Assumption, ClosedForm, Prediction, Standing, edge, formula};
use crate::scenario::Scenario;
use crate::simulation::service::Law;
use crate::simulation::window::Merged;
use crate::theory::{closed_network, operational};

/// Threads × locks beyond which mean value analysis would take longer than a glance.
const MOST_STEPS: u64 = 4_000_000;

/// What the figures of a run may be off from a bound that they come near, as a share: the times drawn in it have means
/// of their own.
const DRAWN: f64 = 0.02;

/// The seconds that an operation needs of each lock, on average.
fn demands(scenario: &Scenario, lane: usize, parameters: &Parameters) -> Vec<f64> {
    let hold = parameters.hold.seconds();
    Model::new(scenario, lane).shares().iter().map(|share| share * hold).collect()
}

fn unedited(scenario: &Scenario, lane: usize) -> Assumption {
    let edited = scenario.edits.iter().any(|edit| edit.lane.is_none_or(|other| other == lane));
    Assumption::new("Nothing changes during the run.", !edited, || "There are edits during this run.".to_owned())
}

fn symbols(parameters: &Parameters) -> Vec<(&'static str, String)> {
    vec![
        ("n", format!("{} threads", parameters.threads)),
        ("Z", format!("{} outside", parameters.think)),
        ("D", format!("{} in a lock", parameters.hold)),
    ]
}

/// The closed forms for lane `lane`, the most telling first.
#[must_use]
pub fn forms(scenario: &Scenario, lane: usize) -> Vec<ClosedForm> {
    if scenario.lanes.get(lane).is_none() {
        return Vec::new();
    }
    let parameters: Parameters = scenario.typed(lane);
    let demands = demands(scenario, lane, &parameters);
    let mut forms = Vec::new();
    if u64::from(parameters.threads) * u64::from(parameters.locks) <= MOST_STEPS {
        forms.push(network(scenario, lane, &parameters, &demands));
    }
    forms.push(bound(scenario, lane, &parameters, &demands));
    forms
}

/// Mean value analysis of threads and locks.
fn network(scenario: &Scenario, lane: usize, parameters: &Parameters, demands: &[f64]) -> ClosedForm {
    let balance = closed_network::balance(parameters.threads, demands, parameters.think.seconds());
    // Who holds a lock does not wait for it: as many hold one as the utilisation law says.
    let held = operational::busy_servers(balance.throughput, parameters.hold.seconds());
    let waiting = balance.queues.iter().sum::<f64>() - held;
    // Waits that follow each other hang together, and nobody has derived by how much: no band.
    let exact =
        |measure, value| Prediction { measure, standing: Standing::Exact, value, spread: None, resolution: 0.0 };
    ClosedForm {
        name: format!("Closed network of {} threads", parameters.threads),
        formulas: vec![formula(closed_network::MATHML, 0), formula(closed_network::MATHML, 1)],
        symbols: symbols(parameters),
        assumptions: vec![
            Assumption::new("Times in the lock are exponential.", parameters.law == Law::Exponential, || {
                "They are not, and threads wait in turn.".to_owned()
            }),
            Assumption::new("Handing a lock over costs nothing.", parameters.handover.0 == 0, || {
                format!("It costs {} whenever somebody waited.", parameters.handover)
            }),
            unedited(scenario, lane),
        ],
        predictions: vec![
            exact("goodput", balance.throughput),
            exact("mean", balance.response_time),
            exact("queued", waiting),
        ],
        tail: None,
    }
}

/// The busiest lock, or threads that never wait, whichever is less.
fn bound(scenario: &Scenario, lane: usize, parameters: &Parameters, demands: &[f64]) -> ClosedForm {
    let value = operational::throughput_bound(f64::from(parameters.threads), demands, parameters.think.seconds());
    let hottest = demands.iter().copied().fold(0.0, f64::max) / parameters.hold.seconds();
    let mut symbols = symbols(parameters);
    symbols.push(("Dmax", format!("{:.1} % of D at the hottest lock", hottest * 100.0)));
    ClosedForm {
        name: "Bound of the hottest lock".to_owned(),
        formulas: vec![formula(operational::MATHML, 3)],
        symbols,
        assumptions: vec![unedited(scenario, lane)],
        predictions: vec![Prediction {
            measure: "goodput",
            standing: Standing::AtMost,
            value,
            spread: Some(0.0),
            resolution: DRAWN * value,
        }],
        tail: None,
    }
}

/// The laws that tie measured figures of lane `lane` together.
#[must_use]
pub fn laws(scenario: &Scenario, lane: usize, merged: &Merged) -> Vec<ClosedForm> {
    let parameters: Parameters = scenario.typed(lane);
    let (threads, think) = (f64::from(parameters.threads), parameters.think.seconds());
    let goodput = merged.goodput();
    if goodput == 0.0 {
        return Vec::new();
    }
    let value = operational::interactive_response_time(threads, goodput, think);
    vec![ClosedForm {
        name: "Interactive response time law".to_owned(),
        formulas: vec![formula(operational::MATHML, 2)],
        symbols: vec![
            ("N", format!("{} threads", parameters.threads)),
            ("X", "goodput, as measured".to_owned()),
            ("Z", format!("{} outside", parameters.think)),
        ],
        assumptions: vec![unedited(scenario, lane)],
        predictions: vec![Prediction {
            measure: "mean",
            standing: Standing::Exact,
            value,
            spread: Some(0.0),
            // The mean time outside is that of so many draws, exponential ones; and the ends of the stretch.
            resolution: 3.0 * think / crate::basics::maths::sqrt(merged.completed as f64)
                + (value + think) * edge(merged),
        }],
        tail: None,
    }]
}

//! Which closed forms say something about a lane of the lock lab, and what they predict.
//!
//! Threads that think, wait for a lock and hold it are a closed queueing network, so mean value analysis has the whole
//! answer where each lock is asked for as often; what no policy can pass and what ties the measured figures together
//! needs no distribution at all. The formulas are in [`crate::theory::closed_network`] and [`crate::theory::operational`].
//! It knows no map of keys, for the page computes it: which share each lock has comes from the run.

use super::parameters::Parameters;
use crate::labs::results::measure;
use crate::labs::theory::{Assumption, ClosedForm, Prediction, Standing, edge, formula};
use crate::scenario::Scenario;
use crate::simulation::service::Law;
use crate::simulation::window::Merged;
use crate::theory::{closed_network, operational};

/// Threads × locks beyond which mean value analysis would take longer than a glance.
const MOST_STEPS: u64 = 4_000_000;

/// The maps that give all shards about as many keys, for keys that are well mixed.
const EVEN: [&str; 6] = ["modulo", "jump", "rendezvous", "anchor", "maglev", "id-modulo"];
/// So many keys for each lock differ by less than a tenth.
const MANY_KEYS: u32 = 100;

/// What the figures of a run may be off from a bound that they come near, as a share: the times drawn in it have means
/// of their own.
const DRAWN: f64 = 0.02;

fn unedited(scenario: &Scenario, lane: usize) -> Assumption {
    let edited = scenario.edits.iter().any(|edit| edit.lane.is_none_or(|other| other == lane));
    Assumption::unedited(edited)
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
#[inline(never)] // one lab is shown at a time
pub fn forms(scenario: &Scenario, lane: usize) -> Vec<ClosedForm> {
    let parameters: Parameters = scenario.typed(lane);
    let small = u64::from(parameters.threads) * u64::from(parameters.locks) <= MOST_STEPS;
    scenario.lanes.get(lane).filter(|_| small).map(|_| network(scenario, lane, &parameters)).into_iter().collect()
}

/// Mean value analysis of threads and locks.
fn network(scenario: &Scenario, lane: usize, parameters: &Parameters) -> ClosedForm {
    let demand = parameters.hold.seconds() / f64::from(parameters.locks);
    let demands = vec![demand; parameters.locks as usize];
    let balance = closed_network::balance(parameters.threads, &demands, parameters.think.seconds());
    let even = EVEN.contains(&scenario.lanes[lane].policy.as_str());
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
            Assumption::new("All keys are as popular.", parameters.key_skew == 0.0, || {
                format!("Their popularity is Zipf's with exponent {}.", parameters.key_skew)
            }),
            Assumption::new("The map gives every lock as many keys.", even, || "This one does not.".to_owned()),
            Assumption::new(
                "There are many keys for each lock.",
                parameters.keys / parameters.locks >= MANY_KEYS,
                || format!("{} keys for {} locks are uneven by chance.", parameters.keys, parameters.locks),
            ),
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
fn bound(scenario: &Scenario, lane: usize, parameters: &Parameters, hottest: f64) -> ClosedForm {
    let hold = parameters.hold.seconds();
    // What is left is spread over locks that are no hotter: as many as that takes.
    let (whole, rest) = ((1.0 / hottest).floor(), (1.0 / hottest).fract());
    let mut demands = vec![hottest * hold; whole as usize];
    demands.push(rest * hottest * hold);
    let value = operational::throughput_bound(f64::from(parameters.threads), &demands, parameters.think.seconds());
    let mut symbols = symbols(parameters);
    symbols.push(("Dmax", format!("{:.1} % of D at the hottest lock, as measured", hottest * 100.0)));
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
#[inline(never)] // one lab is shown at a time
pub fn laws(scenario: &Scenario, lane: usize, merged: &Merged) -> Vec<ClosedForm> {
    let parameters: Parameters = scenario.typed(lane);
    let (threads, think) = (f64::from(parameters.threads), parameters.think.seconds());
    let goodput = merged.goodput();
    if goodput == 0.0 {
        return Vec::new();
    }
    let value = operational::interactive_response_time(threads, goodput, think);
    let hottest = measure(&super::LAB, merged, "hottest").filter(|&share| share > 0.0);
    let mut laws: Vec<ClosedForm> =
        hottest.map(|share| bound(scenario, lane, &parameters, share)).into_iter().collect();
    laws.push(ClosedForm {
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
    });
    laws
}

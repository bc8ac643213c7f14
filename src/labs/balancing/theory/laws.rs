//! Laws between measured figures: they hold in open and closed loops alike, whatever the policy.
//!
//! Read next: [`operational`].

use super::assumptions::assume;
use super::{World, fifo};
use crate::basics::Nanos;
use crate::basics::maths::sqrt;
use crate::labs::theory::{Assumption, ClosedForm, Prediction, Standing, edge, formula};
use crate::scenario::Scenario;
use crate::simulation::arrivals::Process;
use crate::simulation::window::Merged;
use crate::theory::operational;
use crate::theory::run_length::NORMAL_95;

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

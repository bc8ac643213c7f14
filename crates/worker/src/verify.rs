//! What makes “the same bits everywhere” checkable from outside: the trace hashes of a scenario, from the very
//! binary that the page runs. The tests call it in two browsers; anybody can, from the console of theirs.

use std::cell::Cell;

use headroom::labs::{Experiment, build_among};
use headroom::scenario::Scenario;
use headroom::simulation::{Budget, Detail, Record};
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static EXPERIMENTS: Cell<&'static [Experiment]> = const { Cell::new(&[]) };
}

/// Which experiments this program has.
pub fn remember(experiments: &'static [Experiment]) {
    EXPERIMENTS.set(experiments);
}

/// Runs every lane of the scenario in `text` to its end and returns their trace hashes in hexadecimal, separated by
/// commas; for a text that is refused, the reason.
#[wasm_bindgen]
#[must_use]
pub fn trace_hashes(text: &str) -> String {
    let experiments = EXPERIMENTS.get();
    match Scenario::read_among(experiments.iter().map(|experiment| experiment.lab), text) {
        Ok((scenario, notices)) if notices.is_empty() => {
            let hash = |lane| {
                let mut run = build_among(experiments, &scenario, lane);
                let budget = Budget { until: scenario.duration, events: u64::MAX };
                run.advance(budget, &mut Record::new(Detail::OFF));
                format!("{:016x}", run.trace_hash())
            };
            (0..scenario.lanes.len()).map(hash).collect::<Vec<_>>().join(",")
        }
        Ok((_, notices)) => notices.into_iter().map(|notice| notice.sentence).collect::<Vec<_>>().join(" "),
        Err(notice) => notice.sentence,
    }
}

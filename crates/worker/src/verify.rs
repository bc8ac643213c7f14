//! What makes “the same bits everywhere” checkable from outside: the trace hashes of a scenario, from the very
//! binary that the page runs. The tests call it in two browsers; anybody can, from the console of theirs.

use headroom::labs::run_out;
use headroom::scenario::Scenario;
use wasm_bindgen::prelude::wasm_bindgen;

/// Runs every lane of the scenario in `text` to its end and returns their trace hashes in hexadecimal, separated by
/// commas; for a text that is refused, the reason.
#[wasm_bindgen]
#[must_use]
pub fn trace_hashes(text: &str) -> String {
    match Scenario::read(text) {
        Ok((scenario, notices)) if notices.is_empty() => {
            let lanes = run_out(&scenario).lanes;
            lanes.iter().map(|lane| format!("{:016x}", lane.trace_hash)).collect::<Vec<_>>().join(",")
        }
        Ok((_, notices)) => notices.into_iter().map(|notice| notice.sentence).collect::<Vec<_>>().join(" "),
        Err(notice) => notice.sentence,
    }
}

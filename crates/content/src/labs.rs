//! What only people read of the labs, as the page fetches it: from the declarations in the library, where it is written.
//!
//! A text is found by its path: `parameter/rate`, `parameter/arrivals/poisson` (an option), `fault/kill`, `measure/p99`,
//! `policy/random/summary`, `policy/two-choices/parameter/choices`. The page asks for the same paths
//! (`crates/page/src/tabs/prose.rs`). Read next: `src/basics/prose.rs` of the library.

use headroom::basics::{Declaration, Kind};
use headroom::labs::lab::COMMON_GAUGES;
use headroom::labs::results::{COMMON_MEASURES, SERVER_MEASURES};
use headroom::labs::{Lab, Show, catalogue};
use headroom::theory::{FORMULAS, Formulas};
use serde_json::{Map, Value, json};

use crate::Compiled;

/// A file for each lab, one for each page that tells of all labs, and one with all formulas.
#[must_use]
pub fn compile() -> Vec<Compiled> {
    let text = |key: &str, json: Value| Compiled { room: "labs", key: key.to_owned(), json };
    let mut all: Vec<Compiled> = catalogue().map(|lab| text(lab.key, of_lab(lab))).collect();
    all.push(text("home", by_lab(|lab| lab.shows.iter().take(SHOWN).map(link).collect())));
    all.push(text("formulas", formulas()));
    all.push(text("about", by_lab(honesty)));
    all
}

/// So many demonstrations of a lab are offered on the first page; the lab has them all.
const SHOWN: usize = 4;

fn by_lab(of: fn(&Lab) -> Value) -> Value {
    catalogue().map(|lab| (lab.key.to_owned(), of(lab))).collect::<Map<_, _>>().into()
}

/// The formulas of every subject of `theory`, typeset.
fn formulas() -> Value {
    let subject = |of: &Formulas| {
        let formulas: Vec<&str> = of.mathml.split_inclusive("</math>").collect();
        (of.subject.to_owned(), formulas.into())
    };
    FORMULAS.iter().map(subject).collect::<Map<_, _>>().into()
}

fn link(show: &Show) -> Value {
    json!({ "title": show.title, "scenario": show.scenario })
}

fn honesty(lab: &Lab) -> Value {
    json!({ "models": *lab.models, "leaves-out": *lab.leaves_out })
}

fn of_lab(lab: &Lab) -> Value {
    let shows: Vec<Value> = lab
        .shows
        .iter()
        .map(|show| {
            json!({
                "key": show.key, "title": show.title, "scenario": show.scenario, "sentence": show.sentence,
                "task": show.task.map(|task| json!({ "sentence": task.sentence, "condition": task.condition })),
            })
        })
        .collect();
    json!({ "shows": shows, "models": *lab.models, "leaves-out": *lab.leaves_out, "texts": texts(lab) })
}

/// Every short text of a lab under its path.
fn texts(lab: &Lab) -> Map<String, Value> {
    let mut texts = Map::new();
    let mut add = |path: String, text: &str| drop(texts.insert(path, text.into()));
    let parameters = |within: &str, rows: &[Declaration], add: &mut dyn FnMut(String, &str)| {
        for row in rows {
            add(format!("{within}parameter/{}", row.key), &row.help);
            if let Kind::Choice(options) = row.kind {
                for option in options {
                    add(format!("{within}parameter/{}/{}", row.key, option.key), &option.help);
                }
            }
        }
    };
    parameters("", lab.parameters, &mut add);
    for about in lab.policies {
        let within = format!("policy/{}/", about.key);
        for (name, text) in [("summary", about.summary), ("cost", about.cost), ("source", about.source)] {
            add(format!("{within}{name}"), &text);
        }
        parameters(&within, about.parameters, &mut add);
    }
    for kind in lab.faults {
        add(format!("fault/{}", kind.key), &kind.help);
    }
    let own = COMMON_GAUGES.iter().chain(lab.gauges).chain(lab.counters).map(|own| (own.key, own.help));
    for (key, help) in COMMON_MEASURES.iter().chain(SERVER_MEASURES).copied().chain(own) {
        add(format!("measure/{key}"), &help);
    }
    texts
}

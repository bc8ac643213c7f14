//! Questions about runs: the page's program runs a scenario out in a worker, and says what conditions and figures come
//! to at its end.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde_json::json;
use wasm_bindgen::JsCast;
use web_sys::CustomEvent;

use crate::browser::{self, Listener};

/// What a run says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// For each condition, whether it holds (`None`: it cannot be told), and its figures.
    pub conditions: Vec<(Option<bool>, String)>,
    /// Each measure, and how it is written.
    pub measures: Vec<(Option<f64>, String)>,
}

/// What waits for an answer.
type Done = Box<dyn FnOnce(Result<Answer, String>)>;

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(1) };
    static WAITING: RefCell<BTreeMap<u32, Done>> = const { RefCell::new(BTreeMap::new()) };
}

/// Calls `then` as soon as the page's program is there. The listener that is returned waits until it is dropped.
pub fn when_page(then: impl FnOnce() + 'static) -> Option<Listener> {
    let document = browser::document()?;
    let there = document.document_element().is_some_and(|root| root.has_attribute("data-page"));
    if there {
        then();
        return None;
    }
    let mut then = Some(then);
    Some(Listener::new(&document, "headroom:page", move |_| {
        if let Some(then) = then.take() {
            then();
        }
    }))
}

/// Asks about the run of `scenario` with the parameters `with` set, and calls `done` with the answer.
pub fn ask(
    scenario: &str,
    with: &[(String, String)],
    conditions: &[String],
    measures: &[String],
    done: impl FnOnce(Result<Answer, String>) + 'static,
) {
    let id = NEXT.replace(NEXT.get() + 1);
    if id == 1 {
        hear();
    }
    WAITING.with_borrow_mut(|waiting| waiting.insert(id, Box::new(done)));
    let with: serde_json::Map<String, serde_json::Value> =
        with.iter().map(|(key, value)| (key.clone(), value.clone().into())).collect();
    let fields = json!({ "id": id, "scenario": scenario, "with": with, "conditions": conditions, "measures": measures, "at": "end" });
    let message = browser::message("evaluate", fields);
    let listener = when_page(move || {
        if let Some(document) = browser::document() {
            browser::dispatch(&document, "headroom:evaluate", &message);
        }
    });
    // It waits for as long as it takes.
    std::mem::forget(listener);
}

/// Listens to answers for as long as the program runs.
fn hear() {
    let Some(document) = browser::document() else { return };
    let listener = Listener::new(&document, "headroom:answer", |event| {
        let Some(event) = event.dyn_ref::<CustomEvent>() else { return };
        let detail = event.detail();
        // A number of ours; another one waits for nothing.
        let id = browser::get(&detail, "id").as_f64().unwrap_or(0.0) as u32;
        let Some(done) = WAITING.with_borrow_mut(|waiting| waiting.remove(&id)) else { return };
        if browser::text(&detail, "type") == "error" {
            return done(Err(browser::text(&detail, "message")));
        }
        let conditions = browser::list(&detail, "conditions");
        let measures = browser::list(&detail, "measures");
        done(Ok(Answer {
            conditions: conditions
                .iter()
                .map(|one| (browser::get(one, "holds").as_bool(), browser::text(one, "figures")))
                .collect(),
            measures: measures
                .iter()
                .map(|one| (browser::get(one, "value").as_f64(), browser::text(one, "written")))
                .collect(),
        }));
    });
    std::mem::forget(listener);
}

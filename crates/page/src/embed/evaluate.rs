//! Runs a scenario out beside what is shown, and says what conditions and figures come to at its end.
//!
//! A crew of workers for each lab serves the whole page, and the last results are kept: a lesson
//! asks for the same run more than once. Knows no message of a host. Read next: `headroom::content::conditions`.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use headroom::content::conditions::{Condition, Figure, Measures};
use headroom::labs::results::{LaneResult, Results};
use headroom::scenario::Scenario;
use headroom::session::{Command, Report};
use js_sys::Array;
use wasm_bindgen::JsValue;

use super::message::object;
use super::way::get;
use crate::pool::{Crew, Heard};

/// So many results are kept; a whole lesson asks for fewer.
const KEPT: usize = 32;

/// What waits for a run.
type Done = Box<dyn FnOnce(Result<Rc<Results>, String>)>;

struct Job {
    scenario: Scenario,
    lanes: BTreeMap<u8, LaneResult>,
    waiting: Vec<Done>,
}

thread_local! {
    static CREWS: RefCell<BTreeMap<&'static str, Crew>> = const { RefCell::new(BTreeMap::new()) };
    static JOBS: RefCell<BTreeMap<u32, Job>> = const { RefCell::new(BTreeMap::new()) };
    static RESULTS: RefCell<Vec<Rc<Results>>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<u32> = const { Cell::new(1) };
}

/// Runs `scenario` to its end and calls `done`, at once where the result is known already.
pub fn run_out(scenario: &Scenario, done: impl FnOnce(Result<Rc<Results>, String>) + 'static) {
    let known = RESULTS.with_borrow(|results| results.iter().find(|results| results.scenario == *scenario).cloned());
    if let Some(results) = known {
        return done(Ok(results));
    }
    let done: Done = Box::new(done);
    let joined = JOBS.with_borrow_mut(|jobs| match jobs.values_mut().find(|job| job.scenario == *scenario) {
        Some(job) => {
            job.waiting.push(done);
            None
        }
        None => {
            let number = NEXT.replace(NEXT.get() + 1);
            jobs.insert(number, Job { scenario: scenario.clone(), lanes: BTreeMap::new(), waiting: vec![done] });
            Some(number)
        }
    });
    if let Some(job) = joined {
        let lab = scenario.lab.key;
        CREWS.with_borrow_mut(|crews| {
            let heard: Rc<dyn Fn(usize, Heard)> = Rc::new(|_, what| heard(what));
            let crew = crews.entry(lab).or_insert_with(|| Crew::new(lab, &heard));
            for lane in 0..scenario.lanes.len() {
                // At most four lanes.
                let (text, lanes) = (scenario.text(), vec![lane as u8]);
                let run = Command::RunOut { job, scenario: text, lanes, measures: Vec::new(), windows: true };
                crew.send(lane % crew.size().max(1), &run);
            }
        });
    }
}

fn heard(heard: Heard) {
    match heard {
        Heard::Reports(reports) => reports.into_iter().for_each(report),
        Heard::Failed(sentence) => fail(&sentence),
        Heard::Started => {}
    }
}

fn report(report: Report) {
    match report {
        Report::Finished { job, lane, windows, totals, trace_hash, events, .. } => {
            let finished = JOBS.with_borrow_mut(|jobs| {
                let working = jobs.get_mut(&job)?;
                let policy = working.scenario.lanes.get(usize::from(lane))?.policy.clone();
                let result = LaneResult { policy, windows, marks: Vec::new(), totals, trace_hash, events };
                working.lanes.insert(lane, result);
                (working.lanes.len() == working.scenario.lanes.len()).then(|| jobs.remove(&job)).flatten()
            });
            let Some(Job { scenario, lanes, waiting }) = finished else { return };
            let window = headroom::labs::window_length(&scenario);
            let results = Rc::new(Results { scenario, window, lanes: lanes.into_values().collect() });
            RESULTS.with_borrow_mut(|kept| {
                if kept.len() >= KEPT {
                    kept.remove(0);
                }
                kept.push(Rc::clone(&results));
            });
            for done in waiting {
                done(Ok(Rc::clone(&results)));
            }
        }
        Report::Refused { sentence } => fail(&sentence),
        _ => {}
    }
}

/// Nobody will hear of the runs that are underway; the next one starts new workers.
fn fail(sentence: &str) {
    // A crew is the caller: it is let go of later, when it no longer is.
    gloo_timers::callback::Timeout::new(0, || drop(CREWS.take())).forget();
    for job in JOBS.take().into_values() {
        for done in job.waiting {
            done(Err(sentence.to_owned()));
        }
    }
}

/// The texts in the list `name` of a message.
///
/// # Errors
/// A sentence when it is no list of texts.
pub fn texts(message: &JsValue, name: &str) -> Result<Vec<String>, String> {
    let list = get(message, name);
    if list.is_undefined() {
        return Ok(Vec::new());
    }
    let wrong = || format!("{name} must be a list of texts.");
    if !Array::is_array(&list) {
        return Err(wrong());
    }
    Array::from(&list).iter().map(|text| text.as_string().ok_or_else(wrong)).collect()
}

/// What an answer says of `conditions` and `figures`.
///
/// # Errors
/// A sentence that names the first which is not understood.
pub fn answer(
    conditions: &[String],
    figures: &[String],
    measures: &impl Measures,
) -> Result<[(&'static str, JsValue); 2], String> {
    let condition = |text: &String| {
        let condition = Condition::read(text).map_err(|mistake| format!("The condition “{text}”: {mistake}."))?;
        let (holds, says) = match condition.holds(measures) {
            Ok(holds) => (JsValue::from(holds), condition.explain(measures)),
            Err(sentence) => (JsValue::NULL, sentence),
        };
        Ok(object(&[("condition", text.as_str().into()), ("holds", holds), ("figures", says.into())]).into())
    };
    let figure = |text: &String| {
        let figure = Figure::read(text).map_err(|mistake| format!("The measure “{text}”: {mistake}."))?;
        let value = figure.value(measures).map_or(JsValue::NULL, JsValue::from);
        let written = figure.written(measures).unwrap_or_else(|_| "–".to_owned());
        Ok(object(&[("measure", text.as_str().into()), ("value", value), ("written", written.into())]).into())
    };
    let conditions: Array =
        conditions.iter().map(condition).collect::<Result<Vec<JsValue>, String>>()?.into_iter().collect();
    let figures: Array = figures.iter().map(figure).collect::<Result<Vec<JsValue>, String>>()?.into_iter().collect();
    Ok([("conditions", conditions.into()), ("measures", figures.into())])
}

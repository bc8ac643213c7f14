//! A guess that a host wants laid over the run: read from its message, and measured.
//!
//! What is drawn is `headroom::content::comparison`, the same as in lessons. A number, an order and a choice follow the
//! playhead; a curve over a parameter is a run for each of its values. All words are the host's, so they are escaped.

use std::cell::RefCell;
use std::rc::Rc;

use headroom::content::comparison::{Outcome, comparison};
use headroom::content::conditions::{Condition, Figure, Measures};
use headroom::content::document::{Choice, Guess as Asked, Item, Scale, Unit};
use headroom::content::progress::Guess;
use headroom::scenario::{Scenario, lane_of_letter};
use js_sys::Array;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::evaluate;
use super::way::get;
use crate::hooks::use_watch;
use crate::live::Live;
use crate::stage::picture::escape;
use crate::tabs::tasks::SoFar;

/// At most so many values, items or choices.
const MOST: usize = 24;

/// What was asked and what was guessed.
#[derive(Clone, Debug, PartialEq)]
pub struct Laid {
    asked: Asked,
    guess: Guess,
}

/// Reads `{ kind, … }` as docs/embedding.md describes it.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn read(guess: &JsValue, live: &Live) -> Result<Laid, String> {
    let player = live.player();
    let scenario = player.scenario();
    let text = |value: &JsValue, name: &str| {
        get(value, name).as_string().ok_or_else(|| format!("A guess needs {name}: a text."))
    };
    let list = |name: &str| {
        let list = get(guess, name);
        let length = if Array::is_array(&list) { Array::from(&list).length() as usize } else { 0 };
        if (2..=MOST).contains(&length) {
            Ok(Array::from(&list))
        } else {
            Err(format!("A guess needs {name}: a list of 2 to {MOST}."))
        }
    };
    let figure = |value: &JsValue| {
        let figure = text(value, "figure")?;
        let read = Figure::read(&figure).map_err(|mistake| format!("The figure “{figure}”: {mistake}."))?;
        read.check(scenario).map_err(|what| format!("The figure “{figure}”: {what}."))?;
        Ok::<_, String>(figure)
    };
    let number =
        |value: JsValue| value.as_f64().filter(|number| number.is_finite()).ok_or("A guess is made of finite numbers.");
    match text(guess, "kind")?.as_str() {
        "number" => {
            let asked = Asked::Number { figure: figure(guess)?, scale: scale(guess)? };
            Ok(Laid { asked, guess: Guess::Number(number(get(guess, "value"))?) })
        }
        "order" => {
            let items = list("items")?;
            let time = |figure: String| {
                let is_time = Condition::read(&format!("{figure} < 1s")).is_ok_and(|time| time.check(scenario).is_ok());
                if is_time {
                    Ok(figure)
                } else {
                    Err(format!("Items are put in order by times, and “{figure}” is none."))
                }
            };
            let item =
                |item: JsValue| Ok(Item { label: escape(&text(&item, "label")?), figure: time(figure(&item)?)? });
            let items: Vec<Item> = items.iter().map(item).collect::<Result<_, String>>()?;
            let order: Vec<u32> =
                list("order")?.iter().map(|place| number(place).map(|place| place as u32)).collect::<Result<_, _>>()?;
            let mut sorted = order.clone();
            sorted.sort_unstable();
            if sorted != (0..items.len() as u32).collect::<Vec<_>>() {
                return Err("order must hold the number of every item once, from 0.".to_owned());
            }
            Ok(Laid { asked: Asked::Order(items), guess: Guess::Order(order) })
        }
        "choose" => {
            let choice = |choice: JsValue| {
                let when = text(&choice, "when")?;
                let condition =
                    Condition::read(&when).map_err(|mistake| format!("The condition “{when}”: {mistake}."))?;
                condition.check(scenario).map_err(|what| format!("The condition “{when}”: {what}."))?;
                Ok(Choice {
                    text: escape(&text(&choice, "label")?),
                    when: Some(when),
                    right: false,
                    why: String::new(),
                })
            };
            let choices = list("choices")?.iter().map(choice).collect::<Result<Vec<_>, String>>()?;
            let chosen = number(get(guess, "choice"))?;
            if chosen < 0.0 || chosen as usize >= choices.len() {
                return Err("choice must be the number of one of the choices, from 0.".to_owned());
            }
            Ok(Laid { asked: Asked::Choose(choices), guess: Guess::Choice(chosen as u32) })
        }
        "curve" => {
            let vary = text(guess, "vary")?;
            let texts = |value: JsValue| value.as_string().ok_or("values are texts, as in a link.".to_owned());
            let values = list("values")?.iter().map(texts).collect::<Result<Vec<_>, _>>()?;
            for value in &values {
                varied(scenario, &vary, value)?;
            }
            let points = list("points")?.iter().map(number).collect::<Result<Vec<_>, _>>()?;
            if points.len() != values.len() {
                return Err("A curve needs as many points as values.".to_owned());
            }
            let values = values.iter().map(|value| escape(value)).collect();
            let label = escape(&text(guess, "label").unwrap_or_else(|_| vary.clone()));
            let asked = Asked::Curve { figure: figure(guess)?, vary, values, label, scale: scale(guess)? };
            Ok(Laid { asked, guess: Guess::Curve(points) })
        }
        other => Err(format!("A guess is a number, an order, to choose or a curve, not “{other}”.")),
    }
}

fn scale(guess: &JsValue) -> Result<Scale, String> {
    let end = |name: &str| get(guess, name).as_f64().filter(|number| number.is_finite());
    let logarithmic = get(guess, "logarithmic").is_truthy();
    let unit = match get(guess, "unit").as_string().as_deref() {
        None | Some("time") => Unit::Time,
        Some("share") => Unit::Share,
        Some("plain") => Unit::Plain,
        Some(other) => return Err(format!("A unit is time, share or plain, not “{other}”.")),
    };
    match (end("low"), end("high")) {
        (Some(low), Some(high)) if low < high && (low > 0.0 || !logarithmic) => {
            Ok(Scale { low, high, logarithmic, unit })
        }
        _ => Err("A guess needs low and high: numbers, the first one smaller (and above 0 on a logarithmic scale)."
            .to_owned()),
    }
}

fn varied(scenario: &Scenario, key: &str, value: &str) -> Result<Scenario, String> {
    let mut scenario = scenario.clone();
    let set = match key.split_once('.').and_then(|(letter, own)| Some((lane_of_letter(letter)?, own))) {
        Some((lane, own)) => scenario.set_in_lane(lane, own, value),
        None => scenario.set(key, value),
    };
    set.map_err(|refusal| format!("{key} “{value}” {}.", refusal.expected))?;
    Ok(scenario)
}

fn measured(text: &str, measures: &impl Measures) -> Option<f64> {
    Figure::read(text).ok()?.value(measures).ok()
}

/// What came out so far; a curve is measured apart.
fn outcome(asked: &Asked, measures: &impl Measures) -> Option<Outcome> {
    match asked {
        Asked::Choose(choices) => {
            let holds = |choice: &Choice| {
                choice
                    .when
                    .as_ref()
                    .and_then(|when| Condition::read(when).ok())
                    .is_some_and(|when| when.holds(measures) == Ok(true))
            };
            Some(Outcome::Choices(choices.iter().map(holds).collect()))
        }
        Asked::Order(items) => {
            Some(Outcome::Figures(items.iter().map(|item| measured(&item.figure, measures)).collect()))
        }
        Asked::Number { figure, .. } => Some(Outcome::Figures(vec![measured(figure, measures)])),
        Asked::Curve { .. } => None,
    }
}

/// The guess over the run, below the stage.
#[hook]
pub fn use_laid(live: &Live, laid: &Option<Laid>) -> Html {
    // The figures change with the playhead, and when the lanes have come to where it stands.
    let _ = use_watch(live, laid.is_some(), |live, &laid| {
        laid.then(|| (live.player().playhead(), live.player().settled()))
    });
    let curve = use_state(|| None::<Vec<Option<f64>>>);
    let scenario = use_watch(live, (), |live, ()| live.player().scenario().clone());
    use_effect_with((laid.clone(), (*scenario).clone()), {
        let curve = curve.setter();
        move |(laid, scenario)| {
            curve.set(None);
            if let Some(Laid { asked: Asked::Curve { figure, vary, values, .. }, .. }) = laid {
                let found = Rc::new(RefCell::new(vec![None; values.len()]));
                for (index, value) in values.iter().enumerate() {
                    let Ok(scenario) = varied(scenario, vary, value) else { continue };
                    let (found, figure, curve) = (Rc::clone(&found), figure.clone(), curve.clone());
                    evaluate::run_out(&scenario, move |results| {
                        found.borrow_mut()[index] = results.ok().and_then(|results| measured(&figure, &*results));
                        curve.set(Some(found.borrow().clone()));
                    });
                }
            }
        }
    });
    let Some(Laid { asked, guess }) = laid else { return html! {} };
    let player = live.player();
    let outcome =
        outcome(asked, &SoFar::of(&player)).or_else(|| curve.as_ref().map(|figures| Outcome::Figures(figures.clone())));
    let markup = comparison(asked, guess, outcome.as_ref());
    html! { <div class="comparison" role="group" aria-label="The guess and the run">{Html::from_html_unchecked(AttrValue::from(markup))}</div> }
}

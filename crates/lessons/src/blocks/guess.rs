//! How a guess is given: by choosing, ordering, a number, or a curve. Everything by keyboard, nothing only by drag.

use headroom::basics::decimal;
use headroom::content::comparison::{comparison, value_in_curve};
use headroom::content::document::{Choice, Guess as Asked, Item, Scale};
use headroom::content::progress::Guess;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, PointerEvent};
use yew::prelude::*;

use crate::texts::trusted;

/// Steps of a slider.
const STEPS: f64 = 100.0;

/// Where a guess begins, for those kinds that must begin somewhere.
#[must_use]
pub fn beginning(asked: &Asked) -> Option<Guess> {
    match asked {
        Asked::Choose(_) => None,
        // At most a handful.
        Asked::Order(items) => Some(Guess::Order((0..items.len() as u32).collect())),
        Asked::Number { scale, .. } => Some(Guess::Number(scale.value(0.5))),
        Asked::Curve { values, scale, .. } => Some(Guess::Curve(vec![scale.value(0.15); values.len()])),
    }
}

/// The widget. `name` tells the fields of several apart.
pub fn widget(asked: &Asked, draft: &UseStateHandle<Option<Guess>>, name: &str) -> Html {
    match asked {
        Asked::Choose(choices) => choose(choices, draft, name),
        Asked::Order(items) => order(items, draft),
        Asked::Number { scale, .. } => number(scale, draft),
        Asked::Curve { scale, values, label, .. } => curve(asked, scale, values, label, draft),
    }
}

fn choose(choices: &[Choice], draft: &UseStateHandle<Option<Guess>>, name: &str) -> Html {
    let one = |(index, choice): (usize, &Choice)| {
        let number = index as u32;
        let draft = draft.clone();
        let checked = *draft == Some(Guess::Choice(number));
        let pick = Callback::from(move |_: Event| draft.set(Some(Guess::Choice(number))));
        html! { <label class="choice-row"><input type="radio" name={name.to_owned()} {checked} onchange={pick} /><span>{trusted(&choice.text)}</span></label> }
    };
    html! { <div class="choices">{for choices.iter().enumerate().map(one)}</div> }
}

fn order(items: &[Item], draft: &UseStateHandle<Option<Guess>>) -> Html {
    let Some(Guess::Order(now)) = (**draft).clone() else { return html! {} };
    let row = |(place, item): (usize, &u32)| {
        let label = items.get(*item as usize).map(|item| item.label.clone()).unwrap_or_default();
        let to = |other: usize| {
            let (draft, now) = (draft.clone(), now.clone());
            Callback::from(move |_: MouseEvent| {
                let mut next = now.clone();
                next.swap(place, other);
                draft.set(Some(Guess::Order(next)));
            })
        };
        let words = plain(&label);
        html! {
            <li class="order-row" key={*item}>
                <span class="order-place">{place + 1}</span><span class="order-words">{trusted(&label)}</span>
                <button type="button" class="button" disabled={place == 0} onclick={to(place.saturating_sub(1))} aria-label={format!("Move {words} up")}>{"↑"}</button>
                <button type="button" class="button" disabled={place + 1 == now.len()} onclick={to((place + 1).min(now.len() - 1))} aria-label={format!("Move {words} down")}>{"↓"}</button>
            </li>
        }
    };
    html! { <ol class="order">{for now.iter().enumerate().map(row)}</ol> }
}

fn plain(html: &str) -> String {
    let mut inside = false;
    html.chars()
        .filter(|c| {
            inside = match c {
                '<' => true,
                '>' => false,
                _ => return !inside,
            };
            false
        })
        .collect()
}

/// A slider from 0 to [`STEPS`] over a scale.
fn slider(scale: &Scale, value: f64, label: String, set: Callback<f64>) -> Html {
    let scale = *scale;
    let input = Callback::from(move |event: InputEvent| {
        let place = decimal::read(&event.target_unchecked_into::<HtmlInputElement>().value()).unwrap_or(0.0);
        set.emit(scale.value(place / STEPS));
    });
    let place = (scale.place(value) * STEPS).round();
    html! { <input type="range" min="0" max={STEPS.to_string()} step="1" value={place.to_string()} oninput={input} aria-label={label} aria-valuetext={scale.unit.write(value)} /> }
}

fn number(scale: &Scale, draft: &UseStateHandle<Option<Guess>>) -> Html {
    let Some(Guess::Number(value)) = **draft else { return html! {} };
    let set = {
        let draft = draft.clone();
        Callback::from(move |value| draft.set(Some(Guess::Number(value))))
    };
    html! {
        <div class="number-guess">
            <output class="number-value">{scale.unit.write(value)}</output>
            {slider(scale, value, "Your guess".to_owned(), set)}
            <div class="number-ends"><span>{scale.unit.write(scale.low)}</span><span>{scale.unit.write(scale.high)}</span></div>
        </div>
    }
}

fn curve(asked: &Asked, scale: &Scale, values: &[String], label: &str, draft: &UseStateHandle<Option<Guess>>) -> Html {
    let Some(Guess::Curve(points)) = (**draft).clone() else { return html! {} };
    let drawing = comparison(asked, &Guess::Curve(points.clone()), None);
    let draw = {
        let (draft, points, scale) = (draft.clone(), points.clone(), *scale);
        move |event: &PointerEvent| {
            let element = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
            let Some(bounds) = element.map(|element| element.get_bounding_client_rect()) else { return };
            let x = (f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0);
            let y = (f64::from(event.client_y()) - bounds.top()) / bounds.height().max(1.0);
            let (index, value) = value_in_curve(&scale, points.len(), x, y);
            let mut next = points.clone();
            if let Some(point) = next.get_mut(index) {
                *point = value;
            }
            draft.set(Some(Guess::Curve(next)));
        }
    };
    let down = {
        let draw = draw.clone();
        Callback::from(move |event: PointerEvent| draw(&event))
    };
    let moved = Callback::from(move |event: PointerEvent| {
        if event.buttons() & 1 == 1 {
            draw(&event);
        }
    });
    let row = |(index, value): (usize, &String)| {
        let now = points.get(index).copied().unwrap_or_default();
        let set = {
            let (draft, points) = (draft.clone(), points.clone());
            Callback::from(move |value| {
                let mut next = points.clone();
                if let Some(point) = next.get_mut(index) {
                    *point = value;
                }
                draft.set(Some(Guess::Curve(next)));
            })
        };
        html! { <div class="curve-row" key={index}><span class="curve-at">{value}</span>{slider(scale, now, format!("Your guess at {label} {value}"), set)}<output>{scale.unit.write(now)}</output></div> }
    };
    html! {
        <div class="curve-guess">
            <div class="curve-pad" onpointerdown={down} onpointermove={moved}>{trusted(&drawing)}</div>
            <p class="quiet">{"Draw in the picture, or set each point:"}</p>
            <div class="curve-rows" role="group" aria-label="The points of your curve">{for values.iter().enumerate().map(row)}</div>
        </div>
    }
}

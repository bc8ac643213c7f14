//! What the lab models, and what it leaves out, in its own words.

use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::texts::{Text, list, placeholder};

/// Two lists, each below its heading as `heading` makes it.
pub fn honesty(text: &Text, heading: fn(&'static str) -> Html) -> Html {
    let Text::Here(json) = text else { return placeholder(text) };
    lists(json, heading)
}

/// The lists in `json`.
pub fn lists(json: &JsValue, heading: fn(&'static str) -> Html) -> Html {
    let lines = |title, name| {
        let lines = list(json, name).into_iter().filter_map(|line| line.as_string());
        html! { <div>{heading(title)}<ul>{for lines.map(|line| html! { <li>{line}</li> })}</ul></div> }
    };
    html! { <div class="honesty">{lines("It models", "models")}{lines("It leaves out", "leaves-out")}</div> }
}

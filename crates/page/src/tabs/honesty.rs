//! What the lab models, and what it leaves out, in its own words.

use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::texts::{Text, list, placeholder};

/// The tab.
#[inline(never)] // not needed at the start
pub fn honesty(text: &Text) -> Html {
    match text {
        Text::Here(json) => lists(json, |title| html! { <h3>{title}</h3> }),
        other => placeholder(other),
    }
}

/// The two lists in `json`, each below its heading as `heading` makes it.
pub fn lists(json: &JsValue, heading: fn(&'static str) -> Html) -> Html {
    let lines = |title, name| {
        let lines = list(json, name).into_iter().filter_map(|line| line.as_string());
        html! { <div>{heading(title)}<ul>{for lines.map(|line| html! { <li>{line}</li> })}</ul></div> }
    };
    html! { <div class="honesty">{lines("It models", "models")}{lines("It leaves out", "leaves-out")}</div> }
}

//! The introduction of a lab: what to look at first.

use headroom::scenario::Scenario;
use yew::prelude::*;

use super::texts::{Text, field, list, placeholder, trusted};
use crate::browser::announce;
use crate::live::Live;

/// The prose, with scenarios to load; for a lab without an introduction, what it is.
#[must_use]
pub fn introduction(live: &Live, text: &Text) -> Html {
    let Text::Here(json) = text else {
        return if *text == Text::None {
            html! { <p>{live.player().scenario().lab.summary}</p> }
        } else {
            placeholder(text)
        };
    };
    let blocks = list(json, "blocks").into_iter().enumerate().map(|(index, block)| {
        let content = if let Some(html) = field(&block, "html") {
            trusted(html)
        } else if let Some(scene) = field(&block, "scene") {
            let label = field(&block, "label").unwrap_or_default();
            html! { <p><button type="button" class="button" onclick={load(live, scene)}>{label}</button></p> }
        } else {
            let claim = field(&block, "claim").unwrap_or_default();
            html! { <details class="claim"><summary>{"What the tests check here"}</summary><code>{claim}</code></details> }
        };
        html! { <div key={index}>{content}</div> }
    });
    html! { <article class="prose"><h2>{field(json, "title").unwrap_or_default()}</h2>{for blocks}</article> }
}

/// A click that puts the scenario in the place of the present one; undo brings that one back.
#[must_use]
pub fn load(live: &Live, text: impl AsRef<str>) -> Callback<MouseEvent> {
    let (live, text) = (live.clone(), text.as_ref().to_owned());
    Callback::from(move |_: MouseEvent| {
        // The build, or a test, has read it before.
        if let Ok((scenario, _)) = Scenario::read(&text) {
            live.act(|player| player.replace(scenario));
            announce::answer("Loaded. Undo brings the scenario before back.");
        }
    })
}

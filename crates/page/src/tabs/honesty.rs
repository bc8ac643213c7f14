//! What the lab models, and what it leaves out, in its own words.

use yew::prelude::*;

use crate::hooks::use_watch;
use crate::live::Live;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct HonestyProps {
    /// The experiment.
    pub live: Live,
}

/// Two lists.
#[component]
pub fn Honesty(props: &HonestyProps) -> Html {
    let lists = use_watch(&props.live, (), |live, ()| {
        let lab = live.player().scenario().lab;
        (lab.models, lab.leaves_out)
    });
    let (models, leaves_out) = *lists;
    let list = |title: &'static str, lines: &'static [&'static str]| {
        html! { <div><h3>{title}</h3><ul>{for lines.iter().map(|line| html! { <li key={*line}>{*line}</li> })}</ul></div> }
    };
    html! { <div class="honesty">{list("It models", models)}{list("It leaves out", leaves_out)}</div> }
}

//! What the lab models, and what it leaves out, in its own words.

use headroom::labs::Lab;
use yew::prelude::*;

/// Two lists.
#[inline(never)] // not needed at the start
pub fn honesty(lab: &'static Lab) -> Html {
    let list = |title: &'static str, lines: &'static [&'static str]| {
        html! { <div><h3>{title}</h3><ul>{for lines.iter().map(|line| html! { <li key={*line}>{*line}</li> })}</ul></div> }
    };
    html! { <div class="honesty">{list("It models", lab.models)}{list("It leaves out", lab.leaves_out)}</div> }
}

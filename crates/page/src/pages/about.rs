//! What this is, what its numbers are and are not, and the keys.

use headroom::labs::catalogue;
use headroom::scenario::ENGINE;
use yew::prelude::*;

use crate::components::help::key_list;
use crate::tabs::honesty::lists;
use crate::tabs::texts::{Text, member, missing, use_text};

/// The page about this page.
#[component]
pub fn About() -> Html {
    let text = use_text("labs", Some("about"), 0);
    let lab = |lab: &'static headroom::labs::Lab| {
        let lists = match &text {
            Text::Here(json) => lists(&member(json, lab.key), |title| html! { <h4>{title}</h4> }),
            Text::Coming => html! { <p>{"…"}</p> },
            _ => html! {},
        };
        html! { <section key={lab.key}><h3>{lab.label}</h3>{lists}</section> }
    };
    html! {
        <article class="prose">
            <h1>{"About Headroom"}</h1>
            <p>{"Headroom shows how systems scale. Its algorithms are the subject's own, written in Rust to be read, and the same code runs here in your browser, in the tests and in a terminal program."}</p>
            <h2>{"What the numbers are"}</h2>
            <p>{"They are simulated, not measured on real machines. The same scenario gives the same numbers, to the bit, in every browser and in the terminal; a seed decides everything that is random. All lanes of an experiment see the same requests. A percentile always comes with the number of answers behind it, and what happened during the warm-up is drawn but not counted."}</p>
            <p>{"A model leaves things out. Each lab says what:"}</p>
            {missing(&text)}
            {for catalogue().map(lab)}
            <p>{format!("This is engine {ENGINE}. Links carry the version of the engine that they were made with; where the numbers may differ, the page says so.")}</p>
            <h2>{"Keys"}</h2>
            <p>{"They work while the focus is inside a lab, and not while you type."}</p>
            {key_list()}
            <h2>{"What it keeps"}</h2>
            <p>{"Everything is computed on this machine; nothing is sent anywhere. The chosen theme is kept in this browser."}</p>
        </article>
    }
}

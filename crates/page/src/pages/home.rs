//! What this is, and a way into the labs.

use headroom::labs::{CATALOGUE, Lab};
use yew::prelude::*;

/// The first page.
#[component]
pub fn Home() -> Html {
    let card = |lab: &Lab| {
        let shows = lab.shows.iter().map(|show| {
            html! { <li><a href={format!("#/lab/{}", show.scenario)}>{show.title}</a></li> }
        });
        html! {
            <li class="lab-card" key={lab.key}>
                <h3><a href={format!("#/lab/{}", lab.key)}>{lab.label}</a></h3>
                <p>{lab.summary}</p>
                <ul class="lab-shows" hidden={lab.shows.is_empty()}>{for shows}</ul>
            </li>
        }
    };
    let first = CATALOGUE.first().map(|lab| format!("#/lab/{}", lab.key)).unwrap_or_default();
    html! {
        <div class="home">
            <section class="hero">
                <h1>{"See how systems scale"}</h1>
                <p class="lead">
                    {"Balancing, sharding, batching and adaptive concurrency: real algorithms, run on the same traffic, side by side. "}
                    {"Predict what will happen, run it, and find out where the headroom goes."}
                </p>
                <p><a class="button primary large" href={first}>{"Open the balancing lab"}</a></p>
            </section>
            <section aria-labelledby="labs">
                <h2 id="labs">{"Labs"}</h2>
                <ul class="lab-cards">{for CATALOGUE.iter().map(card)}</ul>
            </section>
            <section aria-labelledby="how" class="how">
                <h2 id="how">{"How it works"}</h2>
                <ul>
                    <li><strong>{"One traffic, several policies."}</strong>{" Every lane receives the very same requests, to the bit, so what differs is the policy."}</li>
                    <li><strong>{"Stop it anywhere."}</strong>{" Step through it event by event, forth and back; each step says what was decided and why."}</li>
                    <li><strong>{"Break it."}</strong>{" Kill a server, slow one down, double the load, while it runs. Undo is one key."}</li>
                    <li><strong>{"Hand it on."}</strong>{" The link holds everything that was set. Whoever opens it sees the same numbers."}</li>
                </ul>
            </section>
        </div>
    }
}

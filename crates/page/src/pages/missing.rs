//! What is shown for an address that leads nowhere: what was asked for, and what there is.

use headroom::labs::catalogue;
use yew::prelude::*;

/// The page. `sentence` says what is wrong with the address.
#[inline(never)] // not needed at the start
pub fn missing(sentence: &str) -> Html {
    let labs =
        catalogue().map(|lab| html! { <li key={lab.key}><a href={format!("#/lab/{}", lab.key)}>{lab.label}</a></li> });
    html! {
        <section class="prose">
            <h1>{"There is nothing here"}</h1>
            <p class="notice-sentence">{sentence}</p>
            <p>{"There are these labs, and the "}<a href="#/">{"first page"}</a>{"."}</p>
            <ul>{for labs}</ul>
        </section>
    }
}

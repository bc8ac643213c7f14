//! The page: mounts into the static shell of `index.html`.

use yew::prelude::*;

#[component]
fn Page() -> Html {
    html! {
        <section>
            <h1>{"See how systems scale"}</h1>
            <p>{"The page has started."}</p>
        </section>
    }
}

fn main() {
    let root =
        web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id("app"));
    if let Some(root) = root {
        yew::Renderer::<Page>::with_root(root).render();
    }
}

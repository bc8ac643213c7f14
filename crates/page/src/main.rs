//! The page: mounts into the static shell of `index.html`.

pub mod charts;
pub mod live;
pub mod pool;
pub mod stage;
pub mod worker_start;

use yew::prelude::*;

#[component]
fn Page() -> Html {
    let live = use_memo((), |()| {
        headroom::scenario::Scenario::read("balancing").ok().map(|(scenario, _)| live::Live::open(scenario))
    });
    let lane = live.as_ref().as_ref().map(|live| {
        html! { <><stage::Stage live={live.clone()} lane={0} /><charts::Charts live={live.clone()} /></> }
    });
    html! {
        <section>
            <h1>{"See how systems scale"}</h1>
            {lane}
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

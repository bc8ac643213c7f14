//! What is shown when the workers cannot go on: what happened, the link to the scenario, and a way to start again.

use yew::prelude::*;

use crate::hooks::use_watch;
use crate::live::Live;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct TroubleProps {
    /// The experiment.
    pub live: Live,
    /// Starts it again from its scenario.
    pub on_restart: Callback<()>,
}

/// The panel, hidden as long as all is well.
#[component]
pub fn Trouble(props: &TroubleProps) -> Html {
    let failure = use_watch(&props.live, (), |live, ()| live.failure());
    let link = use_watch(&props.live, (), |live, ()| live.player().scenario().link());
    let restart = props.on_restart.reform(|_: MouseEvent| ());
    html! {
        <section class="trouble-panel" role="alert" hidden={failure.is_none()}>
            if let Some(failure) = &*failure {
                <h2>{"The experiment has stopped"}</h2>
                <p class="trouble-reason">{failure}</p>
                <p>{"Nothing is lost: everything that was set is in "}<a href={(*link).clone()}>{"this link"}</a>{"."}</p>
                <button type="button" class="button primary" onclick={restart}>{"Restart"}</button>
            }
        </section>
    }
}

//! The charts.

use yew::prelude::*;

use crate::live::Live;

/// What the charts are given.
#[derive(Properties, PartialEq)]
pub struct ChartsProps {
    /// The experiment.
    pub live: Live,
}

/// What all lanes did up to the playhead.
#[component]
pub fn Charts(props: &ChartsProps) -> Html {
    let _ = &props.live;
    html! { <div class="charts"></div> }
}

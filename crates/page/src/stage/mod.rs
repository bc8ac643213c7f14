//! The stage of one lane.

use yew::prelude::*;

use crate::live::Live;

/// What the stage is given.
#[derive(Properties, PartialEq)]
pub struct StageProps {
    /// The experiment.
    pub live: Live,
    /// Which lane.
    pub lane: usize,
    /// Whether there is little room.
    #[prop_or_default]
    pub compact: bool,
}

/// Clients, balancer and servers of one lane.
#[component]
pub fn Stage(props: &StageProps) -> Html {
    let _ = (&props.live, props.lane, props.compact);
    html! { <div class="stage"></div> }
}

//! The choice of a lane, where a tab shows one at a time. It is the focused lane, to which steps refer as well.

use yew::prelude::*;

use crate::describe;
use crate::hooks::use_watch;
use crate::live::Live;

/// What the choice is given.
#[derive(Properties, PartialEq)]
pub struct LaneChoiceProps {
    /// The experiment.
    pub live: Live,
}

/// A button for each lane.
#[component]
pub fn LaneChoice(props: &LaneChoiceProps) -> Html {
    let seen = use_watch(&props.live, (), |live, ()| {
        let player = live.player();
        let scenario = player.scenario();
        let labels: Vec<&'static str> =
            (0..scenario.lanes.len()).map(|lane| describe::policy_label(scenario, lane)).collect();
        (player.focus(), labels)
    });
    let (focus, labels) = &*seen;
    let button = |(lane, label): (usize, &&'static str)| {
        let live = props.live.clone();
        let choose = Callback::from(move |_: MouseEvent| live.act(|player| player.set_focus(lane)));
        let letter = describe::badge(lane);
        html! {
            <button key={lane} type="button" class="button lane-choice" data-lane={letter.to_ascii_lowercase()} aria-pressed={(lane == *focus).to_string()} onclick={choose}><span class="badge small">{letter}</span>{*label}</button>
        }
    };
    html! { <div class="lane-choices" role="group" aria-label="Lane">{for labels.iter().enumerate().map(button)}</div> }
}

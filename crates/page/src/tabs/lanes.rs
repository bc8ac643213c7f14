//! The choice of a lane, where a tab shows one at a time. It is the focused lane, to which steps refer as well.

use yew::prelude::*;

use crate::describe;
use crate::live::Live;

/// A button for each lane.
pub fn lane_choice(live: &Live) -> Html {
    let player = live.player();
    let button = |lane: usize| {
        let live = live.clone();
        let choose = Callback::from(move |_: MouseEvent| live.act(|player| player.set_focus(lane)));
        let letter = describe::badge(lane);
        html! {
            <button key={lane} type="button" class="button lane-choice" data-lane={letter.to_ascii_lowercase()} aria-pressed={(lane == player.focus()).to_string()} onclick={choose}><span class="badge small">{letter}</span>{describe::policy_label(player.scenario(), lane)}</button>
        }
    };
    html! { <div class="lane-choices" role="group" aria-label="Lane" key="lanes">{for (0..player.scenario().lanes.len()).map(button)}</div> }
}

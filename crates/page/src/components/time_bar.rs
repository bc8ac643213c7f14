//! Play, pause, step, jump, speed: everything that a person does with time.

use headroom::basics::order::insertion_sort;
use headroom::basics::{Nanos, decimal};
use headroom::session::Player;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::icons;
use super::keys::SPEEDS;
use super::scrubber::{Clock, Scrubber};
use crate::hooks::use_watch;
use crate::live::Live;
use crate::numbers::{self, fixed};

/// What the time bar is given.
#[derive(Properties, PartialEq)]
pub struct TimeBarProps {
    /// The experiment.
    pub live: Live,
}

/// The time bar.
#[component]
pub fn TimeBar(props: &TimeBarProps) -> Html {
    let live = &props.live;
    let playing = use_watch(live, (), |live, ()| live.player().playing());
    let speed = use_watch(live, (), |live, ()| live.player().speed());
    let progress = use_watch(live, (), |live, ()| {
        let progress = live.player().progress();
        progress.map(|(done, of)| format!("computing {} %", fixed(100.0 * done.seconds() / of.seconds().max(1e-9), 0)))
    });
    let act = |deed: fn(&mut Player)| {
        let live = live.clone();
        Callback::from(move |_: MouseEvent| live.act(deed))
    };
    let button = |label: &'static str, title: &'static str, icon: Html, deed: fn(&mut Player)| {
        html! { <button type="button" class="button icon-only" aria-label={label} {title} onclick={act(deed)}>{icon}</button> }
    };
    let choose = {
        let live = live.clone();
        Callback::from(move |event: Event| {
            let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
            live.act(|player| player.set_speed(decimal::read(&chosen).unwrap_or(1.0)));
        })
    };
    // A speed from elsewhere (an embed's parameter) stands among the others.
    let mut speeds = SPEEDS.to_vec();
    if speeds.iter().all(|other| (other / *speed - 1.0).abs() > 1e-9) {
        speeds.push(*speed);
        insertion_sort(&mut speeds, |a, b| a < b);
    }
    let option = |other: f64| html! { <option key={other.to_string()} value={other.to_string()} selected={(other / *speed - 1.0).abs() < 1e-9}>{numbers::speed(other)}</option> };
    html! {
        <div class="time-bar" role="group" aria-label="Time">
            <div class="time-buttons">
                {button("Back to the start", "Back to the start (Home)", icons::to_start(), |player| player.seek(Nanos::ZERO))}
                {button("Step back", "One event back (←)", icons::step_back(), Player::step_back)}
                <button type="button" class="button primary icon-only play" aria-label={if *playing { "Pause" } else { "Play" }} title="Play or pause (Space)" onclick={act(Player::toggle)}>
                    {if *playing { icons::pause() } else { icons::play() }}
                </button>
                {button("Step", "One event on (→)", icons::step(), Player::step)}
                {button("Next request", "To the next request (N)", icons::next_request(), Player::next_request)}
                {button("Next moment", "To the next moment that matters (M)", icons::next_moment(), Player::next_mark)}
            </div>
            <Scrubber live={live.clone()} />
            <div class="time-right">
                <Clock live={live.clone()} />
                <span class="time-progress" role="status">{(*progress).clone().unwrap_or_default()}</span>
                <label class="speed"><span class="visually-hidden">{"Speed"}</span><select onchange={choose} title="Speed, as a multiple of real time ([ and ])">{for speeds.into_iter().map(option)}</select></label>
            </div>
        </div>
    }
}

//! A timer that one may have, put off, and hide: nobody is cut off when it ends.

use gloo_timers::callback::Interval;
use yew::prelude::*;

use crate::browser;

/// What the timer is given.
#[derive(Properties, PartialEq)]
pub struct TimerProps {
    /// How long, in minutes.
    pub minutes: u32,
}

/// The timer, off at first.
#[component]
pub fn Timer(props: &TimerProps) -> Html {
    let ends = use_state(|| None::<f64>);
    let now = use_state(browser::milliseconds);
    let hidden = use_state(|| false);
    let told = use_mut_ref(|| false);
    use_effect_with(ends.is_some(), {
        let now = now.setter();
        move |running| {
            let interval = running.then(|| Interval::new(1_000, move || now.set(browser::milliseconds())));
            move || drop(interval)
        }
    });
    let add = |minutes: u32| {
        let ends = ends.clone();
        let told = told.clone();
        Callback::from(move |_: MouseEvent| {
            *told.borrow_mut() = false;
            let from = ends.unwrap_or_else(browser::milliseconds).max(browser::milliseconds());
            ends.set(Some(from + f64::from(minutes) * 60_000.0));
        })
    };
    let Some(end) = *ends else {
        return html! { <button type="button" class="button" onclick={add(props.minutes)}>{format!("Start a timer: {} minutes", props.minutes)}</button> };
    };
    let left = ((end - *now) / 1_000.0).max(0.0).ceil();
    if left <= 0.0 && !told.replace(true) {
        browser::announce("The time is over. Take as long as you need.");
    }
    let words = if left > 0.0 {
        format!("{:.0}:{:02.0}", (left / 60.0).floor(), left % 60.0)
    } else {
        "Time is over; take as long as you need".to_owned()
    };
    let hide = {
        let hidden = hidden.clone();
        Callback::from(move |_: MouseEvent| hidden.set(!*hidden))
    };
    let stop = {
        let ends = ends.clone();
        Callback::from(move |_: MouseEvent| ends.set(None))
    };
    html! {
        <div class="timer" role="timer" aria-label="Timer">
            if !*hidden { <strong>{words}</strong> }
            <button type="button" class="button" onclick={add(1)}>{"One minute more"}</button>
            <button type="button" class="button quiet" onclick={hide}>{if *hidden { "Show" } else { "Hide" }}</button>
            <button type="button" class="button quiet" onclick={stop}>{"Stop"}</button>
        </div>
    }
}

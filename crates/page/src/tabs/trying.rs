//! Things to try: what the lab demonstrates, each a click away, and what to do with it then.

use headroom::labs::Show;
use yew::prelude::*;

use super::introduction::load;
use super::tasks::Tasks;
use crate::live::Live;

/// The list.
#[inline(never)] // not needed at the start
pub fn trying(live: &Live, tasks: &Tasks) -> Html {
    let shows = live.player().scenario().lab.shows;
    if shows.is_empty() {
        return html! { <p class="quiet">{"Nothing is prepared for this lab yet; everything on the right can be tried."}</p> };
    }
    html! { <ul class="shows">{for shows.iter().map(|show| one(show, live, tasks))}</ul> }
}

fn one(show: &'static Show, live: &Live, tasks: &Tasks) -> Html {
    let active = tasks.active == Some(show.key);
    let task = show.task.map(|task| {
        let done = tasks.done.contains(&show.key);
        let standing = tasks.standing.as_ref().filter(|_| active && !done);
        let standing = standing.map(|standing| {
            let words = match (standing.untouched, standing.holds) {
                (true, _) => "change something; as it stands",
                (false, true) => "holds so far, and counts at the end of the run",
                (false, false) => "not yet",
            };
            html! { <span class="standing">{format!("{words}: {}", standing.figures)}</span> }
        });
        html! {
            <p class={classes!("task", done.then_some("done"))}>
                <span class="tick" role="img" aria-label={if done { "Done" } else { "Not done yet" }}>{if done { "✓" } else { "" }}</span>
                <span>{task.sentence}{standing}</span>
            </p>
        }
    });
    html! {
        <li key={show.key} class={classes!("show", active.then_some("active"))}>
            <div class="show-head">
                <h3>{show.title}</h3>
                <button type="button" class="button" onclick={load(live, show.scenario)} aria-label={format!("Load: {}", show.title)}>{"Load"}</button>
            </div>
            <p>{show.sentence}</p>
            {task}
        </li>
    }
}

//! Things to try: what the lab demonstrates, each a click away, and what to do with it then.

use yew::prelude::*;

use super::introduction::load;
use super::tasks::{Show, Tasks};
use super::texts::{Text, placeholder};
use crate::live::Live;
use crate::prose::Prose;

/// The list.
#[inline(never)] // not needed at the start
pub fn trying(live: &Live, tasks: &Tasks, prose: &Prose) -> Html {
    if !matches!(prose.0, Text::Here(_)) {
        return placeholder(&prose.0);
    }
    html! { <ul class="shows">{for tasks.shows.iter().map(|show| one(show, live, tasks))}</ul> }
}

fn one(show: &Show, live: &Live, tasks: &Tasks) -> Html {
    let active = tasks.active.as_ref() == Some(&show.key);
    let task = show.task.as_ref().map(|task| {
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
                <span>{&task.sentence}{standing}</span>
            </p>
        }
    });
    html! {
        <li key={show.key.as_str()} class={classes!("show", active.then_some("active"))}>
            <div class="show-head">
                <h3>{&show.title}</h3>
                <button type="button" class="button" onclick={load(live, &show.scenario)} aria-label={format!("Load: {}", show.title)}>{"Load"}</button>
            </div>
            <p>{&show.sentence}</p>
            {task}
        </li>
    }
}

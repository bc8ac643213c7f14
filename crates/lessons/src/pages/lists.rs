//! The lists of lessons and exercises.

use headroom::content::document::{Entry, Kind};
use yew::prelude::*;

use crate::store::{Store, use_store};
use crate::texts::{Fetched, placeholder, use_list};

/// The lessons.
#[component]
pub fn Lessons() -> Html {
    let list = use_list();
    let store = use_store();
    html! {
        <>
            <h1>{"Lessons"}</h1>
            <p class="lead">{"Each asks you to predict first, then runs the experiment, and lays your guess over what came out. Everything is recomputed here, in your browser."}</p>
            {cards(&list, &store, Kind::Lesson)}
            <p class="list-foot"><a href="#/progress">{"What is remembered of you, and how to take it elsewhere"}</a></p>
        </>
    }
}

/// The exercises.
#[component]
pub fn Exercises() -> Html {
    let list = use_list();
    let store = use_store();
    html! {
        <>
            <h1>{"Exercises"}</h1>
            <p class="lead">{"Challenges with a score. The link of your solution holds all of it: whoever opens it, or runs "}<code>{"headroom check"}</code>{", comes to the same points."}</p>
            {cards(&list, &store, Kind::Exercise)}
        </>
    }
}

/// The texts of one kind: first those that are there, then those that are coming.
pub fn cards(list: &Fetched<Vec<Entry>>, store: &Store, kind: Kind) -> Html {
    let Fetched::Here(list) = list else { return placeholder(list) };
    let here = list.iter().filter(|entry| entry.kind == kind && entry.coming.is_none());
    let coming: Vec<&Entry> = list.iter().filter(|entry| entry.kind == kind && entry.coming.is_some()).collect();
    let later = |entry: &&Entry| {
        let what = entry.coming.clone().unwrap_or_default();
        html! { <li key={entry.key.clone()}><strong>{&entry.title}</strong>{" "}<span class="quiet">{&entry.summary}{" "}{what}</span></li> }
    };
    html! {
        <>
            <ul class="course-cards">{for here.map(|entry| card(entry, store))}</ul>
            if !coming.is_empty() {
                <section class="coming" aria-labelledby="coming"><h2 id="coming">{"Coming"}</h2><ul>{for coming.iter().map(later)}</ul></section>
            }
        </>
    }
}

fn card(entry: &Entry, store: &Store) -> Html {
    let address = format!("{}/{}", entry.kind.route(), entry.key);
    let text = store.text(&address);
    let state = match (entry.kind, &text) {
        (Kind::Exercise, text) => text.best.as_ref().map(|(points, _)| format!("best: {points} points")),
        (Kind::Walkthrough, text) if text.passes > 0 => Some(format!("{} of 3 passes", text.passes.min(3))),
        (_, text) if text.done => Some("read".to_owned()),
        (_, text) if *text != headroom::content::progress::Text::default() => Some("begun".to_owned()),
        _ => None,
    };
    html! {
        <li class="course-card" key={entry.key.clone()}>
            <h2><a href={format!("#/{address}")}>{&entry.title}</a></h2>
            <p>{&entry.summary}</p>
            <p class="course-meta"><span>{format!("about {} minutes", entry.minutes)}</span>if let Some(state) = state { <span class="pill">{state}</span> }</p>
        </li>
    }
}

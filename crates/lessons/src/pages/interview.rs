//! The questions of interviews, what is due today, and the way into a mock interview.

use headroom::content::document::Kind;
use yew::prelude::*;

use super::lists::cards;
use crate::browser;
use crate::store::use_store;
use crate::texts::use_list;

/// The page.
#[component]
pub fn Interview() -> Html {
    let list = use_list();
    let store = use_store();
    let today = browser::today();
    let due = store.0.due(today).len();
    let next = store.0.next_due(today).map(|day| day - today);
    let words = match (due, next) {
        (0, None) => "Nothing comes back yet: answer a question of a lesson, or go through a walkthrough.".to_owned(),
        (0, Some(1)) => "Nothing is due today; the next question comes back tomorrow.".to_owned(),
        (0, Some(days)) => format!("Nothing is due today; the next question comes back in {days} days."),
        (1, _) => "One question is due.".to_owned(),
        (due, _) => format!("{due} questions are due."),
    };
    html! {
        <>
            <h1>{"Interview"}</h1>
            <p class="lead">{"A question, time to think, your own answer; then a model answer whose every figure can be run, follow-ups as faults to inject, and a rubric."}</p>
            <div class="interview-top">
                <section class="card interview-card" aria-labelledby="due">
                    <h2 id="due">{"Due today"}</h2>
                    <p>{words}</p>
                    if due > 0 { <a class="button primary" href="#/interview/review">{"Go through them"}</a> }
                </section>
                <section class="card interview-card" aria-labelledby="mock">
                    <h2 id="mock">{"Mock interview"}</h2>
                    <p>{"Five questions, a timer if you like, your own marks, and a summary."}</p>
                    <a class="button primary" href="#/interview/mock">{"Begin"}</a>
                </section>
            </div>
            <h2>{"Walkthroughs"}</h2>
            {cards(&list, &store, Kind::Walkthrough)}
        </>
    }
}

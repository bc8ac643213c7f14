//! An exercise: what is given, an experiment with everything to set that may be set, goals that tick, a score, a link.

use headroom::content::document::Section;
use headroom::content::exercise::Exercise;
use headroom::scenario::Scenario;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::lesson::{HereProps, Shared, use_page};
use crate::blocks::{Page, Standing, blocks};
use crate::browser;
use crate::figure::{Figure, tell};
use crate::store::{on_text, use_store};
use crate::texts::{Fetched, placeholder, trusted, use_document};

/// What the page is given.
#[derive(Properties, PartialEq)]
pub struct ExerciseProps {
    /// The address of the text.
    pub address: AttrValue,
    /// The scenario of a solution, from the address.
    #[prop_or_default]
    pub given: Option<AttrValue>,
}

/// The page.
#[component]
pub fn ExercisePage(props: &ExerciseProps) -> Html {
    let fetched = use_document(props.address.to_string());
    match fetched {
        Fetched::Here(document) => {
            html! { <Here address={props.address.clone()} document={Shared(document)} given={props.given.clone()} /> }
        }
        other => placeholder(&other),
    }
}

#[derive(Properties, PartialEq)]
struct InnerProps {
    address: AttrValue,
    document: Shared,
    given: Option<AttrValue>,
}

#[component]
fn Here(props: &InnerProps) -> Html {
    let page = use_page(&HereProps { address: props.address.clone(), document: props.document.clone() });
    let part = |(index, section): (usize, &Section)| {
        html! { <section key={index} class="part">if !section.title.is_empty() { <h2>{&section.title}</h2> }{blocks(&page, &section.blocks)}</section> }
    };
    let entry = &page.document.entry;
    html! {
        <article class="exercise">
            <p class="crumbs"><a href="#/exercises">{"Exercises"}</a></p>
            <h1>{&entry.title}</h1>
            <p class="lead">{&entry.summary}</p>
            {for page.document.sections.iter().enumerate().map(part)}
            if page.document.exercise.is_some() { <Challenge page={page.clone()} given={props.given.clone()} /> }
        </article>
    }
}

#[derive(Properties, PartialEq)]
struct ChallengeProps {
    page: Page,
    given: Option<AttrValue>,
}

#[component]
fn Challenge(props: &ChallengeProps) -> Html {
    let page = &props.page;
    let store = use_store();
    let place = use_node_ref();
    let copied = use_state(|| None::<bool>);
    let standing = page.scenes.0.get("exercise").cloned().unwrap_or_default();
    let on_said = {
        let scenes = page.scenes.dispatcher();
        Callback::from(move |said: JsValue| scenes.dispatch(("exercise".to_owned(), said)))
    };
    let exercise = page.document.exercise.clone();
    let scored = exercise.as_ref().and_then(|exercise| score(exercise, &standing));
    let link = link(&page.address, &standing.scenario);
    use_effect_with((scored.clone(), link.clone()), {
        let (store, address) = (store.clone(), page.address.clone());
        move |(scored, link)| {
            let Some((points, _)) = scored else { return };
            let best = store.text(&address).best.map_or(0, |(best, _)| best);
            if *points > best {
                let (points, link) = (*points, link.clone());
                browser::announce(&format!("{points} points."));
                store.dispatch(on_text(&address, move |text| text.best = Some((points, link))));
            }
        }
    });
    let Some(exercise) = exercise else { return html! {} };
    let scenario = props.given.as_ref().map_or_else(|| exercise.scenario.clone(), ToString::to_string);
    let goals: Vec<(String, String)> =
        exercise.goals.iter().map(|goal| (goal.key.clone(), goal.when.clone())).collect();
    let present = format!("show=stage,figures,time,controls&lock={}", exercise.fixed.join(","));
    let again = {
        let (place, scenario) = (place.clone(), exercise.scenario.clone());
        Callback::from(move |_: MouseEvent| {
            tell(&place, "setState", serde_json::json!({ "scenario": scenario, "t": 0, "playing": false }))
        })
    };
    let goal = |goal: &headroom::content::exercise::Goal| {
        let now = standing.tasks.iter().find(|(key, ..)| *key == goal.key);
        let holds = now.is_some_and(|(_, holds, ..)| *holds);
        html! {
            <li class={classes!("task", holds.then_some("done"))} key={goal.key.clone()}>
                <span class="tick" role="img" aria-label={if holds { "Reached" } else { "Not reached yet" }}>{if holds { "✓" } else { "" }}</span>
                <div><p>{trusted(&goal.text)}{" "}<strong>{format!("{} points", goal.points)}</strong></p>if let Some((.., figures)) = now { <p class="standing">{figures}</p> }</div>
            </li>
        }
    };
    let copy = {
        let (link, copied) = (link.clone(), copied.setter());
        Callback::from(move |_: MouseEvent| {
            let (link, copied) = (link.clone(), copied.clone());
            spawn_local(async move {
                let whole = browser::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
                let page = whole.split('#').next().unwrap_or_default().to_owned();
                copied.set(Some(browser::copy(&format!("{page}{link}")).await));
            });
        })
    };
    let best = store.text(&page.address).best;
    let (points, broken) = scored.unwrap_or_default();
    html! {
        <section class="part challenge" aria-labelledby="challenge">
            <h2 id="challenge">{"The challenge"}</h2>
            <Figure scenario={scenario} {present} label="The experiment of this exercise" tasks={goals} {place} {on_said} />
            <div class="block tasks">
                <h3>{"Goals, judged at the end of the run as it stands now"}</h3>
                <ul>{for exercise.goals.iter().map(goal)}</ul>
                {for broken.iter().map(|sentence| html! { <p class="notice-sentence" role="status">{sentence}{"; so there are no points."}</p> })}
                <p class="score"><strong>{format!("{points} of {} points", exercise.most())}</strong>if let Some((best, _)) = best { <span class="quiet">{format!(" · your best: {best}")}</span> }</p>
                <div class="button-row">
                    <button type="button" class="button primary" onclick={copy} disabled={standing.scenario.is_empty()}>{"Copy the link of this solution"}</button>
                    <button type="button" class="button quiet" onclick={again}>{"As it was at first"}</button>
                    if let Some(copied) = *copied { <span class="quiet" role="status">{if copied { "Copied." } else { "This browser did not copy; take it from below." }}</span> }
                </div>
                <details><summary>{"Grade it in a terminal"}</summary><p class="command"><code>{format!("headroom check '{link}'")}</code></p></details>
            </div>
        </section>
    }
}

/// The link of a solution.
fn link(address: &str, scenario: &str) -> String {
    if scenario.is_empty() { format!("#/{address}") } else { format!("#/{address}/{scenario}") }
}

/// Points, and the rules that are broken; `None` until the run has been judged.
fn score(exercise: &Exercise, standing: &Standing) -> Option<(u32, Vec<String>)> {
    if standing.tasks.is_empty() {
        return None;
    }
    let (scenario, _) = Scenario::read(&standing.scenario).ok()?;
    let broken = exercise.broken(&scenario);
    let reached =
        exercise.goals.iter().filter(|goal| standing.tasks.iter().any(|(key, holds, ..)| *key == goal.key && *holds));
    let points = reached.map(|goal| goal.points).sum();
    Some((if broken.is_empty() { points } else { 0 }, broken))
}

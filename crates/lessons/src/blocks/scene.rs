//! A scene: the experiment, what was guessed about it, and the tasks on it.

use headroom::content::document::{Block, Predict, Scene, Task};
use headroom::content::progress::Guess;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::Page;
use super::predict::Revealed;
use crate::browser;
use crate::figure::{Figure, tell};
use crate::store::{on_text, use_store};
use crate::texts::trusted;

/// What a scene is given.
#[derive(Properties, PartialEq)]
pub struct SceneProps {
    /// Its name.
    pub name: AttrValue,
    /// The page.
    pub page: Page,
}

/// The scene. Where a prediction is asked for, it waits for the guess.
#[component]
pub fn SceneBlock(props: &SceneProps) -> Html {
    let page = &props.page;
    let store = use_store();
    let place = use_node_ref();
    let text = store.text(&page.address);
    let on_said = {
        let (scenes, name) = (page.scenes.dispatcher(), props.name.to_string());
        Callback::from(move |said: JsValue| scenes.dispatch((name.clone(), said)))
    };
    let standing = page.scenes.0.get(props.name.as_str()).cloned().unwrap_or_default();
    let done: Vec<String> =
        standing.tasks.iter().filter(|(_, _, done, _)| *done).map(|(key, ..)| key.clone()).collect();
    use_effect_with(done, {
        let (store, address) = (store.clone(), page.address.clone());
        move |done| {
            let new: Vec<String> =
                done.iter().filter(|task| !store.text(&address).tasks.contains(task)).cloned().collect();
            if !new.is_empty() {
                browser::announce("Task done.");
                store.dispatch(on_text(&address, move |text| text.tasks.extend(new)));
            }
        }
    });
    let Some(scene) = page.document.scene(&props.name) else { return html! {} };
    let predicts: Vec<&Predict> = page
        .document
        .blocks()
        .filter_map(|block| match block {
            Block::Predict(predict) if predict.scene == scene.key => Some(&**predict),
            _ => None,
        })
        .collect();
    let waiting = predicts.iter().any(|predict| !text.guesses.contains_key(&predict.key));
    let tasks: Vec<&Task> = page
        .document
        .blocks()
        .filter_map(|block| match block {
            Block::Task(task) if task.scene == scene.key => Some(task),
            _ => None,
        })
        .collect();
    if waiting {
        return html! {
            <figure class="block scene scene-waiting">
                <p>{"The experiment opens when you have made your guess."}</p>
                <figcaption>{trusted(&scene.caption)}</figcaption>
            </figure>
        };
    }
    let conditions: Vec<(String, String)> = tasks.iter().map(|task| (task.key.clone(), task.when.clone())).collect();
    let revealed = predicts.iter().map(|predict| {
        let skipped = text.guesses.get(&predict.key) == Some(&Guess::Skipped);
        html! { <Revealed key={predict.key.clone()} name={predict.key.clone()} page={page.clone()} {skipped} /> }
    });
    html! {
        <>
            <figure class="block scene">
                <Figure scenario={scene.scenario.clone()} present={scene.present.clone()} label={label(scene)} tasks={conditions} place={place.clone()} {on_said} />
                <figcaption>{trusted(&scene.caption)}{" "}{reset(scene, &place)}</figcaption>
            </figure>
            {for revealed}
            if !tasks.is_empty() { {task_list(page, &tasks, &text.tasks, &scene.key)} }
        </>
    }
}

/// A short name without markup.
fn label(scene: &Scene) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for character in scene.caption.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            other if !inside => plain.push(other),
            _ => {}
        }
    }
    let sentence = plain.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned();
    format!("Experiment: {sentence}")
}

fn reset(scene: &Scene, place: &NodeRef) -> Html {
    let (place, scenario) = (place.clone(), scene.scenario.clone());
    let again = Callback::from(move |_: MouseEvent| {
        tell(&place, "setState", serde_json::json!({ "scenario": scenario, "t": 0, "playing": false }));
    });
    html! { <button type="button" class="link-button" onclick={again}>{"As it was at first"}</button> }
}

fn task_list(page: &Page, tasks: &[&Task], done: &[String], scene: &str) -> Html {
    let standing = page.scenes.0.get(scene);
    let one = |task: &&Task| {
        let done = done.contains(&task.key);
        let now = standing.and_then(|standing| standing.tasks.iter().find(|(key, ..)| *key == task.key));
        let untouched = standing.is_none_or(|standing| standing.untouched);
        let words = now.map(|(_, holds, _, figures)| match (untouched, holds) {
            (true, _) => format!("As loaded: {figures}. Change something."),
            (false, true) => format!("At the end of your run: {figures}."),
            (false, false) => format!("Not yet. At the end of your run: {figures}."),
        });
        html! {
            <li class={classes!("task", done.then_some("done"))} key={task.key.clone()}>
                <span class="tick" role="img" aria-label={if done { "Done" } else { "Not done yet" }}>{if done { "✓" } else { "" }}</span>
                <div><p>{trusted(&task.text)}</p>if let Some(words) = words { <p class="standing">{words}</p> }</div>
            </li>
        }
    };
    html! { <div class="block tasks"><h3>{"Now you"}</h3><ul>{for tasks.iter().map(one)}</ul></div> }
}

//! What lessons are put together from: a function or a component for each kind of block.
//!
//! A page gives them the text, its address and the state of its scenes. Read next: [`scene`], where most of it meets.

pub mod claim;
pub mod guess;
pub mod predict;
pub mod quiz;
pub mod scene;
pub mod shown;
pub mod timer;

use std::collections::BTreeMap;
use std::rc::Rc;

use headroom::content::document::{Block, Document};
use wasm_bindgen::JsValue;
use yew::prelude::*;

use crate::browser;

/// How the tasks of a scene stand, and which scenario it holds now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// The scenario as it is now; empty until the experiment is there.
    pub scenario: String,
    /// Whether it is the one that was loaded.
    pub untouched: bool,
    /// Each task: its name, whether it holds, whether it is done, its figures.
    pub tasks: Vec<(String, bool, bool, String)>,
}

impl Standing {
    /// What it is after the experiment has said something.
    #[must_use]
    pub fn after(&self, said: &JsValue) -> Self {
        let mut next = self.clone();
        match browser::text(said, "type").as_str() {
            "state" => next.scenario = browser::text(said, "scenario"),
            "score" => {
                next.untouched = browser::get(said, "untouched").is_truthy();
                let task = |task: &JsValue| {
                    let truth = |name: &str| browser::get(task, name).is_truthy();
                    (browser::text(task, "key"), truth("holds"), truth("done"), browser::text(task, "figures"))
                };
                next.tasks = browser::list(said, "tasks").iter().map(task).collect();
            }
            _ => {}
        }
        next
    }
}

/// What every block of a page is given.
#[derive(Clone, PartialEq)]
pub struct Page {
    /// The text.
    pub document: Rc<Document>,
    /// Its address.
    pub address: String,
    /// Its scenes.
    pub scenes: UseReducerHandle<Scenes>,
}

/// The scenes of a page, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenes(pub BTreeMap<String, Standing>);

impl Reducible for Scenes {
    type Action = (String, JsValue);

    fn reduce(self: Rc<Self>, (name, said): (String, JsValue)) -> Rc<Self> {
        let before = self.0.get(&name).cloned().unwrap_or_default();
        let next = before.after(&said);
        if next == before {
            return self;
        }
        let mut all = self.0.clone();
        all.insert(name, next);
        Rc::new(Self(all))
    }
}

impl Page {
    /// The scenario of a scene as the learner has it now.
    #[must_use]
    pub fn own_run(&self, scene: &str) -> String {
        let own = self.scenes.0.get(scene).map(|standing| standing.scenario.clone()).filter(|text| !text.is_empty());
        own.or_else(|| self.document.scene(scene).map(|scene| scene.scenario.clone())).unwrap_or_default()
    }
}

/// Every block of a part, in order.
pub fn blocks(page: &Page, blocks: &[Block]) -> Html {
    let one = |(index, block): (usize, &Block)| {
        let key = index.to_string();
        match block {
            Block::Html(html) => html! { <claim::Prose {key} html={html.clone()} page={page.clone()} /> },
            Block::Scene(scene) => html! { <scene::SceneBlock {key} name={scene.key.clone()} page={page.clone()} /> },
            Block::Predict(predict) => html! { <predict::Ask {key} name={predict.key.clone()} page={page.clone()} /> },
            Block::Quiz(quiz) => html! { <quiz::QuizBlock {key} quiz={quiz.clone()} page={page.clone()} /> },
            // A task stands below its scene.
            Block::Task(_) | Block::FollowUp(_) | Block::Rubric(_) => html! {},
            Block::Code(code) => shown::code(code),
            Block::Formula(formula) => shown::formula(formula),
            Block::Figure(figure) => shown::figure(figure),
        }
    };
    html! { <>{for blocks.iter().enumerate().map(one)}</> }
}

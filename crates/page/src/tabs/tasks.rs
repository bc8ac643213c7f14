//! Tasks that tick themselves: which demonstration was loaded last, and whether the learner's own run does what it asks.
//!
//! A run is judged at its end: “fewer than 200 failures” holds at the start of every run. Before, it is said how it
//! stands. The scenario that was loaded does not count: it is there to be changed.

use std::rc::Rc;

use headroom::content::conditions::{Condition, Lane, Measures};
use headroom::labs::results::{Unit, measure_of_lane, unit};
use headroom::scenario::Scenario;
use headroom::session::Player;
use headroom::simulation::window::Merged;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::texts::{Text, field, list, member};
use crate::browser::announce;
use crate::live::Live;
use crate::prose::Prose;

/// How the tasks of a lab stand.
#[derive(Clone, PartialEq, Default)]
pub struct Tasks {
    /// What the lab demonstrates, once it is known.
    pub shows: Rc<[Show]>,
    /// The demonstration that was loaded last.
    pub active: Option<AttrValue>,
    /// Those whose task is done.
    pub done: Vec<AttrValue>,
    /// The figures of the active task as they are, once there are some.
    pub standing: Option<Standing>,
}

/// Something that the lab demonstrates (`headroom::labs::Show`), as it was fetched.
#[derive(PartialEq)]
pub struct Show {
    /// Its key.
    pub key: AttrValue,
    /// A few words.
    pub title: String,
    /// The scenario as canonical text.
    pub scenario: String,
    /// What there is to be seen.
    pub sentence: String,
    /// What to do next.
    pub task: Option<Task>,
}

/// Something to achieve in a run of one's own.
#[derive(PartialEq)]
pub struct Task {
    /// What to do.
    pub sentence: String,
    /// When it is done.
    pub condition: String,
}

/// How the active task stands.
#[derive(Clone, PartialEq)]
pub struct Standing {
    /// Whether its condition holds now.
    pub holds: bool,
    /// The figures.
    pub figures: String,
    /// The scenario is as it was loaded.
    pub untouched: bool,
}

/// The run up to the playhead, as conditions ask it.
pub struct SoFar<'a> {
    scenario: &'a Scenario,
    lanes: Vec<Merged>,
}

impl<'a> SoFar<'a> {
    /// The run of `player`.
    #[must_use]
    pub fn of(player: &'a Player) -> Self {
        let measured = |track: &headroom::session::Track| track.measured(player.playhead(), player.window());
        Self { scenario: player.scenario(), lanes: player.tracks().iter().map(measured).collect() }
    }
}

impl Measures for SoFar<'_> {
    fn measure(&self, lane: &Lane, name: &str) -> Option<f64> {
        let lane = lane.of(self.scenario)?;
        measure_of_lane(self.scenario, lane, self.lanes.get(lane)?, name)
    }

    fn unit(&self, name: &str) -> Unit {
        unit(self.scenario.lab, name).unwrap_or(Unit::Plain)
    }
}

/// The demonstrations of a lab. Each scenario is read, so not before they are `wanted`.
fn shows((prose, wanted): &(Prose, bool)) -> Rc<[Show]> {
    let Text::Here(json) = &prose.0 else { return Rc::default() };
    if !wanted {
        return Rc::default();
    }
    let read = |show: &JsValue| {
        let text = |name| field(show, name);
        let task = member(show, "task");
        let task = field(&task, "sentence").zip(field(&task, "condition"));
        Some(Show {
            key: text("key")?.into(),
            title: text("title")?,
            scenario: Scenario::read(&text("scenario")?).ok()?.0.text(),
            sentence: text("sentence")?,
            task: task.map(|(sentence, condition)| Task { sentence, condition }),
        })
    };
    list(json, "shows").iter().filter_map(read).collect()
}

/// Follows the tasks at each `tick`, whichever tab is shown, once they have been seen: `seen` is whether they are now.
#[hook]
pub fn use_tasks(live: &Live, tick: u32, prose: &Prose, seen: bool) -> UseStateHandle<Tasks> {
    let tasks = use_state_eq(Tasks::default);
    let ever = use_mut_ref(|| false);
    let wanted = {
        let mut ever = ever.borrow_mut();
        *ever |= seen;
        *ever
    };
    let shows = use_memo((prose.clone(), wanted), shows);
    let (handle, live) = (tasks.clone(), live.clone());
    use_effect_with((tick, prose.clone(), wanted), move |_| {
        let next = advance(&handle, &live, &shows);
        if let Some(done) = next.done.iter().find(|key| !handle.done.contains(key)) {
            let title = shows.iter().find(|show| show.key == *done).map_or("", |show| &show.title);
            announce::answer(&format!("Task done: {title}."));
        }
        handle.set(next);
    });
    tasks
}

fn advance(before: &Tasks, live: &Live, shows: &Rc<[Show]>) -> Tasks {
    let player = live.player();
    let text = player.scenario().text();
    let loaded = shows.iter().find(|show| show.scenario == text).map(|show| show.key.clone());
    let untouched = loaded.is_some();
    let active = loaded.or_else(|| before.active.clone());
    let mut next = Tasks { shows: Rc::clone(shows), active, done: before.done.clone(), standing: None };
    let active = shows.iter().find(|show| Some(&show.key) == next.active.as_ref());
    let Some((show, task)) = active.and_then(|show| Some((show, show.task.as_ref()?))) else { return next };
    let Ok(condition) = Condition::read(&task.condition) else { return next };
    let so_far = SoFar::of(&player);
    if let Ok(holds) = condition.holds(&so_far) {
        next.standing = Some(Standing { holds, figures: condition.explain(&so_far), untouched });
        if holds && !untouched && player.at_end() && !next.done.contains(&show.key) {
            next.done.push(show.key.clone());
        }
    }
    next
}

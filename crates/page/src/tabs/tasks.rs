//! Tasks that tick themselves: which demonstration was loaded last, and whether the learner's own run does what it asks.
//!
//! A run is judged at its end: “fewer than 200 failures” holds at the start of every run. Before, it is said how it
//! stands. The scenario that was loaded does not count: it is there to be changed.

use std::rc::Rc;

use headroom::content::conditions::{Condition, Lane, Measures};
use headroom::labs::results::{Unit, measure_of_lane, unit};
use headroom::labs::{Show, Task};
use headroom::scenario::Scenario;
use headroom::session::Player;
use headroom::simulation::window::Merged;
use yew::prelude::*;

use crate::browser::announce;
use crate::live::Live;

/// How the tasks of a lab stand.
#[derive(Clone, PartialEq, Default)]
pub struct Tasks {
    /// The demonstration that was loaded last.
    pub active: Option<&'static str>,
    /// Those whose task is done.
    pub done: Vec<&'static str>,
    /// The figures of the active task as they are, once there are some.
    pub standing: Option<Standing>,
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

/// The demonstrations of a lab with their scenarios as canonical text.
fn canonical(shows: &'static [Show]) -> Vec<(&'static Show, String)> {
    let read = |show: &'static Show| Scenario::read(show.scenario).ok().map(|(scenario, _)| (show, scenario.text()));
    shows.iter().filter_map(read).collect()
}

/// Follows the tasks at each `tick`, whichever tab is shown.
#[hook]
pub fn use_tasks(live: &Live, tick: u32) -> UseStateHandle<Tasks> {
    let tasks = use_state_eq(Tasks::default);
    let shows = live.player().scenario().lab.shows;
    let texts = use_memo(shows.len(), |_| canonical(shows));
    let (handle, live) = (tasks.clone(), live.clone());
    use_effect_with(tick, move |_| {
        let next = advance(&handle, &live, &texts);
        if let Some(done) = next.done.iter().find(|key| !handle.done.contains(key)) {
            let title = texts.iter().find(|(show, _)| show.key == *done).map_or("", |(show, _)| show.title);
            announce::answer(&format!("Task done: {title}."));
        }
        handle.set(next);
    });
    tasks
}

fn advance(before: &Tasks, live: &Live, texts: &Rc<Vec<(&'static Show, String)>>) -> Tasks {
    let player = live.player();
    let text = player.scenario().text();
    let loaded = texts.iter().find(|(_, own)| *own == text).map(|(show, _)| show.key);
    let mut next = Tasks { active: loaded.or(before.active), done: before.done.clone(), standing: None };
    let task =
        texts.iter().find(|(show, _)| Some(show.key) == next.active).and_then(|(show, _)| Some((show, show.task?)));
    let Some((show, task)) = task else { return next };
    next.standing = judge(task, &player, loaded.is_some());
    let holds = next.standing.as_ref().is_some_and(|standing| standing.holds && !standing.untouched);
    if holds && player.at_end() && !next.done.contains(&show.key) {
        next.done.push(show.key);
    }
    next
}

/// How a task stands; `None` as long as nobody can say.
#[inline(never)] // not needed at the start
fn judge(task: Task, player: &Player, untouched: bool) -> Option<Standing> {
    let condition = Condition::read(task.condition).ok()?;
    let so_far = SoFar::of(player);
    let holds = condition.holds(&so_far).ok()?;
    Some(Standing { holds, figures: condition.explain(&so_far), untouched })
}

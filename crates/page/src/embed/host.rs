//! What an embed and its host page say to each other. The words are described in docs/embedding.md.
//!
//! Every message is an object with `ns: "headroom"`, `v: 1` and `type`. To the embed: `init` `play` `pause` `step` `seek`
//! `reset` `setParameters` `getState` `setState` `predict` `evaluate`; an `id` comes back with the answer. From it:
//! `ready` `resize` `state` `event` `answer` `score` `error`. The strings `slide:start` and `slide:stop`, which reveal.js
//! posts to the frames of a slide, play and pause. Read next: [`super::message`] for what messages are made of,
//! [`super::wishes`] for what the host wants of the experiment, [`super::way`] for how messages travel.

use std::cell::RefCell;
use std::rc::Rc;

use headroom::basics::Nanos;
use headroom::content::conditions::Condition;
use headroom::scenario::{ENGINE, Scenario};
use headroom::session::Player;
use js_sys::Array;
use wasm_bindgen::JsValue;
use yew::Callback;

use super::evaluate;
use super::guess::{self, Laid};
use super::message::{VERSION, is_ours, message, object, time};
use super::way::{Way, get};
use super::wishes::{scenario_of, set_parameters, set_state};
use crate::browser::Listener;
use crate::live::Live;
use crate::tabs::tasks::SoFar;

/// The host page.
#[derive(Clone)]
pub struct Host(Rc<Inner>);

struct Inner {
    way: Way,
    /// Conditions that are judged at the end of every run that was changed: name and text.
    tasks: RefCell<Vec<(String, String)>>,
    /// Those of them that held once.
    done: RefCell<Vec<String>>,
    /// The scenario that was loaded: tasks do not count on it.
    loaded: RefCell<String>,
    laid: Callback<Option<Laid>>,
}

impl Host {
    /// The host at the other end of `way`. `laid` is called when it wants a guess laid over the run, or none.
    #[must_use]
    pub fn new(way: Way, laid: Callback<Option<Laid>>) -> Self {
        let (tasks, done, loaded) = (RefCell::default(), RefCell::default(), RefCell::default());
        Self(Rc::new(Inner { way, tasks, done, loaded, laid }))
    }

    /// Sends a message of `kind` with `fields`.
    pub fn say(&self, kind: &str, fields: &[(&str, JsValue)]) {
        self.0.way.send(&message(kind, fields));
    }

    /// Listens to the host page and does what it says, until dropped.
    #[must_use = "dropped, the host is no longer heard"]
    pub fn listen(&self, live: &Live) -> Option<Listener> {
        *self.0.loaded.borrow_mut() = live.player().scenario().text();
        let (host, live) = (self.clone(), live.clone());
        self.0.way.listen(move |data| host.obey(&live, &data))
    }

    /// Says that it is there.
    pub fn ready(&self, live: &Live, id: &JsValue) {
        let scenario = live.player().scenario().text();
        self.say("ready", &[("id", id.clone()), ("scenario", scenario.into()), ("engine", ENGINE.into())]);
    }

    fn obey(&self, live: &Live, data: &JsValue) {
        match data.as_string().as_deref() {
            Some("slide:start") => return live.act(Player::play),
            Some("slide:stop") => return live.act(Player::pause),
            Some(_) => return,
            None => {}
        }
        if !is_ours(data) {
            return;
        }
        let id = get(data, "id");
        match self.answer(live, data, &id) {
            Ok(true) => self.state(live, &id),
            Ok(false) => {}
            Err(sentence) => self.error(&id, &sentence),
        }
    }

    /// Does what a message says. Whether the state is the answer to it.
    fn answer(&self, live: &Live, data: &JsValue, id: &JsValue) -> Result<bool, String> {
        if get(data, "v").as_f64() != Some(f64::from(VERSION)) {
            return Err("This embed speaks version 1 of the messages.".to_owned());
        }
        match get(data, "type").as_string().unwrap_or_default().as_str() {
            "init" => {
                self.init(live, data)?;
                self.ready(live, id);
                self.judge(live);
                return Ok(false);
            }
            "play" => live.act(Player::play),
            "pause" => live.act(Player::pause),
            "step" => {
                // A whole number of events; more than a person would step is a seek.
                let events = get(data, "events").as_f64().unwrap_or(1.0).clamp(-1e6, 1e6) as i64;
                live.act(|player| {
                    player.pause();
                    player.step_by(events);
                });
            }
            "seek" => {
                let time = time(&get(data, "t")).ok_or("seek needs t: seconds, or a time as text, as \"12s\".")?;
                live.act(|player| player.seek(time));
            }
            "reset" => live.act(|player| {
                player.pause();
                player.seek(Nanos::ZERO);
            }),
            "setParameters" => set_parameters(live, &get(data, "parameters"))?,
            "setState" => set_state(live, data)?,
            "getState" => {}
            "predict" => {
                let laid = get(data, "guess");
                let laid = if laid.is_null() || laid.is_undefined() { None } else { Some(guess::read(&laid, live)?) };
                self.0.laid.emit(laid);
            }
            "evaluate" => {
                self.evaluate(live, data, id)?;
                return Ok(false);
            }
            other => return Err(format!("“{other}” is not a message that this embed understands.")),
        }
        Ok(true)
    }

    /// `init`: what is loaded, and which tasks are judged.
    fn init(&self, live: &Live, data: &JsValue) -> Result<(), String> {
        let tasks = get(data, "tasks");
        let mut read = Vec::new();
        if !tasks.is_undefined() {
            if !Array::is_array(&tasks) {
                return Err("init takes tasks: a list of { key, when }.".to_owned());
            }
            for task in Array::from(&tasks).iter() {
                let (Some(key), Some(when)) = (get(&task, "key").as_string(), get(&task, "when").as_string()) else {
                    return Err("A task is an object { key, when }: a name and a condition, both texts.".to_owned());
                };
                let condition =
                    Condition::read(&when).map_err(|mistake| format!("The task {key}, “{when}”: {mistake}."))?;
                condition
                    .check(live.player().scenario())
                    .map_err(|what| format!("The task {key}, “{when}”: {what}."))?;
                read.push((key, when));
            }
        }
        if !get(data, "scenario").is_undefined() {
            set_state(live, data)?;
        }
        *self.0.loaded.borrow_mut() = live.player().scenario().text();
        *self.0.tasks.borrow_mut() = read;
        self.0.done.borrow_mut().clear();
        Ok(())
    }

    /// Runs the scenario out, unless it is the one that was loaded, and says how the tasks stand at its end.
    pub fn judge(&self, live: &Live) {
        if self.0.tasks.borrow().is_empty() {
            return;
        }
        let scenario = live.player().scenario().clone();
        let host = self.clone();
        evaluate::run_out(&scenario, move |results| match results {
            Ok(results) => {
                let untouched = results.scenario.text() == *host.0.loaded.borrow();
                let tasks: Array = host
                    .0
                    .tasks
                    .borrow()
                    .iter()
                    .map(|(key, when)| host.stands(key, when, &results, untouched))
                    .collect();
                let (done, of) = (host.0.done.borrow().len(), tasks.length());
                let scenario = results.scenario.text();
                let fields = [("tasks", tasks.into()), ("done", (done as f64).into()), ("of", of.into())];
                host.say(
                    "score",
                    &[&fields[..], &[("scenario", scenario.into()), ("untouched", untouched.into())]].concat(),
                );
            }
            Err(sentence) => host.error(&JsValue::UNDEFINED, &sentence),
        });
    }

    fn stands(&self, key: &str, when: &str, results: &headroom::labs::Results, untouched: bool) -> JsValue {
        let condition = Condition::read(when).ok();
        let holds = condition.as_ref().is_some_and(|condition| condition.holds(results) == Ok(true));
        let mut done = self.0.done.borrow_mut();
        if holds && !untouched && !done.iter().any(|other| other == key) {
            done.push(key.to_owned());
        }
        let figures = condition.map(|condition| condition.explain(results)).unwrap_or_default();
        let was_done = done.iter().any(|other| other == key);
        object(&[("key", key.into()), ("holds", holds.into()), ("done", was_done.into()), ("figures", figures.into())])
            .into()
    }

    fn evaluate(&self, live: &Live, data: &JsValue, id: &JsValue) -> Result<(), String> {
        let conditions = evaluate::texts(data, "conditions")?;
        let measures = evaluate::texts(data, "measures")?;
        match get(data, "at").as_string().as_deref().unwrap_or("end") {
            "now" => {
                let player = live.player();
                let [conditions, measures] = evaluate::answer(&conditions, &measures, &SoFar::of(&player))?;
                let scenario = player.scenario().text();
                self.say("answer", &[("id", id.clone()), ("scenario", scenario.into()), conditions, measures]);
            }
            "end" => {
                let scenario = scenario_of(data, Some(live.player().scenario()))?;
                answer_at_end(&scenario, conditions, measures, id.clone(), self.0.way.clone());
            }
            other => return Err(format!("evaluate takes at: \"now\" or \"end\", not “{other}”.")),
        }
        Ok(())
    }

    /// Says how it stands.
    pub fn state(&self, live: &Live, id: &JsValue) {
        let player = live.player();
        let lane = |(index, lane): (usize, &headroom::scenario::Lane)| {
            let track = &player.tracks()[index];
            let merged = track.measured(player.playhead(), player.window());
            let span = |q: f64| merged.latencies.quantile(q).map_or(JsValue::NULL, |span| span.seconds().into());
            JsValue::from(object(&[
                ("policy", lane.policy.as_str().into()),
                ("p50", span(0.5)),
                ("p99", span(0.99)),
                ("samples", (merged.latencies.count() as f64).into()),
                ("goodput", merged.goodput().into()),
                ("failed", (merged.failed as f64).into()),
                ("shed", (merged.shed as f64).into()),
            ]))
        };
        let lanes: Array = player.scenario().lanes.iter().enumerate().map(lane).collect();
        self.say(
            "state",
            &[
                ("id", id.clone()),
                ("engine", ENGINE.into()),
                ("scenario", player.scenario().text().into()),
                ("playing", player.playing().into()),
                ("ended", player.at_end().into()),
                ("t", player.playhead().seconds().into()),
                ("duration", player.scenario().duration.seconds().into()),
                ("speed", player.speed().into()),
                ("lanes", lanes.into()),
            ],
        );
    }

    fn error(&self, id: &JsValue, sentence: &str) {
        self.say("error", &[("id", id.clone()), ("message", sentence.into())]);
    }
}

/// Runs `scenario` out and sends what `conditions` and `measures` come to.
pub fn answer_at_end(scenario: &Scenario, conditions: Vec<String>, measures: Vec<String>, id: JsValue, way: Way) {
    evaluate::run_out(scenario, move |results| {
        let answer = results.and_then(|results| {
            let [conditions, measures] = evaluate::answer(&conditions, &measures, &*results)?;
            let scenario = results.scenario.text();
            Ok(message("answer", &[("id", id.clone()), ("scenario", scenario.into()), conditions, measures]))
        });
        way.send(&answer.unwrap_or_else(|sentence| message("error", &[("id", id), ("message", sentence.into())])));
    });
}

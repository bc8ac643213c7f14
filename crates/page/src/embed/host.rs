//! What an embed and its host page say to each other, over `postMessage`.
//!
//! Every message is an object with `ns: "headroom"`, `v: 1` and `type`. Only the window that holds the frame is
//! heard. To the embed: `play` `pause` `step` `seek` `reset` `setParameters` `getState`; an `id` comes back with the
//! answer. From it: `ready` `resize` `state` `event` `error`. The strings `slide:start` and `slide:stop`, which
//! reveal.js posts to the frames of a slide, play and pause.

use headroom::basics::Nanos;
use headroom::scenario::{ENGINE, lane_of_letter};
use headroom::session::Player;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageEvent;

use crate::browser::{self, Listener};
use crate::live::Live;

/// The name that all messages carry.
const NAMESPACE: &str = "headroom";
/// Their version.
const VERSION: u32 = 1;

/// The way to the host page.
#[derive(Clone)]
pub struct Host {
    /// The origin that may listen, or `*`.
    origin: String,
}

impl Host {
    /// The host page, if it has the origin `parent`, or whatever it has.
    #[must_use]
    pub fn new(parent: Option<&str>) -> Self {
        Self { origin: parent.unwrap_or("*").to_owned() }
    }

    /// Posts a message of `kind` with `fields`.
    pub fn say(&self, kind: &str, fields: &[(&str, JsValue)]) {
        if !browser::framed() {
            return;
        }
        let message = object(&[("ns", NAMESPACE.into()), ("v", VERSION.into()), ("type", kind.into())]);
        for (name, value) in fields {
            set(&message, name, value);
        }
        if let Some(parent) = browser::window().and_then(|window| window.parent().ok().flatten()) {
            // Refused for an origin that is none; then nobody was meant.
            let _ = parent.post_message(&message, &self.origin);
        }
    }

    /// Listens to the host page and does what it says, until dropped.
    #[must_use = "dropped, the host is no longer heard"]
    pub fn listen(&self, live: &Live) -> Option<Listener> {
        let (host, live) = (self.clone(), live.clone());
        let window = browser::window()?;
        Some(Listener::new(&window, "message", move |event| {
            let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
            let parent = browser::window().and_then(|window| window.parent().ok().flatten());
            let from_parent = browser::framed()
                && parent.is_some_and(|parent| {
                    event.source().is_some_and(|source| JsValue::from(source) == JsValue::from(parent))
                })
                && (host.origin == "*" || host.origin == event.origin());
            if from_parent {
                host.obey(&live, &event.data());
            }
        }))
    }

    fn obey(&self, live: &Live, data: &JsValue) {
        match data.as_string().as_deref() {
            Some("slide:start") => return live.act(Player::play),
            Some("slide:stop") => return live.act(Player::pause),
            Some(_) => return,
            None => {}
        }
        if get(data, "ns").as_string().as_deref() != Some(NAMESPACE) {
            return;
        }
        let id = get(data, "id");
        let kind = get(data, "type").as_string().unwrap_or_default();
        if get(data, "v").as_f64() != Some(f64::from(VERSION)) {
            return self.error(&id, "This embed speaks version 1 of the messages.");
        }
        match kind.as_str() {
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
            "seek" => match time(&get(data, "t")) {
                Some(time) => live.act(|player| player.seek(time)),
                None => return self.error(&id, "seek needs t: seconds, or a time as text, as \"12s\"."),
            },
            "reset" => live.act(|player| {
                player.pause();
                player.seek(Nanos::ZERO);
            }),
            "setParameters" => {
                if let Err(sentence) = set_parameters(live, &get(data, "parameters")) {
                    return self.error(&id, &sentence);
                }
            }
            "getState" => {}
            other => return self.error(&id, &format!("“{other}” is not a message that this embed understands.")),
        }
        self.state(live, &id);
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

/// Sets each parameter of `parameters` (`{ rate: "900/s", "b.choices": 3 }`), or none: the first that is refused.
fn set_parameters(live: &Live, parameters: &JsValue) -> Result<(), String> {
    if !parameters.is_object() {
        return Err("setParameters needs parameters: an object of keys and values.".to_owned());
    }
    for entry in Object::entries(parameters.unchecked_ref()).iter() {
        let entry: Array = entry.into();
        let key = entry.get(0).as_string().unwrap_or_default();
        let value = entry.get(1);
        let text = value.as_string().or_else(|| value.as_f64().map(|number| number.to_string()));
        let text = text.or_else(|| value.as_bool().map(|on| if on { "on" } else { "off" }.to_owned()));
        let text = text.ok_or_else(|| format!("The value of {key} must be a text or a number."))?;
        let (lane, own_key) = match key.split_once('.') {
            Some((letter, own_key)) => (lane_of_letter(letter), own_key),
            None => (None, key.as_str()),
        };
        let refused = live.act(|player| player.set(lane, own_key, &text)).err();
        live.act(Player::release);
        if let Some(refusal) = refused {
            return Err(format!("{key} “{text}” {}.", refusal.expected));
        }
    }
    Ok(())
}

/// A time in seconds, or as text.
fn time(value: &JsValue) -> Option<Nanos> {
    let seconds = value.as_f64().filter(|seconds| seconds.is_finite() && *seconds >= 0.0).map(Nanos::from_seconds);
    seconds.or_else(|| value.as_string().and_then(|text| Nanos::read(&text).ok()))
}

fn get(value: &JsValue, name: &str) -> JsValue {
    // Refused for what is no object; then there is no such field.
    Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // A property of a new object of ours is always accepted.
    let _ = Reflect::set(object, &name.into(), value);
}

fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object
}

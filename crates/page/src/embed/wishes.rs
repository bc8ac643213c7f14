//! What a host wants of the experiment: a scenario, where it stands, how fast, parameters. Done, or refused with a sentence.
//!
//! Read next: [`Scenario`], which refuses.

use headroom::scenario::Scenario;
use headroom::session::Player;
use wasm_bindgen::JsValue;

use super::message::{pairs, time};
use super::way::get;
use crate::live::Live;

/// The scenario that a message is about: its own, or `current`; with the parameters `with` set.
///
/// # Errors
/// A sentence that says what is refused.
pub fn scenario_of(data: &JsValue, current: Option<&Scenario>) -> Result<Scenario, String> {
    let mut scenario = match get(data, "scenario").as_string() {
        Some(text) => read(&text)?,
        None => current.cloned().ok_or("evaluate needs a scenario here.")?,
    };
    let with = get(data, "with");
    if !with.is_undefined() {
        for (lane, key, text) in pairs(&with, "with")? {
            let set = match lane {
                Some(lane) => scenario.set_in_lane(lane, &key, &text),
                None => scenario.set(&key, &text),
            };
            set.map_err(|refusal| format!("{key} “{text}” {}.", refusal.expected))?;
        }
    }
    Ok(scenario)
}

/// Reads a scenario from a host: whatever is not understood in it is an error.
fn read(text: &str) -> Result<Scenario, String> {
    let (scenario, notices) = Scenario::read(text).map_err(|notice| notice.sentence)?;
    match notices.first() {
        None => Ok(scenario),
        Some(notice) => Err(notice.problem.clone()),
    }
}

/// `setState`: the scenario, where it stands, how fast, whether it plays. What is not named stays as it is.
pub(super) fn set_state(live: &Live, data: &JsValue) -> Result<(), String> {
    let scenario = match get(data, "scenario") {
        none if none.is_undefined() => None,
        text => Some(read(&text.as_string().ok_or("setState takes scenario: a text.")?)?),
    };
    if let Some(scenario) = &scenario {
        let (is, asked) = (live.player().scenario().lab.key, scenario.lab.key);
        if is != asked {
            return Err(format!("This embed is of the lab “{is}”; a scenario of “{asked}” needs one of its own."));
        }
    }
    let at = get(data, "t");
    let at = if at.is_undefined() {
        None
    } else {
        Some(time(&at).ok_or("setState takes t: seconds, or a time as text, as \"12s\".")?)
    };
    let (speed, playing) = (get(data, "speed").as_f64(), get(data, "playing").as_bool());
    live.act(|player| {
        if let Some(scenario) = scenario {
            player.replace(scenario);
        }
        if let Some(speed) = speed {
            player.set_speed(speed);
        }
        if let Some(at) = at {
            player.seek(at);
        }
        match playing {
            Some(true) => player.play(),
            Some(false) => player.pause(),
            None => {}
        }
    });
    Ok(())
}

/// Sets each parameter of `parameters` (`{ rate: "900/s", "b.choices": 3 }`), or none: the first that is refused.
pub(super) fn set_parameters(live: &Live, parameters: &JsValue) -> Result<(), String> {
    for (lane, key, text) in pairs(parameters, "setParameters needs parameters")? {
        let refused = live.act(|player| player.set(lane, &key, &text)).err();
        live.act(Player::release);
        if let Some(refusal) = refused {
            return Err(format!("{key} “{text}” {}.", refusal.expected));
        }
    }
    Ok(())
}

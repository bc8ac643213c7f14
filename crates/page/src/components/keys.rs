//! Keys of the lab. They work only while the focus is inside it, and never while something is typed.

use headroom::basics::Nanos;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};

use crate::live::Live;

/// The speeds that can be chosen, slowest first.
pub const SPEEDS: [f64; 19] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0,
];

/// What a key asked for beyond the experiment itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Done, or nothing to do.
    Nothing,
    /// The list of keys.
    Help,
    /// To leave the lab.
    Leave,
}

/// Does what the key of `event` stands for.
pub fn press(live: &Live, event: &KeyboardEvent) -> Asked {
    let key = event.key();
    if event.default_prevented() {
        return Asked::Nothing;
    }
    if key == "Escape" {
        return Asked::Leave;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let on = Target::of(target.as_ref());
    if on == Target::Typing || event.alt_key() {
        return Asked::Nothing;
    }
    if event.ctrl_key() || event.meta_key() {
        match key.as_str() {
            "z" => live.act(|player| player.undo()),
            "Z" | "y" => live.act(|player| player.redo()),
            _ => return Asked::Nothing,
        }
        event.prevent_default();
        return Asked::Nothing;
    }
    // A button answers to the space bar itself; a slider has the arrows.
    if (on == Target::Button && key == " ") || (on == Target::Slider && is_for_sliders(&key)) {
        return Asked::Nothing;
    }
    let steps = if event.shift_key() { 10 } else { 1 };
    match key.as_str() {
        " " | "k" | "K" => live.act(|player| player.toggle()),
        "ArrowRight" => live.act(|player| player.step_by(steps)),
        "ArrowLeft" => live.act(|player| player.step_by(-steps)),
        "n" | "N" => live.act(|player| player.next_request()),
        "m" | "M" => live.act(|player| player.next_mark()),
        "Home" => live.act(|player| player.seek(Nanos::ZERO)),
        "End" => live.act(|player| {
            let end = player.scenario().duration;
            player.seek(end);
        }),
        "[" => change_speed(live, -1),
        "]" => change_speed(live, 1),
        "1" | "2" | "3" | "4" => live.act(|player| player.set_focus(usize::from(key.as_bytes()[0] - b'1'))),
        "?" => {
            event.prevent_default();
            return Asked::Help;
        }
        _ => return Asked::Nothing,
    }
    event.prevent_default();
    Asked::Nothing
}

/// The next slower (−1) or faster (1) speed of the list.
pub fn change_speed(live: &Live, by: isize) {
    live.act(|player| {
        let speed = player.speed();
        let next = if by < 0 {
            SPEEDS.iter().rev().find(|&&other| other < speed * 0.999)
        } else {
            SPEEDS.iter().find(|&&other| other > speed * 1.001)
        };
        if let Some(&next) = next {
            player.set_speed(next);
        }
    });
}

/// What has the focus, as far as it matters to keys.
#[derive(PartialEq)]
enum Target {
    Typing,
    Slider,
    Button,
    Other,
}

impl Target {
    fn of(element: Option<&Element>) -> Self {
        let Some(element) = element else { return Self::Other };
        match element.tag_name().to_ascii_lowercase().as_str() {
            "input" => match element.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::type_).as_deref() {
                Some("range") => Self::Slider,
                Some("checkbox") => Self::Button,
                _ => Self::Typing,
            },
            "select" | "textarea" => Self::Typing,
            "button" | "summary" | "a" => Self::Button,
            _ if element.closest("[contenteditable]").ok().flatten().is_some() => Self::Typing,
            // Parts of the stage that can be focused answer to Enter and the space bar.
            _ if element.get_attribute("role").as_deref() == Some("button") => Self::Button,
            _ => Self::Other,
        }
    }
}

fn is_for_sliders(key: &str) -> bool {
    key.starts_with("Arrow") || matches!(key, "Home" | "End" | "PageUp" | "PageDown")
}

//! The timeline: where the run stands, what happens in it, and a slider that goes anywhere.
//!
//! It follows every frame, past Yew: the fill and the thumb are moved directly.

use headroom::basics::order::insertion_sort;
use headroom::basics::{Nanos, decimal};
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use crate::describe;
use crate::hooks::use_watch;
use crate::live::Live;
use crate::numbers::{self, fixed};

/// Places that the slider can stand at.
const PLACES: f64 = 10_000.0;
/// A label needs so much of the width (per cent) to itself.
const LABEL: f64 = 18.0;

/// What the timeline is given.
#[derive(Properties, PartialEq)]
pub struct ScrubberProps {
    /// The experiment.
    pub live: Live,
}

/// Something on the timeline.
#[derive(PartialEq, Clone)]
struct Flag {
    /// Per cent of the run.
    place: f64,
    /// For spans: where it ends.
    until: Option<f64>,
    text: String,
    /// Whether it was done to the run, or happened in it.
    done: bool,
    lane: Option<usize>,
}

fn per_cent(time: Nanos, duration: Nanos) -> f64 {
    100.0 * time.seconds() / duration.seconds().max(1e-9)
}

fn flags(live: &Live, (): &()) -> Vec<Flag> {
    let player = live.player();
    let scenario = player.scenario();
    let place = |time: Nanos| per_cent(time, scenario.duration);
    let mut flags: Vec<Flag> = scenario
        .edits
        .iter()
        .filter(|edit| edit.at <= scenario.duration)
        .map(|edit| Flag {
            place: place(edit.at),
            until: edit.until.map(|until| place(until).min(100.0)),
            text: describe::what(scenario, edit),
            done: true,
            lane: edit.lane,
        })
        .collect();
    for (lane, track) in player.tracks().iter().enumerate() {
        // What was done stands there already; and nothing is told of the future.
        let happened = track.marks.iter().filter(|mark| {
            mark.at <= player.playhead()
                && scenario.edits.iter().all(|edit| edit.at != mark.at && edit.until != Some(mark.at))
        });
        flags.extend(happened.map(|mark| Flag {
            place: place(mark.at),
            until: None,
            text: format!("{}, lane {}", mark.text, describe::badge(lane)),
            done: false,
            lane: Some(lane),
        }));
    }
    flags
}

/// Where the labels of what was done stand: key, from, to (per cent), whether at the right end of that, text. Those
/// that would have too little room are left to the list of faults.
fn labels(flags: &[Flag]) -> Vec<(String, f64, f64, bool, String)> {
    let mut done: Vec<&Flag> = flags.iter().filter(|flag| flag.done).collect();
    insertion_sort(&mut done, |a, b| a.place < b.place);
    let mut labels: Vec<(String, f64, f64, bool, String)> = Vec::new();
    for (index, flag) in done.iter().enumerate() {
        let taken = labels.last().map_or(0.0, |&(_, from, _, late, _)| if late { 100.0 } else { from + LABEL });
        let next = done.get(index + 1).map_or(100.0, |next| next.place);
        let key = format!("label-{index}");
        if flag.place >= taken && next - flag.place >= LABEL {
            labels.push((key, flag.place, next, false, flag.text.clone()));
        } else if flag.place - taken >= LABEL && index + 1 == done.len() {
            labels.push((key, taken, flag.place, true, flag.text.clone()));
        }
    }
    // A label may use the room of those that were left out before it.
    for index in 1..labels.len() {
        let from = labels[index].1;
        labels[index - 1].2 = labels[index - 1].2.min(from);
    }
    labels
}

/// The timeline.
#[component]
pub fn Scrubber(props: &ScrubberProps) -> Html {
    let live = &props.live;
    let (frame, slider) = (use_node_ref(), use_node_ref());
    let flags = use_watch(live, (), flags);
    let warm_up = use_watch(live, (), |live, ()| {
        let player = live.player();
        per_cent(player.scenario().warm_up, player.scenario().duration)
    });
    let spoken = use_watch(live, (), |live, ()| {
        let player = live.player();
        describe::place(Nanos(player.playhead().0 / 100_000_000 * 100_000_000), player.scenario().duration)
    });
    use_effect_with(live.clone(), {
        let (frame, slider) = (frame.clone(), slider.clone());
        move |live| {
            let subscription = live.on_frame(move |player| {
                let at = per_cent(player.playhead(), player.scenario().duration);
                if let Some(frame) = frame.cast::<HtmlElement>() {
                    // A property of ours with a number in it is always accepted.
                    let _ = frame.style().set_property("--at", &format!("{at}%", at = fixed(at, 3)));
                }
                if let Some(slider) = slider.cast::<HtmlInputElement>() {
                    slider.set_value(&fixed(at / 100.0 * PLACES, 0).to_string());
                }
            });
            move || drop(subscription)
        }
    });
    let scrub = {
        let live = live.clone();
        Callback::from(move |event: InputEvent| {
            let place = decimal::read(&event.target_unchecked_into::<HtmlInputElement>().value()).unwrap_or(0.0);
            go(&live, place / PLACES);
        })
    };
    let press = {
        let live = live.clone();
        Callback::from(move |event: KeyboardEvent| {
            let by = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => 0.01,
                "ArrowLeft" | "ArrowDown" => -0.01,
                "PageUp" => 0.1,
                "PageDown" => -0.1,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            let at = {
                let player = live.player();
                per_cent(player.playhead(), player.scenario().duration) / 100.0
            };
            go(&live, at + by);
        })
    };
    let marks = flags.iter().enumerate().map(|(index, flag)| {
        let width = flag.until.map_or(String::new(), |until| format!("width: {}%;", fixed(until - flag.place, 3)));
        let lane = flag.lane.map(|lane| headroom::scenario::lane_letter(lane).to_string());
        let class = classes!("flag", if flag.done { "done" } else { "happened" }, flag.until.map(|_| "span"));
        html! {
            <span key={index} {class} data-lane={lane} style={format!("left: {}%; {width}", fixed(flag.place, 3))} title={flag.text.clone()}></span>
        }
    });
    let labels = labels(&flags).into_iter().map(|(key, from, to, late, text)| {
        let class = classes!("flag-label", late.then_some("late"));
        html! { <span {key} {class} style={format!("left: {from}%; width: {}%", fixed(to - from, 3), from = fixed(from, 3))}>{text}</span> }
    });
    html! {
        <div class="scrubber" ref={frame}>
            <div class="scrubber-flags" aria-hidden="true">{for marks}{for labels}</div>
            <div class="scrubber-rail" aria-hidden="true">
                <span class="scrubber-warm-up" style={format!("width: {}%", fixed(*warm_up, 3))} title="Warm-up: drawn, but left out of the figures"></span>
                <span class="scrubber-fill"></span>
            </div>
            <input ref={slider} type="range" min="0" max={PLACES.to_string()} step="1" aria-label="Time" aria-valuetext={(*spoken).clone()} oninput={scrub} onkeydown={press} />
        </div>
    }
}

/// Goes to a share of the run.
fn go(live: &Live, share: f64) {
    live.act(|player| {
        let duration = player.scenario().duration;
        player.seek(Nanos::from_seconds(duration.seconds() * share.clamp(0.0, 1.0)));
    });
}

/// What the display is given.
#[derive(Properties, PartialEq)]
pub struct ClockProps {
    /// The experiment.
    pub live: Live,
}

/// The time at the playhead, at every frame.
#[component]
pub fn Clock(props: &ClockProps) -> Html {
    let text = use_node_ref();
    use_effect_with(props.live.clone(), {
        let text = text.clone();
        move |live| {
            let subscription = live.on_frame(move |player| {
                // So many decimals as move visibly at this speed; standing, as many as say something.
                let decimals = match player.speed() {
                    _ if !player.playing() => {
                        if player.playhead().0.is_multiple_of(10_000_000) {
                            2
                        } else {
                            4
                        }
                    }
                    speed if speed < 0.005 => 4,
                    speed if speed < 0.05 => 3,
                    _ => 2,
                };
                if let Some(text) = text.cast::<HtmlElement>() {
                    text.set_text_content(Some(&numbers::moment(player.playhead(), decimals)));
                }
            });
            move || drop(subscription)
        }
    });
    let duration = use_watch(&props.live, (), |live, ()| numbers::short_moment(live.player().scenario().duration));
    html! { <div class="clock"><strong ref={text}></strong><span>{"of "}{&*duration}</span></div> }
}

//! What the last step was, in a sentence: on the screen, and in the live region.
//!
//! While time goes on by itself, only moments that matter are told, and no oftener than every four seconds.

use headroom::session::Player;
use yew::prelude::*;

use crate::browser::announce;
use crate::hooks::use_watch;
use crate::live::Live;
use crate::{describe, numbers};

/// What the story is given.
#[derive(Properties, PartialEq)]
pub struct StoryProps {
    /// The experiment.
    pub live: Live,
}

/// What is told.
#[derive(PartialEq, Clone, Default)]
struct Told {
    /// What happened.
    event: Option<String>,
    /// Why the algorithm did what it did.
    reasons: String,
    playing: bool,
    at_start: bool,
    at_end: bool,
    /// The last moment that mattered, and what it was.
    moment: Option<String>,
    /// How it stands, for those who do not see it.
    standing: String,
}

fn look(live: &Live, (): &()) -> Told {
    let player = live.player();
    let at = player.tracks().get(player.focus()).and_then(|track| track.at.as_deref());
    let story = at.filter(|at| !at.story.is_empty());
    let many = player.tracks().len() > 1;
    let who = if many { format!("Lane {}, ", describe::badge(player.focus())) } else { String::new() };
    Told {
        event: story.map(|at| format!("{who}{}: {}", numbers::moment(at.position.time, 4), at.story.join("; "))),
        reasons: story.map(|at| sentence_of(at.remarks.iter().map(|remark| remark.text.as_str()))).unwrap_or_default(),
        playing: player.playing(),
        at_start: player.playhead().0 == 0,
        at_end: player.at_end(),
        moment: last_moment(&player),
        standing: if player.playing() { String::new() } else { standing(&player) },
    }
}

fn sentence_of<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.collect::<Vec<_>>().join("; ")
}

fn last_moment(player: &Player) -> Option<String> {
    let last = |track: &headroom::session::Track| {
        let mark = track.marks.iter().rev().find(|mark| mark.at <= player.playhead())?;
        Some((mark.at, mark.text.clone()))
    };
    let moments: Vec<_> = player.tracks().iter().map(last).collect();
    let (lane, (at, text)) = moments
        .iter()
        .enumerate()
        .filter_map(|(lane, moment)| Some((lane, moment.as_ref()?)))
        .max_by_key(|(_, (at, _))| *at)?;
    let at = numbers::short_moment(*at);
    // What happens to all lanes alike is said once.
    if moments.iter().all(|other| *other == moments[lane]) {
        return Some(format!("{at}: {text}"));
    }
    Some(format!("{at}, lane {}: {text}", describe::badge(lane)))
}

/// Where it stands, and each lane's p99.
fn standing(player: &Player) -> String {
    let mut text = format!("Paused at {}", describe::place(player.playhead(), player.scenario().duration));
    for (lane, track) in player.tracks().iter().enumerate() {
        let merged = track.measured(player.playhead(), player.window());
        if let Some(p99) = merged.latencies.quantile(0.99) {
            text += &format!(". {} p99 {}", describe::badge(lane), numbers::span(p99));
        }
    }
    text
}

/// The sentence below the stage.
#[component]
pub fn Story(props: &StoryProps) -> Html {
    let told = use_watch(&props.live, (), look);
    let before = use_mut_ref(|| None::<Told>);
    use_effect_with((*told).clone(), move |told| {
        let before = before.replace(Some(told.clone()));
        // What stands there when the page opens is read with the page.
        if let Some(before) = before {
            if told.event.is_some() && told.event != before.event {
                let event = told.event.as_deref().unwrap_or_default();
                announce::answer(&format!("{event}. {}", told.reasons));
            } else if told.playing != before.playing {
                announce::answer(if told.playing { "Playing" } else { &told.standing });
            } else if told.playing && told.moment != before.moment {
                announce::mention(told.moment.clone().unwrap_or_default());
            }
        }
    });
    let content = match &told.event {
        Some(event) => {
            html! { <><strong>{event}</strong>if !told.reasons.is_empty() {<span class="reasons">{&told.reasons}</span>}</> }
        }
        None if told.playing => {
            html! { <span>{told.moment.clone().unwrap_or_else(|| "Nothing out of the ordinary so far.".to_owned())}</span> }
        }
        None if told.at_start => {
            html! { <span>{"Press play, or step through it event by event: each step says what happens and why."}</span> }
        }
        None if told.at_end => {
            html! { <span>{"The run is over. Play begins again; the timeline goes back anywhere."}</span> }
        }
        None => {
            let last = told.moment.as_ref().map(|moment| format!(" The last moment that mattered: {moment}."));
            html! { <span>{"Paused. A step says what happens next, and why."}{last}</span> }
        }
    };
    html! { <p class="story">{content}</p> }
}

//! What the stage says in words: conditions, loads, and the summary of a lane that a screen reader reads instead of
//! the picture. Plain text; it knows no browser.

use headroom::basics::Nanos;
use headroom::labs::{Role, Scene};
use headroom::session::{At, Track};
use headroom::simulation::record::{Class, Condition, KeyMap};
use headroom::simulation::{Level, NodeId};

use crate::numbers::fixed;

/// The condition in one word; nothing for a node that is as it should be.
#[must_use]
pub fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::Up => "",
        Condition::Slow => "slow",
        Condition::Draining => "draining",
        Condition::Dead => "dead",
        Condition::Ejected => "ejected",
        Condition::Cold => "cold",
        Condition::Spare => "spare",
    }
}

/// The sign of a condition as an SVG path in a square of 10 with its middle at the origin: it tells the condition
/// without colour and without words.
#[must_use]
pub fn sign(condition: Condition) -> &'static str {
    match condition {
        Condition::Up => "",
        // A half-full hourglass, a cross, a downward arrow, a barred circle, a star of ice, two strokes of a pause.
        Condition::Slow => "M-3.5-4h7L-3.5 4h7z",
        Condition::Dead => "M-4-2.5L-2.5-4 0-1.5 2.5-4 4-2.5 1.5 0 4 2.5 2.5 4 0 1.5-2.5 4-4 2.5-1.5 0z",
        Condition::Draining => "M-1-4h2v3.5h2.5L0 4-3.5-.5H-1z",
        Condition::Ejected => "M0-4.5A4.5 4.5 0 1 1 0 4.5 4.5 4.5 0 1 1 0-4.5zM-3-1v2h6v-2z",
        Condition::Spare => "M-3-3.5h2v7h-2zM1-3.5h2v7h-2z",
        Condition::Cold => {
            "M-.7-4.5H.7V-1.3L3.4-2.9 4.1-1.7 1.4 0 4.1 1.7 3.4 2.9.7 1.3V4.5H-.7V1.3L-3.4 2.9-4.1 1.7-1.4 0-4.1-1.7-3.4-2.9-.7-1.3z"
        }
    }
}

/// The words after a row's queue, within what is shown of it: “slow · 31 waiting”.
#[must_use]
pub fn row(level: &Level, dots_fit: u32, short: bool) -> String {
    let word = condition(level.condition);
    // A few dots count themselves.
    let counted = level.queued > dots_fit.min(4);
    let queue = match (counted, short) {
        (false, _) => String::new(),
        (true, true) => level.queued.to_string(),
        (true, false) => format!("{} waiting", level.queued),
    };
    match (word.is_empty(), queue.is_empty()) {
        (true, _) => queue,
        (_, true) => word.to_owned(),
        _ if short => format!("{word} {queue}"),
        _ => format!("{word} · {queue}"),
    }
}

/// How a node is called by a screen reader: “Server s4, slow”.
#[must_use]
pub fn name(scene: &Scene, node: NodeId, at: Condition) -> String {
    let word = condition(at);
    let name = title(scene, node);
    if word.is_empty() { name } else { format!("{name}, {word}") }
}

/// How a node is called on its own: “Server s4”, “Service”, “Batcher”.
#[must_use]
pub fn title(scene: &Scene, node: NodeId) -> String {
    let name = scene.name(node);
    if scene.target(node).is_some() && name.ends_with(|last: char| last.is_ascii_digit()) {
        return format!("Server {name}");
    }
    let mut characters = name.chars();
    let first = characters.next().map_or(' ', |first| first.to_ascii_uppercase());
    format!("{first}{}", characters.as_str())
}

/// The load of a node: “4 of 4 slots busy, 31 waiting”.
#[must_use]
pub fn load(serving: u32, queued: u32, slots: u32) -> String {
    let waiting = if queued == 0 { "none waiting".to_owned() } else { format!("{queued} waiting") };
    if slots == 0 {
        format!("{serving} in service, {waiting}")
    } else {
        format!("{serving} of {slots} slots busy, {waiting}")
    }
}

/// A lane at the playhead in two or three sentences.
#[must_use]
pub fn summary(scene: &Scene, track: &Track, playhead: Nanos) -> String {
    let servers = || scene.groups.iter().filter(|group| group.role == Role::Server);
    let nodes = || servers().flat_map(|group| group.first..group.first + group.count);
    let levels = || nodes().filter_map(|node| track.level(node));
    let (busy, waiting) = levels().fold((0_u64, 0_u64), |(busy, waiting), level| {
        (busy + u64::from(level.serving), waiting + u64::from(level.queued))
    });
    let slots: u64 = servers().map(|group| u64::from(group.slots) * u64::from(group.count)).sum();
    let count = nodes().count();
    let noun = if count == 1 { "server" } else { "servers" };
    let mut text = format!(
        "At {} seconds: {count} {noun}, {busy} of {slots} slots busy, {waiting} requests waiting.",
        fixed(playhead.seconds(), 2)
    );
    if let Some((name, level)) =
        scene.gathering.and_then(|buffer| Some((scene.name(buffer.node), track.level(buffer.node)?)))
    {
        text += &format!(" The {name} holds {}, and {} are ready to go.", level.serving, level.queued);
    }
    let spare = levels().filter(|level| level.condition == Condition::Spare).count();
    if spare > 0 {
        text += &format!(" {spare} stand by.");
    }
    let unwell: Vec<String> = levels()
        .filter(|level| !matches!(level.condition, Condition::Up | Condition::Spare))
        .map(|level| format!("{} is {}", scene.name(level.node), condition(level.condition)))
        .collect();
    if let [first @ .., last] = unwell.as_slice() {
        let shown = first.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
        let more = first.len().saturating_sub(8);
        text += &match (shown.is_empty(), more) {
            (true, _) => format!(" {last}."),
            (false, 0) => format!(" {shown} and {last}."),
            (false, more) => format!(" {shown} and {} more are not well.", more + 1),
        };
    }
    if let Some(longest) = levels().filter(|level| level.queued > 0).max_by_key(|level| level.queued) {
        text += &format!(" The longest queue is at {}: {} waiting.", scene.name(longest.node), longest.queued);
    }
    if let Some(map) = track.key_map() {
        text += &keys(map, |owner| scene.server(owner).map(|node| scene.name(node)).unwrap_or_default());
    }
    text
}

/// Who has which keys: who has most of them, how many have moved and how many are about to.
fn keys(map: &KeyMap, name: impl Fn(u32) -> String) -> String {
    let mut held: Vec<(u32, usize)> = Vec::new();
    for &owner in map.strip.iter().filter(|&&owner| owner != KeyMap::NOBODY) {
        match held.iter_mut().find(|(other, _)| *other == owner) {
            Some((_, count)) => *count += 1,
            None => held.push((owner, 1)),
        }
    }
    let all = map.strip.len();
    let most = held.iter().max_by_key(|&&(owner, count)| (count, core::cmp::Reverse(owner)));
    let mut text = match most {
        Some(&(owner, count)) => format!(" Of {all} sample keys {} has the most, {count}.", name(owner)),
        None => format!(" Nobody has any of {all} sample keys."),
    };
    if map.moved() > 0 {
        text += &format!(" {} of {all} have moved.", map.moved());
    }
    if map.moving() > 0 {
        text += &format!(" {} of {all} are on their way.", map.moving());
    }
    text
}

/// The narration of a step: what happened, and the reasons of the algorithm.
#[must_use]
pub fn story(at: &At) -> Option<String> {
    let reasons = at.remarks.iter().map(|remark| remark.text.as_str()).collect::<Vec<_>>().join("; ");
    let happened = at.story.join("; ");
    match (happened.is_empty(), reasons.is_empty()) {
        (true, true) => None,
        (false, true) => Some(happened),
        (true, false) => Some(reasons),
        (false, false) => Some(format!("{happened}: {reasons}")),
    }
}

/// The classes of moving requests with their names, in the order of the legend.
pub const CLASSES: [(Class, &str); 6] = [
    (Class::Request, "request"),
    (Class::Retry, "retry"),
    (Class::Answer, "answer"),
    (Class::Failure, "failure"),
    (Class::Refusal, "refusal"),
    (Class::Move, "key on the move"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn level(queued: u32, condition: Condition) -> Level {
        Level { at: Nanos::ZERO, node: 3, serving: 4, queued, condition }
    }

    #[test]
    fn a_row_says_its_condition_and_counts_a_queue_that_cannot_be_counted_by_eye() {
        assert_eq!(row(&level(2, Condition::Up), 20, false), "");
        assert_eq!(row(&level(31, Condition::Up), 20, false), "31 waiting");
        assert_eq!(row(&level(31, Condition::Slow), 20, false), "slow · 31 waiting");
        assert_eq!(row(&level(31, Condition::Slow), 2, true), "slow 31");
        assert_eq!(row(&level(0, Condition::Dead), 2, true), "dead");
        assert_eq!(row(&level(1, Condition::Up), 0, false), "1 waiting", "no dot fits, so it is counted");
    }

    #[test]
    fn every_condition_but_up_has_a_word_and_a_sign_of_its_own() {
        let all = [
            Condition::Slow,
            Condition::Draining,
            Condition::Dead,
            Condition::Ejected,
            Condition::Cold,
            Condition::Spare,
        ];
        for (index, &one) in all.iter().enumerate() {
            assert!(!condition(one).is_empty() && !sign(one).is_empty());
            for &other in &all[..index] {
                assert_ne!(condition(one), condition(other));
                assert_ne!(sign(one), sign(other));
            }
        }
        assert_eq!((condition(Condition::Up), sign(Condition::Up)), ("", ""));
    }

    #[test]
    fn a_step_is_told_with_its_reasons() {
        let scenario = headroom::scenario::Scenario::of(headroom::labs::catalogue().next().unwrap());
        let mut run = headroom::labs::build(&scenario, 0);
        let mut record = headroom::simulation::Record::new(headroom::simulation::Detail::FULL);
        record.why = headroom::basics::Explanation::listen();
        run.advance(headroom::simulation::Budget { until: Nanos::from_secs(1), events: 2 }, &mut record);
        assert!(record.story.iter().any(|sentence| sentence.contains("request 0")), "{:?}", record.story);
    }
}

//! Edits and moments of a run in words, from what the lab declares.

use headroom::basics::Nanos;
use headroom::labs::FaultKind;
use headroom::scenario::{Deed, Edit, Scenario, lane_letter};

use crate::numbers;

/// When an edit applies: `20 s`, `20 s to 40 s`.
#[must_use]
pub fn when(edit: &Edit) -> String {
    let at = numbers::short_moment(edit.at);
    edit.until.map_or(at.clone(), |until| format!("{at} to {}", numbers::short_moment(until)))
}

/// What an edit does: “s3 slows down, 4x”, “Arrival rate becomes 1200/s in lane B”.
#[must_use]
pub fn what(scenario: &Scenario, edit: &Edit) -> String {
    let told = match &edit.deed {
        Deed::Set { key, value } => {
            let row = match edit.lane {
                Some(lane) => scenario.declaration_in(lane, key),
                None => scenario.declaration(key),
            };
            format!("{} becomes {value}", row.map_or(key.as_str(), |row| row.label))
        }
        Deed::Fault { verb, target, amount } => {
            let name = target_name(scenario, verb, *target);
            let kind = scenario.lab.faults.iter().find(|kind| kind.key == verb);
            let told = kind.map_or_else(|| format!("{verb} {name}"), |kind| told_of(kind, &name));
            if kind.is_some_and(|kind| kind.amount.is_some()) { format!("{told}, {amount}×") } else { told }
        }
    };
    match edit.lane {
        Some(lane) => format!("{told} in lane {}", badge(lane)),
        None => told,
    }
}

/// What a fault of `kind` does to what is called `name`: “s3 dies”.
#[must_use]
pub fn told_of(kind: &FaultKind, name: &str) -> String {
    // By its sign: the search for a text within a text is a large piece of the standard library.
    match kind.told.split_once('{') {
        Some((before, after)) => format!("{before}{name}{}", after.trim_start_matches('}')),
        None => kind.told.to_owned(),
    }
}

/// The name of what the fault `verb` addresses by `target`, as the stage shows it.
#[must_use]
pub fn target_name(scenario: &Scenario, verb: &str, target: u32) -> String {
    let scene = (scenario.lab.scene)(scenario, 0);
    scene.addressed(verb, target).map_or_else(|| target.to_string(), |node| scene.name(node))
}

/// The letter of a lane as it is shown.
#[must_use]
pub fn badge(lane: usize) -> String {
    lane_letter(lane).to_ascii_uppercase().to_string()
}

/// The label of a lane's policy.
#[must_use]
pub fn policy_label(scenario: &Scenario, lane: usize) -> &'static str {
    scenario.lanes.get(lane).and_then(|lane| scenario.about(&lane.policy)).map_or("", |about| about.label)
}

/// The moment that `time` is, and how much of the run it is, in words.
#[must_use]
pub fn place(time: Nanos, duration: Nanos) -> String {
    format!("{} of {}", numbers::short_moment(Nanos(time.0 / 1_000_000 * 1_000_000)), numbers::short_moment(duration))
}

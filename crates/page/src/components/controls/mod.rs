//! Everything that can be set, made from the declarations of the lab and of the policies that run.
//!
//! A group shows its first parameters and those that differ from their default; the others are one click away.

pub mod control;
pub mod each;
pub mod faults;
pub mod run;
pub mod scale;

use headroom::basics::{Declaration, Scope};
use headroom::scenario::Scenario;
use yew::prelude::*;

use crate::browser;
use crate::describe;
use crate::hooks::use_watch;
use crate::live::Live;
use crate::prose::{Prose, use_prose};
use crate::tabs::run_out::RunOut;
use control::{Control, Row};
use faults::Faults;
use run::RunSettings;

/// So many parameters of a group are shown at first.
const SHOWN_FIRST: usize = 4;

/// What of a scenario may not be changed.
#[derive(Clone, PartialEq, Default)]
pub struct Locks(pub Vec<String>);

impl Locks {
    /// Whether `key` (or everything) is locked. Beside parameters: `policy`, `faults`, `seed`, `duration`, `warm-up`.
    #[must_use]
    pub fn holds(&self, key: &str) -> bool {
        self.0.iter().any(|locked| locked == key || locked == "all")
    }
}

/// What the controls are given.
#[derive(Properties, PartialEq)]
pub struct ControlsProps {
    /// The experiment.
    pub live: Live,
    /// What may not be changed.
    #[prop_or_default]
    pub locks: Locks,
    /// What runs beside the experiment; none where there is no place for all that comes of it.
    #[prop_or_default]
    pub run_out: Option<RunOut>,
}

/// The scenario as it is set, and how many of its edits have happened: what the controls depend on.
fn look(live: &Live, (): &()) -> (Scenario, usize) {
    let player = live.player();
    (player.scenario().clone(), player.passed())
}

/// All controls.
#[component]
pub fn Controls(props: &ControlsProps) -> Html {
    let seen = use_watch(&props.live, (), look);
    let prose = use_prose(&props.live, None);
    let (scenario, _) = &*seen;
    let mut groups: Vec<(&'static str, Vec<&'static Declaration>)> = Vec::new();
    for row in scenario.lab.parameters {
        match groups.iter_mut().find(|(name, _)| *name == row.group) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((row.group, vec![row])),
        }
    }
    let live = &props.live;
    let faults_in_lab = !scenario.lab.faults.is_empty();
    // Faults have a section of their own, with the parameters of that group in it.
    let of_faults =
        groups.iter().position(|(name, _)| *name == "Faults").map(|index| groups.remove(index).1).unwrap_or_default();
    // On a phone the stage, the controls and the charts stand below each other: all groups begin closed there.
    let little_room = *use_memo((), |()| {
        browser::window().is_some_and(|window| {
            window.match_media("(max-width: 44rem)").ok().flatten().is_some_and(|query| query.matches())
        })
    });
    let group = |(index, (name, rows)): (usize, (&'static str, Vec<&'static Declaration>))| {
        html! { <ControlGroup key={name} live={live.clone()} {name} rows={Rows(rows)} open={index < 2 && !little_room} locks={props.locks.clone()} prose={prose.clone()} seen={seen_text(&seen)} /> }
    };
    html! {
        <div class="controls">
            {for groups.into_iter().enumerate().map(group)}
            <PolicyControls key="policies" live={live.clone()} open={!little_room} locks={props.locks.clone()} prose={prose.clone()} seen={seen_text(&seen)} />
            if faults_in_lab {
                <Faults live={live.clone()} locked={props.locks.holds("faults")} prose={prose.clone()}>
                    {for of_faults.into_iter().map(|row| one(live, row, None, &props.locks, &prose, ""))}
                </Faults>
            }
            <RunSettings live={live.clone()} locks={props.locks.clone()} run_out={props.run_out.clone()} />
        </div>
    }
}

/// Groups render again when this changes.
fn seen_text((scenario, passed): &(Scenario, usize)) -> AttrValue {
    format!("{passed} {}", scenario.text()).into()
}

/// A list of declarations, equal when they are the same ones.
#[derive(Clone)]
struct Rows(Vec<&'static Declaration>);

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(a, b)| core::ptr::eq(*a, *b))
    }
}

/// A control. `within` is where the texts of its parameter are: of the lab itself, or of a policy.
fn one(
    live: &Live,
    row: &'static Declaration,
    lane: Option<usize>,
    locks: &Locks,
    prose: &Prose,
    within: &str,
) -> Html {
    let (value, targets) = {
        let player = live.player();
        (player.value(lane, row.key).unwrap_or_default(), (player.scenario().lab.targets)(player.scenario()))
    };
    let key = lane.map_or_else(|| row.key.to_owned(), |lane| format!("{lane}-{}", row.key));
    let path = format!("{within}parameter/{}", row.key);
    html! { <Control {key} live={live.clone()} row={Row(row)} {lane} {value} {targets} prose={prose.clone()} {path} locked={locks.holds(row.key)} /> }
}

/// The lanes of which `row` has a value of its own.
fn overriding(scenario: &Scenario, row: &Declaration) -> Vec<usize> {
    let own = |&lane: &usize| {
        scenario.lanes[lane].overrides.contains_key(row.key)
            || scenario.edits.iter().any(|edit| {
                edit.lane == Some(lane)
                    && matches!(&edit.deed, headroom::scenario::Deed::Set { key, .. } if key == row.key)
            })
    };
    (0..scenario.lanes.len()).filter(own).collect()
}

#[derive(Properties, PartialEq)]
struct GroupProps {
    live: Live,
    name: &'static str,
    rows: Rows,
    open: bool,
    locks: Locks,
    prose: Prose,
    seen: AttrValue,
}

#[component]
fn ControlGroup(props: &GroupProps) -> Html {
    let all = use_state(|| false);
    let by_lane = use_state(Vec::<&'static str>::new);
    let live = &props.live;
    let scenario = live.player().scenario().clone();
    let differs = |row: &Declaration| {
        scenario.settings.contains_key(row.key)
            || !overriding(&scenario, row).is_empty()
            || live.player().value(None, row.key).is_some_and(|value| value != (row.default)())
    };
    let shown = |(index, row): &(usize, &&'static Declaration)| *all || *index < SHOWN_FIRST || differs(row);
    let rows: Vec<&'static Declaration> = props.rows.0.iter().enumerate().filter(shown).map(|(_, row)| *row).collect();
    let hidden = props.rows.0.len() - rows.len();
    let mut items: Vec<Html> = Vec::new();
    for row in rows {
        items.push(one(live, row, None, &props.locks, &props.prose, ""));
        if row.scope == Scope::PerLane && scenario.lanes.len() > 1 {
            let apart = by_lane.contains(&row.key);
            let lanes = if apart { (0..scenario.lanes.len()).collect() } else { overriding(&scenario, row) };
            items.extend(lanes.into_iter().map(|lane| one(live, row, Some(lane), &props.locks, &props.prose, "")));
            let toggle = {
                let (by_lane, key) = (by_lane.clone(), row.key);
                Callback::from(move |_: MouseEvent| {
                    let mut next = (*by_lane).clone();
                    match next.iter().position(|other| *other == key) {
                        Some(index) => drop(next.remove(index)),
                        None => next.push(key),
                    }
                    by_lane.set(next);
                })
            };
            let label =
                if apart { format!("{}: less", row.label) } else { format!("{} in one lane only …", row.label) };
            items.push(html! { <button key={format!("{}-by-lane", row.key)} type="button" class="link-button" aria-expanded={apart.to_string()} onclick={toggle}>{label}</button> });
        }
    }
    let more = {
        let all = all.clone();
        Callback::from(move |_: MouseEvent| all.set(!*all))
    };
    let more_label = if *all { "Fewer".to_owned() } else { format!("{hidden} more") };
    html! {
        <details class="control-group" open={props.open}>
            <summary><h2>{props.name}</h2></summary>
            <div class="control-list">
                {for items}
                if hidden > 0 || *all {
                    <button key="more" type="button" class="link-button" aria-expanded={all.to_string()} onclick={more}>{more_label}<span class="visually-hidden">{format!(" of {}", props.name)}</span></button>
                }
            </div>
        </details>
    }
}

#[derive(Properties, PartialEq)]
struct PolicyProps {
    live: Live,
    open: bool,
    locks: Locks,
    prose: Prose,
    seen: AttrValue,
}

/// The parameters that the policies themselves declare, lane by lane.
#[component]
fn PolicyControls(props: &PolicyProps) -> Html {
    let live = &props.live;
    let scenario = live.player().scenario().clone();
    let mut items: Vec<Html> = Vec::new();
    for (lane, spec) in scenario.lanes.iter().enumerate() {
        let rows = scenario.about(&spec.policy).map_or(&[][..], |about| about.parameters);
        if !rows.is_empty() {
            let label = describe::policy_label(&scenario, lane);
            items.push(html! { <h3 key={format!("{lane}-head")}>{label}</h3> });
        }
        let within = format!("policy/{}/", spec.policy);
        items.extend(rows.iter().map(|row| one(live, row, Some(lane), &props.locks, &props.prose, &within)));
    }
    html! {
        <details class="control-group" open={props.open} hidden={items.is_empty()}>
            <summary><h2>{"Policies"}</h2></summary>
            <div class="control-list">{for items}</div>
        </details>
    }
}

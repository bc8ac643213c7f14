//! The lanes, one below the other on the same traffic: policy, stage, figures.

use headroom::scenario::MOST_LANES;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::figures::Figures;
use super::icons;
use crate::describe;
use crate::hooks::use_watch;
use crate::live::Live;
use crate::prose::use_prose;
use crate::stage::{Stage, legend::legend};
use crate::tabs::texts::{Text, failed};
use crate::whole::use_whole;

/// What the lanes are given.
#[derive(Properties, PartialEq)]
pub struct LanesProps {
    /// The experiment.
    pub live: Live,
    /// Whether the stage is drawn.
    #[prop_or(true)]
    pub stage: bool,
    /// Whether the figures are shown.
    #[prop_or(true)]
    pub figures: bool,
    /// Whether policies may be changed.
    #[prop_or_default]
    pub locked: bool,
    /// Whether there is little room.
    #[prop_or_default]
    pub compact: bool,
}

/// All lanes.
#[component]
pub fn Lanes(props: &LanesProps) -> Html {
    let lanes = *use_watch(&props.live, (), |live, ()| live.player().scenario().lanes.len());
    let whole = use_whole();
    let lane = |lane: usize| {
        let LanesProps { live, stage, figures, locked, compact } = props;
        html! { <Lane key={lane} live={live.clone()} {lane} alone={lanes == 1} stage={*stage} figures={*figures} locked={*locked} compact={*compact} summary={whole && !compact} /> }
    };
    html! {
        <>
        <div class={classes!("lanes", (!props.figures).then_some("without-figures"))}>{for (0..lanes).map(lane)}</div>
        if props.stage && !props.compact { {legend(props.live.player().scenario().lab.moving)} }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct LaneProps {
    live: Live,
    lane: usize,
    alone: bool,
    stage: bool,
    figures: bool,
    locked: bool,
    compact: bool,
    summary: bool,
}

#[component]
fn Lane(props: &LaneProps) -> Html {
    let LaneProps { live, lane, .. } = props;
    let lane = *lane;
    let policy = use_watch(live, lane, |live, &lane| {
        live.player().scenario().lanes.get(lane).map(|lane| lane.policy.clone()).unwrap_or_default()
    });
    let focused = use_watch(live, lane, |live, &lane| live.player().focus() == lane);
    let (lab, label) = {
        let player = live.player();
        (player.scenario().lab, describe::policy_label(player.scenario(), lane))
    };
    let badge = describe::badge(lane);
    let choose = {
        let live = live.clone();
        Callback::from(move |event: Event| {
            let policy = event.target_unchecked_into::<HtmlSelectElement>().value();
            live.act(|player| {
                let mut scenario = player.scenario().clone();
                if scenario.set_policy(lane, &policy) {
                    player.replace(scenario);
                }
            });
        })
    };
    let remove = {
        let live = live.clone();
        Callback::from(move |_: MouseEvent| {
            live.select(None);
            live.act(|player| {
                let mut scenario = player.scenario().clone();
                if scenario.remove_lane(lane) {
                    player.replace(scenario);
                }
            });
        })
    };
    let focus = {
        let live = live.clone();
        Callback::from(move |_: MouseEvent| live.act(|player| player.set_focus(lane)))
    };
    let option = |about: &headroom::algorithms::About| {
        html! { <option value={about.key} selected={*policy == about.key}>{about.label}</option> }
    };
    let offered = lab.policies.iter().filter(|about| !about.exhibit).map(option);
    let mut exhibits = lab.policies.iter().filter(|about| about.exhibit).map(option).peekable();
    let exhibits = if exhibits.peek().is_some() {
        html! { <optgroup label="Exhibits: faulty listings">{for exhibits}</optgroup> }
    } else {
        html! {}
    };
    let letter = headroom::scenario::lane_letter(lane).to_string();
    html! {
        <section class={classes!("lane", (*focused && !props.alone).then_some("focused"))} data-lane={letter} aria-label={format!("Lane {badge}, {label}")}>
            <header class="lane-head">
                <button type="button" class="badge" onclick={focus} aria-pressed={focused.to_string()} title={format!("Steps refer to the focused lane. Focus lane {badge} (key {})", lane + 1)} aria-label={format!("Focus lane {badge}")}>{&badge}</button>
                if props.locked {
                    <strong class="policy-name">{label}</strong>
                } else {
                    <select class="policy" aria-label={format!("Policy of lane {badge}")} onchange={choose}>{for offered}{exhibits}</select>
                }
                <span class="policy-about">
                    if props.summary { <Summary live={live.clone()} policy={(*policy).clone()} /> }
                </span>
                if !props.alone && !props.locked {
                    <button type="button" class="button quiet icon-only" onclick={remove} aria-label={format!("Remove lane {badge}")} title="Remove this lane">{icons::cross()}</button>
                }
            </header>
            <div class="lane-body">
                <div class="lane-stage" key="stage" hidden={!props.stage}>
                    if props.stage {
                        <Stage live={live.clone()} {lane} compact={props.compact} />
                    }
                </div>
                <div class="lane-figures" key="figures" hidden={!props.figures}>
                    if props.figures {
                        <Figures live={live.clone()} {lane} />
                    }
                </div>
            </div>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct SummaryProps {
    live: Live,
    policy: String,
}

/// What a policy does, in one sentence; fetched.
#[component]
fn Summary(props: &SummaryProps) -> Html {
    let prose = use_prose(&props.live, None);
    match prose.0 {
        Text::Failed => failed(),
        _ => html! { {prose.of(&format!("policy/{}/summary", props.policy))} },
    }
}

/// What the button is given.
#[derive(Properties, PartialEq)]
pub struct AddLaneProps {
    /// The experiment.
    pub live: Live,
}

/// Adds a lane with the first policy that no other lane runs.
#[component]
pub fn AddLane(props: &AddLaneProps) -> Html {
    let full = use_watch(&props.live, (), |live, ()| live.player().scenario().lanes.len() >= MOST_LANES);
    let live = props.live.clone();
    let add = Callback::from(move |_: MouseEvent| {
        live.act(|player| {
            let mut scenario = player.scenario().clone();
            let free = scenario.lab.policies.iter().filter(|about| !about.exhibit);
            let free = free.map(|about| about.key).find(|key| scenario.lanes.iter().all(|lane| lane.policy != *key));
            let policy = free.or(scenario.lab.default_policies.first().copied()).unwrap_or_default();
            if scenario.add_lane(policy) {
                player.replace(scenario);
            }
        });
    });
    let title = if *full { "Four lanes are the most" } else { "Compare with one more policy on the same traffic" };
    html! { <button type="button" class="button" onclick={add} disabled={*full} {title}>{"Add lane"}</button> }
}

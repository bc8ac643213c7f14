//! What happens during the run: the list of edits, and a form that adds one.

use headroom::scenario::{Scenario, lane_letter};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::browser::announce;
use crate::components::icons;
use crate::describe;
use crate::hooks::use_watch;
use crate::live::Live;
use crate::prose::Prose;

/// Up to so many targets are offered in a list; beyond, a number is asked for.
const MOST_LISTED: u32 = 64;

/// What the section is given.
#[derive(Properties, PartialEq)]
pub struct FaultsProps {
    /// The experiment.
    pub live: Live,
    /// Whether nothing may be added or removed.
    pub locked: bool,
    /// The texts of the lab.
    pub prose: Prose,
    /// Parameters of faults.
    #[prop_or_default]
    pub children: Html,
}

/// The section.
#[component]
pub fn Faults(props: &FaultsProps) -> Html {
    let live = &props.live;
    let adding = use_state(|| false);
    let edits = use_watch(live, (), |live, ()| {
        let player = live.player();
        let scenario = player.scenario();
        let words = |edit| (describe::when(edit), describe::what(scenario, edit));
        scenario.edits.iter().map(words).collect::<Vec<_>>()
    });
    let remove = |index: usize| {
        let live = live.clone();
        Callback::from(move |_: MouseEvent| {
            live.act(|player| {
                let mut scenario = player.scenario().clone();
                if index < scenario.edits.len() {
                    scenario.edits.remove(index);
                    player.replace(scenario);
                }
            });
        })
    };
    let item = |(index, (when, what)): (usize, &(String, String))| {
        html! {
            <li key={index}>
                <span><span class="fault-time">{when}</span>{" "}{what}</span>
                <button type="button" class="button quiet icon-only" disabled={props.locked} onclick={remove(index)} aria-label={format!("Remove: {when}, {what}")}>{icons::cross()}</button>
            </li>
        }
    };
    let toggle = {
        let adding = adding.clone();
        Callback::from(move |_: MouseEvent| adding.set(!*adding))
    };
    let added = {
        let adding = adding.clone();
        Callback::from(move |()| adding.set(false))
    };
    html! {
        <details class="control-group" open=true>
            <summary><h2>{"Faults and changes"}</h2></summary>
            <div class="control-list">
                <ul class="fault-list" hidden={edits.is_empty()}>{for edits.iter().enumerate().map(item)}</ul>
                if !props.locked {
                    <button type="button" class="link-button" aria-expanded={adding.to_string()} onclick={toggle}>{if *adding { "Cancel" } else { "Add a fault" }}</button>
                    if *adding { <FaultForm live={live.clone()} prose={props.prose.clone()} on_added={added} /> }
                }
                <details class="fault-settings">
                    <summary>{"How faults work"}</summary>
                    {props.children.clone()}
                </details>
            </div>
        </details>
    }
}

#[derive(Properties, PartialEq)]
struct FaultFormProps {
    live: Live,
    prose: Prose,
    on_added: Callback<()>,
}

/// Adds the edit that `text` is, at its own time or at the playhead.
fn add(live: &Live, when: &str, text: &str) -> Result<(), String> {
    live.act(|player| {
        if when.is_empty() {
            return player.act(text);
        }
        let mut scenario: Scenario = player.scenario().clone();
        let edit = scenario.read_edit(&format!("{when}:{text}"))?;
        scenario.edits.push(edit);
        player.replace(scenario);
        Ok(())
    })
}

#[component]
fn FaultForm(props: &FaultFormProps) -> Html {
    let (lab, targets, lanes) = {
        let player = props.live.player();
        let scenario = player.scenario();
        (scenario.lab, (scenario.lab.targets)(scenario), scenario.lanes.len())
    };
    let verb = use_state(|| lab.faults.first().map_or("", |kind| kind.key));
    let (target, amount, lane, when, until) =
        (use_node_ref(), use_node_ref(), use_node_ref(), use_node_ref(), use_node_ref());
    let refused = use_state(String::new);
    let kind = lab.faults.iter().find(|kind| kind.key == *verb);
    let choose = {
        let verb = verb.clone();
        Callback::from(move |event: Event| {
            let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
            if let Some(kind) = lab.faults.iter().find(|kind| kind.key == chosen) {
                verb.set(kind.key);
            }
        })
    };
    let submit = {
        let (live, verb, refused, on_added) = (props.live.clone(), *verb, refused.clone(), props.on_added.clone());
        let (target, amount, lane, when, until) =
            (target.clone(), amount.clone(), lane.clone(), when.clone(), until.clone());
        let field = |node: &NodeRef| {
            node.cast::<HtmlInputElement>().map(|input| input.value().trim().to_owned()).unwrap_or_default()
        };
        let choice = |node: &NodeRef| node.cast::<HtmlSelectElement>().map(|select| select.value());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let target = choice(&target).unwrap_or_else(|| field(&target));
            let amount =
                Some(field(&amount)).filter(|text| !text.is_empty()).map_or(String::new(), |text| format!(":{text}"));
            let lane =
                choice(&lane).filter(|letter| !letter.is_empty()).map_or(String::new(), |letter| format!("{letter}."));
            let (when, until) = (field(&when), field(&until));
            let when = if until.is_empty() { when } else { format!("{when}..{until}") };
            match add(&live, &when, &format!("{lane}{verb}:{target}{amount}")) {
                Ok(()) => {
                    announce::answer("The fault was added.");
                    on_added.emit(());
                }
                Err(sentence) => {
                    announce::answer(&sentence);
                    refused.set(sentence);
                }
            }
        })
    };
    let target_field = if targets <= MOST_LISTED {
        let player = props.live.player();
        let option = |target: u32| html! { <option key={target} value={target.to_string()} selected={target == 0}>{describe::target_name(player.scenario(), &verb, target)}</option> };
        html! { <select ref={target} id="fault-target">{for (0..targets).map(option)}</select> }
    } else {
        html! { <input ref={target} id="fault-target" type="text" inputmode="numeric" ~defaultValue={"0"} /> }
    };
    let verbs = lab.faults.iter().map(
        |kind| html! { <option key={kind.key} value={kind.key} selected={kind.key == *verb}>{kind.label}</option> },
    );
    let letters = (0..lanes).map(|lane| html! { <option key={lane} value={lane_letter(lane).to_string()}>{format!("Lane {}", describe::badge(lane))}</option> });
    let default_amount = kind.and_then(|kind| kind.amount).map(|(_, default)| format!("{default}"));
    let can_end = kind.is_some_and(|kind| kind.undo.is_some());
    html! {
        <form class="fault-form" aria-label="Add a fault" onsubmit={submit}>
            <label for="fault-verb">{"What"}</label>
            <select id="fault-verb" onchange={choose}>{for verbs}</select>
            <label for="fault-target">{"Where"}</label>
            {target_field}
            if let Some(default) = default_amount {
                <label for="fault-amount">{"How much"}</label>
                <input ref={amount} id="fault-amount" key={*verb} type="text" inputmode="decimal" ~defaultValue={default} autocomplete="off" />
            }
            <label for="fault-when">{"When"}</label>
            <input ref={when} id="fault-when" type="text" placeholder="now" autocomplete="off" />
            if can_end {
                <label for="fault-until">{"Until"}</label>
                <input ref={until} id="fault-until" type="text" placeholder="the end" autocomplete="off" />
            }
            if lanes > 1 {
                <label for="fault-lane">{"In"}</label>
                <select ref={lane} id="fault-lane"><option value="" selected=true>{"all lanes"}</option>{for letters}</select>
            }
            <p class="fault-help">{kind.map(|kind| props.prose.of(&format!("fault/{}", kind.key)))}</p>
            <p class="control-refused">{&*refused}</p>
            <button type="submit" class="button">{"Add"}</button>
        </form>
    }
}

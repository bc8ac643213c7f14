//! Seed, length and warm-up of the run.

use headroom::basics::Nanos;
use headroom::scenario::{LONGEST, Scenario};
use yew::prelude::*;

use super::Locks;
use crate::browser::announce;
use crate::components::field::Field;
use crate::components::icons;
use crate::hooks::use_watch;
use crate::live::Live;
use crate::numbers::fixed;
use crate::tabs::run_out::RunOut;
use crate::tabs::run_out::luck::Luck;

/// What the settings are given.
#[derive(Properties, PartialEq)]
pub struct RunSettingsProps {
    /// The experiment.
    pub live: Live,
    /// What may not be changed.
    pub locks: Locks,
    /// What runs beside the experiment, if anything does.
    pub run_out: Option<RunOut>,
}

/// One of the three: how it is read into a scenario.
type Read = fn(&mut Scenario, &str) -> Result<(), String>;

fn read_seed(scenario: &mut Scenario, text: &str) -> Result<(), String> {
    scenario.seed = text.trim().parse().map_err(|_| "Seed must be a whole number below 2^64.".to_owned())?;
    Ok(())
}

fn read_duration(scenario: &mut Scenario, text: &str) -> Result<(), String> {
    let duration = Nanos::read(text)?;
    if !(Nanos::MILLISECOND..=LONGEST).contains(&duration) {
        return Err(format!("Duration must lie between {} and {LONGEST}.", Nanos::MILLISECOND));
    }
    if duration <= scenario.warm_up {
        return Err(format!("Duration must be longer than the warm-up of {}.", scenario.warm_up));
    }
    scenario.duration = duration;
    Ok(())
}

fn read_warm_up(scenario: &mut Scenario, text: &str) -> Result<(), String> {
    let warm_up = Nanos::read(text)?;
    if warm_up >= scenario.duration {
        return Err(format!("Warm-up must be shorter than the run of {}.", scenario.duration));
    }
    scenario.warm_up = warm_up;
    Ok(())
}

/// The settings.
#[component]
pub fn RunSettings(props: &RunSettingsProps) -> Html {
    let live = &props.live;
    let shown = use_watch(live, (), |live, ()| {
        let player = live.player();
        let scenario = player.scenario();
        [scenario.seed.to_string(), scenario.duration.to_string(), scenario.warm_up.to_string()]
    });
    // Of which setting, with which value, what was wrong.
    let refused = use_state(|| None::<(&'static str, String, String)>);
    let enter = |key: &'static str, value: &str, read: Read| {
        let (live, refused, value) = (live.clone(), refused.clone(), value.to_owned());
        Callback::from(move |text: String| {
            let result = live.act(|player| {
                let mut scenario = player.scenario().clone();
                read(&mut scenario, &text)?;
                player.replace(scenario);
                Ok::<(), String>(())
            });
            let taken = result.is_ok();
            if let Err(sentence) = &result {
                announce::answer(sentence);
            }
            refused.set(result.err().map(|sentence| (key, value.clone(), sentence)));
            taken
        })
    };
    let field = |key: &'static str, label: &'static str, help: &'static str, value: &str, read: Read| {
        let (id, said) = (format!("set-{key}"), format!("set-{key}-said"));
        let sentence = refused.as_ref().filter(|(of, then, _)| *of == key && then == value);
        let sentence = sentence.map(|(_, _, sentence)| sentence.clone());
        let on_restore = {
            let refused = refused.clone();
            Callback::from(move |()| refused.set(None))
        };
        html! {
            <div class={classes!("control", sentence.is_some().then_some("refused"))} data-key={key}>
                <div class="control-line">
                    <label for={id.clone()} title={help}>{label}</label>
                    <Field {id} value={value.to_owned()} explained_by={said.clone()} refused={sentence.is_some()} disabled={props.locks.holds(key)} on_enter={enter(key, value, read)} {on_restore} />
                </div>
                <p class="control-refused" id={said}>{sentence}</p>
            </div>
        }
    };
    let roll = {
        let set = enter("seed", &shown[0], read_seed);
        // Chance is wanted here: the seed that comes out stands in the link.
        Callback::from(move |_: MouseEvent| {
            set.emit(fixed((js_sys::Math::random() * 1e6).floor(), 0).to_string());
        })
    };
    html! {
        <details class="control-group" open=true>
            <summary><h2>{"Run"}</h2></summary>
            <div class="control-list">
                <div class="with-button">
                    {field("seed", "Seed", "The same seed gives the same requests, to the bit.", &shown[0], read_seed)}
                    <button type="button" class="button quiet icon-only" onclick={roll} disabled={props.locks.holds("seed")} aria-label="Another seed" title="Another seed, by chance">{icons::dice()}</button>
                </div>
                if let Some(run_out) = props.run_out.clone() { <Luck live={live.clone()} {run_out} /> }
                {field("duration", "Duration", "How long the run is.", &shown[1], read_duration)}
                {field("warm-up", "Warm-up", "Requests that arrive before are drawn, but left out of the figures.", &shown[2], read_warm_up)}
            </div>
        </details>
    }
}

//! What is asked before something is run out: what, how many, from where to where; the button; the progress.

use std::rc::Rc;

use headroom::basics::Declaration;
use headroom::labs::export::rows;
use headroom::labs::sweep;
use headroom::scenario::Scenario;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{Inner, Settings, What, Work};
use crate::live::Live;
use crate::numbers::{self, fixed};

impl Settings {
    /// The sweep is of another parameter, round its present value.
    pub(super) fn sweep_of(&mut self, scenario: &Scenario, row: &Declaration) {
        self.key = row.key;
        (self.from, self.to) = sweep::usual_range(scenario, row);
    }
}

/// With how many seeds each point of a sweep can be run.
const REPLICATIONS: [(usize, &str); 4] = [(1, "1"), (3, "3"), (5, "5"), (10, "10")];

/// A choice among a few: value, label, whether it is chosen.
type Options<'a> = &'a [(&'a str, &'a str, bool)];

/// The form.
pub(super) fn form(live: &Live, inner: &Rc<Inner>, work: Option<&Work>) -> Html {
    let settings = inner.settings.borrow();
    let player = live.player();
    let scenario = player.scenario();
    let running = work.is_some_and(|work| work.took.is_none());
    let mode = |what: What, label: &'static str| {
        let pressed = settings.what == what;
        let inner = Rc::clone(inner);
        let choose = Callback::from(move |_: MouseEvent| {
            inner.settings.borrow_mut().what = what;
            inner.refusal.take();
            inner.draw();
        });
        html! { <button key={label} type="button" class="button" aria-pressed={pressed.to_string()} onclick={choose}>{label}</button> }
    };
    let submit = {
        let (inner, live) = (Rc::clone(inner), live.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let underway = inner.work.borrow().as_ref().is_some_and(|work| work.took.is_none());
            if underway {
                inner.cancel();
                inner.draw();
            } else {
                let scenario = live.player().scenario().clone();
                inner.begin(&scenario);
            }
        })
    };
    let fields = match settings.what {
        What::Once => once(inner, &settings, scenario),
        What::Seeds => seeds(inner, &settings, scenario),
        What::Sweep => sweep_fields(live, inner, &settings, scenario),
    };
    let refusal = inner.refusal.borrow();
    html! {
        <form key="form" class="run-out-form" onsubmit={submit}>
            <div class="lane-choices" role="group" aria-label="What to run out" key="modes">
                {mode(What::Once, "This run")}
                {mode(What::Seeds, "Many seeds")}
                {mode(What::Sweep, "A sweep")}
            </div>
            <p class="quiet" key="about">{about(settings.what, scenario)}</p>
            <div class="run-out-fields" key="fields">
                {fields}
                <button type="submit" class="button primary" key="go">{if running { "Cancel" } else { "Run it out" }}</button>
            </div>
            <p class="control-refused" key="refused">{&*refusal}</p>
            {progress(work.filter(|_| running))}
        </form>
    }
}

fn about(what: What, scenario: &Scenario) -> String {
    match what {
        What::Once => "All lanes as fast as this machine can, without a picture. What is shown stays where it is.".to_owned(),
        What::Seeds => format!(
            "The same experiment with other seeds: how far the figures depend on chance, and whether seed {} was lucky.",
            scenario.seed
        ),
        What::Sweep => "The same experiment at several values of one parameter. All points see the same draws, with several seeds the curve goes through their mean; theory is drawn where a closed form applies.".to_owned(),
    }
}

/// While nothing runs the place is kept, so that nothing below it jumps.
pub(super) fn progress(work: Option<&Work>) -> Html {
    let Some(work) = work else { return html! { <p class="run-out-progress" key="progress"></p> } };
    let share = work.errands.share();
    let (done, of) = work.errands.count();
    let words = if work.scale {
        "counting the requests of its own duration".to_owned()
    } else {
        format!("{done} of {} runs, {}\u{a0}%", numbers::count(of as u64), fixed(100.0 * share, 0))
    };
    html! {
        <p class="run-out-progress" key="progress">
            <progress max="1" value={fixed(share, 3).to_string()} aria-label="Progress"></progress><span>{words}</span>
        </p>
    }
}

fn once(inner: &Rc<Inner>, settings: &Settings, scenario: &Scenario) -> Html {
    let end = format!("to its end, {}", numbers::short_moment(scenario.duration));
    let options = [("million", "to a million requests", settings.million), ("end", &end, !settings.million)];
    select(inner, "run-out-how-far", "How far", &options, |settings, value| settings.million = value == "million")
}

fn seeds(inner: &Rc<Inner>, settings: &Settings, scenario: &Scenario) -> Html {
    html! {
        <>
            {field(inner, "run-out-seeds", "Seeds", &settings.seeds, |settings, text| settings.seeds = text)}
            {measure(inner, settings, scenario)}
        </>
    }
}

fn sweep_fields(live: &Live, inner: &Rc<Inner>, settings: &Settings, scenario: &Scenario) -> Html {
    let parameters = sweep::numeric_parameters(scenario);
    let options: Vec<_> = parameters.iter().map(|row| (row.key, row.label, row.key == settings.key)).collect();
    let replications = REPLICATIONS.map(|(count, label)| (label, label, count == settings.replications));
    let spacing = [("even", "even steps", !settings.ratios), ("ratios", "equal ratios", settings.ratios)];
    let chosen = {
        let (inner, live) = (Rc::clone(inner), live.clone());
        Callback::from(move |event: Event| {
            let key = event.target_unchecked_into::<HtmlSelectElement>().value();
            let player = live.player();
            let parameters = sweep::numeric_parameters(player.scenario());
            if let Some(row) = parameters.into_iter().find(|row| row.key == key) {
                inner.settings.borrow_mut().sweep_of(player.scenario(), row);
            }
            drop(player);
            inner.draw();
        })
    };
    html! {
        <>
            {labelled("run-out-parameter", "Parameter", choice("run-out-parameter", &options, chosen))}
            {field(inner, "run-out-from", "From", &settings.from, |settings, text| settings.from = text)}
            {field(inner, "run-out-to", "To", &settings.to, |settings, text| settings.to = text)}
            {field(inner, "run-out-points", "Points", &settings.points, |settings, text| settings.points = text)}
            {select(inner, "run-out-replications", "Seeds per point", &replications, |settings, value| {
                settings.replications = REPLICATIONS.iter().find(|(_, label)| *label == value).map_or(1, |(count, _)| *count);
            })}
            {select(inner, "run-out-spacing", "Spacing", &spacing, |settings, value| settings.ratios = value == "ratios")}
            {measure(inner, settings, scenario)}
        </>
    }
}

fn measure(inner: &Rc<Inner>, settings: &Settings, scenario: &Scenario) -> Html {
    let rows = rows(scenario);
    let options: Vec<_> = rows.iter().map(|row| (row.key, row.label, row.key == settings.measure)).collect();
    let chosen = {
        let inner = Rc::clone(inner);
        Callback::from(move |event: Event| {
            let key = event.target_unchecked_into::<HtmlSelectElement>().value();
            if let Some(row) = rows.iter().find(|row| row.key == key) {
                inner.settings.borrow_mut().measure = row.key;
            }
            inner.draw();
        })
    };
    labelled("run-out-measure", "Measure", choice("run-out-measure", &options, chosen))
}

fn field(
    inner: &Rc<Inner>,
    id: &'static str,
    label: &'static str,
    value: &str,
    keep: fn(&mut Settings, String),
) -> Html {
    let inner = Rc::clone(inner);
    let typed = Callback::from(move |event: InputEvent| {
        keep(&mut inner.settings.borrow_mut(), event.target_unchecked_into::<HtmlInputElement>().value());
    });
    let input = html! { <input {id} class="field" type="text" inputmode="decimal" autocomplete="off" spellcheck="false" value={value.to_owned()} oninput={typed} /> };
    labelled(id, label, input)
}

fn select(
    inner: &Rc<Inner>,
    id: &'static str,
    label: &'static str,
    options: Options<'_>,
    keep: fn(&mut Settings, &str),
) -> Html {
    let inner = Rc::clone(inner);
    let chosen = Callback::from(move |event: Event| {
        keep(&mut inner.settings.borrow_mut(), &event.target_unchecked_into::<HtmlSelectElement>().value());
        inner.draw();
    });
    labelled(id, label, choice(id, options, chosen))
}

fn choice(id: &'static str, options: Options<'_>, chosen: Callback<Event>) -> Html {
    let option = |(value, label, selected): &(&str, &str, bool)| html! { <option key={(*value).to_owned()} value={(*value).to_owned()} selected={*selected}>{*label}</option> };
    html! { <select {id} onchange={chosen}>{for options.iter().map(option)}</select> }
}

fn labelled(id: &'static str, label: &'static str, control: Html) -> Html {
    html! { <div class="run-out-field" key={id}><label for={id}>{label}</label>{control}</div> }
}

//! The closed forms that say something about the focused lane, each beside what was measured.

use std::rc::Rc;

use headroom::labs::export::{Row, rows};
use headroom::labs::theory::{ClosedForm, Comparison, Prediction, Standing, Verdict, cumulative, forms, laws};
use headroom::scenario::Scenario;
use headroom::simulation::window::Merged;
use yew::prelude::*;

use super::lanes::lane_choice;
use super::numbers::written;
use super::texts::{Text, list, missing, trusted};
use crate::charts::Theory as Curve;
use crate::hooks::use_watch;
use crate::live::Live;
use crate::numbers::{self, fixed};

/// The distribution that theory gives for the focused lane, to be drawn over the measured one. The same as long as
/// neither the scenario nor the focus changes; none where no closed form gives one, or where it does not apply.
#[hook]
pub fn use_curve(live: &Live) -> Option<Curve> {
    let seen = use_watch(live, (), |live, ()| {
        let player = live.player();
        // While a control is being dragged the curve would be solved anew for each of its values.
        (!player.dragging()).then(|| (player.scenario().clone(), player.focus()))
    });
    let kept = use_mut_ref(|| None);
    if let Some((scenario, lane)) = &*seen {
        *kept.borrow_mut() = Some((scenario.clone(), *lane));
    }
    let kept = kept.borrow().clone();
    let key = kept.as_ref().map(|(scenario, lane): &(Scenario, usize)| (scenario.text(), *lane));
    let curve = use_memo(key, move |_| {
        let (scenario, lane) = kept?;
        cumulative(&scenario, lane).map(|curve| Curve(curve.into()))
    });
    (*curve).clone()
}

/// The closed forms of the focused lane. Some take a few milliseconds to solve; none depends on the run.
#[hook]
pub fn use_forms(live: &Live, wanted: bool) -> Rc<Vec<ClosedForm>> {
    let scenario = wanted.then(|| live.player().scenario().text());
    let (live, lane) = (live.clone(), live.player().focus());
    use_memo(
        (scenario, lane),
        move |(wanted, lane)| {
            if wanted.is_some() { forms(live.player().scenario(), *lane) } else { Vec::new() }
        },
    )
}

/// The Theory tab; `text` are the formulas of all subjects.
#[inline(never)] // not needed at the start
pub fn theory(live: &Live, known: &[ClosedForm], text: &Text) -> Html {
    let player = live.player();
    let (scenario, lane) = (player.scenario(), player.focus());
    let Some(track) = player.tracks().get(lane) else { return html! { <p>{"There is no lane."}</p> } };
    let merged = track.measured(player.playhead(), player.window());
    let rows = rows(scenario);
    let laws = laws(scenario, lane, &merged);
    let one = |form: &ClosedForm| show(form, text, scenario, &merged, &rows);
    html! {
        <div class="theory">
            {lane_choice(live)}
            <p class="quiet" key="samples">{samples(&merged)}</p>
            <div key="missing">{missing(text)}</div>
            <div class="forms" key="forms">
                {for known.iter().map(one)}
                if known.is_empty() {<p key="none">{"No closed form of this collection applies to this lane. The laws below hold whatever the policy."}</p>}
                {for laws.iter().map(one)}
            </div>
        </div>
    }
}

fn samples(merged: &Merged) -> String {
    match merged.latencies.count() {
        0 => "Nothing has been measured yet: let the run go on beyond its warm-up.".to_owned(),
        count => format!("Measured on {} answers after the warm-up, up to the playhead.", numbers::count(count)),
    }
}

fn show(form: &ClosedForm, text: &Text, scenario: &Scenario, merged: &Merged, rows: &[Row]) -> Html {
    let formulas = form.formulas.iter().map(|formula| match text {
        Text::Here(json) => {
            let typeset = list(json, formula.subject).into_iter().enumerate();
            let wanted = typeset.filter(|(index, _)| formula.index.is_none_or(|wanted| wanted == *index));
            let mathml: String = wanted.filter_map(|(_, formula)| formula.as_string()).collect();
            html! { <div class="formula">{trusted(mathml)}</div> }
        }
        Text::Coming => html! { <div class="formula">{"…"}</div> },
        _ => html! {},
    });
    let symbols = form
        .symbols
        .iter()
        .map(|(symbol, value)| html! { <div key={*symbol}><dt>{*symbol}</dt><dd>{value}</dd></div> });
    let assumptions = form.assumptions.iter().map(|assumption| match &assumption.instead {
        None => html! { <li key={assumption.sentence} class="holds"><span class="mark" aria-hidden="true">{"✓"}</span><span>{assumption.sentence}</span></li> },
        Some(instead) => {
            html! { <li key={assumption.sentence} class="broken"><span class="mark" aria-hidden="true">{"✗"}</span><span>{assumption.sentence}<em>{format!(" Not here: {instead}")}</em></span></li> }
        }
    });
    let lines = form.predictions.iter().enumerate().map(|(index, prediction)| {
        let comparison = prediction.compare(form.applies(), scenario.lab, merged);
        line(index, prediction, &comparison, rows)
    });
    html! {
        <section class="form" key={form.name.clone()}>
            <h3>{&form.name}</h3>
            <div class="formulas">{for formulas}</div>
            <dl class="symbols">{for symbols}</dl>
            <div class="table-room" tabindex="0" role="region" aria-label={format!("{}: predicted and measured", form.name)}>
                <table>
                    <thead><tr><th scope="col">{"Figure"}</th><th scope="col">{"Theory"}</th><th scope="col">{"Measured"}</th><th scope="col">{"Verdict"}</th></tr></thead>
                    <tbody>{for lines}</tbody>
                </table>
            </div>
            <details open={!form.applies()}>
                <summary>{if form.applies() { "What it takes for granted: all of it holds here" } else { "What it takes for granted does not all hold here" }}</summary>
                <ul class="assumptions">{for assumptions}</ul>
            </details>
        </section>
    }
}

fn line(key: usize, prediction: &Prediction, comparison: &Comparison, rows: &[Row]) -> Html {
    let row = rows.iter().find(|row| row.key == prediction.measure);
    let (label, unit) = row.map_or((prediction.measure, ""), |row| (row.label, row.unit));
    let sign = match prediction.standing {
        Standing::Exact => "",
        Standing::Limit | Standing::Approximation => "≈ ",
        Standing::AtLeast => "at least ",
        Standing::AtMost => "at most ",
    };
    let value = if prediction.value.is_finite() { written(Some(prediction.value), unit) } else { "∞".to_owned() };
    let (class, words) = verdict(prediction, comparison, unit);
    html! {
        <tr {key}>
            <th scope="row">{label}</th>
            <td>{format!("{sign}{value}")}</td>
            <td>{written(comparison.measured, unit)}</td>
            <td class={classes!("verdict", class)}>{words}</td>
        </tr>
    }
}

fn verdict(prediction: &Prediction, comparison: &Comparison, unit: &str) -> (&'static str, String) {
    let bound = matches!(prediction.standing, Standing::AtLeast | Standing::AtMost);
    match comparison.verdict {
        Verdict::Agrees if bound => ("agrees", "✓ keeps to the bound".to_owned()),
        Verdict::Agrees => ("agrees", format!("✓ agrees (± {})", written(Some(comparison.band), unit))),
        Verdict::Differs => {
            ("differs", format!("✗ differs by more than chance allows (± {})", written(Some(comparison.band), unit)))
        }
        Verdict::Off(off) => {
            let side = if off < 0.0 { "below" } else { "above" };
            let what = match prediction.standing {
                Standing::Limit => "the limit for many servers",
                Standing::Approximation => "the approximation",
                _ => "theory",
            };
            ("", format!("{}\u{a0}% {side} {what}", fixed(off.abs() * 100.0, 1)))
        }
        Verdict::TooFew(u64::MAX) => ("", "no run is long enough".to_owned()),
        Verdict::TooFew(needed) => ("", format!("not yet enough samples: about {} are needed", numbers::count(needed))),
        Verdict::DoesNotApply => ("", "not judged: an assumption does not hold".to_owned()),
        Verdict::Unbounded => ("", "queues grow without end".to_owned()),
    }
}

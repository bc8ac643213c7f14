//! Every figure of every lane up to the playhead, as a table and as a file.

use headroom::basics::Nanos;
use headroom::labs::export::{LaneFigures, Row, Snapshot, rows};
use headroom::session::Player;
use headroom::simulation::Totals;
use yew::prelude::*;

use crate::browser::{announce, clipboard};
use crate::describe;
use crate::live::Live;
use crate::numbers::{self, fixed};
use crate::prose::Prose;

/// What is known up to the playhead.
#[must_use]
#[inline(never)] // not needed at the start
pub fn snapshot(player: &Player) -> Snapshot<'_> {
    let lanes = player.tracks().iter().zip(&player.scenario().lanes).map(|(track, lane)| {
        let at = track.at.as_deref().filter(|at| at.position.time == player.playhead());
        LaneFigures {
            policy: &lane.policy,
            merged: track.measured(player.playhead(), player.window()),
            totals: at.map(|at| at.totals),
            trace: at.map(|at| at.trace_hash),
            events: at.map(|at| at.position.event),
            windows: track.windows_until(player.playhead(), player.window()).collect(),
        }
    });
    Snapshot { scenario: player.scenario(), until: player.playhead(), window: player.window(), lanes: lanes.collect() }
}

/// A figure with its unit; a dash where there is nothing to measure.
#[must_use]
pub fn written(value: Option<f64>, unit: &str) -> String {
    match (value.filter(|value| value.is_finite()), unit) {
        (None, _) => "—".to_owned(),
        (Some(value), "s") => numbers::span(Nanos::from_seconds(value)),
        (Some(value), "share") => format!("{}\u{a0}%", fixed(value * 100.0, 2)),
        (Some(value), "/s") => numbers::rate(value),
        (Some(value), _) if value.fract() == 0.0 => numbers::count(value as u64),
        (Some(value), _) => fixed(value, 2).to_string(),
    }
}

/// The Numbers tab.
#[inline(never)] // not needed at the start
pub fn table(live: &Live, prose: &Prose) -> Html {
    let save = |kind: &'static str| {
        let live = live.clone();
        Callback::from(move |_: MouseEvent| {
            let player = live.player();
            let snapshot = snapshot(&player);
            let name = format!("headroom-{}.{kind}", player.scenario().lab.key);
            let saved = match kind {
                "csv" => clipboard::save(&name, "text/csv", &snapshot.csv()),
                _ => clipboard::save(&name, "application/json", &snapshot.json(true)),
            };
            announce::answer(if saved.is_ok() { "Saved." } else { "The browser refused to save a file here." });
        })
    };
    let player = live.player();
    let (scenario, snapshot) = (player.scenario(), snapshot(&player));
    let lanes = 0..scenario.lanes.len();
    let head = lanes.clone().map(|lane| {
        html! { <th scope="col" key={lane}>{format!("{} {}", describe::badge(lane), describe::policy_label(scenario, lane))}</th> }
    });
    let line = |row: Row| {
        let cell = |lane| html! { <td key={lane}>{written(snapshot.figure(lane, row.key), row.unit)}</td> };
        html! { <tr key={row.key}><th scope="row">{row.label}</th>{for lanes.clone().map(cell)}<td class="help">{prose.of(&format!("measure/{}", row.key))}</td></tr> }
    };
    let totals: Vec<Option<Totals>> = snapshot.lanes.iter().map(|lane| lane.totals).collect();
    html! {
        <div class="numbers">
            <div class="numbers-head">
                <p>{format!("Up to {}, without the first {} of warm-up. Percentiles are exact to 1 %.", numbers::short_moment(Nanos(player.playhead().0 / 1_000_000 * 1_000_000)), numbers::short_moment(scenario.warm_up))}</p>
                <button type="button" class="button" onclick={save("csv")}>{"Save as CSV"}</button>
                <button type="button" class="button" onclick={save("json")}>{"Save as JSON"}</button>
            </div>
            <div class="table-room" tabindex="0" role="region" aria-label="Figures of all lanes">
                <table class="figures-table">
                    <caption class="visually-hidden">{"Figures of all lanes up to the playhead"}</caption>
                    <thead><tr><th scope="col">{"Measure"}</th>{for head}<th scope="col" class="help">{"What it is"}</th></tr></thead>
                    <tbody>{for rows(scenario).into_iter().map(line)}</tbody>
                    {conservation(&totals)}
                </table>
            </div>
        </div>
    }
}

/// Every request from the start on, warm-up included, and whether all are accounted for.
fn conservation(totals: &[Option<Totals>]) -> Html {
    let line = |label: &'static str, help: &'static str, cell: fn(&Totals) -> String| {
        let cells = totals.iter().enumerate().map(|(lane, totals)| {
            html! { <td key={lane}>{totals.as_ref().map_or_else(|| "—".to_owned(), cell)}</td> }
        });
        html! { <tr key={label}><th scope="row">{label}</th>{for cells}<td class="help">{help}</td></tr> }
    };
    html! {
        <tbody class="conservation">
            {line("Requests since the start", "counted when the run stands still", |totals| numbers::count(totals.arrivals))}
            {line("… answered", "", |totals| numbers::count(totals.completed))}
            {line("… given up", "", |totals| numbers::count(totals.failed))}
            {line("… turned away", "", |totals| numbers::count(totals.shed))}
            {line("… underway", "counted where they are, not by subtraction", |totals| numbers::count(totals.in_flight))}
            {line("All accounted for", "arrivals = answered + given up + turned away + underway", |totals| if totals.conserved() { "yes".to_owned() } else { "no".to_owned() })}
        </tbody>
    }
}

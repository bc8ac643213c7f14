//! `headroom run`: the figures of a finished run, as a table or as JSON.

use clap::ArgMatches;
use headroom::basics::Nanos;
use headroom::labs::lab::COMMON_GAUGES;
use headroom::labs::results::{COMMON_MEASURES, measure};
use headroom::labs::{Results, run_out};
use headroom::scenario::{ENGINE, lane_letter};
use serde_json::{Map, Value, json};

use crate::{Answer, arguments};

/// Runs the scenario and prints it.
pub fn answer(matches: &ArgMatches) -> Answer {
    let results = run_out(&arguments::scenario(matches)?);
    if matches.get_flag("json") {
        let mut text = serde_json::to_string_pretty(&as_json(&results, matches.get_flag("windows")))
            .map_err(|error| format!("the results cannot be written as JSON: {error}"))?;
        text.push('\n');
        return Ok(text);
    }
    Ok(as_table(&results))
}

/// Every measure by name, with its unit.
fn measures(results: &Results) -> Vec<(String, String)> {
    let lab = results.scenario.lab;
    let common = COMMON_MEASURES.iter().map(|&(key, _)| (key.to_owned(), unit(key).to_owned()));
    let own = COMMON_GAUGES.iter().chain(lab.gauges).chain(lab.counters);
    common.chain(own.map(|measure| (measure.key.to_owned(), measure.unit.to_owned()))).collect()
}

/// The unit of a measure that every lab has.
fn unit(key: &str) -> &'static str {
    match key {
        "goodput" => "/s",
        "samples" | "arrivals" | "completed" | "failed" | "shed" => "requests",
        "failed-share" | "shed-share" => "share",
        _ => "s",
    }
}

/// The JSON that the page exports and imports too: the scenario's text is the truth, the figures follow from it.
pub fn as_json(results: &Results, windows: bool) -> Value {
    let lanes = results.lanes.iter().map(|lane| {
        let merged = lane.merged(results.window);
        let mut figures = Map::new();
        for (key, _) in measures(results) {
            let value = measure(results.scenario.lab, &merged, &key);
            figures.insert(key, value.map_or(Value::Null, |value| json!(value)));
        }
        let mut object = json!({
            "policy": lane.policy,
            "events": lane.events,
            "trace": format!("{:016x}", lane.trace_hash),
            "totals": lane.totals,
            "figures": figures,
        });
        if windows && let Value::Object(object) = &mut object {
            object.insert("windows".to_owned(), json!(lane.windows));
        }
        object
    });
    json!({
        "scenario": results.scenario.text(),
        "engine": ENGINE,
        "window": results.window.seconds(),
        "lanes": lanes.collect::<Vec<_>>(),
    })
}

fn as_table(results: &Results) -> String {
    let header: Vec<String> = results
        .lanes
        .iter()
        .enumerate()
        .map(|(lane, result)| format!("{} {}", lane_letter(lane).to_ascii_uppercase(), result.policy))
        .collect();
    let mut rows: Vec<(String, Vec<String>)> = vec![(String::new(), header)];
    for (key, unit) in measures(results) {
        let cells = (0..results.lanes.len()).map(|lane| cell(results.measure(lane, &key), &unit)).collect();
        rows.push((key, cells));
    }
    let hash = results.lanes.iter().map(|lane| format!("{:016x}", lane.trace_hash)).collect();
    rows.push(("trace".to_owned(), hash));
    let first = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let columns: Vec<usize> = (0..results.lanes.len())
        .map(|lane| rows.iter().map(|(_, cells)| cells[lane].chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = format!("{}\n\n", results.scenario.text());
    for (name, cells) in rows {
        text.push_str(&format!("{name:<first$}"));
        for (cell, width) in cells.iter().zip(&columns) {
            text.push_str(&format!("  {cell:>width$}"));
        }
        text.push('\n');
    }
    text
}

/// A figure with its unit; a dash where there is nothing to measure.
pub fn cell(value: Option<f64>, unit: &str) -> String {
    match (value, unit) {
        (None, _) => "–".to_owned(),
        (Some(value), "s") => rounded(Nanos::from_seconds(value)),
        (Some(value), "share") => format!("{:.2} %", value * 100.0),
        (Some(value), "/s") => format!("{value:.1} /s"),
        (Some(value), _) if value.fract() == 0.0 => format!("{value}"),
        (Some(value), _) => format!("{value:.2}"),
    }
}

/// Three significant digits, as the histogram holds little more.
fn rounded(time: Nanos) -> String {
    let (value, unit) = match time.0 {
        0 => return "0 s".to_owned(),
        n if n >= 1_000_000_000 => (time.seconds(), "s"),
        n if n >= 1_000_000 => (time.millis(), "ms"),
        n => (n as f64 / 1e3, "µs"),
    };
    let digits = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$} {unit}")
}

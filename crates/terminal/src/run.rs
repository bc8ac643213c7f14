//! `headroom run`: the figures of a finished run, as a table or as JSON.

use clap::ArgMatches;
use headroom::basics::Nanos;
use headroom::labs::export::{self, Row, Snapshot};
use headroom::labs::{Results, run_out};
use headroom::scenario::lane_letter;

use crate::{Answer, arguments};

/// Runs the scenario and prints it.
pub fn answer(matches: &ArgMatches) -> Answer {
    let results = run_out(&arguments::scenario(matches)?);
    if matches.get_flag("json") {
        return Ok(Snapshot::of(&results).json(matches.get_flag("windows")));
    }
    Ok(as_table(&results))
}

fn as_table(results: &Results) -> String {
    let header: Vec<String> = results
        .lanes
        .iter()
        .enumerate()
        .map(|(lane, result)| format!("{} {}", lane_letter(lane).to_ascii_uppercase(), result.policy))
        .collect();
    let mut rows: Vec<(String, Vec<String>)> = vec![(String::new(), header)];
    for Row { key, unit, .. } in export::rows(&results.scenario) {
        let cells = (0..results.lanes.len()).map(|lane| cell(results.measure(lane, key), unit)).collect();
        rows.push((key.to_owned(), cells));
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

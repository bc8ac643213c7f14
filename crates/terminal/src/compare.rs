//! `headroom compare`: one scenario under many policies, one table. The tables in the documentation come from here.
//!
//! A scenario has at most four lanes; here each policy runs alone, in a scenario that differs in the policy only, so
//! all of them meet the same requests.

use clap::ArgMatches;
use headroom::labs::lab::COMMON_GAUGES;
use headroom::labs::results::{Unit, unit};
use headroom::labs::{Lab, run_out};
use headroom::scenario::Scenario;
use serde_json::{Map, Value, json};

use crate::Answer;
use crate::run::cell;

/// Runs the scenario under every policy and prints the measures.
pub fn answer(matches: &ArgMatches) -> Answer {
    let text = matches.get_one::<String>("scenario").map_or("", String::as_str);
    let lab = Scenario::read(text).map_err(|notice| notice.sentence)?.0.lab;
    let words = |name: &str| -> Vec<String> { matches.get_many(name).into_iter().flatten().cloned().collect() };
    let mut policies = words("policies");
    if policies.is_empty() {
        policies = lab.policies.iter().map(|about| about.key.to_owned()).collect();
    }
    let measures = words("measures");
    if let Some(unknown) = measures.iter().find(|name| unit(lab, name).is_none()) {
        return Err(format!("there is no measure “{unknown}” in this lab"));
    }
    let mut rows = Vec::new();
    for policy in &policies {
        let results = run_out(&scenario(text, lab, policy, &policies)?);
        rows.push(measures.iter().map(|name| results.measure(0, name)).collect::<Vec<_>>());
    }
    if matches.get_flag("json") {
        return Ok(as_json(&policies, &measures, &rows));
    }
    let header: Vec<String> = std::iter::once("policy".to_owned()).chain(measures.iter().cloned()).collect();
    let mut table = vec![header];
    for (policy, values) in policies.iter().zip(&rows) {
        let cells = measures.iter().zip(values).map(|(name, &value)| cell(value, written_unit(lab, name)));
        table.push(std::iter::once(policy.clone()).chain(cells).collect());
    }
    Ok(if matches.get_flag("markdown") { as_markdown(&table) } else { as_text(&table) })
}

/// The scenario of `text` with `policy` alone. A setting that only others of `policies` have is theirs, and left out;
/// what nobody has is an error.
fn scenario(text: &str, lab: &Lab, policy: &str, policies: &[String]) -> Result<Scenario, String> {
    let has = |policy: &str, key: &str| {
        let mut own = lab.policies.iter().filter(|about| about.key == policy).flat_map(|about| about.parameters);
        own.any(|row| row.key == key)
    };
    let is_anothers = |key: &str| {
        let labs_own = lab.parameters.iter().any(|row| row.key == key);
        !labs_own && !has(policy, key) && policies.iter().any(|other| has(other, key))
    };
    let (head, query) = text.split_once('?').unwrap_or((text, ""));
    let kept = query.split('&').filter(|pair| {
        let key = pair.split_once('=').map_or(*pair, |(key, _)| key);
        !pair.is_empty() && key != "policy" && !is_anothers(key)
    });
    let pairs: Vec<&str> = kept.collect();
    let (scenario, notices) =
        Scenario::read(&format!("{head}?policy={policy}&{}", pairs.join("&"))).map_err(|notice| notice.sentence)?;
    match notices.first() {
        None => Ok(scenario),
        Some(notice) => Err(notice.problem.clone()),
    }
}

fn as_json(policies: &[String], measures: &[String], rows: &[Vec<Option<f64>>]) -> String {
    let mut object = Map::new();
    for (policy, values) in policies.iter().zip(rows) {
        let figures = measures.iter().cloned().zip(values.iter().map(|value| json!(value))).collect();
        object.insert(policy.clone(), Value::Object(figures));
    }
    format!("{}\n", Value::Object(object))
}

/// The unit as the cells of a table are written.
fn written_unit(lab: &Lab, name: &str) -> &'static str {
    match unit(lab, name) {
        Some(Unit::Time) => "s",
        Some(Unit::Share) => "share",
        _ => {
            let name = name.split_once('@').map_or(name, |(name, _)| name);
            let declared = COMMON_GAUGES.iter().chain(lab.gauges).chain(lab.counters).find(|other| other.key == name);
            if name == "goodput" { "/s" } else { declared.map_or("", |measure| measure.unit) }
        }
    }
}

fn as_markdown(table: &[Vec<String>]) -> String {
    let mut lines: Vec<String> = table.iter().map(|row| format!("| {} |", row.join(" | "))).collect();
    let columns = table.first().map_or(1, Vec::len);
    lines.insert(1, format!("| ---{} |", " | ---:".repeat(columns - 1)));
    lines.join("\n") + "\n"
}

fn as_text(table: &[Vec<String>]) -> String {
    let columns = table.first().map_or(0, Vec::len);
    let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in table {
        text.push_str(&format!("{:<1$}", row[0], widths[0]));
        for (cell, width) in row.iter().zip(&widths).skip(1) {
            text.push_str(&format!("  {cell:>width$}"));
        }
        text.push('\n');
    }
    text
}

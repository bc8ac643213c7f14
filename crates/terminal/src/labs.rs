//! `headroom labs`: the labs, or everything that can be set in one.

use clap::ArgMatches;
use headroom::basics::{Declaration, Effect, Scope};
use headroom::labs::{Lab, catalogue};
use serde_json::{Value, json};

use crate::{Answer, arguments};

/// Lists the labs, or the parameters, policies and faults of one.
pub fn answer(matches: &ArgMatches) -> Answer {
    let json = matches.get_flag("json");
    let lines: Vec<String> = match matches.get_one::<String>("lab") {
        None if json => vec![json!(catalogue().map(describe).collect::<Vec<_>>()).to_string()],
        None => catalogue().map(|lab| format!("{:<12}  {}", lab.key, lab.summary)).collect(),
        Some(key) if json => vec![describe(arguments::lab(key)?).to_string()],
        Some(key) => tell(arguments::lab(key)?),
    };
    Ok(lines.join("\n") + "\n")
}

fn describe(lab: &Lab) -> Value {
    let parameter = |row: &Declaration| {
        json!({
            "key": row.key, "label": row.label, "help": *row.help, "default": (row.default)(),
            "live": row.effect == Effect::Live, "per-lane": row.scope == Scope::PerLane, "group": row.group,
        })
    };
    json!({
        "key": lab.key, "label": lab.label, "summary": lab.summary,
        "parameters": lab.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "policies": lab.policies.iter().map(|about| json!({
            "key": about.key, "label": about.label, "summary": *about.summary, "cost": *about.cost,
            "source": *about.source, "exhibit": about.exhibit,
            "parameters": about.parameters.iter().map(parameter).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "faults": lab.faults.iter().map(|kind| json!({ "key": kind.key, "help": *kind.help })).collect::<Vec<_>>(),
    })
}

fn tell(lab: &Lab) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", lab.label, lab.summary)];
    let mut group = "";
    for row in lab.parameters {
        if row.group != group {
            group = row.group;
            lines.push(format!("\n{group}"));
        }
        lines.push(parameter(row));
    }
    lines.push("\nPolicies".to_owned());
    for about in lab.policies {
        let note = if about.exhibit { " (an exhibit: a faulty listing)" } else { "" };
        lines.push(format!("  {:<28}  {}{note}", about.key, about.summary));
        lines.extend(about.parameters.iter().map(|row| format!("  {}", parameter(row))));
    }
    lines.push("\nFaults, as --at 20s:VERB:TARGET".to_owned());
    lines.extend(lab.faults.iter().map(|kind| format!("  {:<28}  {}", kind.key, kind.help)));
    lines
}

fn parameter(row: &Declaration) -> String {
    let live = if row.effect == Effect::Live { ", live" } else { "" };
    let lane = if row.scope == Scope::PerLane { ", per lane" } else { "" };
    format!("  {:<28}  {} [{}{live}{lane}]", row.key, row.help, (row.default)())
}

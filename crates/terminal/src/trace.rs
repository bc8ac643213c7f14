//! `headroom trace`: what happens in one lane, event by event, with the reasons of its policy.

use clap::ArgMatches;
use headroom::basics::{Explanation, Nanos};
use headroom::labs;
use headroom::scenario::lane_of_letter;
use headroom::simulation::{Budget, Detail, Reached, Record};
use serde_json::json;

use crate::{Answer, arguments};

/// Runs the lane up to `--from` and tells the events from there.
pub fn answer(matches: &ArgMatches) -> Answer {
    let scenario = arguments::scenario(matches)?;
    let argument = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let lane = lane_of_letter(argument("lane"))
        .filter(|&lane| lane < scenario.lanes.len())
        .ok_or_else(|| format!("there is no lane “{}” in this scenario", argument("lane")))?;
    let events: u32 =
        argument("events").parse().map_err(|_| format!("--events “{}” must be a whole number", argument("events")))?;
    let from = Nanos::read(argument("from")).map_err(|sentence| format!("--from: {sentence}"))?;
    let mut run = labs::build(&scenario, lane);
    let mut record = Record::new(Detail::OFF);
    if from > Nanos::ZERO {
        run.advance(Budget { until: from.min(scenario.duration), events: u64::MAX }, &mut record);
    }
    let mut lines = Vec::new();
    for _ in 0..events {
        record.why = Explanation::listen();
        record.clear();
        if run.advance(Budget { until: scenario.duration, events: 1 }, &mut record) == Reached::Until {
            break;
        }
        let position = run.position();
        if matches.get_flag("json") {
            let line = json!({
                "time": position.time.seconds(),
                "event": position.event,
                "story": record.story,
                "reasons": record.why.remarks,
                "candidates": record.why.candidates,
                "trace": format!("{:016x}", run.trace_hash()),
            });
            lines.push(line.to_string());
        } else {
            let reasons = record.why.sentence();
            let because = if reasons.is_empty() { String::new() } else { format!("  ({reasons})") };
            lines.push(format!(
                "{:>8}  {:>14}  {}{because}",
                position.event,
                position.time.to_string(),
                record.story.join("; ")
            ));
        }
    }
    lines.push(String::new());
    Ok(lines.join("\n"))
}

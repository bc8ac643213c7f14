//! `headroom check`: recomputes the score of an exercise from a link, so that whoever grades need not believe anybody.
//!
//! The exercises are those of `content/exercises/` at the time when the program was built, compiled and checked as the
//! page's are.

use std::collections::BTreeSet;
use std::path::Path;

use clap::ArgMatches;
use headroom::content::document::{Document, Kind};
use headroom::content::exercise::Score;
use headroom::labs::run_out;
use headroom::scenario::Scenario;
use serde_json::json;

use crate::Answer;

/// Name and text of every file in `content/exercises/`, gathered by build.rs.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/exercises.rs"));

/// Scores the solution in the link.
pub fn answer(matches: &ArgMatches) -> Answer {
    let link = matches.get_one::<String>("link").map_or("", String::as_str);
    let exercise = matches.get_one::<String>("exercise").map(String::as_str);
    let (key, text) = taken_apart(link, exercise)?;
    let document = find(&key)?;
    let Some(exercise) = &document.exercise else {
        return Err(format!("the exercise “{key}” is not there yet"));
    };
    let (scenario, notices) = Scenario::read(&text).map_err(|notice| notice.sentence)?;
    if !notices.is_empty() {
        return Err(notices.into_iter().map(|notice| notice.problem).collect::<Vec<_>>().join("\nheadroom: "));
    }
    let score = exercise.score(&scenario, &run_out(&scenario));
    Ok(if matches.get_flag("json") { as_json(&key, &scenario, &score) } else { as_text(&document, &scenario, &score) })
}

/// The key of the exercise and the text of the scenario: from `…#/exercise/<key>/<scenario>`, or from a scenario and
/// `--exercise <key>`.
fn taken_apart(link: &str, exercise: Option<&str>) -> Result<(String, String), String> {
    if let Some((_, rest)) =
        link.split_once("#/exercise/").or_else(|| link.split_once("exercise/").filter(|(before, _)| before.is_empty()))
    {
        let (key, text) = rest.split_once('/').ok_or(
            "this link opens an exercise, but holds no solution: take the one under “Copy the link of this solution”",
        )?;
        return Ok((key.to_owned(), text.to_owned()));
    }
    match exercise {
        Some(key) => Ok((key.to_owned(), link.to_owned())),
        None => Err("this link does not say which exercise it solves; add --exercise <key>".to_owned()),
    }
}

fn find(key: &str) -> Result<Document, String> {
    let key_of = |name: &str| headroom_content::course::key_of(name).to_owned();
    let texts: BTreeSet<String> =
        FILES.iter().map(|(name, _)| format!("{}/{}", Kind::Exercise.route(), key_of(name))).collect();
    let (_, text) = FILES.iter().find(|(name, _)| key_of(name) == key).ok_or_else(|| {
        let keys: Vec<String> = FILES.iter().map(|(name, _)| key_of(name)).collect();
        format!("there is no exercise “{key}”; there are {}", keys.join(", "))
    })?;
    // The folder is needed only for drawings and code, which say nothing about a score.
    headroom_content::course::read(Path::new("."), Kind::Exercise, key, text, &texts)
        .map_err(|what| format!("{key}:{what:#}"))
}

fn as_json(key: &str, scenario: &Scenario, score: &Score) -> String {
    let goals: Vec<_> = score
        .goals
        .iter()
        .map(|goal| json!({ "key": goal.key, "reached": goal.holds, "points": goal.points, "figures": goal.figures }))
        .collect();
    let all = json!({
        "exercise": key, "scenario": scenario.text(), "engine": headroom::scenario::ENGINE,
        "points": score.points, "of": score.of, "goals": goals, "broken": score.broken,
    });
    format!("{all}\n")
}

fn as_text(document: &Document, scenario: &Scenario, score: &Score) -> String {
    let mut lines = vec![document.entry.title.clone(), scenario.text(), String::new()];
    let width = score.goals.iter().map(|goal| goal.key.len()).max().unwrap_or(0);
    for goal in &score.goals {
        let mark = if goal.holds { "reached " } else { "missed  " };
        lines.push(format!("{mark} {:>3}  {:<width$}  {}", goal.points, goal.key, goal.figures));
    }
    lines.extend(score.broken.iter().map(|sentence| format!("broken: {sentence}; so there are no points")));
    lines.push(format!("\n{} of {} points", score.points, score.of));
    lines.join("\n") + "\n"
}

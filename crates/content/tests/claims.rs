//! Everything that the prose says of a run is a test, by name: claims, predictions, questions, tasks, exercises.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]
#![allow(clippy::disallowed_methods, reason = "the tests say how long they took, and never run in a browser")]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use headroom::content::conditions::{Condition, Figure};
use headroom::content::document::{Block, Choice, Document, Guess, Quiz, Task};
use headroom::content::exercise::Exercise;
use headroom::labs::{Results, run_out};
use headroom_content::{blocks, course, lesson, lessons, prose};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut trials = Vec::new();
    let mut claims = 0;
    for (lab, lesson) in lessons(&root).unwrap() {
        for block in lesson.blocks {
            if let lesson::Block::Claim { condition, scenario } = block {
                claims += 1;
                trials.push(Trial::test(format!("{lab}: {condition}"), move || holds(&condition, &scenario)));
            }
        }
    }
    for text in course::course(&root).unwrap() {
        let name = format!("{}/{}", text.entry.kind.route(), text.entry.key);
        for (key, claim) in text.claims.clone() {
            claims += 1;
            trials.push(Trial::test(format!("{name}: claim {key}"), move || holds(&claim.condition, &claim.scenario)));
        }
        of_text(&name, &Arc::new(text), &mut trials);
    }
    let none = claims == 0;
    trials.push(Trial::test("there_are_claims", move || if none { Err("no text has a claim".into()) } else { Ok(()) }));
    let (arguments, begun) = (Arguments::from_args(), Instant::now());
    let all = trials.len();
    let conclusion = libtest_mimic::run(&arguments, trials);
    println!("{claims} claims among {all} tests of the prose, in {:.1?}", begun.elapsed());
    conclusion.exit();
}

/// What the other blocks of a text promise.
fn of_text(name: &str, text: &Arc<Document>, trials: &mut Vec<Trial>) {
    for block in text.blocks() {
        let scenario = |scene: &str| text.scene(scene).map(|scene| scene.scenario.clone()).unwrap();
        match block {
            Block::Predict(predict) => {
                let (predict, scenario) = (predict.clone(), scenario(&predict.scene));
                trials.push(Trial::test(format!("{name}: predict {}", predict.key), move || {
                    let results = run(&scenario)?;
                    one_right(&predict.saw, &results)?;
                    match &predict.guess {
                        Guess::Choose(choices) => one_right(choices, &results),
                        Guess::Number { figure, scale } => within(figure, scale.low, scale.high, &results),
                        Guess::Order(items) => {
                            items.iter().try_for_each(|item| within(&item.figure, 0.0, f64::MAX, &results))
                        }
                        Guess::Curve { figure, vary, values, scale, .. } => values.iter().try_for_each(|value| {
                            let varied = blocks::apply(&prose::scenario(&scenario)?, &format!("{vary}={value}"))?;
                            within(figure, scale.low, scale.high, &run_out(&varied))
                        }),
                    }
                }));
            }
            Block::Quiz(Quiz { key, scene: Some(scene), choices, .. }) => {
                let (choices, scenario) = (choices.clone(), scenario(scene));
                trials.push(Trial::test(format!("{name}: quiz {key}"), move || one_right(&choices, &run(&scenario)?)));
            }
            Block::Task(task) => {
                let (task, scenario) = (task.clone(), scenario(&task.scene));
                trials.push(Trial::test(format!("{name}: task {}", task.key), move || can_be_done(&task, &scenario)));
            }
            _ => {}
        }
    }
    if let Some(exercise) = text.exercise.clone() {
        trials.push(Trial::test(format!("{name}: the score"), move || scores(&exercise)));
    }
}

fn run(scenario: &str) -> Result<Results, Failed> {
    Ok(run_out(&prose::scenario(scenario)?))
}

fn holds(condition: &str, scenario: &str) -> Result<(), Failed> {
    let condition = Condition::read(condition).map_err(|mistake| mistake.to_string())?;
    let results = run(scenario)?;
    if condition.holds(&results)? { Ok(()) } else { Err(condition.explain(&results).into()) }
}

/// On the scene as it is loaded exactly one answer is right.
fn one_right(choices: &[Choice], results: &Results) -> Result<(), Failed> {
    let mut right = Vec::new();
    for choice in choices {
        let condition =
            Condition::read(choice.when.as_deref().unwrap_or_default()).map_err(|mistake| mistake.to_string())?;
        if condition.holds(results)? {
            right.push(choice.text.clone());
        }
    }
    if right.len() == 1 { Ok(()) } else { Err(format!("{} answers are right: {right:?}", right.len()).into()) }
}

/// A guess must be able to hit what comes out.
fn within(figure: &str, low: f64, high: f64, results: &Results) -> Result<(), Failed> {
    let value = Figure::read(figure).map_err(|mistake| mistake.to_string())?.value(results)?;
    if (low..=high).contains(&value) { Ok(()) } else { Err(format!("{figure} is {value}, off the scale").into()) }
}

fn can_be_done(task: &Task, scenario: &str) -> Result<(), Failed> {
    let start = prose::scenario(scenario)?;
    let condition = Condition::read(&task.when).map_err(|mistake| mistake.to_string())?;
    let results = run_out(&start);
    if condition.holds(&results)? {
        return Err(format!("it is done before anybody did anything: {}", condition.explain(&results)).into());
    }
    let results = run_out(&blocks::apply(&start, &task.solution)?);
    if condition.holds(&results)? {
        Ok(())
    } else {
        Err(format!("its solution does not do it: {}", condition.explain(&results)).into())
    }
}

fn scores(exercise: &Exercise) -> Result<(), Failed> {
    let score = |text: &str| -> Result<_, Failed> {
        let scenario = prose::scenario(text)?;
        Ok(exercise.score(&scenario, &run_out(&scenario)))
    };
    let (start, solved) = (score(&exercise.scenario)?, score(&exercise.solution)?);
    if solved.points != solved.of || !solved.broken.is_empty() {
        return Err(format!("the solution does not reach every goal: {solved:?}").into());
    }
    if start.points * 2 > start.of {
        Err(format!("half is reached before anybody did anything: {start:?}").into())
    } else {
        Ok(())
    }
}

//! A prediction: asked before the scene opens, laid over the result after it, then “what did you see?”, then why.

use std::cell::RefCell;
use std::rc::Rc;

use headroom::content::comparison::{Outcome, comparison};
use headroom::content::document::{Block, Choice, Guess as Asked, Predict};
use headroom::content::progress::Guess;
use yew::prelude::*;

use super::claim::Prose;
use super::quiz::{Answered, answers, blanks, filled};
use super::{Page, guess};
use crate::ask::ask;
use crate::browser;
use crate::store::{on_text, use_store};
use crate::texts::trusted;

/// What both halves are given.
#[derive(Properties, PartialEq)]
pub struct PredictProps {
    /// Its name.
    pub name: AttrValue,
    /// The page.
    pub page: Page,
    /// The learner wanted to see without a guess.
    #[prop_or_default]
    pub skipped: bool,
}

fn find<'a>(page: &'a Page, name: &str) -> Option<&'a Predict> {
    page.document.blocks().find_map(|block| match block {
        Block::Predict(predict) if predict.key == name => Some(&**predict),
        _ => None,
    })
}

/// The question and the way to answer it.
#[component]
pub fn Ask(props: &PredictProps) -> Html {
    let page = &props.page;
    let store = use_store();
    let asked = find(page, &props.name).map(|predict| predict.guess.clone());
    let draft = use_state(|| asked.as_ref().and_then(guess::beginning));
    let Some(predict) = find(page, &props.name) else { return html! {} };
    let keep = |guess: Option<Guess>| {
        let (store, address, name) = (store.clone(), page.address.clone(), predict.key.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(guess) = guess.clone() else { return };
            browser::announce("The experiment is open.");
            let name = name.clone();
            store.dispatch(on_text(&address, move |text| {
                text.guesses.insert(name, guess);
            }));
        })
    };
    let text = store.text(&page.address);
    let body = match text.guesses.get(&predict.key) {
        Some(Guess::Skipped) => html! { <p class="quiet">{"You chose to see first."}</p> },
        Some(guess) => html! { <div class="comparison">{trusted(&comparison(&predict.guess, guess, None))}</div> },
        None => html! {
            <>
                {guess::widget(&predict.guess, &draft, &format!("{}-{}", page.document.entry.key, predict.key))}
                <div class="button-row">
                    <button type="button" class="button primary" disabled={draft.is_none()} onclick={keep((*draft).clone())}>{"Keep this guess"}</button>
                    <button type="button" class="button quiet" onclick={keep(Some(Guess::Skipped))}>{"See first, without a guess"}</button>
                </div>
            </>
        },
    };
    html! {
        <section class="block predict">
            <h3>{"Predict first"}</h3>
            <p class="question">{trusted(&predict.question)}</p>
            {body}
        </section>
    }
}

/// What came out, beside what was guessed.
#[component]
pub fn Revealed(props: &PredictProps) -> Html {
    let page = &props.page;
    let store = use_store();
    let outcome = use_state(|| None::<Result<Outcome, String>>);
    let saw = use_state(|| None::<(Vec<Choice>, Vec<bool>)>);
    let seen = use_state(|| None::<u32>);
    let running = use_state(|| false);
    let Some(predict) = find(page, &props.name) else { return html! {} };
    let text = store.text(&page.address);
    let compare = {
        let scenario = page.document.scene(&predict.scene).map(|scene| scene.scenario.clone()).unwrap_or_default();
        let (predict, outcome, saw, running) = (predict.clone(), outcome.setter(), saw.setter(), running.clone());
        Callback::from(move |_: MouseEvent| {
            running.set(true);
            let saw = saw.clone();
            let conditions: Vec<String> = predict.saw.iter().filter_map(|choice| choice.when.clone()).collect();
            let blanks = blanks(predict.saw.iter().map(|choice| &choice.why));
            let choices = predict.saw.clone();
            ask(&scenario, &[], &conditions, &blanks.clone(), move |answer| {
                let answer = answer.unwrap_or_default();
                let written: Vec<String> = answer.measures.into_iter().map(|(_, written)| written).collect();
                let holds = answer.conditions.iter().map(|(holds, _)| *holds == Some(true)).collect();
                saw.set(Some((filled(&choices, &blanks, &written), holds)));
            });
            measure(&scenario, &predict.guess, outcome.clone());
        })
    };
    let guessed = text.guesses.get(&predict.key).cloned().unwrap_or(Guess::Skipped);
    let shown = match &*outcome {
        None => html! {
            <div class="button-row">
                <button type="button" class="button primary" onclick={compare} disabled={*running}>{if *running { "Running to the end …" } else { "Run to the end and compare" }}</button>
                <span class="quiet">{"Play the experiment first, if you like."}</span>
            </div>
        },
        Some(Err(sentence)) => html! { <p class="notice-sentence">{sentence}</p> },
        Some(Ok(outcome)) => {
            let guess =
                if guessed == Guess::Skipped { plain_guess(&predict.guess, outcome) } else { Some(guessed.clone()) };
            let caption = if guessed == Guess::Skipped {
                "What came out, to the end of the run."
            } else {
                "Your guess over what came out, to the end of the run."
            };
            html! { <><p class="quiet">{caption}</p><div class="comparison">{trusted(&guess.map(|guess| comparison(&predict.guess, &guess, Some(outcome))).unwrap_or_default())}</div></> }
        }
    };
    let after = match (&*outcome, &*saw) {
        (Some(Ok(_)), Some((choices, holds))) => {
            let choose = {
                let seen = seen.clone();
                Callback::from(move |number| seen.set(Some(number)))
            };
            let answered = Answered { chosen: *seen, right: holds.clone() };
            html! {
                <>
                    <h4>{"What did you see?"}</h4>
                    <p class="question">{trusted(&predict.see)}</p>
                    {answers(choices, &answered, &choose, &format!("{}-{}-saw", page.document.entry.key, predict.key))}
                    if seen.is_some() {
                        <div class="explanation"><h4>{"Why"}</h4><Prose html={predict.explain.clone()} page={page.clone()} /></div>
                    }
                </>
            }
        }
        _ => html! {},
    };
    html! { <section class="block revealed">{shown}{after}</section> }
}

/// Where somebody did not guess, the measured figures stand alone: they are laid over themselves.
fn plain_guess(asked: &Asked, outcome: &Outcome) -> Option<Guess> {
    let figures = |outcome: &Outcome| match outcome {
        Outcome::Figures(figures) => figures.iter().map(|figure| figure.unwrap_or_default()).collect::<Vec<f64>>(),
        Outcome::Choices(_) => Vec::new(),
    };
    match asked {
        // No choice has this number.
        Asked::Choose(_) => Some(Guess::Choice(u32::MAX)),
        Asked::Number { .. } => figures(outcome).first().copied().map(Guess::Number),
        Asked::Curve { .. } => Some(Guess::Curve(figures(outcome))),
        Asked::Order(_) => {
            let figures = figures(outcome);
            let mut order: Vec<u32> = (0..figures.len() as u32).collect();
            order.sort_by(|left, right| figures[*left as usize].total_cmp(&figures[*right as usize]));
            Some(Guess::Order(order))
        }
    }
}

/// Runs what a guess is compared with.
fn measure(scenario: &str, asked: &Asked, outcome: UseStateSetter<Option<Result<Outcome, String>>>) {
    match asked {
        Asked::Choose(choices) => {
            let conditions: Vec<String> = choices.iter().filter_map(|choice| choice.when.clone()).collect();
            ask(scenario, &[], &conditions, &[], move |answer| {
                let holds = |answer: crate::ask::Answer| {
                    answer.conditions.iter().map(|(holds, _)| *holds == Some(true)).collect()
                };
                outcome.set(Some(answer.map(|answer| Outcome::Choices(holds(answer)))));
            });
        }
        Asked::Order(items) => {
            let figures: Vec<String> = items.iter().map(|item| item.figure.clone()).collect();
            ask(scenario, &[], &[], &figures, move |answer| outcome.set(Some(answer.map(figures_of))));
        }
        Asked::Number { figure, .. } => {
            ask(scenario, &[], &[], std::slice::from_ref(figure), move |answer| {
                outcome.set(Some(answer.map(figures_of)))
            });
        }
        Asked::Curve { figure, vary, values, .. } => {
            let found = Rc::new(RefCell::new((vec![None; values.len()], 0)));
            for (index, value) in values.iter().enumerate() {
                let (found, outcome) = (Rc::clone(&found), outcome.clone());
                let with = [(vary.clone(), value.clone())];
                ask(scenario, &with, &[], std::slice::from_ref(figure), move |answer| match answer {
                    Ok(answer) => {
                        let mut found = found.borrow_mut();
                        found.0[index] = answer.measures.first().and_then(|(value, _)| *value);
                        found.1 += 1;
                        if found.1 == found.0.len() {
                            outcome.set(Some(Ok(Outcome::Figures(found.0.clone()))));
                        }
                    }
                    Err(sentence) => outcome.set(Some(Err(sentence))),
                });
            }
        }
    }
}

fn figures_of(answer: crate::ask::Answer) -> Outcome {
    Outcome::Figures(answer.measures.iter().map(|(value, _)| *value).collect())
}

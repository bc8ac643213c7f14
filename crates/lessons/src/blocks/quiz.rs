//! A question with answers to choose from, each of them explained. Where it is about a scene, the learner's own run
//! decides which answer is right, and its figures stand in the question.

use headroom::content::document::{Choice, Quiz};
use yew::prelude::*;

use super::Page;
use crate::ask::ask;
use crate::browser;
use crate::store::use_store;
use crate::texts::trusted;

/// How a question stands.
#[derive(Clone, PartialEq)]
pub struct Answered {
    /// The answer chosen.
    pub chosen: Option<u32>,
    /// For each answer, whether it is right.
    pub right: Vec<bool>,
}

/// The answers; after one is chosen, each says why it is right or wrong.
pub fn answers(choices: &[Choice], answered: &Answered, choose: &Callback<u32>, name: &str) -> Html {
    let one = |(index, choice): (usize, &Choice)| {
        // At most a handful.
        let number = index as u32;
        let pick = {
            let choose = choose.clone();
            Callback::from(move |_: MouseEvent| choose.emit(number))
        };
        let right = answered.right.get(index) == Some(&true);
        match answered.chosen {
            None => {
                html! { <li key={index}><button type="button" class="answer" onclick={pick}>{trusted(&choice.text)}</button></li> }
            }
            Some(chosen) => {
                let mine = chosen == number;
                let class =
                    classes!("answer", "answered", if right { "right" } else { "wrong" }, mine.then_some("mine"));
                let mark = match (mine, right) {
                    (true, true) => "Your answer, right: ",
                    (true, false) => "Your answer, not so: ",
                    (false, true) => "Right: ",
                    (false, false) => "Not so: ",
                };
                html! { <li key={index}><div {class}><p><span class="answer-mark">{mark}</span>{trusted(&choice.text)}</p><p class="why">{trusted(&choice.why)}</p></div></li> }
            }
        }
    };
    html! { <ul class="answers" id={name.to_owned()}>{for choices.iter().enumerate().map(one)}</ul> }
}

/// What a quiz is given.
#[derive(Properties, PartialEq)]
pub struct QuizProps {
    /// The quiz.
    pub quiz: Quiz,
    /// The page.
    pub page: Page,
    /// Called with whether the first answer was right.
    #[prop_or_default]
    pub on_answer: Callback<bool>,
}

/// A quiz whose blanks are filled in.
#[derive(Clone, PartialEq)]
struct Ready {
    quiz: Quiz,
    right: Vec<bool>,
}

/// The quiz. Its first answer makes it a card that comes back.
#[component]
pub fn QuizBlock(props: &QuizProps) -> Html {
    let QuizProps { quiz, page, on_answer } = props;
    let store = use_store();
    let ready = use_state(|| quiz.scene.is_none().then(|| settled(quiz)));
    let trouble = use_state(|| None::<String>);
    let chosen = use_state(|| None::<u32>);
    let build = {
        let (quiz, page, ready, trouble) = (quiz.clone(), page.clone(), ready.setter(), trouble.setter());
        Callback::from(move |_: MouseEvent| {
            let scenario = page.own_run(quiz.scene.as_deref().unwrap_or_default());
            let conditions: Vec<String> = quiz.choices.iter().filter_map(|choice| choice.when.clone()).collect();
            let blanks = blanks(std::iter::once(&quiz.question).chain(quiz.choices.iter().map(|choice| &choice.why)));
            let (quiz, ready, trouble) = (quiz.clone(), ready.clone(), trouble.clone());
            ask(&scenario, &[], &conditions, &blanks.clone(), move |answer| match answer {
                Ok(answer) => {
                    let right: Vec<bool> = answer.conditions.iter().map(|(holds, _)| *holds == Some(true)).collect();
                    if right.iter().any(|right| *right) {
                        let written: Vec<String> = answer.measures.into_iter().map(|(_, written)| written).collect();
                        let mut quiz = quiz.clone();
                        quiz.question = fill(&quiz.question, &blanks, &written);
                        quiz.choices = filled(&quiz.choices, &blanks, &written);
                        ready.set(Some(Ready { quiz, right }));
                    } else {
                        trouble.set(Some("Your run is so different from the one at first that none of the answers fits it. Set the experiment back, or try another change.".to_owned()));
                    }
                }
                Err(sentence) => trouble.set(Some(sentence)),
            });
        })
    };
    let body = match &*ready {
        None => html! {
            <>
                <p>{"This question is made from your own run of the experiment above, as it stands now."}</p>
                if let Some(sentence) = &*trouble { <p class="notice-sentence" role="status">{sentence}</p> }
                <button type="button" class="button" onclick={build}>{"Ask me about my run"}</button>
            </>
        },
        Some(Ready { quiz, right }) => {
            let choose = {
                let (store, chosen, right, on_answer) =
                    (store.clone(), chosen.clone(), right.clone(), on_answer.clone());
                let (address, key) = (page.address.clone(), quiz.key.clone());
                Callback::from(move |number: u32| {
                    chosen.set(Some(number));
                    let good = right.get(number as usize) == Some(&true);
                    browser::announce(if good { "Right." } else { "Not so." });
                    let (address, key) = (address.clone(), key.clone());
                    store.dispatch(Box::new(move |progress| {
                        progress.answered(&format!("{address}/{key}"), good, browser::today());
                        progress.texts.entry(address).or_default().answers.entry(key).or_insert(number);
                    }));
                    on_answer.emit(good);
                })
            };
            let answered = Answered { chosen: *chosen, right: right.clone() };
            html! {
                <>
                    <p class="question">{trusted(&quiz.question)}</p>
                    {answers(&quiz.choices, &answered, &choose, &format!("quiz-{}", quiz.key))}
                </>
            }
        }
    };
    html! { <section class="block quiz"><h3>{"A question"}</h3>{body}</section> }
}

fn settled(quiz: &Quiz) -> Ready {
    Ready { quiz: quiz.clone(), right: quiz.choices.iter().map(|choice| choice.right).collect() }
}

/// The figures in the blanks `{…}` of some texts, each once.
pub fn blanks<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for piece in texts.flat_map(|text| text.split('{').skip(1)) {
        if let Some((figure, _)) = piece.split_once('}')
            && !found.iter().any(|other| other == figure)
        {
            found.push(figure.to_owned());
        }
    }
    found
}

/// `choices` with their blanks filled in.
pub fn filled(choices: &[Choice], blanks: &[String], written: &[String]) -> Vec<Choice> {
    choices.iter().map(|choice| Choice { why: fill(&choice.why, blanks, written), ..choice.clone() }).collect()
}

fn fill(text: &str, blanks: &[String], written: &[String]) -> String {
    let all = blanks.iter().zip(written);
    all.fold(text.to_owned(), |text, (blank, value)| text.replace(&format!("{{{blank}}}"), value))
}

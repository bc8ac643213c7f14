//! A mock interview: five questions drawn from all walkthroughs, a timer that may be had, one's own marks, a summary.

use headroom::content::document::{Entry, Question};
use headroom::content::progress::Interview;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::blocks::timer::Timer;
use crate::browser;
use crate::store::use_store;
use crate::texts::{Fetched, placeholder, trusted, use_list};

/// How many questions.
const QUESTIONS: usize = 5;
/// Minutes that the timer offers for all of them.
const MINUTES: u32 = 25;
/// What one may think of one's own answer.
const MARKS: [&str; 3] = ["weak", "good", "strong"];

/// The page.
#[component]
pub fn Mock() -> Html {
    let list = use_list();
    match &list {
        Fetched::Here(list) => html! { <Drawn questions={draw(list)} /> },
        other => placeholder(other),
    }
}

/// Some questions of all, at most one in so many of each text, in no order.
fn draw(list: &[Entry]) -> Vec<Question> {
    let mut all: Vec<Question> = list.iter().flat_map(|entry| entry.questions.clone()).collect();
    for last in (1..all.len()).rev() {
        // Below `last + 1`, since a random number is below one.
        all.swap(last, (js_sys::Math::random() * (last + 1) as f64) as usize);
    }
    all.truncate(QUESTIONS);
    all
}

#[derive(Properties)]
struct DrawnProps {
    questions: Vec<Question>,
}

/// They were drawn once; what is drawn later does not replace them.
impl PartialEq for DrawnProps {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[component]
fn Drawn(props: &DrawnProps) -> Html {
    let questions = use_state(|| props.questions.clone());
    let store = use_store();
    let at = use_state(|| 0usize);
    let words = use_state(|| vec![String::new(); questions.len()]);
    let marks = use_state(Vec::<u8>::new);
    let shown = use_state(|| false);
    let begun = use_state(browser::milliseconds);
    let taken = use_state(|| 0u32);
    let of = questions.len();
    if *at >= of {
        let row = |(index, question): (usize, &Question)| {
            let mark = MARKS.get(usize::from(marks.get(index).copied().unwrap_or_default())).unwrap_or(&"");
            let text = question.key.split('/').take(2).collect::<Vec<_>>().join("/");
            html! { <tr key={index}><td>{index + 1}</td><td><a href={format!("#/{text}")}>{trusted(&question.question)}</a></td><td>{*mark}</td></tr> }
        };
        let strong = marks.iter().filter(|mark| **mark == 2).count();
        let good = marks.iter().filter(|mark| **mark == 1).count();
        return html! {
            <>
                <p class="crumbs"><a href="#/interview">{"Interview"}</a></p>
                <h1 id="summary" tabindex="-1">{"Summary"}</h1>
                <p class="lead">{format!("{strong} strong, {good} good, {} weak, in {} minutes.", of - strong - good, taken.div_ceil(60).max(1))}</p>
                <div class="table-scroll"><table class="summary"><thead><tr><th scope="col">{"#"}</th><th scope="col">{"Question"}</th><th scope="col">{"Your mark"}</th></tr></thead><tbody>{for questions.iter().enumerate().map(row)}</tbody></table></div>
                <p>{"What was weak comes back tomorrow, the rest later. Begin with the walkthroughs of the weak ones."}</p>
                <div class="button-row"><a class="button primary" href="#/interview">{"Back to the questions"}</a></div>
            </>
        };
    }
    let question = &questions[*at];
    let input = {
        let (words, at) = (words.clone(), *at);
        Callback::from(move |event: InputEvent| {
            let mut next = (*words).clone();
            next[at] = event.target_unchecked_into::<HtmlTextAreaElement>().value();
            words.set(next);
        })
    };
    let show = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| {
            shown.set(true);
            browser::focus_id("good-answer");
        })
    };
    let mark = |mark: u8| {
        let (at, marks, shown, store, questions, begun, taken) =
            (at.clone(), marks.clone(), shown.clone(), store.clone(), questions.clone(), *begun, taken.clone());
        Callback::from(move |_: MouseEvent| {
            let mut all = (*marks).clone();
            all.push(mark);
            let last = all.len() == questions.len();
            // An hour has few milliseconds.
            let seconds = ((browser::milliseconds() - begun) / 1_000.0) as u32;
            let (finished, keys) =
                (all.clone(), questions.iter().map(|question| question.key.clone()).collect::<Vec<_>>());
            if last {
                taken.set(seconds);
                store.dispatch(Box::new(move |progress| {
                    let day = browser::today();
                    for (key, mark) in keys.iter().zip(&finished) {
                        progress.answered(key, *mark > 0, day);
                    }
                    progress.interviews.push(Interview {
                        day,
                        marks: keys.into_iter().zip(finished).collect(),
                        seconds,
                    });
                }));
            }
            marks.set(all);
            shown.set(false);
            at.set(*at + 1);
            browser::focus_id(if last { "summary" } else { "mock-question" });
        })
    };
    html! {
        <>
            <p class="crumbs"><a href="#/interview">{"Interview"}</a></p>
            <h1>{"Mock interview"}</h1>
            <Timer minutes={MINUTES} />
            <section class="part" aria-labelledby="mock-question">
                <h2 id="mock-question" tabindex="-1"><span class="quiet">{format!("{} of {of}: ", *at + 1)}</span>{trusted(&question.question)}</h2>
                <label class="note"><span>{"Your answer"}</span><textarea rows="8" value={words[*at].clone()} oninput={input} /></label>
                if *shown {
                    <div class="explanation"><h3 id="good-answer" tabindex="-1">{"A good answer"}</h3>{trusted(&question.answer)}</div>
                    <p class="question">{"How was yours?"}</p>
                    <div class="button-row" role="group" aria-label="Your mark">{for MARKS.iter().zip(0u8..).map(|(name, number)| html! { <button type="button" class="button" onclick={mark(number)}>{*name}</button> })}</div>
                } else {
                    <div class="button-row"><button type="button" class="button primary" onclick={show}>{"Show a good answer"}</button></div>
                }
            </section>
        </>
    }
}

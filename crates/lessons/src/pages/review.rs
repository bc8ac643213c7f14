//! The questions that are due today, one after the other.

use std::rc::Rc;

use headroom::content::document::{Block, Entry, Question};
use yew::prelude::*;

use crate::blocks::quiz::QuizBlock;
use crate::blocks::{Page, Scenes};
use crate::browser;
use crate::store::use_store;
use crate::texts::{Fetched, placeholder, trusted, use_document, use_list};

/// The page.
#[component]
pub fn Review() -> Html {
    let list = use_list();
    let store = use_store();
    // What is due when one comes; answering changes it.
    let due = use_state(|| store.0.due(browser::today()).into_iter().map(str::to_owned).collect::<Vec<_>>());
    let at = use_state(|| 0usize);
    let Fetched::Here(list) = &list else { return placeholder(&list) };
    let next = {
        let at = at.clone();
        Callback::from(move |()| {
            at.set(*at + 1);
            browser::focus_id("review");
        })
    };
    html! {
        <>
            <p class="crumbs"><a href="#/interview">{"Interview"}</a></p>
            <h1 id="review" tabindex="-1">{"Review"}</h1>
            if let Some(card) = due.get(*at) {
                <p class="quiet">{format!("{} of {}", *at + 1, due.len())}</p>
                <Card key={card.clone()} name={card.clone()} list={Entries(Rc::clone(list))} on_next={next} />
            } else {
                <p class="lead">{if due.is_empty() { "Nothing is due." } else { "That was all for today." }}</p>
                <div class="button-row"><a class="button primary" href="#/interview">{"Back to the questions"}</a></div>
            }
        </>
    }
}

#[derive(Clone)]
struct Entries(Rc<Vec<Entry>>);

impl PartialEq for Entries {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Properties, PartialEq)]
struct CardProps {
    name: String,
    list: Entries,
    on_next: Callback<()>,
}

/// One card: a question of an interview, or a quiz of a text.
#[component]
fn Card(props: &CardProps) -> Html {
    let question = props.list.0.iter().flat_map(|entry| &entry.questions).find(|question| question.key == props.name);
    match question {
        Some(question) => html! { <Spoken question={question.clone()} on_next={props.on_next.clone()} /> },
        None => html! { <Asked name={props.name.clone()} on_next={props.on_next.clone()} /> },
    }
}

#[derive(Properties, PartialEq)]
struct SpokenProps {
    question: Question,
    on_next: Callback<()>,
}

#[component]
fn Spoken(props: &SpokenProps) -> Html {
    let store = use_store();
    let shown = use_state(|| false);
    let show = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(true))
    };
    let mark = |good: bool| {
        let (store, key, on_next) = (store.clone(), props.question.key.clone(), props.on_next.clone());
        Callback::from(move |_: MouseEvent| {
            let key = key.clone();
            store.dispatch(Box::new(move |progress| progress.answered(&key, good, browser::today())));
            on_next.emit(());
        })
    };
    html! {
        <section class="block">
            <p class="question">{trusted(&props.question.question)}</p>
            <label class="note"><span>{"Your answer"}</span><textarea rows="6" /></label>
            if *shown {
                <div class="explanation">{trusted(&props.question.answer)}</div>
                <div class="button-row"><button type="button" class="button" onclick={mark(false)}>{"I did not know"}</button><button type="button" class="button primary" onclick={mark(true)}>{"I knew"}</button></div>
            } else {
                <div class="button-row"><button type="button" class="button primary" onclick={show}>{"Show the answer"}</button></div>
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct AskedProps {
    name: String,
    on_next: Callback<()>,
}

#[component]
fn Asked(props: &AskedProps) -> Html {
    let answered = use_state(|| false);
    let scenes = use_reducer(Scenes::default);
    let (address, key) = props.name.rsplit_once('/').unwrap_or_default();
    let fetched = use_document(address.to_owned());
    let next = {
        let on_next = props.on_next.clone();
        Callback::from(move |_: MouseEvent| on_next.emit(()))
    };
    let on_answer = {
        let answered = answered.clone();
        Callback::from(move |_| answered.set(true))
    };
    let document = match fetched {
        Fetched::Coming | Fetched::Failed => return placeholder(&fetched),
        Fetched::Here(document) => Some(document),
        Fetched::None => None,
    };
    let quiz = document.as_ref().and_then(|document| {
        document.blocks().find_map(|block| match block {
            Block::Quiz(quiz) if quiz.key == key => Some(quiz.clone()),
            _ => None,
        })
    });
    match document.zip(quiz) {
        None => {
            html! { <><p>{"This question is no longer there."}</p><button type="button" class="button" onclick={next}>{"Next"}</button></> }
        }
        Some((document, quiz)) => {
            let page = Page { document: Rc::clone(&document), address: address.to_owned(), scenes };
            html! {
                <>
                    <p class="quiet">{"From "}<a href={format!("#/{address}")}>{&document.entry.title}</a></p>
                    <QuizBlock {quiz} {page} {on_answer} />
                    <div class="button-row"><button type="button" class="button primary" onclick={next} disabled={!*answered}>{"Next"}</button></div>
                </>
            }
        }
    }
}

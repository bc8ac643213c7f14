//! A walkthrough: the question, time to think, one's own answer, the model answer, follow-ups, the rubric, and how
//! weak, good and strong answers sound.
//!
//! Three passes with fading: in the first the model answer is there; in the second its last step is left to the learner;
//! in the third only the names of the steps are there. The rubric comes after the attempt, never before.

use headroom::content::document::{Block, FollowUp, Section};
use headroom::content::progress::Text;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::lesson::{HereProps, Shared, TextProps, use_page};
use crate::blocks::claim::Prose;
use crate::blocks::timer::Timer;
use crate::blocks::{Page, blocks};
use crate::browser;
use crate::figure::Figure;
use crate::store::{Store, on_text, use_store};
use crate::texts::{Fetched, placeholder, trusted, use_document};

/// Minutes that the timer offers for thinking.
const THINK: u32 = 5;

/// The page.
#[component]
pub fn WalkthroughPage(props: &TextProps) -> Html {
    let fetched = use_document(props.address.to_string());
    match fetched {
        Fetched::Here(document) => {
            html! { <Walkthrough address={props.address.clone()} document={Shared(document)} /> }
        }
        other => placeholder(&other),
    }
}

/// How far one has come.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Stage {
    Thinking,
    Answer,
    FollowUps,
    Rubric,
    Voices,
}

#[component]
fn Walkthrough(props: &HereProps) -> Html {
    let page = use_page(props);
    let store = use_store();
    let stage = use_state(|| Stage::Thinking);
    let text = store.text(&page.address);
    // It stays the same until one begins again.
    let pass = use_state(|| text.passes.min(2));
    let to = |next: Stage, id: &'static str| {
        let stage = stage.clone();
        Callback::from(move |_: MouseEvent| {
            stage.set(next);
            browser::focus_id(id);
        })
    };
    let entry = &page.document.entry;
    let part =
        |title: &str| page.document.section(title).map(|section| blocks(&page, &section.blocks)).unwrap_or_default();
    let words = [
        "First pass: the whole model answer.",
        "Second pass: its last step is yours.",
        "Third pass: only the names of the steps are there.",
    ];
    let finish = {
        let (store, address, stage) = (store.clone(), page.address.clone(), stage.clone());
        Callback::from(move |share: f64| {
            let key = address.clone();
            store.dispatch(Box::new(move |progress| {
                // Two thirds of the rubric is an answer that would do.
                progress.answered(&key, share >= 0.66, browser::today());
                let text = progress.texts.entry(key).or_default();
                (text.done, text.passes) = (true, text.passes.saturating_add(1));
            }));
            stage.set(Stage::Voices);
            browser::focus_id("voices");
        })
    };
    let again = {
        let (stage, pass, store, address) = (stage.clone(), pass.clone(), store.clone(), page.address.clone());
        Callback::from(move |_: MouseEvent| {
            pass.set(store.text(&address).passes.min(2));
            store.dispatch(on_text(&address, |text| {
                text.notes.clear();
                text.rubric.clear();
            }));
            stage.set(Stage::Thinking);
            browser::focus_id("question");
        })
    };
    html! {
        <article class="walkthrough">
            <p class="crumbs"><a href="#/interview">{"Interview"}</a></p>
            <h1 id="question" tabindex="-1">{&entry.title}</h1>
            <p class="quiet">{words[*pass as usize]}</p>
            {part("")}
            <section class="part" aria-labelledby="think">
                <h2 id="think">{"Think"}</h2>
                {part("Think")}
                <Timer minutes={THINK} />
                {note(&store, &page, "answer", "Your answer, in your own words", 7)}
                if *stage == Stage::Thinking {
                    <div class="button-row"><button type="button" class="button primary" onclick={to(Stage::Answer, "model")}>{"Compare with the model answer"}</button></div>
                }
            </section>
            if *stage >= Stage::Answer {
                <section class="part" aria-labelledby="model">
                    <h2 id="model" tabindex="-1">{"Model answer"}</h2>
                    <p class="quiet">{"What is underlined with dots is a claim: press it, and it is run."}</p>
                    {part("Model answer")}
                    <Steps page={page.clone()} pass={*pass} />
                    if *stage == Stage::Answer {
                        <div class="button-row"><button type="button" class="button primary" onclick={to(Stage::FollowUps, "next")}>{"What would they ask next?"}</button></div>
                    }
                </section>
            }
            if *stage >= Stage::FollowUps {
                <section class="part" aria-labelledby="next">
                    <h2 id="next" tabindex="-1">{"Follow-ups"}</h2>
                    {part("Follow-ups")}
                    {for follow_ups(&page).map(|next| html! { <Next key={next.key.clone()} next={next.clone()} page={page.clone()} /> })}
                    if *stage == Stage::FollowUps {
                        <div class="button-row"><button type="button" class="button primary" onclick={to(Stage::Rubric, "rubric")}>{"Mark your answer"}</button></div>
                    }
                </section>
            }
            if *stage >= Stage::Rubric { {rubric(&store, &page, &text, &finish, *stage == Stage::Rubric)} }
            if *stage >= Stage::Voices {
                <section class="part" aria-labelledby="voices">
                    <h2 id="voices" tabindex="-1">{"How answers sound"}</h2>
                    <div class="voices">
                        {for ["Weak", "Good", "Strong"].map(|voice| html! { <div class="voice" data-voice={voice}><h3>{voice}</h3>{part(voice)}</div> })}
                    </div>
                    <div class="button-row">
                        <button type="button" class="button primary" onclick={again}>{"Once more, with less help"}</button>
                        <a class="button" href="#/interview">{"Other questions"}</a>
                    </div>
                </section>
            }
        </article>
    }
}

fn follow_ups(page: &Page) -> impl Iterator<Item = &FollowUp> {
    page.document.blocks().filter_map(|block| if let Block::FollowUp(next) = block { Some(next) } else { None })
}

/// A field whose words are remembered.
pub fn note(store: &Store, page: &Page, name: &str, label: &str, rows: u32) -> Html {
    let value = store.text(&page.address).notes.get(name).cloned().unwrap_or_default();
    let input = {
        let (store, address, name) = (store.clone(), page.address.clone(), name.to_owned());
        Callback::from(move |event: InputEvent| {
            let (name, words) = (name.clone(), event.target_unchecked_into::<HtmlTextAreaElement>().value());
            store.dispatch(on_text(&address, move |text| {
                text.notes.insert(name, words);
            }));
        })
    };
    html! { <label class="note"><span>{label.to_owned()}</span><textarea rows={rows.to_string()} {value} oninput={input} /></label> }
}

#[derive(Properties, PartialEq)]
struct StepsProps {
    page: Page,
    pass: u32,
}

/// The steps of the model answer; those that are left blank open one by one.
#[component]
fn Steps(props: &StepsProps) -> Html {
    let StepsProps { page, pass } = props;
    let store = use_store();
    let opened = use_state(Vec::<usize>::new);
    let steps: Vec<&Section> = page.document.sections.iter().filter(|section| section.step).collect();
    let one = |(index, section): (usize, &&Section)| {
        let blank = match pass {
            0 => false,
            1 => index + 1 == steps.len(),
            _ => true,
        };
        let open = {
            let opened = opened.clone();
            Callback::from(move |_: MouseEvent| {
                let mut next = (*opened).clone();
                next.push(index);
                opened.set(next);
            })
        };
        let shown = !blank || opened.contains(&index);
        html! {
            <li key={index} class="step">
                <h3>{&section.title}</h3>
                if blank { {note(&store, page, &format!("step-{index}"), "Your words for this step", 3)} }
                if shown { {blocks(page, &section.blocks)} } else {
                    <button type="button" class="button" onclick={open}>{"Show this step"}</button>
                }
            </li>
        }
    };
    html! { <ol class="steps">{for steps.iter().enumerate().map(one)}</ol> }
}

#[derive(Properties, PartialEq)]
struct NextProps {
    next: FollowUp,
    page: Page,
}

/// A follow-up: the question, the fault in an experiment, and an answer.
#[component]
fn Next(props: &NextProps) -> Html {
    let NextProps { next, page } = props;
    let store = use_store();
    let injected = use_state(|| false);
    let answered = use_state(|| false);
    let place = use_node_ref();
    let set = |flag: &UseStateHandle<bool>| {
        let flag = flag.clone();
        Callback::from(move |_: MouseEvent| flag.set(true))
    };
    html! {
        <div class="block follow-up">
            <p class="question">{trusted(&next.question)}</p>
            if *injected {
                <Figure scenario={next.scenario.clone()} present={format!("{}&autoplay=1", next.present)} label={format!("Experiment: {}", plain(&next.inject))} {place} />
            } else {
                <button type="button" class="button" onclick={set(&injected)}><span class="inject-mark" aria-hidden="true">{"⚡ "}</span>{trusted(&next.inject)}</button>
            }
            {note(&store, page, &format!("next-{}", next.key), "Your answer", 3)}
            if *answered { <div class="explanation"><Prose html={next.answer.clone()} page={page.clone()} /></div> } else {
                <button type="button" class="button" onclick={set(&answered)}>{"Show an answer"}</button>
            }
        </div>
    }
}

fn plain(html: &str) -> String {
    let mut inside = false;
    let mut text = String::new();
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    text
}

fn rubric(store: &Store, page: &Page, text: &Text, finish: &Callback<f64>, open: bool) -> Html {
    let items: Vec<&String> = page
        .document
        .blocks()
        .filter_map(|block| if let Block::Rubric(items) = block { Some(items) } else { None })
        .flatten()
        .collect();
    let one = |(index, item): (usize, &&String)| {
        let number = index as u32;
        let checked = text.rubric.contains(&number);
        let toggle = {
            let (store, address) = (store.clone(), page.address.clone());
            Callback::from(move |_: Event| {
                store.dispatch(on_text(&address, move |text| {
                    if checked {
                        text.rubric.retain(|other| *other != number);
                    } else {
                        text.rubric.push(number);
                    }
                }));
            })
        };
        html! { <li key={index}><label class="choice-row"><input type="checkbox" {checked} onchange={toggle} /><span>{trusted(item)}</span></label></li> }
    };
    let share = text.rubric.len() as f64 / items.len().max(1) as f64;
    let done = {
        let finish = finish.clone();
        Callback::from(move |_: MouseEvent| finish.emit(share))
    };
    html! {
        <section class="part" aria-labelledby="rubric">
            <h2 id="rubric" tabindex="-1">{"Rubric"}</h2>
            <p>{"Tick what was in your answer, before you looked. Nobody else sees it."}</p>
            <ul class="rubric">{for items.iter().enumerate().map(one)}</ul>
            <p class="rubric-sum"><strong>{format!("{} of {}", text.rubric.len(), items.len())}</strong></p>
            if open { <div class="button-row"><button type="button" class="button primary" onclick={done}>{"That is my mark"}</button></div> }
        </section>
    }
}

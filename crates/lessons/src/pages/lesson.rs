//! A lesson: its parts one below the other, as they were written.

use std::rc::Rc;

use headroom::content::document::{Document, Section};
use yew::prelude::*;

use crate::app::title;
use crate::blocks::{Page, Scenes, blocks};
use crate::store::{on_text, use_store};
use crate::texts::{Fetched, placeholder, use_document};

/// What a page of a text is given.
#[derive(Properties, PartialEq)]
pub struct TextProps {
    /// The address of the text.
    pub address: AttrValue,
}

/// The page.
#[component]
pub fn LessonPage(props: &TextProps) -> Html {
    let fetched = use_document(props.address.to_string());
    match fetched {
        Fetched::Here(document) => html! { <Lesson address={props.address.clone()} document={Shared(document)} /> },
        other => placeholder(&other),
    }
}

/// A text that is handed on; two are the same when they are one.
#[derive(Clone)]
pub struct Shared(pub Rc<Document>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// What a page of a text that is here is given.
#[derive(Properties, PartialEq)]
pub struct HereProps {
    /// The address of the text.
    pub address: AttrValue,
    /// The text.
    pub document: Shared,
}

/// What the blocks of `props` need.
#[hook]
pub fn use_page(props: &HereProps) -> Page {
    let scenes = use_reducer(Scenes::default);
    use_effect_with(props.document.clone(), |document| title(&document.0.entry.title));
    Page { document: Rc::clone(&props.document.0), address: props.address.to_string(), scenes }
}

#[component]
fn Lesson(props: &HereProps) -> Html {
    let page = use_page(props);
    let store = use_store();
    let entry = &page.document.entry;
    let done = store.text(&page.address).done;
    let finish = {
        let (store, address) = (store.clone(), page.address.clone());
        Callback::from(move |_: MouseEvent| store.dispatch(on_text(&address, |text| text.done = true)))
    };
    let again = {
        let (store, address) = (store.clone(), page.address.clone());
        Callback::from(move |_: MouseEvent| {
            store.dispatch(on_text(&address, |text| *text = headroom::content::progress::Text::default()));
            if let Some(window) = crate::browser::window() {
                window.scroll_to_with_x_and_y(0.0, 0.0);
            }
        })
    };
    let part = |(index, section): (usize, &Section)| {
        html! {
            <section key={index} class="part">
                if !section.title.is_empty() { <h2>{&section.title}</h2> }
                {blocks(&page, &section.blocks)}
            </section>
        }
    };
    html! {
        <article class="lesson">
            <p class="crumbs"><a href="#/lessons">{"Lessons"}</a></p>
            <h1>{&entry.title}</h1>
            <p class="lead">{&entry.summary}</p>
            {for page.document.sections.iter().enumerate().map(part)}
            <footer class="lesson-foot">
                if done {
                    <p><strong>{"✓ Read. "}</strong>{"Its questions come back after a day, then after three, a week, and so on: "}<a href="#/interview/review">{"what is due"}</a>{"."}</p>
                } else {
                    <button type="button" class="button primary" onclick={finish}>{"I have read this lesson"}</button>
                }
                <button type="button" class="button quiet" onclick={again}>{"Begin it anew"}</button>
            </footer>
        </article>
    }
}

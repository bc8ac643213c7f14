//! Figures within a page of another program of this document: lessons put an element there and ask for an experiment
//! in it.
//!
//! Asked on the document: `headroom:mount` with `{ element, text, label }`, where `text` is what stands behind `#/embed/`
//! in a link; `headroom:unmount` with `{ element }`; `headroom:evaluate` with an `evaluate` message that names its
//! scenario, answered on the document by `headroom:answer`. A figure and its host then speak as [`super::host`] says.
//!
//! Two programs with Yew share the document, and Yew marks each element with the number of the tree that it belongs to,
//! counted from 1 in each program. The other program has one tree, number 1; ours with that number is the page itself,
//! so a figure never has it, and no event of a figure is taken for one of the page round it.

use std::cell::RefCell;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, Document, Element};
use yew::AppHandle;

use super::evaluate;
use super::host::answer_at_end;
use super::message::{is_ours, message};
use super::way::{Way, dispatch, get};
use super::wishes::scenario_of;
use crate::browser::{self, Listener};
use crate::pages::embed::{EmbedPage, EmbedPageProps};

thread_local! {
    static FIGURES: RefCell<Vec<(Element, AppHandle<EmbedPage>)>> = const { RefCell::new(Vec::new()) };
}

/// Listens for as long as the program runs, and says that it does (`headroom:page`, and `data-page` on `<html>`).
pub fn listen() {
    let Some(document) = browser::document() else { return };
    let on = |name: &'static str, act: fn(&Document, &JsValue)| {
        let owner = document.clone();
        std::mem::forget(Listener::new(&document, name, move |event| {
            if let Some(event) = event.dyn_ref::<CustomEvent>() {
                act(&owner, &event.detail());
            }
        }));
    };
    on("headroom:mount", |_, detail| mount(detail));
    on("headroom:unmount", |_, detail| unmount(detail));
    on("headroom:evaluate", |document, detail| {
        if is_ours(detail) {
            answer(document, detail);
        }
    });
    browser::mark_root("data-page", Some(""));
    dispatch(&document, "headroom:page", &JsValue::NULL);
}

#[inline(never)] // not needed at the start
fn mount(detail: &JsValue) {
    let (Ok(element), Some(text)) = (get(detail, "element").dyn_into::<Element>(), get(detail, "text").as_string())
    else {
        return;
    };
    // Whatever went away without a word.
    let gone = FIGURES.with_borrow_mut(|figures| {
        let (gone, here): (Vec<_>, Vec<_>) =
            figures.drain(..).partition(|(other, _)| !other.is_connected() || *other == element);
        *figures = here;
        gone
    });
    for (_, figure) in gone {
        figure.destroy();
    }
    let label = get(detail, "label").as_string();
    let props = EmbedPageProps { text: text.into(), within: Some(Within { element: element.clone(), label }) };
    let handle = yew::Renderer::<EmbedPage>::with_root_and_props(element.clone(), props).render();
    FIGURES.with_borrow_mut(|figures| figures.push((element, handle)));
}

#[inline(never)] // not needed at the start
fn unmount(detail: &JsValue) {
    let Ok(element) = get(detail, "element").dyn_into::<Element>() else { return };
    let gone = FIGURES.with_borrow_mut(|figures| {
        figures.iter().position(|(other, _)| *other == element).map(|index| figures.swap_remove(index))
    });
    if let Some((_, figure)) = gone {
        figure.destroy();
    }
}

/// Where a figure is, when it shares its document.
#[derive(Clone, PartialEq)]
pub struct Within {
    /// The element that it is mounted in, which is also the way to its host.
    pub element: Element,
    /// What it is called.
    pub label: Option<String>,
}

/// `evaluate` without a figure.
#[inline(never)] // not needed at the start
fn answer(document: &Document, detail: &JsValue) {
    let id = get(detail, "id");
    let asked = scenario_of(detail, None).and_then(|scenario| {
        Ok((scenario, evaluate::texts(detail, "conditions")?, evaluate::texts(detail, "measures")?))
    });
    match asked {
        Ok((scenario, conditions, measures)) => {
            answer_at_end(&scenario, conditions, measures, id, Way::Document(document.clone()))
        }
        Err(sentence) => {
            Way::Document(document.clone()).send(&message("error", &[("id", id), ("message", sentence.into())]));
        }
    }
}

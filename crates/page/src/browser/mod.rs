//! What the page asks of the browser, behind functions that cannot throw.
//!
//! Inside a sandboxed frame storage, clipboard and history may refuse; here that is dealt with once. Knows no lab.

pub mod announce;
pub mod clipboard;
pub mod listener;
pub mod motion;
pub mod storage;

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, FocusOptions, HtmlElement, Window};

pub use listener::Listener;

/// The window. The program runs in no worker, so there is one.
#[must_use]
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The document.
#[must_use]
pub fn document() -> Option<Document> {
    window()?.document()
}

/// `<html>`, which carries `data-theme`, `data-motion`, `data-lab` and `data-embed`.
#[must_use]
pub fn root() -> Option<Element> {
    document()?.document_element()
}

/// Sets or removes an attribute of `<html>`.
pub fn mark_root(name: &str, value: Option<&str>) {
    if let Some(root) = root() {
        // Refused only for names that are no names; all of ours are.
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}

/// Moves the focus to `element`, without scrolling there.
pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let quietly = FocusOptions::new();
        quietly.set_prevent_scroll(true);
        // Refused for what cannot have the focus, which changes nothing.
        let _ = element.focus_with_options(&quietly);
    }
}

/// Whether the page stands inside another one.
#[must_use]
pub fn framed() -> bool {
    let Some(window) = window() else { return false };
    window.parent().ok().flatten().is_some_and(|parent| parent != window)
}

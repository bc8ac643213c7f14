//! What the page and the lessons ask of the browser alike, behind functions that cannot throw.
//!
//! Inside a sandboxed frame storage and clipboard may refuse; here that is dealt with once. It knows neither program: what only one of
//! them asks is in its own `browser`. Read next: `crates/page/src/browser/mod.rs`.

pub mod clipboard;
mod listener;

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, FocusOptions, HtmlElement, Storage, Window};

pub use listener::Listener;

/// The window. No worker links this, so there is one.
#[must_use]
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The document.
#[must_use]
pub fn document() -> Option<Document> {
    window()?.document()
}

/// Moves the focus to `element`, and it into view if `scroll`.
pub fn focus(element: &Element, scroll: bool) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let options = FocusOptions::new();
        options.set_prevent_scroll(!scroll);
        // Refused for what cannot have the focus, which changes nothing.
        let _ = element.focus_with_options(&options);
    }
}

/// The browser's store; asking for it throws inside a sandboxed frame.
#[must_use]
pub fn store() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

//! What the page asks of the browser, behind functions that cannot throw.
//!
//! What the lessons ask as well is in `crates/browser`. Knows no lab. Read next: [`storage`].

pub mod announce;
pub mod motion;
pub mod storage;

use web_sys::Element;

pub use headroom_browser::{Listener, clipboard, document, window};

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
    headroom_browser::focus(element, false);
}

/// Whether the page stands inside another one.
#[must_use]
pub fn framed() -> bool {
    let Some(window) = window() else { return false };
    window.parent().ok().flatten().is_some_and(|parent| parent != window)
}

//! Which page an address asks for. Small, and it never throws: whatever stands behind the `#` gives a page.
//!
//! `#/` home, `#/lab/…` a lab, `#/embed/…` a figure for someone else's page, `#/about`. Anything else that begins
//! with `#/` gives a page that says so. A `#` without a slash is a place on the page, and changes nothing.

use headroom::scenario::read::decode;

use crate::browser;

/// What an address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// What this is, and the labs.
    Home,
    /// A lab with the text of a scenario.
    Lab(String),
    /// The same, with how it is presented.
    Embed(String),
    /// What this is, in full.
    About,
    /// A page of the lessons, which are a program of their own: static/boot.js loads it.
    Elsewhere,
    /// Nothing that exists.
    Unknown(String),
}

/// The first words of the addresses of the lessons; the same as in static/boot.js.
const ELSEWHERE: [&str; 6] = ["lessons", "lesson", "interview", "exercises", "exercise", "progress"];

impl Route {
    /// The route of a fragment with its `#`; `None` for a place on the page.
    #[must_use]
    pub fn read(fragment: &str) -> Option<Self> {
        let path = fragment.strip_prefix('#').unwrap_or(fragment);
        if path.is_empty() {
            return Some(Self::Home);
        }
        // Some programs encode the slash and the question mark too.
        let path = if path.starts_with("%2F") || path.starts_with("%2f") { decode(path) } else { path.to_owned() };
        let rest = path.strip_prefix('/')?;
        let place = |name: &str| {
            rest.strip_prefix(name)
                .filter(|rest| rest.starts_with('/') || rest.is_empty())
                .map(|rest| rest.trim_start_matches('/'))
        };
        let whole = |text: &str| if text.contains('?') { text.to_owned() } else { decode(text) };
        Some(if rest.is_empty() {
            Self::Home
        } else if let Some(text) = place("lab").filter(|text| !text.is_empty()) {
            Self::Lab(whole(text))
        } else if let Some(text) = place("embed").filter(|text| !text.is_empty()) {
            Self::Embed(whole(text))
        } else if place("about") == Some("") {
            Self::About
        } else if ELSEWHERE.iter().any(|name| place(name).is_some()) {
            Self::Elsewhere
        } else {
            Self::Unknown(decode(rest).chars().filter(|c| !c.is_control()).take(80).collect())
        })
    }

    /// The route that the window shows.
    #[must_use]
    pub fn current() -> Option<Self> {
        Self::read(&browser::window()?.location().hash().ok()?)
    }
}

/// Puts `fragment` into the address without a new entry in the history. Some frames refuse; the link in the share
/// dialog is right all the same.
pub fn replace(fragment: &str) {
    if let Some(history) = browser::window().and_then(|window| window.history().ok()) {
        // Refused in some frames, and when called too often; nothing depends on it.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(fragment));
    }
}

/// Goes to `fragment`, as a link does.
pub fn go(fragment: &str) {
    if let Some(window) = browser::window() {
        // Refused only for what is no fragment at all.
        let _ = window.location().set_hash(fragment);
    }
}

/// The address of the page without its fragment.
#[must_use]
pub fn page_address() -> String {
    let href = browser::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_address() {
        assert_eq!(Route::read(""), Some(Route::Home));
        assert_eq!(Route::read("#"), Some(Route::Home));
        assert_eq!(Route::read("#/"), Some(Route::Home));
        assert_eq!(Route::read("#/about"), Some(Route::About));
        assert_eq!(Route::read("#/lab/balancing?seed=7"), Some(Route::Lab("balancing?seed=7".to_owned())));
        assert_eq!(Route::read("#/embed/balancing"), Some(Route::Embed("balancing".to_owned())));
        for path in ["#/lessons", "#/lesson/x", "#/interview", "#/interview/mock", "#/exercise/x/locks?locks=4"] {
            assert_eq!(Route::read(path), Some(Route::Elsewhere));
        }
    }

    #[test]
    fn an_encoded_link_is_the_same_link() {
        let lab = Some(Route::Lab("balancing?seed=7".to_owned()));
        assert_eq!(Route::read("#%2Flab%2Fbalancing%3Fseed%3D7"), lab);
        assert_eq!(Route::read("#/lab/balancing%3Fseed%3D7"), lab);
    }

    #[test]
    fn a_place_on_the_page_is_no_route_and_the_unknown_is_named() {
        assert_eq!(Route::read("#main"), None);
        assert_eq!(Route::read("#lab/balancing"), None);
        assert_eq!(Route::read("#/lab"), Some(Route::Unknown("lab".to_owned())));
        assert_eq!(Route::read("#/laboratory"), Some(Route::Unknown("laboratory".to_owned())));
        assert_eq!(Route::read("#//["), Some(Route::Unknown("/[".to_owned())));
        assert_eq!(Route::read("#/%00%C3%28"), Some(Route::Unknown("\u{fffd}(".to_owned())));
    }
}

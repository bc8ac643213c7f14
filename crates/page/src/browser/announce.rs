//! The one live region: what a screen reader is told.
//!
//! Steps and answers to what a person does are said at once. What happens by itself is said at most every four
//! seconds, the latest only: a voice that never stops says nothing.

use std::cell::{Cell, RefCell};

use gloo_timers::callback::Timeout;

/// Between two messages that nobody asked for, in milliseconds.
const PAUSE: f64 = 4_000.0;

thread_local! {
    static LAST: Cell<f64> = const { Cell::new(f64::MIN) };
    static LATER: RefCell<Option<Timeout>> = const { RefCell::new(None) };
}

fn now() -> f64 {
    super::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// Says `text` now: the answer to something that the person did.
pub fn answer(text: &str) {
    LATER.take();
    LAST.set(now());
    say(text);
}

/// Says `text` when four seconds have passed since the last message, unless something newer comes before.
pub fn mention(text: String) {
    let wait = (LAST.get() + PAUSE - now()).max(0.0);
    // At most 4,000.
    let timeout = Timeout::new(wait as u32, move || {
        LAST.set(now());
        say(&text);
    });
    LATER.set(Some(timeout));
}

fn say(text: &str) {
    let region = super::document().and_then(|document| document.get_element_by_id("announcer"));
    if let Some(region) = region
        && region.text_content().as_deref() != Some(text)
    {
        region.set_text_content(Some(text));
    }
}

//! What is remembered, and where: on this machine, or in memory where the browser refuses to store.
//!
//! Nothing leaves the machine. Read next: `headroom::content::progress` for what it is.

use std::cell::Cell;
use std::rc::Rc;

use headroom::content::progress::{Progress, Text, VERSION};
use yew::prelude::*;

use crate::browser;

/// Under this name the browser keeps it.
const NAME: &str = "headroom.progress";

thread_local! {
    static REFUSED: Cell<bool> = const { Cell::new(false) };
}

/// What is remembered, for the whole program.
#[derive(Clone, PartialEq)]
pub struct Memory(pub Progress);

/// A change of it.
pub type Change = Box<dyn FnOnce(&mut Progress)>;

impl Reducible for Memory {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut progress = self.0.clone();
        change(&mut progress);
        keep(&progress);
        Rc::new(Self(progress))
    }
}

/// The handle that every part of the program has.
pub type Store = UseReducerHandle<Memory>;

/// The store.
#[hook]
pub fn use_store() -> Store {
    // The whole program stands inside the provider.
    #[allow(clippy::expect_used, reason = "the one root component provides it")]
    use_context::<Store>().expect("the program provides its store")
}

impl Memory {
    /// What was kept on this machine.
    #[must_use]
    pub fn open() -> Self {
        let kept = browser::kept(NAME).and_then(|text| read(&text).ok()).unwrap_or_default();
        Self(kept)
    }

    /// What is remembered of the text at `address`.
    #[must_use]
    pub fn text(&self, address: &str) -> Text {
        self.0.text(address)
    }
}

/// A change of what is remembered of the text at `address`.
pub fn on_text(address: &str, change: impl FnOnce(&mut Text) + 'static) -> Change {
    let address = address.to_owned();
    Box::new(move |progress| change(progress.texts.entry(address).or_default()))
}

fn keep(progress: &Progress) {
    REFUSED.set(!browser::keep(NAME, &write(progress)));
}

/// Whether the browser refuses to keep it.
#[must_use]
pub fn refused() -> bool {
    if !REFUSED.get() {
        REFUSED.set(!browser::keep("headroom.probe", "1"));
    }
    REFUSED.get()
}

/// As text.
#[must_use]
pub fn write(progress: &Progress) -> String {
    // Plain data with texts as keys: writing it does not fail.
    serde_json::to_string(progress).unwrap_or_default()
}

/// From text.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn read(text: &str) -> Result<Progress, String> {
    // A list would be taken for the fields in their order.
    if !text.trim_start().starts_with('{') {
        return Err("This is no progress of Headroom: it does not begin with “{”. Take the whole text.".to_owned());
    }
    let progress: Progress = serde_json::from_str(text.trim()).map_err(|error| {
        format!("This is no progress of Headroom: {error}. Export it again, and take the whole text.")
    })?;
    if progress.headroom != VERSION {
        return Err(format!(
            "This progress has version {}, and this page understands version {VERSION}.",
            progress.headroom
        ));
    }
    Ok(progress)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_what_is_not_ours_is_named() {
        let mut progress = Progress::default();
        progress.answered("interview/x", true, 20_000);
        progress
            .texts
            .entry("lesson/y".into())
            .or_default()
            .guesses
            .insert("p".into(), headroom::content::progress::Guess::Curve(vec![0.5, 1.25]));
        assert_eq!(read(&write(&progress)), Ok(progress));
        for wrong in ["", "{}", "[1]", "{\"headroom\":9}", "{\"headroom\":1,\"cards\":3}"] {
            assert!(read(wrong).is_err_and(|sentence| sentence.contains("progress")), "{wrong}");
        }
        assert_eq!(read("{\"headroom\":1}"), Ok(Progress::default()));
    }
}

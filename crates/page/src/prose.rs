//! What only people read of a lab: help, summaries, things to try. The program does not carry it
//! (`headroom::basics::prose`); the build wrote it beside the other texts (`crates/content/src/labs.rs`).
//!
//! It is fetched when an experiment runs and the whole program is there, so that nothing before that waits for it; at once where a
//! tab shows it.

use yew::prelude::*;

use crate::live::Live;
use crate::tabs::texts::{NOT_LOADED, Text, field, member, use_text};
use crate::whole::use_whole;

/// The texts of one lab, on their way or here.
#[derive(Clone, PartialEq)]
pub struct Prose(pub Text);

/// The texts of the lab of `live`. `asked` is the number of what cannot do without them; another one asks again when
/// they could not be had.
#[hook]
pub fn use_prose(live: &Live, asked: Option<usize>) -> Prose {
    let whole = use_whole();
    let key = (whole || asked.is_some()).then(|| live.player().scenario().lab.key);
    Prose(use_text("labs", key, asked.unwrap_or_default()))
}

impl Prose {
    /// The text under `path`, or what is the matter with it.
    #[must_use]
    pub fn of(&self, path: &str) -> AttrValue {
        match &self.0 {
            Text::Here(json) => field(&member(json, "texts"), path).unwrap_or_default().into(),
            Text::Coming => "…".into(),
            Text::Failed => NOT_LOADED.into(),
            Text::None => "".into(),
        }
    }
}

//! Which theme: as the system has it, light, dark, or for a beamer. Kept on this machine; boot.js applies it early.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::browser::{self, storage};

/// The themes: key and label. `auto` follows the system.
pub const THEMES: [(&str, &str); 4] =
    [("auto", "Auto"), ("light", "Light"), ("dark", "Dark"), ("projector", "Projector")];

/// Shows the page in `theme`.
pub fn apply(theme: &str) {
    browser::mark_root("data-theme", Some(theme).filter(|theme| *theme != "auto"));
}

/// The theme that was chosen on this machine.
#[must_use]
pub fn kept() -> String {
    let kept = storage::get("headroom.theme").unwrap_or_default();
    THEMES.iter().find(|(key, _)| *key == kept).map_or("auto", |(key, _)| key).to_owned()
}

/// The choice in the page's header.
#[component]
pub fn ThemeChoice() -> Html {
    let chosen = use_state(kept);
    let choose = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            let theme = event.target_unchecked_into::<HtmlSelectElement>().value();
            storage::set("headroom.theme", &theme);
            apply(&theme);
            chosen.set(theme);
        })
    };
    let option = |&(key, label): &(&'static str, &'static str)| html! { <option value={key} selected={*chosen == key}>{label}</option> };
    html! {
        <label class="theme-choice">
            <span class="visually-hidden">{"Theme"}</span>
            <select onchange={choose}>{for THEMES.iter().map(option)}</select>
        </label>
    }
}

//! What could not be used of a link: which key, what was refused, what is used instead. Never silent, never in the way.

use yew::prelude::*;

use super::icons;

/// What the list is given.
#[derive(Properties, PartialEq)]
pub struct NoticesProps {
    /// A sentence each, which names the key, what was refused and what is used.
    pub notices: Vec<String>,
}

/// The list, with a button that takes it away.
#[component]
pub fn Notices(props: &NoticesProps) -> Html {
    let dismissed = use_state(|| false);
    let dismiss = {
        let dismissed = dismissed.clone();
        Callback::from(move |_: MouseEvent| dismissed.set(true))
    };
    let count = props.notices.len();
    let heading = if count == 1 {
        "One part of this link could not be used as it stands".to_owned()
    } else {
        format!("{count} parts of this link could not be used as they stand")
    };
    let items = props.notices.iter().enumerate().map(|(index, notice)| html! { <li key={index}>{notice}</li> });
    html! {
        <section class="notices" aria-label="About this link" hidden={count == 0 || *dismissed}>
            <div>
                <h2>{heading}</h2>
                <ul>{for items}</ul>
            </div>
            <button type="button" class="button quiet icon-only" aria-label="Dismiss these notices" onclick={dismiss}>{icons::cross()}</button>
        </section>
    }
}

//! What the shapes of moving requests mean. The page puts it once, below the lanes.

use headroom::simulation::record::Class;
use yew::prelude::*;

use super::words::CLASSES;

/// Shapes and their names in one line: of what is `moving` in this lab. Nothing where nothing moves.
pub fn legend(moving: &[Class]) -> Html {
    if moving.is_empty() {
        return html! {};
    }
    let entries = CLASSES.iter().filter(|(class, _)| moving.contains(class)).map(|&(class, name)| {
        let (style, path) = match class {
            Class::Request => ("request", "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z"),
            Class::Retry => ("retry", "M0-4.8L4.8 0 0 4.8-4.8 0z"),
            Class::Answer => ("answer", "M-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0z"),
            Class::Failure => (
                "failure",
                "M-4.3-2.6L-2.6-4.3 0-1.7 2.6-4.3 4.3-2.6 1.7 0 4.3 2.6 2.6 4.3 0 1.7-2.6 4.3-4.3 2.6-1.7 0z",
            ),
            Class::Refusal => ("refusal", "M-3.2-3.2h6.4v6.4h-6.4z"),
            Class::Move => ("move", "M0-4.4L4.2 3H-4.2z"),
        };
        html! {
            <li key={name}>
                <svg viewBox="-6 -6 12 12" width="12" height="12" aria-hidden="true">
                    <path d={path} style={format!("fill:var(--dot-{style})")} />
                </svg>
                {name}
            </li>
        }
    });
    let undecided = html! {
        <li key="undecided">
            <svg viewBox="-6 -6 12 12" width="12" height="12" aria-hidden="true"><circle r="3.5" style="fill:var(--dot-undecided)" /></svg>
            {"request without a server yet"}
        </li>
    };
    html! { <ul class="stage-legend" aria-label="What moves">{undecided}{ for entries }</ul> }
}

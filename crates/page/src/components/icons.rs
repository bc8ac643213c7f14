//! Icons, drawn with the colour of the text. Each stands beside a label or in a button that has one.

use yew::prelude::*;

/// A shape of 20 by 20.
fn icon(path: &'static str) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false"><path d={path} fill="currentColor" /></svg>
    }
}

/// Go on.
pub fn play() -> Html {
    icon("M6 3.5v13a.6.6 0 0 0 .92.5l10-6.5a.6.6 0 0 0 0-1l-10-6.5A.6.6 0 0 0 6 3.5z")
}
/// Stop.
pub fn pause() -> Html {
    icon("M5 3h3.5v14H5zM11.5 3H15v14h-3.5z")
}
/// Back to the start.
pub fn to_start() -> Html {
    icon("M4 4h2v12H4zM16 4.6v10.8a.5.5 0 0 1-.78.42L7.4 10.42a.5.5 0 0 1 0-.84l7.82-5.4a.5.5 0 0 1 .78.42z")
}
/// One event back.
pub fn step_back() -> Html {
    icon("M12.5 4.6v10.8a.5.5 0 0 1-.78.42L3.9 10.42a.5.5 0 0 1 0-.84l7.82-5.4a.5.5 0 0 1 .78.42zM14.5 4h2v12h-2z")
}
/// One event on.
pub fn step() -> Html {
    icon("M7.5 4.6v10.8a.5.5 0 0 0 .78.42l7.82-5.4a.5.5 0 0 0 0-.84L8.28 4.18a.5.5 0 0 0-.78.42zM3.5 4h2v12h-2z")
}
/// To the next request: a dot on its way.
pub fn next_request() -> Html {
    icon("M4 7.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5zM8 9.1h5.2L11 6.9l1.2-1.2 4.3 4.3-4.3 4.3-1.2-1.3 2.2-2.1H8z")
}
/// To the next moment: a flag.
pub fn next_moment() -> Html {
    icon("M4 2.5h1.7V4h9.8l-2.6 3.5 2.6 3.5H5.7v6.5H4z")
}
/// Take back.
pub fn undo() -> Html {
    icon("M8.5 4l-5 4 5 4V9.2h3.2a2.9 2.9 0 0 1 0 5.8H8v1.8h3.7a4.7 4.7 0 0 0 0-9.4H8.5z")
}
/// Do again.
pub fn redo() -> Html {
    icon("M11.5 4l5 4-5 4V9.2H8.3a2.9 2.9 0 0 0 0 5.8H12v1.8H8.3a4.7 4.7 0 0 1 0-9.4h3.2z")
}
/// Close, remove.
pub fn cross() -> Html {
    icon("M5.3 4 10 8.7 14.7 4 16 5.3 11.3 10l4.7 4.7-1.3 1.3-4.7-4.7L5.3 16 4 14.7 8.7 10 4 5.3z")
}
/// Another by chance.
pub fn dice() -> Html {
    icon(
        "M4.5 3h11A1.5 1.5 0 0 1 17 4.5v11a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15.5v-11A1.5 1.5 0 0 1 4.5 3zm.3 1.8v10.4h10.4V4.8zM7.2 6a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4zm5.6 5.6a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4zM10 8.8a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4z",
    )
}

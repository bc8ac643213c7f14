//! The keys, in a dialog and on the page about this page.

use yew::prelude::*;

use super::dialog::Dialog;

/// Key and what it does.
const KEYS: [(&[&str], &str); 11] = [
    (&["Space", "K"], "Play or pause"),
    (&["→", "←"], "One event of the focused lane on, or back"),
    (&["Shift →", "Shift ←"], "Ten events on, or back"),
    (&["N"], "To the next request"),
    (&["M"], "To the next moment that matters"),
    (&["Home", "End"], "To the start, to the end"),
    (&["[", "]"], "Slower, faster"),
    (&["1", "2", "3", "4"], "Focus lane A, B, C or D: steps refer to it"),
    (&["Ctrl Z", "Ctrl Shift Z"], "Undo, redo"),
    (&["?"], "This list"),
    (&["Esc"], "Leave the lab: keys belong to the page again"),
];

/// The list of keys.
pub fn key_list() -> Html {
    let row = |(keys, what): &(&'static [&'static str], &'static str)| {
        let keys = keys.iter().map(|key| html! { <kbd>{*key}</kbd> });
        html! { <div><dt>{for keys}</dt><dd>{*what}</dd></div> }
    };
    html! { <dl class="keys">{for KEYS.iter().map(row)}</dl> }
}

/// The keys in a dialog; `on_close` is told when it was closed.
#[inline(never)] // not needed at the start
pub fn help(on_close: Callback<()>) -> Html {
    html! {
        <Dialog title="Keys" {on_close}>
            <p>{"They work while the focus is inside the lab, and not while you type."}</p>
            {key_list()}
        </Dialog>
    }
}

//! Blocks that only stand there: code, formulas, drawings.

use headroom::content::document::{Code, Figure, Formula};
use yew::prelude::*;

use crate::texts::trusted;

/// Lines of a file of the library.
pub fn code(code: &Code) -> Html {
    let line = |(index, line): (usize, &String)| {
        html! { <div class="code-line"><span class="code-number" aria-hidden="true">{code.first + index}</span><code>{trusted(&format!("{line}\n"))}</code></div> }
    };
    html! {
        <figure class="block code-block">
            <div class="code-lines" tabindex="0" role="group" aria-label={format!("Lines of {}", code.file)}>{for code.lines.iter().enumerate().map(line)}</div>
            <figcaption>{trusted(&code.caption)}{" "}<span class="quiet">{&code.file}</span></figcaption>
        </figure>
    }
}

/// A formula.
pub fn formula(formula: &Formula) -> Html {
    html! {
        <figure class="block formula-block">
            <div class="formula" tabindex="0" role="group" aria-label="Formula">{trusted(&formula.mathml)}</div>
            <figcaption>{trusted(&formula.caption)}</figcaption>
        </figure>
    }
}

/// A drawing.
pub fn figure(figure: &Figure) -> Html {
    html! {
        <figure class="block drawing">
            <div role="img" aria-label={figure.alt.clone()}>{trusted(&figure.svg)}</div>
            <figcaption>{trusted(&figure.caption)}</figcaption>
        </figure>
    }
}

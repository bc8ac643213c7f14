//! Prose, and the claims in it: a sentence with a figure can be run, and says what came out.

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::Page;
use crate::ask::ask;
use crate::browser;
use crate::texts::trusted;

/// What prose is given.
#[derive(Properties, PartialEq)]
pub struct ProseProps {
    /// HTML of the build.
    pub html: AttrValue,
    /// The page.
    pub page: Page,
}

/// A claim that was run: its name, its words, and what came out.
#[derive(Clone, PartialEq)]
struct Ran {
    name: String,
    words: String,
    outcome: Option<Result<(bool, String), String>>,
}

/// Prose. A claim in it is run by a click, or with Enter or Space.
#[component]
pub fn Prose(props: &ProseProps) -> Html {
    let ran = use_state(|| None::<Ran>);
    let run = {
        let (ran, page) = (ran.clone(), props.page.clone());
        move |element: Element| {
            let name = element.get_attribute("data-claim").unwrap_or_default();
            let Some(claim) = page.document.claims.get(&name) else { return };
            let words = element.text_content().unwrap_or_default();
            ran.set(Some(Ran { name: name.clone(), words: words.clone(), outcome: None }));
            let ran = ran.setter();
            ask(&claim.scenario, &[], std::slice::from_ref(&claim.condition), &[], move |answer| {
                let outcome = answer.map(|answer| {
                    let (holds, figures) = answer.conditions.into_iter().next().unwrap_or_default();
                    (holds == Some(true), figures)
                });
                let said = match &outcome {
                    Ok((true, figures)) => format!("It holds: {figures}"),
                    Ok((false, figures)) => format!("It does not hold: {figures}"),
                    Err(sentence) => sentence.clone(),
                };
                browser::announce(&said);
                ran.set(Some(Ran { name, words, outcome: Some(outcome) }));
            });
        }
    };
    let click = {
        let run = run.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(claim) = claim_of(event.target()) {
                event.prevent_default();
                run(claim);
            }
        })
    };
    let press = Callback::from(move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ")
            && let Some(claim) = claim_of(event.target())
        {
            event.prevent_default();
            run(claim);
        }
    });
    let outcome = ran.as_ref().map(|ran| {
        let link = props
            .page
            .document
            .claims
            .get(&ran.name)
            .map(|claim| format!("#/lab/{}", claim.scenario))
            .unwrap_or_default();
        let condition =
            props.page.document.claims.get(&ran.name).map(|claim| claim.condition.clone()).unwrap_or_default();
        let (class, words) = match &ran.outcome {
            None => ("", html! { {"running …"} }),
            Some(Ok((true, figures))) => ("holds", html! { <><strong>{"It holds. "}</strong>{figures}</> }),
            Some(Ok((false, figures))) => ("fails", html! { <><strong>{"It does not hold. "}</strong>{figures}</> }),
            Some(Err(sentence)) => ("fails", html! { {sentence} }),
        };
        html! {
            <div class={classes!("claim-outcome", class)} role="group" aria-label="A claim that was run">
                <p><q>{&ran.words}</q></p>
                <p>{words}</p>
                <p class="quiet"><code>{condition}</code>{" · "}<a href={link}>{"Open this run in the lab"}</a></p>
            </div>
        }
    });
    html! { <div class="prose" onclick={click} onkeydown={press}>{trusted(&props.html)}{outcome.unwrap_or_default()}</div> }
}

fn claim_of(target: Option<web_sys::EventTarget>) -> Option<Element> {
    // A selector that is one.
    target?.dyn_into::<Element>().ok()?.closest("[data-claim]").ok().flatten()
}

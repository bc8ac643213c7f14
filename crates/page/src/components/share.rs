//! Everything that takes an experiment elsewhere: link, terminal, file; and a way to bring one here. For a frame in
//! someone else's page see [`super::embedding`].

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::dialog::Dialog;
use crate::browser::{announce, clipboard};
use crate::live::Live;
use crate::{export, router};

/// What the dialog is given.
#[derive(Properties, PartialEq)]
pub struct ShareProps {
    /// The experiment.
    pub live: Live,
    /// Told when it was closed.
    pub on_close: Callback<()>,
}

/// The dialog.
#[component]
pub fn Share(props: &ShareProps) -> Html {
    let text = props.live.player().scenario().text();
    let address = router::page_address();
    let link = format!("{address}#/lab/{text}");
    let terminal = format!("headroom run '{text}'");
    let json = export::to_json(&props.live.player());
    let save = {
        let json = json.clone();
        Callback::from(move |_: MouseEvent| {
            if clipboard::save("headroom.json", "application/json", &json).is_err() {
                announce::answer("This browser does not save files from here; copy the text instead.");
            }
        })
    };
    html! {
        <Dialog title="Share this experiment" on_close={props.on_close.clone()}>
            <p>{"Whoever opens the link sees the same requests, the same faults and the same figures."}</p>
            <Copied label="Link" text={link} />
            <Copied label="In a terminal" text={terminal} />
            <Copied label="Scenario and figures as JSON" text={json} tall=true />
            <button type="button" class="button" onclick={save}>{"Save as a file"}</button>
            <Import live={props.live.clone()} on_done={props.on_close.clone()} />
        </Dialog>
    }
}

/// What a text to copy is given.
#[derive(Properties, PartialEq)]
pub struct CopiedProps {
    /// Its label.
    pub label: &'static str,
    /// The text.
    pub text: String,
    /// Whether it has more than a line or two.
    #[prop_or_default]
    pub tall: bool,
}

/// A text to copy. Where the browser refuses to copy, it is selected instead.
#[component]
pub fn Copied(props: &CopiedProps) -> Html {
    let area = use_node_ref();
    let said = use_state(|| "Copy");
    let id = format!("share-{}", props.label.to_ascii_lowercase().replace(' ', "-"));
    let copy = {
        let (area, said, text) = (area.clone(), said.clone(), props.text.clone());
        Callback::from(move |_: MouseEvent| {
            let (area, said, text) = (area.clone(), said.clone(), text.clone());
            spawn_local(async move {
                if clipboard::copy(&text).await {
                    said.set("Copied");
                    announce::answer("Copied");
                } else if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                    area.select();
                    said.set("Selected");
                    announce::answer("This browser does not copy from here. The text is selected.");
                }
            });
        })
    };
    html! {
        <div class="copied">
            <label for={id.clone()}>{props.label}</label>
            <div>
                <textarea ref={area} {id} readonly=true rows={if props.tall { "6" } else { "2" }} spellcheck="false" value={props.text.clone()} />
                <button type="button" class="button" onclick={copy} aria-label={format!("{}: {}", *said, props.label)}>{*said}</button>
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ImportProps {
    live: Live,
    on_done: Callback<()>,
}

/// Opens a link, a text or a saved file in place of the experiment.
#[component]
fn Import(props: &ImportProps) -> Html {
    let area = use_node_ref();
    let said = use_state(Vec::<String>::new);
    let open = {
        let (said, on_done) = (said.clone(), props.on_done.clone());
        move |text: &str| match export::from_text(text) {
            Ok((scenario, notices)) if notices.is_empty() => {
                on_done.emit(());
                router::go(&scenario.link());
            }
            // A link that is opened says itself what could not be used; so does this one.
            Ok((_, notices)) => said.set(notices),
            Err(sentence) => said.set(vec![sentence]),
        }
    };
    let pick = {
        let open = open.clone();
        Callback::from(move |event: Event| {
            let files = event.target_unchecked_into::<HtmlInputElement>().files();
            let Some(file) = files.and_then(|files| files.get(0)) else { return };
            let open = open.clone();
            spawn_local(async move {
                let text = JsFuture::from(file.unchecked_ref::<web_sys::Blob>().text()).await;
                // A file that cannot be read is as good as an empty one: the sentence says what was expected.
                open(&text.ok().and_then(|text| text.as_string()).unwrap_or_default());
            });
        })
    };
    let submit = {
        let area = area.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            open(&area.cast::<HtmlTextAreaElement>().map(|area| area.value()).unwrap_or_default());
        })
    };
    html! {
        <details class="import">
            <summary>{"Open another one"}</summary>
            <form onsubmit={submit}>
                <label for="import-text">{"A link, the text of a scenario, or exported JSON"}</label>
                <textarea ref={area} id="import-text" rows="3" spellcheck="false" />
                <ul class="control-refused">{for said.iter().map(|sentence| html! { <li>{sentence}</li> })}</ul>
                <div class="import-buttons">
                    <button type="submit" class="button">{"Open"}</button>
                    <label class="file"><span>{"or a saved file"}</span><input type="file" accept=".json,application/json,text/plain" onchange={pick} /></label>
                </div>
            </form>
        </details>
    }
}

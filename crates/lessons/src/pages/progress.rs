//! What is remembered of the learner: where it is, taking it elsewhere, bringing it here, forgetting it.

use headroom::content::progress::Progress;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::browser;
use crate::store::{read, refused, use_store, write};

/// The page.
#[component]
pub fn ProgressPage() -> Html {
    let store = use_store();
    let given = use_state(String::new);
    let said = use_state(|| None::<Result<String, String>>);
    let sure = use_state(|| false);
    let progress = &store.0;
    let done = progress.texts.values().filter(|text| text.done).count();
    let text = write(progress);
    let save = {
        let (text, said) = (text.clone(), said.clone());
        Callback::from(move |_: MouseEvent| {
            said.set(Some(if browser::save("headroom-progress.json", "application/json", &text).is_ok() {
                Ok("Saved as headroom-progress.json, where your browser puts downloads.".to_owned())
            } else {
                Err("This browser does not save files here. Copy the text below instead.".to_owned())
            }));
        })
    };
    let bring = {
        let (store, said) = (store.clone(), said.clone());
        move |text: String| {
            let (store, said) = (store.clone(), said.clone());
            match read(&text) {
                Ok(other) => {
                    let (texts, cards) = (other.texts.len(), other.cards.len());
                    store.dispatch(Box::new(move |progress| progress.merge(other)));
                    said.set(Some(Ok(format!(
                        "Brought in: {texts} texts and {cards} questions, put together with what was here."
                    ))));
                }
                Err(sentence) => said.set(Some(Err(sentence))),
            }
        }
    };
    let type_in = {
        let given = given.clone();
        Callback::from(move |event: InputEvent| given.set(event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    };
    let import = {
        let (bring, given) = (bring.clone(), given.clone());
        Callback::from(move |_: MouseEvent| bring((*given).clone()))
    };
    let file = {
        let bring = bring.clone();
        Callback::from(move |event: Event| {
            let chosen = event.target_unchecked_into::<HtmlInputElement>().files().and_then(|files| files.get(0));
            let bring = bring.clone();
            if let Some(file) = chosen {
                spawn_local(async move {
                    let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
                    bring(text.unwrap_or_default());
                });
            }
        })
    };
    let forget = {
        let (store, sure, said) = (store.clone(), sure.clone(), said.clone());
        Callback::from(move |_: MouseEvent| {
            if *sure {
                store.dispatch(Box::new(|progress| *progress = Progress::default()));
                said.set(Some(Ok("Everything is forgotten.".to_owned())));
            }
            sure.set(!*sure);
        })
    };
    html! {
        <>
            <h1>{"What is remembered"}</h1>
            <p class="lead">{format!("{done} texts read, {} questions in repetition, {} mock interviews.", progress.cards.len(), progress.interviews.len())}</p>
            <p>{if refused() {
                "This browser refuses to store anything for this page, so it is kept in memory and gone when the page is closed. Export it before you leave."
            } else {
                "It is kept in this browser, on this machine. Nothing is sent anywhere."
            }}</p>
            if let Some(said) = &*said {
                <p class={if said.is_ok() { "done-sentence" } else { "notice-sentence" }} role="status">{match said { Ok(words) | Err(words) => words }}</p>
            }
            <section class="part" aria-labelledby="out">
                <h2 id="out">{"Take it elsewhere"}</h2>
                <div class="button-row"><button type="button" class="button primary" onclick={save}>{"Save as a file"}</button></div>
                <label class="note"><span>{"The same as text, to copy"}</span><textarea rows="4" readonly=true value={text} /></label>
            </section>
            <section class="part" aria-labelledby="in">
                <h2 id="in">{"Bring it here"}</h2>
                <p>{"What is brought in is put together with what is here; nothing that was done is lost."}</p>
                <label class="note"><span>{"A file that was saved"}</span><input type="file" accept=".json,application/json" onchange={file} /></label>
                <label class="note"><span>{"Or the text"}</span><textarea rows="4" value={(*given).clone()} oninput={type_in} /></label>
                <div class="button-row"><button type="button" class="button" onclick={import} disabled={given.trim().is_empty()}>{"Bring in the text"}</button></div>
            </section>
            <section class="part" aria-labelledby="forget">
                <h2 id="forget">{"Forget it"}</h2>
                <div class="button-row"><button type="button" class="button" onclick={forget}>{if *sure { "Yes, forget everything" } else { "Forget everything" }}</button></div>
            </section>
        </>
    }
}

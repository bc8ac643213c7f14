//! Texts that the build compiled: fetched when they are first shown, and kept.
//!
//! `index.html` names the index (a block of data, `headroom-content`), the index names the texts. Their HTML was
//! written and escaped by the build, so it may be put into the page as it is.
//!
//! What did not load is asked for again when somebody presses the button that stands in its place, and when the browser is
//! online again. It knows no page. Read next: [`headroom::content::document`].

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use headroom::content::document::{Document, Entry};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Response, Url};
use yew::prelude::*;

use crate::browser::{self, Listener};

/// Something on its way.
#[derive(PartialEq)]
pub enum Fetched<T> {
    /// Not here yet.
    Coming,
    /// Here.
    Here(Rc<T>),
    /// There is none of this name.
    None,
    /// It could not be had.
    Failed,
}

impl<T> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Coming => Self::Coming,
            Self::Here(text) => Self::Here(Rc::clone(text)),
            Self::None => Self::None,
            Self::Failed => Self::Failed,
        }
    }
}

thread_local! {
    static KEPT: RefCell<BTreeMap<String, Rc<str>>> = const { RefCell::new(BTreeMap::new()) };
    /// How to ask for what could not be had, as long as somebody still wants it.
    static FAILED: RefCell<Vec<Weak<dyn Fn()>>> = const { RefCell::new(Vec::new()) };
    static ONLINE: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

/// The button that asks again; it goes with the words that it stands beside.
const BUTTON: &str = "ask-again";

/// The list of all texts.
#[hook]
pub fn use_list() -> Fetched<Vec<Entry>> {
    use_fetched("list".to_owned())
}

/// The text at `address`, as `lesson/why-averages-lie`.
#[hook]
pub fn use_document(address: String) -> Fetched<Document> {
    use_fetched(address)
}

#[hook]
fn use_fetched<T: serde::de::DeserializeOwned + PartialEq + 'static>(key: String) -> Fetched<T> {
    let state = use_state(|| (String::new(), Fetched::Coming));
    let tries = use_state(|| 0_u32);
    let setter = state.setter();
    use_effect_with((key.clone(), *tries), move |(key, _)| {
        let key = key.clone();
        let again: Rc<dyn Fn()> = Rc::new(move || tries.set(*tries + 1));
        let wanted = Rc::downgrade(&again);
        spawn_local(async move {
            let fetched = match find(&key).await {
                Ok(Some(text)) => {
                    serde_json::from_str(&text).map_or(Fetched::Failed, |read| Fetched::Here(Rc::new(read)))
                }
                Ok(None) => Fetched::None,
                Err(_) => Fetched::Failed,
            };
            // What comes when something else is wanted is shown nowhere.
            if wanted.strong_count() == 0 {
                return;
            }
            if matches!(fetched, Fetched::Failed) {
                remember(wanted);
            } else if browser::focused(BUTTON) {
                // The button goes; whoever pressed it goes on from the top of what has come.
                browser::focus_id("app");
            }
            setter.set((key, fetched));
        });
        move || drop(again)
    });
    // The text of another address may still be in the state.
    if state.0 == key { state.1.clone() } else { Fetched::Coming }
}

/// Something could not be had; the browser says when it is online again.
fn remember(wanted: Weak<dyn Fn()>) {
    FAILED.with_borrow_mut(|failed| failed.push(wanted));
    ONLINE.with_borrow_mut(|online| {
        if let Some(window) = browser::window().filter(|_| online.is_none()) {
            *online = Some(Listener::new(&window, "online", |_| ask_again()));
        }
    });
}

/// Asks once more for everything that could not be had.
fn ask_again() {
    for wanted in FAILED.take() {
        if let Some(again) = wanted.upgrade() {
            again();
        }
    }
}

async fn find(key: &str) -> Result<Option<Rc<str>>, JsValue> {
    let block = browser::document().and_then(|document| document.get_element_by_id("headroom-content"));
    let block = block.and_then(|block| block.text_content()).ok_or("index.html names no texts")?;
    let names: Value = serde_json::from_str(&block).map_err(|error| error.to_string())?;
    let index = get(names["index"].as_str().unwrap_or_default()).await?;
    let index: Value = serde_json::from_str(&index).map_err(|error| error.to_string())?;
    match index["course"][key].as_str() {
        Some(name) => get(name).await.map(Some),
        None => Ok(None),
    }
}

async fn get(name: &str) -> Result<Rc<str>, JsValue> {
    if let Some(kept) = KEPT.with_borrow(|kept| kept.get(name).cloned()) {
        return Ok(kept);
    }
    let window = browser::window().ok_or("there is no window")?;
    let base = browser::document().and_then(|document| document.base_uri().ok().flatten()).unwrap_or_default();
    let address = Url::new_with_base(&format!("./content/{name}"), &base)?.href();
    let response: Response = JsFuture::from(window.fetch_with_str(&address)).await?.unchecked_into();
    if !response.ok() {
        return Err(address.into());
    }
    let text: Rc<str> = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default().into();
    KEPT.with_borrow_mut(|kept| kept.insert(name.to_owned(), Rc::clone(&text)));
    Ok(text)
}

/// HTML of the build, as it is.
pub fn trusted(html: &str) -> Html {
    Html::from_html_unchecked(AttrValue::from(html.to_owned()))
}

/// What stands where a text will be, or why there is none.
pub fn placeholder<T>(fetched: &Fetched<T>) -> Html {
    match fetched {
        Fetched::None => {
            html! { <><h1>{"Nothing here"}</h1><p>{"There is no text of this name. "}<a href="#/lessons">{"All lessons"}</a></p></> }
        }
        Fetched::Failed => {
            let press = Callback::from(|_: MouseEvent| {
                browser::announce("Asking for the text again.");
                ask_again();
            });
            html! {
                <p class="notice-sentence" role="status">
                    {"This text did not load. "}<button id={BUTTON} type="button" class="link-button" onclick={press}>{"Try again"}</button>
                </p>
            }
        }
        _ => html! { <p class="quiet" role="status">{"Loading …"}</p> },
    }
}

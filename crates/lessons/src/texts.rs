//! Texts that the build compiled: fetched when they are first shown, and kept.
//!
//! `index.html` names the index (a block of data, `headroom-content`), the index names the texts. Their HTML was
//! written and escaped by the build, so it may be put into the page as it is.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use headroom::content::document::{Document, Entry};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Response, Url};
use yew::prelude::*;

use crate::browser;

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
}

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
    let setter = state.setter();
    use_effect_with(key.clone(), move |key| {
        let key = key.clone();
        spawn_local(async move {
            let fetched = match find(&key).await {
                Ok(Some(text)) => {
                    serde_json::from_str(&text).map_or(Fetched::Failed, |read| Fetched::Here(Rc::new(read)))
                }
                Ok(None) => Fetched::None,
                Err(_) => Fetched::Failed,
            };
            setter.set((key, fetched));
        });
    });
    // The text of another address may still be in the state.
    if state.0 == key { state.1.clone() } else { Fetched::Coming }
}

/// The text at `address`, for who does not show it at once.
pub async fn document(address: &str) -> Option<Document> {
    serde_json::from_str(&find(address).await.ok()??).ok()
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
            html! { <p class="notice-sentence" role="status">{"This text did not load. Check the connection, then reload the page."}</p> }
        }
        _ => html! { <p class="quiet" role="status">{"Loading …"}</p> },
    }
}

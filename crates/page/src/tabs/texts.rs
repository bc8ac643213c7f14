//! Texts that the build compiled: fetched when they are first shown, and kept.
//!
//! `index.html` names the index (a block of data, `headroom-content`), the index names the texts. Their HTML was
//! written and escaped by the build, so it may be put into the page as it is.
//!
//! What did not load is asked for again when somebody presses the button that stands in its place, when the browser is
//! online again, and when another text has just come: then the network is back.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use js_sys::{Array, JSON, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{Response, Url};
use yew::prelude::*;

use crate::browser::{self, Listener, announce};

/// A text on its way.
#[derive(Clone, PartialEq)]
pub enum Text {
    /// Not here yet.
    Coming,
    /// Here: JSON.
    Here(JsValue),
    /// There is none under this key.
    None,
    /// It could not be had.
    Failed,
}

thread_local! {
    /// What was fetched or is on its way, by address.
    static KEPT: RefCell<BTreeMap<String, Promise>> = const { RefCell::new(BTreeMap::new()) };
    /// What could not be had, as long as somebody still wants it.
    static FAILED: RefCell<Vec<Weak<Wanted>>> = const { RefCell::new(Vec::new()) };
    /// How often all of that was asked for again.
    static ROUNDS: Cell<u32> = const { Cell::new(0) };
    static ONLINE: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

/// A text that a component wants to show.
struct Wanted {
    room: &'static str,
    key: &'static str,
    shown: UseStateSetter<(&'static str, Text)>,
}

/// The text `key` of `room` (`code`, `labs`, `lessons`); nothing is fetched while there is no key. What could not be had
/// is asked for once more when `again` is another number.
#[hook]
pub fn use_text(room: &'static str, key: Option<&'static str>, again: usize) -> Text {
    let state = use_state(|| ("", Text::Coming));
    let shown = state.setter();
    use_effect_with((key, again), move |&(key, _)| {
        let wanted = key.map(|key| Rc::new(Wanted { room, key, shown }));
        if let Some(wanted) = &wanted {
            ask(Rc::downgrade(wanted));
        }
        // What comes when something else is wanted is shown nowhere.
        move || drop(wanted)
    });
    // The text of another key may still be shown in the state.
    if Some(state.0) == key { state.1.clone() } else { Text::Coming }
}

fn ask(weak: Weak<Wanted>) {
    spawn_local(async move {
        let Some((room, key)) = weak.upgrade().map(|wanted| (wanted.room, wanted.key)) else { return };
        let round = ROUNDS.get();
        let text = match find(room, key).await {
            Ok(Some(json)) => Text::Here(json),
            Ok(None) => Text::None,
            Err(_) => Text::Failed,
        };
        let Some(wanted) = weak.upgrade() else { return };
        // The network came back while this was on its way to fail.
        if text == Text::Failed && ROUNDS.get() != round {
            return ask(weak);
        }
        if text == Text::Failed {
            FAILED.with_borrow_mut(|failed| failed.push(weak));
            ONLINE.with_borrow_mut(|online| {
                if let Some(window) = browser::window().filter(|_| online.is_none()) {
                    *online = Some(Listener::new(&window, "online", |_| ask_again()));
                }
            });
        }
        wanted.shown.set((key, text));
    });
}

/// Asks once more for everything that could not be had.
fn ask_again() {
    ROUNDS.set(ROUNDS.get() + 1);
    for wanted in FAILED.take() {
        ask(wanted);
    }
}

async fn find(room: &str, key: &str) -> Result<Option<JsValue>, JsValue> {
    let block = browser::document().and_then(|document| document.get_element_by_id("headroom-content"));
    let block = block.and_then(|block| block.text_content()).ok_or("index.html names no texts")?;
    let folder = "./content/";
    let Some(name) = field(&JSON::parse(&block)?, "index") else { return Ok(None) };
    let index = get(&format!("{folder}{name}")).await?;
    let room = Reflect::get(&index, &room.into())?;
    if room.is_undefined() {
        return Ok(None);
    }
    match field(&room, key) {
        Some(name) => get(&format!("{folder}{name}")).await.map(Some),
        None => Ok(None),
    }
}

async fn get(address: &str) -> Result<JsValue, JsValue> {
    let promise = KEPT.with_borrow_mut(|kept| {
        kept.entry(address.to_owned()).or_insert_with(|| future_to_promise(load(address.to_owned()))).clone()
    });
    let json = JsFuture::from(promise).await;
    if json.is_err() {
        KEPT.with_borrow_mut(|kept| kept.remove(address));
    }
    json
}

async fn load(address: String) -> Result<JsValue, JsValue> {
    let window = browser::window().ok_or("there is no window")?;
    let base = browser::document().and_then(|document| document.base_uri().ok().flatten()).unwrap_or_default();
    let whole = Url::new_with_base(&address, &base)?.href();
    let response: Response = JsFuture::from(window.fetch_with_str(&whole)).await?.unchecked_into();
    if !response.ok() {
        return Err(address.into());
    }
    let json = JsFuture::from(response.json()?).await?;
    ask_again();
    Ok(json)
}

/// What `json` has under `name`; undefined where there is nothing.
#[must_use]
pub fn member(json: &JsValue, name: &str) -> JsValue {
    Reflect::get(json, &name.into()).unwrap_or_default()
}

/// A text in `json`.
#[must_use]
pub fn field(json: &JsValue, name: &str) -> Option<String> {
    Reflect::get(json, &name.into()).ok()?.as_string()
}

/// A list in `json`; empty where there is none.
#[must_use]
pub fn list(json: &JsValue, name: &str) -> Vec<JsValue> {
    let list = Reflect::get(json, &name.into()).ok().and_then(|list| list.dyn_into::<Array>().ok());
    list.map(|list| list.iter().collect()).unwrap_or_default()
}

/// A number in `json`.
#[must_use]
pub fn number(json: &JsValue, name: &str) -> Option<f64> {
    Reflect::get(json, &name.into()).ok()?.as_f64()
}

/// HTML of the build, as it is.
pub fn trusted(html: String) -> Html {
    Html::from_html_unchecked(AttrValue::from(html))
}

/// Why texts that would stand in several places are in none of them, said once; nothing while they may still come.
pub fn missing(text: &Text) -> Html {
    if matches!(text, Text::Failed | Text::None) {
        placeholder(text)
    } else {
        html! {}
    }
}

/// What stands where a text will be, or why there is none.
pub fn placeholder(text: &Text) -> Html {
    let words = match text {
        Text::Failed => return html! { <p class="quiet" role="status">{failed()}</p> },
        Text::None => "There is no text for this.",
        _ => "Loading …",
    };
    html! { <p class="quiet" role="status">{words}</p> }
}

/// Says that a text did not load, with a button that asks for it again.
pub fn failed() -> Html {
    let press = Callback::from(|_: MouseEvent| {
        announce::answer("Asking for the text again.");
        ask_again();
    });
    html! { <>{NOT_LOADED}{" "}<button type="button" class="link-button" onclick={press}>{"Try again"}</button></> }
}

/// What stands where a text did not load.
pub const NOT_LOADED: &str = "This text did not load.";

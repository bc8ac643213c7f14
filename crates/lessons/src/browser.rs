//! What the lessons ask of the browser, behind functions that cannot throw: the date, the focus, what is kept, events with fields.
//!
//! What the page asks as well is in `crates/browser`. Knows no lesson. Read next: [`crate::store`].

use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, EventTarget};

pub use headroom_browser::clipboard::{copy, save};
use headroom_browser::store;
pub use headroom_browser::{Listener, document, focus, window};

/// Today, in days since the first of January 1970, as this machine's clock and place have it.
#[must_use]
pub fn today() -> u32 {
    let now = js_sys::Date::new_0();
    let local = now.get_time() - now.get_timezone_offset() * 60_000.0;
    // Positive and far below the largest number.
    (local / 86_400_000.0) as u32
}

/// Milliseconds since some moment: for how long something took.
#[must_use]
pub fn milliseconds() -> f64 {
    js_sys::Date::now()
}

/// Moves the focus to what has this id, once it is there.
pub fn focus_id(id: &'static str) {
    gloo_timers::callback::Timeout::new(30, move || {
        if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
            focus(&element, true);
        }
    })
    .forget();
}

/// Whether what has this id has the focus.
#[must_use]
pub fn focused(id: &str) -> bool {
    document().and_then(|document| document.active_element()).is_some_and(|element| element.id() == id)
}

/// Says `text` to a screen reader.
pub fn announce(text: &str) {
    if let Some(region) = document().and_then(|document| document.get_element_by_id("announcer")) {
        region.set_text_content(Some(text));
    }
}

/// What was kept under `key`.
#[must_use]
pub fn kept(key: &str) -> Option<String> {
    store().and_then(|store| store.get_item(key).ok().flatten())
}

/// Keeps `text` under `key`; whether the browser did.
pub fn keep(key: &str, text: &str) -> bool {
    store().is_some_and(|store| store.set_item(key, text).is_ok())
}

/// The field `name` of `value`; undefined where there is none.
#[must_use]
pub fn get(value: &JsValue, name: &str) -> JsValue {
    // Refused for what is no object; then there is no such field.
    Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// The field `name` of `value` as text.
#[must_use]
pub fn text(value: &JsValue, name: &str) -> String {
    get(value, name).as_string().unwrap_or_default()
}

/// The items of the list `name` of `value`.
#[must_use]
pub fn list(value: &JsValue, name: &str) -> Vec<JsValue> {
    let list = get(value, name);
    if Array::is_array(&list) { Array::from(&list).iter().collect() } else { Vec::new() }
}

/// A message in the language of embeds: `kind`, and `fields` as JSON.
#[must_use]
pub fn message(kind: &str, fields: serde_json::Value) -> JsValue {
    let mut all = serde_json::json!({ "ns": "headroom", "v": 1, "type": kind });
    if let (Some(all), serde_json::Value::Object(fields)) = (all.as_object_mut(), fields) {
        all.extend(fields);
    }
    // What was just written is JSON.
    js_sys::JSON::parse(&all.to_string()).unwrap_or(JsValue::NULL)
}

/// Dispatches an event that carries `detail` at `target`; it does not rise.
pub fn dispatch(target: &EventTarget, name: &str, detail: &JsValue) {
    let options = CustomEventInit::new();
    options.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &options) {
        // Refused only for an event that is being dispatched already; this one is new.
        let _ = target.dispatch_event(&event);
    }
}

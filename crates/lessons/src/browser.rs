//! What the lessons ask of the browser, behind functions that cannot throw.

use js_sys::{Array, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, CustomEvent, CustomEventInit, Document, Element, Event, EventTarget, FocusOptions,
    HtmlAnchorElement, HtmlElement, Storage, Url, Window,
};

/// The window.
#[must_use]
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The document.
#[must_use]
pub fn document() -> Option<Document> {
    window()?.document()
}

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

/// Moves the focus to `element`, and it into view.
pub fn focus(element: &Element, scroll: bool) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let options = FocusOptions::new();
        options.set_prevent_scroll(!scroll);
        // Refused for what cannot have the focus, which changes nothing.
        let _ = element.focus_with_options(&options);
    }
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

/// The browser's store; asking for it throws inside a sandboxed frame.
fn store() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
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

/// Offers `text` as a file for saving; whether the browser took it.
pub fn save(name: &str, text: &str) -> bool {
    let saved = || -> Result<(), JsValue> {
        let document = document().ok_or("there is no document")?;
        let options = BlobPropertyBag::new();
        options.set_type("application/json");
        let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)?;
        let address = Url::create_object_url_with_blob(&blob)?;
        let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
        link.set_href(&address);
        link.set_download(name);
        link.click();
        Url::revoke_object_url(&address)
    };
    saved().is_ok()
}

/// Copies `text`; whether it worked.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    // web-sys believes that every page has a clipboard.
    let clipboard = window.navigator().clipboard();
    if JsValue::from(clipboard.clone()).is_undefined() {
        return false;
    }
    wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text)).await.is_ok()
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

/// Listens until it is dropped.
pub struct Listener {
    target: EventTarget,
    kind: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `heard` at each event `kind` of `target`.
    #[must_use = "dropped, it no longer listens"]
    pub fn new(target: &EventTarget, kind: &'static str, heard: impl FnMut(Event) + 'static) -> Self {
        let closure = Closure::new(heard);
        // Adding a listener does not fail.
        let _ = target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
        Self { target: target.clone(), kind, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Nor does taking it away.
        let _ = self.target.remove_event_listener_with_callback(self.kind, self.closure.as_ref().unchecked_ref());
    }
}

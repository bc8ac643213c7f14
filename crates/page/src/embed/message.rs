//! What messages between an embed and its host are made of: objects with a name, a version and a type; pairs; times.
//!
//! It knows no word of the language. Read next: [`super::host`], which has them all.

use headroom::basics::Nanos;
use headroom::scenario::lane_of_letter;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::way::get;

/// The name that all messages carry.
const NAMESPACE: &str = "headroom";
/// Their version.
pub(super) const VERSION: u32 = 1;

/// Whether `data` is a message in this language.
#[must_use]
pub fn is_ours(data: &JsValue) -> bool {
    get(data, "ns").as_string().as_deref() == Some(NAMESPACE)
}

/// A message of `kind` with `fields`.
#[must_use]
pub fn message(kind: &str, fields: &[(&str, JsValue)]) -> JsValue {
    let message = object(&[("ns", NAMESPACE.into()), ("v", VERSION.into()), ("type", kind.into())]);
    for (name, value) in fields {
        set(&message, name, value);
    }
    message.into()
}

/// Lane, key and text of each field of an object.
pub(super) fn pairs(fields: &JsValue, name: &str) -> Result<Vec<(Option<usize>, String, String)>, String> {
    if !fields.is_object() {
        return Err(format!("{name}: an object of keys and values."));
    }
    let pair = |entry: JsValue| {
        let entry: Array = entry.into();
        let key = entry.get(0).as_string().unwrap_or_default();
        let value = entry.get(1);
        let text = value.as_string().or_else(|| value.as_f64().map(|number| number.to_string()));
        let text = text.or_else(|| value.as_bool().map(|on| if on { "on" } else { "off" }.to_owned()));
        let text = text.ok_or_else(|| format!("The value of {key} must be a text or a number."))?;
        Ok(match key.split_once('.') {
            Some((letter, own_key)) => (lane_of_letter(letter), own_key.to_owned(), text),
            None => (None, key, text),
        })
    };
    Object::entries(fields.unchecked_ref()).iter().map(pair).collect()
}

/// A time in seconds, or as text.
pub(super) fn time(value: &JsValue) -> Option<Nanos> {
    let seconds = value.as_f64().filter(|seconds| seconds.is_finite() && *seconds >= 0.0).map(Nanos::from_seconds);
    seconds.or_else(|| value.as_string().and_then(|text| Nanos::read(&text).ok()))
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // A property of a new object of ours is always accepted.
    let _ = Reflect::set(object, &name.into(), value);
}

/// An object with these fields.
#[must_use]
pub fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object
}

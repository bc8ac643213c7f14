//! How a program that the release build has cut in two comes by its second part.
//!
//! What it may not know: what is in either part. The program calls its functions as ever; the build puts a stub where one has been
//! moved to the rest, and the stub calls [`fetch_rest`] if the rest is not there yet. A page or a worker that links this crate
//! has to have a function `headroomRest` in its global scope (static/boot.js has both).
//!
//! Read next: `xtask/src/split/mod.rs`, which cuts.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = headroomRest)]
    fn headroom_rest(exports: &JsValue);
}

/// Brings the rest and does not return before it is there. Only the stubs call it: nothing else has to wait like that.
///
/// # Panics
/// Throws when the rest cannot be loaded, for instance without a network; the browser's reason is in the error.
#[wasm_bindgen]
pub fn fetch_rest() {
    headroom_rest(&wasm_bindgen::exports());
}

/// Asks for the rest without waiting for it; the promise is kept when the program is whole, which an uncut one always is.
pub fn coming() -> Promise {
    let begin = Reflect::get(&js_sys::global(), &"headroomRestComing".into());
    let coming =
        begin.ok().and_then(|begin| begin.dyn_into::<Function>().ok()).map(|begin| begin.call0(&JsValue::NULL));
    match coming {
        Some(Ok(promise)) => Promise::resolve(&promise),
        Some(Err(reason)) => Promise::reject(&reason),
        None => Promise::resolve(&JsValue::UNDEFINED),
    }
}

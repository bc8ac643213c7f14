//! A worker as the page has it. How one is started, and in how many ways that is tried, is in static/boot.js, which starts those of the
//! first lab before this program is there.
//!
//! It knows nothing of what workers are for, nor of how they come to life.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

/// What is heard of a worker.
pub enum Said {
    /// It is there.
    Ready,
    /// A message of its program.
    Message(Uint8Array),
    /// It does not start, or has stopped: a sentence or two for a person.
    Failed(String),
}

#[wasm_bindgen]
extern "C" {
    /// What boot.js hands out.
    type Started;
    #[wasm_bindgen(js_name = headroomWorker)]
    fn headroom_worker(lab: &str, listener: &JsValue) -> Started;
    #[wasm_bindgen(method)]
    fn post(this: &Started, buffer: &JsValue);
    #[wasm_bindgen(method)]
    fn end(this: &Started);
}

/// A worker, from its first moment on. Dropped, it ends.
pub struct Starting {
    worker: Started,
    /// The worker calls it until it has ended.
    _listener: Closure<dyn FnMut(JsValue)>,
}

impl Starting {
    /// Takes or starts a worker with the program of `lab`; `said` is told what comes of it, never before this has returned.
    pub fn new(lab: &'static str, said: impl Fn(Said) + 'static) -> Self {
        let listener = Closure::new(move |what: JsValue| {
            said(match (what.as_string(), what.dyn_ref::<ArrayBuffer>()) {
                (Some(sentence), _) => Said::Failed(sentence),
                (None, Some(buffer)) => Said::Message(Uint8Array::new(buffer)),
                (None, None) => Said::Ready,
            });
        });
        Self { worker: headroom_worker(lab, listener.as_ref()), _listener: listener }
    }

    /// Posts `buffer` without copying it, as soon as the worker is ready. Each buffer is posted once.
    pub fn post(&self, buffer: &JsValue) {
        self.worker.post(buffer);
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        self.worker.end();
    }
}

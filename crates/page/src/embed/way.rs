//! How messages travel between a figure and its host: to the window round the frame, or within one document.
//!
//! The words are the same both ways (see [`super::host`]). Between windows they are posted; within one document a host
//! dispatches an event `headroom:tell` at the figure's element, and hears `headroom:said` from it. Knows no message.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, Document, Element, EventTarget, MessageEvent};

use crate::browser::{self, Listener};

/// The event that carries a message to a figure.
pub const TELL: &str = "headroom:tell";
/// The event that carries a message from a figure.
pub const SAID: &str = "headroom:said";

/// The event that carries the answer to a question that belongs to no figure.
pub const ANSWER: &str = "headroom:answer";

/// A way to a host.
#[derive(Clone, PartialEq)]
pub enum Way {
    /// The window that holds the frame, if it has this origin, or `*`.
    Window(String),
    /// An element of this document.
    Element(Element),
    /// The document itself: for answers that belong to no figure.
    Document(Document),
}

impl Way {
    /// Sends `message`.
    pub fn send(&self, message: &JsValue) {
        match self {
            Self::Window(origin) => {
                let parent = browser::window().and_then(|window| window.parent().ok().flatten());
                if let Some(parent) = parent.filter(|_| browser::framed()) {
                    // Refused for an origin that is none; then nobody was meant.
                    let _ = parent.post_message(message, origin);
                }
            }
            Self::Element(element) => later(element.clone().into(), SAID, message),
            Self::Document(document) => later(document.clone().into(), ANSWER, message),
        }
    }

    /// Calls `heard` with each message of the host, until dropped.
    #[must_use = "dropped, the host is no longer heard"]
    pub fn listen(&self, heard: impl Fn(JsValue) + 'static) -> Option<Listener> {
        match self {
            Self::Window(origin) => {
                let (window, origin) = (browser::window()?, origin.clone());
                Some(Listener::new(&window, "message", move |event| {
                    let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
                    let parent = browser::window().and_then(|window| window.parent().ok().flatten());
                    let from_parent = browser::framed()
                        && parent.is_some_and(|parent| {
                            event.source().is_some_and(|source| JsValue::from(source) == JsValue::from(parent))
                        })
                        && (origin == "*" || origin == event.origin());
                    if from_parent {
                        heard(event.data());
                    }
                }))
            }
            Self::Element(element) => Some(Listener::new(element, TELL, move |event| {
                if let Some(event) = event.dyn_ref::<CustomEvent>() {
                    heard(event.detail());
                }
            })),
            Self::Document(_) => None,
        }
    }

    /// Whether the figure has a document of its own, and with it theme, motion and height.
    #[must_use]
    pub fn is_window(&self) -> bool {
        matches!(self, Self::Window(_))
    }
}

/// Dispatches when whoever is at work now is done, as a posted message would arrive: an answer never comes in the middle
/// of the question. Messages keep their order.
fn later(target: EventTarget, name: &'static str, message: &JsValue) {
    let message = message.clone();
    wasm_bindgen_futures::spawn_local(async move { dispatch(&target, name, &message) });
}

/// Dispatches an event that carries `detail` at `target`; it does not rise any further.
pub fn dispatch(target: &EventTarget, name: &str, detail: &JsValue) {
    let options = CustomEventInit::new();
    options.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &options) {
        // Refused only for an event that is being dispatched already; this one is new.
        let _ = target.dispatch_event(&event);
    }
}

/// The field `name` of `value`; undefined where there is none.
#[must_use]
pub fn get(value: &JsValue, name: &str) -> JsValue {
    // Refused for what is no object; then there is no such field.
    Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

//! An experiment in a lesson: an element that the page's program fills, and what the two say to each other.
//!
//! It is mounted when it comes near to what is seen, since each has workers of its own, and unmounted with its block.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::json;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};
use yew::prelude::*;

use crate::ask::when_page;
use crate::browser::{self, Listener};

/// What the figure is given.
#[derive(Properties, PartialEq)]
pub struct FigureProps {
    /// The scenario.
    pub scenario: AttrValue,
    /// Parameters of presentation.
    #[prop_or_default]
    pub present: AttrValue,
    /// What it is called.
    pub label: AttrValue,
    /// Conditions that are judged on every changed run: name and text.
    #[prop_or_default]
    pub tasks: Vec<(String, String)>,
    /// The element, for who tells it something.
    pub place: NodeRef,
    /// Hears what it says: `state`, `score`, `event`, `error`.
    #[prop_or_default]
    pub on_said: Callback<JsValue>,
}

/// The figure.
#[component]
pub fn Figure(props: &FigureProps) -> Html {
    let said = use_mut_ref(|| props.on_said.clone());
    *said.borrow_mut() = props.on_said.clone();
    let deps =
        (props.scenario.clone(), props.present.clone(), props.tasks.clone(), props.label.clone(), props.place.clone());
    use_effect_with(deps, move |(scenario, present, tasks, label, place)| {
        let mounted =
            place.cast::<Element>().map(|element| Mounted::new(element, &text(scenario, present), label, tasks, said));
        move || drop(mounted)
    });
    html! { <div class="figure-slot" ref={props.place.clone()} data-figure={props.scenario.clone()}><p class="figure-waiting">{"The experiment comes here when it is in view."}</p></div> }
}

/// What stands behind `#/embed/` in the link of this figure.
#[must_use]
pub fn text(scenario: &str, present: &str) -> String {
    let joint = if scenario.contains('?') { "&" } else { "?" };
    if present.is_empty() { scenario.to_owned() } else { format!("{scenario}{joint}{present}") }
}

/// Tells the figure in `place` something: `kind` with `fields`.
pub fn tell(place: &NodeRef, kind: &str, fields: serde_json::Value) {
    if let Some(element) = place.cast::<Element>() {
        browser::dispatch(&element, "headroom:tell", &browser::message(kind, fields));
    }
}

/// A figure that is there, or comes when it is seen. Dropped, it goes.
struct Mounted {
    element: Element,
    observer: Option<IntersectionObserver>,
    _seen: Closure<dyn FnMut(js_sys::Array)>,
    _said: Listener,
    _waits: Rc<RefCell<Option<Listener>>>,
}

impl Mounted {
    fn new(
        element: Element,
        text: &str,
        label: &str,
        tasks: &[(String, String)],
        said: Rc<RefCell<Callback<JsValue>>>,
    ) -> Self {
        let hears = {
            let tasks: Vec<_> = tasks.iter().map(|(key, when)| json!({ "key": key, "when": when })).collect();
            let owner = element.clone();
            Listener::new(&element, "headroom:said", move |event| {
                let Some(event) = event.dyn_ref::<CustomEvent>() else { return };
                let detail = event.detail();
                let first = browser::text(&detail, "type") == "ready" && browser::get(&detail, "id").is_undefined();
                if first && !tasks.is_empty() {
                    let message = browser::message("init", json!({ "id": "lesson", "tasks": tasks.clone() }));
                    browser::dispatch(&owner, "headroom:tell", &message);
                }
                let said = said.borrow().clone();
                said.emit(detail);
            })
        };
        let waits: Rc<RefCell<Option<Listener>>> = Rc::default();
        let detail = js_sys::Object::new();
        for (name, value) in
            [("element", JsValue::from(element.clone())), ("text", text.into()), ("label", label.into())]
        {
            // A property of a new object is always accepted.
            let _ = js_sys::Reflect::set(&detail, &name.into(), &value);
        }
        let mut mount = Some({
            let waits = Rc::clone(&waits);
            move || {
                *waits.borrow_mut() = when_page(move || {
                    if let Some(document) = browser::document() {
                        browser::dispatch(&document, "headroom:mount", &detail);
                    }
                });
            }
        });
        let seen = Closure::new(move |entries: js_sys::Array| {
            let near =
                entries.iter().any(|entry| entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting());
            if near && let Some(mount) = mount.take() {
                mount();
            }
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin("300px");
        let observer = IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &options).ok();
        if let Some(observer) = &observer {
            observer.observe(&element);
        }
        Self { element, observer, _seen: seen, _said: hears, _waits: waits }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
        let detail = js_sys::Object::new();
        // A property of a new object is always accepted.
        let _ = js_sys::Reflect::set(&detail, &"element".into(), &self.element);
        if let Some(document) = browser::document() {
            browser::dispatch(&document, "headroom:unmount", &detail);
        }
    }
}

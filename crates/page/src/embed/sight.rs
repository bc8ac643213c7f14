//! Whether an embed can be seen: scrolled into view, in a tab that is shown. Out of sight time stands still.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, ResizeObserver};

use crate::browser::{self, Listener};
use crate::live::Live;

/// Watches until it is dropped.
pub struct Sight {
    observer: Option<IntersectionObserver>,
    _intersects: Closure<dyn FnMut(js_sys::Array)>,
    _hidden: Option<Listener>,
}

impl Sight {
    /// Stops and resumes `live` as `element` goes out of sight and comes back. A person's pause stays a pause.
    #[must_use]
    pub fn watch(element: &Element, live: &Live) -> Self {
        let intersecting = std::rc::Rc::new(std::cell::Cell::new(true));
        let tell = {
            let (live, intersecting) = (live.clone(), intersecting.clone());
            move || {
                let hidden = browser::document().is_some_and(|document| document.hidden());
                live.set_in_sight(intersecting.get() && !hidden);
            }
        };
        let intersects = {
            let tell = tell.clone();
            Closure::new(move |entries: js_sys::Array| {
                // The last entry is the newest.
                let entry = entries.pop();
                if let Some(entry) = entry.dyn_ref::<IntersectionObserverEntry>() {
                    intersecting.set(entry.is_intersecting());
                    tell();
                }
            })
        };
        let observer = IntersectionObserver::new(intersects.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(element);
        }
        let hidden = browser::document().map(|document| Listener::new(&document, "visibilitychange", move |_| tell()));
        Self { observer, _intersects: intersects, _hidden: hidden }
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// Tells the height that an element needs, until it is dropped.
pub struct Height {
    observer: Option<ResizeObserver>,
    _changed: Closure<dyn FnMut()>,
}

impl Height {
    /// Calls `told` with the height in CSS pixels, now and after each change.
    #[must_use]
    pub fn watch(element: &Element, told: impl Fn(f64) + 'static) -> Self {
        let watched = element.clone();
        let changed = Closure::new(move || told(watched.get_bounding_client_rect().height().ceil()));
        let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(element);
        }
        Self { observer, _changed: changed }
    }
}

impl Drop for Height {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

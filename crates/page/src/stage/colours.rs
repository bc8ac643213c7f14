//! The colours of the present theme, as bytes for buffers of pixels; and word when the theme changes.
//!
//! Styles are the only place where colours are named. Read next: `static/styles/stage.css`.

use headroom::basics::decimal;
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, MediaQueryList, MutationObserver, MutationObserverInit};
use yew::Callback;

use super::painter::Colour;

/// Reads the custom property `name` (`--dot-request`) as it holds at `element`; black when it is no colour.
#[must_use]
pub fn read(element: &Element, name: &str) -> Colour {
    let text = computed(element, name).unwrap_or_default();
    parse(&text).unwrap_or([0, 0, 0, 255])
}

/// The browser resolves names and nested variables only in a property that is a colour, so one is borrowed.
fn computed(element: &Element, name: &str) -> Option<String> {
    let style = element.dyn_ref::<HtmlElement>()?.style();
    style.set_property("outline-color", &format!("var({name})")).ok()?;
    let value = web_sys::window()?.get_computed_style(element).ok()??.get_property_value("outline-color").ok();
    style.remove_property("outline-color").ok()?;
    value
}

/// Reads `rgb(1, 2, 3)`, `rgba(1, 2, 3, 0.5)` and `color(srgb 0.1 0.2 0.3 / 0.5)`, the forms of computed colours.
#[must_use]
pub fn parse(text: &str) -> Option<Colour> {
    let (name, rest) = text.trim().split_once('(')?;
    let inside = rest.strip_suffix(')')?;
    let unit = if name == "color" { 255.0 } else { 1.0 };
    let mut numbers =
        inside.split([',', ' ', '/']).filter(|part| !part.is_empty() && *part != "srgb").map(decimal::read);
    let mut next = || numbers.next().flatten();
    let (red, green, blue) = (next()? * unit, next()? * unit, next()? * unit);
    let alpha = next().unwrap_or(1.0) * 255.0;
    // `as` saturates.
    Some([red, green, blue, alpha].map(|channel| (channel + 0.5) as u8))
}

/// Whether things should not move by themselves: the system's wish, or the page's (`data-motion="reduce"`).
#[must_use]
pub fn motion_reduced() -> bool {
    let window = web_sys::window();
    let query = window.as_ref().and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok()?);
    let root = window.and_then(|window| window.document()?.document_element());
    query.is_some_and(|query| query.matches())
        || root.and_then(|root| root.get_attribute("data-motion")).is_some_and(|motion| motion == "reduce")
}

/// Watches the theme: the system's, and the page's attributes. Dropped, it stops.
pub struct Watch {
    queries: Vec<MediaQueryList>,
    observer: Option<MutationObserver>,
    changed: Closure<dyn FnMut()>,
}

impl Watch {
    /// Calls `changed` whenever colours, contrast or motion may have changed.
    #[must_use]
    pub fn new(changed: Callback<()>) -> Self {
        let changed = Closure::<dyn FnMut()>::new(move || changed.emit(()));
        let function = changed.as_ref().unchecked_ref::<js_sys::Function>();
        let window = web_sys::window();
        let wanted = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-reduced-motion: reduce)"];
        let queries: Vec<MediaQueryList> = wanted
            .iter()
            .filter_map(|query| window.as_ref()?.match_media(query).ok()?)
            .inspect(|query| {
                // Refused by no browser; without it the colours stay until the next change of the page.
                let _ = query.add_event_listener_with_callback("change", function);
            })
            .collect();
        let observer = MutationObserver::new(function).ok();
        let root = window.and_then(|window| window.document()?.document_element());
        if let (Some(observer), Some(root)) = (&observer, root) {
            let options = MutationObserverInit::new();
            options.set_attribute_filter(&Array::of2(&"data-theme".into(), &"data-motion".into()));
            // As above.
            let _ = observer.observe_with_options(&root, &options);
        }
        Self { queries, observer, changed }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        for query in &self.queries {
            // It was added above.
            let _ = query.remove_event_listener_with_callback("change", self.changed.as_ref().unchecked_ref());
        }
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn computed_colours_are_read_in_every_form() {
        assert_eq!(parse("rgb(0, 114, 178)"), Some([0, 114, 178, 255]));
        assert_eq!(parse("rgba(0, 114, 178, 0.5)"), Some([0, 114, 178, 128]));
        assert_eq!(parse("color(srgb 1 0.5 0 / 0.25)"), Some([255, 128, 0, 64]));
        assert_eq!(parse("var(--nothing)"), None);
        assert_eq!(parse(""), None);
    }
}

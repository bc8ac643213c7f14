//! Handing a figure out as a file.

use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, Url};

use crate::stage::colours;

/// The colours that an exported figure takes with it.
const NAMES: [&str; 9] =
    ["--ink", "--ink-quiet", "--line", "--line-strong", "--surface", "--lane-a", "--lane-b", "--lane-c", "--lane-d"];

/// The present colours as declarations, for the file's own styles.
#[must_use]
pub fn colour_declarations(element: &Element) -> String {
    NAMES
        .iter()
        .chain(&["--stage-trouble"])
        .map(|name| {
            let [red, green, blue, _] = colours::read(element, name);
            format!("{name}:rgb({red},{green},{blue});")
        })
        .collect()
}

/// Offers `text` as the file `name`. Where the page may not hand out files (a sandboxed frame) nothing happens.
pub fn offer(name: &str, kind: &str, text: &str) {
    let offered = (|| {
        let options = BlobPropertyBag::new();
        options.set_type(kind);
        let parts = js_sys::Array::of1(&text.into());
        let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
        let address = Url::create_object_url_with_blob(&blob).ok()?;
        let anchor: HtmlAnchorElement = web_sys::window()?.document()?.create_element("a").ok()?.dyn_into().ok()?;
        anchor.set_href(&address);
        anchor.set_download(name);
        anchor.click();
        Some(address)
    })();
    if let Some(address) = offered {
        // The browser has begun to read it by then; Safari needs more than the present turn.
        gloo_timers::callback::Timeout::new(10_000, move || {
            let _ = Url::revoke_object_url(&address);
        })
        .forget();
    }
}

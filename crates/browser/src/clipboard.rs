//! Copying, and saving a file.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Copies `text`. Whether it worked: a frame without permission may not, and an insecure page has no clipboard.
pub async fn copy(text: &str) -> bool {
    let Some(window) = crate::window() else { return false };
    // web-sys believes that every page has a clipboard.
    let clipboard = window.navigator().clipboard();
    if JsValue::from(clipboard.clone()).is_undefined() {
        return false;
    }
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Offers `text` as a file for saving.
///
/// # Errors
/// What the browser says when it refuses.
pub fn save(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let document = crate::document().ok_or("there is no document")?;
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}

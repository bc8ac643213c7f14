//! What the page remembers on this machine, or for as long as it is open where the browser refuses to store.

use std::cell::RefCell;
use std::collections::BTreeMap;

use headroom_browser::store;

thread_local! {
    static MEMORY: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
}

/// What was kept under `key`.
#[must_use]
pub fn get(key: &str) -> Option<String> {
    let kept = store().and_then(|store| store.get_item(key).ok().flatten());
    kept.or_else(|| MEMORY.with_borrow(|memory| memory.get(key).cloned()))
}

/// Keeps `value` under `key`, in memory too: a full store refuses.
pub fn set(key: &str, value: &str) {
    let kept = store().is_some_and(|store| store.set_item(key, value).is_ok());
    if !kept {
        MEMORY.with_borrow_mut(|memory| memory.insert(key.to_owned(), value.to_owned()));
    }
}

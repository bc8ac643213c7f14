//! Whether the whole program is there, or only what the first seconds need (`crates/rest`).
//!
//! Nothing depends on it but time: what is not there yet would be waited for by whoever calls it. So what a first lab can do
//! without for a moment, charts, controls and tabs, is put on the page when the rest has come, and the rest is asked for when
//! nothing more urgent is on its way.

use std::cell::{Cell, RefCell};

use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

#[derive(Clone, Copy, PartialEq)]
enum Whole {
    No,
    Coming,
    Yes,
}

thread_local! {
    static WHOLE: Cell<Whole> = const { Cell::new(Whole::No) };
    static WAITING: RefCell<Vec<Callback<()>>> = const { RefCell::new(Vec::new()) };
}

/// Asks for the rest, once. What fails is tried again with the next experiment; static/boot.js tells of it.
pub fn complete() {
    if WHOLE.get() != Whole::No {
        return;
    }
    WHOLE.set(Whole::Coming);
    spawn_local(async {
        let there = JsFuture::from(headroom_rest::coming()).await.is_ok();
        WHOLE.set(if there { Whole::Yes } else { Whole::No });
        if there {
            for waiting in WAITING.take() {
                waiting.emit(());
            }
        }
    });
}

/// Whether the whole program is there. The component renders again when it is.
#[hook]
pub fn use_whole() -> bool {
    let whole = use_state_eq(|| WHOLE.get() == Whole::Yes);
    use_effect_with((), {
        let whole = whole.clone();
        move |()| {
            if WHOLE.get() == Whole::Yes {
                whole.set(true);
            } else {
                // Stays until the rest is there; a component that has gone by then hears nothing of it.
                WAITING.with_borrow_mut(|waiting| waiting.push(Callback::from(move |()| whole.set(true))));
            }
        }
    });
    *whole
}

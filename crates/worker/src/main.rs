//! The Web Worker: a shell that answers.

use wasm_bindgen::prelude::*;

/// Answers a greeting with the length of what was said, in characters.
#[wasm_bindgen]
pub fn answer(greeting: &str) -> u32 {
    u32::try_from(greeting.chars().count()).unwrap_or(u32::MAX)
}

fn main() {
    console_error_panic_hook::set_once();
}

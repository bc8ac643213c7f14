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

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn characters_are_counted_and_not_bytes() {
        assert_eq!(answer("naïve"), 5);
    }
}

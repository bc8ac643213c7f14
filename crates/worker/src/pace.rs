//! How many events fit into a slice, learned from the slices before.
//!
//! The engine has no clock and works by the number of events; the shell measures. Knows neither browser nor engine.

/// The length of a slice that is aimed at, in milliseconds.
const SLICE: f64 = 2.0;
/// A turn ends, and the mail is read, when the slices so far have taken so long.
const TURN: f64 = 3.0;
/// Fewest and most events in a slice. Slices that ran out of work look cheap; the upper bound (1 to 4 ms) holds then.
const EVENTS: (f64, f64) = (200.0, 20_000.0);

/// The pace of the work.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    events: f64,
}

impl Pace {
    /// Careful at first: the engine is not compiled well yet.
    pub const fn new() -> Self {
        Self { events: 2_000.0 }
    }

    /// How many events the next slice may have.
    pub fn events(self) -> u64 {
        self.events as u64
    }

    /// A slice has taken `milliseconds`. A slice that ran out of work says little, so the pace only doubles at most;
    /// a long one is believed at once.
    pub fn took(&mut self, milliseconds: f64) {
        let factor = SLICE / milliseconds.max(SLICE / 2.0);
        self.events = (self.events * factor).clamp(EVENTS.0, EVENTS.1);
    }

    /// Whether a turn that began `milliseconds` ago shall end.
    pub fn enough(milliseconds: f64) -> bool {
        milliseconds >= TURN
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// Lets the pace settle on an engine that needs `cost` milliseconds for each event.
    fn settled(cost: f64) -> Pace {
        let mut pace = Pace::new();
        for _ in 0..50 {
            pace.took(pace.events() as f64 * cost);
        }
        pace
    }

    #[wasm_bindgen_test]
    fn slices_come_to_the_length_that_is_aimed_at() {
        for cost in [0.000_12, 0.000_2, 0.002] {
            let length = settled(cost).events() as f64 * cost;
            // Within the rounding to whole events.
            assert!((SLICE * 0.99..=SLICE * 1.01).contains(&length), "{cost} ms an event: slices of {length} ms");
        }
    }

    #[wasm_bindgen_test]
    fn one_long_slice_is_believed_at_once() {
        let mut pace = settled(0.000_2);
        let before = pace.events();
        pace.took(20.0);
        assert_eq!(pace.events(), before / 10);
    }

    #[wasm_bindgen_test]
    fn a_clock_that_stands_still_does_not_raise_the_pace_without_end() {
        let mut pace = Pace::new();
        for _ in 0..100 {
            pace.took(0.0);
        }
        assert_eq!(pace.events(), 20_000);
    }
}

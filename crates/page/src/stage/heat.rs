//! Colours of load: from idle over busy to queueing, as one scale for the grid of many servers and the heat strip.
//!
//! Up to all slots busy the scale goes from the surface to blue; beyond, where requests wait, it goes on in vermillion
//! by powers of two. Plain numbers; it knows no browser.

use headroom::basics::maths;

use super::painter::Colour;

/// The four anchors of the scale, read from the styles of the present theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Nothing to do.
    pub idle: Colour,
    /// All slots busy, nobody waits.
    pub busy: Colour,
    /// The first ones wait.
    pub waiting: Colour,
    /// Sixteen times what can be worked on, or more.
    pub swamped: Colour,
}

impl Scale {
    /// The colour of `load`, in requests at the server for each of its slots.
    #[must_use]
    pub fn colour(&self, load: f32) -> Colour {
        if load <= 1.0 {
            // Half load is half way; a touch of colour from the first request on.
            mix(self.idle, self.busy, if load <= 0.0 { 0.0 } else { 0.08 + 0.92 * load })
        } else {
            // A queue as long as the slots is a quarter of the way; sixteen times as long is all of it.
            mix(self.waiting, self.swamped, (maths::log2(f64::from(load.min(16.0))) as f32 / 4.0).clamp(0.0, 1.0))
        }
    }
}

/// Between two colours: `part` 0 is the first, 1 the second.
#[must_use]
pub fn mix(first: Colour, second: Colour, part: f32) -> Colour {
    let mut mixed = first;
    for (channel, (&from, &to)) in mixed.iter_mut().zip(first.iter().zip(&second)) {
        *channel = (f32::from(from) + (f32::from(to) - f32::from(from)) * part + 0.5) as u8; // saturates
    }
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALE: Scale = Scale {
        idle: [255, 255, 255, 255],
        busy: [0, 0, 200, 255],
        waiting: [255, 180, 120, 255],
        swamped: [200, 60, 0, 255],
    };

    #[test]
    fn more_load_is_never_lighter_on_its_part_of_the_scale() {
        let brightness = |load: f32| SCALE.colour(load)[..3].iter().map(|&byte| u32::from(byte)).sum::<u32>();
        for part in [0..=100, 101..=1_600] {
            let mut before = u32::MAX;
            for step in part {
                let now = brightness(step as f32 / 100.0);
                assert!(now <= before, "{step}");
                before = now;
            }
        }
    }

    #[test]
    fn waiting_is_told_apart_from_working_by_hue() {
        let (busy, waiting) = (SCALE.colour(1.0), SCALE.colour(1.01));
        assert!(busy[2] > busy[0] && waiting[0] > waiting[2]);
        assert_eq!(SCALE.colour(0.0), SCALE.idle);
        assert_eq!(SCALE.colour(1e9), SCALE.swamped);
    }
}

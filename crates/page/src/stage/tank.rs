//! A buffer that gathers: a bar that fills, a ring that runs out, and how many are in it and ready to go.
//!
//! When the timer rings follows from the levels of the buffer, as the scene says; [`Countdown`] works it out.

use headroom::basics::Nanos;
use headroom::labs::scene::{Gathering, Since, Timer};
use headroom::simulation::Level;
use web_sys::Element;

use super::picture::{GAUGE_EDGE, NOTE_LETTER};
use crate::numbers::fixed;

/// Follows a buffer's timer by its levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Countdown {
    /// What was in the open batch.
    held: u32,
    /// What the timer runs from, if it is known.
    begun: Option<Nanos>,
}

impl Countdown {
    /// Takes in the level that holds at `now`.
    pub fn see(&mut self, timer: Timer, level: &Level, now: Nanos) {
        let before = core::mem::replace(&mut self.held, level.serving);
        let begins = match timer.since {
            // A batch that is smaller than before is another one.
            Since::First => before == 0 || level.serving < before,
            Since::Last => level.serving > before,
            Since::Clock => false,
        };
        if level.serving == 0 || self.begun.is_some_and(|begun| begun > now) {
            self.begun = None;
        } else if begins {
            self.begun = Some(level.at);
        }
    }

    /// How much of the timer is left at `now`, 0 … 1; `None` where it does not run or it is not known since when.
    #[must_use]
    pub fn left(&self, timer: Timer, now: Nanos) -> Option<f64> {
        let span = timer.span.0.max(1);
        let gone = match timer.since {
            Since::Clock => now.0 % span,
            _ => now.since(self.begun?).0,
        };
        (gone <= span).then(|| 1.0 - gone as f64 / span as f64)
    }
}

/// A buffer on the page.
pub struct Tank {
    fill: Element,
    count: Element,
    ready: Element,
    ring: Element,
    /// Width of the whole bar.
    width: f32,
    gathering: Option<Gathering>,
    countdown: Countdown,
    /// Most that was seen in it: the bar's end where no size decides.
    most: u32,
    shown: Option<(u32, u32)>,
}

impl Tank {
    /// The parts of `element`, whose bar is `width` wide.
    #[must_use]
    #[inline(never)] // not needed at the start
    pub fn of(element: &Element, width: f32, gathering: Option<Gathering>) -> Option<Self> {
        let part = |class: &str| element.query_selector(class).ok().flatten();
        Some(Self {
            fill: part(".stage-fill")?,
            count: part(".stage-held")?,
            ready: part(".stage-ready")?,
            ring: part(".stage-ring")?,
            width,
            gathering,
            countdown: Countdown::default(),
            most: 8,
            shown: None,
        })
    }

    /// Shows the level that holds at `now`.
    #[inline(never)] // not needed at the start
    pub fn show(&mut self, level: Option<&Level>, now: Nanos) {
        let (held, ready) = level.map_or((0, 0), |level| (level.serving, level.queued));
        let timer = self.gathering.and_then(|gathering| gathering.timer);
        if let (Some(timer), Some(level)) = (timer, level) {
            self.countdown.see(timer, level, now);
        }
        let left = timer.and_then(|timer| self.countdown.left(timer, now)).unwrap_or(0.0);
        // Refused only for a name that no attribute can have; so are those below.
        let _ = self.ring.set_attribute("stroke-dasharray", &format!("{} 100", fixed(left * 100.0, 1)));
        if self.shown == Some((held, ready)) {
            return;
        }
        self.shown = Some((held, ready));
        let full = self.gathering.and_then(|gathering| gathering.full);
        self.most = self.most.max(held);
        let part = held as f32 / full.unwrap_or(self.most).max(1) as f32;
        let _ = self.fill.set_attribute("width", &fixed(self.width * part.min(1.0), 1).to_string());
        self.count
            .set_text_content(Some(&full.map_or_else(|| format!("{held} held"), |full| format!("{held} of {full}"))));
        let fits = |words: &String| words.chars().count() as f32 * NOTE_LETTER <= self.width + 2.0 * GAUGE_EDGE;
        let ready = match ready {
            0 => String::new(),
            _ => Some(format!("{ready} ready to go")).filter(fits).unwrap_or_else(|| format!("{ready} ready")),
        };
        self.ready.set_text_content(Some(&ready));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(at: u64, serving: u32) -> Level {
        Level { at: Nanos::from_millis(at), node: 1, serving, queued: 0, condition: Default::default() }
    }

    fn left(timer: Timer, levels: &[(u64, u32)], now: u64) -> Option<f64> {
        let mut countdown = Countdown::default();
        for &(at, serving) in levels {
            countdown.see(timer, &level(at, serving), Nanos::from_millis(at));
        }
        countdown.left(timer, Nanos::from_millis(now))
    }

    #[test]
    fn a_linger_runs_from_the_first_item_of_each_batch() {
        let timer = Timer { span: Nanos::from_millis(10), since: Since::First };
        assert_eq!(left(timer, &[(0, 0)], 5), None, "nothing is held");
        assert_eq!(left(timer, &[(0, 0), (20, 1), (23, 2)], 25), Some(0.5));
        assert_eq!(left(timer, &[(0, 0), (20, 7), (22, 1)], 22), Some(1.0), "sent when full, and the next begins");
        assert_eq!(left(timer, &[(0, 0), (20, 1), (30, 0)], 31), None);
    }

    #[test]
    fn a_debounce_runs_from_the_last_item_and_a_clock_from_nothing() {
        let timer = Timer { span: Nanos::from_millis(10), since: Since::Last };
        assert_eq!(left(timer, &[(0, 0), (20, 1), (25, 2)], 25), Some(1.0));
        let clock = Timer { since: Since::Clock, ..timer };
        assert_eq!(left(clock, &[], 25), Some(0.5));
    }

    #[test]
    fn going_back_before_the_beginning_forgets_it() {
        let timer = Timer { span: Nanos::from_millis(10), since: Since::First };
        let mut countdown = Countdown::default();
        countdown.see(timer, &level(0, 0), Nanos::ZERO);
        countdown.see(timer, &level(20, 1), Nanos::from_millis(20));
        countdown.see(timer, &level(5, 1), Nanos::from_millis(5));
        assert_eq!(countdown.left(timer, Nanos::from_millis(6)), None);
    }
}

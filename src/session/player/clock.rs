//! How time goes on: the playhead follows the person's clock, as far as the workers have come, and asks them for more.
//!
//! It knows frames and speeds; not what anybody presses. Read next: `reports.rs`, for what the workers answer.

use super::Player;
use crate::basics::Nanos;
use crate::session::protocol::Command;
use crate::simulation::Detail;

/// A gap between frames beyond this is not played through: the tab was hidden or the machine slept.
const LONGEST_FRAME: Nanos = Nanos::from_millis(500);
/// What is played instead, an ordinary frame: a machine that is that slow still gets on.
const AFTER_A_GAP: Nanos = Nanos::from_millis(16);
/// The workers compute ahead for so much of the person's time.
const LOOKAHEAD: f64 = 0.25;
/// More is asked for when less than this is left.
const LOOKAHEAD_LEFT: f64 = 0.15;
/// At most so many flights are drawn a second of the person's time, in one lane.
const MOST_FLIGHTS: f64 = 2_000.0;

impl Player {
    /// `elapsed` of the person's time has passed. Returns whether anything moved.
    pub fn frame(&mut self, elapsed: Nanos) -> bool {
        if !self.playing || !self.settled() {
            return false;
        }
        let elapsed = if elapsed > LONGEST_FRAME { AFTER_A_GAP } else { elapsed };
        let before = self.playhead;
        let wanted = self.playhead.plus(Nanos::from_seconds(elapsed.seconds() * self.speed));
        let frontier = self.tracks.iter().map(|track| track.frontier.time).min().unwrap_or(wanted);
        // A late batch is a stall, never a jump.
        let stop = self.stop.filter(|&stop| before < stop);
        let end = stop.unwrap_or(Nanos::MAX).min(self.scenario.duration);
        self.playhead = wanted.min(frontier.max(self.playhead)).min(end);
        for track in &mut self.tracks {
            track.move_to(self.playhead);
        }
        if self.playhead >= end {
            self.pause();
        } else {
            self.ask_ahead();
        }
        self.playhead != before
    }

    /// Asks for more when the lanes come near the end of what they have computed.
    pub(super) fn ask_ahead(&mut self) {
        let ahead =
            |seconds: f64| self.playhead.plus(Nanos::from_seconds(seconds * self.speed)).min(self.scenario.duration);
        let detail = self.wanted_detail();
        if self.asked_through <= ahead(LOOKAHEAD_LEFT) && self.asked_through < self.scenario.duration
            || detail != self.detail
        {
            self.detail = detail;
            self.asked_through = ahead(LOOKAHEAD).max(Nanos(1));
            let through = self.asked_through;
            self.commands.push(Command::Ready { edition: self.edition, through, detail });
        }
    }

    /// So much detail that the stage can draw it: the same requests in every lane.
    pub(super) fn wanted_detail(&self) -> Detail {
        let rates = self.tracks.iter().filter_map(|track| track.density);
        let flights =
            rates.map(|(flights, span)| flights as f64 / span.seconds().max(1e-9) * self.speed).fold(0.0, f64::max);
        let mut one_in = 1;
        for step in [2, 5, 10].into_iter().cycle().scan(1_u32, |power, step| {
            let value = power.saturating_mul(step);
            if step == 10 {
                *power = power.saturating_mul(10);
            }
            Some(value)
        }) {
            // A little slack downwards, so that the detail does not flicker between two steps.
            let slack = if self.detail.one_in > one_in { 0.7 } else { 1.0 };
            if flights / f64::from(one_in) <= MOST_FLIGHTS * slack || step > 100_000_000 {
                break;
            }
            one_in = step;
        }
        let nodes = (self.scenario.lab.targets)(&self.scenario);
        let frame = if nodes > 256 { 0.1 } else { 0.02 };
        let levels_every =
            if self.speed > 0.2 || nodes > 256 { Nanos::from_seconds(frame * self.speed) } else { Nanos::ZERO };
        Detail { one_in, levels_every }
    }
}

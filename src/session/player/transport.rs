//! What a person does with time: play, pause, speed, seek and step.
//!
//! It moves the playhead and tells the workers where to stand; it never changes the scenario. Read next: `reports.rs`, which takes
//! up what has to wait until the lanes stand.

use super::Player;
use crate::basics::Nanos;
use crate::session::protocol::{Command, Target};

/// Slowest and fastest playing, as multiples of real time.
pub const SPEEDS: (f64, f64) = (0.001, 1_000.0);

/// What a step goes to, from where the focused lane stands.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// So many events on, or back.
    Events(i64),
    /// The next arrival.
    Request,
    /// The next moment that matters.
    Mark,
}

impl Player {
    /// Lets time go on; from the end, from the start again.
    pub fn play(&mut self) {
        if self.playing {
            return;
        }
        if self.at_end() {
            self.seek_now(Nanos::ZERO);
        }
        self.playing = true;
        self.next_step = None;
        self.asked_through = Nanos::ZERO;
    }

    /// Stops; the lanes come to stand exactly at the playhead.
    pub fn pause(&mut self) {
        if self.playing {
            self.playing = false;
            self.seek_now(self.playhead);
        }
    }

    /// Plays or pauses.
    pub fn toggle(&mut self) {
        if self.playing { self.pause() } else { self.play() }
    }

    /// Sets the speed, within [`SPEEDS`].
    pub fn set_speed(&mut self, speed: f64) {
        if speed.is_finite() {
            self.speed = speed.clamp(SPEEDS.0, SPEEDS.1);
            self.asked_through = Nanos::ZERO;
            // What was computed ahead at a higher speed is too coarse for a lower one, and may last for long.
            let wanted = self.wanted_detail();
            let finer = wanted.one_in < self.detail.one_in || wanted.levels_every < self.detail.levels_every;
            if finer && self.settled() {
                self.seek_now(self.playhead);
            }
        }
    }

    /// Playing stops at `time`, once: who plays on from there plays to the end.
    pub fn set_stop(&mut self, time: Option<Nanos>) {
        self.stop = time;
    }

    /// Chooses the lane that steps refer to.
    pub fn set_focus(&mut self, lane: usize) {
        if lane < self.tracks.len() {
            self.focus = lane;
        }
    }

    /// Goes to `time`. While an earlier seek is underway only the latest place counts.
    pub fn seek(&mut self, time: Nanos) {
        let time = time.min(self.scenario.duration);
        self.next_step = None;
        if self.settled() {
            self.seek_now(time);
        } else {
            self.next_seek = Some(time);
            self.playhead = time;
        }
    }

    pub(super) fn seek_now(&mut self, time: Nanos) {
        self.follow = None;
        self.next_seek = None;
        self.playhead = time;
        let lanes = self.lanes().collect();
        self.seek_lanes(lanes, Target::Time(time), false);
    }

    /// Pauses and handles one event of the focused lane, narrated; the others come to the same time.
    pub fn step(&mut self) {
        self.take_step(Step::Events(1));
    }

    /// Pauses and takes the last event of the focused lane back.
    pub fn step_back(&mut self) {
        self.take_step(Step::Events(-1));
    }

    /// As [`Player::step`] and [`Player::step_back`], by so many events; the last of them is narrated.
    pub fn step_by(&mut self, events: i64) {
        self.take_step(Step::Events(events));
    }

    /// Goes to the next arrival, which all lanes of an open loop share.
    pub fn next_request(&mut self) {
        self.take_step(Step::Request);
    }

    /// Goes to the next moment that matters.
    pub fn next_mark(&mut self) {
        self.take_step(Step::Mark);
    }

    /// Where a step leads is counted from where the lanes stand: while they are on their way, the latest waits.
    pub(super) fn take_step(&mut self, step: Step) {
        self.pause();
        if !self.settled() {
            self.next_step = Some(step);
            return;
        }
        let Some(at) = self.tracks.get(self.focus).and_then(|track| track.at.as_ref()) else { return };
        let to = match step {
            Step::Events(events) => Target::Event(at.position.event.saturating_add_signed(events)),
            Step::Request => Target::Arrival(at.totals.arrivals + 1),
            Step::Mark => Target::NextMark,
        };
        self.follow = Some(self.focus);
        self.seek_lanes(vec![self.focus as u8], to, true);
    }

    pub(super) fn seek_lanes(&mut self, lanes: Vec<u8>, to: Target, explain: bool) {
        self.edition += 1;
        self.asked_through = Nanos::ZERO;
        for &lane in &lanes {
            self.tracks[usize::from(lane)].settled = false;
        }
        self.detail = self.wanted_detail();
        self.commands.push(Command::Seek { edition: self.edition, lanes, to, explain, detail: self.detail });
    }

    /// Asks for the state of a node, as it stands.
    pub fn inspect(&mut self, lane: usize, node: u32) {
        self.commands.push(Command::Inspect { lane: lane as u8, node });
    }
}

//! What the workers say: batches of what was computed ahead, and where a lane stands.
//!
//! Reports are late and interleaved; the edition of each says what of it still counts. It knows no worker: the page hands
//! the reports over. Read next: [`Track`](crate::session::Track), which keeps them.

use super::Player;
use crate::basics::Nanos;
use crate::session::protocol::{At, Report, Target};

impl Player {
    /// Takes in what a worker reports.
    pub fn heard(&mut self, report: Report) {
        match report {
            Report::Batch(batch) => {
                let (current, true_before) = (batch.edition == self.edition, self.true_before(batch.edition));
                if let Some(track) = self.tracks.get_mut(usize::from(batch.lane)) {
                    if current {
                        track.batch(batch);
                    } else {
                        track.keep_finished(batch.windows, batch.marks, true_before, self.window);
                    }
                }
            }
            Report::At(at) if at.edition == self.edition => self.lane_stands(at),
            Report::At(at) => {
                let true_before = self.true_before(at.edition);
                if let Some(track) = self.tracks.get_mut(usize::from(at.lane)) {
                    track.keep_finished(at.windows, at.marks, true_before, self.window);
                }
            }
            Report::Progress { job: None, done, of } => self.progress = Some((done, of)),
            Report::Inspected { lane, node, facts } => self.inspected = Some((lane, node, facts)),
            _ => {}
        }
    }

    /// Up to when a report of `edition` is still true.
    fn true_before(&self, edition: u32) -> Nanos {
        let later = self.opened.iter().filter(|&&(opened, _)| opened > edition);
        later.map(|&(_, unchanged)| unchanged).min().unwrap_or(Nanos::MAX)
    }

    fn lane_stands(&mut self, at: Box<At>) {
        let (lane, time) = (usize::from(at.lane), at.position.time);
        let Some(track) = self.tracks.get_mut(lane) else { return };
        track.stands(at);
        if self.follow == Some(lane) {
            self.follow = None;
            self.playhead = time;
            let others: Vec<u8> = self.lanes().filter(|&other| usize::from(other) != lane).collect();
            if !others.is_empty() {
                self.seek_lanes(others, Target::Time(time), false);
            }
        }
        if self.settled() {
            self.progress = None;
            if let Some(time) = self.next_seek.take() {
                self.seek_now(time);
            } else if let Some(step) = self.next_step.take() {
                self.take_step(step);
            } else if self.playing {
                // Without waiting for the next frame.
                self.ask_ahead();
            }
        }
        let playhead = self.playhead;
        for track in &mut self.tracks {
            if track.settled {
                track.move_to(playhead);
            }
        }
    }
}

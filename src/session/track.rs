//! What the page knows of one lane: its windows, its marks, and what is to be drawn at the playhead.
//!
//! Windows stay for the whole run, so charts need no message to be scrubbed. Flights and levels are kept only from
//! the playhead on: whoever goes back seeks, and gets them again.

use std::collections::VecDeque;

use super::protocol::{At, Batch};
use super::ways::Ways;
use crate::basics::Nanos;
use crate::simulation::record::{KeyMap, Stay};
use crate::simulation::window::Merged;
use crate::simulation::{Flight, Level, Mark, NodeId, Position, Window};

/// One lane as the page has it.
#[derive(Clone, Debug, Default)]
pub struct Track {
    /// Finished windows by index; the worker sends each as soon as it is finished, ahead of the playhead.
    pub windows: Vec<Option<Window>>,
    /// Moments that matter, as far as the worker has come.
    pub marks: Vec<Mark>,
    /// What was last said about standing exactly somewhere; gone as soon as the playhead moves on.
    pub at: Option<Box<At>>,
    /// How far the worker has come.
    pub frontier: Position,
    /// The windows of the future that was given up by acting in the past, until it is dismissed.
    pub ghost: Vec<Option<Window>>,
    /// Flights that have not landed at the playhead.
    flights: VecDeque<Flight>,
    /// The ways of the requests round the playhead, ahead of it too.
    ways: Ways,
    /// Every how many-th request is among the flights.
    pub one_in: u32,
    /// Levels to come.
    coming: VecDeque<Level>,
    /// The level of each node at the playhead.
    levels: Vec<Level>,
    /// Who has which keys at the playhead, and the changes to come.
    key_map: Option<KeyMap>,
    coming_key_maps: VecDeque<KeyMap>,
    /// The edition is not settled until the lane has said where it stands.
    pub settled: bool,
    /// Flights in the last batch, and the virtual time it covered: what decides the detail.
    pub density: Option<(usize, Nanos)>,
}

impl Track {
    /// Takes a batch in.
    pub fn batch(&mut self, batch: Batch) {
        self.frontier = batch.to;
        self.one_in = batch.one_in;
        let span = batch.to.time.since(batch.from.time);
        if span > Nanos::ZERO {
            self.density = Some((batch.flights.len() * batch.one_in.max(1) as usize, span));
        }
        self.flights.extend(batch.flights);
        self.ways.add(batch.stays);
        self.coming.extend(batch.levels);
        self.coming_key_maps.extend(batch.key_maps);
        merge_marks(&mut self.marks, batch.marks);
        self.put_windows(batch.windows);
    }

    /// Takes of an older report what stays true: finished windows and marks before `time`.
    pub fn keep_finished(&mut self, windows: Vec<Window>, marks: Vec<Mark>, time: Nanos, length: Nanos) {
        let unchanged = time.0 / length.0.max(1);
        self.put_windows(windows.into_iter().filter(|window| u64::from(window.index) < unchanged).collect());
        merge_marks(&mut self.marks, marks.into_iter().filter(|mark| mark.at < time).collect());
    }

    /// Takes in where the lane stands.
    pub fn stands(&mut self, mut at: Box<At>) {
        self.settled = true;
        self.frontier = at.position;
        self.flights = core::mem::take(&mut at.flights).into();
        self.ways = Ways::default();
        self.ways.add(core::mem::take(&mut at.stays));
        self.coming.clear();
        self.coming_key_maps.clear();
        self.key_map = at.key_map.take();
        for level in core::mem::take(&mut at.levels) {
            self.put_level(level);
        }
        merge_marks(&mut self.marks, core::mem::take(&mut at.marks));
        let windows = core::mem::take(&mut at.windows);
        self.put_windows(windows);
        self.at = Some(at);
    }

    /// Moves to `playhead`: levels change, flights land.
    pub fn move_to(&mut self, playhead: Nanos) {
        if self.at.as_ref().is_some_and(|at| at.position.time != playhead) {
            self.at = None;
        }
        while self.coming.front().is_some_and(|level| level.at <= playhead) {
            if let Some(level) = self.coming.pop_front() {
                self.put_level(level);
            }
        }
        self.ways.forget_done(playhead);
        while self.coming_key_maps.front().is_some_and(|map| map.at <= playhead) {
            self.key_map = self.coming_key_maps.pop_front();
        }
        // In the order of scheduling, not of landing: a few landed ones may stay until those before them have landed.
        while self.flights.front().is_some_and(|flight| flight.arrives <= playhead) {
            self.flights.pop_front();
        }
    }

    /// Requests in the air at `playhead`, with how much of their way they have behind them (0 … 1).
    pub fn in_the_air(&self, playhead: Nanos) -> impl Iterator<Item = (&Flight, f32)> {
        self.flights
            .iter()
            .take_while(move |flight| flight.departs <= playhead)
            .filter(move |flight| playhead < flight.arrives)
            .map(move |flight| {
                let whole = flight.arrives.since(flight.departs).0.max(1);
                (flight, playhead.since(flight.departs).0 as f32 / whole as f32)
            })
    }

    /// The ways of up to `most` requests as far as the playhead, by rising number; none in labs that do not record them.
    #[must_use]
    pub fn ways(&self, playhead: Nanos, most: usize) -> Vec<&[Stay]> {
        self.ways.around(playhead, most)
    }

    /// The level of `node` at the playhead.
    #[must_use]
    pub fn level(&self, node: NodeId) -> Option<&Level> {
        self.levels.get(node as usize).filter(|level| level.node == node)
    }

    /// Every level at the playhead.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Who has which keys at the playhead; `None` in labs without keys.
    #[must_use]
    pub fn key_map(&self) -> Option<&KeyMap> {
        self.key_map.as_ref()
    }

    /// Everything measured up to `playhead`, after the warm-up, with the window in progress where it is known.
    #[must_use]
    pub fn measured(&self, playhead: Nanos, length: Nanos) -> Merged {
        self.merged(playhead, length, false)
    }

    /// As [`Track::measured`], the warm-up included: what there is to see before anything counts.
    #[must_use]
    pub fn seen(&self, playhead: Nanos, length: Nanos) -> Merged {
        self.merged(playhead, length, true)
    }

    fn merged(&self, playhead: Nanos, length: Nanos, warming: bool) -> Merged {
        let mut merged = Merged::of(self.windows_until(playhead, length), length, warming);
        let counts = |at: &At| (warming || !at.window.warming) && at.position.time == playhead;
        if let Some(at) = self.at.as_ref().filter(|at| counts(at)) {
            let part = playhead.since(length * u64::from(at.window.index));
            merged.add(&at.window, part);
        }
        merged
    }

    /// The finished windows that end at `playhead` or before.
    pub fn windows_until(&self, playhead: Nanos, length: Nanos) -> impl Iterator<Item = &Window> {
        let finished = (playhead.0 / length.0.max(1)) as usize;
        self.windows.iter().take(finished).flatten()
    }

    /// From `time` on everything is another future; the old one stays as a ghost.
    pub fn fork_at(&mut self, time: Nanos, length: Nanos) {
        let first = (time.0 / length.0.max(1)) as usize;
        // A drag forks many times; the ghost is the longest future that was given up, not the last few windows.
        if self.windows.len() > first && self.windows.len() >= self.ghost.len() {
            self.ghost.clone_from(&self.windows);
        }
        self.windows.truncate(first);
        self.ways.fork_at(time);
        self.marks.retain(|mark| mark.at < time);
    }

    fn put_windows(&mut self, windows: Vec<Window>) {
        for window in windows {
            let index = window.index as usize;
            if self.windows.len() <= index {
                self.windows.resize(index + 1, None);
            }
            self.windows[index] = Some(window);
        }
    }

    fn put_level(&mut self, level: Level) {
        let node = level.node as usize;
        if self.levels.len() <= node {
            self.levels.resize(
                node + 1,
                Level { at: Nanos::ZERO, node: u32::MAX, serving: 0, queued: 0, condition: Default::default() },
            );
        }
        self.levels[node] = level;
    }
}

/// Marks in the order of time, each once.
fn merge_marks(marks: &mut Vec<Mark>, more: Vec<Mark>) {
    for mark in more {
        let place = marks.partition_point(|other| other.at <= mark.at);
        if !marks.contains(&mark) {
            marks.insert(place, mark);
        }
    }
}

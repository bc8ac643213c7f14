//! Copies of a run at growing distances, so that any time is a short replay away.
//!
//! One is kept every so many events. When there are too many, every second goes and the distance doubles, so the
//! memory stays bounded and the longest replay is at most twice the run divided by the number kept.

use std::rc::Rc;

use crate::basics::Nanos;
use crate::simulation::{Change, Position, Run};

/// At most so many copies.
const MOST: usize = 512;
/// At most so many bytes of copies.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// The first distance, in events.
const FIRST_DISTANCE: u64 = 1_000;

struct Checkpoint {
    position: Position,
    arrivals: u64,
    run: Box<dyn Run>,
}

/// The checkpoints of one lane.
pub struct Checkpoints {
    kept: Vec<Checkpoint>,
    distance: u64,
    /// What is to come, for copies that were taken when something else was.
    changes: Option<Rc<[Change]>>,
}

impl Checkpoints {
    /// With the run at its start as the first one.
    #[must_use]
    pub fn new(start: &dyn Run) -> Self {
        let first = Checkpoint { position: start.position(), arrivals: 0, run: start.fork() };
        Self { kept: vec![first], distance: FIRST_DISTANCE, changes: None }
    }

    /// The number of events at which the next copy is due.
    #[must_use]
    pub fn due(&self) -> u64 {
        self.kept.last().map_or(0, |last| last.position.event) + self.distance
    }

    /// Keeps a copy if one is due.
    pub fn offer(&mut self, run: &dyn Run) {
        if run.position().event < self.due() {
            return;
        }
        let room = MOST.min(MOST_BYTES / run.bytes().max(1)).max(2);
        if self.kept.len() >= room {
            let mut index = 0;
            // The start stays.
            self.kept.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.distance *= 2;
            if run.position().event < self.due() {
                return;
            }
        }
        self.kept.push(Checkpoint { position: run.position(), arrivals: run.arrivals(), run: run.fork() });
    }

    /// Where the newest one that `fits` stands, or the start.
    #[must_use]
    pub fn place_of_newest(&self, fits: impl Fn(Position, u64) -> bool) -> Position {
        self.find(fits).position
    }

    fn find(&self, fits: impl Fn(Position, u64) -> bool) -> &Checkpoint {
        let newest = self.kept.iter().rev().find(|checkpoint| fits(checkpoint.position, checkpoint.arrivals));
        // There is always the start.
        newest.unwrap_or(&self.kept[0])
    }

    /// A copy of the newest one that `fits`, or of the start.
    #[must_use]
    pub fn newest(&self, fits: impl Fn(Position, u64) -> bool) -> Box<dyn Run> {
        let mut run = self.find(fits).run.fork();
        if let Some(changes) = &self.changes {
            run.set_changes(Rc::clone(changes));
        }
        run
    }

    /// From `time` on the future is another one: later copies are forgotten, earlier ones will meet `changes`.
    pub fn fork_at(&mut self, time: Nanos, changes: Rc<[Change]>) {
        self.changes = Some(changes);
        let mut first = true;
        self.kept.retain(|checkpoint| core::mem::take(&mut first) || checkpoint.position.time < time);
    }

    /// How many are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Never: there is always the start.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

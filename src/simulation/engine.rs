//! The engine: takes events in order, applies the scenario's changes between them, keeps the measures.
//!
//! A lab writes a [`Model`]; the engine makes a [`Run`] of it that can be advanced in slices, copied (a checkpoint is
//! a copy) and given another future. It has no clock: a slice ends at a time or after a number of events.

use std::rc::Rc;

use super::change::{Change, What};
use super::event_list::EventList;
use super::record::{NodeId, Record};
use super::tally::{Tally, Totals};
use super::window::Window;
use crate::basics::Nanos;

/// Where a run stands. Several events share a time, so the number of events decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// Virtual time.
    pub time: Nanos,
    /// Events handled so far.
    pub event: u64,
}

/// How far a call of [`Run::advance`] may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Events of this time are still handled.
    pub until: Nanos,
    /// At most so many events.
    pub events: u64,
}

/// Why [`Run::advance`] returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// It stands at `until`.
    Until,
    /// The number of events was used up.
    Events,
}

/// Whether an event did anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// It counts as a step.
    Done,
    /// It had been overtaken (a completion re-planned, a timer disarmed) and did nothing.
    Stale,
}

/// A simulated system: the algorithms and the world of one lab.
pub trait Model: Clone + 'static {
    /// What can happen; small and plain.
    type Event: Copy + 'static;

    /// Schedules the first events.
    fn begin(&mut self, events: &mut EventList<Self::Event>, tally: &mut Tally, record: &mut Record);

    /// Handles one event at `events.now()`.
    fn handle(
        &mut self,
        event: Self::Event,
        events: &mut EventList<Self::Event>,
        tally: &mut Tally,
        record: &mut Record,
    ) -> Handled;

    /// A fault, or a live parameter, at `events.now()`.
    fn change(&mut self, what: &What, events: &mut EventList<Self::Event>, tally: &mut Tally, record: &mut Record);

    /// Requests underway, counted where they are.
    fn in_flight(&self) -> u64;

    /// Records the present level of every node.
    fn levels(&self, now: Nanos, record: &mut Record);

    /// The state of one node, as labelled facts for the inspector.
    fn inspect(&self, node: NodeId, now: Nanos) -> Vec<(String, String)>;

    /// Bytes that a copy takes, roughly.
    fn bytes(&self) -> usize;
}

/// A running experiment, whatever its model.
pub trait Run {
    /// Goes on until the budget is used up.
    fn advance(&mut self, budget: Budget, record: &mut Record) -> Reached;
    /// Where it stands.
    fn position(&self) -> Position;
    /// Replaces the changes to come. Those up to the present position must be the same as before.
    fn set_changes(&mut self, changes: Rc<[Change]>);
    /// A copy that goes on exactly alike.
    fn fork(&self) -> Box<dyn Run>;
    /// Requests since the start.
    fn totals(&self) -> Totals;
    /// Requests that have arrived so far.
    fn arrivals(&self) -> u64;
    /// The hash of everything that was decided so far.
    fn trace_hash(&self) -> u64;
    /// The window in progress.
    fn window(&self) -> Window;
    /// Records the present level of every node.
    fn levels(&self, record: &mut Record);
    /// The state of one node.
    fn inspect(&self, node: NodeId) -> Vec<(String, String)>;
    /// Bytes that a copy takes, roughly.
    fn bytes(&self) -> usize;
}

/// Runs a [`Model`].
#[derive(Clone)]
pub struct Engine<M: Model> {
    model: M,
    events: EventList<M::Event>,
    tally: Tally,
    changes: Rc<[Change]>,
    next_change: usize,
    position: Position,
    begun: bool,
}

impl<M: Model> Engine<M> {
    /// A run at time zero.
    #[must_use]
    pub fn new(model: M, tally: Tally, changes: Rc<[Change]>) -> Self {
        Self {
            model,
            events: EventList::default(),
            tally,
            changes,
            next_change: 0,
            position: Position::default(),
            begun: false,
        }
    }

    /// The model, for tests that look inside.
    #[must_use]
    pub fn model(&self) -> &M {
        &self.model
    }

    fn move_to(&mut self, time: Nanos, record: &mut Record) {
        if self.tally.window_end() <= time {
            self.tally.close_windows(time, record);
        }
        self.position.time = time;
    }

    fn apply_change(&mut self, record: &mut Record) {
        let changes = Rc::clone(&self.changes);
        let change = &changes[self.next_change];
        self.next_change += 1;
        self.move_to(change.at, record);
        self.events.advance_clock(change.at);
        self.model.change(&change.what, &mut self.events, &mut self.tally, record);
        self.tally.trace(change.at.0 ^ 0xc4a6_0000_0000_0000);
    }
}

impl<M: Model> Run for Engine<M> {
    fn advance(&mut self, budget: Budget, record: &mut Record) -> Reached {
        if !self.begun {
            self.begun = true;
            self.model.begin(&mut self.events, &mut self.tally, record);
        }
        let mut left = budget.events;
        loop {
            // Changes come before events of the same time.
            let change_at = self.changes.get(self.next_change).map(|change| change.at).filter(|&at| at <= budget.until);
            let event_until = change_at.map_or(budget.until, |at| Nanos(at.0.saturating_sub(1)));
            let change_is_next = change_at.is_some_and(|at| self.events.peek().is_none_or(|time| time >= at));
            if left == 0 {
                return Reached::Events;
            }
            if change_is_next {
                self.apply_change(record);
                continue;
            }
            // Without a change in sight this loop handles events and nothing else.
            while let Some(event) = self.events.next(event_until) {
                let now = self.events.now();
                self.move_to(now, record);
                if self.model.handle(event, &mut self.events, &mut self.tally, record) == Handled::Done {
                    self.tally.trace(now.0);
                    self.position.event += 1;
                    left -= 1;
                    if left == 0 {
                        break;
                    }
                }
            }
            if left > 0 && change_at.is_none() {
                self.move_to(budget.until, record);
                self.events.advance_clock(budget.until);
                return Reached::Until;
            }
        }
    }

    fn position(&self) -> Position {
        self.position
    }

    fn set_changes(&mut self, changes: Rc<[Change]>) {
        debug_assert_eq!(self.changes[..self.next_change], changes[..self.next_change], "the past is fixed");
        self.changes = changes;
    }

    fn fork(&self) -> Box<dyn Run> {
        Box::new(self.clone())
    }

    fn totals(&self) -> Totals {
        self.tally.totals(self.model.in_flight())
    }

    fn arrivals(&self) -> u64 {
        self.tally.totals(0).arrivals
    }

    fn trace_hash(&self) -> u64 {
        self.tally.trace_hash()
    }

    fn window(&self) -> Window {
        self.tally.window_at(self.position.time)
    }

    fn levels(&self, record: &mut Record) {
        self.model.levels(self.position.time, record);
    }

    fn inspect(&self, node: NodeId) -> Vec<(String, String)> {
        self.model.inspect(node, self.position.time)
    }

    fn bytes(&self) -> usize {
        self.model.bytes() + self.events.bytes() + self.tally.bytes()
    }
}

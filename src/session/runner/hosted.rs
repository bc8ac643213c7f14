//! One lane of the scenario that is shown: a run, the copies that it left on its way, and what was recorded since the last report.
//!
//! It goes where it is told, back as well as ahead, and says where it stands; it knows no other lane. Read next:
//! [`Checkpoints`], which shorten the way.

use std::rc::Rc;

use crate::basics::{Explanation, Nanos};
use crate::session::checkpoints::Checkpoints;
use crate::session::protocol::{At, Batch, Report, Target};
use crate::session::ways::Log;
use crate::simulation::{Budget, Change, Detail, Position, Reached, Record, Run};

/// A batch is sent at the latest after so many slices, so that the page sees progress.
const SLICES_IN_A_BATCH: u32 = 4;

/// One lane of the scenario that is shown.
pub(super) struct Hosted {
    pub(super) lane: u8,
    pub(super) run: Box<dyn Run>,
    checkpoints: Checkpoints,
    pub(super) record: Record,
    /// What requests did where, for whoever goes back.
    log: Log,
    /// Where the batch in the making began.
    from: Position,
    slices: u32,
    /// Where it is going, if it was told to stand somewhere.
    pub(super) seek: Option<(Target, bool)>,
    /// Faults and moved parameters, in the order of time.
    changes: Rc<[Change]>,
}

impl Hosted {
    pub(super) fn new(lane: u8, run: Box<dyn Run>, changes: Rc<[Change]>) -> Self {
        Self {
            lane,
            checkpoints: Checkpoints::new(&*run),
            record: Record::new(Detail::OFF),
            log: Log::default(),
            from: run.position(),
            run,
            slices: 0,
            seek: None,
            changes,
        }
    }

    /// The changes from `time` on are others now.
    #[inline(never)] // not needed at the start
    pub(super) fn fork_at(&mut self, changes: Rc<[Change]>, time: Nanos, length: Nanos) {
        self.changes = Rc::clone(&changes);
        self.checkpoints.fork_at(time, changes);
        self.run = self.checkpoints.newest(|_, _| true);
        let unchanged = (time.0 / length.0.max(1)) as usize;
        self.record.windows.retain(|window| (window.index as usize) < unchanged);
        self.record.marks.retain(|mark| mark.at < time);
        self.record.flights.clear();
        self.record.stays.clear();
        self.log.fork_at(time);
    }

    pub(super) fn begin_seek(&mut self, to: Target, explain: bool) {
        let here = (self.run.position(), self.run.arrivals());
        // To narrate the last event, the run must stand before it.
        let behind = match to {
            Target::Time(time) => here.0.time > time,
            Target::Event(event) => here.0.event >= event,
            Target::Arrival(arrival) => here.1 >= arrival,
            Target::NextMark => false,
        };
        let fits = |position: Position, arrivals: u64| match to {
            Target::Time(time) => position.time <= time,
            Target::Event(event) => position.event < event,
            Target::Arrival(arrival) => arrivals < arrival,
            Target::NextMark => false,
        };
        // Ahead, where the lane has been before, a copy saves the way as well.
        if behind || self.checkpoints.place_of_newest(fits).event > here.0.event {
            self.run = self.checkpoints.newest(fits);
            self.record.flights.clear();
            self.record.stays.clear();
        }
        self.log.detail(self.record.detail.one_in, self.run.position().time);
        // Windows and marks that are finished but not yet sent stay in the record and travel with the answer.
        self.record.forget_levels();
        self.seek = Some((to, explain));
    }

    pub(super) fn seek_on(
        &mut self,
        to: Target,
        explain: bool,
        duration: Nanos,
        most: u64,
        edition: u32,
        out: &mut Vec<Report>,
    ) {
        let position = self.run.position();
        let until_checkpoint = self.checkpoints.due().saturating_sub(position.event).max(1).min(most);
        let (until, events) = match to {
            Target::Time(time) => (time, until_checkpoint),
            // One event is left for the narration.
            Target::Event(event) => (duration, event.saturating_sub(position.event + 1).min(until_checkpoint)),
            Target::Arrival(arrival) if arrival.saturating_sub(self.run.arrivals()) > 1 => {
                // An arrival takes at least one event, so these many can be handled without passing it.
                (duration, (arrival - self.run.arrivals() - 1).min(until_checkpoint))
            }
            Target::Arrival(_) | Target::NextMark => (duration, 0),
        };
        if events > 0 {
            let reached = self.run.advance(Budget { until, events }, &mut self.record);
            self.checkpoints.offer(&*self.run);
            self.forget_landed();
            if reached == Reached::Until {
                self.arrived(edition, out);
            } else if matches!(to, Target::Time(_)) {
                out.push(Report::Progress { job: None, done: self.run.position().time, of: until });
            }
            return;
        }
        // Event by event, so that each can be told about and looked at.
        let marks = self.record.marks.len();
        for _ in 0..most.min(2_000) {
            if matches!(to, Target::Event(0)) {
                break;
            }
            self.record.why = if explain { Explanation::listen() } else { Explanation::silent() };
            self.record.story.clear();
            self.record.nodes.clear();
            let until = if to == Target::NextMark { self.next_change().min(duration) } else { duration };
            let reached = self.run.advance(Budget { until, events: 1 }, &mut self.record);
            self.checkpoints.offer(&*self.run);
            let there = match to {
                Target::Event(event) => self.run.position().event >= event,
                Target::Arrival(arrival) => self.run.arrivals() >= arrival,
                Target::NextMark => self.record.marks.len() > marks,
                Target::Time(_) => true,
            };
            if there && to == Target::NextMark {
                // What made it a moment comes first; a fault is no event and has nothing else to tell.
                let told = self.record.marks[marks..].iter().map(|mark| mark.text.clone());
                self.record.story = told.chain(core::mem::take(&mut self.record.story)).collect();
            }
            if there || reached == Reached::Until && self.run.position().time >= duration {
                self.arrived(edition, out);
                return;
            }
        }
        if matches!(to, Target::Event(0)) {
            self.arrived(edition, out);
        }
    }

    /// When the next fault or moved parameter comes. A jump to the next moment stands at that time itself, and not after
    /// the first event that meets it.
    fn next_change(&self) -> Nanos {
        let now = self.run.position().time;
        self.changes.iter().map(|change| change.at).find(|&at| at > now).unwrap_or(Nanos::MAX)
    }

    /// Says where the lane stands.
    fn arrived(&mut self, edition: u32, out: &mut Vec<Report>) {
        self.seek = None;
        self.forget_landed();
        self.record.forget_levels();
        self.run.levels(&mut self.record);
        let record = &mut self.record;
        out.push(Report::At(Box::new(At {
            edition,
            lane: self.lane,
            position: self.run.position(),
            totals: self.run.totals(),
            window: self.run.window(),
            windows: core::mem::take(&mut record.windows),
            marks: core::mem::take(&mut record.marks),
            levels: core::mem::take(&mut record.levels),
            key_map: record.key_maps.pop(),
            flights: core::mem::take(&mut record.flights),
            stays: self.log.around(self.run.position().time),
            trace_hash: self.run.trace_hash(),
            story: core::mem::take(&mut record.story),
            remarks: core::mem::take(&mut record.why.remarks),
            nodes: core::mem::take(&mut record.nodes),
            candidates: core::mem::take(&mut record.why.candidates),
        })));
        self.record.why = Explanation::silent();
        self.record.clear();
        self.begin_batch();
    }

    /// While a seek passes over time, only requests that are still in the air at its end matter.
    fn forget_landed(&mut self) {
        self.log.add(&self.record.stays);
        self.record.stays.clear();
        let now = self.run.position().time;
        self.record.flights.retain(|flight| flight.arrives > now);
        self.record.forget_levels();
    }

    fn begin_batch(&mut self) {
        self.from = self.run.position();
        self.slices = 0;
    }

    pub(super) fn compute_ahead(&mut self, through: Nanos, most: u64, edition: u32, out: &mut Vec<Report>) {
        let until_checkpoint = self.checkpoints.due().saturating_sub(self.run.position().event).max(1);
        let reached = self.run.advance(Budget { until: through, events: most.min(until_checkpoint) }, &mut self.record);
        self.checkpoints.offer(&*self.run);
        self.slices += 1;
        if reached == Reached::Until || self.slices >= SLICES_IN_A_BATCH {
            let record = &mut self.record;
            self.log.add(&record.stays);
            out.push(Report::Batch(Batch {
                edition,
                lane: self.lane,
                from: self.from,
                to: self.run.position(),
                one_in: record.detail.one_in,
                flights: core::mem::take(&mut record.flights),
                stays: core::mem::take(&mut record.stays),
                levels: core::mem::take(&mut record.levels),
                key_maps: core::mem::take(&mut record.key_maps),
                marks: core::mem::take(&mut record.marks),
                windows: core::mem::take(&mut record.windows),
            }));
            self.begin_batch();
        }
    }
}

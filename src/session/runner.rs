//! The worker's side: hosts lanes, computes ahead as far as it is told, stands wherever it is told to.
//!
//! The shell hands commands to [`Runner::tell`] and calls [`Runner::work`] in slices. What is shown comes before jobs
//! that run beside it.

use std::collections::VecDeque;
use std::rc::Rc;

use super::checkpoints::Checkpoints;
use super::protocol::{At, Batch, Command, Report, Target};
use super::ways::Log;
use crate::basics::{Explanation, Nanos};
use crate::labs::{self, Experiment};
use crate::scenario::{Notice, Scenario};
use crate::simulation::{Budget, Change, Detail, Mark, Position, Reached, Record, Run, Window};

/// What the runner would do with another slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// Something that is waited for on the screen.
    View,
    /// A job beside it.
    Job,
    /// Nothing.
    Idle,
}

/// A batch is sent at the latest after so many slices, so that the page sees progress.
const SLICES_IN_A_BATCH: u32 = 4;

/// One lane of the scenario that is shown.
struct Hosted {
    lane: u8,
    run: Box<dyn Run>,
    checkpoints: Checkpoints,
    record: Record,
    /// What requests did where, for whoever goes back.
    log: Log,
    /// Where the batch in the making began.
    from: Position,
    slices: u32,
    /// Where it is going, if it was told to stand somewhere.
    seek: Option<(Target, bool)>,
    /// Faults and moved parameters, in the order of time.
    changes: Rc<[Change]>,
}

/// A scenario run out beside what is shown.
struct Job {
    experiments: &'static [Experiment],
    job: u32,
    scenario: Scenario,
    lanes: VecDeque<u8>,
    measures: Vec<String>,
    send_windows: bool,
    run: Box<dyn Run>,
    record: Record,
    /// How far it has come, in hundredths, when that was last told.
    told: u64,
}

/// The state machine of a worker.
pub struct Runner {
    experiments: &'static [Experiment],
    edition: u32,
    scenario: Option<Scenario>,
    hosted: Vec<Hosted>,
    through: Nanos,
    turn: usize,
    jobs: VecDeque<Job>,
    replies: Vec<Report>,
}

impl Runner {
    /// A runner that can run `experiments` and hosts nothing yet.
    #[must_use]
    pub const fn new(experiments: &'static [Experiment]) -> Self {
        Self {
            experiments,
            edition: 0,
            scenario: None,
            hosted: Vec::new(),
            through: Nanos::ZERO,
            turn: 0,
            jobs: VecDeque::new(),
            replies: Vec::new(),
        }
    }

    /// Takes a command. What it leads to comes out of [`Runner::work`].
    pub fn tell(&mut self, command: Command) {
        match command {
            Command::Open { edition, scenario, lanes, unchanged_before, at, detail } => {
                self.open(edition, &scenario, &lanes, unchanged_before, at, detail);
            }
            Command::Ready { edition, through, detail } if edition == self.edition => {
                self.through = through;
                for hosted in &mut self.hosted {
                    hosted.record.detail = detail;
                }
            }
            Command::Ready { .. } => {}
            Command::Seek { edition, lanes, to, explain, detail } => {
                self.edition = edition;
                // Nobody goes on by themselves after a seek: what was wanted before it is void.
                self.through = Nanos::ZERO;
                for hosted in &mut self.hosted {
                    hosted.record.detail = detail;
                    if lanes.contains(&hosted.lane) {
                        hosted.begin_seek(to, explain);
                    }
                }
            }
            Command::Inspect { lane, node } => {
                if let Some(hosted) = self.hosted.iter().find(|hosted| hosted.lane == lane) {
                    self.replies.push(Report::Inspected { lane, node, facts: hosted.run.inspect(node) });
                }
            }
            Command::RunOut { job, scenario, lanes, measures, windows } => match self.read(&scenario) {
                Ok((scenario, _)) => {
                    self.jobs.extend(Job::new(self.experiments, job, scenario, lanes.into(), (measures, windows)));
                }
                Err(notice) => self.replies.push(Report::Refused { sentence: notice.sentence }),
            },
            Command::Cancel { job } => self.jobs.retain(|other| other.job != job),
        }
    }

    fn read(&self, text: &str) -> Result<(Scenario, Vec<Notice>), Notice> {
        Scenario::read_among(self.experiments.iter().map(|experiment| experiment.lab), text)
    }

    fn open(&mut self, edition: u32, text: &str, lanes: &[u8], unchanged_before: Nanos, at: Nanos, detail: Detail) {
        self.edition = edition;
        self.through = Nanos::ZERO;
        let scenario = match self.read(text) {
            Ok((scenario, _)) => scenario,
            Err(notice) => {
                self.replies.push(Report::Refused { sentence: notice.sentence });
                return;
            }
        };
        let keep =
            unchanged_before > Nanos::ZERO && self.hosted.iter().map(|hosted| hosted.lane).eq(lanes.iter().copied());
        let length = labs::window_length(&scenario);
        if keep {
            for hosted in &mut self.hosted {
                hosted.fork_at(labs::changes(&scenario, usize::from(hosted.lane)), unchanged_before, length);
            }
        } else {
            let host = |&lane: &u8| {
                let run = labs::build_among(self.experiments, &scenario, usize::from(lane));
                Hosted::new(lane, run, labs::changes(&scenario, usize::from(lane)))
            };
            self.hosted = lanes.iter().map(host).collect();
        }
        for hosted in &mut self.hosted {
            hosted.record.detail = detail;
            hosted.begin_seek(Target::Time(at.min(scenario.duration)), false);
        }
        self.scenario = Some(scenario);
    }

    /// Works for at most `most_events` events and puts what there is to say into `out`.
    pub fn work(&mut self, most_events: u64, out: &mut Vec<Report>) -> Busy {
        out.append(&mut self.replies);
        let Some(duration) = self.scenario.as_ref().map(|scenario| scenario.duration) else {
            return self.work_on_jobs(most_events, out);
        };
        let through = self.through.min(duration);
        let wanted = |hosted: &Hosted| hosted.seek.is_some() || hosted.run.position().time < through;
        let lanes = self.hosted.len();
        // Lanes take turns, those that seek first.
        let next = (0..lanes)
            .map(|step| (self.turn + step) % lanes)
            .filter(|&index| wanted(&self.hosted[index]))
            .min_by_key(|&index| self.hosted[index].seek.is_none());
        let Some(index) = next else {
            return self.work_on_jobs(most_events, out);
        };
        self.turn = (index + 1) % lanes;
        let hosted = &mut self.hosted[index];
        match hosted.seek {
            Some((target, explain)) => hosted.seek_on(target, explain, duration, most_events, self.edition, out),
            None => hosted.compute_ahead(through, most_events, self.edition, out),
        }
        Busy::View
    }

    fn work_on_jobs(&mut self, most_events: u64, out: &mut Vec<Report>) -> Busy {
        let Some(job) = self.jobs.front_mut() else { return Busy::Idle };
        if job.work(most_events, out) {
            self.jobs.pop_front();
        }
        Busy::Job
    }
}

impl Hosted {
    fn new(lane: u8, run: Box<dyn Run>, changes: Rc<[Change]>) -> Self {
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
    fn fork_at(&mut self, changes: Rc<[Change]>, time: Nanos, length: Nanos) {
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

    fn begin_seek(&mut self, to: Target, explain: bool) {
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

    fn seek_on(&mut self, to: Target, explain: bool, duration: Nanos, most: u64, edition: u32, out: &mut Vec<Report>) {
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

    fn compute_ahead(&mut self, through: Nanos, most: u64, edition: u32, out: &mut Vec<Report>) {
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

impl Job {
    #[inline(never)] // not needed at the start
    fn new(
        experiments: &'static [Experiment],
        job: u32,
        scenario: Scenario,
        lanes: VecDeque<u8>,
        (measures, send_windows): (Vec<String>, bool),
    ) -> Option<Self> {
        let &first = lanes.front()?;
        let run = labs::build_among(experiments, &scenario, usize::from(first));
        Some(Self {
            experiments,
            job,
            scenario,
            lanes,
            measures,
            send_windows,
            run,
            record: Record::new(Detail::OFF),
            told: 0,
        })
    }

    /// Goes on; returns whether the job is done.
    #[inline(never)] // not needed at the start
    fn work(&mut self, most_events: u64, out: &mut Vec<Report>) -> bool {
        let Some(&lane) = self.lanes.front() else { return true };
        let duration = self.scenario.duration;
        if self.run.advance(Budget { until: duration, events: most_events }, &mut self.record) == Reached::Events {
            let done = self.run.position().time;
            let hundredths = (100.0 * done.seconds() / duration.seconds()) as u64;
            // A slice is far less than what anybody sees of it.
            if hundredths > self.told {
                self.told = hundredths;
                out.push(Report::Progress { job: Some(self.job), done, of: duration });
            }
            return false;
        }
        let mut windows: Vec<Window> = core::mem::take(&mut self.record.windows);
        let length = labs::window_length(&self.scenario);
        if !duration.0.is_multiple_of(length.0) {
            windows.push(self.run.window());
        }
        let figures = labs::over_time::measures(&self.scenario, usize::from(lane), &windows, length, &self.measures);
        let (totals, trace_hash, events) = (self.run.totals(), self.run.trace_hash(), self.run.position().event);
        if !self.send_windows {
            windows.clear();
        }
        out.push(Report::Finished { job: self.job, lane, figures, windows, totals, events, trace_hash });
        self.lanes.pop_front();
        self.told = 0;
        self.record = Record::new(Detail::OFF);
        if let Some(&next) = self.lanes.front() {
            self.run = labs::build_among(self.experiments, &self.scenario, usize::from(next));
        }
        self.lanes.is_empty()
    }
}

/// Marks in the order of time, each once.
pub(crate) fn merge_marks(marks: &mut Vec<Mark>, more: Vec<Mark>) {
    for mark in more {
        let place = marks.partition_point(|other| other.at <= mark.at);
        if !marks.contains(&mark) {
            marks.insert(place, mark);
        }
    }
}

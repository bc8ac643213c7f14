//! A scenario that is run out beside what is shown, lane after lane, for its figures.
//!
//! It records nothing that is drawn. Read next: [`Errands`](crate::session::Errands), which deals jobs out.

use std::collections::VecDeque;

use crate::labs::{self, Experiment};
use crate::scenario::Scenario;
use crate::session::protocol::Report;
use crate::simulation::{Budget, Detail, Reached, Record, Run, Window};

pub(super) struct Job {
    experiments: &'static [Experiment],
    pub(super) job: u32,
    scenario: Scenario,
    lanes: VecDeque<u8>,
    measures: Vec<String>,
    send_windows: bool,
    run: Box<dyn Run>,
    record: Record,
    /// How far it has come, in hundredths, when that was last told.
    told: u64,
}

impl Job {
    #[inline(never)] // not needed at the start
    pub(super) fn new(
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
    pub(super) fn work(&mut self, most_events: u64, out: &mut Vec<Report>) -> bool {
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

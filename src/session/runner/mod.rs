//! The worker's side: hosts lanes, computes ahead as far as it is told, stands wherever it is told to.
//!
//! The shell hands commands to [`Runner::tell`] and calls [`Runner::work`] in slices. What is shown comes before jobs
//! that run beside it. It knows neither speed nor pause. Read next: `hosted.rs`, a lane that is shown; `job.rs`, a scenario run
//! out beside it.

mod hosted;
mod job;

use std::collections::VecDeque;

use super::protocol::{Command, Report, Target};
use crate::basics::Nanos;
use crate::labs::{self, Experiment};
use crate::scenario::{Notice, Scenario};
use crate::simulation::Detail;
use hosted::Hosted;
use job::Job;

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

//! Runs beside what is shown: many scenarios, lane by lane, dealt out to as many workers as there are.
//!
//! It owns what is still to do, what is underway and what came of it; it knows no browser, no clock and no worker but
//! by its number. Whoever holds the workers asks [`Errands::next_for`] and hands over what they report. What comes out
//! does not depend on how many workers there are: each lane of each scenario is a run of its own.

use std::collections::VecDeque;

use super::protocol::{Command, Report};
use crate::basics::Nanos;
use crate::scenario::Scenario;
use crate::simulation::Totals;

/// A worker has at most so many runs: one at work, and one that follows without waiting for the page.
const AT_ONCE: usize = 2;

/// What came of one lane of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The measures that were asked for, in that order; times in seconds.
    pub figures: Vec<Option<f64>>,
    /// Requests from the start to the end.
    pub totals: Totals,
    /// Events handled.
    pub events: u64,
    /// The hash of every decision.
    pub trace_hash: u64,
}

/// A lane of a scenario that a worker has.
struct Given {
    job: u32,
    worker: usize,
    run: usize,
    lane: u8,
    /// How much of it is done, 0 to 1.
    share: f64,
}

/// Scenarios to be run out.
pub struct Errands {
    runs: Vec<Scenario>,
    measures: Vec<String>,
    waiting: VecDeque<(usize, u8)>,
    given: Vec<Given>,
    outcomes: Vec<Vec<Option<Outcome>>>,
    next_job: u32,
    all: usize,
}

impl Errands {
    /// To run out every lane of `runs` and to ask for `measures`. `first_job` is above every job that the same workers
    /// were given before, so that late reports of those are told apart.
    #[must_use]
    pub fn new(runs: Vec<Scenario>, measures: Vec<String>, first_job: u32) -> Self {
        // At most four lanes.
        let lanes = |(run, scenario): (usize, &Scenario)| (0..scenario.lanes.len() as u8).map(move |lane| (run, lane));
        let waiting: VecDeque<(usize, u8)> = runs.iter().enumerate().flat_map(lanes).collect();
        Self {
            outcomes: runs.iter().map(|run| vec![None; run.lanes.len()]).collect(),
            all: waiting.len(),
            runs,
            measures,
            waiting,
            given: Vec::new(),
            next_job: first_job,
        }
    }

    /// The scenarios.
    #[must_use]
    pub fn runs(&self) -> &[Scenario] {
        &self.runs
    }

    /// What came of lane `lane` of scenario `run`, once it is done.
    #[must_use]
    pub fn outcome(&self, run: usize, lane: usize) -> Option<&Outcome> {
        self.outcomes.get(run)?.get(lane)?.as_ref()
    }

    /// The next thing for `worker` to do; `None` when it has enough, or nothing is left.
    pub fn next_for(&mut self, worker: usize) -> Option<Command> {
        if self.given.iter().filter(|given| given.worker == worker).count() >= AT_ONCE {
            return None;
        }
        let (run, lane) = self.waiting.pop_front()?;
        let job = self.next_job;
        self.next_job += 1;
        self.given.push(Given { job, worker, run, lane, share: 0.0 });
        let (scenario, measures) = (self.runs[run].text(), self.measures.clone());
        Some(Command::RunOut { job, scenario, lanes: vec![lane], measures, windows: false })
    }

    /// Takes in what a worker reports. Returns which scenario and which lane of it are done by that, if any.
    pub fn heard(&mut self, report: Report) -> Option<(usize, usize)> {
        match report {
            Report::Progress { job: Some(job), done, of } => {
                if let Some(given) = self.given.iter_mut().find(|given| given.job == job) {
                    given.share = if of > Nanos::ZERO { done.seconds() / of.seconds() } else { 1.0 };
                }
                None
            }
            Report::Finished { job, figures, totals, events, trace_hash, .. } => {
                let place = self.given.iter().position(|given| given.job == job)?;
                let Given { run, lane, .. } = self.given.swap_remove(place);
                self.outcomes[run][usize::from(lane)] = Some(Outcome { figures, totals, events, trace_hash });
                Some((run, usize::from(lane)))
            }
            _ => None,
        }
    }

    /// How many lanes are done, and of how many.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        (self.all - self.waiting.len() - self.given.len(), self.all)
    }

    /// How much is done, 0 to 1, with the parts of what is underway.
    #[must_use]
    pub fn share(&self) -> f64 {
        let underway: f64 = self.given.iter().map(|given| given.share).sum();
        (self.count().0 as f64 + underway) / self.all.max(1) as f64
    }

    /// Whether nothing is left to do.
    #[must_use]
    pub fn over(&self) -> bool {
        self.waiting.is_empty() && self.given.is_empty()
    }

    /// Gives up what is not done. Returns what the workers have to be told; what they still report is left alone.
    #[must_use]
    pub fn cancel(&mut self) -> Vec<(usize, Command)> {
        self.all = self.count().0;
        self.waiting.clear();
        self.given.drain(..).map(|given| (given.worker, Command::Cancel { job: given.job })).collect()
    }

    /// A number above every job so far.
    #[must_use]
    pub fn next_job(&self) -> u32 {
        self.next_job
    }
}

//! The workers of one experiment: how many, which lane each hosts, and what becomes of commands and reports.
//!
//! It knows the protocol's envelopes (which lanes a command is for), not what is in them. Dropped, it ends its
//! workers. Read next: [`crate::worker_start`] for how a worker comes to life.

use std::rc::Rc;

use headroom::session::{Command, Report};
use js_sys::Uint8Array;

use crate::worker_start::{Said, Starting};

/// What comes out of a pool.
pub enum Heard {
    /// A worker reports.
    Reports(Vec<Report>),
    /// All workers are there; what was said before about a failure to start is void.
    Started,
    /// A worker has stopped for good, or does not start: a sentence or two for a person.
    Failed(String),
}

/// The workers of one experiment.
pub struct Pool {
    lab: &'static str,
    workers: Vec<Starting>,
    heard: Rc<dyn Fn(Heard)>,
}

impl Pool {
    /// No worker yet: the first command that names lanes starts them. They run scenarios of `lab` only.
    #[must_use]
    pub fn new(lab: &'static str, heard: Rc<dyn Fn(Heard)>) -> Self {
        Self { lab, workers: Vec::new(), heard }
    }

    /// Sends `command` to the workers that it concerns.
    pub fn send(&mut self, command: Command) {
        match command {
            Command::Open { edition, scenario, lanes, unchanged_before, at, detail } => {
                self.grow_for(lanes.len());
                for worker in 0..self.workers.len() {
                    let (scenario, lanes) = (scenario.clone(), self.hosted_by(worker, &lanes));
                    self.post(worker, &Command::Open { edition, scenario, lanes, unchanged_before, at, detail });
                }
            }
            Command::Seek { edition, lanes, to, explain, detail } => {
                // Every worker learns of the new edition, also one whose lanes stay where they are.
                for worker in 0..self.workers.len() {
                    let lanes = self.hosted_by(worker, &lanes);
                    self.post(worker, &Command::Seek { edition, lanes, to, explain, detail });
                }
            }
            Command::Inspect { lane, .. } => {
                if let Some(worker) = usize::from(lane).checked_rem(self.workers.len()) {
                    self.post(worker, &command);
                }
            }
            Command::Ready { .. } => {
                for worker in 0..self.workers.len() {
                    self.post(worker, &command);
                }
            }
            // What runs beside the experiment has workers of its own: a [`Crew`].
            Command::RunOut { .. } | Command::Cancel { .. } => {}
        }
    }

    /// Of `lanes`, those that `worker` hosts: lanes are dealt out in turn.
    fn hosted_by(&self, worker: usize, lanes: &[u8]) -> Vec<u8> {
        let workers = self.workers.len().max(1);
        lanes.iter().copied().filter(|&lane| usize::from(lane) % workers == worker).collect()
    }

    /// One worker a lane, but one core is left to the page.
    fn grow_for(&mut self, lanes: usize) {
        let spare = cores().saturating_sub(1).max(1);
        while self.workers.len() < lanes.min(spare).max(1) {
            let heard = Rc::clone(&self.heard);
            self.workers.push(start(self.lab, move |what| heard(what)));
        }
    }

    fn post(&self, worker: usize, command: &Command) {
        post(&self.workers[worker], command);
    }
}

/// Workers that run scenarios out beside the experiment, one for every core: the page has little to do meanwhile.
/// Dropped, it ends its workers, and whatever they are at.
pub struct Crew {
    workers: Vec<Starting>,
}

/// More workers than this gain nothing that anybody would wait for, and each has a memory of its own.
const MOST_IN_A_CREW: usize = 16;

impl Crew {
    /// Starts the workers of `lab`; `heard` is told which of them says what.
    #[must_use]
    pub fn new(lab: &'static str, heard: &Rc<dyn Fn(usize, Heard)>) -> Self {
        let worker = |index: usize| {
            let heard = Rc::clone(heard);
            start(lab, move |what| heard(index, what))
        };
        Self { workers: (0..cores().min(MOST_IN_A_CREW)).map(worker).collect() }
    }

    /// How many workers there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.workers.len()
    }

    /// Sends `command` to `worker`.
    pub fn send(&self, worker: usize, command: &Command) {
        if let Some(worker) = self.workers.get(worker) {
            post(worker, command);
        }
    }
}

/// How many cores there are, as far as the browser says.
fn cores() -> usize {
    let cores = web_sys::window().map_or(2.0, |window| window.navigator().hardware_concurrency());
    // A small whole number; browsers that hide it say 2 or more.
    (cores as usize).max(1)
}

fn start(lab: &'static str, heard: impl Fn(Heard) + 'static) -> Starting {
    Starting::new(lab, move |said| {
        heard(match said {
            Said::Ready => Heard::Started,
            Said::Failed(what) => Heard::Failed(what),
            Said::Message(bytes) => match postcard::from_bytes(&bytes.to_vec()) {
                Ok(reports) => Heard::Reports(reports),
                Err(_) => Heard::Failed("A worker said something that the page does not understand. Its program and the page's may be of different versions: reload the page.".to_owned()),
            },
        });
    })
}

fn post(worker: &Starting, command: &Command) {
    // Plain data of our own: writing it into memory does not fail.
    if let Ok(bytes) = postcard::to_allocvec(command) {
        let array = Uint8Array::from(bytes.as_slice());
        worker.post(&array.buffer());
    }
}

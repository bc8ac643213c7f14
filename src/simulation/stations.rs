//! Servers with slots and bounded queues, first in first out or processor sharing.
//!
//! Work is counted in nanoseconds at speed 1. A server whose speed changes re-plans what is left of it; planned
//! completions carry a generation number, and one that was re-planned is stale when it comes. Queues are lists linked
//! through one arena of jobs, so copying ten thousand servers is a few copies of memory.
//!
//! It knows nothing of requests: a job is a number that its owner gives (small numbers, reused, since they index
//! the arena). What a completion leads to is the owner's business.

use std::collections::BTreeSet;

use crate::basics::Nanos;
use crate::choices;

/// Ends a list.
const NONE: u32 = u32::MAX;

/// Shares are counted in so many parts of a nanosecond: in whole ones every event would cost each job up to one, and a
/// server with many short jobs a noticeable part of its speed. An hour at a hundred times the speed still fits.
const PARTS: u64 = 4_096;

choices! {
    /// In which order a server works.
    pub enum Discipline {
        /// One request a slot; the others wait in the order of arrival.
        Fifo = "fifo", "First in, first out";
        /// All requests at once, sharing the slots equally, as threads on a processor do.
        ProcessorSharing = "processor-sharing", "Processor sharing";
    }
}

/// A completion to be scheduled by the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// When.
    pub at: Nanos,
    /// Which server.
    pub server: u32,
    /// Which job (for processor sharing: whichever is then done first).
    pub job: u32,
    /// To be handed back with the completion.
    pub generation: u32,
}

/// What became of a job that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// In service; schedule this.
    Started(Option<Plan>),
    /// Waits.
    Queued,
    /// Turned away: the queue is full.
    Refused,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    speed: f64,
    slots: u32,
    queue: u32,
    serving: u32,
    queued: u32,
    first: u32,
    last: u32,
    /// Processor sharing: of the next completion.
    generation: u32,
    /// Processor sharing: the work that each present job has received since the server was new, in [`PARTS`].
    attained: u64,
    since: Nanos,
}

#[derive(Clone, Copy, Debug, Default)]
struct Job {
    /// Left to do when service (re)started; for processor sharing, `attained` at which it is done.
    work: u64,
    since: Nanos,
    server: u32,
    generation: u32,
    next: u32,
    serving: bool,
}

/// A set of servers.
#[derive(Clone, Debug)]
pub struct Stations {
    discipline: Discipline,
    rows: Vec<Row>,
    jobs: Vec<Job>,
    /// Processor sharing: (server, done at, job).
    shared: BTreeSet<(u32, u64, u32)>,
    /// Busy slots and waiting jobs, over all servers.
    busy: u32,
    waiting: u32,
}

impl Stations {
    /// No server yet.
    #[must_use]
    pub fn new(discipline: Discipline) -> Self {
        Self { discipline, rows: Vec::new(), jobs: Vec::new(), shared: BTreeSet::new(), busy: 0, waiting: 0 }
    }

    /// Adds a server with `slots` (at least 1), room for `queue` waiting jobs, and a `speed` (work per time; 0 hangs).
    pub fn add(&mut self, slots: u32, queue: u32, speed: f64) {
        let empty = Row {
            speed,
            slots: slots.max(1),
            queue,
            serving: 0,
            queued: 0,
            first: NONE,
            last: NONE,
            generation: 0,
            attained: 0,
            since: Nanos::ZERO,
        };
        self.rows.push(empty);
    }

    /// How many servers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no server.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Jobs in service at `server`. Under processor sharing: as many as there are slots, or fewer.
    #[inline]
    #[must_use]
    pub fn serving(&self, server: u32) -> u32 {
        let row = &self.rows[server as usize];
        row.serving.min(row.slots)
    }

    /// Jobs that wait at `server`. Under processor sharing: those beyond the slots, which slow all others down.
    #[inline]
    #[must_use]
    pub fn queued(&self, server: u32) -> u32 {
        let row = &self.rows[server as usize];
        row.queued + row.serving.saturating_sub(row.slots)
    }

    /// Jobs at `server`, in service or waiting.
    #[inline]
    #[must_use]
    pub fn load(&self, server: u32) -> u32 {
        let row = &self.rows[server as usize];
        row.serving + row.queued
    }

    /// Slots that work, over all servers.
    #[inline]
    #[must_use]
    pub fn busy(&self) -> u32 {
        self.busy
    }

    /// Jobs that wait, over all servers.
    #[inline]
    #[must_use]
    pub fn waiting(&self) -> u32 {
        self.waiting
    }

    /// Brings the sums over all servers up to date after `server` changed from `serving` and `queued`.
    #[inline]
    fn recount(&mut self, server: u32, serving: u32, queued: u32) {
        self.busy = self.busy - serving + self.serving(server);
        self.waiting = self.waiting - queued + self.queued(server);
    }

    /// The present speed of `server`.
    #[must_use]
    pub fn speed(&self, server: u32) -> f64 {
        self.rows[server as usize].speed
    }

    /// The room for waiting jobs changes; those that wait already stay.
    pub fn set_queue(&mut self, server: u32, queue: u32) {
        self.rows[server as usize].queue = queue;
    }

    /// A job comes to `server` with `work` nanoseconds at speed 1.
    #[inline(always)]
    pub fn arrive(&mut self, server: u32, job: u32, work: u64, now: Nanos) -> Admission {
        let row = &mut self.rows[server as usize];
        if self.jobs.len() <= job as usize {
            self.jobs.resize(job as usize + 1, Job::default());
        }
        let slot = &mut self.jobs[job as usize];
        slot.server = server;
        slot.generation = slot.generation.wrapping_add(1);
        slot.work = work;
        slot.next = NONE;
        slot.serving = false;
        if self.discipline == Discipline::ProcessorSharing {
            let (serving, queued) = (self.serving(server), self.queued(server));
            let admission = self.admit_shared(server, job, work, now);
            self.recount(server, serving, queued);
            return admission;
        }
        if row.serving < row.slots {
            return Admission::Started(self.start(server, job, now));
        }
        if row.queued >= row.queue {
            return Admission::Refused;
        }
        row.queued += 1;
        self.waiting += 1;
        if row.last == NONE {
            row.first = job;
        } else {
            self.jobs[row.last as usize].next = job;
        }
        row.last = job;
        Admission::Queued
    }

    fn admit_shared(&mut self, server: u32, job: u32, work: u64, now: Nanos) -> Admission {
        let row = &self.rows[server as usize];
        if row.serving >= row.slots.saturating_add(row.queue) {
            return Admission::Refused;
        }
        self.share(server, now);
        let row = &mut self.rows[server as usize];
        let done_at = row.attained.saturating_add(work.saturating_mul(PARTS));
        row.serving += 1;
        let slot = &mut self.jobs[job as usize];
        slot.work = done_at;
        slot.serving = true;
        self.shared.insert((server, done_at, job));
        Admission::Started(self.plan_shared(server, now))
    }

    /// A planned completion has come. Returns the job that is done, with its server and the plan for what goes on
    /// there, or `None` when the plan was stale.
    #[inline(always)]
    pub fn complete(&mut self, plan: Plan, now: Nanos) -> Option<(u32, u32, Option<Plan>)> {
        if self.discipline == Discipline::ProcessorSharing {
            let (serving, queued) = (self.serving(plan.server), self.queued(plan.server));
            let done = self.finish_shared(plan, now);
            self.recount(plan.server, serving, queued);
            return done;
        }
        let job = &mut self.jobs[plan.job as usize];
        if !job.serving || job.generation != plan.generation {
            return None;
        }
        job.serving = false;
        let server = job.server;
        self.rows[server as usize].serving -= 1;
        self.busy -= 1;
        let next = self.start_next(server, now);
        Some((plan.job, server, next))
    }

    fn finish_shared(&mut self, plan: Plan, now: Nanos) -> Option<(u32, u32, Option<Plan>)> {
        let server = plan.server;
        if self.rows[server as usize].generation != plan.generation {
            return None;
        }
        self.share(server, now);
        let &(_, done_at, job) = self.shared.range((server, 0, 0)..(server + 1, 0, 0)).next()?;
        self.shared.remove(&(server, done_at, job));
        let row = &mut self.rows[server as usize];
        row.attained = row.attained.max(done_at);
        row.serving -= 1;
        self.jobs[job as usize].serving = false;
        Some((job, server, self.plan_shared(server, now)))
    }

    /// The speed of `server` changes; what is in service is re-planned into `plans`.
    pub fn set_speed(&mut self, server: u32, speed: f64, now: Nanos, plans: &mut Vec<Plan>) {
        if self.discipline == Discipline::ProcessorSharing {
            self.share(server, now);
            self.rows[server as usize].speed = speed;
            plans.extend(self.plan_shared(server, now));
            return;
        }
        let before = self.rows[server as usize].speed;
        self.rows[server as usize].speed = speed;
        // Jobs in service have no list of their own: a change of speed is rare, a completion is not.
        for job in 0..self.jobs.len() as u32 {
            let slot = &mut self.jobs[job as usize];
            if slot.serving && slot.server == server {
                slot.work = slot.work.saturating_sub(work_done(now.since(slot.since), before));
                slot.generation = slot.generation.wrapping_add(1);
                plans.extend(self.plan(server, job, now));
            }
        }
    }

    /// Takes every job out of `server`, in service first, then in the order of the queue.
    pub fn empty(&mut self, server: u32, now: Nanos, jobs: &mut Vec<u32>) {
        let (serving, queued) = (self.serving(server), self.queued(server));
        self.share(server, now);
        for (number, job) in self.jobs.iter_mut().enumerate() {
            if job.serving && job.server == server {
                job.serving = false;
                job.generation = job.generation.wrapping_add(1);
                self.shared.remove(&(server, job.work, number as u32));
                jobs.push(number as u32);
            }
        }
        let row = &mut self.rows[server as usize];
        let mut job = row.first;
        while job != NONE {
            jobs.push(job);
            job = self.jobs[job as usize].next;
        }
        row.serving = 0;
        row.queued = 0;
        row.first = NONE;
        row.last = NONE;
        row.generation = row.generation.wrapping_add(1);
        self.recount(server, serving, queued);
    }

    /// All jobs present, counted one by one.
    #[must_use]
    pub fn present(&self) -> u64 {
        self.rows.iter().map(|row| u64::from(row.serving) + u64::from(row.queued)).sum()
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.rows.len() * size_of::<Row>() + self.jobs.len() * size_of::<Job>() + self.shared.len() * 32
    }

    #[inline]
    fn start_next(&mut self, server: u32, now: Nanos) -> Option<Plan> {
        let row = &mut self.rows[server as usize];
        let job = row.first;
        if job == NONE {
            return None;
        }
        row.first = self.jobs[job as usize].next;
        if row.first == NONE {
            row.last = NONE;
        }
        row.queued -= 1;
        self.waiting -= 1;
        self.start(server, job, now)
    }

    #[inline]
    fn start(&mut self, server: u32, job: u32, now: Nanos) -> Option<Plan> {
        self.rows[server as usize].serving += 1;
        self.busy += 1;
        self.jobs[job as usize].serving = true;
        self.plan(server, job, now)
    }

    #[inline]
    fn plan(&mut self, server: u32, job: u32, now: Nanos) -> Option<Plan> {
        let slot = &mut self.jobs[job as usize];
        slot.since = now;
        let at = now.plus(time_for(slot.work, self.rows[server as usize].speed)?);
        Some(Plan { at, server, job, generation: slot.generation })
    }

    /// Processor sharing: lets the jobs of `server` attain work up to `now`.
    fn share(&mut self, server: u32, now: Nanos) {
        let row = &mut self.rows[server as usize];
        if row.serving > 0 {
            let pace = row.speed * f64::from(row.slots.min(row.serving)) / f64::from(row.serving);
            row.attained = row.attained.saturating_add(work_done(now.since(row.since), pace * PARTS as f64));
        }
        row.since = now;
    }

    /// Processor sharing: plans the next completion of `server`.
    fn plan_shared(&mut self, server: u32, now: Nanos) -> Option<Plan> {
        let row = &mut self.rows[server as usize];
        row.generation = row.generation.wrapping_add(1);
        let &(_, done_at, job) = self.shared.range((server, 0, 0)..(server + 1, 0, 0)).next()?;
        let pace = row.speed * f64::from(row.slots.min(row.serving)) / f64::from(row.serving);
        let at = now.plus(time_for(done_at.saturating_sub(row.attained), pace * PARTS as f64)?);
        Some(Plan { at, server, job, generation: row.generation })
    }
}

/// How long `work` takes at `speed`; `None` when it never ends.
#[inline]
pub(super) fn time_for(work: u64, speed: f64) -> Option<Nanos> {
    if speed == 1.0 {
        Some(Nanos(work))
    } else if speed > 0.0 {
        // Rounded up, so that nothing is done before its work is; `as` saturates.
        Some(Nanos((work as f64 / speed).ceil() as u64))
    } else {
        None
    }
}

/// The work done in `span` at `speed`.
#[inline]
pub(super) fn work_done(span: Nanos, speed: f64) -> u64 {
    if speed == 1.0 { span.0 } else { (span.0 as f64 * speed) as u64 }
}

//! One stage: workers, a queue before them, and what is done but cannot go on.
//!
//! Unlike `simulation::stations` it knows blocking: a worker whose item finds no room in the next stage keeps it. It also
//! keeps what Little's law needs. It knows nothing of other stages. Read next: [`super::model`].

use std::collections::VecDeque;

use crate::basics::Nanos;

/// An item in service.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// Which.
    pub job: u32,
    /// When it will be done, as planned under this generation.
    pub done: Nanos,
    /// Rises whenever it is planned anew.
    pub generation: u64,
}

/// What a stage has seen, for Little's law: mean number present = rate × mean stay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Little {
    /// Mean number of items present, waiting, served or blocked.
    pub number: f64,
    /// Items a second that have left.
    pub rate: f64,
    /// Mean time, in seconds, that those spent here.
    pub stay: f64,
}

/// A stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Workers.
    pub workers: u32,
    /// How many items may wait.
    pub bound: u32,
    /// Work done in a unit of time; 1 is normal.
    pub speed: f64,
    /// Items that wait, the oldest first.
    pub queue: VecDeque<u32>,
    /// Items in service.
    pub serving: Vec<Service>,
    /// Items that are done and wait for room in the next stage, in the order in which they were done.
    pub blocked: VecDeque<u32>,
    /// Items on their way here.
    pub coming: u32,
    generation: u64,
    area: f64,
    since: Nanos,
    left: u64,
    stayed: f64,
}

impl Stage {
    /// An idle stage.
    #[must_use]
    pub fn new(workers: u32, bound: u32) -> Self {
        Self {
            workers,
            bound,
            speed: 1.0,
            queue: VecDeque::new(),
            serving: Vec::new(),
            blocked: VecDeque::new(),
            coming: 0,
            generation: 0,
            area: 0.0,
            since: Nanos::ZERO,
            left: 0,
            stayed: 0.0,
        }
    }

    /// Items that are here.
    #[must_use]
    pub fn present(&self) -> u32 {
        (self.queue.len() + self.serving.len() + self.blocked.len()) as u32
    }

    /// Workers that have nothing.
    #[must_use]
    pub fn free(&self) -> u32 {
        self.workers.saturating_sub((self.serving.len() + self.blocked.len()) as u32)
    }

    /// How many more items may set out for this stage.
    #[must_use]
    pub fn room(&self) -> u32 {
        self.workers.saturating_add(self.bound).saturating_sub(self.present() + self.coming)
    }

    /// The share of the workers that serve.
    #[must_use]
    pub fn utilisation(&self) -> f64 {
        self.serving.len() as f64 / f64::from(self.workers.max(1))
    }

    /// Brings the mean number present up to date; to be called before it changes.
    pub fn pass(&mut self, now: Nanos) {
        self.area += f64::from(self.present()) * now.since(self.since).seconds();
        self.since = now;
    }

    /// `job` with `work` nanoseconds at speed 1 gets a worker; returns what to plan.
    pub fn start(&mut self, job: u32, work: u64, now: Nanos) -> Service {
        self.generation += 1;
        let done = now.plus(Nanos((work as f64 / self.speed).ceil() as u64));
        let service = Service { job, done, generation: self.generation };
        self.serving.push(service);
        service
    }

    /// Takes out of service what was planned under `generation`; `None` when that was planned anew.
    pub fn finish(&mut self, generation: u64) -> Option<u32> {
        // Generations rise, so what is in service stands in their order.
        let index = self.serving.binary_search_by_key(&generation, |service| service.generation).ok()?;
        Some(self.serving.remove(index).job)
    }

    /// The stage works at `speed` from now on; what is in service is planned anew.
    pub fn set_speed(&mut self, speed: f64, now: Nanos) -> Vec<Service> {
        let before = core::mem::replace(&mut self.speed, speed);
        for service in &mut self.serving {
            self.generation += 1;
            let left = service.done.since(now).0 as f64 * before / speed;
            *service = Service { done: now.plus(Nanos(left.ceil() as u64)), generation: self.generation, ..*service };
        }
        self.serving.clone()
    }

    /// An item that came at `came` leaves.
    pub fn leave(&mut self, came: Nanos, now: Nanos) {
        self.left += 1;
        self.stayed += now.since(came).seconds();
    }

    /// What Little's law is about, from the start to `now`.
    #[must_use]
    pub fn little(&self, now: Nanos) -> Little {
        let area = self.area + f64::from(self.present()) * now.since(self.since).seconds();
        let (span, left) = (now.seconds().max(1e-9), self.left.max(1) as f64);
        Little { number: area / span, rate: self.left as f64 / span, stay: self.stayed / left }
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + (self.queue.len() + self.blocked.len()) * 4 + self.serving.len() * size_of::<Service>()
    }
}

//! A gate: a limiter, who it has let in, and who waits in front of it.
//!
//! What waits in front is not the limiter's business: it learns of a request when it lets it in, and of its latency
//! from then on.

use std::collections::VecDeque;

use crate::algorithms::concurrency::{self, Limiter};
use crate::basics::{Explanation, Nanos};

use super::service::Truth;

/// The limiter that is told the truth instead of having to find it.
const TOLD: &str = "littles-law";

/// A limit that fell to half is worth a mark, but not more often than this.
const BETWEEN_MARKS: Nanos = Nanos::from_secs(1);

/// One limiter with its queue.
#[derive(Clone)]
pub struct Gate {
    limiter: Box<dyn Limiter>,
    /// Whether somebody tells it the truth.
    told: bool,
    in_flight: u32,
    queue: VecDeque<u32>,
    /// The wake-up that is scheduled.
    wakes: Option<Nanos>,
    /// The highest limit since the last mark, and when that was.
    highest: u32,
    marked: Nanos,
}

impl Gate {
    /// The limiter `policy` with what `settings` has for it.
    #[must_use]
    pub fn new(policy: &str, settings: &[(&str, &str)]) -> Self {
        // The scenario's reader accepts only policies of the registry; a fixed limit stands in for none.
        let limiter = concurrency::build(policy, settings)
            .or_else(|| concurrency::build("fixed", &[]))
            .unwrap_or_else(|| unreachable!("the fixed limit stands in the registry"));
        // Who sets the capacity by hand wants to see what becomes of a number that is never told again.
        let by_hand = settings.iter().any(|&(key, _)| key == "capacity" || key == "latency-without-load");
        let highest = limiter.claimed();
        Self {
            limiter,
            told: policy == TOLD && !by_hand,
            in_flight: 0,
            queue: VecDeque::new(),
            wakes: None,
            highest,
            marked: Nanos::ZERO,
        }
    }

    /// The limit that it says it has.
    #[inline]
    #[must_use]
    pub fn claimed(&self) -> u32 {
        self.limiter.claimed()
    }

    /// Requests that it let in and that are not back.
    #[inline]
    #[must_use]
    pub fn in_flight(&self) -> u32 {
        self.in_flight
    }

    /// Requests that wait in front of it.
    #[inline]
    #[must_use]
    pub fn queued(&self) -> u32 {
        // Bounded by the parameter, which has 32 bits.
        self.queue.len() as u32
    }

    /// Whether it would let another one in.
    #[inline]
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.in_flight < self.limiter.limit()
    }

    /// Lets a request in. Returns how many are in flight with it.
    #[inline]
    pub fn enter(&mut self) -> u32 {
        self.in_flight += 1;
        self.in_flight
    }

    /// A call waits in front.
    pub fn queue(&mut self, call: u32) {
        self.queue.push_back(call);
    }

    /// The call that has waited longest leaves the queue, if there is room for it.
    pub fn call_next(&mut self) -> Option<u32> {
        if self.is_open() { self.queue.pop_front() } else { None }
    }

    /// A call has waited too long and leaves the queue. It is nearly always the first one.
    pub fn remove(&mut self, call: u32) {
        if let Some(position) = self.queue.iter().position(|&other| other == call) {
            self.queue.remove(position);
        }
    }

    /// A request that was let in at `started` as the `in_flight`-th is back.
    #[inline]
    pub fn leave(&mut self, started: Nanos, now: Nanos, in_flight: u32, dropped: bool, why: &mut Explanation) {
        self.in_flight -= 1;
        self.limiter.sample(started, now, in_flight, dropped, why);
    }

    /// The limiter's timer, if it is due at `now`. Returns whether it was.
    pub fn tick(&mut self, now: Nanos) -> bool {
        self.wakes = None;
        let due = self.limiter.due().is_some_and(|due| due <= now);
        if due {
            self.limiter.tick(now, &mut Vec::new());
        }
        due
    }

    /// When it wants to be woken, if that is not scheduled yet.
    #[inline]
    pub fn wakes(&mut self) -> Option<Nanos> {
        let due = self.limiter.due();
        if due == self.wakes {
            return None;
        }
        self.wakes = due;
        due
    }

    /// Whether a wake-up that was scheduled for `at` still counts.
    #[must_use]
    pub fn expects(&self, at: Nanos) -> bool {
        self.wakes == Some(at)
    }

    /// A parameter moved. One that this limiter does not have passes it by.
    pub fn set(&mut self, key: &str, value: &str) {
        let _ = self.limiter.set(key, value);
    }

    /// The knee has moved, and the limiter that is told hears of it.
    pub fn tell(&mut self, truth: &Truth) {
        // While the service stands still there is no throughput to be told.
        if self.told && truth.capacity > 0.0 {
            self.set("capacity", &truth.capacity.to_string());
            self.set("latency-without-load", &truth.without_load.to_string());
        }
    }

    /// Whether the limit has fallen to half of what it was: from what, to what.
    #[inline]
    pub fn halved(&mut self, now: Nanos) -> Option<(u32, u32)> {
        let limit = self.claimed();
        if limit > self.highest {
            self.highest = limit;
        } else if limit <= self.highest / 2 && now >= self.marked.plus(BETWEEN_MARKS) {
            self.marked = now;
            return Some((core::mem::replace(&mut self.highest, limit), limit));
        }
        None
    }

    /// Its state in words.
    #[must_use]
    pub fn facts(&self) -> Vec<(String, String)> {
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let mut facts = vec![
            fact("Limit", self.claimed().to_string()),
            fact("In flight", self.in_flight.to_string()),
            fact("Waiting in front", self.queue.len().to_string()),
        ];
        if self.limiter.limit() != self.claimed() {
            let real = if self.limiter.limit() == 0 { "nobody" } else { "everybody" };
            facts.push(fact("Really lets in", real.to_owned()));
        }
        facts
    }

    /// Bytes that a copy takes, roughly: limiters keep a window of samples at most.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.queue.len() * size_of::<u32>() + 4_096
    }
}

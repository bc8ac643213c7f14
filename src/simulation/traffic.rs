//! Where requests come from: an arrival process, and everything random about each request.
//!
//! Every lab draws through here, in a fixed number of draws for each request, when the request is created and never
//! later. So all lanes see the very same requests, whatever becomes of them.

use super::arrivals::{Arrivals, Process, think};
use super::popularity::Popularity;
use super::service::Service;
use crate::basics::Nanos;
use crate::basics::randomness::mix;

/// A request as it is created.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Born {
    /// Its number, counted from 0, the same in every lane.
    pub request: u32,
    /// A word to choose the client by.
    pub client: u64,
    /// The rank of the item that it is about, 0 the most popular.
    pub item: u32,
    /// Its work as a multiple of the mean.
    pub size: f64,
    /// From which all later draws of this request are mixed.
    pub luck: u64,
}

impl Born {
    /// The item as a well-mixed 64-bit key.
    #[must_use]
    pub fn key(&self) -> u64 {
        Self::key_of(self.item)
    }

    /// The key of any item, as [`Self::key`] gives it.
    #[must_use]
    pub fn key_of(item: u32) -> u64 {
        mix(u64::from(item))
    }

    /// Its work in nanoseconds at speed 1, when `mean` is the mean service time.
    #[must_use]
    pub fn work(&self, mean: Nanos) -> u64 {
        (mean.0 as f64 * self.size + 0.5) as u64
    }
}

/// The traffic of one lane. Equal seeds make equal traffic.
#[derive(Clone, Debug)]
pub struct Traffic {
    arrivals: Arrivals,
    process: Process,
    service: Service,
    items: Popularity,
    next: u32,
    generation: u32,
}

impl Traffic {
    /// Traffic of requests with this law of sizes, about these items.
    #[must_use]
    pub fn new(arrivals: Arrivals, process: Process, service: Service, items: Popularity) -> Self {
        Self { arrivals, process, service, items, next: 0, generation: 0 }
    }

    /// Whether users wait for their answers before they send again.
    #[must_use]
    pub fn closed(&self) -> bool {
        self.process == Process::Closed
    }

    /// How long a user of a closed loop thinks before the very first request, so that users do not come all at once.
    /// To be drawn once for each user before anything else; `mean` in nanoseconds.
    pub fn first_thought(&mut self, mean: Nanos) -> Nanos {
        think(mean, self.arrivals.word())
    }

    /// When the next request of an open loop comes, and the generation under which to schedule it. `None`: not in sight.
    pub fn plan(&mut self, now: Nanos) -> Option<(Nanos, u32)> {
        let at = self.arrivals.draw_next(now);
        (at < Nanos::MAX).then_some((at, self.generation))
    }

    /// The rate moves at `now`: the pending arrival is stale, and comes as this says instead.
    pub fn set_rate(&mut self, rate: f64, now: Nanos) -> Option<(Nanos, u32)> {
        if self.closed() {
            return None;
        }
        self.generation = self.generation.wrapping_add(1);
        let at = self.arrivals.set_rate(rate, now);
        (at < Nanos::MAX).then_some((at, self.generation))
    }

    /// Whether an arrival that was scheduled under `generation` still counts.
    #[inline]
    #[must_use]
    pub fn counts(&self, generation: u32) -> bool {
        generation == self.generation
    }

    /// Creates the next request.
    #[inline]
    pub fn born(&mut self) -> Born {
        if self.closed() {
            // The gap's word is drawn here, so that every process draws alike for a request.
            let _ = self.arrivals.word();
        }
        let request = self.next;
        self.next = self.next.wrapping_add(1);
        let (client, item, size, luck) =
            (self.arrivals.word(), self.arrivals.word(), self.arrivals.word(), self.arrivals.word());
        Born { request, client, item: self.items.item(item), size: self.service.sample(size), luck }
    }
}

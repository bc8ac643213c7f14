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
    #[inline]
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
    #[inline]
    #[must_use]
    pub fn work(&self, mean: Nanos) -> u64 {
        (mean.0 as f64 * self.size + 0.5) as u64
    }
}

/// So many requests are drawn at a time: logarithms that nothing waits for overlap in the processor.
const DRAWN: usize = 16;

/// What is drawn for one request, and the gap until the one that follows it.
#[derive(Clone, Copy, Debug, Default)]
struct Draws {
    gap: f64,
    client: u64,
    item: u32,
    size: f64,
    luck: u64,
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
    /// Whether the gap before the first request is drawn.
    begun: bool,
    drawn: [Draws; DRAWN],
    /// How many of these are used up.
    used: usize,
}

impl Traffic {
    /// Traffic of requests with this law of sizes, about these items.
    #[must_use]
    pub fn new(arrivals: Arrivals, process: Process, service: Service, items: Popularity) -> Self {
        let drawn = [Draws::default(); DRAWN];
        Self { arrivals, process, service, items, next: 0, generation: 0, begun: false, drawn, used: DRAWN }
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
    /// To be asked once at the start, and then for each request before it is [born](Self::born).
    #[inline]
    pub fn plan(&mut self, now: Nanos) -> Option<(Nanos, u32)> {
        let gap = if core::mem::replace(&mut self.begun, true) { self.draws().gap } else { self.arrivals.gap() };
        let at = self.arrivals.next(gap, now);
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
        let request = self.next;
        self.next = self.next.wrapping_add(1);
        let Draws { client, item, size, luck, .. } = self.draws();
        self.used += 1;
        Born { request, client, item, size, luck }
    }

    /// The draws of the next request.
    #[inline]
    fn draws(&mut self) -> Draws {
        if self.used == DRAWN {
            self.draw();
        }
        self.drawn[self.used]
    }

    #[inline(never)]
    fn draw(&mut self) {
        for draws in &mut self.drawn {
            // A closed loop has no use for the gap, which is drawn so that every process draws alike.
            let gap = self.arrivals.gap();
            let (client, item, size, luck) =
                (self.arrivals.word(), self.arrivals.word(), self.arrivals.word(), self.arrivals.word());
            *draws = Draws { gap, client, item: self.items.item(item), size: self.service.sample(size), luck };
        }
        self.used = 0;
    }
}

//! Slow start: the weight of a server that has just come back grows from a sixteenth to the whole.
//!
//! A policy knows weights as small whole numbers, so while any server grows all weights are taken sixteenfold, as
//! HAProxy does (`BE_WEIGHT_SCALE`, `server_recalc_eweight`); only their ratios count. Policies without weights cannot
//! start slowly, and hashing policies do not: their map would move with every step (nginx forbids `slow_start` with
//! `hash` and `ip_hash` for that reason).

use crate::algorithms::balancing::{Fleet, ServerId};
use crate::basics::Nanos;

/// In so many steps; HAProxy's scale of weights.
const STEPS: u64 = 16;

/// The policies in which nothing but the ratio of weights counts.
const WEIGHED: [&str; 6] = [
    "smooth-weighted-round-robin",
    "weighted-random",
    "weighted-least-loaded",
    "nginx-least-conn",
    "haproxy-leastconn",
    "weighted-least-request",
];

/// A server whose weight grows.
#[derive(Clone, Copy, Debug)]
struct Growing {
    server: ServerId,
    since: Nanos,
    /// When the next step is due.
    next: Nanos,
}

/// The weights of one balancer's servers.
#[derive(Clone, Debug)]
pub struct SlowStart {
    /// How long it takes; zero: not at all.
    lasts: Nanos,
    configured: Vec<u32>,
    left: Vec<bool>,
    growing: Vec<Growing>,
}

impl SlowStart {
    /// The configured weights, for a balancer with this policy.
    #[must_use]
    pub fn new(policy: &str, lasts: Nanos, configured: Vec<u32>) -> Self {
        let lasts = if WEIGHED.contains(&policy) { lasts } else { Nanos::ZERO };
        Self { lasts, left: vec![false; configured.len()], configured, growing: Vec::new() }
    }

    /// `server` is used again. Says when its next step is due, if it starts slowly.
    pub fn begin(&mut self, server: ServerId, now: Nanos) -> Option<Nanos> {
        if self.lasts == Nanos::ZERO {
            return None;
        }
        let next = now.plus(self.length());
        self.growing.retain(|growing| growing.server != server);
        self.growing.push(Growing { server, since: now, next });
        Some(next)
    }

    /// A step is due: `None` when it was overtaken, otherwise when the next one is, if there is one.
    pub fn step(&mut self, server: ServerId, now: Nanos) -> Option<Option<Nanos>> {
        let length = self.length();
        let place = self.growing.iter().position(|growing| growing.server == server && growing.next == now)?;
        let growing = &mut self.growing[place];
        if now.since(growing.since) >= self.lasts {
            self.growing.swap_remove(place);
            return Some(None);
        }
        growing.next = now.plus(length);
        Some(Some(growing.next))
    }

    fn length(&self) -> Nanos {
        Nanos((self.lasts.0 / STEPS).max(1))
    }

    /// `server` leaves the configuration, or is back in it.
    pub fn set_left(&mut self, server: ServerId, left: bool) {
        self.left[server as usize] = left;
    }

    /// Gives `fleet` the weights of the moment.
    pub fn weigh(&self, fleet: &mut Fleet) {
        let scale = if self.growing.is_empty() { 1 } else { STEPS as u32 };
        let present = |(&weight, &left): (&u32, &bool)| if left { 0 } else { weight.saturating_mul(scale) };
        let mut weights: Vec<u32> = self.configured.iter().zip(&self.left).map(present).collect();
        for growing in &self.growing {
            // Steps taken so far, and one, as HAProxy counts; `next` is one step ahead of the last.
            let taken = growing.next.since(growing.since).0 / self.length().0;
            let weight = &mut weights[growing.server as usize];
            *weight = (u64::from(*weight) / STEPS * taken.clamp(1, STEPS)) as u32;
        }
        fleet.set_weights(&weights);
    }
}

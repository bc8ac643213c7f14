//! Peak EWMA: of two random servers the one where waiting has cost less lately.
//!
//! **What it is.** Two choices with another idea of load: a moving average of the latency, weighted by time and
//! sensitive to peaks, times the requests in flight and one more. A slower answer than the average replaces it at
//! once; faster ones pull it down gently, and so does time itself. So it sees slow servers, not only full ones.
//!
//! **Who runs it.** Finagle, linkerd (through `tower`), Twitter's front ends; Envoy has a relative of the name.
//!
//! **Cost.** O(1) time (one `exp` for each of two candidates and for each answer), O(n) memory: two numbers each.
//!
//! **Source.** Finagle `PeakEwma.scala`; `tower/src/load/peak_ewma.rs`; Envoy `contrib/peak_ewma` (`cost.cc`), which
//! has no peak and does not decay on reading in spite of its name, and gathers samples every 100 ms (not modelled).
//!
//! **What goes wrong.** A server that *fails fast* looks wonderful: its latency is tiny. And after a decay of the memory a
//! sick server is tried again by everybody, with real requests.
//!
//! **Why it decays on reading.** Without that a server that was slow once would never get another request, so its
//! average could never improve.
//!
//! **Ties.** The server drawn first.

use super::{Answer, Balancer, Fleet, Request, ServerId};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::randomness::two_distinct;
use crate::basics::{Explanation, Kind, Nanos, Randomness, maths};
use crate::{because, choices, parameters};

choices! {
    /// Whose rules hold for the average and for a server without history.
    pub enum Variant {
        /// A server without history is tried once, then avoided until it has answered.
        Finagle = "finagle", "Finagle";
        /// A server without history starts from an assumed latency.
        Tower = "tower", "tower (linkerd)";
        /// A plain average without peaks; a server that never answered is avoided.
        Envoy = "envoy", "Envoy contrib";
    }
}

parameters! {
    /// The memory of the average.
    pub struct Parameters {
        /// After this time an old latency counts for 1/e = 37 %.
        decay: Nanos = Nanos::from_secs(10), "Decay", Kind::span(Nanos::MILLISECOND, Nanos::from_secs(600)), Live PerLane "Policy";
        /// Whose rules hold.
        variant: Variant = Variant::Finagle, "Variant", Kind::Choice(Variant::OPTIONS), Live PerLane "Policy";
        /// The latency that tower and Envoy assume of a server without history.
        assumed: Nanos = Nanos::from_millis(10), "Assumed latency", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Live PerLane "Policy";
    }
}

/// What Finagle's cost of a server without history starts from (`Long.MaxValue >> 16`, about 39 hours in nanoseconds).
const FINAGLE_PENALTY: f64 = 140_737_488_355_327.0;
/// The same in Envoy, whose costs are in milliseconds: 10⁶ of them.
const ENVOY_PENALTY: f64 = 1_000_000.0;
const NANOS_PER_MILLI: f64 = 1_000_000.0;

/// The moving average of one server's latency, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Average {
    /// `None` before the first answer (with tower: before the first look).
    cost: Option<f64>,
    updated: Nanos,
}

impl Average {
    /// An answer took `latency` (in nanoseconds; 0 for “time has passed”).
    pub fn observe(&mut self, latency: f64, now: Nanos, parameters: &Parameters) {
        let has_peaks = parameters.variant != Variant::Envoy;
        self.cost = Some(match self.cost {
            None => latency,
            Some(cost) if has_peaks && latency > cost => latency,
            Some(cost) => {
                let age = now.since(self.updated).0 as f64;
                let old = maths::exp(-age / parameters.decay.0.max(1) as f64);
                cost * old + latency * (1.0 - old)
            }
        });
        self.updated = now;
    }

    /// What one more request would cost with `pending` already there: nanoseconds times requests.
    pub fn load(&mut self, pending: u32, now: Nanos, parameters: &Parameters) -> f64 {
        let (pending, assumed) = (f64::from(pending), parameters.assumed.0 as f64);
        match parameters.variant {
            Variant::Finagle => {
                self.observe(0.0, now, parameters);
                match self.cost {
                    Some(cost) if cost > 0.0 || pending == 0.0 => cost * (pending + 1.0),
                    _ => FINAGLE_PENALTY + pending,
                }
            }
            Variant::Tower => {
                if self.cost.is_none() {
                    *self = Self { cost: Some(assumed), updated: now };
                }
                self.observe(0.0, now, parameters);
                self.cost.unwrap_or(assumed) * (pending + 1.0)
            }
            Variant::Envoy => match self.cost.filter(|&cost| cost > 0.0) {
                Some(cost) => cost * (pending + 1.0),
                None if pending > 0.0 => (ENVOY_PENALTY + pending) * NANOS_PER_MILLI,
                None => assumed,
            },
        }
    }
}

/// The policy: an average for each server.
#[derive(Clone, Debug)]
pub struct PeakEwma {
    parameters: Parameters,
    averages: Vec<Average>,
}

impl PeakEwma {
    /// A balancer that knows no server yet.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), averages: Vec::new() }
    }

    fn load(&mut self, server: ServerId, fleet: &Fleet, now: Nanos) -> f64 {
        self.averages[server as usize].load(fleet.in_flight(server), now, &self.parameters)
    }
}

impl Balancer for PeakEwma {
    fn pick(
        &mut self,
        request: &Request,
        fleet: &Fleet,
        random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        let eligible = fleet.eligible();
        if eligible.is_empty() {
            because!(why, "no server is eligible");
            return None;
        }
        let (first, second) = two_distinct(eligible.len() as u32, random);
        let (a, b) = (eligible[first as usize], eligible[second as usize]);
        let (load_a, load_b) = (self.load(a, fleet, request.now), self.load(b, fleet, request.now));
        why.looked_at(a, load_a);
        why.looked_at(b, load_b);
        because!(why, "sampled {a} (cost {}) and {b} (cost {})", Nanos(load_a as u64), Nanos(load_b as u64));
        Some(if load_a <= load_b { a } else { b })
    }

    fn answered(&mut self, answer: &Answer, _fleet: &Fleet) {
        self.averages[answer.server as usize].observe(answer.took.0 as f64, answer.now, &self.parameters);
    }

    fn fleet_changed(&mut self, fleet: &Fleet) {
        self.averages.resize(fleet.len() as usize, Average::default());
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

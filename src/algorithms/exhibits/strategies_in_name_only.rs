//! Strategies in name only: “round robin” and “least connections” that are both random.
//!
//! **What it is.** A balancer with four strategies to choose from. `roundRobin` draws a random number;
//! `leastConnections` (“simplified”) calls `roundRobin`; `random` is random. Only `weighted` is what it says.
//!
//! **Cost.** O(n) time: it copies the list of healthy servers for each request. No memory.
//!
//! **Source.** Seed document 004, lines 134–207, and lines 714–727 for who gets which strategy: three of its four
//! kinds of service get the same.
//!
//! **What goes wrong.** Nobody notices: the long-run shares are equal, as they should be. The queues are not.
//! Measured with 8 servers at 90 % utilisation, in service times: all three stay 10 on average (99th percentile 46), as
//! an M/M/1 queue; true round robin 5.7 (26), true least loaded 2.1 (8.8).
//!
//! **When it is not so bad.** At low load there is nothing to balance. And random, unlike round robin, does not march in step
//! with other balancers.
//!
//! **Which is right.** `round-robin`, `least-loaded`; where many balancers share the servers, `two-choices`.

use crate::algorithms::balancing::{Balancer, Fleet, Request, ServerId};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Randomness};
use crate::{because, choices, parameters};

choices! {
    /// What the listing calls it.
    pub enum Strategy {
        /// For “stateless” services; random.
        RoundRobin = "round-robin", "Round robin";
        /// For all others; random.
        Random = "random", "Random";
        /// For “CPU-intensive” services; random.
        LeastConnections = "least-connections", "Least connections";
        /// For “weighted” services; random by weight, as it says.
        Weighted = "weighted", "Weighted";
    }
}

parameters! {
    /// The listing's choice.
    pub struct Parameters {
        /// What the listing says that it does.
        strategy: Strategy = Strategy::RoundRobin, "Claimed strategy", Kind::Choice(Strategy::OPTIONS), Live PerLane "Policy";
    }
}

/// The exhibit.
#[derive(Clone, Debug)]
pub struct StrategiesInNameOnly {
    parameters: Parameters,
    healthy: Vec<ServerId>,
}

impl StrategiesInNameOnly {
    /// The listing with this strategy.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), healthy: Vec::new() }
    }

    fn round_robin(&self, random: &mut dyn Randomness) -> ServerId {
        self.random(random)
    }

    fn random(&self, random: &mut dyn Randomness) -> ServerId {
        self.healthy[random.below(self.healthy.len() as u32) as usize]
    }

    fn least_connections(&self, random: &mut dyn Randomness) -> ServerId {
        self.round_robin(random)
    }

    fn weighted(&self, fleet: &Fleet, random: &mut dyn Randomness) -> ServerId {
        let total: u64 = self.healthy.iter().map(|&server| u64::from(fleet.weight(server))).sum();
        if total == 0 {
            return self.random(random);
        }
        let drawn = (random.unit() * total as f64) as u64;
        let mut current = 0;
        for &server in &self.healthy {
            current += u64::from(fleet.weight(server));
            if drawn < current {
                return server;
            }
        }
        self.healthy[0]
    }
}

impl Balancer for StrategiesInNameOnly {
    fn pick(
        &mut self,
        _request: &Request,
        fleet: &Fleet,
        random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        if self.healthy.is_empty() {
            because!(why, "no healthy backends available");
            return None;
        }
        let server = match self.parameters.strategy {
            Strategy::RoundRobin => self.round_robin(random),
            Strategy::Random => self.random(random),
            Strategy::LeastConnections => self.least_connections(random),
            Strategy::Weighted => self.weighted(fleet, random),
        };
        because!(why, "drew server {server} at random, whatever it is called");
        Some(server)
    }

    fn fleet_changed(&mut self, fleet: &Fleet) {
        self.healthy = (0..fleet.len()).filter(|&server| fleet.is_eligible(server)).collect();
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

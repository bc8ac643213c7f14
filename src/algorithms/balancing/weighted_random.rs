//! Weighted random: any eligible server, with a chance in proportion to its weight.
//!
//! **What it is.** Random for servers of different size: one of weight 3 is drawn three times as often as one of
//! weight 1. Nothing is remembered between requests, so balancers side by side do not disturb each other.
//!
//! **Who runs it.** AWS application balancers (`weighted_random`), gRPC and Envoy for splitting traffic between
//! clusters, DNS servers with weighted records; canary releases.
//!
//! **Cost.** O(1) time for any number of servers; O(n) time and memory for the table when servers come, go or change
//! weight.
//!
//! **Source.** Walker (1974) and Vose (1991) for the alias table, in `parts/alias.rs`.
//!
//! **What goes wrong.** All that is wrong with random: a server of weight w gets w shares on average, in lumps. And
//! a weight is a promise about capacity that nobody checks: a server that slows down keeps its share.
//!
//! **Weight 0.** Such a server gets nothing; when no eligible server has a weight, nobody is picked.

use super::{Balancer, Fleet, Request, ServerId};
use crate::algorithms::parts::alias::Alias;
use crate::basics::{Explanation, Randomness};
use crate::{because, parameters};

parameters! {
    /// Weighted random has nothing to set: the weights belong to the servers.
    pub struct Parameters {}
}

/// The policy: the table of the eligible servers.
#[derive(Clone, Debug)]
pub struct WeightedRandom {
    table: Alias,
}

impl WeightedRandom {
    /// A balancer that knows no server yet.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self { table: Alias::default() }
    }
}

impl Balancer for WeightedRandom {
    fn pick(
        &mut self,
        _request: &Request,
        fleet: &Fleet,
        random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        let Some(server) = self.table.draw(random) else {
            because!(why, "no server with a weight is eligible");
            return None;
        };
        because!(why, "drew server {server}, of weight {}, without looking at its load", fleet.weight(server));
        Some(server)
    }

    fn fleet_changed(&mut self, fleet: &Fleet) {
        let weights: Vec<(u32, u32)> = fleet.eligible().iter().map(|&server| (server, fleet.weight(server))).collect();
        self.table = Alias::new(&weights);
    }
}

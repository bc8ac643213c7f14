//! Weighted round robin by remainder: skips servers “based on weight”, and gets it backwards.
//!
//! **What it is.** The listing claims to “consider worker capacity”. A counter goes up by one for each request; from
//! there it looks for the first number i that its weight divides, i mod weight = 0, where the server is i mod n.
//!
//! **Cost.** Up to n × the first server's weight steps for a pick, one integer of memory.
//!
//! **Source.** Seed document 001, lines 464–492. The list of workers is here the eligible servers in order of their
//! numbers. Weight 0 ends the Go program with a division by zero; here such a server is left out.
//!
//! **What goes wrong.** Server i is ever reached only if gcd(n, weight) divides i: i mod n and multiples of the
//! weight must meet. And a server is *found* the more rarely the heavier it is: at one of lcm(n, weight) numbers,
//! and there it collects all requests since the previous find. So the shares have nothing to do with the weights.
//! Measured (and exact): weights 5, 1, 1 give 1/15, 9/15, 5/15 of the requests, where 5/7, 1/7, 1/7 were wanted; weights
//! 1, 2, 3 give 5/6, 1/6 and *nothing* to the strongest; equal weights 2, 2, 2, 2 give 1/2, 0, 1/2, 0.
//!
//! **When it is not so bad.** With all weights 1 it is round robin. With equal weights that have no factor in common with n
//! all servers get the same, in blocks.
//!
//! **Which is right.** `smooth-weighted-round-robin`.

use crate::algorithms::balancing::{Balancer, Fleet, Request, ServerId};
use crate::basics::{Explanation, Randomness};
use crate::{because, parameters};

parameters! {
    /// The listing has nothing to set: the weights belong to the servers.
    pub struct Parameters {}
}

/// The exhibit: a counter of requests, and the servers that take part.
#[derive(Clone, Debug)]
pub struct WeightedByRemainder {
    index: u32,
    workers: Vec<ServerId>,
}

impl WeightedByRemainder {
    /// The listing's zero value.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self { index: 0, workers: Vec::new() }
    }
}

impl Balancer for WeightedByRemainder {
    fn pick(
        &mut self,
        _request: &Request,
        fleet: &Fleet,
        _random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        if self.workers.is_empty() {
            because!(why, "no server with a weight is eligible");
            return None;
        }
        self.index = self.index.wrapping_add(1);
        let workers = self.workers.len() as u64;
        // The search goes on from a copy of the counter, so the next request starts only one further.
        let mut index = u64::from(self.index);
        loop {
            // The remainder is below the number of workers, so it fits.
            let worker = self.workers[(index % workers) as usize];
            let weight = u64::from(fleet.weight(worker));
            why.looked_at(worker, (index % weight) as f64);
            if index.is_multiple_of(weight) {
                because!(why, "at {index} it is server {worker}'s turn, and its weight {weight} divides {index}");
                return Some(worker);
            }
            index += 1;
        }
    }

    fn fleet_changed(&mut self, fleet: &Fleet) {
        self.workers =
            (0..fleet.len()).filter(|&server| fleet.is_eligible(server) && fleet.weight(server) > 0).collect();
    }
}

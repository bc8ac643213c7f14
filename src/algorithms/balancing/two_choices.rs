//! Two random choices: look at two servers, take the one with less to do.
//!
//! **What it is.** Sample a few servers at random (two, usually) and send the request to the one with the fewest
//! requests in flight. One comparison more than random, yet the longest queue shrinks from about ln n / ln ln n to
//! ln ln n / ln 2.
//!
//! **Who runs it.** Finagle and linkerd (with peak EWMA as the load), Envoy's least request (sampling *with*
//! replacement), nginx `random two least_conn`, HAProxy `random(2)`.
//!
//! **Cost.** O(d) time for d choices, no memory.
//!
//! **Source.** Azar, Broder, Karlin and Upfal, “Balanced allocations” (1994); Mitzenmacher, “The power of two choices
//! in randomized load balancing” (2001). Semantics of the default: Finagle `P2C.scala` (two distinct servers, the
//! first wins a tie).
//!
//! **What goes wrong.** Sampling with replacement draws the same server twice with chance 1/n: with two servers half
//! of all picks then ignore the load. With stale load it degrades gently, where least loaded herds; that is why many
//! balancers with a partial view each prefer it.
//!
//! **Ties.** The server drawn first.

use super::{Balancer, Fleet, Request, ServerId};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::randomness::two_distinct;
use crate::basics::{Explanation, Kind, Randomness};
use crate::{because, parameters};

parameters! {
    /// How the candidates are drawn.
    pub struct Parameters {
        /// How many servers are sampled for each request.
        choices: u32 = 2, "Choices", Kind::count(1, 16), Live PerLane "Policy";
        /// Whether the same server may be drawn twice, as Envoy allows. With two choices and two servers that makes half of all picks blind.
        replacement: bool = false, "With replacement", Kind::Switch, Live PerLane "Policy";
    }
}

/// The policy. It has no state but its parameters.
#[derive(Clone, Debug)]
pub struct TwoChoices {
    parameters: Parameters,
}

impl TwoChoices {
    /// A balancer with these parameters.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone() }
    }
}

impl Balancer for TwoChoices {
    fn pick(
        &mut self,
        _request: &Request,
        fleet: &Fleet,
        random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        let eligible = fleet.eligible();
        let servers = eligible.len() as u32;
        if servers == 0 {
            because!(why, "no server is eligible");
            return None;
        }
        let Parameters { choices, replacement } = self.parameters;
        if choices == 2 && !replacement {
            let (first, second) = two_distinct(servers, random);
            let (a, b) = (eligible[first as usize], eligible[second as usize]);
            let (load_a, load_b) = (fleet.in_flight(a), fleet.in_flight(b));
            why.looked_at(a, f64::from(load_a));
            why.looked_at(b, f64::from(load_b));
            because!(why, "sampled {a} ({load_a} in flight) and {b} ({load_b})");
            return Some(if load_a <= load_b { a } else { b });
        }
        let mut best = None;
        for drawn in sample(choices, servers, replacement, random) {
            let server = eligible[drawn as usize];
            let load = fleet.in_flight(server);
            why.looked_at(server, f64::from(load));
            because!(why, "sampled {server} ({load} in flight)");
            if best.is_none_or(|(_, least)| load < least) {
                best = Some((server, load));
            }
        }
        best.map(|(server, _)| server)
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

/// `choices` indexes below `servers`. Without replacement each at most once (Floyd's algorithm, 1987), so never more
/// than there are servers.
fn sample(choices: u32, servers: u32, replacement: bool, random: &mut dyn Randomness) -> Vec<u32> {
    if replacement {
        return (0..choices).map(|_| random.below(servers)).collect();
    }
    let choices = choices.min(servers);
    let mut drawn: Vec<u32> = Vec::with_capacity(choices as usize);
    for last in servers - choices..servers {
        let candidate = random.below(last + 1);
        drawn.push(if drawn.contains(&candidate) { last } else { candidate });
    }
    drawn
}

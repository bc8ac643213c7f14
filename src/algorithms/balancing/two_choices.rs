//! Two random choices: look at two servers, take the one with less to do.
//!
//! **What it is.** Sample a few servers at random (two, usually) and send the request to the one with the fewest
//! requests in flight. One comparison more than random, yet the longest queue shrinks from about ln n / ln ln n to
//! ln ln n / ln 2.
//!
//! **Who runs it.** Finagle and linkerd (with peak EWMA as the load), Envoy's least request (sampling *with*
//! replacement), nginx `random two least_conn`, HAProxy `random(2)`.
//!
//! **Cost.** O(d) time for d choices (O(d²) without replacement beyond two, d at most 16), no memory.
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

/// The most candidates that can be asked for.
const MOST_CHOICES: u32 = 16;

parameters! {
    /// How the candidates are drawn.
    pub struct Parameters {
        /// How many servers are sampled for each request.
        choices: u32 = 2, "Choices", Kind::count(1, MOST_CHOICES), Live PerLane "Policy";
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
        let mut earlier = Earlier::default();
        for _ in 0..if replacement { choices } else { choices.min(servers).min(MOST_CHOICES) } {
            let drawn = if replacement { random.below(servers) } else { earlier.another(servers, random) };
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

/// What was already drawn of one sample, in ascending order: at most [`MOST_CHOICES`].
#[derive(Default)]
struct Earlier {
    drawn: [u32; MOST_CHOICES as usize],
    count: usize,
}

impl Earlier {
    /// An index below `servers` that was not drawn yet, each equally likely whatever came before. So every *order* of
    /// a sample is equally likely too, and “the first drawn wins a tie” favours nobody. There must be one left.
    ///
    /// It draws the place among those that are left and shifts it past the earlier ones, as two choices does for one.
    fn another(&mut self, servers: u32, random: &mut dyn Randomness) -> u32 {
        let mut index = random.below(servers - self.count as u32);
        let mut place = 0;
        while place < self.count && index >= self.drawn[place] {
            index += 1;
            place += 1;
        }
        self.drawn.copy_within(place..self.count, place + 1);
        self.drawn[place] = index;
        self.count += 1;
        index
    }
}

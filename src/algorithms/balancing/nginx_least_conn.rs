//! nginx `least_conn`: fewest requests in flight for its weight; ties are dealt out by weight.
//!
//! **What it is.** The server with the least load / weight. When several tie, as all do while nothing is in flight,
//! one step of smooth weighted round robin among the tied decides. So weights count even without traffic, which a
//! plain comparison of loads forgets.
//!
//! **Who runs it.** nginx, under the name `least_conn`.
//!
//! **Cost.** O(n) time for a pick by definition (it looks at all servers), O(n) memory.
//!
//! **Source.** nginx `ngx_http_upstream_least_conn_module.c`.
//!
//! **What goes wrong.** As least loaded: with stale counts everybody herds to the same server, and one that fails fast
//! looks idle. The scan is noticeable beyond some thousand servers.
//!
//! **Ties.** A turn among the tied (see above); loads are compared by cross-multiplication, so without rounding.

use super::smooth_weighted_round_robin::Turns;
use super::{Answer, Balancer, Fleet, Request, ServerId};
use crate::basics::parameters::Refusal;
use crate::basics::{Explanation, Randomness};
use crate::because;

pub use super::smooth_weighted_round_robin::Parameters;

/// The policy: the accounts that break ties.
#[derive(Clone, Debug)]
pub struct NginxLeastConn {
    turns: Turns,
}

impl NginxLeastConn {
    /// A balancer that knows no server yet.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { turns: Turns::new(parameters) }
    }
}

impl Balancer for NginxLeastConn {
    fn pick(
        &mut self,
        request: &Request,
        fleet: &Fleet,
        _random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        // load(a) / weight(a) against load(b) / weight(b), without dividing.
        let product = |load_of: ServerId, weight_of: ServerId| {
            u64::from(fleet.in_flight(load_of)) * u64::from(fleet.weight(weight_of))
        };
        let mut best: Option<ServerId> = None;
        let mut tied = 0;
        for server in (0..fleet.len()).filter(|&server| self.turns.usable(server, fleet, request.now)) {
            why.looked_at(server, f64::from(fleet.in_flight(server)) / f64::from(fleet.weight(server)));
            match best.map(|best| product(server, best).cmp(&product(best, server))) {
                None | Some(std::cmp::Ordering::Less) => {
                    best = Some(server);
                    tied = 1;
                }
                Some(std::cmp::Ordering::Equal) => tied += 1,
                Some(std::cmp::Ordering::Greater) => {}
            }
        }
        let Some(best) = best else {
            because!(why, "no server with a weight is eligible, or all rest from failures");
            return None;
        };
        if tied == 1 {
            because!(why, "server {best} has the fewest requests in flight for its weight");
            self.turns.chosen(best, request.now);
            return Some(best);
        }
        because!(why, "{tied} servers have equally few requests in flight for their weight: they take turns");
        self.turns.turn(fleet, request.now, |server| product(server, best) == product(best, server))
    }

    fn answered(&mut self, answer: &Answer, _fleet: &Fleet) {
        self.turns.answered(answer);
    }

    fn fleet_changed(&mut self, fleet: &Fleet) {
        self.turns.fleet_changed(fleet);
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.turns.set(key, text)
    }
}

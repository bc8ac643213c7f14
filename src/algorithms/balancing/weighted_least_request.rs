//! Weighted least request: an appointment for each server, the sooner the heavier and the less loaded it is.
//!
//! **What it is.** Earliest deadline first. Each server has a date; the earliest is picked and gets its next date
//! 1 / (weight / (in flight + 1)^bias) later. With bias 0 this is weighted round robin; the larger the bias, the more
//! a loaded server is spared.
//!
//! **Who runs it.** Envoy's `LEAST_REQUEST` when the weights differ. (When all are equal Envoy samples two servers
//! instead: that is `two-choices` with replacement. This policy keeps to the dates in either case.)
//!
//! **Cost.** O(log n) time for a pick (a heap), O(n) memory.
//!
//! **Source.** Envoy `least_request_lb.cc` (`hostWeight`) and `edf_scheduler.h`.
//!
//! **What goes wrong.** It learns late. A server's load is looked at only when its *own* next date is set, right after
//! it was picked, so what the date says is one pick old; two choices looks at the load of this very moment.
//! Ejecting or returning a server starts all dates anew, as in Envoy.
//!
//! **Ties.** The date that was set first.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::{Balancer, Fleet, Request, ServerId};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Randomness, maths};
use crate::{because, parameters};

parameters! {
    /// How much the load counts.
    pub struct Parameters {
        /// The power to which the load is raised: 0 ignores it, 1 is Envoy's default, more is more wary of a loaded server.
        active_request_bias: f64 = 1.0, "Active request bias", Kind::number(0.0, 10.0, 0.1), Live PerLane "Policy";
    }
}

/// What a server counts for: `weight / (in_flight + 1) ^ bias`. The “+ 1” keeps an idle server from counting infinitely.
#[must_use]
pub fn host_weight(weight: u32, in_flight: u32, bias: f64) -> f64 {
    f64::from(weight) / maths::pow(f64::from(in_flight) + 1.0, bias)
}

/// When a server is due. Earlier dates are smaller; of equal dates the one set first.
#[derive(Clone, Copy, Debug)]
struct Due {
    date: f64,
    set: u64,
    server: ServerId,
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        self.date.total_cmp(&other.date).then(self.set.cmp(&other.set))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Due {}

/// The policy: the dates of the eligible servers.
#[derive(Clone, Debug)]
pub struct WeightedLeastRequest {
    parameters: Parameters,
    dates: BinaryHeap<Reverse<Due>>,
    /// The date of the last pick: time in this policy's own unit.
    today: f64,
    /// How many dates were ever set.
    set: u64,
}

impl WeightedLeastRequest {
    /// A balancer that knows no server yet.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), dates: BinaryHeap::new(), today: 0.0, set: 0 }
    }

    /// Sets the next date of `server` from what is known about its load now.
    fn appoint(&mut self, server: ServerId, fleet: &Fleet) {
        let bias = self.parameters.active_request_bias;
        let date = self.today + 1.0 / host_weight(fleet.weight(server), fleet.in_flight(server), bias);
        self.set += 1;
        self.dates.push(Reverse(Due { date, set: self.set, server }));
    }
}

impl Balancer for WeightedLeastRequest {
    fn pick(
        &mut self,
        _request: &Request,
        fleet: &Fleet,
        _random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId> {
        let Some(Reverse(Due { date, server, .. })) = self.dates.pop() else {
            because!(why, "no server with a weight is eligible");
            return None;
        };
        self.today = date;
        self.appoint(server, fleet);
        let requests = fleet.in_flight(server);
        why.looked_at(server, f64::from(requests));
        because!(why, "server {server} was due first, at {date:.3}; its next date counts with {requests} in flight");
        Some(server)
    }

    fn fleet_changed(&mut self, fleet: &Fleet) {
        self.dates.clear();
        self.today = 0.0;
        for server in (0..fleet.len()).filter(|&server| fleet.is_eligible(server) && fleet.weight(server) > 0) {
            self.appoint(server, fleet);
        }
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

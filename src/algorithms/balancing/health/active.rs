//! Active checks: ask every server, again and again, whether it is well.
//!
//! **What it is.** Each server is probed once in an interval. So many failures in a row and it is ejected; so many
//! successes in a row and it is returned. The two thresholds keep one lost packet from ejecting a server, and one
//! lucky answer from returning it.
//!
//! **Who runs it.** HAProxy (`check inter 2s fall 3 rise 2`: its defaults, and the ones here), AWS target groups,
//! Kubernetes readiness probes, Envoy. Open-source nginx has none.
//!
//! **Cost.** O(1) for each probe; n probes in each interval from *every* balancer. O(n) memory.
//!
//! **Source.** HAProxy `src/check.c`. As there, the probes are spread evenly over the interval, server by server.
//!
//! **What goes wrong.** It is slow: until a dead server is ejected, up to `fall` intervals go by, and every request that
//! is sent there meanwhile fails. (With 30 s and 3 failures, 2,500 requests a second to that server: 150,000 to
//! 225,000 of them.) And a probe is not a request: a server can answer `/health` and fail everything else, or be so
//! busy that it misses probes, whereupon its load goes to the others, who then miss theirs.

use std::collections::VecDeque;

use super::{Health, HealthAct};
use crate::algorithms::balancing::ServerId;
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, parameters};

parameters! {
    /// How often, and how many in a row.
    pub struct Parameters {
        /// The time between two probes of the same server.
        check_interval: Nanos = Nanos::from_secs(2), "Check interval", Kind::span(Nanos::MILLISECOND, Nanos::from_secs(600)), Live PerLane "Health";
        /// How long to wait for the answer to a probe.
        check_timeout: Nanos = Nanos::from_secs(1), "Check timeout", Kind::span(Nanos::MILLISECOND, Nanos::from_secs(600)), Live PerLane "Health";
        /// So many failed probes in a row eject a server (HAProxy's `fall`).
        unhealthy_after: u32 = 3, "Unhealthy after", Kind::count(1, 100), Live PerLane "Health";
        /// So many good probes in a row return it (HAProxy's `rise`).
        healthy_after: u32 = 2, "Healthy after", Kind::count(1, 100), Live PerLane "Health";
    }
}

/// What is known of one server.
#[derive(Clone, Copy, Debug)]
struct Checked {
    healthy: bool,
    /// Probes in a row that spoke against `healthy`.
    against: u32,
    /// When the probe was sent that is not answered yet.
    asked: Option<Nanos>,
}

/// The checker.
#[derive(Clone, Debug)]
pub struct ActiveChecks {
    parameters: Parameters,
    servers: Vec<Checked>,
    /// When the present round through all servers began, and whose turn is next.
    round: Nanos,
    turn: ServerId,
    /// The probes that are under way, the oldest first; some are answered already.
    sent: VecDeque<(ServerId, Nanos)>,
}

impl ActiveChecks {
    /// A checker of so many servers, all taken for healthy, that starts asking at once.
    #[must_use]
    pub fn new(parameters: &Parameters, servers: u32) -> Self {
        let servers = vec![Checked { healthy: true, against: 0, asked: None }; servers as usize];
        Self { parameters: parameters.clone(), servers, round: Nanos::ZERO, turn: 0, sent: VecDeque::new() }
    }

    /// When the next probe is due: the probes of a round are spread evenly over the interval.
    fn next_probe(&self) -> Nanos {
        let offset = self.parameters.check_interval.0 * u64::from(self.turn) / self.servers.len() as u64;
        self.round + Nanos(offset)
    }

    /// A probe of `server` had this result.
    fn judge(&mut self, server: ServerId, ok: bool, acts: &mut Vec<HealthAct>, why: &mut Explanation) {
        let Parameters { unhealthy_after, healthy_after, .. } = self.parameters;
        let state = &mut self.servers[server as usize];
        state.asked = None;
        if ok == state.healthy {
            state.against = 0;
            return;
        }
        state.against += 1;
        let needed = if state.healthy { unhealthy_after } else { healthy_after };
        because!(
            why,
            "probe of server {server}: {}, {} of {needed} in a row",
            if ok { "good" } else { "failed" },
            state.against
        );
        if state.against >= needed {
            state.healthy = ok;
            state.against = 0;
            acts.push(if ok { HealthAct::Return(server) } else { HealthAct::Eject(server) });
        }
    }
}

impl Timed for ActiveChecks {
    type Act = HealthAct;

    fn due(&self) -> Option<Nanos> {
        if self.servers.is_empty() {
            return None;
        }
        let timeout = self.sent.front().map(|&(_, sent)| sent + self.parameters.check_timeout);
        Some(timeout.unwrap_or(Nanos::MAX).min(self.next_probe()))
    }

    fn tick(&mut self, now: Nanos, acts: &mut Vec<HealthAct>) {
        while let Some(&(server, sent)) =
            self.sent.front().filter(|&&(_, sent)| sent + self.parameters.check_timeout <= now)
        {
            self.sent.pop_front();
            if self.servers[server as usize].asked == Some(sent) {
                self.judge(server, false, acts, &mut Explanation::silent());
            }
        }
        if self.servers.is_empty() {
            return;
        }
        // When the interval is shortened while it runs, the probes that would have been due are not made up for.
        let late = now.since(self.next_probe());
        if late > self.parameters.check_interval {
            self.round += late;
        }
        while self.next_probe() <= now {
            let server = self.turn;
            self.turn += 1;
            if self.turn as usize == self.servers.len() {
                self.turn = 0;
                self.round += self.parameters.check_interval;
            }
            // Somebody who has not answered yet is not asked again.
            if self.servers[server as usize].asked.is_none() {
                self.servers[server as usize].asked = Some(now);
                self.sent.push_back((server, now));
                acts.push(HealthAct::Probe(server));
            }
        }
    }
}

impl Health for ActiveChecks {
    fn probed(&mut self, server: ServerId, ok: bool, _now: Nanos, acts: &mut Vec<HealthAct>, why: &mut Explanation) {
        if self.servers[server as usize].asked.is_some() {
            self.judge(server, ok, acts, why);
        }
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

//! Outlier detection: watch the traffic and eject who fails conspicuously.
//!
//! **What it is.** Passive: no probes, only the answers. A server is ejected after so many failures in a row, or when,
//! over an interval, it succeeds much less often than its peers (below the mean by 1.9 standard deviations). It comes
//! back by itself, after a time that grows with each ejection. At most a tenth of the servers may be out.
//!
//! **Who runs it.** Envoy, and with it Istio, App Mesh and gRPC (gRFC A50).
//!
//! **Cost.** O(1) for each answer, O(n) for each interval, O(n) memory.
//!
//! **Source.** Envoy `outlier_detection_impl.cc`, at 00c7146d. Left out: the rules that Envoy does not enforce by
//! default (gateway failures, failure percentage), local-origin errors apart, jitter.
//!
//! **What goes wrong.** A tenth of fewer than ten servers is nobody: in a small cluster the defaults never eject, unless
//! *always eject one* is on. One success resets the count in a row, so a server that fails 80 % of its requests is
//! caught by the success rate only, which needs five servers with a hundred requests each. When everything fails, as
//! in an overload, it ejects healthy servers and makes it worse: hence the limit, and the panic threshold.
//!
//! **When it looks.** Failures in a row at once; everything else, returning included, only when the interval is over.

use super::{Health, HealthAct};
use crate::algorithms::balancing::{Answer, Outcome, ServerId};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed, maths};
use crate::{because, parameters};

parameters! {
    /// Envoy's settings, with its defaults.
    pub struct Parameters {
        /// So many failures in a row eject a server.
        consecutive_failures: u32 = 5, "Failures in a row", Kind::count(1, 1_000), Live PerLane "Health";
        /// The time between two looks at success rates and at who may come back.
        outlier_interval: Nanos = Nanos::from_secs(10), "Interval", Kind::span(Nanos::MILLISECOND, Nanos::from_secs(600)), Live PerLane "Health";
        /// How long the first ejection lasts; the n-th lasts n times as long.
        base_ejection_time: Nanos = Nanos::from_secs(30), "Base ejection time", Kind::span(Nanos::MILLISECOND, Nanos::from_secs(3_600)), Live PerLane "Health";
        /// No ejection lasts longer.
        max_ejection_time: Nanos = Nanos::from_secs(300), "Longest ejection", Kind::span(Nanos::MILLISECOND, Nanos::from_secs(3_600)), Live PerLane "Health";
        /// At most so many of the servers may be ejected at the same time.
        max_ejection_percent: f64 = 10.0, "Most ejected", Kind::percent(0.0, 100.0, 1.0), Live PerLane "Health";
        /// Lets the first ejection through whatever the limit says. Older releases of Envoy always did.
        always_eject_one: bool = false, "Always eject one", Kind::Switch, Live PerLane "Health";
        /// Whether success rates are compared.
        success_rate: bool = true, "Compare success rates", Kind::Switch, Live PerLane "Health";
        /// So many servers must have enough requests for a comparison.
        success_rate_servers: u32 = 5, "Servers to compare", Kind::count(1, 10_000), Live PerLane "Health";
        /// So many requests in an interval are enough.
        success_rate_requests: u32 = 100, "Requests to compare", Kind::count(1, 1_000_000), Live PerLane "Health";
        /// By how many standard deviations below the mean a success rate ejects.
        success_rate_deviations: f64 = 1.9, "Standard deviations", Kind::number(0.0, 10.0, 0.1), Live PerLane "Health";
    }
}

/// The success rate (per cent) below which a server is an outlier: the mean less so many standard deviations.
#[must_use]
pub fn success_rate_threshold(rates: &[f64], deviations: f64) -> f64 {
    let count = rates.len() as f64;
    let mean = rates.iter().sum::<f64>() / count;
    let variance = rates.iter().map(|rate| (rate - mean) * (rate - mean)).sum::<f64>() / count;
    mean - deviations * maths::sqrt(variance)
}

/// What is kept of one server.
#[derive(Clone, Copy, Debug, Default)]
struct Watched {
    ejected_at: Option<Nanos>,
    returned_at: Option<Nanos>,
    /// By how much the base time of the next ejection is multiplied, less one.
    backoff: u32,
    failures_in_a_row: u32,
    /// Since the interval began.
    answers: u32,
    successes: u32,
}

/// The detector.
#[derive(Clone, Debug)]
pub struct OutlierDetection {
    parameters: Parameters,
    servers: Vec<Watched>,
    ejected: u32,
    next: Nanos,
}

impl OutlierDetection {
    /// A detector for so many servers; its first interval begins at the start of the run.
    #[must_use]
    pub fn new(parameters: &Parameters, servers: u32) -> Self {
        let next = parameters.outlier_interval;
        Self { parameters: parameters.clone(), servers: vec![Watched::default(); servers as usize], ejected: 0, next }
    }

    /// How many servers are ejected now.
    #[must_use]
    pub fn ejected(&self) -> u32 {
        self.ejected
    }

    /// How many times the base time the last ejection of `server` lasts; healthy intervals bring it down again.
    #[must_use]
    pub fn backoff(&self, server: ServerId) -> u32 {
        self.servers[server as usize].backoff
    }

    /// Ejects `server` if the limit allows it. The limit counts the one to come.
    fn eject(&mut self, server: ServerId, now: Nanos, acts: &mut Vec<HealthAct>, why: &mut Explanation) {
        let Parameters { max_ejection_percent, always_eject_one, base_ejection_time, max_ejection_time, .. } =
            self.parameters;
        let percent = 100.0 * f64::from(self.ejected + 1) / self.servers.len() as f64;
        if percent > max_ejection_percent && !(always_eject_one && self.ejected == 0) {
            because!(why, "not ejected: {percent} % would be out, {max_ejection_percent} % may be");
            return;
        }
        let state = &mut self.servers[server as usize];
        state.ejected_at = Some(now);
        // No more than needed to reach the longest time, so that it comes down again soon.
        if base_ejection_time * u64::from(state.backoff) < max_ejection_time + base_ejection_time {
            state.backoff += 1;
        }
        self.ejected += 1;
        because!(why, "server {server} is ejected for {} times the base time", state.backoff);
        acts.push(HealthAct::Eject(server));
    }

    /// Returns the servers whose time is over.
    fn return_servers(&mut self, now: Nanos, acts: &mut Vec<HealthAct>) {
        let Parameters { base_ejection_time, max_ejection_time, .. } = self.parameters;
        for (server, state) in (0..).zip(&mut self.servers) {
            let time = (base_ejection_time * u64::from(state.backoff)).min(max_ejection_time);
            if state.ejected_at.is_some_and(|ejected_at| time <= now.since(ejected_at)) {
                state.ejected_at = None;
                state.returned_at = Some(now);
                state.failures_in_a_row = 0;
                self.ejected -= 1;
                acts.push(HealthAct::Return(server));
            }
        }
    }

    /// Ejects those who succeeded much less often than the others in the interval that is over.
    fn compare_success_rates(&mut self, now: Nanos, acts: &mut Vec<HealthAct>) {
        let Parameters { success_rate_servers, success_rate_requests, success_rate_deviations, .. } = self.parameters;
        let compared = |state: &Watched| state.ejected_at.is_none() && state.answers >= success_rate_requests;
        let (servers, rates): (Vec<ServerId>, Vec<f64>) = (0..)
            .zip(&self.servers)
            .filter(|(_, state)| compared(state))
            .map(|(server, state)| (server, 100.0 * f64::from(state.successes) / f64::from(state.answers)))
            .unzip();
        if servers.len() < success_rate_servers as usize {
            return;
        }
        let threshold = success_rate_threshold(&rates, success_rate_deviations);
        for (&server, &rate) in servers.iter().zip(&rates) {
            if rate < threshold {
                self.eject(server, now, acts, &mut Explanation::silent());
            }
        }
    }
}

impl Timed for OutlierDetection {
    type Act = HealthAct;

    fn due(&self) -> Option<Nanos> {
        Some(self.next)
    }

    fn tick(&mut self, now: Nanos, acts: &mut Vec<HealthAct>) {
        if now < self.next {
            return;
        }
        let interval = self.parameters.outlier_interval;
        self.next = now + interval;
        self.return_servers(now, acts);
        if self.parameters.success_rate {
            self.compare_success_rates(now, acts);
        }
        for state in &mut self.servers {
            let well_since = state.returned_at.filter(|_| state.ejected_at.is_none());
            if well_since.is_some_and(|returned_at| now.since(returned_at) >= interval) {
                state.backoff = state.backoff.saturating_sub(1);
            }
            (state.answers, state.successes) = (0, 0);
        }
    }
}

impl Health for OutlierDetection {
    /// Whatever is not a proper answer counts as a “5xx”: Envoy answers 503 or 504 itself when there is none.
    fn observed(&mut self, answer: &Answer, acts: &mut Vec<HealthAct>, why: &mut Explanation) {
        let state = &mut self.servers[answer.server as usize];
        state.answers = state.answers.saturating_add(1);
        if answer.outcome == Outcome::Completed {
            state.successes = state.successes.saturating_add(1);
            state.failures_in_a_row = 0;
            return;
        }
        state.failures_in_a_row = state.failures_in_a_row.saturating_add(1);
        if state.ejected_at.is_none() && state.failures_in_a_row >= self.parameters.consecutive_failures {
            because!(why, "server {} failed {} times in a row", answer.server, state.failures_in_a_row);
            state.failures_in_a_row = 0; // it takes as many again, whether the limit lets this one through or not
            self.eject(answer.server, answer.now, acts, why);
        }
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

//! One strike and out: a broken connection ejects a server until the next poll.
//!
//! **What it is.** The proxy of the seed document “marks backend as unhealthy” when a request to it breaks; a loop
//! polls all backends every 30 seconds and takes each at its word. It claims to be a health check.
//!
//! **Cost.** O(1) for each answer, O(n) for each poll; O(n) memory.
//!
//! **Source.** Seed document 004, lines 209–237 (poll, 5 s timeout) and 262–271 (one strike). Here a failed or timed-out attempt is the
//! broken connection, one that was turned away is the answer “503”, which the listing does not count.
//!
//! **What goes wrong.** A server is out for the rest of the poll after *one* error, and nothing limits how many are
//! out. With 1 error in 1,000 requests, by pure bad luck, 1,000 requests a second and 4 backends, all four are gone about
//! four seconds after each poll, and until the next there is nobody. Measured: 13 % of the requests are
//! answered, 4 s of every 30. (Errors come at the same rate however few servers are left: they get all the traffic.)
//!
//! **When it is not so bad.** With a server that is really dead: one request is lost, and not a whole threshold of
//! them. And with no spurious errors at all it does nothing.
//!
//! **Which is right.** Several failures in a row, a limit to how many are out, and a panic threshold: `outlier-detection`.

use crate::algorithms::balancing::health::{Health, HealthAct};
use crate::algorithms::balancing::{Answer, Outcome, ServerId};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, parameters};

/// How long the listing waits for the answer to a poll.
const TIMEOUT: Nanos = Nanos::from_secs(5);

parameters! {
    /// The one number of the listing.
    pub struct Parameters {
        /// The time between two polls of all servers.
        poll_interval: Nanos = Nanos::from_secs(30), "Poll interval", Kind::span(Nanos::MILLISECOND, Nanos::from_secs(600)), Live PerLane "Health";
    }
}

/// The exhibit.
#[derive(Clone, Debug)]
pub struct OneStrike {
    parameters: Parameters,
    healthy: Vec<bool>,
    /// Who has not answered the last poll yet.
    asked: Vec<bool>,
    polled: Option<Nanos>,
    next: Nanos,
}

impl OneStrike {
    /// The listing for so many servers; it polls at once.
    #[must_use]
    pub fn new(parameters: &Parameters, servers: u32) -> Self {
        let (healthy, asked) = (vec![true; servers as usize], vec![false; servers as usize]);
        Self { parameters: parameters.clone(), healthy, asked, polled: None, next: Nanos::ZERO }
    }

    fn judge(&mut self, server: ServerId, healthy: bool, acts: &mut Vec<HealthAct>) {
        if self.healthy[server as usize] != healthy {
            self.healthy[server as usize] = healthy;
            acts.push(if healthy { HealthAct::Return(server) } else { HealthAct::Eject(server) });
        }
    }
}

impl Timed for OneStrike {
    type Act = HealthAct;

    fn due(&self) -> Option<Nanos> {
        Some(self.polled.map_or(self.next, |polled| self.next.min(polled + TIMEOUT)))
    }

    fn tick(&mut self, now: Nanos, acts: &mut Vec<HealthAct>) {
        if self.polled.is_some_and(|polled| polled + TIMEOUT <= now) {
            self.polled = None;
            for server in 0..self.asked.len() {
                if std::mem::take(&mut self.asked[server]) {
                    self.judge(server as ServerId, false, acts);
                }
            }
        }
        if self.next <= now {
            self.next = now + self.parameters.poll_interval;
            self.polled = Some(now);
            self.asked.fill(true);
            acts.extend((0..self.asked.len()).map(|server| HealthAct::Probe(server as ServerId)));
        }
    }
}

impl Health for OneStrike {
    fn observed(&mut self, answer: &Answer, acts: &mut Vec<HealthAct>, why: &mut Explanation) {
        if matches!(answer.outcome, Outcome::Failed | Outcome::TimedOut) {
            because!(why, "server {} failed once: out until the next poll", answer.server);
            self.judge(answer.server, false, acts);
        }
    }

    fn probed(&mut self, server: ServerId, ok: bool, _now: Nanos, acts: &mut Vec<HealthAct>, why: &mut Explanation) {
        if std::mem::take(&mut self.asked[server as usize]) {
            because!(why, "server {server} answered the poll: {}", if ok { "well" } else { "not well" });
            self.judge(server, ok, acts);
        }
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

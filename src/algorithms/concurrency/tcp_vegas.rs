//! TCP Vegas: keep two to four packets queued, one step each round trip.
//!
//! **What it is.** The ancestor of the limiters here, for comparison. The window is the limit on what is in flight; the
//! difference between what it should carry and what it does carry is what sits in queues. Fewer than alpha: one more.
//! More than beta: one less. It starts by doubling, and halves when something is lost, as any TCP.
//!
//! **Who runs it.** Linux as the module `tcp_vegas`; its idea lives in BBR, FAST and every limiter by latency.
//!
//! **Cost.** O(1) time, six numbers of memory.
//!
//! **Source.** Brakmo and Peterson (1995); Linux `net/ipv4/tcp_vegas.c`, whose difference is divided by the lowest
//! round trip instead of the present one and so is larger: at 20 in flight, 100 ms and 125 ms it is 5 instead of 4.
//!
//! **What goes wrong.** The thresholds are packets, not shares: fine for ten in flight, deaf and slow for a thousand.
//! Nothing looks at whether the window is in use, so it grows while idle. The lowest round trip is never forgotten. And
//! beside a sender that fills the queue it politely starves.
//!
//! **Order of the rules.** A round ends with the first answer to a request that began after the round did; its *lowest*
//! round trip counts. Two answers or fewer say too little: then it grows like Reno. Several losses in a round are one.

use super::{Limiter, moves_with_samples_only, round_trip};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos};
use crate::{because, choices, parameters};

choices! {
    /// How the difference is computed.
    pub enum Formula {
        /// Window · (1 − lowest / present).
        Paper = "paper", "Paper";
        /// Window · (present − lowest) / lowest, in whole packets.
        Linux = "linux", "Linux";
    }
}

parameters! {
    /// The defaults of Linux.
    pub struct Parameters {
        /// The window at the start.
        initial_limit: u32 = 10, "Initial limit", Kind::count(2, 100_000), Restart PerLane "Limiter";
        /// The window never falls below this.
        min_limit: u32 = 2, "Least limit", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// The window never rises above this.
        max_limit: u32 = 1_000, "Greatest limit", Kind::count(1, 100_000), Live PerLane "Limiter";
        /// A difference below this lets it grow.
        alpha: u32 = 2, "Alpha", Kind::count(0, 1_000), Live PerLane "Limiter";
        /// A difference above this makes it shrink.
        beta: u32 = 4, "Beta", Kind::count(0, 1_000), Live PerLane "Limiter";
        /// A difference above this ends the doubling at the start.
        gamma: u32 = 1, "Gamma", Kind::count(0, 1_000), Live PerLane "Limiter";
        /// Whose difference.
        formula: Formula = Formula::Paper, "Formula", Kind::Choice(Formula::OPTIONS), Live PerLane "Limiter";
    }
}

/// What a round does to the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// One more.
    Increase,
    /// Stays.
    Hold,
    /// One less.
    Decrease,
}

/// How many of `window` sit in queues, from the lowest round trip ever and the present one (any unit, `lowest` > 0).
#[must_use]
pub fn difference(formula: Formula, window: u32, lowest: u64, present: u64) -> f64 {
    match formula {
        Formula::Paper => f64::from(window) * (1.0 - lowest as f64 / present as f64),
        Formula::Linux => (f64::from(window) * present.saturating_sub(lowest) as f64 / lowest as f64).floor(),
    }
}

/// What that difference calls for.
#[must_use]
pub fn action(difference: f64, alpha: u32, beta: u32) -> Action {
    if difference > f64::from(beta) {
        Action::Decrease
    } else if difference < f64::from(alpha) {
        Action::Increase
    } else {
        Action::Hold
    }
}

/// The limiter: its window and the round that is under way.
#[derive(Clone, Debug)]
pub struct TcpVegas {
    parameters: Parameters,
    window: u32,
    /// It doubles each round while the window is below this.
    slow_start_below: u32,
    lowest: Nanos,
    round_since: Nanos,
    round_lowest: Nanos,
    round_answers: u32,
}

impl TcpVegas {
    /// A limiter at its initial window.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self {
            window: parameters.initial_limit,
            slow_start_below: u32::MAX,
            lowest: Nanos::MAX,
            round_since: Nanos::ZERO,
            round_lowest: Nanos::MAX,
            round_answers: 0,
            parameters: parameters.clone(),
        }
    }

    fn new_round(&mut self, now: Nanos) {
        (self.round_since, self.round_lowest, self.round_answers) = (now, Nanos::MAX, 0);
    }

    /// The round is over and had enough answers.
    fn judge_round(&mut self, why: &mut Explanation) {
        let Parameters { alpha, beta, gamma, formula, .. } = self.parameters;
        let (lowest, present) = (self.lowest, self.round_lowest);
        let queued = difference(formula, self.window, lowest.0, present.0);
        because!(why, "{present} against {lowest}: {queued:.1} of {} sit in queues", self.window);
        if self.window < self.slow_start_below {
            if queued > f64::from(gamma) {
                let carried = (f64::from(self.window) * lowest.0 as f64 / present.0 as f64) as u32;
                self.window = self.window.min(carried.saturating_add(1));
                self.slow_start_below = self.slow_start_below.min(self.window);
                because!(why, "the doubling ends at {}", self.window);
            } else {
                self.window = self.window.saturating_add(1);
            }
            return;
        }
        let action = action(queued, alpha, beta);
        match action {
            Action::Increase => self.window = self.window.saturating_add(1),
            Action::Decrease => {
                self.window = self.window.saturating_sub(1);
                self.slow_start_below = self.slow_start_below.min(self.window);
            }
            Action::Hold => {}
        }
        because!(why, "{action:?}: the window is {}", self.window);
    }
}

moves_with_samples_only!(TcpVegas);

impl Limiter for TcpVegas {
    fn limit(&self) -> u32 {
        self.window
    }

    fn sample(&mut self, started: Nanos, now: Nanos, _in_flight: u32, dropped: bool, why: &mut Explanation) {
        let round_is_over = started >= self.round_since;
        if dropped {
            if !round_is_over {
                because!(why, "lost, in the round that was punished already");
            } else {
                self.window /= 2;
                self.slow_start_below = self.window.max(self.parameters.min_limit);
                self.new_round(now);
                because!(why, "lost: the window is halved to {}", self.window);
            }
        } else {
            let took = round_trip(started, now);
            self.lowest = self.lowest.min(took);
            self.round_lowest = self.round_lowest.min(took);
            self.round_answers += 1;
            if !round_is_over {
                if self.window < self.slow_start_below {
                    self.window = self.window.saturating_add(1);
                    because!(why, "doubling: {}", self.window);
                } else {
                    because!(why, "{took}; the round that began at {} goes on", self.round_since);
                }
            } else {
                if self.round_answers <= 2 {
                    self.window = self.window.saturating_add(1);
                    because!(why, "too few answers in this round to judge: one more, {}", self.window);
                } else {
                    self.judge_round(why);
                }
                self.new_round(now);
            }
        }
        self.window = self.window.min(self.parameters.max_limit).max(self.parameters.min_limit);
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

//! The health checks of one balancer, and when each wants to be woken.

use crate::algorithms::balancing::health::{self, Eligibility, Health, HealthAct, eligibility};
use crate::algorithms::balancing::{Answer, ServerId};
use crate::basics::parameters::Declared;
use crate::basics::{Explanation, Nanos};

use super::parameters::Watch;

#[derive(Clone)]
struct Check {
    judge: Box<dyn Health>,
    /// When the event comes that is planned for it; one that comes at another time was overtaken.
    planned: Option<Nanos>,
}

/// The checks of one balancer, and what follows from their verdicts.
#[derive(Clone)]
pub struct Watching {
    /// Who may be picked.
    pub eligibility: Eligibility,
    checks: Vec<Check>,
}

impl Watching {
    /// The checks that `watch` names, with their parameters from `settings`.
    #[must_use]
    pub fn new(watch: Watch, settings: &[(&str, &str)], servers: u32) -> Self {
        let mut threshold = eligibility::Parameters::default();
        for (key, value) in settings {
            // All other settings are refused here, which is right.
            let _ = threshold.set(key, value);
        }
        let judges = watch.checks().iter().filter_map(|key| health::build(key, settings, servers));
        Self {
            eligibility: Eligibility::new(&threshold, servers),
            checks: judges.map(|judge| Check { judge, planned: None }).collect(),
        }
    }

    /// How many checks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.checks.len()
    }

    /// Whether nobody watches.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty()
    }

    /// When check `check` must be woken, if no event is planned for that time yet; the caller plans it.
    pub fn to_plan(&mut self, check: usize, now: Nanos) -> Option<Nanos> {
        let Check { judge, planned } = &mut self.checks[check];
        let due = judge.due()?.max(now);
        if due == Nanos::MAX || planned.is_some_and(|planned| planned <= due) {
            return None;
        }
        *planned = Some(due);
        Some(due)
    }

    /// Wakes check `check`; `false` when the event was overtaken.
    pub fn wake(&mut self, check: usize, now: Nanos, acts: &mut Vec<HealthAct>) -> bool {
        let Check { judge, planned } = &mut self.checks[check];
        if *planned != Some(now) {
            return false;
        }
        *planned = None;
        judge.tick(now, acts);
        true
    }

    /// An attempt came back.
    #[inline]
    pub fn observed(&mut self, check: usize, answer: &Answer, acts: &mut Vec<HealthAct>, why: &mut Explanation) {
        self.checks[check].judge.observed(answer, acts, why);
    }

    /// A probe was answered.
    pub fn probed(
        &mut self,
        check: usize,
        server: ServerId,
        ok: bool,
        now: Nanos,
        acts: &mut Vec<HealthAct>,
        why: &mut Explanation,
    ) {
        self.checks[check].judge.probed(server, ok, now, acts, why);
    }

    /// A live parameter of the checks; all others are refused by each of them, which is right.
    pub fn set(&mut self, key: &str, value: &str) {
        for check in &mut self.checks {
            let _ = check.judge.set(key, value);
        }
    }
}

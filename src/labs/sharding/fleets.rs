//! When the fleet of a scenario changes, and from what to what: joins, leaves, and deaths that are noticed.
//!
//! Known from the scenario alone, before anything runs. Theory reads it. Read next: [`super::theory`].

use super::parameters::Parameters;
use crate::algorithms::sharding::ShardId;
use crate::basics::Nanos;
use crate::simulation::{Change, What};

/// A change of the fleet; everything that happens at one time is one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Nanos,
    /// The fleet before, by number.
    pub before: Vec<ShardId>,
    /// The fleet after.
    pub after: Vec<ShardId>,
}

impl Step {
    /// Whether shards only join or only leave.
    #[must_use]
    pub fn one_way(&self) -> bool {
        let within = |some: &[ShardId], all: &[ShardId]| some.iter().all(|shard| all.contains(shard));
        within(&self.before, &self.after) || within(&self.after, &self.before)
    }

    /// Whether those that join or leave stand at the end of the list, so that nobody else has another place in it.
    #[must_use]
    pub fn at_the_end(&self) -> bool {
        self.before.starts_with(&self.after) || self.after.starts_with(&self.before)
    }
}

/// One shard.
#[derive(Clone, Copy)]
struct Status {
    member: bool,
    /// When it is taken out, if it is dead and nothing happens.
    leaves_at: Option<Nanos>,
    dead: bool,
}

/// The changes of the fleet that `timeline` brings about, in the order of time.
#[must_use]
pub fn steps(parameters: &Parameters, timeline: &[Change]) -> Vec<Step> {
    let all = parameters.shards + parameters.spare;
    let status = |shard| Status { member: shard < parameters.shards, leaves_at: None, dead: false };
    let mut shards: Vec<Status> = (0..all).map(status).collect();
    let mut steps = Vec::new();
    for change in timeline {
        let What::Fault { verb, target, .. } = &change.what else { continue };
        // A change takes effect before any event of its own time.
        take_out(&mut shards, change.at, &mut steps);
        let before = fleet(&shards);
        let Some(shard) = shards.get_mut(*target as usize) else { continue };
        match verb.as_str() {
            "join" => shard.member = true,
            "leave" => shard.member = false,
            "kill" if !shard.dead => {
                shard.dead = true;
                shard.leaves_at =
                    (parameters.eject_after > Nanos::ZERO).then(|| change.at.plus(parameters.eject_after));
            }
            "revive" => *shard = Status { member: true, leaves_at: None, dead: false },
            _ => {}
        }
        note(change.at, before, fleet(&shards), &mut steps);
    }
    take_out(&mut shards, Nanos::MAX, &mut steps);
    steps
}

/// Takes out the dead whose time has come before `until`.
fn take_out(shards: &mut [Status], until: Nanos, steps: &mut Vec<Step>) {
    let due = |shards: &[Status]| shards.iter().filter_map(|shard| shard.leaves_at).filter(|&at| at < until).min();
    while let Some(at) = due(shards) {
        let before = fleet(shards);
        for shard in shards.iter_mut().filter(|shard| shard.leaves_at == Some(at)) {
            (shard.member, shard.leaves_at) = (false, None);
        }
        note(at, before, fleet(shards), steps);
    }
}

fn fleet(shards: &[Status]) -> Vec<ShardId> {
    (0..).zip(shards).filter(|(_, status)| status.member).map(|(shard, _)| shard).collect()
}

fn note(at: Nanos, before: Vec<ShardId>, after: Vec<ShardId>, steps: &mut Vec<Step>) {
    if before == after {
        return;
    }
    match steps.last_mut() {
        Some(step) if step.at == at => step.after = after,
        _ => steps.push(Step { at, before, after }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn of(text: &str) -> Vec<(u64, Vec<ShardId>, Vec<ShardId>)> {
        let (scenario, notices) = Scenario::read(text).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        let steps = steps(&scenario.typed(0), &scenario.timeline(0));
        steps.into_iter().map(|step| (step.at.0 / Nanos::SECOND.0, step.before, step.after)).collect()
    }

    #[test]
    fn what_happens_at_one_time_is_one_step() {
        let found = of("sharding?at=10s:join:4&at=10s:join:5&at=20s:leave:1");
        let (four, six) = (vec![0, 1, 2, 3], vec![0, 1, 2, 3, 4, 5]);
        assert_eq!(found, [(10, four, six.clone()), (20, six, vec![0, 2, 3, 4, 5])]);
    }

    #[test]
    fn the_dead_leave_after_a_while_unless_they_are_revived_before() {
        let four = vec![0, 1, 2, 3];
        let three = vec![0, 1, 2];
        assert_eq!(of("sharding?at=10s:kill:3"), [(15, four.clone(), three.clone())]);
        assert_eq!(of("sharding?at=10s:kill:3&at=12s:revive:3"), []);
        assert_eq!(of("sharding?eject-after=0s&at=10s:kill:3"), []);
        let back = of("sharding?at=10s:kill:3&at=20s:revive:3");
        assert_eq!(back, [(15, four.clone(), three.clone()), (20, three, four)]);
    }
}

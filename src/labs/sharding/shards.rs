//! The shards as the sharding lab's world has them: stations, which of them belong to the fleet, which are dead.

use crate::algorithms::sharding::ShardId;
use crate::basics::Nanos;
use crate::simulation::record::Condition;
use crate::simulation::stations::{Discipline, Stations};

use super::parameters::Parameters;

/// What faults have made of a shard.
#[derive(Clone, Copy, Debug)]
struct Status {
    alive: bool,
    /// It belongs to the fleet among which the keys are dealt out.
    member: bool,
    weight: u32,
    /// Rises with every death, so that a late ejection finds that it has been revived.
    deaths: u32,
}

/// All shards, those that stand by included.
#[derive(Clone, Debug)]
pub struct Shards {
    /// Slots, queues and work.
    pub stations: Stations,
    status: Vec<Status>,
    /// Requests that were sent to each, and the most of them.
    asked: Vec<u64>,
    most_asked: u64,
    asked_in_all: u64,
}

impl Shards {
    /// The shards of a scenario, idle and well; the spare ones stand by.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        let mut stations = Stations::new(Discipline::Fifo);
        let all = parameters.shards + parameters.spare;
        let status = (0..all).map(|shard| {
            stations.add(parameters.slots, parameters.queue, 1.0);
            // A weight is a whole number in every implementation that has weights.
            let weight = parameters.weights.of(shard as usize).round() as u32;
            Status { alive: true, member: shard < parameters.shards, weight, deaths: 0 }
        });
        let status = status.collect();
        Self { stations, status, asked: vec![0; all as usize], most_asked: 0, asked_in_all: 0 }
    }

    /// How many there are, those that stand by included.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.status.len() as u32
    }

    /// Whether there is a shard with this number.
    #[must_use]
    pub fn exists(&self, shard: ShardId) -> bool {
        shard < self.count()
    }

    /// Whether it answers.
    #[inline]
    #[must_use]
    pub fn alive(&self, shard: ShardId) -> bool {
        self.status[shard as usize].alive
    }

    /// Whether it belongs to the fleet.
    #[must_use]
    pub fn is_member(&self, shard: ShardId) -> bool {
        self.status[shard as usize].member
    }

    /// The fleet, each shard with its weight.
    #[must_use]
    pub fn fleet(&self) -> Vec<(ShardId, u32)> {
        let all = (0..).zip(&self.status);
        all.filter(|(_, status)| status.member).map(|(shard, status)| (shard, status.weight)).collect()
    }

    /// It joins or leaves the fleet. Says whether that changes anything.
    pub fn set_member(&mut self, shard: ShardId, member: bool) -> bool {
        core::mem::replace(&mut self.status[shard as usize].member, member) != member
    }

    /// It dies, and its jobs are put into `jobs`. Returns the number of this death, or `None` if it was dead.
    pub fn kill(&mut self, shard: ShardId, now: Nanos, jobs: &mut Vec<u32>) -> Option<u32> {
        let status = &mut self.status[shard as usize];
        if !core::mem::replace(&mut status.alive, false) {
            return None;
        }
        status.deaths += 1;
        let death = status.deaths;
        self.stations.empty(shard, now, jobs);
        Some(death)
    }

    /// It comes back. Says whether it was dead.
    pub fn revive(&mut self, shard: ShardId) -> bool {
        !core::mem::replace(&mut self.status[shard as usize].alive, true)
    }

    /// Whether it is still dead of this death.
    #[must_use]
    pub fn still_dead(&self, shard: ShardId, death: u32) -> bool {
        let status = &self.status[shard as usize];
        !status.alive && status.deaths == death
    }

    /// A request is sent to it.
    #[inline]
    pub fn ask(&mut self, shard: ShardId) {
        let asked = &mut self.asked[shard as usize];
        *asked += 1;
        self.most_asked = self.most_asked.max(*asked);
        self.asked_in_all += 1;
    }

    /// The share of all requests to shards so far that went to the one that was asked most; 0 before the first.
    #[must_use]
    pub fn hottest(&self) -> f64 {
        self.most_asked as f64 / self.asked_in_all.max(1) as f64
    }

    /// Requests that were sent to it.
    #[must_use]
    pub fn asked(&self, shard: ShardId) -> u64 {
        self.asked[shard as usize]
    }

    /// Its condition as the stage shows it; `holds` says whether any key is still there.
    #[must_use]
    pub fn condition(&self, shard: ShardId, holds: bool) -> Condition {
        let status = &self.status[shard as usize];
        match (status.alive, status.member) {
            (false, _) => Condition::Dead,
            (true, true) => Condition::Up,
            (true, false) if holds => Condition::Draining,
            (true, false) => Condition::Spare,
        }
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.stations.bytes() + self.status.len() * (size_of::<Status>() + size_of::<u64>())
    }
}

//! The servers as the balancing lab's world has them: stations, and what faults have done to each.

use crate::algorithms::balancing::ServerId;
use crate::basics::Nanos;
use crate::simulation::record::Condition;
use crate::simulation::stations::{Plan, Stations};

use super::parameters::Parameters;

/// What faults have done to a server.
#[derive(Clone, Copy, Debug)]
struct Health {
    /// Its own speed.
    speed: f64,
    /// It works so many times slower.
    slowed: f64,
    alive: bool,
    draining: bool,
    /// Taken out of the configuration.
    left: bool,
    cold_until: Nanos,
}

/// All servers.
#[derive(Clone, Debug)]
pub struct Servers {
    /// Slots, queues and work.
    pub stations: Stations,
    health: Vec<Health>,
    cold_speed: f64,
}

impl Servers {
    /// The servers of a scenario, idle and well.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        let mut stations = Stations::new(parameters.discipline);
        let mut health = Vec::new();
        for server in 0..parameters.servers {
            let speed = parameters.speeds.of(server as usize);
            stations.add(parameters.slots, parameters.queue, speed);
            health.push(Health {
                speed,
                slowed: 1.0,
                alive: true,
                draining: false,
                left: false,
                cold_until: Nanos::ZERO,
            });
        }
        Self { stations, health, cold_speed: parameters.cold_speed }
    }

    /// Whether there is a server with this number.
    #[must_use]
    pub fn exists(&self, server: ServerId) -> bool {
        (server as usize) < self.health.len()
    }

    /// Whether it answers.
    #[inline]
    #[must_use]
    pub fn alive(&self, server: ServerId) -> bool {
        self.health[server as usize].alive
    }

    /// Whether it takes part: it is neither drained nor taken out of the configuration.
    #[must_use]
    pub fn takes_part(&self, server: ServerId) -> bool {
        let health = &self.health[server as usize];
        !health.draining && !health.left
    }

    /// Its condition as the stage shows it.
    #[must_use]
    pub fn condition(&self, server: ServerId, now: Nanos) -> Condition {
        let health = &self.health[server as usize];
        if !health.alive {
            Condition::Dead
        } else if !self.takes_part(server) {
            Condition::Draining
        } else if now < health.cold_until {
            Condition::Cold
        } else if health.slowed > 1.0 {
            Condition::Slow
        } else {
            Condition::Up
        }
    }

    /// Kills it. What it held is the caller's business.
    pub fn kill(&mut self, server: ServerId) {
        self.health[server as usize].alive = false;
    }

    /// Brings it back, cold until `cold_until`. Returns whether it was dead.
    pub fn revive(&mut self, server: ServerId, now: Nanos, cold_until: Nanos, plans: &mut Vec<Plan>) -> bool {
        let health = &mut self.health[server as usize];
        let was_dead = !health.alive;
        health.alive = true;
        health.slowed = 1.0;
        if was_dead {
            health.cold_until = cold_until;
        }
        self.apply_speed(server, now, plans);
        was_dead
    }

    /// It works `factor` times slower from now on; 1 is its own speed.
    pub fn slow(&mut self, server: ServerId, factor: f64, now: Nanos, plans: &mut Vec<Plan>) {
        self.health[server as usize].slowed = factor.max(1.0);
        self.apply_speed(server, now, plans);
    }

    /// Starts or stops draining it.
    pub fn drain(&mut self, server: ServerId, draining: bool) {
        self.health[server as usize].draining = draining;
    }

    /// Takes it out of the configuration, or back in.
    pub fn leave(&mut self, server: ServerId, left: bool) {
        self.health[server as usize].left = left;
    }

    /// Works out the speed that it has now.
    pub fn apply_speed(&mut self, server: ServerId, now: Nanos, plans: &mut Vec<Plan>) {
        let health = &self.health[server as usize];
        let cold = if now < health.cold_until { self.cold_speed } else { 1.0 };
        self.stations.set_speed(server, health.speed * cold / health.slowed, now, plans);
    }

    /// The state of one server in words.
    #[must_use]
    pub fn facts(&self, server: ServerId, now: Nanos) -> Vec<(String, String)> {
        let health = &self.health[server as usize];
        let condition = match self.condition(server, now) {
            Condition::Up => "up".to_owned(),
            Condition::Slow => format!("slow: {} times slower than its own speed", health.slowed),
            Condition::Draining => "draining: finishes what it has".to_owned(),
            Condition::Dead => "dead".to_owned(),
            Condition::Ejected => "ejected by the balancer".to_owned(),
            Condition::Cold => format!("cold until {}", health.cold_until),
            Condition::Spare => "standing by".to_owned(),
        };
        let fact = |label: &str, value: String| (label.to_owned(), value);
        vec![
            fact("Condition", condition),
            fact("In service", self.stations.serving(server).to_string()),
            fact("Waiting", self.stations.queued(server).to_string()),
            fact("Speed", format!("{}", self.stations.speed(server))),
        ]
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.stations.bytes() + self.health.len() * size_of::<Health>()
    }
}

//! What the tests of balancing share: scripted and seeded chance, and a small world of servers with queues.
#![allow(clippy::expect_used, reason = "a test may fail loudly")]
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::VecDeque;

use headroom::algorithms::balancing::{Answer, Balancer, Fleet, Outcome, Request, ServerId};
use headroom::basics::randomness::{mix, unit_of};
use headroom::basics::{Explanation, Nanos, Randomness, maths};

/// Answers from a list, taken modulo what is asked for, as the reference tests do with theirs.
pub struct Script(pub VecDeque<u64>);

impl Randomness for Script {
    fn below(&mut self, n: u32) -> u32 {
        (self.0.pop_front().expect("the script is long enough") % u64::from(n)) as u32
    }
    fn unit(&mut self) -> f64 {
        panic!("the script has whole numbers only")
    }
}

/// SplitMix64.
#[derive(Clone)]
pub struct Stream(pub u64);

impl Stream {
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }
    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -maths::ln(1.0 - self.unit())
    }
}

impl Randomness for Stream {
    fn below(&mut self, n: u32) -> u32 {
        // 32 bits of the product; the bias is below n / 2⁶⁴.
        ((u128::from(self.word()) * u128::from(n)) >> 64) as u32
    }
    fn unit(&mut self) -> f64 {
        unit_of(self.word())
    }
}

/// A pick that nobody listens to.
pub fn pick(policy: &mut dyn Balancer, request: &Request, fleet: &Fleet, random: &mut Stream) -> Option<ServerId> {
    policy.pick(request, fleet, random, &mut Explanation::silent())
}

/// What came of a run of [`queues`].
pub struct Measured {
    /// The part of the requests that each server got.
    pub shares: Vec<f64>,
    /// All stays (waiting and service), sorted, in service times.
    pub stays: Vec<f64>,
}

impl Measured {
    pub fn mean(&self) -> f64 {
        self.stays.iter().sum::<f64>() / self.stays.len() as f64
    }
    pub fn quantile(&self, q: f64) -> f64 {
        self.stays[((self.stays.len() - 1) as f64 * q) as usize]
    }
}

/// `servers` equal servers with a queue each, Poisson arrivals at utilisation `load`, exponential service of mean 1 s,
/// and a balancer with fresh knowledge. Everything but the policy's own draws is the same for every policy of one seed.
/// The first tenth of the requests is left out of the measurement.
pub fn queues(policy: &mut dyn Balancer, weights: &[u32], load: f64, requests: usize, seed: u64) -> Measured {
    let servers = weights.len();
    let (mut traffic, mut random) = (Stream(seed), Stream(mix(seed)));
    let mut fleet = Fleet::new(weights);
    policy.fleet_changed(&fleet);
    // The departures of each server, in order: service is first in, first out.
    let mut departures: Vec<VecDeque<(f64, f64)>> = vec![VecDeque::new(); servers];
    let mut counts = vec![0_u64; servers];
    let mut stays = Vec::with_capacity(requests);
    let mut now = 0.0;
    for number in 0..requests {
        now += traffic.exponential() / (load * servers as f64);
        let service = traffic.exponential();
        // What ended before this arrival, in the order of time over all servers.
        loop {
            let first = (0..servers)
                .filter_map(|server| departures[server].front().map(|&(end, stay)| (end, stay, server)))
                .filter(|&(end, ..)| end <= now)
                .min_by(|a, b| a.0.total_cmp(&b.0));
            let Some((end, stay, server)) = first else { break };
            departures[server].pop_front();
            fleet.released(server as ServerId);
            policy.load_changed(server as ServerId, &fleet);
            let answer = Answer {
                now: Nanos::from_seconds(end),
                server: server as ServerId,
                took: Nanos::from_seconds(stay),
                outcome: Outcome::Completed,
            };
            policy.answered(&answer, &fleet);
        }
        let request =
            Request { now: Nanos::from_seconds(now), client: number as u32, key: traffic.word(), ..Request::default() };
        let server = pick(policy, &request, &fleet, &mut random).expect("all servers are eligible");
        fleet.assigned(server);
        policy.load_changed(server, &fleet);
        let queue = &mut departures[server as usize];
        let end = queue.back().map_or(now, |&(end, _)| end.max(now)) + service;
        queue.push_back((end, end - now));
        if number >= requests / 10 {
            counts[server as usize] += 1;
            stays.push(end - now);
        }
    }
    stays.sort_by(f64::total_cmp);
    let total = stays.len() as f64;
    Measured { shares: counts.iter().map(|&count| count as f64 / total).collect(), stays }
}

//! What can be set in the concurrency lab: traffic, the service and its knee, clients, what stands at the limiter.
//!
//! Limiters have a `timeout`, a `period` and a `limit` of their own; what belongs to the lab is named otherwise.

use crate::basics::{Kind, Nanos};
use crate::simulation::arrivals::{Process, Shape};
use crate::simulation::knee::Capacity;
use crate::simulation::service::{Law, Service};
use crate::{choices, parameters};

choices! {
    /// The limiter of the second group of clients.
    pub enum Other {
        /// There is no second group.
        None = "none", "No other clients";
        /// A number that somebody chose.
        Fixed = "fixed", "Fixed limit";
        /// Two thresholds, once a second.
        Threshold = "threshold", "Threshold controller";
        /// Additive increase, multiplicative decrease.
        Aimd = "aimd", "AIMD";
        /// Keeps an estimated queue short.
        Vegas = "vegas", "Vegas";
        /// Against the lowest latency.
        Gradient = "gradient", "Gradient";
        /// Against the long-term latency.
        Gradient2 = "gradient2", "Gradient2";
        /// Measures the empty service now and then.
        Envoy = "envoy-gradient", "Envoy gradient controller";
        /// The ancestor.
        TcpVegas = "tcp-vegas", "TCP Vegas";
        /// Gathers a second of samples for another one.
        Windowed = "windowed", "Windowed";
    }
}

parameters! {
    /// The parameters of the concurrency lab.
    pub struct Parameters {
        /// Mean rate at which requests arrive, in total.
        rate: f64 = 300.0, "Arrival rate", Kind::rate(100_000.0), Live Shared "Traffic";
        /// How requests follow each other.
        arrivals: Process = Process::Poisson, "Arrivals", Kind::Choice(Process::OPTIONS), Restart Shared "Traffic";
        /// How the rate changes over time.
        shape: Shape = Shape::Steady, "Shape", Kind::Choice(Shape::OPTIONS), Restart Shared "Traffic";
        /// The peak of the shape, as a multiple of the rate.
        peak: f64 = 2.0, "Peak", Kind::factor(0.0, 100.0, 0.1), Restart Shared "Traffic";
        /// The cycle of waves and bursts; how long the ramp takes; when the step comes.
        cycle: Nanos = Nanos::from_secs(10), "Cycle", Kind::span(Nanos::MILLISECOND, Nanos::from_secs(3_600)), Restart Shared "Traffic";
        /// Users of the closed loop.
        users: u32 = 100, "Users", Kind::count(0, 100_000), Restart Shared "Traffic";
        /// Mean time that a user of the closed loop thinks between an answer and the next request.
        think: Nanos = Nanos::from_millis(200), "Think time", Kind::span(Nanos::ZERO, Nanos::from_secs(3_600)), Live Shared "Traffic";

        /// Requests that the service works on in parallel.
        slots: u32 = 20, "Slots", Kind::count(1, 10_000), Live Shared "Service";
        /// Mean service time of a request that is alone, without its dependency.
        service: Nanos = Nanos::from_millis(50), "Mean service time", Kind::span(Nanos::MICROSECOND, Nanos::from_secs(60)), Live Shared "Service";
        /// How service times are distributed.
        law: Law = Law::Erlang, "Service times", Kind::Choice(Law::OPTIONS), Restart Shared "Service";
        /// Coefficient of variation of log-normal and hyperexponential service times.
        variability: f64 = 2.0, "Variability", Kind::number(0.0, 20.0, 0.1), Restart Shared "Service";
        /// Stages of Erlang service times.
        stages: u32 = 4, "Erlang stages", Kind::count(1, 100), Restart Shared "Service";
        /// Tail index of bounded Pareto service times; smaller is heavier.
        tail: f64 = 1.5, "Tail index", Kind::number(0.5, 5.0, 0.1), Restart Shared "Service";
        /// α of the universal scalability law: the share of the work that only one may do at a time.
        contention: f64 = 0.0, "Contention α", Kind::number(0.0, 1.0, 0.01), Live Shared "Service";
        /// β of the universal scalability law: what every pair of requests inside costs.
        coherency: f64 = 0.00002, "Coherency β", Kind::number(0.0, 0.1, 0.00001), Live Shared "Service";
        /// Requests that fit into the service (memory, connections); it refuses further ones.
        room: u32 = 1_000, "Room", Kind::count(1, 100_000), Live Shared "Service";
        /// Mean time that each request first waits for a dependency, which takes no slot.
        dependency: Nanos = Nanos::from_millis(20), "Dependency", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Live Shared "Service";

        /// One-way delay of each leg: client to limiter, limiter to service.
        network: Nanos = Nanos::from_millis(5), "Network delay", Kind::span(Nanos::ZERO, Nanos::from_secs(10)), Live Shared "Network";
        /// After so long without an answer the client gives an attempt up. 0 means never.
        client_timeout: Nanos = Nanos::ZERO, "Client timeout", Kind::span(Nanos::ZERO, Nanos::from_secs(600)), Live Shared "Clients";
        /// How often a client tries again after a refusal or a timeout.
        retries: u32 = 0, "Retries", Kind::count(0, 10), Live Shared "Clients";
        /// Mean wait before the first retry; it doubles with each, and is drawn between 0 and twice that.
        backoff: Nanos = Nanos::from_millis(50), "Backoff", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Live Shared "Clients";

        /// Requests that may wait in front of the limiter; further ones are turned away. 0 turns away at once.
        front_queue: u32 = 0, "Queue in front", Kind::count(0, 100_000), Live PerLane "At the limiter";
        /// After so long in front of the limiter a request is turned away. 0 means never.
        front_timeout: Nanos = Nanos::ZERO, "Longest wait in front", Kind::span(Nanos::ZERO, Nanos::from_secs(600)), Live PerLane "At the limiter";
        /// A second group of clients with a limiter of its own, at the same service. It takes the settings of the lane where it has them.
        other: Other = Other::None, "Other clients’ limiter", Kind::Choice(Other::OPTIONS), Restart PerLane "At the limiter";
        /// Share of the requests that come from the second group, when there is one.
        other_share: f64 = 50.0, "Other clients’ share", Kind::percent(0.0, 100.0, 1.0), Restart Shared "At the limiter";

        /// After so many requests a cold cache has warmed by 63 %.
        warms_after: u32 = 2_000, "Cache warms after", Kind::count(1, 10_000_000), Live Shared "Faults";
        /// Mean length of the spells in which a noisy neighbour is busy, and of those in which it is not.
        spell: Nanos = Nanos::from_millis(500), "Spells of noise", Kind::span(Nanos::MILLISECOND, Nanos::from_secs(600)), Live Shared "Faults";
    }
}

impl Parameters {
    /// The law of service times with its shape.
    #[must_use]
    pub fn service_law(&self) -> Service {
        let Self { law, variability, stages, tail, .. } = *self;
        Service { law, variability, stages, tail }
    }

    /// The service's capacity when nothing is wrong with it.
    #[must_use]
    pub fn capacity(&self) -> Capacity {
        Capacity { slots: f64::from(self.slots), contention: self.contention, coherency: self.coherency }
    }
}

//! What can be set in the balancing lab: traffic, servers, network, clients, the balancer's knowledge.

use crate::basics::values::Each;
use crate::basics::{Kind, Nanos};
use crate::simulation::arrivals::{Process, Shape};
use crate::simulation::service::Law;
use crate::simulation::stations::Discipline;
use crate::{choices, parameters};

choices! {
    /// What becomes of the requests of a server that is killed.
    pub enum Crash {
        /// Connections break: requests at it fail at once, later ones are refused at once.
        Fail = "fail", "Connections break";
        /// Silence: requests at it hang until the client's timeout, or until it comes back.
        Hang = "hang", "Silence";
    }
}

choices! {
    /// What the balancer decides about.
    pub enum Layer {
        /// Every request (layer 7).
        Requests = "requests", "Requests (layer 7)";
        /// Every connection, whose requests then all go the same way (layer 4).
        Connections = "connections", "Connections (layer 4)";
    }
}

choices! {
    /// Who judges whether a server is well.
    pub enum Watch {
        /// Nobody: a dead server goes on getting its share.
        Nobody = "none", "Nobody";
        /// Every balancer probes every server now and then.
        Active = "active", "Active checks";
        /// The answers are watched: failures in a row, or far fewer successes than the others.
        Outlier = "outlier", "Outlier detection";
        /// Probes and watching, each with its own verdict.
        Both = "active-and-outlier", "Active checks and outlier detection";
        /// An exhibit from the seed documents: one failure, and out until the next poll.
        OneStrike = "one-strike", "Seed: one strike and out";
    }
}

impl Watch {
    /// The keys of the health checks, as their registry has them.
    #[must_use]
    pub fn checks(self) -> &'static [&'static str] {
        match self {
            Self::Nobody => &[],
            Self::Active => &["active-checks"],
            Self::Outlier => &["outlier-detection"],
            Self::Both => &["active-checks", "outlier-detection"],
            Self::OneStrike => &["one-strike"],
        }
    }
}

parameters! {
    /// The parameters of the balancing lab.
    pub struct Parameters {
        /// Mean rate at which requests arrive, in total.
        rate: f64 = 256.0, "Arrival rate", Kind::rate(200_000.0), Live Shared "Traffic";
        /// How requests follow each other.
        arrivals: Process = Process::Poisson, "Arrivals", Kind::Choice(Process::OPTIONS), Restart Shared "Traffic";
        /// How the rate changes over time.
        shape: Shape = Shape::Steady, "Shape", Kind::Choice(Shape::OPTIONS), Restart Shared "Traffic";
        /// The peak of the shape, as a multiple of the rate.
        peak: f64 = 2.0, "Peak", Kind::factor(0.0, 100.0, 0.1), Restart Shared "Traffic";
        /// The period of waves and bursts; how long the ramp takes; when the step comes.
        period: Nanos = Nanos::from_secs(10), "Period", Kind::span(Nanos::MILLISECOND, Nanos::from_secs(3_600)), Restart Shared "Traffic";
        /// Users of the closed loop.
        users: u32 = 50, "Users", Kind::count(0, 100_000), Restart Shared "Traffic";
        /// Mean time that a user of the closed loop thinks between an answer and the next request.
        think: Nanos = Nanos::from_millis(500), "Think time", Kind::span(Nanos::ZERO, Nanos::from_secs(3_600)), Live Shared "Traffic";
        /// How many different clients (addresses) there are.
        clients: u32 = 1_000, "Clients", Kind::count(1, 1_000_000), Restart Shared "Traffic";
        /// Share of the requests that come from behind one address (a NAT or a proxy).
        nat: f64 = 0.0, "Behind one address", Kind::percent(0.0, 100.0, 1.0), Restart Shared "Traffic";
        /// How many different keys are asked for.
        keys: u32 = 10_000, "Keys", Kind::count(1, 1_000_000), Restart Shared "Traffic";
        /// Zipf exponent of the popularity of keys; 0 is uniform.
        key_skew: f64 = 0.9, "Key skew", Kind::number(0.0, 3.0, 0.1), Restart Shared "Traffic";

        /// How many servers stand behind the balancer.
        servers: u32 = 8, "Servers", Kind::count(0, 10_000), Restart Shared "Servers";
        /// Requests that a server works on at a time.
        slots: u32 = 4, "Slots each", Kind::count(1, 1_000), Restart Shared "Servers";
        /// Requests that may wait at a server; further ones are turned away.
        queue: u32 = 1_000, "Queue each", Kind::count(0, 1_000_000), Live Shared "Servers";
        /// Mean service time at speed 1.
        service: Nanos = Nanos::from_millis(100), "Mean service time", Kind::span(Nanos::MICROSECOND, Nanos::from_secs(60)), Live Shared "Servers";
        /// How service times are distributed.
        law: Law = Law::Exponential, "Service times", Kind::Choice(Law::OPTIONS), Restart Shared "Servers";
        /// Coefficient of variation of log-normal and hyperexponential service times.
        variability: f64 = 2.0, "Variability", Kind::number(0.0, 20.0, 0.1), Restart Shared "Servers";
        /// Stages of Erlang service times.
        stages: u32 = 4, "Erlang stages", Kind::count(1, 100), Restart Shared "Servers";
        /// Tail index of bounded Pareto service times; smaller is heavier.
        tail: f64 = 1.5, "Tail index", Kind::number(0.5, 5.0, 0.1), Restart Shared "Servers";
        /// In which order a server works.
        discipline: Discipline = Discipline::Fifo, "Order of service", Kind::Choice(Discipline::OPTIONS), Restart Shared "Servers";
        /// Speed of each server, 1 is normal; the last number goes on.
        speeds: Each = Each(vec![1.0]), "Speeds", Kind::Each { least: 0.01, most: 100.0 }, Restart Shared "Servers";
        /// Weight of each server, for policies that know weights; the last number goes on.
        weights: Each = Each(vec![1.0]), "Weights", Kind::Each { least: 0.0, most: 1_000.0 }, Restart PerLane "Servers";

        /// One-way delay of each leg: client to balancer, balancer to server.
        network: Nanos = Nanos::from_millis(20), "Network delay", Kind::span(Nanos::ZERO, Nanos::from_secs(10)), Live Shared "Network";
        /// After so long without an answer the client gives an attempt up. 0 means never.
        timeout: Nanos = Nanos::ZERO, "Timeout", Kind::span(Nanos::ZERO, Nanos::from_secs(600)), Live Shared "Clients";
        /// How often a client tries again after a failure, a refusal or a timeout.
        retries: u32 = 0, "Retries", Kind::count(0, 10), Live Shared "Clients";
        /// Mean wait before the first retry; it doubles with each, and is drawn between 0 and twice that.
        backoff: Nanos = Nanos::from_millis(50), "Backoff", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Live Shared "Clients";

        /// How many balancers share the traffic, each seeing only its own.
        balancers: u32 = 1, "Balancers", Kind::count(1, 16), Restart PerLane "Balancer";
        /// How old the balancer's knowledge of loads may be: it is refreshed so often. 0 means always fresh.
        staleness: Nanos = Nanos::ZERO, "Staleness", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Restart PerLane "Balancer";
        /// What the balancer decides about.
        layer: Layer = Layer::Requests, "Decides about", Kind::Choice(Layer::OPTIONS), Restart PerLane "Balancer";
        /// Connections that are open, when it decides about connections.
        connections: u32 = 16, "Connections", Kind::count(1, 100_000), Restart Shared "Balancer";
        /// What becomes of the requests of a server that is killed.
        crash: Crash = Crash::Fail, "A killed server", Kind::Choice(Crash::OPTIONS), Restart Shared "Faults";
        /// For so long after its revival a server is cold.
        cold_for: Nanos = Nanos::ZERO, "Cold for", Kind::span(Nanos::ZERO, Nanos::from_secs(3_600)), Restart Shared "Faults";
        /// The speed of a cold server, as a multiple of its own.
        cold_speed: f64 = 0.25, "Cold speed", Kind::factor(0.01, 1.0, 0.01), Restart Shared "Faults";
        /// So many of the attempts break at a server that is well: a reset connection, bad luck.
        error_rate: f64 = 0.0, "Spurious errors", Kind::percent(0.0, 100.0, 0.1), Live Shared "Faults";

        /// Who judges whether a server is well, and may hold it out.
        // Active checks with HAProxy's defaults: who kills a server sees errors for five or six seconds, then none, and
        // after its revival a short wait. With nobody watching the errors would never end, and with outlier
        // detection (at Envoy's limit of a tenth) nobody of eight servers would ever be ejected.
        health: Watch = Watch::Active, "Health", Kind::Choice(Watch::OPTIONS), Restart PerLane "Health";
        /// For so long after its return a server's weight grows step by step, in policies that know weights. 0: at once.
        slow_start: Nanos = Nanos::ZERO, "Slow start", Kind::span(Nanos::ZERO, Nanos::from_secs(600)), Restart PerLane "Health";
    }
}

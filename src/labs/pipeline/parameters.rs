//! What can be set in the pipelining lab: traffic, stages, the window of the clients.

use crate::basics::values::Each;
use crate::basics::{Kind, Nanos};
use crate::parameters;
use crate::simulation::arrivals::{Process, Shape};
use crate::simulation::service::Law;

/// A pipeline has at most so many stages; the gauges of each are declared one by one.
pub const MOST_STAGES: u32 = 5;

parameters! {
    /// The parameters of the pipelining lab.
    pub struct Parameters {
        /// Mean rate at which requests arrive.
        rate: f64 = 90.0, "Arrival rate", Kind::rate(200_000.0), Live Shared "Traffic";
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
        think: Nanos = Nanos::SECOND, "Think time", Kind::span(Nanos::ZERO, Nanos::from_secs(600)), Restart Shared "Traffic";

        /// How many stages a request passes.
        stages: u32 = 3, "Stages", Kind::count(1, MOST_STAGES), Restart Shared "Stages";
        /// Workers of each stage; the last number goes on.
        workers: Each = Each(vec![4.0]), "Workers", Kind::Each { least: 1.0, most: 10_000.0 }, Live PerLane "Stages";
        /// Mean service time of each stage in milliseconds; the last number goes on.
        service: Each = Each(vec![20.0, 40.0, 30.0]), "Service times (ms)", Kind::Each { least: 0.001, most: 60_000.0 }, Live Shared "Stages";
        /// How many requests may wait before each stage; the last number goes on.
        queue: Each = Each(vec![20.0]), "Queues", Kind::Each { least: 0.0, most: 1_000_000.0 }, Live PerLane "Stages";
        /// How service times are distributed.
        law: Law = Law::Exponential, "Service times", Kind::Choice(Law::OPTIONS), Restart Shared "Stages";
        /// Coefficient of variation of log-normal and hyperexponential service times.
        variability: f64 = 2.0, "Variability", Kind::number(0.0, 20.0, 0.1), Restart Shared "Stages";
        /// Phases of Erlang service times.
        phases: u32 = 4, "Erlang phases", Kind::count(1, 100), Restart Shared "Stages";
        /// Tail index of bounded Pareto service times; smaller is heavier.
        tail: f64 = 1.5, "Tail index", Kind::number(0.5, 5.0, 0.1), Restart Shared "Stages";

        /// How many requests the clients have underway at most; the others wait at the clients. 0 for no bound.
        window: u32 = 0, "Window", Kind::count(0, 1_000_000), Live PerLane "Network";
        /// The way from the clients to the first stage, and from the last one back.
        network: Nanos = Nanos::from_millis(5), "Network delay", Kind::span(Nanos::ZERO, Nanos::from_secs(10)), Live Shared "Network";
        /// The way from one stage to the next.
        hop: Nanos = Nanos::MILLISECOND, "Way between stages", Kind::span(Nanos::ZERO, Nanos::from_secs(10)), Live Shared "Network";
    }
}

//! What can be set in the batching lab: traffic, items, costs, the sender, and what a crash or a loss means.

use crate::basics::{Kind, Nanos};
use crate::simulation::arrivals::{Process, Shape};
use crate::simulation::service::Law;
use crate::{choices, parameters};

use super::costs::Preset;

choices! {
    /// How a client hands over the items of one request.
    pub enum Issue {
        /// All at the same moment.
        AtOnce = "at-once", "All at once";
        /// The next when the one before is answered, as a loop does.
        InTurn = "in-turn", "One after the other";
    }
}

choices! {
    /// What tells the sender that it may go on.
    pub enum Acknowledgement {
        /// The answer to each batch.
        Answer = "answer", "The answer";
        /// The receiver's acknowledgement, which it delays in the hope of a second batch or of an answer to send it along with. Only complete requests are answered.
        Delayed = "delayed", "A delayed acknowledgement";
    }
}

parameters! {
    /// The parameters of the batching lab.
    pub struct Parameters {
        /// Mean rate at which requests arrive.
        rate: f64 = 300.0, "Arrival rate", Kind::rate(200_000.0), Live Shared "Traffic";
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
        /// How many different keys are asked for.
        keys: u32 = 10_000, "Keys", Kind::count(1, 1_000_000), Restart Shared "Traffic";
        /// Zipf exponent of the popularity of keys; 0 is uniform.
        key_skew: f64 = 0.9, "Key skew", Kind::number(0.0, 3.0, 0.1), Restart Shared "Traffic";

        /// How many items a request is: rows of a page, writes of a message. It is answered when all of them are.
        parts: u32 = 1, "Items of a request", Kind::count(1, 1_000), Restart Shared "Items";
        /// How a client hands the items of a request over.
        issue: Issue = Issue::AtOnce, "Handed over", Kind::Choice(Issue::OPTIONS), Restart PerLane "Items";
        /// The size of an item, for policies that count bytes.
        bytes: u32 = 1_000, "Bytes of an item", Kind::count(1, 10_000_000), Restart Shared "Items";
        /// Over how many partitions items are spread by their keys, for policies that know partitions.
        partitions: u32 = 1, "Partitions", Kind::count(1, 10_000), Restart Shared "Items";
        /// How the work of items is distributed.
        law: Law = Law::Constant, "Work of items", Kind::Choice(Law::OPTIONS), Restart Shared "Items";
        /// Coefficient of variation of log-normal and hyperexponential work.
        variability: f64 = 2.0, "Variability", Kind::number(0.0, 20.0, 0.1), Restart Shared "Items";
        /// Stages of Erlang work.
        stages: u32 = 4, "Erlang stages", Kind::count(1, 100), Restart Shared "Items";
        /// Tail index of bounded Pareto work; smaller is heavier.
        tail: f64 = 1.5, "Tail index", Kind::number(0.5, 5.0, 0.1), Restart Shared "Items";

        /// What a batch costs: a preset, or as set below.
        cost: Preset = Preset::Custom, "Costs", Kind::Choice(Preset::OPTIONS), Restart Shared "Costs";
        /// What a batch costs however small it is, unless a preset says.
        fixed: Nanos = Nanos::from_millis(4), "Fixed for a batch", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Live Shared "Costs";
        /// What each item adds, unless a preset says.
        each: Nanos = Nanos::from_micros(100), "For each item", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Live Shared "Costs";
        /// The way of a batch to the receiver, and again of its answer back, unless a preset says.
        network: Nanos = Nanos::MILLISECOND, "Network delay", Kind::span(Nanos::ZERO, Nanos::from_secs(10)), Live Shared "Costs";
        /// How many batches the receiver works on at a time.
        slots: u32 = 1, "Slots of the receiver", Kind::count(1, 1_000), Restart Shared "Costs";
        /// The way of a request to the batcher, and again of its answer back.
        hop: Nanos = Nanos::MILLISECOND, "Way to the batcher", Kind::span(Nanos::ZERO, Nanos::from_secs(10)), Live Shared "Costs";

        /// How many batches may be sent and not yet answered (or acknowledged).
        max_in_flight: u32 = 5, "Batches in flight", Kind::count(1, 10_000), Live PerLane "Sender";
        /// How many items the batcher may hold, in the open batch and in those that wait to be sent. Further ones are turned away.
        buffer: u32 = 1_000_000, "Room for items", Kind::count(1, 10_000_000), Live PerLane "Sender";
        /// Share of the batches that the receiver does in vain, so that they are sent again.
        failures: f64 = 0.0, "Batches that fail", Kind::percent(0.0, 90.0, 1.0), Live Shared "Sender";
        /// What tells the sender that it may go on.
        acknowledgement: Acknowledgement = Acknowledgement::Answer, "Goes on after", Kind::Choice(Acknowledgement::OPTIONS), Restart Shared "Sender";
        /// How long the receiver delays an acknowledgement.
        ack_delay: Nanos = Nanos::from_millis(40), "Acknowledgement delay", Kind::span(Nanos::ZERO, Nanos::from_secs(10)), Restart Shared "Sender";
    }
}

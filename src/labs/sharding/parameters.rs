//! What can be set in the sharding lab: traffic, keys, queries, shards, the router, and how data moves.

use crate::basics::values::Each;
use crate::basics::{Kind, Nanos};
use crate::simulation::keys::Identifiers;
use crate::simulation::service::Law;
use crate::{choices, parameters};

choices! {
    /// What happens to the keys whose shard changes.
    pub enum Resharding {
        /// The map changes at once and nothing is copied: what a key held is lost, as in a cache or for a session in memory.
        Drop = "drop", "Forget what moves";
        /// Requests for keys that move are held until all are copied.
        Stop = "stop", "Stop, copy, go on";
        /// Keys are copied while the old shards go on serving, then the map changes; what was written after the copy is lost.
        Copy = "copy", "Copy, then switch";
        /// As copy, but writes go to both shards until the map changes.
        DualWrite = "dual-write", "Write to both, copy, then switch";
    }
}

choices! {
    /// What the router does with a request for a shard whose queue is full.
    pub enum Full {
        /// It turns the request away.
        Refuse = "refuse", "Turn away";
        /// It waits for room, and everything behind waits with it, as a sender on a full channel does.
        Block = "block", "Wait, and all behind";
    }
}

parameters! {
    /// The parameters of the sharding lab.
    pub struct Parameters {
        /// Mean rate at which requests arrive, in total; they are independent of each other.
        rate: f64 = 160.0, "Arrival rate", Kind::rate(200_000.0), Live Shared "Traffic";
        /// Share of the requests that write their key; the others read it.
        writes: f64 = 20.0, "Writes", Kind::percent(0.0, 100.0, 1.0), Restart Shared "Traffic";
        /// Share of the requests that write a key which is new; it takes the place of the oldest one.
        new_keys: f64 = 0.0, "New keys", Kind::percent(0.0, 100.0, 1.0), Restart Shared "Traffic";
        /// Share of the requests that ask for a span of neighbouring keys, and so for several shards.
        queries: f64 = 0.0, "Queries", Kind::percent(0.0, 100.0, 1.0), Restart Shared "Traffic";
        /// Keys that such a query asks for, by the order of their identifiers. It ends when the slowest shard has answered.
        span: u32 = 100, "Keys of a query", Kind::count(1, 1_000), Restart Shared "Traffic";

        /// How many keys there are.
        keys: u32 = 10_000, "Keys", Kind::count(1, 100_000), Restart Shared "Keys";
        /// What keys look like.
        identifiers: Identifiers = Identifiers::Counted, "Identifiers", Kind::Choice(Identifiers::OPTIONS), Restart Shared "Keys";
        /// How many identifiers a second were made before the run. Snowflakes show it.
        made_at: f64 = 100.0, "Made at", Kind::Number { least: 0.001, most: 100_000.0, step: 1.0, unit: "/s" }, Restart Shared "Keys";
        /// Zipf exponent of the popularity of keys; 0 is uniform.
        key_skew: f64 = 0.0, "Key skew", Kind::number(0.0, 3.0, 0.1), Restart Shared "Keys";
        /// Share of the requests that are all about one key.
        hot_key: f64 = 0.0, "Hot key", Kind::percent(0.0, 100.0, 1.0), Restart Shared "Keys";

        /// How many shards there are when the run begins.
        shards: u32 = 4, "Shards", Kind::count(0, 1_000), Restart PerLane "Shards";
        /// Shards that stand by and can join.
        spare: u32 = 4, "Spare shards", Kind::count(0, 100), Restart Shared "Shards";
        /// Requests that a shard works on at a time.
        slots: u32 = 4, "Slots each", Kind::count(1, 1_000), Restart Shared "Shards";
        /// Requests that may wait at a shard.
        queue: u32 = 1_000, "Queue each", Kind::count(0, 100_000), Live Shared "Shards";
        /// Mean service time of a request at a shard, and of each shard's part of a query.
        service: Nanos = Nanos::from_millis(50), "Mean service time", Kind::span(Nanos::MICROSECOND, Nanos::from_secs(60)), Live Shared "Shards";
        /// How service times are distributed.
        law: Law = Law::Exponential, "Service times", Kind::Choice(Law::OPTIONS), Restart Shared "Shards";
        /// Weight of each shard, for maps that know weights; the last number goes on.
        weights: Each = Each(vec![1.0]), "Weights", Kind::Each { least: 0.0, most: 1_000.0 }, Restart PerLane "Shards";
        /// One-way delay of each leg: client to router, router to shard, shard to shard.
        network: Nanos = Nanos::from_millis(10), "Network delay", Kind::span(Nanos::ZERO, Nanos::from_secs(10)), Live Shared "Shards";

        /// What the router does when the queue of a shard is full.
        full: Full = Full::Refuse, "A full queue", Kind::Choice(Full::OPTIONS), Restart PerLane "Router";
        /// So many of the most popular keys are kept at the router; reads of them do not reach a shard.
        cache: u32 = 0, "Keys in the cache", Kind::count(0, 100_000), Restart PerLane "Router";
        /// For so long the router believes what it keeps.
        cache_for: Nanos = Nanos::SECOND, "Cached for", Kind::span(Nanos::MILLISECOND, Nanos::from_secs(3_600)), Live PerLane "Router";
        /// Into so many keys of their own the parts of the most popular key are cut: a write goes to one, a read asks all.
        split: u32 = 1, "Hot key cut into", Kind::count(1, 100), Restart PerLane "Router";

        /// What happens to the keys whose shard changes.
        resharding: Resharding = Resharding::Drop, "Resharding", Kind::Choice(Resharding::OPTIONS), Restart PerLane "Resharding";
        /// Keys that begin to be copied in a second.
        copy_rate: f64 = 1_000.0, "Copy rate", Kind::Number { least: 1.0, most: 1_000_000.0, step: 10.0, unit: "/s" }, Live PerLane "Resharding";
        /// Work of reading a key where it is, and again of writing it where it goes.
        copy_work: Nanos = Nanos::from_millis(2), "Work of a copy", Kind::span(Nanos::ZERO, Nanos::from_secs(10)), Live Shared "Resharding";
        /// What a read costs besides when its shard has lost the key: it is fetched from elsewhere.
        miss: Nanos = Nanos::from_millis(50), "Cost of a miss", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Live Shared "Resharding";
        /// After so long a dead shard is taken out of the map, and its keys are lost. 0 means never.
        eject_after: Nanos = Nanos::from_secs(5), "Dead shard leaves after", Kind::span(Nanos::ZERO, Nanos::from_secs(3_600)), Live Shared "Resharding";
    }
}

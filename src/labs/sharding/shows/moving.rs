//! What moves when shards join, leave and die, and what moving costs.

use crate::labs::{Show, Task};

pub const SHOWS: &[Show] = &[
    Show {
        key: "one-more-shard",
        title: "Four shards become five",
        scenario: "sharding?policy=modulo,ring,jump,rendezvous&seed=5&duration=30s&at=15s:join:4",
        condition: "modulo.keys-moved ~ 8000 within 3% && jump.keys-moved ~ 2000 within 8% && rendezvous.keys-moved ~ 2000 within 8% && ring.keys-moved < 2600",
        headline: "modulo.keys-moved",
        sentence: "A fifth shard should get a fifth of 10,000 keys. Consistent maps move about 2,000. Modulo moves about 8,000, n/(n+1) of all, most of them between shards that were there before.",
        task: Some(Task {
            sentence: "From how many shards does modulo move only half of the keys when shard 4 joins?",
            condition: "modulo.keys-moved < 5300",
        }),
    },
    Show {
        key: "doubling",
        title: "Four shards become eight",
        scenario: "sharding?policy=modulo,jump&seed=1&duration=30s&at=15s:join:4&at=15s:join:5&at=15s:join:6&at=15s:join:7",
        condition: "modulo.keys-moved ~ 5000 within 4% && jump.keys-moved ~ modulo.keys-moved within 5%",
        headline: "modulo.keys-moved",
        sentence: "Doubling is the one change at which modulo is as good as any: half of the keys must move, and about 5,000 of 10,000 do. Those who are stuck with modulo double.",
        task: None,
    },
    Show {
        key: "sessions-lost",
        title: "Sessions lost by re-hashing",
        scenario: "sharding?policy=modulo,ring&writes=0%&key-skew=0.9&seed=4&duration=40s&at=15s:leave:3",
        condition: "modulo.keys-moved ~ 7500 within 3% && ring.keys-moved < 3000 && modulo.misses > 2 * ring.misses",
        headline: "modulo.misses / ring.misses",
        sentence: "“The same client always meets the same server”, until one of four leaves. With modulo about 75 % of the sessions are on another shard and lost; a ring loses those of the shard that left, less than 30 %.",
        task: Some(Task {
            sentence: "Move the keys so that no session is lost, on either map.",
            condition: "modulo.misses == 0 && ring.misses == 0 && modulo.keys-moved > 5000",
        }),
    },
    Show {
        key: "the-middle-one-leaves",
        title: "Only the last can leave",
        scenario: "sharding?policy=jump,jump,anchor,rendezvous&shards=10&spare=0&rate=100/s&seed=3&duration=10s&warm-up=1s&at=5s:a.leave:9&at=5s:b.leave:4&at=5s:c.leave:4&at=5s:d.leave:4",
        condition: "a.keys-moved ~ 1000 within 12% && b.keys-moved > 5 * a.keys-moved && anchor.keys-moved ~ 1000 within 12% && rendezvous.keys-moved ~ 1000 within 12%",
        headline: "b.keys-moved",
        sentence: "Jump numbers its buckets. When the last of ten leaves (A), a tenth of the keys moves; when the fifth leaves (B), more than five times as many, though nine shards are well. AnchorHash and rendezvous do not mind.",
        task: None,
    },
    Show {
        key: "a-shard-dies",
        title: "A shard dies",
        scenario: "sharding?policy=modulo,ring&writes=0%&seed=4&duration=60s&at=20s:kill:3",
        condition: "modulo.failed ~ 200 within 30% && ring.failed ~ 200 within 40% && modulo.keys-dropped ~ 7500 within 3% && ring.keys-dropped < 3000 && modulo.misses > 2 * ring.misses",
        headline: "modulo.misses",
        sentence: "Until it is taken out after five seconds, a quarter of the requests fails, about 200 of them. Then the keys go elsewhere: with a ring those of the dead, with modulo also most of those that nobody had to lose.",
        task: Some(Task {
            sentence: "Lose fewer than 100 requests to the dead shard.",
            condition: "modulo.failed < 100 && modulo.misses > 1000",
        }),
    },
    Show {
        key: "four-ways-to-move",
        title: "Pay with misses, waits, lies or work",
        scenario: "sharding?policy=modulo,modulo,modulo,modulo&a.resharding=drop&b.resharding=stop&c.resharding=copy&d.resharding=dual-write&writes=50%&seed=1&duration=60s&at=20s:join:4",
        condition: "a.misses > 1000 && a.stale-reads == 0 && b.longest > 7s && b.misses == 0 && b.stale-reads == 0 && c.longest < 2s && c.misses == 0 && c.stale-reads > 30 && d.longest < 2s && d.misses == 0 && d.stale-reads == 0 && d.dual-writes > 300",
        headline: "c.stale-reads",
        sentence: "8,000 keys move. Dropping them (A) costs over 1,000 misses. Stopping until all are copied (B) makes somebody wait for more than 7 s. Copying while writes go on (C) loses some of them, and more than 30 reads are answered with what was. Writing to both (D) costs over 300 extra writes and nothing else.",
        task: Some(Task {
            sentence: "Let nobody in lane B wait for more than 3 s.",
            condition: "b.longest < 3s && b.keys-moved > 7000",
        }),
    },
    Show {
        key: "moving-is-work",
        title: "The move competes with the traffic",
        scenario: "sharding?policy=modulo,ring&resharding=dual-write&copy-rate=2000/s&copy-work=4ms&rate=200/s&keys=40000&seed=1&duration=60s&at=15s:join:4",
        condition: "modulo.copies > 3 * ring.copies && modulo.p90 > 3 * ring.p90",
        headline: "modulo.p90 / ring.p90",
        sentence: "Copies wait in the same queues as requests. Modulo has more than three times as many keys to copy, suffers longer, and its p90 over the whole run is more than three times that of the ring.",
        task: Some(Task {
            sentence: "Move the same keys so that the p90 of modulo stays below 250 ms.",
            condition: "modulo.p90 < 250ms && modulo.copies > 3 * ring.copies",
        }),
    },
    Show {
        key: "directory-by-hand",
        title: "A newcomer that nobody feeds",
        scenario: "sharding?policy=directory,directory&b.rebalance=off&seed=2&duration=30s&at=15s:join:4",
        condition: "a.keys-moved ~ 2000 within 10% && b.keys-moved == 0",
        headline: "a.keys-moved",
        sentence: "A directory moves what it is told to. Rebalanced, the fifth shard gets its fifth, entity by entity; otherwise it gets nothing at all, and stays empty.",
        task: Some(Task { sentence: "Feed the newcomer of lane B.", condition: "b.keys-moved > 1500" }),
    },
];

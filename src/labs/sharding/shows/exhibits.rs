//! Listings and statements of the seed documents beside what they claim to be.

use crate::labs::Show;

pub const SHOWS: &[Show] = &[
    Show {
        key: "seed-snowflakes",
        title: "Seed: userId % 4",
        scenario: "sharding?policy=id-modulo,modulo&identifiers=snowflake&made-at=100/s&rate=100/s&seed=2&duration=30s",
        condition: "id-modulo.hottest ~ 95.2% within 2% && modulo.hottest < 30% && id-modulo.p99 > 8 * modulo.p99",
        headline: "id-modulo.hottest",
        sentence: "“Hash-based, even distribution”, says document 003 of userId % 4, which is no hash. Snowflakes end in a counter that begins at 0 in every millisecond: at 100 a second about 95.2 % fall on shard 0, which drowns.",
        task: None,
    },
    Show {
        key: "seed-odd",
        title: "Seed: two of four shards",
        scenario: "sharding?policy=id-modulo,id-modulo,modulo&identifiers=odd&b.numbers=javascript&seed=1&duration=30s",
        condition: "a.fullest ~ 2 within 4% && b.fullest == a.fullest && modulo.fullest < 1.1",
        headline: "a.fullest",
        sentence: "One of two masters hands out odd numbers. Modulo 4 they use two of four shards, each with twice its share. A hash before the remainder mends it.",
        task: None,
    },
    Show {
        key: "seed-javascript",
        title: "Seed: … and in its own language",
        scenario: "sharding?policy=id-modulo,id-modulo&identifiers=snowflake&made-at=5000/s&a.numbers=integers&b.numbers=javascript&rate=100/s&seed=2&duration=20s",
        condition: "a.hottest < 40% && b.hottest == 100%",
        headline: "a.hottest",
        sentence: "Snowflakes that come fast have all endings, and integers modulo 4 spread them, if not evenly. The listing is written in a language whose numbers have 53 bits: it rounds them all to multiples of four, and 100 % fall on one shard.",
        task: None,
    },
    Show {
        key: "seed-counted",
        title: "Seed: when it is right",
        scenario: "sharding?policy=id-modulo,modulo&new-keys=100%&keys=4000&rate=160/s&seed=1&duration=60s&warm-up=30s",
        condition: "id-modulo.fullest < 1.001 + 1% && modulo.key-spread > id-modulo.key-spread",
        headline: "id-modulo.fullest",
        sentence: "Identifiers that are counted one by one fall on four shards in turn: once all keys are such, the remainder of the identifier itself is more even than any hash.",
        task: None,
    },
    Show {
        key: "seed-names",
        title: "Seed: at the mercy of the names",
        scenario: "sharding?policy=name-ring,name-ring,name-ring,ring&shards=5&spare=0&a.replicas=10&b.replicas=160&b.names=short&c.replicas=160&c.finaliser=on&keys=20000&rate=100/s&seed=1&duration=5s&warm-up=1s",
        condition: "a.fullest > 3 && b.key-spread < 5% && b.key-spread < ring.key-spread && c.fullest < 1.25",
        headline: "a.fullest",
        sentence: "The ring of document 001 on bare FNV. With worker-0 … worker-4 and ten points each, one worker holds more than three times its share. With w0 … w4 and 160 points the same ring is more even than one on a good hash. A finaliser makes names irrelevant.",
        task: None,
    },
    Show {
        key: "seed-easy-to-scale",
        title: "Seed: “easy to scale (add shards)”",
        scenario: "sharding?policy=modulo,jump&shards=16&spare=1&slots=2&rate=200/s&keys=40000&seed=2&duration=30s&at=15s:join:16",
        condition: "modulo.keys-moved ~ 94.1% * 40000 within 1% && jump.keys-moved ~ 5.9% * 40000 within 8%",
        headline: "modulo.keys-moved",
        sentence: "Document 001 calls hash % n easy to scale, document 003 hard to re-shard. From 16 to 17 shards it moves about 94.1 % of the keys, where about 5.9 % would do.",
        task: None,
    },
];

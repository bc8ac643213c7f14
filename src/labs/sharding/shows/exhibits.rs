//! Listings and statements of the seed documents beside what they claim to be.

use crate::labs::{Show, Task};

pub const SHOWS: &[Show] = &[
    Show {
        key: "seed-snowflakes",
        title: "Seed: userId % 4",
        scenario: "sharding?policy=id-modulo,modulo&identifiers=snowflake&made-at=100/s&rate=100/s&seed=2&duration=30s",
        condition: "id-modulo.hottest ~ 95.2% within 2% && modulo.hottest < 30% && id-modulo.p99 > 8 * modulo.p99",
        headline: "id-modulo.hottest",
        sentence: "“Hash-based, even distribution”, says document 003 of userId % 4, which is no hash. Snowflakes end in a counter that begins at 0 in every millisecond: at 100 a second about 95.2 % fall on shard 0, which drowns.",
        task: Some(Task {
            sentence: "How fast must Snowflakes be made until their remainder is as good as a hash?",
            condition: "id-modulo.hottest < 32% && id-modulo.p99 < 1.1 * modulo.p99",
        }),
    },
    Show {
        key: "seed-odd",
        title: "Seed: two of four shards",
        scenario: "sharding?policy=id-modulo,id-modulo,modulo&identifiers=odd&b.numbers=javascript&seed=1&duration=30s",
        condition: "a.fullest ~ 2 within 4% && b.fullest == a.fullest && modulo.fullest < 1.1",
        headline: "a.fullest",
        sentence: "One of two masters hands out odd numbers. Modulo 4 they use two of four shards, each with twice its share. A hash before the remainder mends it.",
        task: Some(Task {
            sentence: "Find a number of shards that odd numbers fill evenly without a hash.",
            condition: "a.fullest < 1.1",
        }),
    },
    Show {
        key: "seed-javascript",
        title: "Seed: … and in its own language",
        scenario: "sharding?policy=id-modulo,id-modulo&identifiers=snowflake&made-at=5000/s&a.numbers=integers&b.numbers=javascript&rate=100/s&seed=2&duration=20s",
        condition: "a.hottest < 40% && b.hottest == 100%",
        headline: "a.hottest",
        sentence: "Snowflakes that come fast have all endings, and integers modulo 4 spread them, if not evenly. The listing is written in a language whose numbers have 53 bits: it rounds them all to multiples of four, and 100 % fall on one shard.",
        task: Some(Task { sentence: "Compute lane B in whole numbers.", condition: "b.hottest < 40%" }),
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
        task: Some(Task {
            sentence: "Mend lane A without renaming anybody: its fullest worker shall hold less than 1.6 times its share.",
            condition: "a.fullest < 1.6",
        }),
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
    Show {
        key: "seed-diagram",
        title: "Seed: one diagram, two maps",
        scenario: "sharding?policy=two-maps,range&writes=0%&seed=24&duration=30s&at=15s:leave:3&at=15s:join:3",
        condition: "a.keys-moved ~ 7500 within 2% && a.misses > 900 && a.key-spread < 3% && b.keys-moved == 0 && b.misses == 0",
        headline: "a.misses",
        sentence: "In a diagram of document 003 the boxes are labelled with ranges and the arrows with % 4. Laid out by the labels and, from a restart at 15 s on, looked up by the arrows (A), 7,500 of 10,000 keys are somewhere else: over 900 reads miss, and no count of keys shows it. Who keeps to the labels (B) misses nothing.",
        task: None,
    },
    Show {
        key: "seed-four-strategies",
        title: "Seed: the four strategies",
        scenario: "sharding?policy=id-modulo,range,geographic,directory&shards=4&spare=1&keys=20000&rate=160/s&seed=13&duration=30s&at=15s:join:4",
        condition: "a.keys-moved ~ 16000 within 2% && b.keys-moved ~ 2500 within 1% && c.keys-moved < 4000 && d.keys-moved ~ 4000 within 5% && c.fullest > 1.2 && d.fullest < 1.1",
        headline: "a.keys-moved / d.keys-moved",
        sentence: "The table of document 003 as it stands: remainder, ranges, regions, entities, for four shards and 100 million users. A fifth shard should get a fifth of 20,000 keys. The directory moves these 4,000; the remainder moves about 16,000; a range gives up half of itself, 2,500; the regions remain as uneven as they are.",
        task: None,
    },
];

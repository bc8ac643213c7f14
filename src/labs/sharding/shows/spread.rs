//! How evenly keys and queries are spread.

use crate::labs::{Show, Task};

pub const SHOWS: &[Show] = &[
    Show {
        key: "virtual-nodes",
        title: "One over the root of v",
        scenario: "sharding?policy=ring,ring,ring,modulo&shards=50&spare=0&keys=50000&a.virtual-nodes=1&b.virtual-nodes=10&c.virtual-nodes=100&rate=100/s&seed=1&duration=3s&warm-up=1s",
        condition: "a.key-spread ~ 99% within 25% && b.key-spread ~ 31% within 40% && c.key-spread ~ 10.4% within 35% && modulo.key-spread < 5%",
        headline: "c.key-spread",
        sentence: "On a ring of 50 shards with 1, 10 and 100 points each, what a shard holds varies by about 99 %, 31 % and 10 % of the mean: 1/√v. A hash modulo 50 leaves only the chance of the keys, below 5 %.",
        task: Some(Task {
            sentence: "Give lane C so many points that the spread falls below 6 %.",
            condition: "c.key-spread < 6%",
        }),
    },
    Show {
        key: "names-by-letter",
        title: "Names by their first letters",
        scenario: "sharding?policy=range,modulo&identifiers=names&shards=8&spare=0&keys=20000&rate=480/s&seed=4&duration=30s",
        condition: "range.fullest > 1.4 && modulo.fullest < 1.1 && range.p99 > 4 * modulo.p99",
        headline: "range.fullest",
        sentence: "Eight ranges of equal width, but names are as uneven as letters: the fullest shard holds more than 1.4 times its share, which is more than it can serve, and the p99 is more than four times that of a hash.",
        task: None,
    },
    Show {
        key: "rising-keys",
        title: "Seed: ranges for “time-series, logs”",
        scenario: "sharding?policy=range,modulo&new-keys=100%&rate=100/s&seed=2&duration=30s",
        condition: "range.hottest == 100% && modulo.hottest < 30% && range.p99 > 10 * modulo.p99",
        headline: "modulo.p99",
        sentence: "So says document 003. Every new key is larger than all before, so all writes hit the newest range, 100 % of them: one shard drowns and three are idle. A hash gives each about a quarter.",
        task: Some(Task {
            sentence: "How many writes a second can the one shard take that gets them all? Bring the p99 of the ranges below 400 ms.",
            condition: "range.p99 < 400ms && range.hottest == 100%",
        }),
    },
    Show {
        key: "range-queries",
        title: "The slowest of sixteen",
        scenario: "sharding?policy=range,modulo&shards=16&spare=0&queries=100%&span=200&keys=20000&rate=8/s&seed=2&duration=120s",
        condition: "range.parts < 1.3 * range.arrivals && modulo.parts ~ 16 * modulo.arrivals within 1% && modulo.p50 > 2 * range.p50 && modulo.p99 > 1.15 * range.p99",
        headline: "modulo.p50 / range.p50",
        sentence: "A query for 200 neighbouring keys. Ranges answer it from one shard, seldom two; a hash must ask all 16 and wait for the slowest, so the median is more than twice as long, for sixteen times the work.",
        task: Some(Task {
            sentence: "Shorten the query until a hash asks fewer than three shards on average.",
            condition: "modulo.parts < 3 * modulo.arrivals",
        }),
    },
    Show {
        key: "maglev",
        title: "Even, or nobody else's keys",
        scenario: "sharding?policy=maglev,maglev,ring,rendezvous&a.table-size=251&b.table-size=65537&shards=10&spare=0&keys=20000&rate=100/s&seed=2&duration=10s&warm-up=1s&at=5s:leave:3",
        condition: "rendezvous.keys-moved ~ 2000 within 8% && a.keys-moved > 1.3 * rendezvous.keys-moved && b.keys-moved < 1.15 * rendezvous.keys-moved && b.key-spread < 4% && ring.key-spread > 1.5 * b.key-spread",
        headline: "a.keys-moved / rendezvous.keys-moved",
        sentence: "One of ten shards leaves. Rendezvous moves its tenth and nothing else. Maglev with 251 rows moves over 30 % more than that; with 65,537 rows hardly more, and it is more even than a ring of 160 points.",
        task: Some(Task {
            sentence: "Find a table with which lane A moves less than 10 % more than it must.",
            condition: "a.keys-moved < 1.1 * rendezvous.keys-moved",
        }),
    },
    Show {
        key: "bounded-loads",
        title: "Nobody above the bound",
        scenario: "sharding?policy=ring,bounded-loads&b.virtual-nodes=20&a.virtual-nodes=20&partitions=4096&load-factor=1.05x&shards=10&keys=20000&rate=100/s&seed=7&duration=10s&warm-up=1s&at=9s:leave:9",
        condition: "ring.fullest > 1.2 && bounded-loads.fullest < 1.12 && bounded-loads.keys-moved > 1.15 * 2000",
        headline: "bounded-loads.fullest",
        sentence: "On a ring of 20 points the fullest of ten shards holds more than 1.2 times the mean. A bound of 1.05 keeps everybody below 1.12, the chance of the keys included, and pays when one leaves: more than 15 % above its tenth of the keys moves.",
        task: Some(Task {
            sentence: "Loosen the bound until a shard that leaves moves less than 5 % more than its tenth.",
            condition: "bounded-loads.keys-moved < 1.05 * 2000",
        }),
    },
    Show {
        key: "geography",
        title: "As uneven as the world",
        scenario: "sharding?policy=geographic,rendezvous&shards=3&spare=0&slots=8&rate=200/s&seed=1&duration=30s",
        condition: "geographic.fullest ~ 1.8 within 3% && rendezvous.fullest < 1.1 && geographic.hottest ~ 60% within 4%",
        headline: "geographic.hottest",
        sentence: "60, 30 and 10 % of the users live in three regions, with a shard each. The first one gets 60 % of the requests and holds 1.8 times its share; the data is where the users are, and the load too.",
        task: None,
    },
];

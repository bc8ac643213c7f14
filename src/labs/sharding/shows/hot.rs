//! Hot keys, and what is done about them; a full shard, and whom it stops.

use crate::labs::{Show, Task};

pub const SHOWS: &[Show] = &[
    Show {
        key: "hot-key",
        title: "A key that is a third of all",
        scenario: "sharding?policy=modulo,ring,rendezvous&hot-key=35%&rate=160/s&seed=1&duration=60s",
        condition: "modulo.hottest > 45% && ring.hottest > 45% && rendezvous.hottest > 45% && modulo.fullest < 1.1 && modulo.p99 > 800ms",
        headline: "modulo.hottest",
        sentence: "Keys are spread evenly, and requests are not: 35 % are about one key. Whatever map there is, its shard gets more than 45 % of the requests, and the p99 is above 800 ms while the other shards are half idle.",
        task: Some(Task {
            sentence: "Bring the p99 of modulo below 400 ms and leave the traffic as it is.",
            condition: "modulo.p99 < 400ms && modulo.arrivals > 8000 && modulo.hottest < 60%",
        }),
    },
    Show {
        key: "hot-reads",
        title: "The router keeps the hot key",
        scenario: "sharding?policy=modulo,modulo&hot-key=50%&writes=2%&b.cache=1&rate=160/s&seed=2&duration=60s",
        condition: "a.p99 > 4 * b.p99 && b.cache-hits > 40% * b.arrivals && b.stale-reads > 0 && a.stale-reads == 0",
        headline: "b.cache-hits / b.arrivals",
        sentence: "Half of the requests read one key. When the router keeps it for a second, it answers more than 40 % of all requests itself, and the p99 falls to less than a quarter. The price is a stale answer now and then.",
        task: Some(Task {
            sentence: "Have fewer than 150 stale answers, and still a fifth of all requests answered by the router.",
            condition: "b.stale-reads < 150 && b.cache-hits > 20% * b.arrivals",
        }),
    },
    Show {
        key: "hot-writes",
        title: "The hot key is cut up",
        scenario: "sharding?policy=modulo,modulo&hot-key=50%&writes=100%&b.split=16&rate=160/s&seed=2&duration=60s",
        condition: "a.p99 > 5 * b.p99 && a.hottest > 55% && b.hottest < 45%",
        headline: "b.hottest",
        sentence: "Half of all writes count up one key. A cache does not help. Cut into 16 keys of which each write takes one, it is spread over the shards, and the p99 falls to less than a fifth.",
        task: Some(Task {
            sentence: "Cut the key so that no shard gets more than 28 % of the writes.",
            condition: "b.hottest < 28%",
        }),
    },
    Show {
        key: "cut-reads",
        title: "… and must be put together again",
        scenario: "sharding?policy=modulo,modulo&hot-key=20%&writes=0%&b.split=8&rate=120/s&seed=1&duration=60s",
        condition: "a.parts ~ a.arrivals within 1% && b.parts > 2.2 * b.arrivals && b.p99 > 2 * a.p99",
        headline: "b.parts / b.arrivals",
        sentence: "Who cuts a key up must read all its parts. With a fifth of the reads about it, eight parts make more than 2.2 requests to shards of each request, and the shards drown: the p99 is more than twice as long.",
        task: Some(Task {
            sentence: "Into how many parts can the key be cut without doubling the p99 of lane A?",
            condition: "b.p99 < 2 * a.p99 && b.parts > 1.1 * b.arrivals",
        }),
    },
    Show {
        key: "full-channel",
        title: "A full channel stops everybody",
        scenario: "sharding?policy=modulo,modulo&hot-key=30%&slots=1&queue=100&rate=50/s&network=0s&a.full=block&seed=3&duration=120s",
        condition: "a.p50 > 4 * b.p50 && a.shed == 0 && b.shed-share > 3% && a.goodput < b.goodput",
        headline: "a.p50 / b.p50",
        sentence: "The sharded processor of document 001: a channel of 100 for each shard, one worker each. One hot key fills one channel; the sender blocks, and everybody behind waits. Turning away those who want that shard leaves the others more than four times faster, and answers more requests.",
        task: Some(Task {
            sentence: "Let lane A answer as fast as lane B, and let it go on blocking.",
            condition: "a.p50 < 1.1 * b.p50 && a.shed == 0",
        }),
    },
];

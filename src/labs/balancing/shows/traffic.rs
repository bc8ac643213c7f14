//! Sticky clients, hot keys, long connections, bursts.

use crate::labs::{Show, Task};

pub const SHOWS: &[Show] = &[
    Show {
        key: "behind-one-address",
        title: "IP hash and a company behind one address",
        scenario: "balancing?policy=ip-hash,round-robin&nat=40%&seed=5&duration=40s",
        condition: "ip-hash.spread > 6 && ip-hash.p99 > 10 * round-robin.p99",
        headline: "ip-hash.spread",
        sentence: "Two of five requests come from behind one address, so IP hash sends them all to one server: it carries more than six times the average load, and the p99 is more than ten times that of round robin.",
        task: Some(Task {
            sentence: "How large may the share behind one address be before the p99 exceeds 1 s?",
            condition: "ip-hash.p99 < 1s",
        }),
    },
    Show {
        key: "server-leaves",
        title: "A server leaves: who loses their place?",
        scenario: "balancing?policy=ip-hash,ip-hash&servers=4&rate=100/s&clients=200&seed=14&duration=60s&at=30s:a.leave:3&at=30s:b.drain:3",
        condition: "a.moved ~ 150 within 12% && b.moved ~ 50 within 25%",
        headline: "a.moved",
        sentence: "200 clients on four servers. In A server s3 is struck from the configuration: the hash is divided by 3 instead of 4, and about 150 clients find themselves elsewhere. In B it is only drained: about 50 move, those it had.",
        task: None,
    },
    Show {
        key: "hot-key",
        title: "A hot key",
        scenario: "balancing?policy=consistent-hashing,bounded-loads&keys=1000&key-skew=1.2&rate=200/s&seed=33&duration=40s",
        condition: "consistent-hashing.spread > 5 && bounded-loads.spread < 1.4 && consistent-hashing.p99 > 5 * bounded-loads.p99",
        headline: "consistent-hashing.p99 / bounded-loads.p99",
        sentence: "The most popular key alone is too much for its server, which carries more than five times the average load. Bounded loads sends on what exceeds its share: nobody has more than 1.4 times the average, and the p99 is less than a fifth.",
        task: None,
    },
    Show {
        key: "new-server-idle",
        title: "Long connections: the server that came back",
        scenario: "balancing?policy=round-robin,round-robin&a.layer=connections&servers=4&rate=80/s&connections=32&seed=37&duration=40s&warm-up=15s&at=2s..10s:kill:3",
        condition: "a.share:3 == 0 && b.share:3 ~ 25% within 15%",
        headline: "b.share:3",
        sentence: "Server s3 dies and comes back. In A the balancer decides about connections, as for gRPC over layer 4: all of them stay where they fled to, and s3 never gets another request. In B it decides about requests, and s3 has its quarter at once.",
        task: None,
    },
    Show {
        key: "few-connections",
        title: "Ten connections, eight servers",
        scenario: "balancing?policy=round-robin,round-robin&a.layer=connections&connections=10&rate=240/s&seed=2&duration=40s",
        condition: "a.spread > 2.5 && a.p99 > 5 * b.p99",
        headline: "a.p99 / b.p99",
        sentence: "Dealing out ten connections over eight servers gives two of them twice as much as the others, more than they can serve: the p99 in A is more than five times that of dealing out requests, in B.",
        task: Some(Task {
            sentence: "How many connections does A need for a p99 within 50 % of B's?",
            condition: "a.p99 ~ b.p99 within 50%",
        }),
    },
    Show {
        key: "bursts",
        title: "Bursts: balancing makes no capacity",
        scenario: "balancing?policy=random,least-loaded&rate=160/s&shape=bursts&peak=3x&period=10s&seed=9&duration=60s",
        condition: "least-loaded.p99 > 1s && random.p99 < 2 * least-loaded.p99",
        headline: "least-loaded.p99",
        sentence: "On average half of the capacity is used, but in bursts one and a half times as much is asked for as there is. The best balancer has a p99 above a second, and the worst less than twice that: everybody queues everywhere.",
        task: Some(Task {
            sentence: "Keep the bursts and get the p99 of least loaded below 700 ms with more servers. How many more than the average needs?",
            condition: "least-loaded.p99 < 700ms",
        }),
    },
    Show {
        key: "retries-keep-it-down",
        title: "Retries that keep it down",
        scenario: "balancing?policy=least-loaded&timeout=1s&retries=3&seed=18&duration=60s&warm-up=30s&at=10s..15s:set:rate:600/s",
        condition: "attempts > 3 * arrivals && wasted > 9 * completed && goodput < 25",
        headline: "attempts / arrivals",
        sentence: "Five seconds of overload, long over. But everybody waits longer than the timeout, gives up and tries again: each request is sent more than three times, nearly all work is done for clients that have gone, and less than a tenth of the 256 requests a second are answered. It does not recover by itself.",
        task: Some(Task {
            sentence: "Let it recover after the same overload: more than 230 answered requests a second. (Fewer retries, or a queue too short for anybody to wait in vain.)",
            condition: "goodput > 230",
        }),
    },
];

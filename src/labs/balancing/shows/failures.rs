//! Servers that die, and who notices.

use crate::labs::{Show, Task};

pub const SHOWS: &[Show] = &[
    Show {
        key: "time-to-detection",
        title: "Three probes, thirty seconds apart",
        scenario: "balancing?policy=round-robin,round-robin&servers=4&rate=100/s&a.check-interval=30s&b.health=outlier&b.max-ejection-percent=25%&seed=10&duration=110s&warm-up=0s&at=15s:kill:0",
        condition: "a.failed ~ 1875 within 4% && b.failed < 30",
        headline: "b.failed",
        sentence: "Server s0 dies at 15 s. A probes every 30 s and ejects after three failures, at 90 s: about 1875 requests have failed, 25 a second. B watches the answers: fewer than 30 have failed, those in a row that eject it each time it is let back in.",
        task: Some(Task {
            sentence: "Let A lose fewer than 200 requests with active checks alone. What does that cost in probes?",
            condition: "a.failed < 200",
        }),
    },
    Show {
        key: "black-hole",
        title: "A dead server looks idle",
        scenario: "balancing?policy=round-robin,least-loaded&rate=200/s&health=none&seed=27&duration=30s&at=0s:kill:2",
        condition: "round-robin.failed-share ~ 12.5% within 5% && least-loaded.failed-share > 1.8 * round-robin.failed-share",
        headline: "least-loaded.failed-share",
        sentence: "Nobody checks health, and server s2 refuses every connection at once. Round robin loses the eighth that it sends there; least loaded sees a server that is always free, and loses more than 1.8 times as much.",
        task: None,
    },
    Show {
        key: "silence",
        title: "A silent server looks full",
        scenario: "balancing?policy=round-robin,least-loaded&rate=200/s&health=none&crash=hang&timeout=1s&seed=16&duration=30s&at=0s:kill:2",
        condition: "round-robin.failed-share > 11% && least-loaded.failed-share < round-robin.failed-share / 3",
        headline: "least-loaded.failed-share",
        sentence: "The same death, but s2 falls silent, and clients give up after a second. Now what hangs there counts as load: least loaded loses less than a third of what round robin does.",
        task: None,
    },
    Show {
        key: "one-strike",
        title: "Seed: one strike and out",
        scenario: "balancing?policy=round-robin,round-robin&servers=4&slots=100&service=10ms&network=1ms&rate=1000/s&error-rate=0.1%&a.health=one-strike&a.panic-threshold=0%&b.health=outlier&b.max-ejection-percent=50%&seed=22&duration=60s&warm-up=0s",
        condition: "a.failed-share > 60% && a.ejections == 8 && b.failed-share < 0.2% && b.ejections == 0",
        headline: "a.failed-share",
        sentence: "All four servers are well; one connection in a thousand breaks by chance. A ejects a server for its first failure until the next poll, 30 s apart: before long all four are gone, twice, and more than 60 % of the requests fail. B wants five failures in a row, ejects nobody, and loses only what broke.",
        task: Some(Task {
            sentence: "Keep A's one strike, and bring its failures below 1 % by letting it overrule itself.",
            condition: "a.failed-share < 1% && a.ejections > 0",
        }),
    },
    Show {
        key: "slow-start",
        title: "Back, but cold",
        scenario: "balancing?policy=smooth-weighted-round-robin,smooth-weighted-round-robin&servers=4&rate=112/s&b.slow-start=20s&cold-for=10s&seed=7&duration=50s&warm-up=16s&at=8s..15s:kill:3",
        condition: "a.p99 > 3 * b.p99 && a.failed == 0 && b.failed == 0",
        headline: "a.p99 / b.p99",
        sentence: "Server s3 is back after a crash, its caches empty: for ten seconds it has a quarter of its speed. A gives it its full share at once; B lets its weight grow over 20 s, and has less than a third of the p99.",
        task: None,
    },
    Show {
        key: "panic-hurts",
        title: "Panic: health ignored in vain",
        scenario: "balancing?policy=round-robin,round-robin&rate=100/s&b.panic-threshold=0%&seed=5&duration=40s&warm-up=15s&at=5s:kill:0&at=5s:kill:1&at=5s:kill:2&at=5s:kill:3&at=5s:kill:4",
        condition: "a.failed-share ~ 62.5% within 3% && b.failed-share == 0 && b.p99 < 2s",
        headline: "b.p99",
        sentence: "Five of eight servers are dead. Fewer than half are healthy, so A panics and uses all: five of eight requests fail. The other three could carry this load: in B, which never panics, none fails.",
        task: None,
    },
    Show {
        key: "panic-saves",
        title: "Panic: some instead of none",
        scenario: "balancing?policy=round-robin,round-robin&timeout=1s&b.panic-threshold=0%&seed=11&duration=60s&warm-up=25s&at=5s:kill:0&at=5s:kill:1&at=5s:kill:2&at=5s:kill:3&at=5s:kill:4",
        condition: "a.goodput ~ 96 within 8% && b.goodput < a.goodput / 4",
        headline: "a.goodput",
        sentence: "The same at 256 requests a second, more than twice what the three living servers can do. A panics: the dead ones turn five of eight away, and about 96 a second are answered. B sends everything to the three, which soon answer only clients that have given up: less than a quarter of A's.",
        task: None,
    },
];

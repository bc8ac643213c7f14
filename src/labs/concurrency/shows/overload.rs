//! Overload: retries, queues in front, cold caches, and systems that do not come back.

use crate::labs::{Show, Task};

pub const SHOWS: &[Show] = &[
    Show {
        key: "metastable",
        title: "The cause is gone, the collapse stays",
        scenario: "concurrency?policy=fixed,gradient2,aimd&limit=100000&rate=280/s&coherency=0&client-timeout=500ms&retries=3&seed=7&at=20s..25s:capacity:0:3x",
        condition: "fixed.goodput@5s..20s > 265 && fixed.goodput@40s..60s < 10 && fixed.attempts@40s..60s > 3.9 * fixed.arrivals@40s..60s && gradient2.goodput@40s..60s > 265 && aimd.goodput@40s..60s > 265 && gradient2.recovery@25s < 1s",
        headline: "fixed.attempts@40s..60s / fixed.arrivals@40s..60s",
        sentence: "Five seconds with a third of the capacity, and a service that loses nothing by sharing. Without a limit so many are then inside that nobody is served within the clients’ 500 ms; they give up and try again, so the load is four times what it was, and all work is for clients that have gone. The capacity comes back; the goodput stays below 10. With either limiter it is back within a second.",
        task: Some(Task {
            sentence: "Let it recover without any limiter, by what the clients do.",
            condition: "fixed.goodput@40s..60s > 250",
        }),
    },
    Show {
        key: "reject-early",
        title: "Turning away early beats letting wait",
        scenario: "concurrency?policy=fixed,fixed,fixed&limit=32&rate=500/s&client-timeout=1s&b.front-queue=1000&c.front-queue=1000&c.front-timeout=300ms&seed=27",
        condition: "a.goodput > 350 && b.goodput < 1 && c.goodput > 370 && a.p99 < 200ms && b.service-latency < 100ms && b.queue-time > 2s",
        headline: "b.queue-time",
        sentence: "A quarter more than there is capacity, limit at the knee, clients that wait 1 s. A turns away at once and answers more than 350 a second with a p99 below 200 ms. B has a queue of 1,000 in front: everybody waits more than 2 s, for nothing, and the goodput is zero, although the service itself takes less than 100 ms. C throws away who waited 300 ms, and answers most of all.",
        task: None,
    },
    Show {
        key: "a-short-queue",
        title: "A short queue is worth its wait",
        scenario: "concurrency?policy=fixed,fixed&limit=32&rate=350/s&b.front-queue=20&seed=37",
        condition: "a.shed-share > 6.5% && b.shed-share < 1% && b.p99 < a.p99 + 30ms",
        headline: "a.shed-share",
        sentence: "At 88 % load requests come in clumps. A limit at the knee without a queue turns away more than 6.5 %; with room for twenty to wait it is less than 1 %, and the p99 rises by less than 30 ms.",
        task: Some(Task {
            sentence: "Find a queue with which less than 2 % are turned away and the mean wait is below 5 ms.",
            condition: "b.shed-share < 2% && b.queue-time < 5ms",
        }),
    },
    Show {
        key: "cold-cache",
        title: "A cold cache warms only with answers",
        scenario: "concurrency?policy=fixed,gradient2,aimd&limit=100000&rate=280/s&client-timeout=500ms&retries=1&seed=24&at=20s:cold:0:5x",
        condition: "fixed.goodput@40s..60s == 0 && gradient2.goodput@40s..60s > 220 && fixed.recovery@20s == 40s && gradient2.recovery@20s < 40s",
        headline: "gradient2.goodput@40s..60s",
        sentence: "The cache is lost at 20 s: a request is five times the work, less with every answer that fills it again. Without a limit nothing is answered in time, so to the end nothing fills it. With Gradient2 those that are let in are answered, the cache warms, and after twenty seconds more than 220 a second get through.",
        task: Some(Task {
            sentence: "With which fixed limit does the cache warm as well as with Gradient2?",
            condition: "fixed.goodput@40s..60s > 220",
        }),
    },
    Show {
        key: "after-a-pause",
        title: "Two seconds of nothing, and then",
        scenario: "concurrency?policy=gradient2,fixed&rate=360/s&seed=20&at=20s..22s:pause:0",
        condition: "gradient2.recovery@22s < 1s && fixed.recovery@22s < 2s && fixed.p99@23s..30s > 1.05 * gradient2.p99@23s..30s",
        headline: "gradient2.p99@23s..30s",
        sentence: "For two seconds the service does nothing. With either limit it is back at nine tenths within 2 s, with Gradient2 within one: whatever was more than the limit has been turned away. What was let in still has to be worked off. The fixed limit of 100, three times the knee, had let in more, and its p99 is more than 5 % higher in the eight seconds after that.",
        task: Some(Task {
            sentence: "Bring the p99 after the pause down to Gradient2’s with a fixed limit.",
            condition: "fixed.p99@23s..30s <= gradient2.p99@23s..30s && fixed.recovery@22s < 2s",
        }),
    },
    Show {
        key: "a-slow-dependency",
        title: "Back while the dependency is still slow",
        scenario: "concurrency?policy=gradient2,windowed&rate=600/s&seed=7&at=20s..40s:slow:0:5x",
        condition: "windowed.recovery@20s > 20s && gradient2.goodput@22s..30s > 1.4 * windowed.goodput@22s..30s",
        headline: "gradient2.goodput@22s..30s / windowed.goodput@22s..30s",
        sentence: "From 20 s to 40 s the dependency takes five times as long. The capacity is the same, but it needs twice as many in flight. Soon Gradient2 answers more than 1.4 times as many as the windowed limiter, which takes the longer answers for a queue and is back at nine tenths only after the dependency is, more than 20 s later.",
        task: None,
    },
    Show {
        key: "noisy-neighbour",
        title: "A noisy neighbour",
        scenario: "concurrency?policy=fixed,gradient2&limit=100000&rate=280/s&seed=13&at=20s..40s:noise:0:4x",
        condition: "fixed.goodput@50s..60s < 20 && gradient2.goodput@20s..40s > 150 && gradient2.p99@20s..40s < 800ms && gradient2.goodput@50s..60s > 265",
        headline: "gradient2.goodput@20s..40s",
        sentence: "For twenty seconds a neighbour makes the service four times slower, half of the time. Gradient2 answers more than 150 a second through it, with a p99 below 800 ms, and everything afterwards. Without a limit the service fills up until it does little more than share itself, and ten seconds after the neighbour has left it still answers fewer than 20.",
        task: None,
    },
    Show {
        key: "closed-loop",
        title: "A closed loop holds itself back",
        scenario: "concurrency?policy=fixed,gradient2&limit=100000&arrivals=closed&users=300&seed=38&at=20s..40s:capacity:0:2x",
        condition: "fixed.shed == 0 && fixed.highest:in-flight <= 300 && fixed.p99 > 6s && gradient2.p99 < 500ms && gradient2.goodput > 2 * fixed.goodput",
        headline: "gradient2.goodput / fixed.goodput",
        sentence: "Three hundred users who wait for their answer before they ask again can never have more than 300 in flight, so nothing collapses for good. But they do all sit there: the p99 without a limit is over 6 s. Gradient2 turns most of them away at first, keeps the p99 below 500 ms, and answers more than twice as much.",
        task: None,
    },
];

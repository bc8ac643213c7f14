//! The listing of document 001: what it limits, and what it measures.

use crate::labs::{Show, Task};

pub const SHOWS: &[Show] = &[
    Show {
        key: "exhibit-limits-nothing",
        title: "Exhibit: a semaphore for each call",
        scenario: "concurrency?policy=semaphore-per-call,gradient2&rate=600/s&seed=38",
        condition: "semaphore-per-call.turned-away == 0 && semaphore-per-call.admitted > 300 * semaphore-per-call.limit && semaphore-per-call.goodput < 20 && gradient2.goodput > 350",
        headline: "semaphore-per-call.admitted / semaphore-per-call.limit",
        sentence: "Its number goes down to 1, but every call makes a semaphore of its own, so nobody is ever turned away: more than 300 times as many are in flight as it says. The service drowns at fewer than 20 a second; Gradient2 gets more than 350 out of it.",
        task: None,
    },
    Show {
        key: "exhibit-counts-successes",
        title: "Exhibit: a healthy service is throttled",
        scenario: "concurrency?policy=semaphore-per-call,threshold&slots=100&coherency=0&rate=500/s&seed=20",
        condition: "semaphore-per-call.limit@50s..60s == 1 && semaphore-per-call.shed == 0 && semaphore-per-call.failed == 0 && p99@40s..60s ~ p99@5s..20s within 5% && threshold.limit@50s..60s > 70",
        headline: "threshold.limit@50s..60s",
        sentence: "500 requests a second, none fails, none is slow. Its “success rate per 1000” is the number of successes in a second, and 500 is fewer than 950: so it goes down to 1. Repaired, in the threshold controller, the same thresholds let it grow beyond 70.",
        task: Some(Task {
            sentence: "At which rate does it grow, with nothing else changed?",
            condition: "semaphore-per-call.limit@50s..60s > 40",
        }),
    },
    Show {
        key: "exhibit-in-flight-as-latency",
        title: "Exhibit: in flight, called latency",
        scenario: "concurrency?policy=semaphore-per-call&slots=200&coherency=0&room=5000&rate=1050/s&seed=24&at=30s:set:rate:1500/s",
        condition: "limit@25s..30s > limit@5s..10s + 10 && limit@55s..60s == limit@32s..35s && service-latency@35s..60s ~ service-latency@5s..30s within 2% && admitted@5s..30s < 100 && admitted@35s..60s > 100",
        headline: "admitted@35s..60s",
        sentence: "It grows by one a second while its “average latency” is below 100 ms. At 30 s the rate rises from 1,050 to 1,500 a second; the latency stays at 80 ms, yet it stops growing. What it sums up in a second is rate × latency, which by Little’s law is the number in flight: 84 before, 120 after. “Below 100 ms” means fewer than 100 in flight.",
        task: Some(Task {
            sentence: "With the rate at 1,500/s, let it grow again by making the service faster. At which latency must it begin?",
            condition: "limit@55s..60s > limit@35s..40s + 5",
        }),
    },
];

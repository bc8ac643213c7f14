//! What a limiter holds for normal, and what it learns while nobody needs it.

use crate::labs::{Show, Task};

pub const SHOWS: &[Show] = &[
    Show {
        key: "the-new-normal",
        title: "Gradient2 gets used to it, rightly",
        scenario: "concurrency?policy=gradient2&rate=600/s&seed=6&at=20s:slow:0:10x",
        condition: "lowest:limit@20s..25s < 22 && limit@30s..60s > 1.1 * limit@10s..20s && knee@30s..60s > 3 * knee@10s..20s",
        headline: "limit@30s..60s / limit@10s..20s",
        sentence: "The dependency takes ten times as long from 20 s on. Against its long average that looks like a queue, and Gradient2 shrinks to its minimum. Some hundred requests later the average has followed, the slow latency is the new normal, and the limit grows beyond what it was. Here that is right: the knee has moved up more than threefold.",
        task: None,
    },
    Show {
        key: "the-new-normal-is-wrong",
        title: "Gradient2 gets used to it, wrongly",
        scenario: "concurrency?policy=gradient2,littles-law&rate=600/s&seed=15&at=20s:capacity:0:4x",
        condition: "gradient2.lowest:limit@20s..25s < 22 && gradient2.limit@40s..60s > 4 * knee@40s..60s && gradient2.p99@40s..60s > 4 * littles-law.p99@40s..60s",
        headline: "gradient2.limit@40s..60s / knee@40s..60s",
        sentence: "Three quarters of the capacity go at 20 s. For a latency that is the same as a slow dependency, and Gradient2 does the same: it shrinks, gets used to it, and grows to more than four times the knee, with a p99 more than four times that of the limit that knows.",
        task: Some(Task {
            sentence: "Let Gradient2 remember for so long that its p99 after the fault is below 600 ms.",
            condition: "gradient2.p99@40s..60s < 600ms",
        }),
    },
    Show {
        key: "creeping-up",
        title: "Little by little",
        scenario: "concurrency?policy=windowed&rate=600/s&duration=300s&seed=23",
        condition: "limit@280s..300s > 1.7 * limit@20s..40s && p99@280s..300s > 1.8 * p99@20s..40s && knee@280s..300s ~ knee@20s..40s within 1%",
        headline: "limit@280s..300s / limit@20s..40s",
        sentence: "Gradient2 in windows of a second, as its authors run it. Nothing happens for five minutes, and latency hardly moves from one window to the next. So each step seems harmless, the limit drifts up to more than 1.7 times, and the p99 to more than 1.8 times what it was.",
        task: Some(Task {
            sentence: "Stop the drift by a setting of the limiter inside, other than its greatest limit.",
            condition: "limit@280s..300s < 1.2 * limit@20s..40s",
        }),
    },
    Show {
        key: "grown-in-good-times",
        title: "A limit that grew in good times is none",
        scenario: "concurrency?policy=envoy-gradient,gradient2&rate=280/s&client-timeout=500ms&retries=3&seed=14&at=30s..32s:pause:0",
        condition: "envoy-gradient.limit@20s..30s > 900 && envoy-gradient.goodput@45s..60s == 0 && gradient2.limit@20s..30s < 110 && gradient2.goodput@45s..60s > 265",
        headline: "gradient2.limit@20s..30s",
        sentence: "At 70 % load latency is flat, and Envoy’s controller grows to its maximum of 1,000, which is no limit. Then the service stands still for two seconds. Everything comes in at once, all clients time out and try again, and nothing is ever answered any more: requests that timed out are no samples, so the controller never learns. Gradient2 stays below 110, since it does not grow while less than half is used, and answers everything again.",
        task: Some(Task {
            sentence: "Give Envoy’s controller a maximum with which it survives the pause.",
            condition: "envoy-gradient.goodput@45s..60s > 265",
        }),
    },
    Show {
        key: "grows-while-idle",
        title: "Growing for nothing",
        scenario: "concurrency?policy=threshold,gradient2&rate=50/s&seed=32&at=40s:set:rate:1000/s",
        condition: "threshold.limit@39s..40s > 1.8 * knee@39s..40s && gradient2.limit@39s..40s < knee@39s..40s && threshold.p99@40s..45s > gradient2.p99@40s..45s",
        headline: "threshold.p99@40s..45s / gradient2.p99@40s..45s",
        sentence: "Forty quiet seconds with four requests in flight. The threshold controller adds one a second because all is well, and stands at more than 1.8 times the knee when the load comes. Gradient2 grows only while half of its limit is used, is still below the knee, and has the lower p99 in the first five seconds.",
        task: Some(Task {
            sentence: "Let the threshold controller grow in the quiet, but not beyond what the service can use.",
            condition: "threshold.p99@40s..45s <= gradient2.p99@40s..45s",
        }),
    },
];

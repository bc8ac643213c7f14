//! Finding a knee and following it: the limit against the true capacity.

use crate::labs::{Show, Task};

pub const SHOWS: &[Show] = &[
    Show {
        key: "follows-the-knee",
        title: "Half of the capacity goes, and nobody is told",
        scenario: "concurrency?policy=fixed,envoy-gradient,littles-law&rate=600/s&seed=24&at=20s..40s:capacity:0:2x",
        condition: "knee@30s..40s ~ 0.5 * knee@10s..20s within 1% && envoy-gradient.limit@30s..40s < 0.6 * envoy-gradient.limit@10s..20s && fixed.p99@30s..40s > 3 * envoy-gradient.p99@30s..40s && envoy-gradient.recovery@40s < 5s",
        headline: "envoy-gradient.limit@30s..40s / envoy-gradient.limit@10s..20s",
        sentence: "From 20 s to 40 s the service has half of its slots, so the true knee is half as high. Envoy’s controller learns that from latencies alone: its limit falls below six tenths, and within five seconds of the capacity coming back nine tenths of it are used again. Under the fixed limit of 100 the p99 is meanwhile more than three times as high.",
        task: Some(Task {
            sentence: "Which fixed limit has a p99 below 500 ms during the fault, and what does it cost before it?",
            condition: "fixed.p99@30s..40s < 500ms",
        }),
    },
    Show {
        key: "what-a-limit-is-for",
        title: "The same goodput, another latency",
        scenario: "concurrency?policy=fixed,aimd,gradient2,envoy-gradient&rate=600/s&timeout=300ms&seed=31",
        condition: "a.goodput ~ d.goodput within 15% && b.goodput ~ d.goodput within 15% && c.goodput ~ d.goodput within 15% && a.shed-share > 34% && d.shed-share > 34% && a.p50 > 2 * d.p50 && a.p99 > 1.7 * d.p99",
        headline: "a.p99 / d.p99",
        sentence: "Half as much again is asked for as there is capacity. Whatever the limiter, more than a third must be turned away, and the goodput differs by less than 15 %. What a limit decides is how long the others wait: the fixed 100 has more than twice the median of Envoy’s controller, and a p99 at least 1.7 times as high.",
        task: None,
    },
    Show {
        key: "a-number-goes-stale",
        title: "Twice the machine, the same number",
        scenario: "concurrency?policy=fixed,gradient2&limit=32&rate=900/s&seed=35&at=20s:set:slots:40",
        condition: "fixed.limit@10s..20s ~ knee@10s..20s within 2% && fixed.goodput@40s..60s < 0.55 * capacity@40s..60s && gradient2.goodput@40s..60s > 0.78 * capacity@40s..60s",
        headline: "fixed.goodput@40s..60s / capacity@40s..60s",
        sentence: "A fixed limit of 32 is exactly the knee, until the service gets twice the slots at 20 s. Then it leaves nearly half of them idle for ever, while Gradient2 uses more than three quarters.",
        task: Some(Task {
            sentence: "Which fixed limit uses nine tenths of the larger machine? Look at what it costs before.",
            condition: "fixed.goodput@40s..60s > 90% * capacity@40s..60s",
        }),
    },
    Show {
        key: "knee-moves-up",
        title: "A slow dependency moves the knee up",
        scenario: "concurrency?policy=fixed,gradient2,littles-law&limit=32&rate=350/s&seed=1&at=20s:slow:0:5x",
        condition: "knee@40s..60s > 1.9 * knee@10s..20s && capacity@40s..60s ~ capacity@10s..20s within 1% && fixed.goodput@40s..60s < 200 && gradient2.goodput@40s..60s > 330 && littles-law.goodput@40s..60s > 320",
        headline: "fixed.goodput@40s..60s",
        sentence: "At 20 s the dependency takes 100 ms instead of 20. The capacity is the same, but by Little’s law (throughput × latency) twice as many must be in flight for it. Who stays at 32 answers fewer than 200 of 350 requests a second; Gradient2, which has room to grow, more than 330.",
        task: Some(Task {
            sentence: "Work out with Little’s law which fixed limit is enough for 320 a second here, and try it.",
            condition: "fixed.goodput@40s..60s > 320 && fixed.limit@40s..60s < 80",
        }),
    },
    Show {
        key: "one-a-second",
        title: "One more a second takes minutes",
        scenario: "concurrency?policy=threshold,envoy-gradient&slots=100&rate=2500/s&coherency=0&duration=30s&warm-up=0s&seed=39",
        condition: "knee ~ 160 within 1% && threshold.limit@25s..30s < 50 && threshold.recovery@0s == 30s && envoy-gradient.recovery@0s < 3s",
        headline: "envoy-gradient.recovery@0s",
        sentence: "A bigger service, whose knee is at 160. The threshold controller starts at 20 and adds one a second: after half a minute it is not even at 50. Envoy’s controller may double its limit ten times a second, and uses nine tenths of the capacity within three seconds.",
        task: Some(Task {
            sentence: "Let the threshold controller decide ten times a second. Does it stay at the knee?",
            condition: "threshold.recovery@0s < 20s",
        }),
    },
    Show {
        key: "saw-tooth",
        title: "AIMD: the saw-tooth",
        scenario: "concurrency?policy=aimd,littles-law&rate=600/s&timeout=200ms&seed=28",
        condition: "aimd.highest:limit > 4.5 * aimd.lowest:limit && aimd.p99 > 200ms && littles-law.p99 < 200ms",
        headline: "aimd.highest:limit / aimd.lowest:limit",
        sentence: "AIMD learns only from failure. Its limit climbs until requests take longer than its timeout of 200 ms, then every late one takes a tenth, and it begins again: between the highest and the lowest limit lies a factor of more than 4.5. A p99 below its own timeout it can never have; who is told the knee has.",
        task: None,
    },
    Show {
        key: "timeout-of-five-seconds",
        title: "A timeout of five seconds is no brake",
        scenario: "concurrency?policy=aimd,aimd&rate=600/s&b.timeout=200ms&seed=23",
        condition: "a.lowest:limit == 200 && a.p99 > 2s && b.p99 < 400ms && b.goodput > 1.4 * a.goodput",
        headline: "b.goodput / a.goodput",
        sentence: "AIMD twice. With the default timeout of 5 s nothing ever counts as a drop: the limit stands at its maximum of 200 all the time, the p99 is over 2 s, and so many are inside that the service loses throughput. With 200 ms the p99 is below 400 ms and the goodput 1.4 times as high.",
        task: None,
    },
    Show {
        key: "the-dip",
        title: "Envoy’s dip: measuring the empty service costs",
        scenario: "concurrency?policy=envoy-gradient,gradient2&rate=600/s&measure-interval=20s&seed=20",
        condition: "envoy-gradient.lowest:limit == 3 && envoy-gradient.lowest:goodput < 50 && gradient2.lowest:goodput > 140",
        headline: "envoy-gradient.lowest:goodput",
        sentence: "To know the latency without load, Envoy’s controller lets only 3 in at a time until 50 have come back. While it measures, less than 50 a second are answered. Gradient2 never measures, and never falls below 140.",
        task: Some(Task {
            sentence: "Let more than 50 a second through during the dip as well, without making it rarer.",
            condition: "envoy-gradient.lowest:goodput > 50",
        }),
    },
];

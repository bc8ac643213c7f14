//! What a balancer knows of its servers, and what that is worth.

use crate::labs::{Show, Task};

pub const SHOWS: &[Show] = &[
    Show {
        key: "slow-server",
        title: "One slow server",
        scenario: "balancing?policy=round-robin,least-loaded&seed=37&duration=40s&warm-up=10s&at=10s:slow:2:4x",
        condition: "round-robin.p99 > 10 * least-loaded.p99 && round-robin.share:2 > 80% && least-loaded.share:2 < 25%",
        headline: "round-robin.p99 / least-loaded.p99",
        sentence: "Server s2 becomes four times slower. Round robin goes on sending it every eighth request, and soon more than 80 % of all requests underway stand there; least loaded sees it fill and sends it less, and its p99 is less than a tenth.",
        task: Some(Task {
            sentence: "Keep round robin, and get its p99 below 2 s by the rate alone. How much of the capacity does one slow server cost?",
            condition: "round-robin.p99 < 2s",
        }),
    },
    Show {
        key: "two-choices",
        title: "Two random choices",
        scenario: "balancing?policy=random,two-choices,least-loaded&servers=64&slots=1&rate=576/s&network=1ms&seed=36&duration=40s&warm-up=10s",
        condition: "two-choices.p99 < random.p99 / 3 && random.mean - two-choices.mean > 70% * (random.mean - least-loaded.mean)",
        headline: "random.mean / two-choices.mean",
        sentence: "64 servers at 90 %. Looking at two servers instead of one brings the p99 below a third of random's, and more than 70 % of the way to looking at all 64.",
        task: Some(Task {
            sentence: "Let two choices sample more servers, until its mean is within 50 % of least loaded's.",
            condition: "two-choices.mean ~ least-loaded.mean within 50%",
        }),
    },
    Show {
        key: "stale-loads",
        title: "Loads known once a second",
        scenario: "balancing?policy=least-loaded,two-choices,random&servers=32&slots=1&rate=256/s&network=1ms&staleness=1s&seed=7&duration=40s&warm-up=10s",
        condition: "least-loaded.mean > 5 * random.mean && two-choices.mean < random.mean",
        headline: "least-loaded.mean / random.mean",
        sentence: "The balancer's figures are up to a second old. Least loaded sends everybody to the server that was emptiest then, and is more than five times worse than not looking at all; two choices still beats random.",
        task: Some(Task {
            sentence: "How fresh must the loads be for least loaded to beat two choices?",
            condition: "least-loaded.mean < two-choices.mean",
        }),
    },
    Show {
        key: "many-balancers",
        title: "Sixteen balancers, each alone",
        scenario: "balancing?policy=least-loaded,least-loaded&servers=16&slots=1&rate=136/s&network=1ms&b.balancers=16&seed=30&duration=60s&warm-up=10s",
        condition: "b.mean > 1.8 * a.mean && b.in-flight / 16 / 16 < 0.5",
        headline: "b.mean / a.mean",
        sentence: "In B sixteen balancers share the same traffic, and each counts only its own requests: fewer than one for every two servers. Requests take more than 1.8 times as long as in A, with one balancer that sees everything.",
        task: None,
    },
    Show {
        key: "counts-not-work",
        title: "Round robin deals out counts, not work",
        scenario: "balancing?policy=round-robin,least-loaded&law=hyperexponential&variability=4&service=50ms&rate=512/s&seed=8&duration=40s",
        condition: "round-robin.p99 > 1.5 * least-loaded.p99 && round-robin.spread > 1.3 && least-loaded.spread < 1.3",
        headline: "round-robin.p99 / least-loaded.p99",
        sentence: "Few requests are long, most are short. Every server gets the same number of them from round robin, yet one is more than 1.3 times as loaded as the average, and the p99 is more than 1.5 times that of least loaded.",
        task: None,
    },
    Show {
        key: "peak-ewma",
        title: "Latency tells more than length",
        scenario: "balancing?policy=two-choices,peak-ewma&rate=160/s&seed=27&duration=40s&at=0s:slow:2:8x",
        condition: "peak-ewma.share:2 < two-choices.share:2 / 2 && peak-ewma.p99 < 80% * two-choices.p99",
        headline: "peak-ewma.share:2 / two-choices.share:2",
        sentence: "Server s2 is eight times slower. Two choices compares lengths of queues; peak EWMA compares what waiting cost, leaves s2 less than half of that load, and cuts the p99 by more than a fifth.",
        task: None,
    },
    Show {
        key: "unequal-servers",
        title: "Strong and weak servers",
        scenario: "balancing?policy=round-robin,smooth-weighted-round-robin,least-loaded&speeds=3,3,1&weights=3,3,1&rate=360/s&seed=29&duration=40s",
        condition: "round-robin.p99 > 3 * smooth-weighted-round-robin.p99 && least-loaded.p99 < 2 * smooth-weighted-round-robin.p99",
        headline: "round-robin.p99 / smooth-weighted-round-robin.p99",
        sentence: "Two of eight servers are three times as fast. Round robin overloads the six others and has more than three times the p99 of weights that say so; least loaded finds it out by itself and stays within twice.",
        task: Some(Task {
            sentence: "Give the wrong weights, 1,1,3, and see which policies suffer.",
            condition: "smooth-weighted-round-robin.p99 > 3 * least-loaded.p99",
        }),
    },
    Show {
        key: "idle-ties",
        title: "Who gets it when all are idle",
        scenario: "balancing?policy=nginx-least-conn,haproxy-leastconn&servers=2&weights=3,1&rate=8/s&service=1ms&law=constant&network=0s&seed=28&duration=60s",
        condition: "nginx-least-conn.share:0 ~ 75% within 2% && haproxy-leastconn.share:0 ~ 50% within 5%",
        headline: "nginx-least-conn.share:0",
        sentence: "Weights 3 and 1, and hardly any traffic: every pick is a tie. nginx deals ties out by weight, so the first server has about 75 % of the load; in HAProxy an idle server is an idle server, whatever its weight, and it has about half.",
        task: None,
    },
];

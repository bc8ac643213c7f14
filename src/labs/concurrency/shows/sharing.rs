//! Two limiters at one service, and a limiter that is too big for its service.

use crate::labs::{Show, Task};

pub const SHOWS: &[Show] = &[
    Show {
        key: "the-polite-one-starves",
        title: "The polite one starves",
        scenario: "concurrency?policy=vegas&other=aimd&rate=800/s&seed=13",
        condition: "other-answered > 20 * first-answered && other-limit > 20 * limit",
        headline: "other-answered / first-answered",
        sentence: "Two groups of clients with the same demand at one service. One has Vegas, which makes room as soon as latency rises; the other AIMD, which does not until requests fail. Vegas ends up with less than a twentieth of the other’s limit, and of its answers.",
        task: Some(Task {
            sentence: "Beside which other limiter does Vegas get at least half as much as the others?",
            condition: "other-answered < 2 * first-answered",
        }),
    },
    Show {
        key: "alike-share-alike",
        title: "Two of a kind share alike",
        scenario: "concurrency?policy=aimd&other=aimd&rate=800/s&timeout=300ms&seed=27",
        condition: "other-answered ~ first-answered within 6% && other-limit ~ limit within 6%",
        headline: "other-limit / limit",
        sentence: "With AIMD on both sides the limits, and the answers, agree within 6 %: adding one and taking a part is what converges to equal shares (Chiu and Jain).",
        task: None,
    },
    Show {
        key: "a-minimum-of-twenty",
        title: "A minimum of 20 for a service of one",
        scenario: "concurrency?policy=aimd,aimd&slots=1&rate=30/s&timeout=300ms&b.min-limit=1&seed=2",
        condition: "knee < 2 && a.lowest:limit == 20 && b.limit < 8 && a.p99 > 2.5 * b.p99 && b.goodput > 0.85 * a.goodput",
        headline: "a.p99 / b.p99",
        sentence: "A small service: one slot, a knee below 2. AIMD’s default minimum of 20 is then a queue of nineteen, which is never given up. With a minimum of 1 the limit is below 8, the p99 less than a 2.5th, and the goodput within 15 %.",
        task: None,
    },
];

//! Listings of the seed documents beside what they claim to be.

use crate::labs::Show;

pub const SHOWS: &[Show] = &[
    Show {
        key: "seed-weights",
        title: "Seed: weighted by remainder",
        scenario: "balancing?policy=seed-weighted,smooth-weighted-round-robin&servers=3&speeds=5,1,1&weights=5,1,1&rate=200/s&seed=29&duration=40s",
        condition: "seed-weighted.share:0 < 1% && seed-weighted.p99 > 10 * smooth-weighted-round-robin.p99 && smooth-weighted-round-robin.spread < 1.3",
        headline: "seed-weighted.share:1",
        sentence: "The first server is five times as strong as the others, and its weight says so. The listing sends it one request in fifteen: it has less than 1 % of the load, and the p99 is more than ten times that of true weights, which load all three alike.",
        task: None,
    },
    Show {
        key: "seed-strategies",
        title: "Seed: strategies in name only",
        scenario: "balancing?policy=seed-strategies,seed-strategies,round-robin,least-loaded&a.strategy=round-robin&b.strategy=least-connections&slots=1&service=10ms&rate=720/s&network=1ms&seed=5&duration=40s",
        condition: "a.p99 == b.p99 && a.p99 > 1.3 * round-robin.p99 && a.p99 > 2.5 * least-loaded.p99",
        headline: "a.p99 / least-loaded.p99",
        sentence: "A is called round robin and B least connections; both draw at random, and are equal to the last digit. Their p99 is more than 1.3 times that of true round robin and more than 2.5 times that of true least loaded.",
        task: None,
    },
    Show {
        key: "seed-ties",
        title: "Seed: ties to the first",
        scenario: "balancing?policy=seed-least-loaded,least-loaded&slots=1&service=10ms&rate=80/s&network=0s&seed=14&duration=30s",
        condition: "seed-least-loaded.share:0 ~ 55.5% within 4% && seed-least-loaded.share:7 < 0.5% && least-loaded.share:0 ~ 12.5% within 15% && seed-least-loaded.mean ~ least-loaded.mean within 1%",
        headline: "seed-least-loaded.share:0",
        sentence: "Eight servers at 10 %. The listing gives every tie to the first, which has about 55.5 % of the load, and the last next to nothing; in turns each has about an eighth. Nobody waits longer for it: the means agree within 1 %.",
        task: None,
    },
];

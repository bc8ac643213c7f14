//! What the lock lab demonstrates: scenario, condition, sentence. Each is a test, and a line of “Try this”.
//!
//! The mean wait is the threads that wait over the operations a second (Little's law): `queued / goodput`.

use crate::labs::{Show, Task};

/// Every demonstration.
pub const SHOWS: &[Show] = &[
    Show {
        key: "more-locks",
        title: "1, 4, 16 and 64 locks",
        scenario: "locks?policy=modulo,modulo,modulo,modulo&a.locks=1&b.locks=4&c.locks=16&d.locks=64&seed=1",
        condition: "a.queued / a.goodput > 20 * c.queued / c.goodput && c.goodput > 5 * a.goodput && d.goodput < 1.5 * c.goodput",
        headline: "c.goodput / a.goodput",
        sentence: "16 threads that are half of the time in a lock. 16 locks instead of one let them do more than five times as much; the wait falls more than twentyfold. 64 locks add less than half again: who does not wait cannot wait less.",
        task: Some(Task {
            sentence: "Bring so many threads that 64 locks do more than twice as much as 16.",
            condition: "d.goodput > 2 * c.goodput",
        }),
    },
    Show {
        key: "not-a-sixteenth",
        title: "Seed: “16 shards = 1/16 contention”",
        scenario: "locks?policy=modulo,modulo&a.locks=1&b.locks=16&keys=100000&seed=1&duration=20s",
        condition: "(a.queued / a.goodput) / (b.queued / b.goodput) ~ 25 within 8%",
        headline: "(a.queued / a.goodput) / (b.queued / b.goodput)",
        sentence: "Document 001 says that 16 shards are a sixteenth of the contention. With 16 threads and even keys the wait falls about 25-fold: a queue grows faster than its load.",
        task: Some(Task {
            sentence: "With how many threads does the sentence come true? Bring the ratio of the waits to 16, within 5 %.",
            condition: "(a.queued / a.goodput) / (b.queued / b.goodput) ~ 16 within 5%",
        }),
    },
    Show {
        key: "a-hot-lock",
        title: "… and with a hot key",
        scenario: "locks?policy=modulo,modulo,modulo&a.locks=1&b.locks=16&c.locks=64&threads=64&key-skew=0.99&keys=100000&seed=1",
        condition: "(a.queued / a.goodput) / (b.queued / b.goodput) < 9 && b.hottest > 13% && c.hottest > 9% && c.goodput < 2 * b.goodput",
        headline: "(a.queued / a.goodput) / (b.queued / b.goodput)",
        sentence: "64 threads, keys as popular as Zipf's law says. The hottest of 16 locks gets more than 13 % of all operations, so the wait falls less than ninefold; with 64 locks the hottest still gets more than 9 %, and four times the locks do not even double the throughput.",
        task: Some(Task {
            sentence: "How even must the keys be for 64 locks to have none that gets more than 5 %?",
            condition: "c.hottest < 5%",
        }),
    },
    Show {
        key: "a-slow-holder",
        title: "One who holds a lock is slow",
        scenario: "locks?policy=modulo,modulo&a.locks=1&b.locks=16&seed=1&at=3s:slow:0:20x",
        condition: "b.share:0 > 70% && b.goodput < 5000",
        headline: "b.share:0",
        sentence: "Under lock 0 everything takes 20 times as long from 3 s on. It is one lock of sixteen, but sooner or later every thread wants it: more than 70 % of those at any lock are there.",
        task: Some(Task {
            sentence: "Cut the structure so fine that lane B does more than 6,000 operations a second in spite of the slow lock.",
            condition: "b.goodput > 6000",
        }),
    },
    Show {
        key: "handing-over",
        title: "The price of waking up",
        scenario: "locks?policy=modulo,modulo,modulo,modulo&a.locks=1&b.locks=4&c.locks=16&d.locks=64&handover=1ms&seed=1",
        condition: "a.goodput ~ 500 within 4% && d.goodput > 12 * a.goodput && a.contended > 99% * a.arrivals && d.contended < 20% * d.arrivals",
        headline: "a.goodput",
        sentence: "Handing a lock to a thread that sleeps costs as much as the work under it. With one lock more than 99 % of the operations pay, and it does about 500 a second; with 64 less than 20 % pay, for more than twelve times as much.",
        task: Some(Task {
            sentence: "How cheap must waking up be for one lock to do 800 operations a second?",
            condition: "a.goodput > 800",
        }),
    },
];

//! The exhibits of concurrency and batching: the figures that stand in the headers of their files.
//!
//! Each test measures what a header claims, beside the repaired algorithm. Read next: `registries_of_flow`.

#![allow(clippy::unwrap_used, reason = "in a test that is how a wrong assumption is reported")]

use headroom::algorithms::batching::{self, BatchAct, Item};
use headroom::algorithms::concurrency::{self, Limiter};
use headroom::algorithms::exhibits::semaphore_per_call::{Parameters, SemaphorePerCall};
use headroom::basics::randomness::{draw, unit_of};
use headroom::basics::{Explanation, Nanos, Timed, maths};

/// What a limiter shows and allows at the end of each second, and the sum that it had gathered by then.
struct Seconds {
    claimed: Vec<u32>,
    /// The most calls that were in flight at once.
    most_in_flight: usize,
}

/// `rate` evenly spaced calls a second, each of `took`, none failing, for so many seconds. A call that the limiter
/// does not let in is turned away.
fn run(limiter: &mut dyn Limiter, rate: u64, took: Nanos, seconds: u64) -> Seconds {
    let mut in_flight = std::collections::VecDeque::new();
    let mut result = Seconds { claimed: Vec::new(), most_in_flight: 0 };
    // The last interval belongs to the last second, and a decision at the full second sees it.
    let mut calls = (0..rate * seconds).map(|n| Nanos(n * 1_000_000_000 / rate)).peekable();
    loop {
        let finish = in_flight.front().map(|&(started, _)| started + took);
        let tick = limiter.due();
        let arrival = calls.peek().copied();
        let Some(now) = finish.into_iter().chain(tick).chain(arrival).min() else { break };
        if now > Nanos::from_secs(seconds) {
            break;
        }
        if finish == Some(now) {
            let (started, with) = in_flight.pop_front().unwrap();
            limiter.sample(started, now, with, false, &mut Explanation::silent());
        } else if tick == Some(now) {
            limiter.tick(now, &mut Vec::new());
            result.claimed.push(limiter.claimed());
        } else {
            calls.next();
            if in_flight.len() < limiter.limit() as usize {
                in_flight.push_back((now, in_flight.len() as u32 + 1));
                result.most_in_flight = result.most_in_flight.max(in_flight.len());
            }
        }
    }
    result
}

fn exhibit() -> SemaphorePerCall {
    SemaphorePerCall::new(&Parameters::default())
}

#[test]
fn a_semaphore_for_each_call_shrinks_a_healthy_service_below_950_calls_a_second() {
    let took = Nanos::from_millis(20);
    assert_eq!(run(&mut exhibit(), 500, took, 4).claimed, [19, 18, 17, 16]);
    let mut repaired = concurrency::build("threshold", &[]).unwrap();
    assert_eq!(run(&mut *repaired, 500, took, 4).claimed, [21, 22, 23, 24]);
}

#[test]
fn an_idle_service_falls_to_one() {
    let mut idle = exhibit();
    for second in 1..=25 {
        idle.tick(Nanos::from_secs(second), &mut Vec::new());
        assert_eq!(idle.claimed(), if second < 19 { 20 - second as u32 } else { 1 }, "after {second} s");
    }
}

#[test]
fn the_latency_is_a_million_for_each_call_in_flight() {
    for (rate, took_ms, in_flight) in [(1_000, 20, 20), (4_000, 100, 400), (8_000, 100, 800)] {
        let mut limiter = exhibit();
        let took = Nanos::from_millis(took_ms);
        // One second of calls in the steady state, all of which complete in it.
        for call in 0..rate {
            let started = Nanos(call * 1_000_000_000 / rate);
            limiter.sample(started, started + took, 1, false, &mut Explanation::silent());
        }
        assert_eq!(limiter.average_latency(), in_flight * 1_000_000, "{rate}/s × {took}");
    }
}

#[test]
fn it_asks_for_fewer_than_100_in_flight_and_calls_that_100_ms() {
    let ten = |rate, took_ms| run(&mut exhibit(), rate, Nanos::from_millis(took_ms), 10).claimed;
    assert_eq!(ten(2_000, 20), (21..=30).collect::<Vec<_>>(), "40 in flight: grows by one a second");
    // The first second is still filling: of 2,000 calls of 300 ms only 1,400 completed in it, 420 in flight on average.
    assert_eq!(ten(2_000, 300), [20, 19, 18, 17, 16, 15, 14, 13, 12, 11], "600 in flight: shrinks");
    let mut repaired = concurrency::build("threshold", &[("initial-limit", "1000")]).unwrap();
    let steady = run(&mut *repaired, 2_000, Nanos::from_millis(300), 10).claimed;
    assert_eq!(steady, [1_000; 10], "300 ms is neither fast nor slow, however many there are");
    // The other side: in between it looks right.
    // (Of 1,000 calls a second only 980 complete in the first.)
    for (rate, after_ten) in [(1_000, 29), (3_000, 30), (4_900, 30)] {
        assert_eq!(ten(rate, 20).last(), Some(&after_ten), "{rate}/s of 20 ms");
    }
}

#[test]
fn it_limits_nothing_or_everything() {
    let mut limiter = exhibit();
    let result = run(&mut limiter, 2_000, Nanos::from_millis(300), 10);
    assert_eq!((result.most_in_flight, limiter.claimed()), (600, 11), "it says 11 and lets 600 in");
    let mut repaired = concurrency::build("threshold", &[]).unwrap();
    let result = run(&mut *repaired, 2_000, Nanos::from_millis(300), 10);
    assert!(result.most_in_flight <= 20, "the repaired one lets in what it says");
    let mut forgotten = SemaphorePerCall::new(&Parameters { initial_limit: 0 });
    assert_eq!(
        run(&mut forgotten, 2_000, Nanos::from_millis(20), 10).most_in_flight,
        0,
        "no constructor: blocks for ever"
    );
}

/// Batch sizes and mean wait of items `gap` apart for so many seconds, with sending that takes `service`.
fn batches(
    key: &str,
    size: &str,
    gaps: impl Iterator<Item = Nanos>,
    service: Nanos,
    end: Nanos,
) -> (Vec<usize>, Nanos) {
    let mut batcher = batching::build(key, &[("size", size), ("wait", "5ms"), ("linger", "100ms")]).unwrap();
    let mut arrivals = gaps.scan(Nanos::ZERO, |now, gap| {
        let arrival = *now;
        *now += gap;
        Some(arrival)
    });
    let mut next = arrivals.next();
    let (mut arrived_at, mut sizes, mut total_wait) = (Vec::new(), Vec::new(), Nanos::ZERO);
    let mut back = std::collections::VecDeque::new();
    let mut acts = Vec::new();
    while let Some(now) =
        back.front().copied().into_iter().chain(batcher.due()).chain(next).min().filter(|&now| now <= end)
    {
        if back.front() == Some(&now) {
            back.pop_front();
            batcher.sender_free(now, &mut acts, &mut Explanation::silent());
        } else if batcher.due() == Some(now) {
            batcher.tick(now, &mut acts);
        } else {
            let item = Item { id: arrived_at.len() as u64, ..Item::default() };
            arrived_at.push(now);
            batcher.add(item, now, &mut acts, &mut Explanation::silent());
            next = arrivals.next();
        }
        for act in acts.drain(..) {
            let BatchAct::Send(batch) = act else { panic!("nothing is remembered here") };
            sizes.push(batch.items.len());
            for item in batch.items {
                total_wait += now.since(arrived_at[item.id as usize]);
            }
            back.push_back(now + service);
        }
    }
    let items: usize = sizes.iter().sum();
    (sizes, Nanos(total_wait.0.checked_div(items as u64).unwrap_or(0)))
}

fn evenly(gap: Nanos) -> impl Iterator<Item = Nanos> {
    std::iter::repeat(gap)
}

#[test]
fn the_signalled_batcher_ignores_its_size_and_waits_half_a_tick() {
    for (rate, expected) in [(100, 10), (1_000, 100), (10_000, 1_000)] {
        let gap = Nanos(1_000_000_000 / rate);
        for size in ["1", "100", "100000"] {
            let (sizes, wait) =
                batches("signalled-batcher", size, evenly(gap), Nanos::MILLISECOND, Nanos::from_secs(10));
            assert_eq!(sizes.len(), 100, "ten seconds have a hundred ticks");
            // The item that comes with the tick belongs to the next one; the very first batch is like the others.
            assert!(sizes.iter().all(|&size| size == expected), "{rate}/s: {sizes:?}");
            // Items come 0, 1, 2 … gaps before the tick: half a tick and half a gap.
            assert_eq!(wait, Nanos::from_millis(50) + Nanos(gap.0 / 2), "{rate}/s, size {size}");
        }
    }
    let (sizes, _) =
        batches("size-or-linger", "50", evenly(Nanos::MILLISECOND), Nanos::MILLISECOND, Nanos::from_secs(10));
    assert!(sizes.iter().all(|&size| size == 50), "what it meant to be");
}

#[test]
fn the_signalled_batcher_grows_when_it_is_slow_and_loses_its_tail() {
    let (sizes, wait) =
        batches("signalled-batcher", "100", evenly(Nanos::MILLISECOND), Nanos::from_millis(250), Nanos::from_secs(10));
    assert!(sizes[1..].iter().all(|&size| size == 250), "250 ms of items each: {sizes:?}");
    assert!(wait > Nanos::from_millis(100));

    let mut batcher = batching::build("signalled-batcher", &[]).unwrap();
    let mut acts = Vec::new();
    batcher.add(Item::default(), Nanos::from_millis(1), &mut acts, &mut Explanation::silent());
    batcher.close(Nanos::from_millis(2), &mut acts, &mut Explanation::silent());
    assert_eq!((acts.len(), batcher.held()), (0, 1), "closing sends nothing");
}

#[test]
fn a_debounced_stream_is_sent_by_chance_or_never() {
    let end = Nanos::from_secs(600);
    let (sizes, _) =
        batches("debounce", "0", evenly(Nanos::MILLISECOND).take(60_000), Nanos::ZERO, Nanos::from_secs(60));
    assert!(sizes.is_empty(), "even traffic of 1,000/s against 5 ms");
    let random = (0..).map(|n| Nanos::from_seconds(-maths::ln(1.0 - unit_of(draw(7, 1, n))) / 1_000.0));
    let (sizes, _) = batches("debounce", "0", random, Nanos::ZERO, end);
    // A gap above 5 ms has chance e⁻⁵: batches are geometric with mean e⁵ = 148.4. About 4,000 of them: the standard
    // error of the mean is 148 / √4,000 = 2.3; four of those.
    let mean = sizes.iter().sum::<usize>() as f64 / sizes.len() as f64;
    assert!((mean - 148.4).abs() < 9.4, "{mean} over {}", sizes.len());
    let (sizes, wait) = batches("debounce", "0", evenly(Nanos::from_millis(20)), Nanos::ZERO, Nanos::from_secs(10));
    assert!(sizes.iter().all(|&size| size == 1) && wait == Nanos::from_millis(5), "light traffic: just like linger");
}

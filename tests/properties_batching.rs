//! What holds for every batcher of the registry, whatever the traffic. Read next: `exhibits_of_flow`.

#![allow(clippy::unwrap_used, reason = "in a test that is how a wrong assumption is reported")]

use std::collections::{BTreeMap, BTreeSet};

use headroom::algorithms::batching::nagle::{Acknowledge, DelayedAcknowledgement, Nagle};
use headroom::algorithms::batching::{ABOUT, Batch, BatchAct, Batcher, Item, build};
use headroom::basics::{Explanation, Nanos, Timed};
use proptest::prelude::*;

/// One arrival: how long after the one before, its bytes, partition and key.
type Arrival = (u64, u32, u32, u64);

fn arrivals() -> impl Strategy<Value = Vec<Arrival>> {
    // Gaps from nothing to 20 ms against a linger of 5 ms; bytes up to three times a batch of 1,000.
    prop::collection::vec((0_u64..20_000_000, 1_u32..3_000, 0_u32..5, 0_u64..12), 1..300)
}

/// The world round a batcher: each batch is out for `service`; then its sender is free.
struct World {
    batcher: Box<dyn Batcher>,
    now: Nanos,
    service: Nanos,
    out: BTreeMap<(Nanos, u64), ()>,
    sent: Vec<Batch>,
    answered: Vec<Item>,
    number: u64,
    listen: bool,
}

impl World {
    fn new(batcher: Box<dyn Batcher>, service: Nanos) -> Self {
        let (out, sent, answered) = Default::default();
        Self { batcher, now: Nanos::ZERO, service, out, sent, answered, number: 0, listen: false }
    }

    fn why(&self) -> Explanation {
        if self.listen { Explanation::listen() } else { Explanation::silent() }
    }

    fn take(&mut self, acts: Vec<BatchAct>) {
        for act in acts {
            match act {
                BatchAct::Send(batch) => {
                    assert!(!batch.items.is_empty(), "an empty batch");
                    assert!(batch.opened <= self.now, "opened in the future");
                    self.number += 1;
                    self.out.insert((self.now + self.service, self.number), ());
                    self.sent.push(batch);
                }
                BatchAct::Answer(items) => self.answered.extend(items),
            }
        }
    }

    /// Everything that is to happen up to `until`: timers and senders that come back, in order.
    fn run_until(&mut self, until: Nanos) {
        loop {
            let due = self.batcher.due();
            let back = self.out.keys().next().copied();
            let Some(next) = due.into_iter().chain(back.map(|(at, _)| at)).min().filter(|&at| at <= until) else {
                break;
            };
            self.now = self.now.max(next);
            let mut acts = Vec::new();
            if let Some(first) = back.filter(|&(at, _)| at == next) {
                self.out.remove(&first);
                let mut why = self.why();
                self.batcher.sender_free(self.now, &mut acts, &mut why);
            } else {
                self.batcher.tick(self.now, &mut acts);
                let next = self.batcher.due();
                assert!(next.is_none_or(|next| next > self.now), "woken at {}, due at {next:?}", self.now);
            }
            self.take(acts);
        }
        self.now = until;
    }

    fn arrive(&mut self, id: u64, (gap, bytes, partition, key): Arrival) {
        self.run_until(self.now + Nanos(gap));
        let (mut acts, mut why) = (Vec::new(), self.why());
        self.batcher.add(Item { id, bytes, partition, key }, self.now, &mut acts, &mut why);
        assert!(!self.listen || !why.remarks.is_empty(), "a batcher that says nothing");
        self.take(acts);
    }

    /// No more items, and then a long time; ticks go on only while something is out or held.
    fn finish(&mut self) {
        let (mut acts, mut why) = (Vec::new(), self.why());
        self.batcher.close(self.now, &mut acts, &mut why);
        self.take(acts);
        self.run_until(self.now + Nanos::from_secs(60));
    }

    fn clone(&self) -> Self {
        Self {
            batcher: self.batcher.clone(),
            out: self.out.clone(),
            sent: self.sent.clone(),
            answered: self.answered.clone(),
            ..*self
        }
    }

    /// The numbers of all items that were sent or answered.
    fn numbers(&self) -> Vec<u64> {
        let sent = self.sent.iter().flat_map(|batch| batch.items.iter().chain(&batch.joined));
        sent.chain(&self.answered).map(|item| item.id).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_item_is_lost_or_sent_twice(arrivals in arrivals(), service_ms in 0_u64..40) {
        for about in ABOUT {
            let settings = [("size", "7"), ("batch-bytes", "1000"), ("max-size", "5"), ("nodes", "2")];
            let mut world = World::new(build(about.key, &settings).unwrap(), Nanos::from_millis(service_ms));
            for (id, &arrival) in arrivals.iter().enumerate() {
                world.arrive(id as u64, arrival);
                prop_assert_eq!(world.numbers().len() + world.batcher.held(), id + 1, "{}", about.key);
            }
            world.finish();
            prop_assert_eq!(world.batcher.held(), 0, "{} holds items for ever", about.key);
            let numbers = world.numbers();
            let different: BTreeSet<u64> = numbers.iter().copied().collect();
            prop_assert_eq!(numbers.len(), arrivals.len(), "{}", about.key);
            prop_assert_eq!(different.len(), arrivals.len(), "{}", about.key);
        }
    }

    #[test]
    fn a_batch_never_exceeds_its_size(arrivals in arrivals(), size in 1_u32..9, service_ms in 0_u64..40) {
        let (size_text, bytes_text) = (size.to_string(), (size * 1_000).to_string());
        for key in ["none", "size", "size-or-linger", "adaptive", "coalesce", "kafka"] {
            let settings = [("size", size_text.as_str()), ("max-size", &size_text), ("batch-bytes", &bytes_text)];
            let mut world = World::new(build(key, &settings).unwrap(), Nanos::from_millis(service_ms));
            for (id, &arrival) in arrivals.iter().enumerate() {
                world.arrive(id as u64, arrival);
            }
            world.finish();
            for batch in &world.sent {
                match key {
                    "none" => prop_assert_eq!(batch.items.len(), 1),
                    "kafka" => {
                        let mut parts: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
                        for item in &batch.items {
                            let part = parts.entry(item.partition).or_default();
                            *part = (part.0 + 1, part.1 + item.bytes);
                        }
                        for (items, bytes) in parts.into_values() {
                            prop_assert!(bytes <= size * 1_000 || items == 1, "{bytes} bytes in {items} items");
                        }
                    }
                    _ => prop_assert!(batch.items.len() <= size as usize, "{key}: {}", batch.items.len()),
                }
            }
        }
    }

    #[test]
    fn a_size_that_shrinks_while_running_is_kept_from_then_on(arrivals in arrivals()) {
        for key in ["size", "size-or-linger", "adaptive"] {
            let mut world = World::new(build(key, &[("size", "50"), ("max-size", "50")]).unwrap(), Nanos::from_millis(30));
            let half = arrivals.len() / 2;
            for (id, &arrival) in arrivals[..half].iter().enumerate() {
                world.arrive(id as u64, arrival);
            }
            let parameter = if key == "adaptive" { "max-size" } else { "size" };
            prop_assert_eq!(world.batcher.set(parameter, "3"), Ok(()));
            world.sent.clear();
            for (id, &arrival) in arrivals[half..].iter().enumerate() {
                world.arrive((half + id) as u64, arrival);
            }
            world.finish();
            prop_assert!(world.sent.iter().all(|batch| batch.items.len() <= 3), "{}", key);
        }
    }

    #[test]
    fn nobody_lingers_longer_than_allowed(arrivals in arrivals(), linger_ms in 0_u64..30) {
        let linger = Nanos::from_millis(linger_ms);
        let text = linger.to_string();
        for key in ["linger", "size-or-linger", "kafka"] {
            // With a sender always free, Kafka's batches too leave when their time has come.
            let settings = [("linger", text.as_str()), ("requests-in-flight", "10000")];
            let mut world = World::new(build(key, &settings).unwrap(), Nanos::MILLISECOND);
            for (id, &arrival) in arrivals.iter().enumerate() {
                let sent = world.sent.len();
                world.arrive(id as u64, arrival);
                for batch in &world.sent[sent..] {
                    prop_assert!(world.now.since(batch.opened) <= linger + Nanos(arrival.0), "{}", key);
                }
                prop_assert!(world.batcher.due().is_none_or(|due| due.since(world.now) <= linger), "{}", key);
                prop_assert!(world.batcher.held() == 0 || linger_ms > 0, "{} waits although it must not", key);
            }
        }
    }

    #[test]
    fn a_clone_behaves_the_same_and_listening_changes_nothing(before in arrivals(), after in arrivals()) {
        for about in ABOUT {
            let mut original = World::new(build(about.key, &[("size", "7")]).unwrap(), Nanos::from_millis(10));
            for (id, &arrival) in before.iter().enumerate() {
                original.arrive(id as u64, arrival);
            }
            let mut copy = original.clone();
            copy.listen = true;
            for world in [&mut original, &mut copy] {
                for (id, &arrival) in after.iter().enumerate() {
                    world.arrive((before.len() + id) as u64, arrival);
                }
                world.finish();
            }
            prop_assert_eq!(original.sent, copy.sent, "{}", about.key);
            prop_assert_eq!(original.answered, copy.answered, "{}", about.key);
        }
    }

    #[test]
    fn waking_early_is_harmless(arrivals in arrivals()) {
        for about in ABOUT {
            let mut woken = World::new(build(about.key, &[("size", "7")]).unwrap(), Nanos::from_millis(10));
            let mut left_alone = woken.clone();
            for (id, &arrival) in arrivals.iter().enumerate() {
                woken.arrive(id as u64, arrival);
                left_alone.arrive(id as u64, arrival);
                let due = woken.batcher.due();
                let mut acts = Vec::new();
                let early = due.map_or(woken.now, |due| Nanos(due.0.saturating_sub(1)));
                if due != Some(early) {
                    woken.batcher.tick(early, &mut acts);
                }
                prop_assert!(acts.is_empty() && woken.batcher.due() == due, "{}", about.key);
            }
            woken.finish();
            left_alone.finish();
            prop_assert_eq!(woken.sent, left_alone.sent, "{}", about.key);
        }
    }

    #[test]
    fn coalescing_sends_a_key_once_in_a_batch(arrivals in arrivals()) {
        for remember in ["batch", "always"] {
            let mut world = World::new(build("coalesce", &[("remember", remember)]).unwrap(), Nanos::MILLISECOND);
            for (id, &arrival) in arrivals.iter().enumerate() {
                world.arrive(id as u64, arrival);
            }
            world.finish();
            for batch in &world.sent {
                let keys: BTreeSet<u64> = batch.items.iter().map(|item| item.key).collect();
                prop_assert_eq!(keys.len(), batch.items.len());
            }
            let loads: usize = world.sent.iter().map(|batch| batch.items.len()).sum();
            let different: BTreeSet<u64> = arrivals.iter().map(|&(.., key)| key).collect();
            if remember == "always" {
                prop_assert_eq!(loads, different.len(), "each key is loaded once in a lifetime");
            } else {
                prop_assert!(loads >= different.len());
            }
        }
    }
}

/// Items `gap` apart; returns the sizes of the batches that were sent.
fn sizes(key: &str, settings: &[(&str, &str)], items: u64, gap: Nanos, service: Nanos) -> Vec<usize> {
    let mut world = World::new(build(key, settings).unwrap(), service);
    for id in 0..items {
        world.arrive(id, (gap.0, 100, 0, id));
    }
    world.sent.iter().map(|batch| batch.items.len()).collect()
}

#[test]
fn an_adaptive_batch_is_what_came_while_the_last_was_out() {
    let ms = Nanos::MILLISECOND;
    assert_eq!(sizes("adaptive", &[], 50, ms, Nanos(900_000)), [1; 50], "light traffic: nothing waits");
    let heavy = sizes("adaptive", &[], 101, ms, Nanos::from_micros(9_500));
    assert_eq!(heavy[0], 1, "the first goes alone");
    assert!(heavy[1..].iter().all(|&size| size == 9 || size == 10), "then 9.5 ms worth of items each: {heavy:?}");
}

#[test]
fn kafka_without_linger_still_batches_what_piles_up() {
    let settings = [("linger", "0s"), ("requests-in-flight", "1")];
    let ms = Nanos::MILLISECOND;
    assert_eq!(sizes("kafka", &settings, 50, ms, Nanos(900_000)), [1; 50]);
    let heavy = sizes("kafka", &settings, 101, ms, Nanos::from_micros(9_500));
    assert!(heavy[1..].iter().all(|&size| size == 9 || size == 10), "{heavy:?}");
}

#[test]
fn a_ready_partition_takes_along_the_others_of_its_node() {
    let mut accumulator = build("kafka", &[("batch-bytes", "1000"), ("nodes", "2"), ("linger", "1s")]).unwrap();
    let (mut acts, mut why) = (Vec::new(), Explanation::silent());
    let item = |id, partition, bytes| Item { id, bytes, partition, key: 0 };
    accumulator.add(item(1, 0, 10), Nanos::ZERO, &mut acts, &mut why); // node 0
    accumulator.add(item(2, 1, 10), Nanos::ZERO, &mut acts, &mut why); // node 1
    accumulator.add(item(3, 3, 10), Nanos::ZERO, &mut acts, &mut why); // node 1
    assert!(acts.is_empty());
    accumulator.add(item(4, 3, 5_000), Nanos::from_millis(1), &mut acts, &mut why); // larger than a batch
    let requests: Vec<Vec<u64>> = acts
        .iter()
        .map(|act| match act {
            BatchAct::Send(batch) => batch.items.iter().map(|item| item.id).collect(),
            BatchAct::Answer(_) => panic!("Kafka remembers nothing"),
        })
        .collect();
    assert_eq!(requests, [vec![2, 3], vec![4]], "node 1 sends all it has; node 0 goes on lingering");
    assert_eq!(accumulator.held(), 1);
}

#[test]
fn full_memory_makes_everything_ready() {
    let settings = [("batch-bytes", "1000"), ("linger", "1s"), ("memory-bytes", "2000"), ("nodes", "5")];
    let mut accumulator = build("kafka", &settings).unwrap();
    let (mut acts, mut why) = (Vec::new(), Explanation::silent());
    for partition in 0..3 {
        assert!(acts.is_empty(), "two batches of 1,000 fit");
        accumulator.add(Item { bytes: 10, partition, ..Item::default() }, Nanos::ZERO, &mut acts, &mut why);
    }
    assert_eq!(acts.len(), 3);
}

#[test]
fn size_alone_keeps_the_last_items_until_it_is_closed() {
    let mut world = World::new(build("size", &[("size", "10")]).unwrap(), Nanos::MILLISECOND);
    for id in 0..25 {
        world.arrive(id, (1_000_000, 1, 0, 0));
    }
    world.run_until(Nanos::from_secs(3_600));
    assert_eq!((world.sent.len(), world.batcher.held()), (2, 5), "an hour later they still wait");
    world.finish();
    assert_eq!(world.sent.last().unwrap().items.len(), 5);
}

/// Two machines with a wire of `one_way` between them. The client writes `writes` one after the other, then waits for
/// the answer, which the server gives when it has everything. Returns how long that took.
fn exchange(one_way: Nanos, delay: Nanos, no_delay: bool, writes: &[u32]) -> Nanos {
    let mut sender = Nagle::new(1_460, no_delay);
    let mut receiver = DelayedAcknowledgement::new(delay);
    let total: u32 = writes.iter().sum();
    let (mut segments, mut acts, mut got) = (Vec::new(), Vec::new(), 0);
    // What travels: (arrival, order, bytes, whether towards the server).
    let mut wire: BTreeSet<(Nanos, u64, u64, bool)> = BTreeSet::new();
    let (mut now, mut order) = (Nanos::ZERO, 0);
    for &bytes in writes {
        sender.write(bytes, &mut segments);
    }
    loop {
        for bytes in segments.drain(..) {
            order += 1;
            wire.insert((now + one_way, order, u64::from(bytes), true));
        }
        for Acknowledge(bytes) in acts.drain(..) {
            order += 1;
            wire.insert((now + one_way, order, bytes, false));
        }
        let arrival = wire.first().map(|&(at, ..)| at);
        let timer = receiver.due();
        if timer.is_some_and(|due| arrival.is_none_or(|at| due < at)) {
            now = timer.unwrap();
            receiver.tick(now, &mut acts);
            continue;
        }
        let (at, _, bytes, to_server) = wire.pop_first().unwrap();
        now = at;
        if to_server {
            got += bytes;
            if got == u64::from(total) {
                return now + one_way; // the answer travels back, with the acknowledgement
            }
            receiver.received(bytes as u32, now, &mut acts);
        } else {
            sender.acknowledged(bytes, &mut segments);
        }
    }
}

#[test]
fn write_write_read_stalls_for_the_whole_delay() {
    let (one_way, delay) = (Nanos::from_millis(1), Nanos::from_millis(40));
    let two_writes = [100, 100];
    // 1 ms there, 40 ms of patience, 1 ms for the acknowledgement, then the second write and its answer.
    assert_eq!(exchange(one_way, delay, false, &two_writes), Nanos::from_millis(44));
    assert_eq!(exchange(one_way, delay, true, &two_writes), Nanos::from_millis(2), "TCP_NODELAY");
    assert_eq!(exchange(one_way, Nanos::ZERO, false, &two_writes), Nanos::from_millis(4), "acknowledged at once");
    assert_eq!(exchange(one_way, delay, false, &[200]), Nanos::from_millis(2), "one write of both parts");
    assert_eq!(
        exchange(one_way, delay, false, &[1_460, 100, 100]),
        Nanos::from_millis(44),
        "a full one, then small ones"
    );
    assert_eq!(
        exchange(one_way, delay, false, &[1_460, 1_460, 100]),
        Nanos::from_millis(4),
        "two full ones are acknowledged"
    );
}

#[test]
fn every_live_parameter_can_be_set_while_running() {
    for about in ABOUT {
        let mut batcher = build(about.key, &[]).unwrap();
        for row in about.parameters {
            assert_eq!(batcher.set(row.key, &(row.default)()), Ok(()), "{} {}", about.key, row.key);
        }
        assert!(batcher.set("no-such-parameter", "1").is_err(), "{}", about.key);
    }
    assert!(build("no-such-batcher", &[]).is_none());
}

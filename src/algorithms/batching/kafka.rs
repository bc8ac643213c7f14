//! Kafka's accumulator: a queue of batches for each partition, drained by node.
//!
//! **What it is.** Items are packed by *bytes* into batches, a queue of them for each partition. A partition is ready
//! when it has a full batch or its oldest batch has lingered long enough. A ready partition makes its whole node ready:
//! the request that goes there takes the first batch of *every* partition of that node, ready or not.
//!
//! **Who runs it.** The producer of Apache Kafka and every client that copies it.
//!
//! **Cost.** O(log p) time for each item with p partitions, O(p) for each drain; memory for the batches that are held.
//!
//! **Source.** Apache Kafka, `RecordAccumulator.java` (`append`, `batchReady`, `drainBatchesForOneNode`). The linger
//! was 0 before release 4.0. Here the requests in flight are counted for all nodes together, the producer's own memory
//! is counted for held batches only, and bytes are those of the items, without headers or compression.
//!
//! **What goes wrong.** With linger 0 people expect no batching; they get what piled up while the requests in flight
//! were out. Many partitions dilute: the same traffic over 100 partitions makes batches a hundredth as large, so the
//! linger decides, not the size. And five requests in flight with retries reorder, unless the producer is idempotent.
//!
//! **Order of the rules.** Age counts from the creation of a batch, never from its last item. An item that is larger
//! than a batch gets one of its own. More than one batch in a queue means that the first is full, even when it has
//! room.

use std::collections::{BTreeMap, VecDeque};

use super::{Batch, BatchAct, Batcher, Item};
use crate::basics::parameters::{Declared, Refusal};
use crate::basics::{Explanation, Kind, Nanos, Timed};
use crate::{because, parameters};

parameters! {
    /// The defaults of Kafka 4.
    pub struct Parameters {
        /// A batch of one partition holds this many bytes (`batch.size`).
        batch_bytes: u32 = 16_384, "Batch bytes", Kind::count(1, 100_000_000), Live PerLane "Batching";
        /// How long a batch waits to be filled (`linger.ms`).
        linger: Nanos = Nanos::from_millis(5), "Linger", Kind::span(Nanos::ZERO, Nanos::from_secs(60)), Live PerLane "Batching";
        /// How many requests may be out at once (`max.in.flight.requests.per.connection`).
        requests_in_flight: u32 = 5, "Requests in flight", Kind::count(1, 10_000), Restart PerLane "Batching";
        /// How many nodes the partitions are spread over: partition p is led by node p modulo this.
        nodes: u32 = 1, "Nodes", Kind::count(1, 10_000), Restart PerLane "Batching";
        /// When held batches occupy more than this, all are ready (`buffer.memory`).
        memory_bytes: u32 = 33_554_432, "Memory", Kind::count(1, u32::MAX), Live PerLane "Batching";
    }
}

/// The batch of one partition in the making.
#[derive(Clone, Debug, PartialEq)]
struct Packed {
    created: Nanos,
    bytes: u64,
    /// The bytes set aside for it: those of a batch, or of one larger item.
    room: u64,
    items: Vec<Item>,
}

/// Which partitions are ready, and when to look again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    /// In ascending order.
    pub partitions: Vec<u32>,
    /// When the next of the others will be; `None` when there is no other.
    pub look_again_at: Option<Nanos>,
}

/// The accumulator.
#[derive(Clone, Debug)]
pub struct Kafka {
    parameters: Parameters,
    /// Never holds an empty queue.
    partitions: BTreeMap<u32, VecDeque<Packed>>,
    held: usize,
    room_taken: u64,
    free: u32,
    closed: bool,
}

impl Kafka {
    /// An accumulator with these parameters and nothing in it.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self {
            parameters: parameters.clone(),
            partitions: BTreeMap::new(),
            held: 0,
            room_taken: 0,
            free: parameters.requests_in_flight,
            closed: false,
        }
    }

    /// Packs `item` into the last batch of its partition, or into a new one. Sends nothing.
    pub fn append(&mut self, item: Item, now: Nanos) {
        let bytes = u64::from(item.bytes);
        let queue = self.partitions.entry(item.partition).or_default();
        self.held += 1;
        match queue.back_mut() {
            Some(last) if last.bytes + bytes <= last.room => {
                last.bytes += bytes;
                last.items.push(item);
            }
            _ => {
                let room = bytes.max(u64::from(self.parameters.batch_bytes));
                self.room_taken += room;
                queue.push_back(Packed { created: now, bytes, room, items: vec![item] });
            }
        }
    }

    /// How many batches wait in `partition`.
    #[must_use]
    pub fn batches(&self, partition: u32) -> usize {
        self.partitions.get(&partition).map_or(0, VecDeque::len)
    }

    /// Which partitions are ready at `now`.
    #[must_use]
    pub fn ready(&self, now: Nanos) -> Ready {
        let exhausted = self.room_taken > u64::from(self.parameters.memory_bytes);
        let mut ready = Ready::default();
        for (&partition, queue) in &self.partitions {
            let Some(first) = queue.front() else { continue };
            let full = queue.len() > 1 || first.bytes >= first.room;
            let lingered_at = first.created + self.parameters.linger;
            if full || now >= lingered_at || exhausted || self.closed {
                ready.partitions.push(partition);
            } else {
                ready.look_again_at = Some(ready.look_again_at.map_or(lingered_at, |at| at.min(lingered_at)));
            }
        }
        ready
    }

    /// Takes the first batch of every partition of `node` as one request; `None` when the node has none.
    pub fn drain(&mut self, node: u32) -> Option<Batch> {
        let nodes = self.parameters.nodes;
        let mut request: Option<Batch> = None;
        for queue in self.partitions.iter_mut().filter(|(p, _)| *p % nodes == node).map(|(_, queue)| queue) {
            if let Some(first) = queue.pop_front() {
                self.held -= first.items.len();
                self.room_taken -= first.room;
                let request = request.get_or_insert(Batch { opened: first.created, ..Batch::default() });
                request.opened = request.opened.min(first.created);
                request.items.extend(first.items);
            }
        }
        self.partitions.retain(|_, queue| !queue.is_empty());
        request
    }

    /// Sends to ready nodes while requests may go out.
    fn send(&mut self, now: Nanos, acts: &mut Vec<BatchAct>) {
        while self.free > 0 {
            let ready = self.ready(now);
            let mut nodes: Vec<u32> =
                ready.partitions.iter().map(|partition| partition % self.parameters.nodes).collect();
            nodes.sort_unstable();
            nodes.dedup();
            if nodes.is_empty() {
                return;
            }
            for node in nodes.into_iter().take(self.free as usize) {
                if let Some(request) = self.drain(node) {
                    self.free -= 1;
                    acts.push(BatchAct::Send(request));
                }
            }
        }
    }
}

impl Timed for Kafka {
    type Act = BatchAct;

    /// While every request is out there is nothing to wake up for: the next that comes back is the signal.
    fn due(&self) -> Option<Nanos> {
        if self.free == 0 {
            return None;
        }
        self.partitions
            .values()
            .filter_map(|queue| queue.front())
            .map(|first| first.created + self.parameters.linger)
            .min()
    }

    fn tick(&mut self, now: Nanos, acts: &mut Vec<BatchAct>) {
        self.send(now, acts);
    }
}

impl Batcher for Kafka {
    fn add(&mut self, item: Item, now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        self.append(item, now);
        because!(why, "partition {} now has {} batches", item.partition, self.batches(item.partition));
        if self.free == 0 {
            because!(why, "all {} requests are out: it piles up", self.parameters.requests_in_flight);
        }
        self.send(now, acts);
    }

    fn sender_free(&mut self, now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        self.free = (self.free + 1).min(self.parameters.requests_in_flight);
        because!(why, "a request came back; ready are the partitions {:?}", self.ready(now).partitions);
        self.send(now, acts);
    }

    fn close(&mut self, now: Nanos, acts: &mut Vec<BatchAct>, why: &mut Explanation) {
        because!(why, "closed: every batch is ready");
        self.closed = true;
        self.send(now, acts);
    }

    fn held(&self) -> usize {
        self.held
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        self.parameters.set(key, text)
    }
}

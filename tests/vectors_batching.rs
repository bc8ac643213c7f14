//! The batchers against vectors of the reference implementations (Apache Kafka, DataLoader).
//!
//! Every case of `vectors/batching.json` is replayed and every field of it is used. Read next: `properties_batching`.

#![allow(clippy::unwrap_used, reason = "in a test that is how a wrong assumption is reported")]

mod vectors;

use std::collections::BTreeMap;

use headroom::algorithms::batching::coalesce::{self, Coalesce, Remember};
use headroom::algorithms::batching::kafka::{self, Kafka};
use headroom::algorithms::batching::{BatchAct, Batcher, Item};
use headroom::basics::{Explanation, Nanos, Timed};
use serde_json::{Value, json};
use vectors::{Case, group};

const FILE: &str = include_str!("vectors/batching.json");

/// `p3` → 3.
fn partition(name: &str) -> u32 {
    name.strip_prefix('p').unwrap().parse().unwrap()
}

#[test]
fn kafkas_accumulator_follows_the_reference() {
    group(FILE, "kafka_linger_batch", &["cases"], |_, case| {
        let mut accumulator = Kafka::new(&kafka::Parameters {
            batch_bytes: case.whole("batch_size") as u32,
            linger: Nanos::from_millis(case.whole("linger_ms")),
            nodes: 1_000, // the vectors speak of partitions only: each has a node to itself
            ..Default::default()
        });
        for mut step in case.objects("steps") {
            let now = Nanos::from_millis(step.whole("t_ms"));
            let place = step.place();
            match step.text("op").as_str() {
                "append" => {
                    let partition = partition(&step.text("partition"));
                    let bytes = step.whole("bytes") as u32;
                    accumulator.append(Item { bytes, partition, ..Item::default() }, now);
                    assert_eq!(accumulator.batches(partition) as u64, step.whole("batches_in_partition"), "{place}");
                }
                "ready?" => {
                    let ready = accumulator.ready(now);
                    let names: Vec<String> = ready.partitions.iter().map(|partition| format!("p{partition}")).collect();
                    assert_eq!(json!(names), step.value("expect_ready"), "{place}");
                    let delay = ready.look_again_at.map(|at| at.since(now).0 / Nanos::MILLISECOND.0);
                    assert_eq!(json!(delay), step.value("expect_next_check_delay_ms"), "{place}");
                }
                "drain" => {
                    let mut drained: BTreeMap<String, (u64, u64)> = BTreeMap::new();
                    for partition in accumulator.ready(now).partitions {
                        let request = accumulator.drain(partition).unwrap();
                        for item in request.items {
                            let entry = drained.entry(format!("p{}", item.partition)).or_default();
                            *entry = (entry.0 + 1, entry.1 + u64::from(item.bytes));
                        }
                    }
                    let mut expected = step.object("batches");
                    let drained_names: Vec<String> = drained.keys().cloned().collect();
                    for name in drained_names {
                        let mut batch = expected.object(&name);
                        assert_eq!(drained[&name], (batch.whole("records"), batch.whole("bytes")), "{place}");
                        batch.end();
                    }
                    expected.end(); // every expected partition was drained
                }
                other => panic!("{place}: unknown operation {other}"),
            }
            step.end();
        }
    });

    let all: Value = serde_json::from_str(FILE).unwrap();
    let mut stated = Case::new("defaults", all["kafka_linger_batch"]["defaults"].clone());
    let defaults = kafka::Parameters::default();
    assert_eq!(stated.whole("batch.size") as u32, defaults.batch_bytes);
    assert_eq!(stated.whole("linger.ms_before_4.0"), 0, "reached by setting the linger");
    assert_eq!(Nanos::from_millis(stated.whole("linger.ms_4.0+")), defaults.linger);
    assert_eq!(stated.whole("max.in.flight") as u32, defaults.requests_in_flight);
    assert_eq!(stated.whole("buffer.memory") as u32, defaults.memory_bytes);
    stated.end();
}

/// Keys of DataLoader are numbers or letters.
fn key(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| u64::from(value.as_str().unwrap().as_bytes()[0]))
}

#[test]
fn coalescing_follows_dataloader() {
    group(FILE, "dataloader", &["cases"], |_, case| {
        let mut options = case.object("options");
        let max_size = options.maybe_whole("maxBatchSize").unwrap_or(0) as u32;
        options.end();
        let mut loader =
            Coalesce::new(&coalesce::Parameters { tick: Nanos::ZERO, max_size, remember: Remember::Always });
        for primed in case.maybe("primed").iter().flat_map(|list| list.as_array().unwrap()) {
            loader.prime(key(primed));
        }
        let loads = case.list("loads_in_one_tick");
        let now = Nanos::from_millis(7);
        let mut acts = Vec::new();
        for (id, load) in loads.iter().enumerate() {
            let item = Item { id: id as u64, key: key(load), ..Item::default() };
            loader.add(item, now, &mut acts, &mut Explanation::silent());
        }
        assert!(acts.is_empty(), "nothing leaves before the tick is over");
        assert_eq!(loader.due(), Some(now));
        loader.tick(now, &mut acts);
        let mut answered = 0;
        let mut batches = Vec::new();
        for act in acts {
            match act {
                BatchAct::Send(batch) => {
                    answered += batch.items.len() + batch.joined.len();
                    batches.push(batch.items.iter().map(|item| item.key).collect::<Vec<_>>());
                }
                BatchAct::Answer(joined) => answered += joined.len(),
            }
        }
        let expected: Vec<Vec<u64>> =
            case.list("batches").iter().map(|batch| batch.as_array().unwrap().iter().map(key).collect()).collect();
        assert_eq!(batches, expected, "{}", case.place());
        assert_eq!(answered, loads.len(), "{}: every load is answered once", case.place());
    });
}

//! Lookups a second and bytes of every map of keys, with 10 and with 1,000 shards, as the table of `docs/sharders.md`:
//! `cargo bench --bench sharders`.
//!
//! The figures hang on the machine; compare the rows of one run with each other. Every row does the same work (the sum
//! of the shards found keeps the compiler from leaving any of it out), and the best of five rounds counts.

#![allow(clippy::disallowed_methods, reason = "a benchmark measures time, and never runs in a browser")]

use std::hint::black_box;
use std::time::Instant;

use headroom::algorithms::sharding::{ABOUT, ShardId, build};
use headroom::basics::Explanation;
use headroom::basics::randomness::mix;
use headroom::simulation::keys::KEY_SPACE;

const LOOKUPS: u64 = 200_000;

fn main() {
    println!(
        "| map | million lookups/s, 10 shards | 1,000 | bytes, 10 shards | 1,000 |\n| --- | --: | --: | --: | --: |"
    );
    for about in ABOUT {
        let (mut speeds, mut bytes) = (String::new(), String::new());
        for shards in [10, 1_000] {
            let Some(mut map) = build(about.key, &[]) else { continue };
            let fleet: Vec<(ShardId, u32)> = (0..shards).map(|shard| (shard, 1)).collect();
            map.shards_changed(&fleet);
            let why = &mut Explanation::silent();
            let mut best = f64::INFINITY;
            for _ in 0..5 {
                let begun = Instant::now();
                let found: u64 =
                    (0..LOOKUPS).filter_map(|key| map.shard(mix(key) % KEY_SPACE, why)).map(u64::from).sum();
                black_box(found);
                best = best.min(begun.elapsed().as_secs_f64());
            }
            speeds += &format!(" {:.1} |", LOOKUPS as f64 / best / 1e6);
            bytes += &format!(" {} |", map.memory());
        }
        println!("| {} |{speeds}{bytes}", about.key);
    }
}

//! Random people in every lab: whatever they do, the law holds.

use headroom::basics::Nanos;

use crate::world::World;

/// Random people: hundreds of actions in any order, with messages in any state of delay.
/// `slider` is a live parameter, its unit, and the least and the number of its values.
fn the_law_holds(text: &str, faults: &[&str], slider: (&str, &str, u64, u64), seeds: u64) {
    for seed in 0..seeds {
        let workers = 1 + (seed % 3) as usize;
        let mut world = World::new(text, workers, seed);
        for _ in 0..30 {
            match world.chance(14) {
                0 | 1 => world.player.play(),
                2 => world.player.pause(),
                3 => world.player.step(),
                4 => world.player.step_back(),
                5 => world.player.next_request(),
                6 => {
                    let to = Nanos::from_millis(world.chance(11_000));
                    world.player.seek(to);
                }
                7 => {
                    let fault = world.chance(faults.len() as u64) as usize;
                    world.player.act(faults[fault]).unwrap();
                }
                8 => {
                    let (key, unit, least, values) = slider;
                    let value = format!("{}{unit}", least + world.chance(values));
                    world.player.set(None, key, &value).unwrap();
                }
                9 => world.player.release(),
                10 => world.player.undo(),
                11 => world.player.redo(),
                12 => world.player.set_speed([0.1, 1.0, 10.0, 100.0][(seed % 4) as usize]),
                _ => {
                    let lane = world.chance(3) as usize;
                    world.player.set_focus(lane);
                }
            }
            let (frames, events) = (world.chance(6) as u32, world.chance(40) as u32);
            world.play_frames(frames, events);
        }
        world.check();
    }
}

const RATE: (&str, &str, u64, u64) = ("rate", "/s", 50, 400);

#[test]
fn whatever_is_done_in_balancing_the_law_holds() {
    let text = "balancing?policy=round-robin,least-loaded,two-choices&rate=250/s&duration=10s&warm-up=1s&timeout=500ms&retries=1&network=2ms";
    the_law_holds(text, &["slow:1:5x", "kill:2", "revive:2", "b.drain:0", "resume:0", "restore:1"], RATE, 40);
}

/// Each lane moves data in another way, one of them with a line that blocks.
#[test]
fn whatever_is_done_in_sharding_the_law_holds() {
    let text = "sharding?policy=modulo,ring,anchor,range&keys=2000&rate=250/s&duration=10s&warm-up=1s&queue=20&network=2ms\
        &queries=5&new-keys=5&hot-key=10&eject-after=1s&a.resharding=stop&b.resharding=dual-write&c.resharding=copy\
        &b.cache=10&b.split=3&d.full=block";
    let faults = ["join:4", "leave:1", "kill:2", "revive:2", "b.kill:0", "c.join:1"];
    the_law_holds(text, &faults, RATE, 40);
}

#[test]
fn whatever_is_done_to_locks_the_law_holds() {
    let text = "locks?policy=modulo,modulo,ring&a.locks=1&threads=3&think=8ms&hold=5ms&key-skew=0.9&keys=500&duration=10s&warm-up=1s";
    the_law_holds(
        text,
        &["a.slow:0:20x", "slow:0:3x", "restore:0", "c.slow:5:10x", "b.restore:3", "b.slow:3"],
        ("think", "ms", 1, 20),
        20,
    );
}

/// A limiter with a timer, one that counts drops, and two groups of clients.
#[test]
fn whatever_is_done_in_concurrency_the_law_holds() {
    let text = "concurrency?policy=envoy-gradient,aimd,windowed&rate=250/s&duration=10s&warm-up=1s&client-timeout=300ms\
        &retries=1&front-queue=5&front-timeout=50ms&c.other=gradient2";
    let faults = ["capacity:0:3x", "regain:0", "b.pause:0", "resume:0", "noise:0:3x", "a.cold:0:4x", "slow:0:5x"];
    the_law_holds(text, &faults, RATE, 40);
}

/// A policy with a timer, one that waits for its sender, one that de-duplicates and one that never sends under load.
#[test]
fn whatever_is_done_in_batching_the_law_holds() {
    let text = "batching?policy=size-or-linger,adaptive,coalesce,debounce&parts=2&keys=20&failures=5%&slots=2&law=exponential&duration=10s&warm-up=1s";
    let faults = ["crash:0", "restart:0", "b.crash:0", "stall:0:5x", "resume:0", "a.restart:0"];
    the_law_holds(text, &faults, RATE, 40);
    the_law_holds(text, &faults, ("linger", "ms", 0, 20), 10);
}

/// Acknowledgements, loops of closed clients, and the exhibit.
#[test]
fn whatever_is_done_to_acknowledgements_the_law_holds() {
    let text = "batching?policy=nagle,signalled-batcher,kafka&parts=2&acknowledgement=delayed&a.issue=in-turn&arrivals=closed&users=30&think=200ms&duration=10s&warm-up=1s";
    let faults = ["crash:0", "restart:0", "b.crash:0", "stall:0:5x", "resume:0", "a.restart:0"];
    the_law_holds(text, &faults, ("fixed", "ms", 1, 10), 20);
}

#[test]
fn whatever_is_done_in_a_pipeline_the_law_holds() {
    let text = "pipeline?policy=backpressure,drop-new,drop-old,unbounded&queue=3&window=40&duration=10s&warm-up=1s";
    let faults = ["slow:1:5x", "restore:1", "hire:1:3", "dismiss:0:2", "b.slow:2:3x", "a.hire:0:5"];
    the_law_holds(text, &faults, RATE, 40);
    the_law_holds(text, &faults, ("workers", "", 1, 8), 10);
}

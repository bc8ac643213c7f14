//! The bare kernel: what is left of a simulator when everything but the simulation is taken away.
//!
//! The standard heap, xoshiro256++, `libm`'s logarithm, ten queues and a sum: what a good programmer writes for this
//! one model. No slots, faults, windows, histograms, conservation, trace, keys, clients or choice of policy.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{RATE, SERVERS, SERVICE};

const ARRIVAL: u32 = u32::MAX;

/// Runs until `customers` have come and gone; their mean response in nanoseconds.
#[must_use]
pub fn run(seed: u64, customers: u64) -> f64 {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut exponential = |mean: f64| {
        let unit = (random.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0);
        (-libm::log(1.0 - unit) * mean + 0.5) as u64
    };
    // (time, sequence, server or ARRIVAL), the smallest first.
    let mut heap: BinaryHeap<Reverse<(u64, u32, u32)>> = BinaryHeap::new();
    let mut queues: Vec<VecDeque<(u64, u64)>> = vec![VecDeque::new(); SERVERS];
    let (mut sequence, mut next, mut arrived, mut sum) = (0_u32, 0_usize, 0_u64, 0_u64);
    heap.push(Reverse((exponential(1e9 / RATE), 0, ARRIVAL)));
    while let Some(Reverse((now, _, what))) = heap.pop() {
        if what == ARRIVAL {
            arrived += 1;
            let service = exponential(SERVICE);
            let queue = &mut queues[next];
            queue.push_back((now, service));
            if queue.len() == 1 {
                sequence += 1;
                heap.push(Reverse((now + service, sequence, next as u32)));
            }
            next = if next + 1 == SERVERS { 0 } else { next + 1 };
            if arrived < customers {
                sequence += 1;
                heap.push(Reverse((now + exponential(1e9 / RATE), sequence, ARRIVAL)));
            }
        } else {
            let queue = &mut queues[what as usize];
            if let Some((came, _)) = queue.pop_front() {
                sum += now - came;
            }
            if let Some(&(_, service)) = queue.front() {
                sequence += 1;
                heap.push(Reverse((now + service, sequence, what)));
            }
        }
    }
    sum as f64 / customers as f64
}

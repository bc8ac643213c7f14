//! The event list under the hold model: take one, schedule one, with so many pending.

use headroom::basics::randomness::{mix, unit_of};
use headroom::basics::{Nanos, maths};
use headroom::simulation::EventList;

use crate::{Effort, clock, pairs};

const SIZES: [u32; 6] = [10, 100, 1_000, 10_000, 100_000, 1_000_000];

struct Bench {
    events: EventList<[u32; 4]>,
    gaps: Vec<u64>,
    next: usize,
}

impl Bench {
    fn new(pending: u32) -> Self {
        let mean = f64::from(pending) * 1_000.0;
        let gap = |word: u64| (-maths::ln(1.0 - unit_of(mix(word))) * mean) as u64;
        // Drawn beforehand: it is the list that is measured. As large an event as the balancing lab's.
        let mut bench = Self { events: EventList::default(), gaps: (0..8_192).map(gap).collect(), next: 0 };
        for event in 0..pending {
            let gap = bench.gap();
            bench.events.at(Nanos(gap), [event; 4]);
        }
        bench.hold(2 * pending as usize);
        bench
    }

    fn gap(&mut self) -> u64 {
        self.next = (self.next + 1) % self.gaps.len();
        self.gaps[self.next]
    }

    fn hold(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(event) = self.events.next(Nanos::MAX) {
                let gap = self.gap();
                self.events.after(Nanos(gap), event);
            }
        }
    }
}

/// The table of event lists.
pub fn compare(effort: Effort) -> String {
    const HOLDS: usize = 200_000;
    let mut smallest = Bench::new(SIZES[0]);
    let mut text = String::from(
        "## Event list\n\nOne event taken and one scheduled (hold model, exponential gaps). A heap of a million events \
         does not fit the caches; a scene has tens of events pending, a large one thousands.\n\n\
         | pending | ns | against 10 |\n| --: | --: | --- |\n",
    );
    for pending in SIZES {
        let mut bench = Bench::new(pending);
        let each =
            |bench: &mut Bench| Ok::<f64, std::convert::Infallible>(clock::time(|| bench.hold(HOLDS)).0 / HOLDS as f64);
        let Ok(ratio) = pairs::compare(effort.pairs, |_| each(&mut bench), |_| each(&mut smallest));
        text += &format!("| {pending} | {:.0} | {ratio} |\n", ratio.best.0 * 1e9);
    }
    text.push('\n');
    text
}

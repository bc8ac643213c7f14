//! What a decision costs with ten servers and with ten thousand, for every policy.

use std::collections::VecDeque;

use headroom::algorithms::balancing::{self, Answer, Balancer, Fleet, Outcome, Request};
use headroom::basics::randomness::mix;
use headroom::basics::{Explanation, Nanos};
use headroom::simulation::Stream;

use crate::{Effort, clock, pairs};

/// A policy with a fleet at work: one request a server is underway on average.
struct Bench {
    policy: Box<dyn Balancer>,
    fleet: Fleet,
    stream: Stream,
    underway: VecDeque<u32>,
    number: u64,
}

impl Bench {
    fn new(key: &str, servers: usize) -> Option<Self> {
        let mut policy = balancing::build(key, &[])?;
        let fleet = Fleet::new(&vec![1; servers]);
        policy.fleet_changed(&fleet);
        let mut bench = Self {
            policy,
            fleet,
            stream: Stream::new(1, 1),
            underway: VecDeque::with_capacity(servers + 1),
            number: 0,
        };
        // Until as many are underway as there are servers, then once around.
        for _ in 0..2 * servers {
            bench.step(servers);
        }
        Some(bench)
    }

    /// A request is decided and counted in; when more than `most` are underway the oldest comes back.
    fn step(&mut self, most: usize) {
        self.number += 1;
        let word = mix(self.number);
        let now = Nanos(self.number * 1_000);
        let request = Request { now, client: word as u32, key: word, ..Request::default() };
        let mut why = Explanation::silent();
        if let Some(server) = self.policy.pick(&request, &self.fleet, &mut self.stream, &mut why) {
            self.fleet.assigned(server);
            self.policy.load_changed(server, &self.fleet);
            self.underway.push_back(server);
        }
        if self.underway.len() > most
            && let Some(server) = self.underway.pop_front()
        {
            self.fleet.released(server);
            self.policy.load_changed(server, &self.fleet);
            let answer = Answer { now, server, took: Nanos(50_000 + word % 1_000), outcome: Outcome::Completed };
            self.policy.answered(&answer, &self.fleet);
        }
    }

    /// Seconds for each of so many steps.
    fn steps(&mut self, count: usize) -> f64 {
        let most = self.fleet.len() as usize;
        clock::time(|| (0..count).for_each(|_| self.step(most))).0 / count as f64
    }
}

/// The table of decisions.
pub fn compare(effort: Effort) -> String {
    let mut text = String::from(
        "## Decisions\n\nA decision with its bookkeeping: pick, one more in flight, one less in flight, an answer. One \
         request a server is underway. O(n) policies are so by the definition of their original.\n\n\
         | policy | cost | ns at 10 | 100 | 1,000 | 10,000 servers | 10,000 against 10 |\n\
         | --- | --- | --: | --: | --: | --: | --- |\n",
    );
    for about in balancing::ABOUT {
        let nanoseconds = [100, 1_000].map(|servers| {
            let best = Bench::new(about.key, servers)
                .map(|mut bench| (0..5).map(|_| bench.steps(20_000)).fold(f64::INFINITY, f64::min));
            best.unwrap_or(f64::NAN) * 1e9
        });
        let (Some(mut few), Some(mut many)) = (Bench::new(about.key, 10), Bench::new(about.key, 10_000)) else {
            continue;
        };
        // About ten milliseconds of each, so that a scan of ten thousand ends.
        let count = |bench: &mut Bench| (0.01 / bench.steps(50)).clamp(200.0, 200_000.0) as usize;
        let (of_many, of_few) = (count(&mut many), count(&mut few));
        let never = |seconds: f64| Ok::<f64, std::convert::Infallible>(seconds);
        let Ok(ratio) = pairs::compare(effort.pairs, |_| never(many.steps(of_many)), |_| never(few.steps(of_few)));
        text += &format!(
            "| {} | {} | {:.0} | {:.0} | {:.0} | {:.0} | {ratio} |\n",
            about.label,
            about.cost,
            ratio.best.1 * 1e9,
            nanoseconds[0],
            nanoseconds[1],
            ratio.best.0 * 1e9
        );
    }
    text.push('\n');
    text
}

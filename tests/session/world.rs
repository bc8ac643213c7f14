//! A page, its workers, the post between them, and the law that holds whatever is done.

use std::collections::VecDeque;

use headroom::basics::Nanos;
use headroom::basics::randomness::mix;
use headroom::labs::{self, EXPERIMENTS};
use headroom::scenario::Scenario;
use headroom::session::{Busy, Command, Player, Report, Runner};
use headroom::simulation::record::KeyMap;
use headroom::simulation::{Budget, Detail, Record};

/// Two lanes and a fault.
pub const TWO: &str =
    "balancing?policy=round-robin,two-choices&rate=300/s&duration=20s&warm-up=2s&seed=7&at=8s:slow:2:4x";

/// A page, its workers, and the post between them.
pub struct World {
    pub player: Player,
    runners: Vec<Runner>,
    to_workers: Vec<VecDeque<Command>>,
    to_page: Vec<VecDeque<Report>>,
    chance: u64,
}

impl World {
    pub fn new(text: &str, workers: usize, seed: u64) -> Self {
        let (scenario, notices) = Scenario::read(text).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        Self {
            player: Player::new(scenario),
            runners: (0..workers).map(|_| Runner::new(EXPERIMENTS)).collect(),
            to_workers: vec![VecDeque::new(); workers],
            to_page: vec![VecDeque::new(); workers],
            chance: seed,
        }
    }

    pub fn chance(&mut self, n: u64) -> u64 {
        self.chance = mix(self.chance);
        self.chance % n
    }

    /// Hands the page's commands to the post; each worker opens only its own lanes.
    fn collect(&mut self) {
        let workers = self.runners.len();
        for command in self.player.take_commands() {
            for (worker, post) in self.to_workers.iter_mut().enumerate() {
                let mut command = command.clone();
                if let Command::Open { lanes, .. } = &mut command {
                    lanes.retain(|&lane| usize::from(lane) % workers == worker);
                }
                post.push_back(command);
            }
        }
    }

    /// Something happens somewhere: a command or a report arrives, or a worker works a slice.
    pub fn happen(&mut self) -> bool {
        self.collect();
        let worker = self.chance(self.runners.len() as u64) as usize;
        let most = 1 + self.chance(3_000);
        match self.chance(3) {
            0 => self.to_workers[worker].pop_front().map(|command| self.runners[worker].tell(command)).is_some(),
            1 => self.to_page[worker].pop_front().map(|report| self.player.heard(report)).is_some(),
            _ => {
                let mut reports = Vec::new();
                let busy = self.runners[worker].work(most, &mut reports);
                let said = !reports.is_empty();
                self.to_page[worker].extend(reports);
                said || busy != Busy::Idle
            }
        }
    }

    fn quiet(&mut self) -> bool {
        self.collect();
        self.to_workers.iter().all(VecDeque::is_empty)
            && self.to_page.iter().all(VecDeque::is_empty)
            && self.player.settled()
    }

    pub fn settle(&mut self) {
        for _ in 0..1_000_000 {
            if self.quiet() {
                return;
            }
            self.happen();
        }
        panic!("the session never settles at {} of {:?}", self.player.playhead(), self.player.scenario());
    }

    /// Plays for so many frames of 16 ms of the person's time, with `events` happenings between two frames.
    pub fn play_frames(&mut self, frames: u32, events: u32) {
        for _ in 0..frames {
            for _ in 0..events {
                self.happen();
            }
            self.player.frame(Nanos::from_millis(16));
        }
    }

    /// The law.
    pub fn check(&mut self) {
        self.player.pause();
        self.settle();
        let scenario = self.player.scenario().clone();
        let window = self.player.window();
        for (lane, track) in self.player.tracks().iter().enumerate() {
            let at = track.at.as_ref().unwrap_or_else(|| panic!("lane {lane} stands nowhere"));
            assert!(at.totals.conserved(), "{:?}", at.totals);
            let mut run = labs::build(&scenario, lane);
            let mut record = Record::new(Detail::OFF);
            // By events first, since a step stops between two of the same time; then the clock.
            run.advance(Budget { until: at.position.time, events: at.position.event.max(1) }, &mut record);
            if run.position().event > at.position.event {
                run = labs::build(&scenario, lane);
                record = Record::new(Detail::OFF);
            }
            if run.position().time < at.position.time {
                run.advance(Budget { until: at.position.time, events: u64::MAX }, &mut record);
            }
            assert_eq!(run.position(), at.position, "lane {lane} of {scenario:?}");
            assert_eq!(run.trace_hash(), at.trace_hash, "lane {lane} of {scenario:?} at {:?}", at.position);
            assert_eq!(run.totals(), at.totals);
            assert_eq!(run.window(), at.window);
            let shown: Vec<_> = track.windows_until(at.position.time, window).cloned().collect();
            assert_eq!(shown.len(), record.windows.len(), "no window is missing up to {}", at.position.time);
            assert_eq!(shown, record.windows);
            run.levels(&mut record);
            let owners = |map: &KeyMap| [&map.strip, &map.coming, &map.before, &map.places].map(Clone::clone);
            let arcs = |map: &KeyMap| map.ring.clone();
            assert_eq!(track.key_map().map(arcs), record.key_maps.last().map(arcs));
            assert_eq!(track.key_map().map(owners), record.key_maps.last().map(owners));
        }
    }
}

//! The two state machines of a session against each other, with messages that are late and interleaved.
//!
//! The one law: whatever was done to get here, a lane that stands somewhere is bit for bit the run that a fresh
//! worker makes of the present scenario up to there, and so are its windows.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use std::collections::VecDeque;

use headroom::basics::Nanos;
use headroom::basics::randomness::mix;
use headroom::labs::{self, EXPERIMENTS};
use headroom::scenario::Scenario;
use headroom::session::{Busy, Command, Player, Report, Runner};
use headroom::simulation::record::KeyMap;
use headroom::simulation::{Budget, Detail, Record};

/// A page, its workers, and the post between them.
struct World {
    player: Player,
    runners: Vec<Runner>,
    to_workers: Vec<VecDeque<Command>>,
    to_page: Vec<VecDeque<Report>>,
    chance: u64,
}

impl World {
    fn new(text: &str, workers: usize, seed: u64) -> Self {
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

    fn chance(&mut self, n: u64) -> u64 {
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
    fn happen(&mut self) -> bool {
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

    fn settle(&mut self) {
        for _ in 0..1_000_000 {
            if self.quiet() {
                return;
            }
            self.happen();
        }
        panic!("the session never settles at {} of {:?}", self.player.playhead(), self.player.scenario());
    }

    /// Plays for so many frames of 16 ms of the person's time, with `events` happenings between two frames.
    fn play_frames(&mut self, frames: u32, events: u32) {
        for _ in 0..frames {
            for _ in 0..events {
                self.happen();
            }
            self.player.frame(Nanos::from_millis(16));
        }
    }

    /// The law.
    fn check(&mut self) {
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

const TWO: &str = "balancing?policy=round-robin,two-choices&rate=300/s&duration=20s&warm-up=2s&seed=7&at=8s:slow:2:4x";

#[test]
fn playing_shows_what_a_straight_run_shows() {
    let mut world = World::new(TWO, 1, 1);
    world.settle();
    world.player.set_speed(5.0);
    world.player.play();
    world.play_frames(100, 30);
    assert!(world.player.playhead() > Nanos::from_secs(2), "it played to {}", world.player.playhead());
    world.check();
}

#[test]
fn pausing_stands_exactly_at_the_playhead() {
    let mut world = World::new(TWO, 2, 2);
    world.settle();
    world.player.play();
    world.play_frames(50, 30);
    world.player.pause();
    let playhead = world.player.playhead();
    world.settle();
    for track in world.player.tracks() {
        assert_eq!(track.at.as_ref().map(|at| at.position.time), Some(playhead));
    }
    world.check();
}

#[test]
fn a_late_worker_is_a_stall_and_never_a_jump() {
    let mut world = World::new(TWO, 1, 3);
    world.settle();
    world.player.set_speed(1.0);
    world.player.play();
    let mut last = world.player.playhead();
    for frame in 0..400 {
        // The worker is heard only now and then.
        if frame % 40 == 0 {
            for _ in 0..60 {
                world.happen();
            }
        }
        world.player.frame(Nanos::from_millis(16));
        let now = world.player.playhead();
        assert!(now >= last && now.since(last) <= Nanos::from_millis(16), "{last} to {now}");
        last = now;
    }
    world.check();
}

#[test]
fn a_slept_machine_does_not_jump() {
    let mut world = World::new(TWO, 1, 4);
    world.settle();
    world.player.play();
    world.play_frames(20, 30);
    let before = world.player.playhead();
    world.player.frame(Nanos::from_secs(3_600));
    assert_eq!(world.player.playhead(), before);
}

#[test]
fn a_step_is_one_event_of_the_focused_lane_and_the_others_come_along() {
    let mut world = World::new(TWO, 2, 5);
    world.settle();
    world.player.seek(Nanos::from_secs(3));
    world.settle();
    world.player.set_focus(1);
    for _ in 0..5 {
        let before = world.player.tracks()[1].at.as_ref().unwrap().position.event;
        world.player.step();
        world.settle();
        let at = world.player.tracks()[1].at.clone().unwrap();
        assert_eq!(at.position.event, before + 1);
        assert!(!at.story.is_empty(), "a step is narrated");
        assert_eq!(world.player.tracks()[0].at.as_ref().unwrap().position.time, at.position.time);
    }
    world.check();
}

#[test]
fn a_step_that_comes_before_the_lanes_stand_is_taken_when_they_do() {
    let mut world = World::new(TWO, 2, 9);
    // Nothing has been heard of the lanes yet.
    world.player.next_request();
    world.settle();
    assert_eq!(world.player.tracks()[0].at.as_ref().unwrap().totals.arrivals, 1);
    // Behind a seek that is underway it counts from where that leads.
    world.player.seek(Nanos::from_secs(3));
    world.player.seek(Nanos::from_secs(4));
    world.player.step();
    world.settle();
    let at = world.player.tracks()[0].at.clone().unwrap();
    assert!(at.position.time >= Nanos::from_secs(4) && !at.story.is_empty(), "{:?}", at.position);
    // While it plays, a step stops it first and is then taken.
    world.player.play();
    world.play_frames(10, 16);
    world.player.step();
    assert!(!world.player.playing());
    world.settle();
    assert!(!world.player.tracks()[0].at.as_ref().unwrap().story.is_empty());
    // Whoever then goes elsewhere, or plays, no longer wants it.
    world.player.seek(Nanos::from_secs(6));
    world.player.step();
    world.player.seek(Nanos::from_secs(2));
    world.settle();
    let at = world.player.tracks()[0].at.clone().unwrap();
    assert!(at.position.time <= Nanos::from_secs(2) && at.story.is_empty(), "{:?}", at.story);
    world.check();
}

#[test]
fn stepping_back_undoes_a_step_exactly() {
    let mut world = World::new(TWO, 1, 6);
    world.settle();
    world.player.seek(Nanos::from_secs(9));
    world.settle();
    world.player.step();
    world.settle();
    let before = world.player.tracks()[0].at.clone().unwrap();
    world.player.step();
    world.settle();
    world.player.step_back();
    world.settle();
    let after = world.player.tracks()[0].at.clone().unwrap();
    assert_eq!((before.position, before.trace_hash, &before.levels), (after.position, after.trace_hash, &after.levels));
    assert_eq!(before.story, after.story, "the same event is narrated");
    // From the very start there is nothing to take back.
    world.player.seek(Nanos::ZERO);
    world.settle();
    world.player.step_back();
    world.settle();
    assert_eq!(world.player.tracks()[0].at.as_ref().unwrap().position.event, 0);
}

#[test]
fn the_next_request_is_the_same_in_every_lane() {
    let mut world = World::new(TWO, 2, 7);
    world.settle();
    for expected in 1..=4 {
        world.player.next_request();
        world.settle();
        for track in world.player.tracks() {
            assert_eq!(track.at.as_ref().unwrap().totals.arrivals, expected);
        }
    }
}

#[test]
fn the_next_moment_is_the_fault() {
    let mut world = World::new(TWO, 1, 8);
    world.settle();
    world.player.next_mark();
    world.settle();
    let at = world.player.tracks()[0].at.clone().unwrap();
    // At the fault itself, and not after the first event that meets it.
    assert_eq!(at.position.time, Nanos::from_secs(8));
    assert!(at.story[0].contains("slows"), "{:?}", at.story);
    assert!(world.player.tracks()[0].marks.iter().any(|mark| mark.text.contains("slows")));
    // From there on, the next one.
    world.player.next_mark();
    world.settle();
    let next = world.player.tracks()[0].at.clone().unwrap();
    assert!(next.position.time > at.position.time);
    world.check();
}

#[test]
fn acting_in_the_past_forks_and_leaves_a_ghost() {
    let mut world = World::new(TWO, 2, 9);
    world.settle();
    world.player.seek(Nanos::from_secs(12));
    world.settle();
    world.player.seek(Nanos::from_secs(5));
    world.settle();
    world.player.act("kill:1").unwrap();
    world.settle();
    assert!(world.player.scenario().text().contains("kill:1"));
    assert!(world.player.tracks().iter().all(|track| !track.ghost.is_empty()), "the old future stays as a ghost");
    world.player.seek(Nanos::from_secs(12));
    world.settle();
    world.check();
    world.player.undo();
    world.settle();
    world.check();
    assert_eq!(world.player.scenario(), &Scenario::read(TWO).unwrap().0);
    world.player.redo();
    world.settle();
    world.check();
}

#[test]
fn acting_while_playing_changes_nothing_that_was_seen() {
    let mut world = World::new(TWO, 2, 10);
    world.settle();
    world.player.set_speed(4.0);
    world.player.play();
    world.play_frames(40, 30);
    let seen = world.player.playhead();
    world.player.act("b.kill:3").unwrap();
    assert!(world.player.scenario().edits.last().unwrap().at > seen);
    world.play_frames(40, 30);
    assert!(world.player.playhead() > seen);
    world.check();
}

#[test]
fn a_dragged_slider_leaves_one_edit_and_one_undo() {
    let mut world = World::new(TWO, 1, 11);
    world.settle();
    world.player.seek(Nanos::from_secs(4));
    world.settle();
    for rate in ["310/s", "350/s", "400/s"] {
        world.player.set(None, "rate", rate).unwrap();
        world.happen();
    }
    world.player.release();
    world.settle();
    assert_eq!(world.player.scenario().edits.len(), 2, "{:?}", world.player.scenario());
    world.player.seek(Nanos::from_secs(10));
    world.settle();
    world.check();
    world.player.undo();
    assert_eq!(world.player.scenario(), &Scenario::read(TWO).unwrap().0);
}

#[test]
fn at_the_end_a_moved_parameter_begins_anew_since_there_is_no_future_to_change() {
    let mut world = World::new(TWO, 1, 17);
    world.settle();
    world.player.seek(Nanos::from_secs(20));
    world.settle();
    assert!(world.player.at_end());
    world.player.set(None, "rate", "100/s").unwrap();
    assert_eq!(world.player.playhead(), Nanos::ZERO);
    assert_eq!(world.player.scenario().edits.len(), 1, "the value is the scenario's, not an edit after its end");
    world.check();
}

#[test]
fn a_parameter_that_needs_a_restart_begins_anew() {
    let mut world = World::new(TWO, 1, 12);
    world.settle();
    world.player.seek(Nanos::from_secs(4));
    world.settle();
    world.player.set(None, "servers", "12").unwrap();
    assert_eq!(world.player.playhead(), Nanos::ZERO);
    world.player.seek(Nanos::from_secs(6));
    world.check();
}

#[test]
fn refused_values_change_nothing() {
    let mut world = World::new(TWO, 1, 13);
    world.settle();
    let before = world.player.scenario().text();
    assert!(world.player.set(None, "rate", "fast").is_err());
    assert!(world.player.set(None, "nothing", "1").is_err());
    assert!(world.player.set(Some(1), "rate", "100/s").is_err(), "traffic is shared");
    assert!(world.player.act("kill:99").is_err());
    assert!(world.player.act("explode:1").is_err());
    assert_eq!(world.player.scenario().text(), before);
}

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

/// Ahead as well as back: a copy that the lane left on its way saves going there again.
#[test]
fn seeking_ahead_over_known_ground_is_as_short_as_seeking_back() {
    let mut runner = Runner::new(EXPERIMENTS);
    let detail = Detail::OFF;
    let (edition, scenario, at) = (1, TWO.to_owned(), Nanos::ZERO);
    runner.tell(Command::Open { edition, scenario, lanes: vec![1], unchanged_before: Nanos::ZERO, at, detail });
    runner.tell(Command::Ready { edition, through: Nanos::from_secs(20), detail });
    let slices = |runner: &mut Runner| {
        let mut reports = Vec::new();
        let count = (0..).take_while(|_| runner.work(1_000, &mut reports) != Busy::Idle).count();
        (count, reports)
    };
    let (whole, _) = slices(&mut runner);
    assert!(whole > 30, "the run has some tens of thousands of events: {whole}");
    for (edition, seconds) in [(2, 1), (3, 19), (4, 18), (5, 20)] {
        let to = headroom::session::Target::Time(Nanos::from_secs(seconds));
        runner.tell(Command::Seek { edition, lanes: vec![1], to, explain: false, detail });
        let (count, reports) = slices(&mut runner);
        // Copies lie a thousand events apart at first, two thousand at most in a run of this length.
        assert!(count <= 4, "{seconds} s took {count} slices");
        let stands = reports.iter().find_map(|report| match report {
            Report::At(at) => Some((at.position, at.trace_hash)),
            _ => None,
        });
        let mut straight = labs::build(&Scenario::read(TWO).unwrap().0, 1);
        let until = Nanos::from_secs(seconds);
        straight.advance(Budget { until, events: u64::MAX }, &mut Record::new(detail));
        assert_eq!(stands, Some((straight.position(), straight.trace_hash())));
    }
}

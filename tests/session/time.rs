//! What a person does with time: playing, pausing, seeking, stepping.

use headroom::basics::Nanos;
use headroom::labs::{self, EXPERIMENTS};
use headroom::scenario::Scenario;
use headroom::session::{Busy, Command, Report, Runner};
use headroom::simulation::{Budget, Detail, Record};

use crate::world::{TWO, World};

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
fn a_slept_machine_does_not_jump_and_a_very_slow_one_gets_on() {
    let mut world = World::new(TWO, 1, 4);
    world.settle();
    world.player.set_speed(1.0);
    world.player.play();
    world.play_frames(20, 30);
    let before = world.player.playhead();
    world.player.frame(Nanos::from_secs(3_600));
    let after = world.player.playhead();
    // No more than an ordinary frame, of sixty a second.
    assert!(after > before && after.since(before) <= Nanos::from_millis(17), "{before} to {after}");
    for _ in 0..20 {
        world.player.frame(Nanos::from_millis(600));
        world.settle();
    }
    assert!(world.player.playhead() > after);
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

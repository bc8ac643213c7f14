//! What a person does with the scenario: faults, moved parameters, undo and redo.

use headroom::basics::Nanos;
use headroom::scenario::Scenario;

use crate::world::{TWO, World};

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

#[test]
fn what_a_control_shows_changes_only_with_what_is_past() {
    let text = "balancing?policy=random&rate=200/s&duration=20s&at=3s..4s:set:rate:100/s";
    let mut world = World::new(text, 1, 11);
    world.settle();
    world.player.play();
    let look = |world: &World| (world.player.value(None, "rate"), world.player.passed());
    let (mut before, mut seen) = (look(&world), Vec::new());
    // A tenth of a millisecond at a time, past both ends of the edit.
    for tenth in (29_900..30_100).chain(39_900..40_100) {
        world.player.seek(Nanos(tenth * 100_000));
        world.settle();
        let now = look(&world);
        assert!(now.0 == before.0 || now.1 != before.1, "at {}: {before:?}, then {now:?}", world.player.playhead());
        if now.0 != before.0 {
            seen.push(now.0.clone());
        }
        before = now;
    }
    assert_eq!(seen, [Some("100/s".to_owned()), Some("200/s".to_owned())]);
}

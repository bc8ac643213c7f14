//! Player and runner against each other, without a browser: what the page relies on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use headroom::basics::Nanos;
use headroom::labs::EXPERIMENTS;
use headroom::scenario::Scenario;
use headroom::session::{Busy, Player, Runner};

/// A player with one runner that answers everything at once.
struct Pair {
    player: Player,
    runner: Runner,
}

impl Pair {
    fn open(text: &str) -> Self {
        let (scenario, notices) = Scenario::read(text).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        let mut pair = Self { player: Player::new(scenario), runner: Runner::new(EXPERIMENTS) };
        pair.answer();
        pair
    }

    /// Hands everything over until nobody has anything more to say.
    fn answer(&mut self) {
        loop {
            let commands = self.player.take_commands();
            let quiet = commands.is_empty();
            for command in commands {
                self.runner.tell(command);
            }
            let mut reports = Vec::new();
            while self.runner.work(10_000, &mut reports) != Busy::Idle {}
            if quiet && reports.is_empty() {
                return;
            }
            for report in reports {
                self.player.heard(report);
            }
        }
    }

    /// Lets `seconds` of the person's time pass, sixty frames a second.
    fn watch(&mut self, seconds: f64) {
        for _ in 0..(seconds * 60.0) as u32 {
            self.player.frame(Nanos::from_millis(16));
            self.answer();
        }
    }

    fn act<R>(&mut self, change: impl FnOnce(&mut Player) -> R) -> R {
        let result = change(&mut self.player);
        self.answer();
        result
    }
}

#[test]
fn a_control_shows_what_was_set_at_the_playhead_and_what_held_before() {
    let mut pair = Pair::open("balancing?rate=100/s");
    pair.act(|player| player.seek(Nanos::from_secs(10)));
    assert_eq!(pair.player.value(None, "rate").as_deref(), Some("100/s"));
    pair.act(|player| player.set(None, "rate", "200/s")).unwrap();
    // At once, although the edit takes effect only a moment after the playhead.
    assert_eq!(pair.player.value(None, "rate").as_deref(), Some("200/s"));
    pair.act(|player| player.seek(Nanos::from_secs(5)));
    assert_eq!(pair.player.value(None, "rate").as_deref(), Some("100/s"));
    pair.act(|player| player.seek(Nanos::from_secs(20)));
    assert_eq!(pair.player.value(None, "rate").as_deref(), Some("200/s"));
    assert_eq!(pair.player.value(None, "no-such-key"), None);
}

#[test]
fn what_lanes_share_is_told_apart_from_what_one_has_of_its_own() {
    let pair = Pair::open("balancing?policy=two-choices,two-choices&choices=4&b.choices=3");
    assert_eq!(pair.player.value(None, "choices").as_deref(), Some("4"));
    assert_eq!(pair.player.value(Some(0), "choices").as_deref(), Some("4"));
    assert_eq!(pair.player.value(Some(1), "choices").as_deref(), Some("3"));
}

#[test]
fn a_drag_ends_with_its_release() {
    let mut pair = Pair::open("balancing");
    pair.act(|player| player.seek(Nanos::from_secs(10)));
    for rate in ["200/s", "210/s", "220/s"] {
        pair.act(|player| player.set(None, "rate", rate)).unwrap();
        assert!(pair.player.dragging());
    }
    pair.act(Player::release);
    assert!(!pair.player.dragging());
    assert_eq!(pair.player.scenario().edits.len(), 1, "one drag is one edit");
    pair.act(Player::undo);
    assert!(pair.player.scenario().edits.is_empty(), "and one step of undo");
}

#[test]
fn playing_stops_where_it_is_told_to_and_goes_on_when_asked() {
    let mut pair = Pair::open("balancing");
    pair.player.set_stop(Some(Nanos::from_secs(2)));
    pair.player.set_speed(1.0);
    pair.act(Player::play);
    pair.watch(4.0);
    assert!(!pair.player.playing());
    assert_eq!(pair.player.playhead(), Nanos::from_secs(2));
    assert!(pair.player.settled(), "paused, the lanes stand exactly at the playhead");
    pair.act(Player::play);
    pair.watch(1.0);
    assert!(pair.player.playing());
    assert!(pair.player.playhead() > Nanos::from_millis(2_500));
}

#[test]
fn ten_steps_are_ten_events_and_the_start_is_the_end_of_the_way_back() {
    let mut pair = Pair::open("balancing");
    let event = |pair: &Pair| pair.player.tracks()[0].at.as_ref().unwrap().position.event;
    // What happens at time zero (the first health check) has happened where the run stands at first.
    let start = event(&pair);
    pair.act(|player| player.step_by(10));
    assert_eq!(event(&pair), start + 10);
    pair.act(|player| player.step_by(-3));
    assert_eq!(event(&pair), start + 7);
    pair.act(|player| player.step_by(-10));
    assert_eq!(event(&pair), 0);
}

#[test]
fn slower_playing_shows_every_request_again_at_once() {
    let mut pair = Pair::open("balancing?rate=2000/s&servers=64");
    pair.player.set_speed(10.0);
    pair.act(Player::play);
    pair.watch(1.0);
    assert!(pair.player.tracks()[0].one_in > 1, "at this speed only some requests can be drawn");
    pair.act(|player| player.set_speed(0.01));
    pair.watch(0.2);
    assert_eq!(pair.player.tracks()[0].one_in, 1);
    assert!(pair.player.playing());
}

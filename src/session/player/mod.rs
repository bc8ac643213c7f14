//! The page's side: owns the playhead, the speed, the scenario and its history.
//!
//! Speed, pause and scrubbing exist only here. Paused, the workers stand exactly at the playhead, so stepping,
//! inspecting and acting never meet a state ahead of what is seen. Acting at the playhead is an edit of the scenario;
//! undo is the scenario before.
//!
//! It knows no browser: the page calls [`Player::frame`] with the time that passed, sends what
//! [`Player::take_commands`] gives, and hands over what the workers report.
//!
//! Here is what it consists of and what can be asked of it. Read next: `clock.rs` for how time goes on, `reports.rs` for
//! what the workers say, `transport.rs` for what a person does with time, `editing.rs` for what they do with the scenario.

mod clock;
mod editing;
mod reports;
mod transport;

pub use transport::SPEEDS;

use super::protocol::Command;
use super::track::Track;
use crate::basics::Nanos;
use crate::labs;
use crate::scenario::Scenario;
use crate::simulation::{Detail, NodeId};
use transport::Step;

/// What was said about a node: lane, node, and labelled facts.
pub type Inspected = (u8, NodeId, Vec<(String, String)>);

/// The state machine of the page.
pub struct Player {
    scenario: Scenario,
    /// Scenarios before, for undo; and after, for redo.
    past: Vec<Scenario>,
    future: Vec<Scenario>,
    edition: u32,
    /// The edition of each edit, with the time before which it changed nothing: so far, reports of older editions
    /// stay true.
    opened: Vec<(u32, Nanos)>,
    playhead: Nanos,
    playing: bool,
    speed: f64,
    focus: usize,
    tracks: Vec<Track>,
    window: Nanos,
    detail: Detail,
    asked_through: Nanos,
    /// A step or jump of the focused lane, after which the others come to the same time.
    follow: Option<usize>,
    /// A place to go to when the present seek has settled; the latest of a drag counts.
    next_seek: Option<Nanos>,
    /// A step to take when every lane stands; the latest counts.
    next_step: Option<Step>,
    /// The edit that a control is dragging: its place in the list of edits.
    gesture: Option<(String, Option<usize>)>,
    /// Where playing stops by itself, before the end.
    stop: Option<Nanos>,
    progress: Option<(Nanos, Nanos)>,
    commands: Vec<Command>,
    inspected: Option<Inspected>,
}

impl Player {
    /// Opens `scenario`, paused at its start.
    #[must_use]
    pub fn new(scenario: Scenario) -> Self {
        let speed = scenario.lab.default_speed;
        let mut player = Self {
            window: labs::window_length(&scenario),
            tracks: scenario.lanes.iter().map(|_| Track::default()).collect(),
            scenario,
            past: Vec::new(),
            future: Vec::new(),
            edition: 0,
            opened: Vec::new(),
            playhead: Nanos::ZERO,
            playing: false,
            speed,
            focus: 0,
            detail: Detail::FULL,
            asked_through: Nanos::ZERO,
            follow: None,
            next_seek: None,
            next_step: None,
            gesture: None,
            stop: None,
            progress: None,
            commands: Vec::new(),
            inspected: None,
        };
        player.detail = player.wanted_detail();
        player.open(Nanos::ZERO);
        player
    }

    // What is shown.

    /// The scenario as it is now.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The virtual time that is shown.
    #[must_use]
    pub fn playhead(&self) -> Nanos {
        self.playhead
    }

    /// Whether time goes on by itself.
    #[must_use]
    pub fn playing(&self) -> bool {
        self.playing
    }

    /// Whether the run is at its end.
    #[must_use]
    pub fn at_end(&self) -> bool {
        self.playhead >= self.scenario.duration
    }

    /// How fast time goes on, as a multiple of real time.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// The lane that steps and keys refer to.
    #[must_use]
    pub fn focus(&self) -> usize {
        self.focus
    }

    /// What is known of each lane.
    #[must_use]
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// The length of a window.
    #[must_use]
    pub fn window(&self) -> Nanos {
        self.window
    }

    /// Whether every lane stands where it was told to.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.tracks.iter().all(|track| track.settled) && self.follow.is_none()
    }

    /// How far a long seek has come, and how far it goes.
    #[must_use]
    pub fn progress(&self) -> Option<(Nanos, Nanos)> {
        self.progress.filter(|_| !self.settled())
    }

    /// What was last said about a node: lane, node, facts.
    #[must_use]
    pub fn inspected(&self) -> Option<&Inspected> {
        self.inspected.as_ref()
    }

    /// Whether there is something to undo, and to redo.
    #[must_use]
    pub fn can_undo_redo(&self) -> (bool, bool) {
        (!self.past.is_empty(), !self.future.is_empty())
    }

    /// The value of a parameter as its control shows it: at the playhead, with what was just set there.
    #[must_use]
    pub fn value(&self, lane: Option<usize>, key: &str) -> Option<String> {
        self.scenario.value_at(lane, key, self.now())
    }

    /// How many beginnings and ends of edits a control shows as past. [`Player::value`] changes with it, or with the scenario.
    #[must_use]
    pub fn passed(&self) -> usize {
        let times = self.scenario.edits.iter().flat_map(|edit| [Some(edit.at), edit.until]).flatten();
        times.filter(|&at| at <= self.now()).count()
    }

    /// Whether a control is being dragged: the scenario will change again in a moment.
    #[must_use]
    pub fn dragging(&self) -> bool {
        self.gesture.is_some()
    }

    /// The commands that have come up since they were last taken.
    pub fn take_commands(&mut self) -> Vec<Command> {
        core::mem::take(&mut self.commands)
    }

    fn lanes(&self) -> impl Iterator<Item = u8> + use<> {
        // At most four.
        0..self.tracks.len() as u8
    }

    /// The playhead as the time of an edit: the next whole millisecond (microsecond when paused between two), so that
    /// nothing that was seen changes and the link stays readable.
    fn now(&self) -> Nanos {
        let unit = if self.playing { 1_000_000 } else { 1_000 };
        Nanos((self.playhead.0 / unit + 1) * unit)
    }
}

//! The page's side: owns the playhead, the speed, the scenario and its history.
//!
//! Speed, pause and scrubbing exist only here. Paused, the workers stand exactly at the playhead, so stepping,
//! inspecting and acting never meet a state ahead of what is seen. Acting at the playhead is an edit of the scenario;
//! undo is the scenario before.
//!
//! It knows no browser: the page calls [`Player::frame`] with the time that passed, sends what
//! [`Player::take_commands`] gives, and hands over what the workers report.

use super::protocol::{At, Command, Report, Target};
use super::track::Track;
use crate::basics::parameters::Refusal;
use crate::basics::{Effect, Nanos};
use crate::labs;
use crate::scenario::{Deed, Edit, Scenario};
use crate::simulation::{Detail, NodeId};

/// A gap between frames beyond this is not played through: the tab was hidden or the machine slept.
const LONGEST_FRAME: Nanos = Nanos::from_millis(500);
/// The workers compute ahead for so much of the person's time.
const LOOKAHEAD: f64 = 0.25;
/// More is asked for when less than this is left.
const LOOKAHEAD_LEFT: f64 = 0.15;
/// At most so many flights are drawn a second of the person's time, in one lane.
const MOST_FLIGHTS: f64 = 2_000.0;
/// Slowest and fastest playing, as multiples of real time.
pub const SPEEDS: (f64, f64) = (0.001, 1_000.0);

/// What was said about a node: lane, node, and labelled facts.
pub type Inspected = (u8, NodeId, Vec<(String, String)>);

/// What a step goes to, from where the focused lane stands.
#[derive(Clone, Copy)]
enum Step {
    /// So many events on, or back.
    Events(i64),
    /// The next arrival.
    Request,
    /// The next moment that matters.
    Mark,
}

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

    /// Whether a control is being dragged: the scenario will change again in a moment.
    #[must_use]
    pub fn dragging(&self) -> bool {
        self.gesture.is_some()
    }

    /// The commands that have come up since they were last taken.
    pub fn take_commands(&mut self) -> Vec<Command> {
        core::mem::take(&mut self.commands)
    }

    // Time goes on.

    /// `elapsed` of the person's time has passed. Returns whether anything moved.
    pub fn frame(&mut self, elapsed: Nanos) -> bool {
        if !self.playing || !self.settled() {
            return false;
        }
        let elapsed = if elapsed > LONGEST_FRAME { Nanos::ZERO } else { elapsed };
        let before = self.playhead;
        let wanted = self.playhead.plus(Nanos::from_seconds(elapsed.seconds() * self.speed));
        let frontier = self.tracks.iter().map(|track| track.frontier.time).min().unwrap_or(wanted);
        // A late batch is a stall, never a jump.
        let stop = self.stop.filter(|&stop| before < stop);
        let end = stop.unwrap_or(Nanos::MAX).min(self.scenario.duration);
        self.playhead = wanted.min(frontier.max(self.playhead)).min(end);
        for track in &mut self.tracks {
            track.move_to(self.playhead);
        }
        if self.playhead >= end {
            self.pause();
        } else {
            self.ask_ahead();
        }
        self.playhead != before
    }

    /// Asks for more when the lanes come near the end of what they have computed.
    fn ask_ahead(&mut self) {
        let ahead =
            |seconds: f64| self.playhead.plus(Nanos::from_seconds(seconds * self.speed)).min(self.scenario.duration);
        let detail = self.wanted_detail();
        if self.asked_through <= ahead(LOOKAHEAD_LEFT) && self.asked_through < self.scenario.duration
            || detail != self.detail
        {
            self.detail = detail;
            self.asked_through = ahead(LOOKAHEAD).max(Nanos(1));
            let through = self.asked_through;
            self.commands.push(Command::Ready { edition: self.edition, through, detail });
        }
    }

    /// So much detail that the stage can draw it: the same requests in every lane.
    fn wanted_detail(&self) -> Detail {
        let rates = self.tracks.iter().filter_map(|track| track.density);
        let flights =
            rates.map(|(flights, span)| flights as f64 / span.seconds().max(1e-9) * self.speed).fold(0.0, f64::max);
        let mut one_in = 1;
        for step in [2, 5, 10].into_iter().cycle().scan(1_u32, |power, step| {
            let value = power.saturating_mul(step);
            if step == 10 {
                *power = power.saturating_mul(10);
            }
            Some(value)
        }) {
            // A little slack downwards, so that the detail does not flicker between two steps.
            let slack = if self.detail.one_in > one_in { 0.7 } else { 1.0 };
            if flights / f64::from(one_in) <= MOST_FLIGHTS * slack || step > 100_000_000 {
                break;
            }
            one_in = step;
        }
        let nodes = (self.scenario.lab.targets)(&self.scenario);
        let frame = if nodes > 256 { 0.1 } else { 0.02 };
        let levels_every =
            if self.speed > 0.2 || nodes > 256 { Nanos::from_seconds(frame * self.speed) } else { Nanos::ZERO };
        Detail { one_in, levels_every }
    }

    /// Takes in what a worker reports.
    pub fn heard(&mut self, report: Report) {
        match report {
            Report::Batch(batch) => {
                let (current, true_before) = (batch.edition == self.edition, self.true_before(batch.edition));
                if let Some(track) = self.tracks.get_mut(usize::from(batch.lane)) {
                    if current {
                        track.batch(batch);
                    } else {
                        track.keep_finished(batch.windows, batch.marks, true_before, self.window);
                    }
                }
            }
            Report::At(at) if at.edition == self.edition => self.lane_stands(at),
            Report::At(at) => {
                let true_before = self.true_before(at.edition);
                if let Some(track) = self.tracks.get_mut(usize::from(at.lane)) {
                    track.keep_finished(at.windows, at.marks, true_before, self.window);
                }
            }
            Report::Progress { job: None, done, of } => self.progress = Some((done, of)),
            Report::Inspected { lane, node, facts } => self.inspected = Some((lane, node, facts)),
            _ => {}
        }
    }

    /// Up to when a report of `edition` is still true.
    fn true_before(&self, edition: u32) -> Nanos {
        let later = self.opened.iter().filter(|&&(opened, _)| opened > edition);
        later.map(|&(_, unchanged)| unchanged).min().unwrap_or(Nanos::MAX)
    }

    fn lane_stands(&mut self, at: Box<At>) {
        let (lane, time) = (usize::from(at.lane), at.position.time);
        let Some(track) = self.tracks.get_mut(lane) else { return };
        track.stands(at);
        if self.follow == Some(lane) {
            self.follow = None;
            self.playhead = time;
            let others: Vec<u8> = self.lanes().filter(|&other| usize::from(other) != lane).collect();
            if !others.is_empty() {
                self.seek_lanes(others, Target::Time(time), false);
            }
        }
        if self.settled() {
            self.progress = None;
            if let Some(time) = self.next_seek.take() {
                self.seek_now(time);
            } else if let Some(step) = self.next_step.take() {
                self.take_step(step);
            } else if self.playing {
                // Without waiting for the next frame.
                self.ask_ahead();
            }
        }
        let playhead = self.playhead;
        for track in &mut self.tracks {
            if track.settled {
                track.move_to(playhead);
            }
        }
    }

    // What a person does with time.

    /// Lets time go on; from the end, from the start again.
    pub fn play(&mut self) {
        if self.playing {
            return;
        }
        if self.at_end() {
            self.seek_now(Nanos::ZERO);
        }
        self.playing = true;
        self.next_step = None;
        self.asked_through = Nanos::ZERO;
    }

    /// Stops; the lanes come to stand exactly at the playhead.
    pub fn pause(&mut self) {
        if self.playing {
            self.playing = false;
            self.seek_now(self.playhead);
        }
    }

    /// Plays or pauses.
    pub fn toggle(&mut self) {
        if self.playing { self.pause() } else { self.play() }
    }

    /// Sets the speed, within [`SPEEDS`].
    pub fn set_speed(&mut self, speed: f64) {
        if speed.is_finite() {
            self.speed = speed.clamp(SPEEDS.0, SPEEDS.1);
            self.asked_through = Nanos::ZERO;
            // What was computed ahead at a higher speed is too coarse for a lower one, and may last for long.
            let wanted = self.wanted_detail();
            let finer = wanted.one_in < self.detail.one_in || wanted.levels_every < self.detail.levels_every;
            if finer && self.settled() {
                self.seek_now(self.playhead);
            }
        }
    }

    /// Playing stops at `time`, once: who plays on from there plays to the end.
    pub fn set_stop(&mut self, time: Option<Nanos>) {
        self.stop = time;
    }

    /// Chooses the lane that steps refer to.
    pub fn set_focus(&mut self, lane: usize) {
        if lane < self.tracks.len() {
            self.focus = lane;
        }
    }

    /// Goes to `time`. While an earlier seek is underway only the latest place counts.
    pub fn seek(&mut self, time: Nanos) {
        let time = time.min(self.scenario.duration);
        self.next_step = None;
        if self.settled() {
            self.seek_now(time);
        } else {
            self.next_seek = Some(time);
            self.playhead = time;
        }
    }

    fn seek_now(&mut self, time: Nanos) {
        self.follow = None;
        self.next_seek = None;
        self.playhead = time;
        let lanes = self.lanes().collect();
        self.seek_lanes(lanes, Target::Time(time), false);
    }

    /// Pauses and handles one event of the focused lane, narrated; the others come to the same time.
    pub fn step(&mut self) {
        self.take_step(Step::Events(1));
    }

    /// Pauses and takes the last event of the focused lane back.
    pub fn step_back(&mut self) {
        self.take_step(Step::Events(-1));
    }

    /// As [`Player::step`] and [`Player::step_back`], by so many events; the last of them is narrated.
    pub fn step_by(&mut self, events: i64) {
        self.take_step(Step::Events(events));
    }

    /// Goes to the next arrival, which all lanes of an open loop share.
    pub fn next_request(&mut self) {
        self.take_step(Step::Request);
    }

    /// Goes to the next moment that matters.
    pub fn next_mark(&mut self) {
        self.take_step(Step::Mark);
    }

    /// Where a step leads is counted from where the lanes stand: while they are on their way, the latest waits.
    fn take_step(&mut self, step: Step) {
        self.pause();
        if !self.settled() {
            self.next_step = Some(step);
            return;
        }
        let Some(at) = self.tracks.get(self.focus).and_then(|track| track.at.as_ref()) else { return };
        let to = match step {
            Step::Events(events) => Target::Event(at.position.event.saturating_add_signed(events)),
            Step::Request => Target::Arrival(at.totals.arrivals + 1),
            Step::Mark => Target::NextMark,
        };
        self.follow = Some(self.focus);
        self.seek_lanes(vec![self.focus as u8], to, true);
    }

    fn seek_lanes(&mut self, lanes: Vec<u8>, to: Target, explain: bool) {
        self.edition += 1;
        self.asked_through = Nanos::ZERO;
        for &lane in &lanes {
            self.tracks[usize::from(lane)].settled = false;
        }
        self.detail = self.wanted_detail();
        self.commands.push(Command::Seek { edition: self.edition, lanes, to, explain, detail: self.detail });
    }

    /// Asks for the state of a node, as it stands.
    pub fn inspect(&mut self, lane: usize, node: u32) {
        self.commands.push(Command::Inspect { lane: lane as u8, node });
    }

    // What a person does with the scenario.

    /// A fault, or any edit, at the playhead.
    ///
    /// # Errors
    /// A sentence that says why the text is no edit here. `text` is what stands after the time: `slow:3:4x`.
    pub fn act(&mut self, text: &str) -> Result<(), String> {
        let edit = self.scenario.read_edit(&format!("{}:{text}", self.now()))?;
        let mut scenario = self.scenario.clone();
        scenario.edits.push(edit);
        self.replace(scenario);
        Ok(())
    }

    /// Moves a parameter, in one lane or in all. Once the run is underway a live parameter becomes an edit at the
    /// playhead; otherwise the run begins anew with it. Until [`Player::release`], further values replace this one.
    ///
    /// # Errors
    /// A [`Refusal`] when the value is not accepted.
    pub fn set(&mut self, lane: Option<usize>, key: &str, text: &str) -> Result<(), Refusal> {
        let row = match lane {
            Some(lane) => self.scenario.declaration_in(lane, key),
            None => self.scenario.declaration(key),
        };
        let gesture = Some((key.to_owned(), lane));
        let dragging = self.gesture == gesture;
        // A drag is one step of undo: its further values start again from the scenario before it.
        let mut scenario = if dragging {
            self.past.last().cloned().unwrap_or_else(|| self.scenario.clone())
        } else {
            self.scenario.clone()
        };
        // At the end there is no future left to change: the run begins anew with the value.
        let underway = self.playhead > Nanos::ZERO && !self.at_end();
        if underway && row.is_some_and(|row| row.effect == Effect::Live) {
            let edit = self.moved(lane, key, text, dragging)?;
            scenario.edits.push(edit);
        } else {
            match lane {
                Some(lane) => scenario.set_in_lane(lane, key, text)?,
                None => scenario.set(key, text)?,
            }
        }
        if dragging {
            let past = self.past.pop();
            self.replace_with(scenario, past);
        } else {
            self.replace(scenario);
        }
        self.gesture = gesture;
        Ok(())
    }

    fn moved(&self, lane: Option<usize>, key: &str, text: &str, dragging: bool) -> Result<Edit, Refusal> {
        let kind = self.scenario.declaration(key).map(|row| row.kind);
        let refusal = || Refusal { expected: "is not a parameter here".to_owned(), nearest: None };
        let value = kind.ok_or_else(refusal)?.check(text)?;
        // While dragging, the edit stays where the drag began.
        let begun = self.scenario.edits.last().filter(|_| dragging).map(|edit| edit.at);
        let deed = Deed::Set { key: key.to_owned(), value };
        Ok(Edit { at: begun.unwrap_or_else(|| self.now()), until: None, lane, deed })
    }

    /// The control was let go: the next value is a new edit.
    pub fn release(&mut self) {
        self.gesture = None;
    }

    /// Puts another scenario in the place of this one; undo brings this one back.
    pub fn replace(&mut self, scenario: Scenario) {
        let past = Some(self.scenario.clone());
        self.replace_with(scenario, past);
    }

    fn replace_with(&mut self, scenario: Scenario, past: Option<Scenario>) {
        self.gesture = None;
        if scenario == self.scenario && past.as_ref() == Some(&scenario) {
            return;
        }
        self.past.extend(past);
        self.future.clear();
        self.install(scenario);
    }

    /// The scenario before.
    pub fn undo(&mut self) {
        if let Some(scenario) = self.past.pop() {
            self.future.push(self.scenario.clone());
            self.install(scenario);
        }
    }

    /// The scenario that was undone.
    pub fn redo(&mut self) {
        if let Some(scenario) = self.future.pop() {
            self.past.push(self.scenario.clone());
            self.install(scenario);
        }
    }

    /// The curves of the future that was given up are no longer shown.
    pub fn dismiss_ghost(&mut self) {
        for track in &mut self.tracks {
            track.ghost.clear();
        }
    }

    fn install(&mut self, scenario: Scenario) {
        self.gesture = None;
        let unchanged_before = unchanged_before(&self.scenario, &scenario);
        self.scenario = scenario;
        if unchanged_before == Nanos::ZERO {
            self.tracks = self.scenario.lanes.iter().map(|_| Track::default()).collect();
            self.window = labs::window_length(&self.scenario);
            self.focus = self.focus.min(self.tracks.len().saturating_sub(1));
            self.playhead = Nanos::ZERO;
        } else {
            for track in &mut self.tracks {
                track.fork_at(unchanged_before, self.window);
            }
        }
        self.open(unchanged_before);
    }

    fn open(&mut self, unchanged_before: Nanos) {
        self.edition += 1;
        if unchanged_before == Nanos::ZERO {
            // Nothing older is true any more; what comes before this edition can be forgotten.
            self.opened.clear();
        }
        self.opened.push((self.edition, unchanged_before));
        self.asked_through = Nanos::ZERO;
        self.follow = None;
        self.next_seek = None;
        self.next_step = None;
        for track in &mut self.tracks {
            track.settled = false;
        }
        self.commands.push(Command::Open {
            edition: self.edition,
            scenario: self.scenario.text(),
            lanes: self.lanes().collect(),
            unchanged_before,
            at: self.playhead,
            detail: self.detail,
        });
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

/// Up to when two scenarios give the same run: the first edit in which they differ, or not at all.
#[must_use]
pub fn unchanged_before(before: &Scenario, after: &Scenario) -> Nanos {
    let without_edits = |scenario: &Scenario| Scenario { edits: Vec::new(), ..scenario.clone() };
    if without_edits(before) != without_edits(after) {
        return Nanos::ZERO;
    }
    let differ = |lane: usize| {
        let (one, other) = (before.timeline(lane), after.timeline(lane));
        let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
        let first = [one.get(same), other.get(same)].into_iter().flatten().map(|change| change.at).min();
        first.unwrap_or(Nanos::MAX)
    };
    (0..before.lanes.len()).map(differ).min().unwrap_or(Nanos::ZERO)
}

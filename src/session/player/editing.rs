//! What a person does with the scenario: faults, moved parameters, undo and redo.
//!
//! Each is another scenario in the place of this one, and the run goes on from where the two begin to differ. It knows no
//! control: a drag is several values with one name. Read next: [`crate::scenario`].

use super::Player;
use crate::basics::parameters::Refusal;
use crate::basics::{Effect, Nanos};
use crate::labs;
use crate::scenario::{Deed, Edit, Scenario};
use crate::session::protocol::Command;
use crate::session::track::Track;

impl Player {
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

    pub(super) fn open(&mut self, unchanged_before: Nanos) {
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
}

/// Up to when two scenarios give the same run: the first edit in which they differ, or not at all.
fn unchanged_before(before: &Scenario, after: &Scenario) -> Nanos {
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

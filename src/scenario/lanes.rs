//! Lanes come, go and change their policy. What the scenario says of one lane moves with it, and what no longer
//! applies is dropped, so that the text never names a parameter that is not there.

use super::{Deed, Lane, MOST_LANES, Scenario};

impl Scenario {
    /// Adds a lane that runs `policy`. Whether there was room for it, and such a policy.
    pub fn add_lane(&mut self, policy: &str) -> bool {
        let room = self.lanes.len() < MOST_LANES && self.about(policy).is_some();
        if room {
            self.lanes.push(Lane { policy: policy.to_owned(), ..Lane::default() });
        }
        room
    }

    /// Takes lane `lane` away, with its edits; those behind it move up. The last lane stays.
    pub fn remove_lane(&mut self, lane: usize) -> bool {
        if self.lanes.len() < 2 || lane >= self.lanes.len() {
            return false;
        }
        self.lanes.remove(lane);
        self.edits.retain(|edit| edit.lane != Some(lane));
        for edit in &mut self.edits {
            edit.lane = edit.lane.map(|other| if other > lane { other - 1 } else { other });
        }
        self.forget_what_is_unknown();
        true
    }

    /// Gives lane `lane` another policy. Whether there is such a lane and such a policy.
    pub fn set_policy(&mut self, lane: usize, policy: &str) -> bool {
        let known = lane < self.lanes.len() && self.about(policy).is_some();
        if known {
            policy.clone_into(&mut self.lanes[lane].policy);
            self.forget_what_is_unknown();
        }
        known
    }

    /// Drops settings, overrides and edits of parameters that no lane, or not that lane, has any more.
    fn forget_what_is_unknown(&mut self) {
        let before = self.clone();
        self.settings.retain(|key, _| before.declaration(key).is_some());
        for (index, lane) in self.lanes.iter_mut().enumerate() {
            lane.overrides.retain(|key, _| before.declaration_in(index, key).is_some());
        }
        self.edits.retain(|edit| match (&edit.deed, edit.lane) {
            (Deed::Set { key, .. }, Some(lane)) => before.declaration_in(lane, key).is_some(),
            (Deed::Set { key, .. }, None) => before.declaration(key).is_some(),
            (Deed::Fault { .. }, _) => true,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Scenario {
        let (scenario, notices) = Scenario::read(text).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        scenario
    }

    /// The text can be read again without a notice, and says `part`.
    fn says(scenario: &Scenario, part: &str) {
        assert!(scenario.text().contains(part), "{} does not say {part}", scenario.text());
        assert_eq!(&read(&scenario.text()), scenario);
    }

    #[test]
    fn what_belongs_to_a_lane_moves_and_goes_with_it() {
        let text = "balancing?policy=random,two-choices,two-choices&b.choices=3&c.choices=4&at=1s:b.kill:0&at=2s:c.kill:1&at=3s:kill:2";
        let mut scenario = read(text);
        assert!(scenario.remove_lane(1));
        says(&scenario, "policy=random,two-choices&b.choices=4&seed=1&at=2s:b.kill:1&at=3s:kill:2");
        assert!(scenario.remove_lane(0));
        says(&scenario, "policy=two-choices&a.choices=4");
        assert!(!scenario.remove_lane(0), "the last lane stays");
    }

    #[test]
    fn parameters_of_a_policy_go_when_nobody_runs_it_any_more() {
        let mut scenario =
            read("balancing?policy=two-choices,random&choices=3&a.choices=5&at=1s:set:choices:4&at=2s:set:a.choices:2");
        assert!(scenario.set_policy(0, "round-robin"));
        says(&scenario, "policy=round-robin,random&seed=1");
        assert!(!scenario.text().contains("choices"));
        assert!(!scenario.set_policy(0, "no-such-policy"));
        assert!(!scenario.set_policy(7, "random"));
    }

    #[test]
    fn there_is_room_for_four_lanes() {
        let mut scenario = read("balancing?policy=random");
        assert!(scenario.add_lane("random") && scenario.add_lane("random") && scenario.add_lane("random"));
        assert!(!scenario.add_lane("random"));
        assert!(!read("balancing?policy=random").add_lane("no-such-policy"));
    }
}

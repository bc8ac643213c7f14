//! What can be done to a node at the playhead: the lab's faults, and their endings where one lasts.
//!
//! Plain data over the scenario; it names no fault, so a lab's new kind gets its button by being declared.

use headroom::basics::{Kind, Nanos};
use headroom::labs::FaultKind;
use headroom::scenario::{Scenario, lane_letter};
use headroom::simulation::{NodeId, What};

/// One button of a server's card.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// What it does.
    pub kind: &'static FaultKind,
    /// Whether it ends something that lasts.
    pub ends: bool,
}

/// The buttons for `node` in `lane` at `now`: each kind of fault that addresses such nodes, or its ending where it lasts.
#[must_use]
pub fn offers(scenario: &Scenario, lane: usize, node: NodeId, now: Nanos) -> Vec<Offer> {
    let kinds = scenario.lab.faults;
    let scene = (scenario.lab.scene)(scenario, lane);
    let timeline = scenario.timeline(lane);
    let last_of = |verbs: [&str; 2]| {
        timeline
            .iter()
            .filter(|change| change.at <= now)
            .filter_map(|change| match &change.what {
                What::Fault { verb, target, .. } if scene.addressed(verb, *target) == Some(node) => Some(verb.as_str()),
                _ => None,
            })
            .rfind(|verb| verbs.contains(verb))
    };
    let ends_another = |kind: &FaultKind| kinds.iter().any(|other| other.undo == Some(kind.key));
    kinds
        .iter()
        .filter(|kind| !ends_another(kind) && scene.target_of(kind.key, node).is_some())
        .map(|kind| {
            let undo = kind.undo.and_then(|undo| kinds.iter().find(|other| other.key == undo));
            match undo {
                Some(undo) if last_of([kind.key, undo.key]) == Some(kind.key) => Offer { kind: undo, ends: true },
                _ => Offer { kind, ends: false },
            }
        })
        .collect()
}

/// The text that `Player::act` takes: `slow:3:4x`, `b.kill:3`.
#[must_use]
pub fn text(kind: &FaultKind, target: u32, amount: Option<f64>, only_lane: Option<usize>) -> String {
    let lane = only_lane.map_or_else(String::new, |lane| format!("{}.", lane_letter(lane)));
    let amount = match (kind.amount, amount) {
        (Some((accepted, _)), Some(amount)) => match accepted {
            Kind::Number { unit, .. } => format!(":{amount}{unit}"),
            _ => format!(":{amount}"),
        },
        _ => String::new(),
    };
    format!("{lane}{}:{target}{amount}", kind.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(edits: &str) -> Scenario {
        let (scenario, notices) = Scenario::read(&format!("balancing?{edits}")).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        scenario
    }

    fn keys(scenario: &Scenario, lane: usize, target: u32, seconds: u64) -> Vec<&'static str> {
        let scene = (scenario.lab.scene)(scenario, lane);
        let offers = offers(scenario, lane, scene.server(target).unwrap(), Nanos::from_secs(seconds));
        // Those that this test is about, and their endings; the lab may have more.
        let known = ["kill", "revive", "slow", "restore", "drain", "resume"];
        offers.iter().map(|offer| offer.kind.key).filter(|key| known.contains(key)).collect()
    }

    #[test]
    fn a_fault_that_lasts_offers_its_ending_where_and_while_it_lasts() {
        let scenario = scenario("at=10s..20s:kill:3&at=15s:b.drain:3");
        assert_eq!(keys(&scenario, 0, 3, 5), ["kill", "slow", "drain"]);
        assert_eq!(keys(&scenario, 0, 3, 12), ["revive", "slow", "drain"]);
        assert_eq!(keys(&scenario, 0, 3, 25), ["kill", "slow", "drain"]);
        assert_eq!(keys(&scenario, 1, 3, 25), ["kill", "slow", "resume"]);
        assert_eq!(keys(&scenario, 1, 2, 12), ["kill", "slow", "drain"], "another server");
    }

    #[test]
    fn what_a_button_says_is_what_the_scenario_reads() {
        let scenario = scenario("policy=round-robin,two-choices");
        let scene = (scenario.lab.scene)(&scenario, 0);
        for offer in offers(&scenario, 0, scene.server(3).unwrap(), Nanos::ZERO) {
            for lane in [None, Some(1)] {
                let written = text(offer.kind, 3, offer.kind.amount.map(|(_, default)| default), lane);
                let edit = scenario.read_edit(&format!("1s:{written}")).unwrap();
                assert_eq!(edit.lane, lane);
            }
        }
    }

    #[test]
    fn a_node_is_offered_only_the_faults_that_are_about_it() {
        let scenario = Scenario::read("batching").unwrap().0;
        let keys =
            |node| -> Vec<_> { offers(&scenario, 0, node, Nanos::ZERO).iter().map(|offer| offer.kind.key).collect() };
        assert_eq!((keys(0), keys(1), keys(2)), (vec![], vec!["crash"], vec!["stall"]));
    }
}

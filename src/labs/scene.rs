//! What the stage shows, as data: groups of nodes in columns, and which groups requests travel between.
//!
//! A lab describes its scene; the stage draws roles. No lab brings a component of its own.

use crate::basics::Nanos;
use crate::simulation::NodeId;

/// What a node is, which decides how it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Where requests come from and return to.
    Clients,
    /// Decides where a request goes.
    Decider,
    /// Serves requests in slots, with a queue before them.
    Server,
    /// Holds requests back or gathers them.
    Buffer,
}

/// Nodes of one role that stand in one column.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What they are.
    pub role: Role,
    /// The name of the group (“balancer”); for servers the letter before the number (“s”).
    pub label: String,
    /// A line below the name: “900/s”.
    pub note: String,
    /// The first node; the others follow.
    pub first: NodeId,
    /// How many.
    pub count: u32,
    /// Slots of each node; 0 when slots do not apply.
    pub slots: u32,
}

/// The whole scene of a lane, from left to right.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Scene {
    /// The columns.
    pub groups: Vec<Group>,
    /// Pairs of groups (by index) between which requests travel.
    pub links: Vec<(usize, usize)>,
    /// Who has which keys is drawn below the nodes; the run records it ([`crate::simulation::record::KeyMap`]).
    pub keys: bool,
    /// How the buffer among the nodes gathers, where there is one.
    pub gathering: Option<Gathering>,
    /// The groups (by index) in the order in which every request passes them, where its stays are worth a Gantt chart: a
    /// row for each request, a bar for each stay. What a request does where is recorded as
    /// [`Stay`](crate::simulation::record::Stay)s.
    pub stays: Option<Vec<usize>>,
    /// Faults that do not address servers, by their keys, with the group (by index) that they do address.
    pub elsewhere: Vec<(&'static str, usize)>,
}

/// How a buffer gathers, for its picture: a bar that fills and a ring that runs out. How full it is comes with its
/// levels: `serving` is what is in the open batch, `queued` what is in batches that wait to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gathering {
    /// The node.
    pub node: NodeId,
    /// So many are let go at once; `None` where size does not decide.
    pub full: Option<u32>,
    /// The timer that lets go; `None` where time does not decide.
    pub timer: Option<Timer>,
}

/// A timer of a buffer. When it rings follows from the levels of its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer {
    /// How long it runs.
    pub span: Nanos,
    /// What it runs from.
    pub since: Since,
}

/// What a timer runs from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// The first item of a batch: from the level that is no longer 0.
    First,
    /// The last item: from every level that is higher than the one before.
    Last,
    /// Nothing: it rings at every multiple of its span.
    Clock,
}

impl Scene {
    /// How many nodes there are.
    #[must_use]
    pub fn nodes(&self) -> u32 {
        self.groups.iter().map(|group| group.count).sum()
    }

    /// The group of `node`, and which of its nodes it is.
    #[must_use]
    pub fn find(&self, node: NodeId) -> Option<(&Group, u32)> {
        let group = self.groups.iter().find(|group| (group.first..group.first + group.count).contains(&node))?;
        Some((group, node - group.first))
    }

    /// The name of `node` as it is shown and spoken: “s3”, “balancer”. Servers are counted from 0, as in
    /// links (`kill:3`) and in the reasons of the policies; one that is alone and has a name of its own (“service”) is
    /// not counted.
    #[must_use]
    pub fn name(&self, node: NodeId) -> String {
        let named = |group: &Group| group.count == 1 && group.label.len() > 1;
        match (self.find(node), self.target(node)) {
            (Some((group, _)), Some(target)) if !named(group) => format!("{}{target}", group.label),
            (Some((group, _)), _) => group.label.trim_end().to_owned(),
            (None, _) => format!("node {node}"),
        }
    }

    /// The number under which faults name `node`: servers are counted from 0, through all groups of them.
    #[must_use]
    pub fn target(&self, node: NodeId) -> Option<u32> {
        let (group, index) = self.find(node)?;
        let servers = self.groups.iter().filter(|group| group.role == Role::Server);
        (group.role == Role::Server).then(|| {
            servers.take_while(|other| other.first != group.first).map(|other| other.count).sum::<u32>() + index
        })
    }

    /// The number under which the fault `verb` names `node`; `None` when it does not address nodes of its kind.
    #[must_use]
    pub fn target_of(&self, verb: &str, node: NodeId) -> Option<u32> {
        match self.elsewhere.iter().find(|(key, _)| *key == verb) {
            Some(&(_, group)) => {
                let group = self.groups.get(group)?;
                (group.first..group.first + group.count).contains(&node).then(|| node - group.first)
            }
            None => self.target(node),
        }
    }

    /// The node that the fault `verb` means by `target`.
    #[must_use]
    pub fn addressed(&self, verb: &str, target: u32) -> Option<NodeId> {
        match self.elsewhere.iter().find(|(key, _)| *key == verb) {
            Some(&(_, group)) => {
                let group = self.groups.get(group)?;
                (target < group.count).then(|| group.first + target)
            }
            None => self.server(target),
        }
    }

    /// The node of the server number `target`.
    #[must_use]
    pub fn server(&self, target: u32) -> Option<NodeId> {
        let mut before = 0;
        for group in self.groups.iter().filter(|group| group.role == Role::Server) {
            if target < before + group.count {
                return Some(group.first + (target - before));
            }
            before += group.count;
        }
        None
    }

    /// The nodes of all servers, in the order in which they are counted.
    pub fn servers(&self) -> impl Iterator<Item = NodeId> {
        let groups = self.groups.iter().filter(|group| group.role == Role::Server);
        groups.flat_map(|group| group.first..group.first + group.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labs::catalogue;
    use crate::scenario::Scenario;

    fn scene(text: &str) -> Scene {
        let scenario = Scenario::read(text).unwrap().0;
        (scenario.lab.scene)(&scenario, 0)
    }

    #[test]
    fn servers_are_counted_through_all_groups_and_found_again() {
        let scene = scene("pipeline?stages=4");
        for (target, node) in scene.servers().enumerate() {
            assert_eq!(scene.target(node), Some(target as u32));
            assert_eq!(scene.server(target as u32), Some(node));
            assert_eq!(scene.addressed("slow", target as u32), Some(node));
            assert_eq!(scene.name(node), format!("s{target}"));
        }
        assert_eq!((scene.server(4), scene.target(0)), (None, None));
    }

    #[test]
    fn a_server_that_is_alone_has_its_own_name() {
        let (service, receiver) = (scene("concurrency"), scene("batching"));
        assert_eq!(service.name(service.server(0).unwrap()), "service");
        assert_eq!(receiver.name(receiver.server(0).unwrap()), "receiver");
        let alone = scene("balancing?servers=1");
        assert_eq!(alone.name(alone.server(0).unwrap()), "s0");
    }

    #[test]
    fn a_fault_addresses_the_nodes_that_it_is_about() {
        let scene = scene("batching");
        let (batcher, receiver) = (scene.addressed("crash", 0).unwrap(), scene.addressed("stall", 0).unwrap());
        assert_eq!((scene.name(batcher).as_str(), scene.name(receiver).as_str()), ("batcher", "receiver"));
        assert_eq!(scene.target_of("crash", receiver), None);
        assert_eq!(scene.target_of("stall", batcher), None);
    }

    #[test]
    fn every_target_that_a_lab_declares_is_a_node_of_its_scene_for_each_of_its_faults() {
        for lab in catalogue() {
            let scenario = Scenario::read(lab.key).unwrap().0;
            let scene = (lab.scene)(&scenario, 0);
            for kind in lab.faults {
                for target in 0..(lab.targets)(&scenario) {
                    assert!(scene.addressed(kind.key, target).is_some(), "{}: {}:{target}", lab.key, kind.key);
                }
            }
        }
    }
}

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
    /// row for each request, a bar for each stay. A stay begins when a flight of the request arrives at a node and ends
    /// when the next one departs from there, so the recorded flights are all that is needed.
    pub stays: Option<Vec<usize>>,
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
    /// links (`kill:3`) and in the reasons of the policies.
    #[must_use]
    pub fn name(&self, node: NodeId) -> String {
        match (self.find(node), self.target(node)) {
            (Some((group, _)), Some(target)) => format!("{}{target}", group.label),
            (Some((group, _)), None) => group.label.clone(),
            (None, _) => format!("node {node}"),
        }
    }

    /// The number under which faults name `node`: servers are counted from 0, through all groups of them.
    #[must_use]
    pub fn target(&self, node: NodeId) -> Option<u32> {
        let mut before = 0;
        for group in self.groups.iter().filter(|group| group.role == Role::Server) {
            if (group.first..group.first + group.count).contains(&node) {
                return Some(before + (node - group.first));
            }
            before += group.count;
        }
        None
    }

    /// The first group that faults can name: the servers. Where there are several, [`Scene::target`] counts through.
    #[must_use]
    pub fn targets(&self) -> Option<&Group> {
        self.groups.iter().find(|group| group.role == Role::Server)
    }
}

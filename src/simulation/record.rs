//! What an observer wants to see of a run: flights of requests, levels of nodes, moments that matter, reasons.
//!
//! A record is handed in, never part of the state: watching a run cannot change it. What it costs is decided at run
//! time by its [`Detail`].

use serde::{Deserialize, Serialize};

use super::window::Window;
use crate::basics::{Explanation, Nanos};

/// A place on the stage: clients, a balancer, a server … in the order in which the lab's scene lists them.
pub type NodeId = u32;

/// How much is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// Every how many-th request has its flights recorded; the same ones in every lane. 0: none.
    pub one_in: u32,
    /// Levels of a node are recorded at most once in this span. Zero: every change.
    pub levels_every: Nanos,
}

impl Detail {
    /// Nothing but windows and marks.
    pub const OFF: Self = Self { one_in: 0, levels_every: Nanos::MAX };
    /// Everything.
    pub const FULL: Self = Self { one_in: 1, levels_every: Nanos::ZERO };
}

/// What a request in flight is, for its shape and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Class {
    /// On its way to be served for the first time.
    Request,
    /// Another attempt.
    Retry,
    /// An answer on its way back.
    Answer,
    /// A failure on its way back.
    Failure,
    /// A refusal on its way back.
    Refusal,
    /// A piece of data that changes its place.
    Move,
}

/// One request on one leg of its way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flight {
    /// The number of the request, the same in every lane.
    pub request: u32,
    /// From where.
    pub from: NodeId,
    /// To where.
    pub to: NodeId,
    /// When it leaves.
    pub departs: Nanos,
    /// When it arrives.
    pub arrives: Nanos,
    /// What it is.
    pub class: Class,
}

/// The condition of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// As it should be.
    #[default]
    Up,
    /// Slower than its nominal speed.
    Slow,
    /// Takes nothing new, finishes what it has.
    Draining,
    /// Does not answer.
    Dead,
    /// Alive, but not picked: the balancer holds it for unhealthy.
    Ejected,
    /// Just came back, and cold.
    Cold,
    /// Stands by, and is not needed at present.
    Spare,
}

/// The load of a node from a time on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// From when.
    pub at: Nanos,
    /// Which node.
    pub node: NodeId,
    /// Requests in service.
    pub serving: u32,
    /// Requests that wait.
    pub queued: u32,
    /// Its condition.
    pub condition: Condition,
}

/// What a request does at a node from a time on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// It waits for its turn.
    Waits,
    /// It is served.
    Served,
    /// It is done here, but cannot go on, and keeps its slot.
    Blocked,
    /// It has left for the next node.
    Left,
    /// It has left for good: answered, or turned away.
    Over,
}

/// A request does something else than before. From these a chart of stays is drawn, a row for each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The number of the request, the same in every lane.
    pub request: u32,
    /// Where.
    pub node: NodeId,
    /// From when.
    pub at: Nanos,
    /// What it does.
    pub phase: Phase,
}

/// Who has which keys, from a time on. Owners are numbered as faults name them: shard 0, shard 1 …
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyMap {
    /// From when.
    pub at: Nanos,
    /// The owners of up to a few hundred keys, evenly taken in the order of all keys; [`KeyMap::NOBODY`] for none.
    pub strip: Vec<u32>,
    /// Whose each of these keys will be when its move is over; its owner where it does not move.
    pub coming: Vec<u32>,
    /// Whose each of these keys was before the fleet last changed.
    pub before: Vec<u32>,
    /// Where each of these keys lies on the circle, as a part of 2³². Empty for maps without one.
    pub places: Vec<u32>,
    /// For a map that lays keys round a circle: where each arc ends, as a part of 2³², and whose it is, by rising place.
    /// The first arc begins where the last one ends. Empty for other maps.
    pub ring: Vec<(u32, u32)>,
}

impl KeyMap {
    /// No owner.
    pub const NOBODY: u32 = u32::MAX;

    /// How many of the keys have another owner than before the fleet last changed.
    #[must_use]
    pub fn moved(&self) -> usize {
        self.strip.iter().zip(&self.before).filter(|(now, before)| now != before).count()
    }

    /// How many of the keys are on their way to another owner.
    #[must_use]
    pub fn moving(&self) -> usize {
        self.strip.iter().zip(&self.coming).filter(|(now, then)| now != then).count()
    }
}

/// A moment that matters, for the timeline and “jump to the next”.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When.
    pub at: Nanos,
    /// The event of the run that it came with.
    pub event: u64,
    /// What, in a few words: “first request shed”.
    pub text: String,
    /// Where, if at one node.
    pub node: Option<NodeId>,
}

/// What was recorded since it was last emptied.
#[derive(Clone, Debug)]
pub struct Record {
    /// How much is recorded.
    pub detail: Detail,
    /// Legs of requests, in the order of scheduling.
    pub flights: Vec<Flight>,
    /// What requests do where, in the order of time, in labs whose scene says that it is worth a chart.
    pub stays: Vec<Stay>,
    /// Changes of load, in the order of time.
    pub levels: Vec<Level>,
    /// Changes of who has which keys, in the order of time. Labs without keys have none.
    pub key_maps: Vec<KeyMap>,
    /// Moments that matter.
    pub marks: Vec<Mark>,
    /// Windows that were finished.
    pub windows: Vec<Window>,
    /// The reasons of the algorithms, if anybody listens.
    pub why: Explanation,
    /// What happened, in sentences, if anybody listens.
    pub story: Vec<String>,
    /// The nodes that the last event concerned, if anybody listens.
    pub nodes: Vec<NodeId>,
    /// When each node's level was last recorded.
    last_level: Vec<Nanos>,
}

impl Record {
    /// An empty record.
    #[must_use]
    pub const fn new(detail: Detail) -> Self {
        Self {
            detail,
            flights: Vec::new(),
            stays: Vec::new(),
            levels: Vec::new(),
            key_maps: Vec::new(),
            marks: Vec::new(),
            windows: Vec::new(),
            why: Explanation::silent(),
            story: Vec::new(),
            nodes: Vec::new(),
            last_level: Vec::new(),
        }
    }

    /// Whether the flights of `request` are wanted.
    #[inline]
    #[must_use]
    pub fn shows(&self, request: u32) -> bool {
        self.detail.one_in > 0 && request.is_multiple_of(self.detail.one_in)
    }

    /// Records a leg, if that request is wanted.
    #[inline]
    pub fn flight(&mut self, flight: Flight) {
        if self.shows(flight.request) && flight.arrives > flight.departs {
            self.flights.push(flight);
        }
    }

    /// Records what `request` does from now on, if that request is wanted.
    #[inline]
    pub fn stay(&mut self, request: u32, node: NodeId, at: Nanos, phase: Phase) {
        if self.shows(request) {
            self.stays.push(Stay { request, node, at, phase });
        }
    }

    /// Whether levels are recorded at all.
    #[inline]
    #[must_use]
    pub fn wants_levels(&self) -> bool {
        self.detail.levels_every < Nanos::MAX
    }

    /// Records a level, unless that node had one a moment ago.
    #[inline]
    pub fn level(&mut self, level: Level) {
        if self.detail.levels_every == Nanos::MAX {
            return;
        }
        if self.detail.levels_every > Nanos::ZERO {
            let node = level.node as usize;
            if self.last_level.len() <= node {
                self.last_level.resize(node + 1, Nanos::ZERO);
            }
            if level.at < self.last_level[node].plus(self.detail.levels_every) && level.at >= self.last_level[node] {
                return;
            }
            self.last_level[node] = level.at;
        }
        self.levels.push(level);
    }

    /// Forgets the levels and who had which keys, which only count where a run stands.
    pub fn forget_levels(&mut self) {
        self.levels.clear();
        self.key_maps.clear();
    }

    /// Tells what happens, if anybody listens. `nodes` are lit on the stage.
    #[inline(always)]
    pub fn tell(&mut self, nodes: &[NodeId], sentence: impl FnOnce() -> String) {
        if self.why.listening() {
            self.keep(nodes, sentence);
        }
    }

    #[cold]
    #[inline(never)]
    fn keep(&mut self, nodes: &[NodeId], sentence: impl FnOnce() -> String) {
        self.story.push(sentence());
        self.nodes.extend_from_slice(nodes);
    }

    /// Forgets everything but the detail.
    pub fn clear(&mut self) {
        let listening = self.why.listening();
        self.flights.clear();
        self.stays.clear();
        self.forget_levels();
        self.marks.clear();
        self.windows.clear();
        self.story.clear();
        self.nodes.clear();
        self.why = if listening { Explanation::listen() } else { Explanation::silent() };
    }
}

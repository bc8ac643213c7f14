//! What page and worker say to each other. Plain data; a scenario travels as its text.
//!
//! `edition` rises with every edit and every seek. A report of an older edition is dropped, which is all that is
//! needed against the races of seeking, forking and cancelling.

use serde::{Deserialize, Serialize};

use crate::basics::{Nanos, Remark};
use crate::simulation::record::{KeyMap, Stay};
use crate::simulation::{Detail, Flight, Level, Mark, NodeId, Position, Totals, Window};

/// From the page to the workers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// A new scenario, or the same with other changes from `unchanged_before` on; then stand at `at`.
    Open {
        /// The edition that begins.
        edition: u32,
        /// The scenario's text.
        scenario: String,
        /// The lanes that this worker hosts.
        lanes: Vec<u8>,
        /// Checkpoints before this time stay valid. Zero: everything is new.
        unchanged_before: Nanos,
        /// Where to stand.
        at: Nanos,
        /// What is recorded of requests in the air.
        detail: Detail,
    },
    /// Compute as far as `through`, and say what happens. Each supersedes the last.
    Ready {
        /// The edition it belongs to.
        edition: u32,
        /// How far.
        through: Nanos,
        /// In what detail.
        detail: Detail,
    },
    /// Stand somewhere else.
    Seek {
        /// The edition that begins.
        edition: u32,
        /// The lanes that move; the others stay.
        lanes: Vec<u8>,
        /// Where to.
        to: Target,
        /// Whether the last event is narrated.
        explain: bool,
        /// What is recorded of requests in the air.
        detail: Detail,
    },
    /// Say what is known of a node.
    Inspect {
        /// The lane.
        lane: u8,
        /// The node.
        node: NodeId,
    },
    /// Run a scenario out beside what is shown.
    RunOut {
        /// To tell jobs apart.
        job: u32,
        /// The scenario's text.
        scenario: String,
        /// The lanes to run.
        lanes: Vec<u8>,
        /// The measures that are wanted, by name.
        measures: Vec<String>,
        /// Whether the windows are wanted as well: for conditions that are put together only later.
        windows: bool,
    },
    /// Forget a job.
    Cancel {
        /// Which.
        job: u32,
    },
}

/// Where to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// At a time, with everything handled that happens then.
    Time(Nanos),
    /// After so many events.
    Event(u64),
    /// After so many arrivals.
    Arrival(u64),
    /// At the next moment that matters, or the end.
    NextMark,
}

/// From a worker to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Report {
    /// What happens in one lane between two positions.
    Batch(Batch),
    /// A lane stands where it was told to.
    At(Box<At>),
    /// Facts about a node.
    Inspected {
        /// The lane.
        lane: u8,
        /// The node.
        node: NodeId,
        /// Label and value.
        facts: Vec<(String, String)>,
    },
    /// How far a job, or a long seek, has come.
    Progress {
        /// The job; `None`: the seek.
        job: Option<u32>,
        /// Virtual time done.
        done: Nanos,
        /// Virtual time in all.
        of: Nanos,
    },
    /// A lane of a job is done.
    Finished {
        /// The job.
        job: u32,
        /// The lane.
        lane: u8,
        /// The measures that were asked for, in that order; times in seconds.
        figures: Vec<Option<f64>>,
        /// Its windows, if they were asked for.
        windows: Vec<Window>,
        /// Its totals.
        totals: Totals,
        /// Events handled.
        events: u64,
        /// Its hash.
        trace_hash: u64,
    },
    /// A command could not be obeyed.
    Refused {
        /// Why, in a sentence.
        sentence: String,
    },
}

/// What happens in one lane between two positions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// The edition.
    pub edition: u32,
    /// The lane.
    pub lane: u8,
    /// From where.
    pub from: Position,
    /// To where: the lane's frontier.
    pub to: Position,
    /// The detail that it was recorded in.
    pub one_in: u32,
    /// Legs of requests that begin here.
    pub flights: Vec<Flight>,
    /// What requests do where, in the order of time.
    pub stays: Vec<Stay>,
    /// Changes of load, in the order of time.
    pub levels: Vec<Level>,
    /// Changes of who has which keys, in the order of time.
    pub key_maps: Vec<KeyMap>,
    /// Moments that matter.
    pub marks: Vec<Mark>,
    /// Windows that ended here.
    pub windows: Vec<Window>,
}

/// A lane, exactly where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct At {
    /// The edition.
    pub edition: u32,
    /// The lane.
    pub lane: u8,
    /// Where.
    pub position: Position,
    /// Requests so far.
    pub totals: Totals,
    /// The window in progress.
    pub window: Window,
    /// Windows that ended since the lane was last reported.
    pub windows: Vec<Window>,
    /// Moments that mattered since.
    pub marks: Vec<Mark>,
    /// The load of every node.
    pub levels: Vec<Level>,
    /// Who has which keys, in labs with keys.
    pub key_map: Option<KeyMap>,
    /// Requests in the air.
    pub flights: Vec<Flight>,
    /// The ways of the requests that are underway, and of the last ones that were done.
    pub stays: Vec<Stay>,
    /// The hash of every decision so far.
    pub trace_hash: u64,
    /// What the last event was, if it was asked for: sentences, reasons, nodes and candidates.
    pub story: Vec<String>,
    /// The algorithm's own reasons, with the lines of its file.
    pub remarks: Vec<Remark>,
    /// The nodes concerned.
    pub nodes: Vec<NodeId>,
    /// What the algorithm compared: candidate and figure.
    pub candidates: Vec<(u32, f64)>,
}

//! The figures of a finished run, by name. The terminal prints them, conditions ask for them, tests check them.

use super::lab::COMMON_GAUGES;
use crate::basics::{Nanos, Prose, prose};
use crate::scenario::Scenario;
use crate::simulation::window::Merged;
use crate::simulation::{Budget, Detail, Mark, Record, Totals, Window};

/// What came out of one lane.
#[derive(Clone, Debug)]
pub struct LaneResult {
    /// The policy.
    pub policy: String,
    /// Every window of the run.
    pub windows: Vec<Window>,
    /// Moments that mattered.
    pub marks: Vec<Mark>,
    /// Requests from the start to the end.
    pub totals: Totals,
    /// The hash of every decision.
    pub trace_hash: u64,
    /// Events handled.
    pub events: u64,
}

/// What came out of a scenario.
#[derive(Clone, Debug)]
pub struct Results {
    /// The scenario.
    pub scenario: Scenario,
    /// The length of a window.
    pub window: Nanos,
    /// Its lanes.
    pub lanes: Vec<LaneResult>,
}

/// Runs every lane of `scenario` to its end.
#[must_use]
pub fn run_out(scenario: &Scenario) -> Results {
    let lanes = scenario.lanes.iter().enumerate().map(|(lane, spec)| {
        let mut run = super::build(scenario, lane);
        let mut record = Record::new(Detail::OFF);
        run.advance(Budget { until: scenario.duration, events: u64::MAX }, &mut record);
        if !(scenario.duration.0).is_multiple_of(super::window_length(scenario).0) {
            record.windows.push(run.window());
        }
        LaneResult {
            policy: spec.policy.clone(),
            windows: record.windows,
            marks: record.marks,
            totals: run.totals(),
            trace_hash: run.trace_hash(),
            events: run.position().event,
        }
    });
    Results { scenario: scenario.clone(), window: super::window_length(scenario), lanes: lanes.collect() }
}

/// The names of the measures that every lab has, with what they are. Times are in seconds.
pub const COMMON_MEASURES: &[(&str, Prose)] = &[
    ("p50", prose("latency that half of the answered requests did not exceed")),
    ("p90", prose("latency that 90 % did not exceed")),
    ("p95", prose("latency that 95 % did not exceed")),
    ("p99", prose("latency that 99 % did not exceed")),
    ("p99.9", prose("latency that 99.9 % did not exceed")),
    ("mean", prose("mean latency")),
    ("longest", prose("longest latency")),
    ("samples", prose("answered requests behind the latencies")),
    ("goodput", prose("answered requests a second")),
    ("arrivals", prose("new requests after the warm-up")),
    ("completed", prose("answered requests after the warm-up")),
    ("failed", prose("requests given up after the warm-up")),
    ("shed", prose("requests turned away after the warm-up")),
    ("failed-share", prose("share of the requests that ended by being given up")),
    ("shed-share", prose("share of the requests that ended by being turned away")),
];

/// The measures that every lab with servers has, for up to [`MOST_NODES_AVERAGED`](super::MOST_NODES_AVERAGED) nodes. The
/// load of a server is the number of requests at it, in service and waiting, averaged over time.
pub const SERVER_MEASURES: &[(&str, Prose)] = &[
    ("load:0", prose("load of the first server; load:1 is the second's, and so on")),
    ("share:0", prose("the first server's share of the load of all; share:1 is the second's, and so on")),
    ("busiest", prose("load of the most loaded server")),
    ("idlest", prose("load of the least loaded server")),
    ("spread", prose("load of the most loaded server as a multiple of the mean; 1 is perfect balance")),
];

/// What the number of a measure means, which decides how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Time,
    /// A part of a whole: 0.05 is written 5 %.
    Share,
    /// A count, a rate or a ratio.
    Plain,
}

/// What the measure `name` of `lab` means; `None` when the lab has no such measure.
#[must_use]
pub fn unit(lab: &super::Lab, name: &str) -> Option<Unit> {
    let common = COMMON_MEASURES.iter().any(|&(key, _)| key == name);
    match name {
        "mean" | "longest" => Some(Unit::Time),
        "failed-share" | "shed-share" => Some(Unit::Share),
        "busiest" | "idlest" | "spread" => Some(Unit::Plain),
        _ if super::over_time::is_over_time(name) => super::over_time::unit_over_time(lab, name),
        _ if common => Some(if name.starts_with('p') { Unit::Time } else { Unit::Plain }),
        _ if numbered(name, "share:").is_some() => Some(Unit::Share),
        _ if numbered(name, "load:").is_some() => Some(Unit::Plain),
        _ => {
            let own = COMMON_GAUGES.iter().chain(lab.gauges).chain(lab.counters).find(|measure| measure.key == name)?;
            Some(if own.unit == "s" { Unit::Time } else { Unit::Plain })
        }
    }
}

/// The number after `before`, as in `share:3`.
fn numbered(name: &str, before: &str) -> Option<usize> {
    name.strip_prefix(before)?.parse().ok()
}

/// The measure `name` of the `servers` (by node) over `merged` windows.
fn of_servers(servers: impl Iterator<Item = usize>, merged: &Merged, name: &str) -> Option<f64> {
    let loads = servers.map(|node| merged.nodes.get(node).copied()).collect::<Option<Vec<f64>>>();
    let loads = loads.filter(|loads| !loads.is_empty())?;
    let sum: f64 = loads.iter().sum();
    let share = |load: f64| if sum > 0.0 { load / sum } else { 0.0 };
    let most = loads.iter().copied().fold(0.0, f64::max);
    match name {
        "busiest" => Some(most),
        "idlest" => Some(loads.iter().copied().fold(most, f64::min)),
        "spread" => (sum > 0.0).then(|| most / sum * loads.len() as f64),
        _ => {
            let load = |before| numbered(name, before).and_then(|server| loads.get(server)).copied();
            load("load:").or_else(|| load("share:").map(share))
        }
    }
}

/// As [`measure`], for one lane of a scenario: the measures of its servers included.
#[must_use]
pub fn measure_of_lane(scenario: &Scenario, lane: usize, merged: &Merged, name: &str) -> Option<f64> {
    measure(scenario.lab, merged, name).or_else(|| {
        let scene = (scenario.lab.scene)(scenario, lane);
        of_servers(scene.servers().map(|node| node as usize), merged, name)
    })
}

/// The measure `name` over `merged` windows of a lab; times in seconds. `None` when there is no such measure, or
/// nothing to measure it on.
#[must_use]
pub fn measure(lab: &super::Lab, merged: &Merged, name: &str) -> Option<f64> {
    let latencies = &merged.latencies;
    let quantile = |q: f64| latencies.quantile(q).map(Nanos::seconds);
    let ended = (merged.completed + merged.failed + merged.shed) as f64;
    let share = |part: u64| if ended > 0.0 { part as f64 / ended } else { 0.0 };
    match name {
        "p50" => quantile(0.5),
        "p90" => quantile(0.9),
        "p95" => quantile(0.95),
        "p99" => quantile(0.99),
        "p99.9" => quantile(0.999),
        "mean" => latencies.mean().map(Nanos::seconds),
        "longest" => latencies.longest().map(Nanos::seconds),
        "samples" => Some(latencies.count() as f64),
        "goodput" => Some(merged.goodput()),
        "arrivals" => Some(merged.arrivals as f64),
        "completed" => Some(merged.completed as f64),
        "failed" => Some(merged.failed as f64),
        "shed" => Some(merged.shed as f64),
        "failed-share" => Some(share(merged.failed)),
        "shed-share" => Some(share(merged.shed)),
        _ => {
            let gauges = COMMON_GAUGES.iter().chain(lab.gauges).position(|gauge| gauge.key == name);
            let counter = || lab.counters.iter().position(|counter| counter.key == name);
            match gauges {
                Some(index) => merged.gauges.get(index).copied(),
                None => counter().map(|index| merged.counters.get(index).copied().unwrap_or(0) as f64),
            }
        }
    }
}

impl LaneResult {
    /// The lane's windows after the warm-up, put together.
    #[must_use]
    pub fn merged(&self, window: Nanos) -> Merged {
        Merged::of(&self.windows, window, false)
    }
}

impl Results {
    /// The measure `name` of lane `lane`: of everything after the warm-up, or of a stretch of the run (`p99@30s..40s`).
    #[must_use]
    pub fn measure(&self, lane: usize, name: &str) -> Option<f64> {
        let result = self.lanes.get(lane)?;
        super::over_time::measure(&self.scenario, lane, &result.windows, self.window, name)
    }
}

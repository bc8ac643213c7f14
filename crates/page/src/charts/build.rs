//! From what is known of a run to the figures: what lies behind the playhead, never beyond it.
//!
//! The store keeps the series of all lanes; charts over time are built here. Read next: `series.rs`; then `distribution.rs` and
//! `own.rs`, for the charts that are built otherwise.

use headroom::labs::{Along, Chart, Group, Role, Scene};
use headroom::scenario::{Deed, Scenario};
use headroom::session::Player;

use super::figure::{Bottom, Figure, Line, Look, Unit};
use super::kind::{Kind, View};
use super::own;
use super::scale::{Scale, Spread, from_ladder, log_range, step_at_least};
use super::series::{Point, QUANTILES, Series};
use crate::describe;

/// The series of all lanes, and what has been given up of them.
#[derive(Clone, Debug, Default)]
pub struct Store {
    pub(super) lanes: Vec<Series>,
    ghosts: Vec<Series>,
    /// Finished windows at the playhead.
    finished: usize,
    /// Length of a window in seconds.
    window: f64,
    /// Over so many windows rates and quotients are taken.
    over: usize,
    /// Until when there is something to show: what is known of the run, or of its ghost.
    extent: f64,
}

impl Store {
    /// Takes in what has become known.
    pub fn update(&mut self, player: &Player) {
        let length = player.window();
        let scenario = player.scenario();
        let finished = (player.playhead().0 / length.0.max(1)) as usize;
        let over = (scenario.duration.0 / length.0.max(1) / 60).max(1) as usize;
        self.lanes.resize_with(player.tracks().len(), Series::default);
        self.ghosts.resize_with(player.tracks().len(), Series::default);
        let mut known = finished;
        for (lane, track) in player.tracks().iter().enumerate() {
            self.lanes[lane].update(&track.windows, finished, length, over);
            self.ghosts[lane].update(&track.ghost, track.ghost.len(), length, over);
            known = known.max(track.windows.len()).max(track.ghost.len());
        }
        (self.finished, self.over) = (finished, over);
        self.window = length.seconds();
        self.extent = known as f64 * self.window;
    }

    /// Whether a future that was given up is shown.
    #[must_use]
    pub fn has_ghost(&self) -> bool {
        self.ghosts.iter().any(|ghost| !ghost.points(usize::MAX).is_empty())
    }

    /// Finished windows at the playhead, and the length of one in seconds.
    #[must_use]
    pub fn finished(&self) -> (usize, f64) {
        (self.finished, self.window)
    }

    /// Answered requests after the warm-up, of a lane.
    #[must_use]
    pub fn samples(&self, lane: usize) -> u64 {
        self.lanes.get(lane).map_or(0, |series| series.measured().total())
    }

    /// The series of a lane.
    #[must_use]
    pub fn lane(&self, lane: usize) -> Option<&Series> {
        self.lanes.get(lane)
    }

    /// The axis of time, so far that what is known fills most of it.
    #[must_use]
    pub fn time_axis(&self, scenario: &Scenario, size: (f64, f64)) -> Scale {
        let (left, right, ..) = Figure::plot(size);
        let shown = from_ladder(self.extent.max(self.window * 20.0), &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0]);
        let duration = scenario.duration.seconds();
        Scale { spread: Spread::Linear, values: (0.0, shown.min(duration)), pixels: (left, right) }
    }

    /// The figure of a chart of lines of `size` CSS pixels. [`Kind::Load`] has axes only.
    #[must_use]
    pub fn figure(
        &self,
        kind: Kind,
        player: &Player,
        view: &View,
        size: (f64, f64),
        theory: Option<&dyn Fn(f64) -> f64>,
    ) -> Figure {
        let scenario = player.scenario();
        match kind {
            Kind::Distribution => return self.distribution(view, size, theory),
            Kind::Own(chart) => return self.own(chart, player, view, size),
            _ => {}
        }
        let (_, _, top, bottom) = Figure::plot(size);
        let x = self.time_axis(scenario, size);
        let lines = self.lines(kind, view);
        let y = Scale { pixels: (bottom, top), ..range(kind, &lines) };
        let units = match kind {
            Kind::Latency => Unit::Time,
            Kind::Throughput => Unit::Rate,
            _ => Unit::Count,
        };
        let warm_up = Some(scenario.warm_up.seconds()).filter(|&seconds| seconds > 0.0);
        let bottom = Bottom::Time;
        Figure { size, bottom, x, y, units: (Unit::Time, units), lines, warm_up, faults: faults(scenario) }
    }

    fn lines(&self, kind: Kind, view: &View) -> Vec<Line> {
        let mut lines = Vec::new();
        if kind.of_one_lane() {
            return lines;
        }
        let seen = |lane: &usize| !view.hidden_lanes.contains(lane);
        for lane in (0..self.ghosts.len()).filter(seen) {
            let points = self.ghosts[lane].points(usize::MAX);
            let main = kind.main();
            if !points.is_empty() && !view.hides(kind, kind.measured()[main]) {
                lines.push(self.line(kind, points, lane, main, true));
            }
        }
        for (measure, name) in kind.measured().into_iter().enumerate() {
            for lane in (0..self.lanes.len()).filter(seen) {
                let points = self.lanes[lane].points(self.finished);
                // Failures and refusals are drawn once there are any.
                let empty =
                    kind == Kind::Throughput && measure > 0 && points.iter().all(|point| point.rates[measure] == 0.0);
                if !view.hides(kind, name) && !points.is_empty() && !empty {
                    lines.push(self.line(kind, points, lane, measure, false));
                }
            }
        }
        lines
    }

    fn line(&self, kind: Kind, points: &[Point], lane: usize, measure: usize, ghost: bool) -> Line {
        let at = |index: usize| (index + 1) as f64 * self.window;
        let values = points.iter().enumerate();
        Line {
            lane: Some(lane),
            label: kind.measured()[measure],
            weight: if measure == kind.main() { 1.75 } else { 1.1 },
            look: Look::Line,
            ghost,
            points: values.map(|(index, point)| (at(index), f64::from(kind.value(point, measure)))).collect(),
            samples: if kind == Kind::Latency {
                points.iter().map(|point| point.samples).collect()
            } else {
                Vec::new()
            },
        }
    }

    /// A chart that the lab declares.
    #[inline(never)] // not needed at the start
    fn own(&self, chart: &'static Chart, player: &Player, view: &View, size: (f64, f64)) -> Figure {
        let scenario = player.scenario();
        let along = match chart.along {
            Along::Time => Unit::Time,
            Along::Measure(curve) => Unit::named(curve.unit(scenario.lab)),
        };
        let upwards = chart.curves.first().map_or(Unit::Count, |curve| Unit::named(curve.unit(scenario.lab)));
        let (left, right, top, bottom) = Figure::plot(size);
        let mut lines = own::lines(chart, scenario.lab, player, view, (self.finished, self.window, self.over));
        let figure = |x: Scale, y: Scale, lines: Vec<Line>| {
            let over_time = chart.along == Along::Time;
            let warm_up = Some(scenario.warm_up.seconds()).filter(|&seconds| over_time && seconds > 0.0);
            let faults = if over_time { faults(scenario) } else { Vec::new() };
            let bottom = match chart.along {
                Along::Time => Bottom::Time,
                Along::Measure(curve) => Bottom::Measure(curve.label),
            };
            Figure { size, bottom, x, y, units: (along, upwards), lines, warm_up, faults }
        };
        if chart.along == Along::Time {
            let y = Scale { pixels: (bottom, top), ..own::range(&lines, upwards, |point| point.1) };
            return figure(self.time_axis(scenario, size), y, lines);
        }
        let x = Scale { pixels: (left, right), ..own::range(&lines, along, |point| point.0) };
        let points: Vec<Line> = lines.iter().filter(|line| line.look == Look::Points).cloned().collect();
        let y = Scale { pixels: (bottom, top), ..own::range(&points, upwards, |point| point.1) };
        // The reference stands upright, from the bottom to the top.
        for line in lines.iter_mut().filter(|line| line.look == Look::Reference) {
            for (point, height) in line.points.iter_mut().zip([y.values.0, y.values.1]) {
                point.1 = height;
            }
        }
        figure(x, y, lines)
    }
}

/// The axis upwards that holds all lines.
fn range(kind: Kind, lines: &[Line]) -> Scale {
    let values = lines.iter().flat_map(|line| &line.points).map(|point| point.1).filter(|value| value.is_finite());
    let (least, most) = values.fold((f64::MAX, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
    let (spread, values) = match kind {
        Kind::Latency if most > 0.0 => (Spread::Log, log_range(least.max(1e-9), most)),
        Kind::Latency => (Spread::Log, (0.01, 1.0)),
        _ => {
            // Room above, up to a round value; at least 1, so that nothing is not drawn as much.
            let step = step_at_least(most.max(1.0) / 4.0);
            (Spread::Linear, (0.0, (most.max(1.0) / step * 1.02).ceil() * step))
        }
    };
    Scale { spread, values, pixels: (0.0, 0.0) }
}

/// All servers of a scene as one group, in the order in which faults count them, and the slots of each. `None` where
/// there are none, or where they do not follow each other.
#[must_use]
pub fn servers(scene: &Scene) -> Option<(Group, Vec<u32>)> {
    let mut groups = scene.groups.iter().filter(|group| group.role == Role::Server && group.count > 0);
    let mut all = groups.next()?.clone();
    let mut slots = vec![all.slots; all.count as usize];
    for group in groups {
        if group.first != all.first + all.count {
            return None;
        }
        all.count += group.count;
        slots.extend(core::iter::repeat_n(group.slots, group.count as usize));
    }
    Some((all, slots))
}

/// Faults and moved parameters, as their times and a few words.
#[must_use]
pub fn faults(scenario: &Scenario) -> Vec<(f64, String)> {
    let scene = (scenario.lab.scene)(scenario, 0);
    let mut faults = Vec::new();
    for edit in &scenario.edits {
        let (text, ends) = match &edit.deed {
            Deed::Set { key, value } => (format!("{key} {value}"), None),
            Deed::Fault { verb, target, .. } => {
                let name = scene.addressed(verb, *target).map_or_else(|| target.to_string(), |node| scene.name(node));
                let kind = |key: &str| scenario.lab.faults.iter().find(|kind| kind.key == key);
                let told = |key: &str| kind(key).map_or_else(String::new, |kind| describe::told_of(kind, &name));
                let undo = kind(verb).and_then(|kind| kind.undo);
                (told(verb), undo.map(told))
            }
        };
        put(&mut faults, (edit.at.seconds(), text));
        if let (Some(until), Some(ends)) = (edit.until, ends) {
            put(&mut faults, (until.seconds(), ends));
        }
    }
    faults
}

/// Keeps the list in the order of time.
fn put(faults: &mut Vec<(f64, String)>, fault: (f64, String)) {
    let place = faults.partition_point(|other| other.0 <= fault.0);
    faults.insert(place, fault);
}

/// The quantiles in the table of the distribution.
pub const TABLE_QUANTILES: [f64; 7] = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0];

/// The names of the quantiles over time; a test holds them and the charts' names together.
#[must_use]
pub fn quantile_names() -> [&'static str; 3] {
    QUANTILES.map(|(_, name)| name)
}

//! From what is known of a run to the figures: what lies behind the playhead, never beyond it.

use headroom::labs::{Along, Chart, Group, Role, Scene};
use headroom::scenario::{Deed, Scenario};
use headroom::session::Player;

use super::figure::{Bottom, Figure, Line, Look, Unit};
use super::own;
use super::scale::{Scale, Spread, from_ladder, log_range, step_at_least};
use super::series::{Point, QUANTILES, Series};
use crate::describe;

/// What a chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Latency over time.
    Latency,
    /// Answered, given up and turned away over time.
    Throughput,
    /// Between client and client, and waiting, over time.
    Population,
    /// Load of each server over time.
    Load,
    /// The distribution of latency.
    Distribution,
    /// A chart that the lab declares.
    Own(&'static Chart),
    /// The ways of single requests: a row for each, a bar for each stay.
    Ways,
}

impl Kind {
    /// Those that every lab has, in their order on the page.
    pub const COMMON: [Self; 5] = [Self::Latency, Self::Throughput, Self::Population, Self::Load, Self::Distribution];

    /// The charts of an experiment: those that every lab has, its lab's own, and the ways of requests where the scene says
    /// that they are worth it.
    #[must_use]
    pub fn all(scenario: &Scenario) -> Vec<Self> {
        let lab = scenario.lab;
        let ways = (lab.scene)(scenario, 0).stays.is_some().then_some(Self::Ways);
        Self::COMMON.into_iter().chain(ways).chain(lab.charts.iter().map(Self::Own)).collect()
    }

    /// The title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Latency => "Latency",
            Self::Throughput => "Goodput",
            Self::Population => "In flight",
            Self::Load => "Load by server",
            Self::Distribution => "Distribution of latency",
            Self::Own(chart) => chart.title,
            Self::Ways => "Ways of single requests",
        }
    }

    /// What the axis upwards measures, for the line under the title.
    #[must_use]
    pub fn measures(self) -> &'static str {
        match self {
            Self::Latency => "client to client, log scale",
            Self::Throughput => "requests a second",
            Self::Population => "requests",
            Self::Load => "at the server, for each slot",
            Self::Distribution => "share that took at most so long",
            Self::Own(chart) => chart.measures,
            Self::Ways => "a row for each request, from when it came to the playhead",
        }
    }

    /// The measures that can be switched, with their names.
    #[must_use]
    pub fn measured(self) -> Vec<&'static str> {
        match self {
            Self::Latency => vec!["p50", "p95", "p99"],
            Self::Throughput => vec!["goodput", "failed", "shed"],
            Self::Population => vec!["in flight", "queued"],
            Self::Own(Chart { along: Along::Time, curves, .. }) if curves.len() > 1 => {
                curves.iter().map(|curve| curve.label).collect()
            }
            Self::Own(_) | Self::Load | Self::Distribution | Self::Ways => Vec::new(),
        }
    }

    /// Whether the bottom is time from the start of the run, so that the cursor is shared.
    #[must_use]
    pub fn over_time(self) -> bool {
        match self {
            Self::Own(chart) => chart.along == Along::Time,
            other => !matches!(other, Self::Distribution | Self::Ways),
        }
    }

    /// Whether one lane at a time is shown.
    #[must_use]
    pub fn of_one_lane(self) -> bool {
        matches!(self, Self::Load | Self::Ways)
    }

    /// The height of its plot in CSS pixels.
    #[must_use]
    pub fn height(self) -> f64 {
        if self == Self::Ways { 292.0 } else { 184.0 }
    }

    fn value(self, point: &Point, measure: usize) -> f32 {
        match self {
            Self::Latency => point.quantiles[measure],
            Self::Throughput => point.rates[measure],
            _ => point.gauges[measure],
        }
    }

    /// The measure that stands for the others: drawn thickest, and of a given-up future the only one.
    fn main(self) -> usize {
        if self == Self::Latency { 2 } else { 0 }
    }
}

/// The series of all lanes, and what has been given up of them.
#[derive(Clone, Debug, Default)]
pub struct Store {
    lanes: Vec<Series>,
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

/// What a person has chosen to see.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Lanes that are hidden.
    pub hidden_lanes: Vec<usize>,
    /// Measures that are hidden: the chart's title, and which.
    pub hidden: Vec<(&'static str, &'static str)>,
    /// The lane of the charts that show one lane at a time.
    pub load_lane: usize,
}

impl Default for View {
    fn default() -> Self {
        Self { hidden_lanes: Vec::new(), hidden: vec![(Kind::Latency.title(), "p95")], load_lane: 0 }
    }
}

impl View {
    /// Whether a measure of a chart is switched off.
    #[must_use]
    pub fn hides(&self, kind: Kind, measure: &str) -> bool {
        self.hidden.iter().any(|&(title, name)| title == kind.title() && name == measure)
    }
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

    fn distribution(&self, view: &View, size: (f64, f64), theory: Option<&dyn Fn(f64) -> f64>) -> Figure {
        let (left, right, top, bottom) = Figure::plot(size);
        let mut lines: Vec<Line> = Vec::new();
        let (mut least, mut most, mut samples) = (f64::MAX, 0.0_f64, 0);
        for (lane, series) in self.lanes.iter().enumerate().filter(|(lane, _)| !view.hidden_lanes.contains(lane)) {
            let measured = series.measured();
            let mut points = measured.distribution();
            let (Some(&first), Some(&last)) = (points.first(), points.last()) else { continue };
            // The axis begins where one in two hundred is done: before, the curve only rises from nothing.
            least = least.min(measured.quantile(0.005).unwrap_or(first.0));
            most = most.max(last.0);
            samples = samples.max(measured.total());
            points.insert(0, (first.0 * 0.99, 0.0));
            lines.push(Line {
                lane: Some(lane),
                label: "",
                weight: 1.75,
                look: Look::Line,
                ghost: false,
                points,
                samples: Vec::new(),
            });
        }
        let values = if lines.is_empty() { (0.01, 1.0) } else { log_range(least, most) };
        let x = Scale { spread: Spread::Log, values, pixels: (left, right) };
        if let (Some(theory), false) = (theory, lines.is_empty()) {
            let points = (0..=120).map(|step| {
                let seconds = x.value(left + (right - left) * f64::from(step) / 120.0);
                (seconds, theory(seconds).clamp(0.0, 1.0))
            });
            let points = points.collect();
            let look = Look::Line;
            lines.push(Line {
                lane: None,
                label: "theory",
                weight: 1.25,
                look,
                ghost: false,
                points,
                samples: Vec::new(),
            });
        }
        // The last nine needs a hundred times as many samples as it has nines to be more than luck.
        let top_value = if samples >= 100_000 { 0.9999 } else { 0.999 };
        let y = Scale { spread: Spread::Tail, values: (0.0, top_value), pixels: (bottom, top) };
        let units = (Unit::Time, Unit::Fraction);
        Figure { size, bottom: Bottom::Latency, x, y, units, lines, warm_up: None, faults: Vec::new() }
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

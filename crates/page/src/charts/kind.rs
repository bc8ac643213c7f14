//! The kinds of charts, and which of them, and what of them, a person has chosen to see.
//!
//! It knows which measures a kind has, no figures. Read next: `build.rs`, which makes figures of them.

use headroom::labs::{Along, Chart};
use headroom::scenario::Scenario;

use super::series::Point;

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

    pub(super) fn value(self, point: &Point, measure: usize) -> f32 {
        match self {
            Self::Latency => point.quantiles[measure],
            Self::Throughput => point.rates[measure],
            _ => point.gauges[measure],
        }
    }

    /// The measure that stands for the others: drawn thickest, and of a given-up future the only one.
    pub(super) fn main(self) -> usize {
        if self == Self::Latency { 2 } else { 0 }
    }
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

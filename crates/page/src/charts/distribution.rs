//! The distribution of latency of all lanes, with theory over it.
//!
//! Read next: `histogram.rs`, where it is measured.

use super::build::Store;
use super::figure::{Bottom, Figure, Line, Look, Unit};
use super::kind::View;
use super::scale::{Scale, Spread, log_range};

impl Store {
    pub(super) fn distribution(&self, view: &View, size: (f64, f64), theory: Option<&dyn Fn(f64) -> f64>) -> Figure {
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

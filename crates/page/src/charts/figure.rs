//! A chart as data: axes, lines, faults, warm-up. The same figure becomes strokes on a canvas, SVG, a table and CSV.

use super::scale::{Scale, Spread, number, percent, time};

/// What an axis measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Time,
    /// Requests a second.
    Rate,
    /// Requests.
    Count,
    /// A fraction, 0 … 1.
    Fraction,
    /// Something that a lab counts: items, batches, workers.
    Of(&'static str),
}

impl Unit {
    /// What a lab means by the name of a unit.
    #[must_use]
    pub fn named(name: &'static str) -> Self {
        match name {
            "s" => Self::Time,
            "/s" => Self::Rate,
            "requests" => Self::Count,
            "" => Self::Fraction,
            other => Self::Of(other),
        }
    }

    /// A value in words, with its unit.
    #[must_use]
    pub fn say(self, value: f64) -> String {
        match self {
            Self::Time => time(value),
            Self::Rate => format!("{}/s", number(value)),
            Self::Count | Self::Of(_) => number(value),
            Self::Fraction => percent(value),
        }
    }

    /// A value beside an axis: the unit of rates and counts stands in the title.
    #[must_use]
    pub fn tick(self, value: f64) -> String {
        match self {
            Self::Rate => number(value),
            other => other.say(value),
        }
    }

    /// For the head of a column of plain numbers.
    #[must_use]
    pub fn column(self) -> &'static str {
        match self {
            Self::Time => "s",
            Self::Rate => "1/s",
            Self::Count => "requests",
            Self::Fraction => "fraction",
            Self::Of(things) => things,
        }
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// From point to point.
    #[default]
    Line,
    /// As points, a shape for each lane.
    Points,
    /// Dotted: what other lines are to be held against.
    Reference,
}

/// What lies along the bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bottom {
    /// Time from the start of the run.
    Time,
    /// The latency of a distribution.
    Latency,
    /// Another measure; its name.
    Measure(&'static str),
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Whose lane, for colour and dashes; `None` for a line of theory.
    pub lane: Option<usize>,
    /// What it is: “p99”.
    pub label: &'static str,
    /// Width in CSS pixels.
    pub weight: f64,
    /// How it is drawn.
    pub look: Look,
    /// A future that was given up.
    pub ghost: bool,
    /// Rising in the first value; gaps are not-a-number in the second.
    pub points: Vec<(f64, f64)>,
    /// Answered requests behind each point, where that says something.
    pub samples: Vec<u32>,
}

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Size in CSS pixels.
    pub size: (f64, f64),
    /// What lies along the bottom.
    pub bottom: Bottom,
    /// The axis along the bottom.
    pub x: Scale,
    /// The axis upwards.
    pub y: Scale,
    /// What the axes measure.
    pub units: (Unit, Unit),
    /// The lines, later ones above.
    pub lines: Vec<Line>,
    /// Until when requests are left out of the figures.
    pub warm_up: Option<f64>,
    /// Faults and moved parameters: when and what.
    pub faults: Vec<(f64, String)>,
}

/// Room round the plot: left for the ticks, right for the lines' names, above, below.
pub const MARGIN: (f64, f64, f64, f64) = (46.0, 56.0, 16.0, 20.0);

impl Figure {
    /// The pixel columns and rows of the plot: left, right, top, bottom.
    #[must_use]
    pub fn plot(size: (f64, f64)) -> (f64, f64, f64, f64) {
        (MARGIN.0, (size.0 - MARGIN.1).max(MARGIN.0 + 40.0), MARGIN.2, size.1 - MARGIN.3)
    }

    /// The line in pixels, thinned to what can be seen; breaks are not-a-number.
    #[must_use]
    pub fn polyline(&self, line: &Line) -> Vec<(f32, f32)> {
        let (x, y) = (self.x.mapper(), self.y.mapper());
        // Above the last nine that is drawn there is nothing to see.
        let top = if self.y.spread == Spread::Tail { self.y.values.1 } else { f64::INFINITY };
        let end = line.points.iter().position(|point| point.1 >= top).map_or(line.points.len(), |index| index + 1);
        let inside = line.points[..end]
            .iter()
            .filter(|point| point.0 >= self.x.values.0 && point.0 <= self.x.values.1 * 1.000_001);
        let pixels = inside.map(|&(horizontal, vertical)| {
            (x(horizontal) as f32, if vertical.is_nan() { f32::NAN } else { y(vertical) as f32 })
        });
        // Points that hide each other are few enough; of a line, what a column hides is left out.
        if line.look == Look::Points { pixels.collect() } else { thin(pixels) }
    }
}

/// Keeps of each pixel column the lowest and the highest point, in their order: what is drawn stays the same.
pub fn thin(points: impl Iterator<Item = (f32, f32)>) -> Vec<(f32, f32)> {
    let mut kept: Vec<(f32, f32)> = Vec::with_capacity(points.size_hint().1.unwrap_or(0).min(2_048));
    // Where the present column begins in `kept`; at most two points of it are there.
    let (mut column, mut start) = (f32::NAN, 0);
    for point in points {
        let here = point.0.floor();
        if here != column || point.1.is_nan() || kept.last().is_some_and(|last| last.1.is_nan()) {
            (column, start) = (here, kept.len());
            kept.push(point);
            continue;
        }
        if kept.len() - start < 2 {
            kept.push(point);
            continue;
        }
        let (first, second) = (kept[start], kept[start + 1]);
        let (low, high) = (first.1.min(second.1), first.1.max(second.1));
        if point.1 < low || point.1 > high {
            // It replaces the extreme on its side; the other one goes before it.
            let other = if (point.1 < low) == (first.1 > second.1) { first } else { second };
            kept[start] = other;
            kept[start + 1] = point;
        }
    }
    kept
}

/// Moves labels of `height` apart, each as near to its wish as can be, within `range`. Keeps the order of the wishes.
#[must_use]
pub fn apart(wishes: &[f64], height: f64, range: (f64, f64)) -> Vec<f64> {
    // A dozen labels at most: put in one by one, which is far less code than the library's sort.
    let mut order: Vec<usize> = Vec::with_capacity(wishes.len());
    for index in 0..wishes.len() {
        let place = order.partition_point(|&other| wishes[other] <= wishes[index]);
        order.insert(place, index);
    }
    let height = height.min((range.1 - range.0) / wishes.len().max(1) as f64);
    let mut placed = vec![0.0; wishes.len()];
    let mut least = range.0;
    for &index in &order {
        placed[index] = wishes[index].max(least).min(range.1);
        least = placed[index] + height;
    }
    // What was pushed out below comes back up.
    let mut most = range.1;
    for &index in order.iter().rev() {
        placed[index] = placed[index].min(most);
        most = placed[index] - height;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_the_extremes_of_every_column_and_bounds_the_points() {
        let mut word = 3_u64;
        let points: Vec<(f32, f32)> = (0..10_000)
            .map(|index| {
                word = headroom::basics::randomness::mix(word);
                (index as f32 / 50.0, (word % 1_000) as f32)
            })
            .collect();
        let kept = thin(points.iter().copied());
        assert!(kept.len() <= 2 * 200, "{}", kept.len());
        for column in 0..200 {
            let of = |points: &[(f32, f32)]| {
                let values = points.iter().filter(|point| point.0.floor() as i32 == column).map(|point| point.1);
                values.fold((f32::MAX, f32::MIN), |range, value| (range.0.min(value), range.1.max(value)))
            };
            assert_eq!(of(&points), of(&kept), "column {column}");
        }
        assert!(kept.windows(2).all(|pair| pair[0].0.floor() <= pair[1].0.floor()));
    }

    #[test]
    fn few_points_and_gaps_stay_as_they_are() {
        let points = [(0.0, 1.0), (10.0, 2.0), (20.0, f32::NAN), (30.0, 3.0)];
        let kept = thin(points.into_iter());
        assert_eq!(format!("{kept:?}"), format!("{points:?}"));
    }

    #[test]
    fn labels_do_not_overlap_keep_their_order_and_stay_inside() {
        for wishes in
            [vec![], vec![50.0], vec![50.0, 50.0, 50.0], vec![99.0, 98.0, 2.0, 1.0], vec![0.0; 12], vec![100.0; 12]]
        {
            let placed = apart(&wishes, 12.0, (0.0, 100.0));
            let height = 12.0_f64.min(100.0 / wishes.len().max(1) as f64);
            for a in 0..wishes.len() {
                assert!((-1e-9..=100.0 + 1e-9).contains(&placed[a]), "{placed:?}");
                for b in 0..a {
                    assert!((placed[a] - placed[b]).abs() >= height - 1e-9, "{placed:?}");
                    assert!(wishes[a] == wishes[b] || (wishes[a] < wishes[b]) == (placed[a] < placed[b]));
                }
            }
        }
        assert_eq!(apart(&[10.0, 60.0], 12.0, (0.0, 100.0)), [10.0, 60.0], "no label moves without need");
    }
}

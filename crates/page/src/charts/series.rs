//! What the charts draw of one lane, kept from refresh to refresh: only windows that are new are worked on.
//!
//! Quantiles and rates roll over a sixtieth of the run (1 s of a minute), since a single window holds too few samples
//! for a tail. Plain numbers; it knows no browser.

use headroom::basics::Nanos;
use headroom::simulation::Window;

use super::histogram::Histogram;

/// The quantiles that are drawn over time.
pub const QUANTILES: [(f64, &str); 3] = [(0.5, "p50"), (0.95, "p95"), (0.99, "p99")];

/// One window of a lane as the charts need it. Missing windows are not-a-number throughout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Latency in seconds that half, 95 % and 99 % did not exceed.
    pub quantiles: [f32; 3],
    /// Answered requests behind them.
    pub samples: u32,
    /// Answered, given up and turned away, a second.
    pub rates: [f32; 3],
    /// Requests between client and client, and those that wait; averages.
    pub gauges: [f32; 2],
}

/// One future of one lane.
#[derive(Clone, Debug, Default)]
pub struct Series {
    points: Vec<Point>,
    /// What each point was made from, to notice that another future has taken its place.
    marks: Vec<u64>,
    /// The windows that the last point rolls over.
    rolling: Histogram,
    /// All windows after the warm-up up to `measured_to`.
    measured: Histogram,
    measured_to: usize,
    rolled_over: usize,
    /// Rises whenever points are replaced by others.
    revision: u32,
}

/// Tells a window from another one in its place; 0 for none.
fn mark(window: Option<&Window>) -> u64 {
    window.map_or(0, |window| {
        let counts = [window.arrivals, window.completed, window.failed, window.shed, window.index + 1];
        let sum = window.latencies.sum() as u64; // the low bits tell sums apart as well as all of them
        counts.iter().fold(sum, |hash, &count| hash.rotate_left(11).wrapping_mul(0x9e37_79b9) ^ u64::from(count)) | 1
    })
}

impl Series {
    /// Brings the series up to `finished` windows of `length`, of which each point rolls over the last `over`.
    pub fn update(&mut self, windows: &[Option<Window>], finished: usize, length: Nanos, over: usize) {
        let known = finished.min(windows.len());
        let over = over.max(1);
        let at = |index: usize| windows.get(index).and_then(Option::as_ref);
        let mut valid = (0..self.marks.len()).take_while(|&index| self.marks[index] == mark(at(index))).count();
        if self.rolled_over != over {
            (valid, self.rolled_over) = (0, over);
        }
        let changed = valid < self.marks.len();
        if changed || self.measured_to > windows.len() {
            self.revision = self.revision.wrapping_add(1);
            self.points.truncate(valid);
            self.marks.truncate(valid);
            self.refill(at, over);
            if self.measured_to > valid {
                self.measured.clear();
                self.measured_to = 0;
            }
        }
        for index in self.points.len()..known {
            self.push(index, at, length, over);
        }
        // From where it stood forwards or backwards: a scrub costs what lies between.
        while self.measured_to < known {
            if let Some(window) = at(self.measured_to).filter(|window| !window.warming) {
                self.measured.add(&window.latencies);
            }
            self.measured_to += 1;
        }
        while self.measured_to > known {
            self.measured_to -= 1;
            if let Some(window) = at(self.measured_to).filter(|window| !window.warming) {
                self.measured.remove(&window.latencies);
            }
        }
    }

    /// Makes the rolling range that of the last point again.
    fn refill<'a>(&mut self, at: impl Fn(usize) -> Option<&'a Window>, over: usize) {
        self.rolling.clear();
        let count = self.points.len();
        for window in (count.saturating_sub(over)..count).filter_map(at) {
            self.rolling.add(&window.latencies);
        }
    }

    fn push<'a>(&mut self, index: usize, at: impl Fn(usize) -> Option<&'a Window>, length: Nanos, over: usize) {
        if let Some(gone) = index.checked_sub(over).and_then(&at) {
            self.rolling.remove(&gone.latencies);
        }
        let window = at(index);
        self.marks.push(mark(window));
        let Some(window) = window else {
            let none = f32::NAN;
            self.points.push(Point { quantiles: [none; 3], samples: 0, rates: [none; 3], gauges: [none; 2] });
            return;
        };
        self.rolling.add(&window.latencies);
        let first = (index + 1).saturating_sub(over);
        let mut counts = [0_u64; 3];
        for window in (first..=index).filter_map(&at) {
            counts[0] += u64::from(window.completed);
            counts[1] += u64::from(window.failed);
            counts[2] += u64::from(window.shed);
        }
        let span = length.seconds() * (index + 1 - first) as f64;
        let quantile = |q: f64| self.rolling.quantile(q).map_or(f32::NAN, |seconds| seconds as f32);
        let gauge = |index: usize| window.gauges.get(index).copied().unwrap_or(f32::NAN);
        self.points.push(Point {
            quantiles: QUANTILES.map(|(q, _)| quantile(q)),
            // Requests of one stretch; memory ends before 32 bits do.
            samples: self.rolling.total() as u32,
            rates: counts.map(|count| (count as f64 / span) as f32),
            gauges: [gauge(0), gauge(1)],
        });
    }

    /// The points of the first `finished` windows.
    #[must_use]
    pub fn points(&self, finished: usize) -> &[Point] {
        &self.points[..finished.min(self.points.len())]
    }

    /// Rises whenever points are replaced by others: what was drawn of them has to be drawn again.
    #[must_use]
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Everything after the warm-up, up to where the series was last brought.
    #[must_use]
    pub fn measured(&self) -> &Histogram {
        &self.measured
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use headroom::labs::run_out;
    use headroom::scenario::Scenario;
    use headroom::simulation::window::Merged;

    fn run(text: &str) -> (Vec<Option<Window>>, Nanos) {
        let (scenario, notices) = Scenario::read(text).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        let mut results = run_out(&scenario);
        (results.lanes.remove(0).windows.into_iter().map(Some).collect(), results.window)
    }

    fn same(a: &[Point], b: &[Point]) -> bool {
        // Not-a-number equals itself here.
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| format!("{a:?}") == format!("{b:?}"))
    }

    #[test]
    fn going_on_back_and_forth_gives_the_same_as_starting_anew() {
        let (windows, length) = run("balancing?policy=random&duration=20s&warm-up=2s&rate=200/s");
        let mut series = Series::default();
        for finished in [3, 40, 41, 200, 17, 399, 90] {
            series.update(&windows, finished, length, 7);
            let mut fresh = Series::default();
            fresh.update(&windows, finished, length, 7);
            assert!(same(series.points(finished), fresh.points(finished)), "{finished}");
            assert_eq!(series.measured().distribution(), fresh.measured().distribution(), "{finished}");
        }
    }

    #[test]
    fn another_future_takes_the_place_of_the_old_one() {
        let (before, length) = run("balancing?policy=random&duration=20s&rate=200/s");
        let (after, _) = run("balancing?policy=random&duration=20s&rate=200/s&at=10s:kill:3");
        let mut series = Series::default();
        series.update(&before, before.len(), length, 7);
        series.update(&after, after.len(), length, 7);
        let mut fresh = Series::default();
        fresh.update(&after, after.len(), length, 7);
        assert!(same(series.points(after.len()), fresh.points(after.len())));
        assert_eq!(series.measured().distribution(), fresh.measured().distribution());
    }

    #[test]
    fn what_is_measured_is_what_the_figures_beside_the_stage_say() {
        let (windows, length) = run("balancing?policy=random&duration=20s&warm-up=5s&rate=200/s");
        let mut series = Series::default();
        series.update(&windows, 300, length, 7);
        let merged = Merged::of(windows[..300].iter().flatten(), length, false);
        assert_eq!(series.measured().total(), merged.latencies.count());
        assert_eq!(series.measured().quantile(0.99), merged.latencies.quantile(0.99).map(Nanos::seconds));
    }

    #[test]
    fn a_window_that_has_not_come_yet_is_a_gap_until_it_comes() {
        let (windows, length) = run("balancing?policy=random&duration=20s&rate=200/s");
        let mut holed = windows.clone();
        holed[50] = None;
        let mut series = Series::default();
        series.update(&holed, 100, length, 7);
        assert!(series.points(100)[50].rates[0].is_nan());
        series.update(&windows, 100, length, 7);
        let mut fresh = Series::default();
        fresh.update(&windows, 100, length, 7);
        assert!(same(series.points(100), fresh.points(100)));
    }
}

//! The lines of a chart that a lab declares: its gauges and counters over time, or one of them against another.
//!
//! Plain numbers out of the windows behind the playhead; it knows no lab and no pixel. Read next:
//! [`headroom::labs::chart`].

use headroom::labs::{Along, Chart, Curve, Lab};
use headroom::session::Player;
use headroom::simulation::Window;

use super::figure::{Line, Look, Unit};
use super::kind::{Kind, View};
use super::scale::{Scale, Spread, log_range, step_at_least};

/// Values so many times the highest reference would leave it on the ground of a linear axis.
const FAR: f64 = 30.0;

/// The lines, over `finished` windows of so many seconds, counters over so many of them at a time.
#[inline(never)] // not needed at the start
pub fn lines(chart: &'static Chart, lab: &Lab, player: &Player, view: &View, known: (usize, f64, usize)) -> Vec<Line> {
    let (finished, seconds, over) = known;
    let tracks = player.tracks();
    let shown = |lane: &usize| !view.hidden_lanes.contains(lane);
    let behind = |lane: usize| {
        let windows = &tracks[lane].windows;
        &windows[..finished.min(windows.len())]
    };
    let mut lines: Vec<Line> = Vec::new();
    if let Some(reference) = chart.reference {
        for lane in (0..tracks.len()).filter(shown) {
            let points = match chart.along {
                Along::Time => over_time(&reference, lab, behind(lane), seconds, over),
                // Where it is now, twice: the foot and the head of the line.
                Along::Measure(_) => {
                    let now = behind(lane).last().and_then(|_| reference.value(lab, behind(lane), seconds));
                    now.map_or_else(Vec::new, |value| vec![(value, 0.0); 2])
                }
            };
            // Where it is the same in all lanes, one line is all of theirs.
            let same = lines.iter().any(|line| line.points == points);
            if !same && !points.is_empty() {
                let label = reference.label;
                let look = Look::Reference;
                lines.push(Line {
                    lane: Some(lane),
                    label,
                    weight: 1.25,
                    look,
                    ghost: false,
                    points,
                    samples: Vec::new(),
                });
            }
        }
        if let [only] = lines.as_mut_slice() {
            only.lane = None;
        }
    }
    if let Along::Measure(along) = chart.along {
        for lane in (0..tracks.len()).filter(shown) {
            let points = against(&along, &chart.curves[0], lab, behind(lane), seconds);
            if !points.is_empty() {
                let look = Look::Points;
                lines.push(Line {
                    lane: Some(lane),
                    label: "",
                    weight: 1.75,
                    look,
                    ghost: false,
                    points,
                    samples: Vec::new(),
                });
            }
        }
        return lines;
    }
    let kind = Kind::Own(chart);
    let line = |curve: &Curve, lane: usize, windows: &[Option<Window>], main: bool, ghost: bool| {
        let points = over_time(curve, lab, windows, seconds, over);
        // What never was anything (the sixth of five stages, the limit of others who are not there) is not drawn.
        let empty = points.iter().all(|point| point.1.is_nan() || point.1 == 0.0);
        let label = if chart.curves.len() > 1 { curve.label } else { "" };
        let weight = if main { 1.75 } else { 1.1 };
        let samples = Vec::new();
        let line = Line { lane: Some(lane), label, weight, look: Look::Line, ghost, points, samples };
        (!line.points.is_empty() && (main || !empty)).then_some(line)
    };
    for (index, curve) in chart.curves.iter().enumerate().filter(|(_, curve)| !view.hides(kind, curve.label)) {
        for lane in (0..tracks.len()).filter(shown) {
            if index == 0 {
                lines.extend(
                    line(curve, lane, &tracks[lane].ghost, true, true).filter(|_| !tracks[lane].ghost.is_empty()),
                );
            }
            lines.extend(line(curve, lane, behind(lane), index == 0, false));
        }
    }
    lines
}

/// A curve as points at the ends of the windows.
fn over_time(curve: &Curve, lab: &Lab, windows: &[Option<Window>], seconds: f64, over: usize) -> Vec<(f64, f64)> {
    let points = (1..=windows.len()).map(|end| {
        let value = curve.value(lab, &windows[end.saturating_sub(over.max(1))..end], seconds);
        (end as f64 * seconds, value.unwrap_or(f64::NAN))
    });
    points.collect()
}

/// A point for each window after the warm-up in which something was answered, by rising first value.
fn against(along: &Curve, upwards: &Curve, lab: &Lab, windows: &[Option<Window>], seconds: f64) -> Vec<(f64, f64)> {
    let answered =
        |window: &Option<Window>| window.as_ref().is_some_and(|window| !window.warming && window.completed > 0);
    let points = windows.chunks(1).filter(|one| answered(&one[0])).filter_map(|one| {
        let (x, y) = (along.value(lab, one, seconds)?, upwards.value(lab, one, seconds)?);
        (x.is_finite() && y.is_finite()).then_some((x, y))
    });
    let mut points: Vec<(f64, f64)> = points.collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points
}

/// An axis that holds one of the values of each point of all lines: times on a log scale, and so is what leaves the
/// reference far below; all else from zero.
pub fn range(lines: &[Line], unit: Unit, of: impl Fn(&(f64, f64)) -> f64) -> Scale {
    let highest = |look: fn(Look) -> bool| {
        let values = lines.iter().filter(|line| look(line.look)).flat_map(|line| &line.points).map(&of);
        values.filter(|value| value.is_finite()).fold(0.0, f64::max)
    };
    let reference = highest(|look| look == Look::Reference);
    let most = highest(|_| true);
    let positive =
        lines.iter().flat_map(|line| &line.points).map(&of).filter(|&value| value.is_finite() && value > 0.0);
    let least = positive.fold(f64::MAX, f64::min);
    let far = reference > 0.0 && most > FAR * reference;
    let (spread, values) = match unit {
        Unit::Time if most > 0.0 => (Spread::Log, log_range(least, most)),
        Unit::Time => (Spread::Log, (0.01, 1.0)),
        Unit::Fraction => (Spread::Linear, (0.0, 1.0)),
        _ if far => (Spread::Log, log_range(least.max(reference / FAR), most)),
        _ => {
            // Room above, up to a round value; at least 1, so that nothing is not drawn as much.
            let step = step_at_least(most.max(1.0) / 4.0);
            (Spread::Linear, (0.0, (most.max(1.0) / step * 1.02).ceil() * step))
        }
    };
    Scale { spread, values, pixels: (0.0, 0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::build::Store;
    use crate::charts::figure::Bottom;
    use headroom::basics::Nanos;
    use headroom::scenario::Scenario;
    use headroom::session::Runner;

    fn both(text: &str, seconds: u64) -> (Player, Store) {
        let (scenario, notices) = Scenario::read(text).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        let (mut player, mut runner) = (Player::new(scenario), Runner::new(headroom::labs::EXPERIMENTS));
        player.seek(Nanos::from_secs(seconds));
        crate::charts::tests::settle(&mut player, &mut runner);
        let mut store = Store::default();
        store.update(&player);
        (player, store)
    }

    fn own(player: &Player, index: usize) -> Kind {
        Kind::Own(&player.scenario().lab.charts[index])
    }

    #[test]
    fn the_limit_is_drawn_with_the_knee_that_moves_and_ends_at_the_playhead() {
        let text = "concurrency?policy=fixed,gradient2&rate=600/s&seed=24&duration=40s&at=10s:capacity:0:2x";
        let (player, store) = both(text, 20);
        let figure = store.figure(own(&player, 0), &player, &View::default(), (300.0, 184.0), None);
        let names: Vec<_> = figure.lines.iter().map(|line| (line.lane, line.label)).collect();
        let expected = [(None, "knee"), (Some(0), "limit"), (Some(1), "limit"), (Some(0), "used"), (Some(1), "used")];
        assert_eq!(names, expected, "one knee for both lanes, and nobody else's limit");
        let knee = &figure.lines[0].points;
        let at = |seconds: f64| knee.iter().find(|point| point.0 >= seconds).unwrap().1;
        assert!((at(15.0) / at(5.0) - 0.5).abs() < 0.1, "half of the slots, about half of the knee");
        assert!(figure.lines.iter().all(|line| (line.points.last().unwrap().0 - 20.0).abs() < 0.11));
        assert!(figure.warm_up.is_some() && figure.faults.len() == 1);
    }

    #[test]
    fn a_limit_that_is_none_does_not_hide_the_knee() {
        let (player, store) = both("concurrency?policy=fixed,gradient2&limit=100000&duration=30s", 20);
        let figure = store.figure(own(&player, 0), &player, &View::default(), (300.0, 184.0), None);
        let knee = figure.lines[0].points.last().unwrap().1;
        let height = |value: f64| (figure.y.pixel(value) - figure.y.pixels.0).abs();
        assert!(height(knee) > 10.0, "well above the ground: {}", height(knee));
    }

    #[test]
    fn the_scatter_has_a_point_for_each_window_after_the_warm_up_and_the_knee_upright() {
        let (player, store) = both("concurrency?policy=fixed&duration=30s&warm-up=5s", 20);
        let figure = store.figure(own(&player, 1), &player, &View::default(), (300.0, 184.0), None);
        assert_eq!(figure.bottom, Bottom::Measure("in flight"));
        let [knee, points] = figure.lines.as_slice() else { panic!("{:?}", figure.lines) };
        assert_eq!(knee.points, [(knee.points[0].0, figure.y.values.0), (knee.points[0].0, figure.y.values.1)]);
        let windows = (20.0 - 5.0) / store.finished().1;
        assert!((points.points.len() as f64 - windows).abs() <= 1.5, "{} of {windows}", points.points.len());
        assert!(points.points.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    }

    #[test]
    fn a_measure_that_is_switched_off_is_not_drawn() {
        let (player, store) = both("concurrency?policy=fixed&duration=30s", 10);
        let kind = own(&player, 0);
        let view = View { hidden: vec![(kind.title(), "used")], ..View::default() };
        let figure = store.figure(kind, &player, &view, (300.0, 184.0), None);
        assert!(figure.lines.iter().all(|line| line.label != "used"));
    }

    #[test]
    fn the_stages_of_a_pipeline_are_those_that_it_has() {
        let (player, store) = both("pipeline?policy=unbounded&duration=30s", 10);
        let figure = store.figure(own(&player, 0), &player, &View::default(), (300.0, 184.0), None);
        let labels: Vec<_> = figure.lines.iter().map(|line| line.label).collect();
        assert_eq!(labels, ["s0", "s1", "s2"]);
        assert_eq!(figure.units.1, Unit::Fraction);
    }
}

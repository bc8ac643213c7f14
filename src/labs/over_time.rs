//! Measures of a stretch of a run: `p99@30s..40s`; of its extremes: `highest:limit`; and how long a recovery took:
//! `recovery@40s`.
//!
//! A stretch covers the windows that lie wholly in it, those of the warm-up included when it reaches so far. It knows
//! finished windows only, so it asks nothing new of a run. Read next: [`results`](super::results).

use super::results::{Unit, measure_of_lane, unit};
use crate::basics::Nanos;
use crate::scenario::Scenario;
use crate::simulation::Window;
use crate::simulation::window::Merged;

/// The measure that says how long a recovery took.
pub const RECOVERY: &str = "recovery";

/// The extremes of a measure among the windows. What is shorter than a window does not show.
const HIGHEST: &str = "highest:";
const LOWEST: &str = "lowest:";

/// It has recovered when so much of what could be answered is answered …
const RECOVERED: f64 = 0.9;
/// … over a whole span of this.
const OVER: Nanos = Nanos::SECOND;

/// What stands behind the `@` of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// From one time to another.
    Stretch(Nanos, Nanos),
    /// From a time on.
    Since(Nanos),
}

/// `p99@30s..40s` → `p99` and when; `None` when what stands behind the `@` is no time.
fn read(text: &str) -> Option<(&str, When)> {
    let (name, when) = text.split_once('@')?;
    let time = |text: &str| Nanos::read(text).ok();
    let when = match when.split_once("..") {
        Some((from, to)) => When::Stretch(time(from)?, time(to)?),
        None => When::Since(time(when)?),
    };
    match when {
        When::Stretch(from, to) if from >= to || name == RECOVERY => None,
        When::Since(_) if name != RECOVERY => None,
        _ => Some((name, when)),
    }
}

/// What `highest:limit` or `lowest:limit` is the extreme of, and whether it is the highest.
fn extreme(name: &str) -> Option<(&str, bool)> {
    let highest = name.strip_prefix(HIGHEST).map(|name| (name, true));
    highest.or_else(|| name.strip_prefix(LOWEST).map(|name| (name, false)))
}

/// Whether `name` asks for something that this file knows.
pub(super) fn is_over_time(name: &str) -> bool {
    name.contains('@') || extreme(name).is_some()
}

/// What the measure `text` means, when it is of a stretch, an extreme or a recovery; `None` when it is no such measure.
pub(super) fn unit_over_time(lab: &super::Lab, text: &str) -> Option<Unit> {
    let plain = |name: &str| unit(lab, name).filter(|_| !is_over_time(name));
    let name = match text.contains('@').then(|| read(text)) {
        None => text,
        Some(Some((name, When::Stretch(..)))) => name,
        Some(Some((_, When::Since(_)))) => return Some(Unit::Time),
        Some(None) => return None,
    };
    plain(extreme(name).map_or(name, |(name, _)| name))
}

/// The measure `text` of lane `lane`, of which `windows` of `length` are known: with `@` of that stretch, without of
/// everything after the warm-up. `None` when there is no such measure, or nothing to measure it on.
#[must_use]
pub fn measure(scenario: &Scenario, lane: usize, windows: &[Window], length: Nanos, text: &str) -> Option<f64> {
    let (name, inside): (&str, Vec<&Window>) = if text.contains('@') {
        match read(text)? {
            (name, When::Stretch(from, to)) => (name, between(windows, length, from, to).collect()),
            (_, When::Since(at)) => return recovery(scenario, windows, length, at),
        }
    } else {
        (text, windows.iter().filter(|window| !window.warming).collect())
    };
    let over = |windows: &[&Window], name: &str| {
        measure_of_lane(scenario, lane, &Merged::of(windows.iter().copied(), length, true), name)
    };
    match extreme(name) {
        None => over(&inside, name),
        Some((name, highest)) => {
            let values = inside.iter().filter_map(|window| over(&[window], name));
            values.reduce(if highest { f64::max } else { f64::min })
        }
    }
}

/// As [`measure`], for several measures of everything after the warm-up; the windows are put together once.
#[must_use]
pub fn measures(
    scenario: &Scenario,
    lane: usize,
    windows: &[Window],
    length: Nanos,
    names: &[String],
) -> Vec<Option<f64>> {
    let merged = Merged::of(windows, length, false);
    let one = |name: &String| {
        if is_over_time(name) {
            measure(scenario, lane, windows, length, name)
        } else {
            measure_of_lane(scenario, lane, &merged, name)
        }
    };
    names.iter().map(one).collect()
}

/// The windows that lie wholly between `from` and `to`.
fn between(windows: &[Window], length: Nanos, from: Nanos, to: Nanos) -> impl Iterator<Item = &Window> {
    windows.iter().filter(move |window| {
        let start = length * u64::from(window.index);
        start >= from && start.plus(length) <= to
    })
}

/// Seconds from `at` until the first whole second in which nine tenths of the possible was answered: of the new
/// requests, or of the capacity where a lab knows it (gauge `capacity`) and it is less. To the end of the run when that
/// never came.
fn recovery(scenario: &Scenario, windows: &[Window], length: Nanos, at: Nanos) -> Option<f64> {
    let capacity =
        super::lab::COMMON_GAUGES.iter().chain(scenario.lab.gauges).position(|gauge| gauge.key == "capacity");
    let mut starts = windows.iter().map(|window| length * u64::from(window.index)).filter(|&start| start >= at);
    let recovered = starts.find(|&start| {
        let end = start.plus(OVER.max(length));
        let merged = Merged::of(between(windows, length, start, end), length, true);
        let seconds = merged.span.seconds();
        let most = capacity.and_then(|index| merged.gauges.get(index)).map_or(f64::INFINITY, |most| most * seconds);
        merged.span >= OVER && merged.completed as f64 >= RECOVERED * most.min(merged.arrivals as f64)
    });
    let last = windows.last().map(|window| length * (u64::from(window.index) + 1))?;
    (last > at).then(|| recovered.unwrap_or(last).since(at).seconds())
}

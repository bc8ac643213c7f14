//! A sweep: the same experiment at several values of one numeric parameter. And its runs with other seeds.
//!
//! Pure planning: which scenarios there are. Since every request's chance is drawn from the seed alone, all points of a
//! sweep see the same draws, so that its curve is smoother than its points are exact. It runs nothing. Read next:
//! [`crate::session`], where runs beside what is shown are dealt out.

use crate::basics::maths::{exp, ln, log10, pow};
use crate::basics::{Declaration, Kind, Nanos, parameters::number};
use crate::scenario::{LONGEST, Scenario};
use crate::simulation::Totals;

/// Fewest and most points of a sweep.
pub const POINTS: (usize, usize) = (2, 100);
/// Fewest and most seeds that are compared.
pub const SEEDS: (usize, usize) = (2, 1_000);

/// One point of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The value of the parameter; times in seconds.
    pub value: f64,
    /// The same as canonical text.
    pub text: String,
    /// The scenario with it.
    pub scenario: Scenario,
}

/// The numeric parameters of `scenario`: those of its lab, then those of the policies of its lanes.
#[must_use]
pub fn numeric_parameters(scenario: &Scenario) -> Vec<&'static Declaration> {
    let of_policies =
        scenario.lanes.iter().filter_map(|lane| scenario.about(&lane.policy)).flat_map(|about| about.parameters);
    let mut rows: Vec<&'static Declaration> = Vec::new();
    for row in scenario.lab.parameters.iter().chain(of_policies) {
        if row.kind.range().is_some() && rows.iter().all(|other| other.key != row.key) {
            rows.push(row);
        }
    }
    rows
}

/// From where to where a person would first sweep `row`: round the present value, as texts.
#[must_use]
pub fn usual_range(scenario: &Scenario, row: &Declaration) -> (String, String) {
    let (least, most) = row.kind.range().unwrap_or((0.0, 1.0));
    let lane = (0..scenario.lanes.len()).find(|&lane| scenario.declaration_in(lane, row.key).is_some());
    let value = lane.and_then(|lane| scenario.value(lane, row.key)).and_then(|text| value_of(&row.kind, &text));
    let value = value.filter(|&value| value > 0.0).unwrap_or_else(|| most.min(least + 10.0));
    let text = |value: f64| text_of(&row.kind, rounded(value).clamp(least, most));
    // Of few there is more to see above.
    let above = if matches!(row.kind, Kind::Count { .. }) { value + 4.0 } else { 0.0 };
    (text(value / 5.0), text(above.max(value * 1.25)))
}

/// The points of a sweep of `key` between the texts `from` and `to`: `count` of them, evenly apart or, with `ratios`,
/// in equal ratios. Whole numbers that come out alike are one point.
///
/// # Errors
/// A sentence for a person: which field says what it may not.
pub fn points(
    scenario: &Scenario,
    key: &str,
    (from, to): (&str, &str),
    count: &str,
    ratios: bool,
) -> Result<Vec<Point>, String> {
    let row = scenario.declaration(key).ok_or_else(|| format!("“{key}” is not a parameter here."))?;
    let read = |name: &str, text: &str| {
        let canonical = row.kind.check(text).map_err(|refusal| format!("{name} “{text}” {}.", refusal.expected))?;
        value_of(&row.kind, &canonical).ok_or_else(|| format!("{} is not a number and cannot be swept.", row.label))
    };
    let (from, to) = (read("From", from)?, read("To", to)?);
    if from >= to {
        return Err("“To” must be more than “From”.".to_owned());
    }
    if ratios && from <= 0.0 {
        return Err("In equal ratios a sweep cannot begin at 0.".to_owned());
    }
    let count = whole(count, POINTS).ok_or_else(|| sentence("Points", count, POINTS))?;
    let place = |index: usize| {
        let share = index as f64 / (count - 1) as f64;
        if ratios { exp(ln(from) + share * (ln(to) - ln(from))) } else { from + share * (to - from) }
    };
    let mut points: Vec<Point> = Vec::with_capacity(count);
    for index in 0..count {
        let text = text_of(&row.kind, rounded(place(index)).clamp(from, to));
        let text = row.kind.check(&text).map_err(|refusal| format!("{} “{text}” {}.", row.label, refusal.expected))?;
        if points.last().is_some_and(|last| last.text == text) {
            continue;
        }
        let mut at = scenario.clone();
        for lane in &mut at.lanes {
            // The sweep is of all lanes, also of one with a value of its own.
            lane.overrides.remove(key);
        }
        at.set(key, &text).map_err(|refusal| format!("{} “{text}” {}.", row.label, refusal.expected))?;
        points.push(Point { value: value_of(&row.kind, &text).unwrap_or(f64::NAN), text, scenario: at });
    }
    Ok(points)
}

/// The same experiment with the seeds 1, 2, 3 … and, last, with its own seed. The first ones are independent of it.
///
/// # Errors
/// A sentence for a person.
pub fn seeds(scenario: &Scenario, count: &str) -> Result<Vec<Scenario>, String> {
    let count = whole(count, SEEDS).ok_or_else(|| sentence("Seeds", count, SEEDS))?;
    Ok(with_other_seeds(scenario).take(count).chain([scenario.clone()]).collect())
}

/// The `points` of a sweep with their own seed, then all of them with a next seed, until each has `count` of them (1 or more). So a
/// curve is whole early and then becomes more exact; and since the seeds are the same at all points, its points differ by
/// the parameter and not by chance. Run `index` is of the point `index % points.len()`.
#[must_use]
pub fn replicated(points: &[Point], count: usize) -> Vec<Scenario> {
    let mut of_points: Vec<_> = points
        .iter()
        .map(|point| core::iter::once(point.scenario.clone()).chain(with_other_seeds(&point.scenario)))
        .collect();
    (0..count).flat_map(|_| of_points.iter_mut().filter_map(Iterator::next).collect::<Vec<_>>()).collect()
}

/// The same experiment with the seeds 1, 2, 3 …, without its own.
fn with_other_seeds(scenario: &Scenario) -> impl Iterator<Item = Scenario> {
    let others = (1_u64..).filter(|seed| *seed != scenario.seed);
    others.map(|seed| Scenario { seed, ..scenario.clone() })
}

/// The same experiment so much longer, or shorter, that about `requests` arrive, when `seen` is what came of
/// it in its own duration. As long as a run may be ([`LONGEST`]) where that is less; at least its warm-up and a second.
///
/// # Errors
/// A sentence when nothing arrived.
pub fn scaled_to(scenario: &Scenario, requests: u64, seen: Totals) -> Result<Scenario, String> {
    if seen.arrivals == 0 {
        return Err("No request arrives in this experiment, however long it runs.".to_owned());
    }
    let wanted = scenario.duration.seconds() * requests as f64 / seen.arrivals as f64;
    let least = scenario.warm_up.plus(Nanos::SECOND).min(LONGEST);
    // Whole milliseconds keep the link readable.
    let duration = Nanos(Nanos::from_seconds(wanted).0.div_ceil(1_000_000).saturating_mul(1_000_000));
    Ok(Scenario { duration: duration.clamp(least, LONGEST), ..scenario.clone() })
}

fn whole(text: &str, (least, most): (usize, usize)) -> Option<usize> {
    text.trim().parse().ok().filter(|count| (least..=most).contains(count))
}

fn sentence(name: &str, text: &str, (least, most): (usize, usize)) -> String {
    format!("{name} “{text}” must be a whole number between {least} and {most}.")
}

/// The number that a canonical text of `kind` stands for; times in seconds.
fn value_of(kind: &Kind, text: &str) -> Option<f64> {
    match *kind {
        Kind::Span { .. } => Nanos::read(text).ok().map(Nanos::seconds),
        Kind::Number { unit, .. } => number(text.strip_suffix(unit).unwrap_or(text)),
        Kind::Count { .. } => number(text),
        Kind::Switch | Kind::Choice(_) | Kind::Each { .. } => None,
    }
}

fn text_of(kind: &Kind, value: f64) -> String {
    match *kind {
        Kind::Span { .. } => Nanos::from_seconds(value).to_string(),
        Kind::Number { unit, .. } => format!("{value}{unit}"),
        _ => format!("{value:.0}"),
    }
}

/// To four significant digits: enough to tell the points apart, few enough to be read.
fn rounded(value: f64) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let decimals = 3.0 - log10(value.abs()).floor();
    let power = pow(10.0, decimals.abs());
    if decimals >= 0.0 { (value * power).round() / power } else { (value / power).round() * power }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(text: &str) -> Scenario {
        Scenario::read(text).unwrap().0
    }

    fn texts(points: &[Point]) -> Vec<&str> {
        points.iter().map(|point| point.text.as_str()).collect()
    }

    #[test]
    fn points_lie_evenly_or_in_equal_ratios_and_each_is_a_scenario() {
        let base = scenario("balancing?policy=random,two-choices&b.choices=3&seed=7");
        let even = points(&base, "rate", ("100/s", "400"), "4", false).unwrap();
        assert_eq!(texts(&even), ["100/s", "200/s", "300/s", "400/s"]);
        assert_eq!(even[2].value, 300.0);
        assert_eq!(even[2].scenario.value(0, "rate").as_deref(), Some("300/s"));
        assert_eq!(even[2].scenario.seed, 7);
        let ratios = points(&base, "service", ("1ms", "1s"), "4", true).unwrap();
        assert_eq!(texts(&ratios), ["1ms", "10ms", "100ms", "1s"]);
        // A lane with a value of its own is swept like the others; whole numbers that fall together are one point.
        let whole = points(&base, "choices", ("1", "4"), "10", false).unwrap();
        assert_eq!(texts(&whole), ["1", "2", "3", "4"]);
        assert_eq!(whole[3].scenario.value(1, "choices").as_deref(), Some("4"));
    }

    #[test]
    fn what_cannot_be_swept_is_said() {
        let base = scenario("balancing");
        let refused = |key: &str, range: (&str, &str), count: &str, ratios: bool| {
            points(&base, key, range, count, ratios).unwrap_err()
        };
        assert_eq!(refused("colour", ("1", "2"), "3", false), "“colour” is not a parameter here.");
        assert!(refused("rate", ("many", "2"), "3", false).starts_with("From “many” must be a number"));
        assert!(refused("rate", ("1", "9999999999"), "3", false).starts_with("To “9999999999” must lie between"));
        assert_eq!(refused("rate", ("5", "5"), "3", false), "“To” must be more than “From”.");
        assert_eq!(refused("rate", ("0", "5"), "3", true), "In equal ratios a sweep cannot begin at 0.");
        for count in ["1", "101", "-3", "", "4.5", "NaN", "99999999999999999999"] {
            assert!(refused("rate", ("1", "5"), count, false).ends_with("must be a whole number between 2 and 100."));
        }
        assert!(refused("arrivals", ("poisson", "constant"), "3", false).contains("cannot be swept"));
        assert_eq!(seeds(&base, "1").unwrap_err(), "Seeds “1” must be a whole number between 2 and 1000.");
    }

    #[test]
    fn every_numeric_parameter_of_every_lab_has_a_usual_range_that_can_be_swept() {
        for lab in crate::labs::catalogue() {
            let base = Scenario::of(lab);
            let rows = numeric_parameters(&base);
            assert!(!rows.is_empty(), "{}", lab.key);
            for row in rows {
                let (from, to) = usual_range(&base, row);
                let swept = points(&base, row.key, (&from, &to), "5", false);
                // A parameter that accepts a single value round its default has nothing to sweep.
                assert!(swept.is_ok_and(|points| points.len() >= 2), "{} {}: {from} to {to}", lab.key, row.key);
            }
        }
    }

    #[test]
    fn the_seeds_are_others_and_the_own_one_comes_last() {
        let runs = seeds(&scenario("balancing?seed=3"), "5").unwrap();
        assert_eq!(runs.iter().map(|run| run.seed).collect::<Vec<_>>(), [1, 2, 4, 5, 6, 3]);
    }

    #[test]
    fn every_point_is_run_with_the_same_seeds_and_the_whole_curve_with_the_own_one_first() {
        let points = points(&scenario("balancing?seed=2"), "rate", ("100/s", "300"), "3", false).unwrap();
        let runs = replicated(&points, 3);
        assert_eq!(runs.iter().map(|run| run.seed).collect::<Vec<_>>(), [2, 2, 2, 1, 1, 1, 3, 3, 3]);
        for (index, run) in runs.iter().enumerate() {
            let at = &points[index % points.len()].scenario;
            assert_eq!(Scenario { seed: at.seed, ..run.clone() }, *at, "{index}");
        }
        assert_eq!(replicated(&points, 1), points.iter().map(|point| point.scenario.clone()).collect::<Vec<_>>());
    }

    #[test]
    fn a_run_is_scaled_by_what_was_seen_of_it() {
        let base = scenario("balancing?duration=60s");
        let seen = |arrivals| Totals { arrivals, ..Totals::default() };
        assert_eq!(scaled_to(&base, 1_000_000, seen(15_000)).unwrap().duration, Nanos::from_secs(4_000));
        assert_eq!(scaled_to(&base, 1_000_000, seen(1)).unwrap().duration, LONGEST);
        let short = scaled_to(&base, 10, seen(1_000_000)).unwrap();
        assert!(short.duration > short.warm_up, "something is left to measure");
        assert!(scaled_to(&base, 10, seen(0)).is_err());
    }
}

//! A figure in words and numbers: what the cursor reads, the table that a screen reader reads, CSV.

use headroom::scenario::lane_letter;

use super::build::{Store, TABLE_QUANTILES};
use super::figure::{Bottom, Figure, Line, Look};
use super::kind::Kind;
use super::scale::{number, percent, time};
use super::svg::name;

use crate::numbers::fixed;

/// A table has at most so many rows; all of them are in the CSV.
pub const MOST_ROWS: usize = 60;

/// Head and rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The head of each column.
    pub head: Vec<String>,
    /// The cells.
    pub rows: Vec<Vec<String>>,
}

/// One line at the cursor.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Its lane, for the colour.
    pub lane: Option<usize>,
    /// How it is called.
    pub name: String,
    /// The value with its unit.
    pub value: String,
    /// Answered requests behind it, if that is known.
    pub samples: Option<u64>,
    /// The value's place, for the dot.
    pub at: (f64, f64),
}

/// The point of `line` at `x`: the nearest for a line over time, the last one reached for a distribution.
fn at(line: &Line, x: f64, nearest: bool) -> Option<usize> {
    let after = line.points.partition_point(|point| point.0 <= x);
    let last = line.points.len().checked_sub(1)?;
    if !nearest {
        return after.checked_sub(1);
    }
    let (before, after) = (after.saturating_sub(1), after.min(last));
    let distance = |index: usize| (line.points[index].0 - x).abs();
    Some(if distance(after) < distance(before) { after } else { before })
}

/// What the lines say at `x`. A line that has ended long before says nothing.
#[must_use]
pub fn readings(figure: &Figure, store: &Store, x: f64) -> Vec<Reading> {
    let distribution = figure.bottom == Bottom::Latency;
    // How far off a point may be: a window of time; of another measure, a few pixels.
    let reach = match figure.bottom {
        Bottom::Time => store.finished().1,
        Bottom::Latency => f64::INFINITY,
        Bottom::Measure(_) => (figure.x.value(figure.x.pixel(x) + 8.0) - x).abs(),
    };
    let mut readings = Vec::new();
    for line in figure.lines.iter().filter(|line| !line.ghost) {
        // An upright reference is read where it stands, not how high it is.
        let upright = line.look == Look::Reference && figure.bottom != Bottom::Time;
        let Some(index) = at(line, x, !distribution).filter(|_| !upright) else { continue };
        let (place, value) = line.points[index];
        if value.is_nan() || (place - x).abs() > reach {
            continue;
        }
        let samples = match line.lane {
            Some(lane) if distribution => Some(store.samples(lane)),
            _ => line.samples.get(index).map(|&samples| u64::from(samples)),
        };
        let place = if distribution { x } else { place };
        let value_text = figure.units.1.say(value);
        readings.push(Reading { lane: line.lane, name: name(line), value: value_text, samples, at: (place, value) });
    }
    readings
}

/// Where the cursor stands, in words.
#[must_use]
pub fn position(figure: &Figure, x: f64) -> String {
    match figure.bottom {
        Bottom::Latency => format!("within {}", time(x)),
        Bottom::Time => format!("at {x} s", x = fixed(x, 2)),
        Bottom::Measure(name) => format!("at {} {name}", figure.units.0.say(x)),
    }
}

/// The readings in one sentence, for the slider's value.
#[must_use]
pub fn sentence(figure: &Figure, readings: &[Reading], x: f64) -> String {
    let said: Vec<String> = readings
        .iter()
        .map(|reading| match reading.samples {
            Some(samples) => format!("{} {} of {samples} samples", reading.name, reading.value),
            None => format!("{} {}", reading.name, reading.value),
        })
        .collect();
    let said = if said.is_empty() { "no values".to_owned() } else { said.join(", ") };
    format!("{}: {said}", position(figure, x))
}

/// The figure as a table of words, thinned to [`MOST_ROWS`].
#[must_use]
#[inline(never)] // not needed at the start
pub fn table(kind: Kind, figure: &Figure, store: &Store) -> Table {
    if kind == Kind::Distribution {
        return quantiles(figure, store);
    }
    if let Bottom::Measure(name) = figure.bottom {
        return classes(figure, name);
    }
    let lines: Vec<&Line> = figure.lines.iter().filter(|line| !line.ghost).collect();
    let longest = lines.iter().map(|line| line.points.len()).max().unwrap_or(0);
    let every = longest.div_ceil(MOST_ROWS).max(1);
    let mut head = vec!["Time".to_owned()];
    head.extend(lines.iter().map(|line| name(line)));
    let samples = lines.iter().find(|line| !line.samples.is_empty());
    if samples.is_some() {
        head.push("Samples".to_owned());
    }
    let rows = (every - 1..longest).step_by(every).map(|index| {
        let point = |line: &Line| line.points.get(index).copied().filter(|point| !point.1.is_nan());
        let when = lines.iter().find_map(|line| line.points.get(index)).map_or(0.0, |point| point.0);
        let mut row = vec![format!("{when} s", when = fixed(when, 2))];
        row.extend(
            lines.iter().map(|line| point(line).map_or_else(|| "–".to_owned(), |point| figure.units.1.say(point.1))),
        );
        row.extend(samples.map(|line| line.samples.get(index).map_or_else(String::new, u32::to_string)));
        row
    });
    Table { rows: rows.collect(), head }
}

/// Points as classes of what lies along the bottom: the mean of each lane in each, and of how many windows.
fn classes(figure: &Figure, name: &str) -> Table {
    const CLASSES: usize = 12;
    let lines: Vec<&Line> = figure.lines.iter().filter(|line| line.look == Look::Points).collect();
    let (left, right) = figure.x.pixels;
    let edge = |class: usize| figure.x.value(left + (right - left) * class as f64 / CLASSES as f64);
    let mut head = vec![format!("{}{}", name[..1].to_ascii_uppercase(), &name[1..])];
    for line in &lines {
        head.extend([self::name(line), "Windows".to_owned()]);
    }
    let rows = (0..CLASSES).map(|class| {
        let (from, to) = (edge(class), edge(class + 1));
        let last = class + 1 == CLASSES;
        let mut row = vec![format!("{} to {}", figure.units.0.say(from), figure.units.0.say(to))];
        for line in &lines {
            let inside =
                line.points.iter().filter(|point| point.0 >= from && (point.0 < to || last)).map(|point| point.1);
            let (count, sum) = inside.fold((0_u32, 0.0), |(count, sum), value| (count + 1, sum + value));
            row.push(if count > 0 { figure.units.1.say(sum / f64::from(count)) } else { "–".to_owned() });
            row.push(count.to_string());
        }
        row
    });
    Table { rows: if lines.is_empty() { Vec::new() } else { rows.collect() }, head }
}

fn quantiles(figure: &Figure, store: &Store) -> Table {
    let lanes: Vec<usize> = figure.lines.iter().filter_map(|line| line.lane).collect();
    let letter = |lane: usize| lane_letter(lane).to_ascii_uppercase();
    let mut head = vec!["Share of the requests".to_owned()];
    head.extend(lanes.iter().map(|&lane| format!("{} took at most ({} samples)", letter(lane), store.samples(lane))));
    let rows = TABLE_QUANTILES.map(|q| {
        let mut row = vec![percent(q)];
        row.extend(lanes.iter().map(|&lane| {
            store.lane(lane).and_then(|series| series.measured().quantile(q)).map_or_else(|| "–".to_owned(), time)
        }));
        row
    });
    Table { head, rows: if lanes.is_empty() { Vec::new() } else { rows.to_vec() } }
}

/// The figure as CSV (RFC 4180): every point, plain numbers, units in the head.
#[must_use]
#[inline(never)] // not needed at the start
pub fn csv(figure: &Figure) -> String {
    let (x, y) = (figure.units.0.column(), figure.units.1.column());
    let mut text = String::from("line,ghost,");
    text += &format!("x ({x}),y ({y}),samples\r\n");
    for line in &figure.lines {
        for (index, point) in line.points.iter().enumerate().filter(|(_, point)| !point.1.is_nan()) {
            let samples = line.samples.get(index).map_or_else(String::new, u32::to_string);
            text += &format!("{},{},{},{},{samples}\r\n", name(line), line.ghost, point.0, point.1);
        }
    }
    text
}

/// A load for each slot, in words.
#[must_use]
pub fn load(value: f32, slots: u32) -> String {
    let requests = number(f64::from(value));
    if slots == 0 { requests } else { format!("{requests} ({} per slot)", number(f64::from(value) / f64::from(slots))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::kind::View;
    use headroom::basics::Nanos;
    use headroom::scenario::Scenario;
    use headroom::session::{Player, Runner};

    /// A player that stands at `seconds`, fed by a runner as on the page.
    fn stand(text: &str, seconds: u64) -> Player {
        let (scenario, notices) = Scenario::read(text).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        let (mut player, mut runner) = (Player::new(scenario), Runner::new(headroom::labs::EXPERIMENTS));
        player.seek(Nanos::from_secs(seconds));
        crate::charts::tests::settle(&mut player, &mut runner);
        player
    }

    fn both(text: &str, seconds: u64) -> (Player, Store) {
        let player = stand(text, seconds);
        let mut store = Store::default();
        store.update(&player);
        (player, store)
    }

    #[test]
    fn the_table_has_the_numbers_of_the_figure_and_few_enough_rows() {
        let (player, store) = both("balancing?duration=60s&warm-up=5s", 30);
        for kind in [Kind::Latency, Kind::Throughput, Kind::Population] {
            let figure = store.figure(kind, &player, &View::default(), (300.0, 170.0), None);
            let table = table(kind, &figure, &store);
            assert!((40..=MOST_ROWS).contains(&table.rows.len()), "{kind:?} {}", table.rows.len());
            assert!(table.rows.iter().all(|row| row.len() == table.head.len()));
            let last = figure.lines[0].points.last().unwrap();
            assert_eq!(table.rows.last().unwrap()[1], figure.units.1.say(last.1));
        }
    }

    #[test]
    fn the_cursor_reads_the_nearest_window_with_its_sample_count() {
        let (player, store) = both("balancing?duration=60s", 30);
        let figure = store.figure(Kind::Latency, &player, &View::default(), (300.0, 170.0), None);
        let read = readings(&figure, &store, 12.34);
        assert_eq!(
            read.iter().map(|reading| reading.name.as_str()).collect::<Vec<_>>(),
            ["A p50", "B p50", "A p99", "B p99"]
        );
        assert!(read.iter().all(|reading| reading.samples > Some(50) && (reading.at.0 - 12.34).abs() <= 0.051));
        assert!(sentence(&figure, &read, 12.34).starts_with("at 12.34 s: A p50 "));
        assert!(readings(&figure, &store, 45.0).is_empty(), "nothing is known beyond the playhead");
    }

    #[test]
    fn the_distribution_is_read_as_the_share_that_was_served_within() {
        let (player, store) = both("balancing?duration=60s", 30);
        let figure = store.figure(Kind::Distribution, &player, &View::default(), (300.0, 170.0), None);
        let median = store.lane(0).unwrap().measured().quantile(0.5).unwrap();
        let read = readings(&figure, &store, median);
        assert!((read[0].at.1 - 0.5).abs() < 0.02, "{read:?}");
        assert_eq!(read[0].samples, Some(store.samples(0)));
        let table = table(Kind::Distribution, &figure, &store);
        assert_eq!(table.rows[0][1], time(median));
    }

    #[test]
    fn the_csv_has_every_point() {
        let (player, store) = both("balancing?duration=60s", 30);
        let figure = store.figure(Kind::Throughput, &player, &View::default(), (300.0, 170.0), None);
        let points: usize = figure.lines.iter().map(|line| line.points.len()).sum();
        assert_eq!(csv(&figure).lines().count(), points + 1);
    }
}

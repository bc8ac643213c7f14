//! The figures of a run as a table, as JSON and as CSV: the same for the terminal and the page.
//!
//! A [`Snapshot`] is what is known at one moment of a run, for the terminal its end, for the page the playhead. The
//! scenario's text stands in every export: it is the truth, and the figures follow from it. It knows no file and no
//! download. Read next: [`super::results`], where the measures come from.

use super::lab::COMMON_GAUGES;
use super::results::{COMMON_MEASURES, Results, SERVER_MEASURES, measure_of_lane};
use crate::basics::{Nanos, Prose};
use crate::scenario::{ENGINE, Scenario, lane_letter};
use crate::simulation::window::Merged;
use crate::simulation::{Totals, Window};

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The name of the measure, as in conditions.
    pub key: &'static str,
    /// As shown.
    pub label: &'static str,
    /// Its unit: `s`, `/s`, `share`, `requests` …
    pub unit: &'static str,
    /// What it is, in a few words.
    pub help: Prose,
}

/// Every measure of `scenario`: those that every lab has, those of its servers together, its lab's gauges and counters.
#[must_use]
pub fn rows(scenario: &Scenario) -> Vec<Row> {
    let lab = scenario.lab;
    let common = COMMON_MEASURES.iter().map(|&(key, help)| {
        let (label, unit) = name(key);
        Row { key, label, unit, help }
    });
    let own = COMMON_GAUGES.iter().chain(lab.gauges).chain(lab.counters);
    let own = own.map(|own| Row { key: own.key, label: own.label, unit: own.unit, help: own.help });
    let servers = (lab.scene)(scenario, 0).server(0).is_some();
    let balance = SERVER_MEASURES.iter().filter(|_| servers).filter_map(|&(key, help)| {
        let (label, unit) = match key {
            "busiest" => ("Busiest server", "requests"),
            "idlest" => ("Idlest server", "requests"),
            "spread" => ("Busiest over mean", "times"),
            // A line for each server would drown the others.
            _ => return None,
        };
        Some(Row { key, label, unit, help })
    });
    common.chain(balance).chain(own).collect()
}

/// Label and unit of a common measure.
fn name(key: &'static str) -> (&'static str, &'static str) {
    match key {
        "mean" => ("Mean latency", "s"),
        "longest" => ("Longest latency", "s"),
        "samples" => ("Latencies measured", "requests"),
        "goodput" => ("Goodput", "/s"),
        "arrivals" => ("Arrivals", "requests"),
        "completed" => ("Completed", "requests"),
        "failed" => ("Failed", "requests"),
        "shed" => ("Shed", "requests"),
        "failed-share" => ("Failed, share", "share"),
        "shed-share" => ("Shed, share", "share"),
        percentile => (percentile, "s"),
    }
}

/// What is known of one lane.
#[derive(Clone, Debug)]
pub struct LaneFigures<'a> {
    /// The key of its policy.
    pub policy: &'a str,
    /// Everything measured after the warm-up.
    pub merged: Merged,
    /// Every request from the start on, where the lane stands still and they could be counted.
    pub totals: Option<Totals>,
    /// The hash of every decision, likewise.
    pub trace: Option<u64>,
    /// Events handled, likewise.
    pub events: Option<u64>,
    /// Its windows.
    pub windows: Vec<&'a Window>,
}

/// What is known at one moment of a run.
#[derive(Clone, Debug)]
pub struct Snapshot<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The moment.
    pub until: Nanos,
    /// The length of a window.
    pub window: Nanos,
    /// The lanes.
    pub lanes: Vec<LaneFigures<'a>>,
}

impl<'a> Snapshot<'a> {
    /// Of a finished run.
    #[must_use]
    pub fn of(results: &'a Results) -> Self {
        let lanes = results.lanes.iter().map(|lane| LaneFigures {
            policy: &lane.policy,
            merged: lane.merged(results.window),
            totals: Some(lane.totals),
            trace: Some(lane.trace_hash),
            events: Some(lane.events),
            windows: lane.windows.iter().collect(),
        });
        Self {
            scenario: &results.scenario,
            until: results.scenario.duration,
            window: results.window,
            lanes: lanes.collect(),
        }
    }

    /// The measure `key` of lane `lane`; times in seconds.
    #[must_use]
    pub fn figure(&self, lane: usize, key: &str) -> Option<f64> {
        measure_of_lane(self.scenario, lane, &self.lanes.get(lane)?.merged, key)
    }

    /// All of it as JSON, indented; with every window if `windows` is wanted. Times are in seconds, but for the bins
    /// of the windows' histograms: those are (highest value of the bin in nanoseconds, count).
    #[must_use]
    pub fn json(&self, windows: bool) -> String {
        let lanes = self.lanes.iter().enumerate().map(|(index, lane)| {
            let figures = rows(self.scenario).into_iter();
            let figures = figures.map(|row| (row.key, Json::figure(self.figure(index, row.key))));
            let mut entries = vec![
                ("policy", Json::text(lane.policy)),
                ("events", lane.events.map_or(Json::Null, Json::count)),
                ("trace", lane.trace.map_or(Json::Null, |hash| Json::text(&format!("{hash:016x}")))),
                ("totals", lane.totals.map_or(Json::Null, totals)),
                ("figures", Json::Object(figures.collect())),
            ];
            if windows {
                entries.push(("windows", Json::List(lane.windows.iter().map(|&each| window(each)).collect())));
            }
            Json::Object(entries)
        });
        let whole = Json::Object(vec![
            ("scenario", Json::text(&self.scenario.text())),
            ("engine", Json::count(u64::from(ENGINE))),
            ("until", Json::figure(Some(self.until.seconds()))),
            ("window", Json::figure(Some(self.window.seconds()))),
            ("lanes", Json::List(lanes.collect())),
        ]);
        let mut text = String::new();
        whole.write(0, &mut text);
        text.push('\n');
        text
    }

    /// The table as comma-separated values: a line for each measure, a column for each lane. Times are in seconds.
    #[must_use]
    pub fn csv(&self) -> String {
        let line = |first: &str, unit: &str, cells: Vec<String>| {
            let fields = [first.to_owned(), unit.to_owned()].into_iter().chain(cells);
            fields.map(|field| quoted(&field)).collect::<Vec<_>>().join(",") + "\r\n"
        };
        let cells = |cell: &dyn Fn(usize) -> String| (0..self.lanes.len()).map(cell).collect();
        let mut text =
            line("measure", "unit", cells(&|lane| format!("{} {}", lane_letter(lane), self.lanes[lane].policy)));
        for row in rows(self.scenario) {
            let cell = |lane| self.figure(lane, row.key).map_or(String::new(), |value| value.to_string());
            text += &line(row.key, row.unit, cells(&cell));
        }
        text += &line("until", "s", cells(&|_| self.until.seconds().to_string()));
        text += &line("scenario", "", cells(&|_| self.scenario.text()));
        text
    }
}

/// As RFC 4180 has it.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

fn totals(totals: Totals) -> Json {
    Json::Object(vec![
        ("arrivals", Json::count(totals.arrivals)),
        ("completed", Json::count(totals.completed)),
        ("failed", Json::count(totals.failed)),
        ("shed", Json::count(totals.shed)),
        ("in_flight", Json::count(totals.in_flight)),
    ])
}

fn window(window: &Window) -> Json {
    let counts = |counts: &[u32]| Json::List(counts.iter().map(|&count| Json::count(u64::from(count))).collect());
    let averages = |averages: &[f32]| Json::List(averages.iter().map(|&each| Json::Bare(each.to_string())).collect());
    let bins = window.latencies.bins().iter();
    let bins = bins.map(|&(value, count)| Json::List(vec![Json::count(value), Json::count(u64::from(count))]));
    Json::Object(vec![
        ("index", Json::count(u64::from(window.index))),
        ("warming", Json::Bare(window.warming.to_string())),
        ("arrivals", Json::count(u64::from(window.arrivals))),
        ("completed", Json::count(u64::from(window.completed))),
        ("failed", Json::count(u64::from(window.failed))),
        ("shed", Json::count(u64::from(window.shed))),
        ("counters", counts(&window.counters)),
        ("gauges", averages(&window.gauges)),
        ("nodes", averages(&window.nodes)),
        ("latencies", Json::Object(vec![("bins", Json::List(bins.collect()))])),
    ])
}

/// As much of JSON as is written here. A library for it would be a tenth of the page.
enum Json {
    Null,
    /// A number or a truth value, as it is written.
    Bare(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    fn count(count: u64) -> Self {
        Self::Bare(count.to_string())
    }

    /// JSON has no infinity and no not-a-number.
    fn figure(figure: Option<f64>) -> Self {
        figure.filter(|figure| figure.is_finite()).map_or(Self::Null, |figure| Self::Bare(figure.to_string()))
    }

    fn write(&self, depth: usize, text: &mut String) {
        let line = |depth: usize, text: &mut String| {
            text.push('\n');
            text.extend(std::iter::repeat_n("  ", depth));
        };
        match self {
            Self::Null => text.push_str("null"),
            Self::Bare(bare) => text.push_str(bare),
            Self::Text(string) => write_text(string, text),
            Self::List(items) => {
                // Lists of numbers stay on one line.
                let flat = items.iter().all(|item| matches!(item, Self::Bare(_) | Self::List(_)));
                text.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        text.push(',');
                    }
                    if !flat {
                        line(depth + 1, text);
                    }
                    item.write(depth + 1, text);
                }
                if !flat {
                    line(depth, text);
                }
                text.push(']');
            }
            Self::Object(entries) => {
                text.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        text.push(',');
                    }
                    line(depth + 1, text);
                    write_text(key, text);
                    text.push_str(": ");
                    value.write(depth + 1, text);
                }
                line(depth, text);
                text.push('}');
            }
        }
    }
}

fn write_text(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' | '\\' => text.extend(['\\', character]),
            control if u32::from(control) < 0x20 => text.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => text.push(other),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_with_a_comma_or_a_quote_is_quoted() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }

    #[test]
    fn text_is_escaped_as_json_wants_it() {
        let mut text = String::new();
        write_text("a\"b\\c\nü", &mut text);
        assert_eq!(text, "\"a\\\"b\\\\c\\u000aü\"");
    }
}

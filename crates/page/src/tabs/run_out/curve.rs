//! The drawings: a measure along a parameter, with theory over it; and a measure over seeds, with the own seed in it.
//! Each is SVG text of numbers and names of ours, and has a table beside it and files to take along.

use core::fmt::Write;

use headroom::basics::Kind;
use headroom::labs::export::Row;
use headroom::scenario::lane_letter;
use headroom::theory::replications::MeanOfRuns;
use yew::prelude::*;

use super::results::over_seeds;
use super::{Work, csv};
use crate::browser;
use crate::charts::figure::{Bottom, Figure, Line, Look, MARGIN, Unit};
use crate::charts::scale::{Scale, Spread, from_ladder, log_range};
use crate::charts::{export, svg};
use crate::describe;
use crate::numbers::{Fixed, fixed};
use crate::tabs::numbers::written;
use crate::tabs::texts::trusted;

/// Over so many times the least value an axis upwards is logarithmic.
const WIDE: f64 = 20.0;
/// The room of one lane in the strip over seeds.
const LANE_ROOM: f64 = 34.0;
const THEORY: [&str; 4] = ["A theory", "B theory", "C theory", "D theory"];

/// As wide as the window has room for, when it is drawn.
fn width() -> f64 {
    let inside = browser::window().and_then(|window| window.inner_width().ok()).and_then(|width| width.as_f64());
    (inside.unwrap_or(800.0) - 72.0).clamp(260.0, 720.0)
}

fn unit_of(row: &Row) -> Unit {
    match row.unit {
        "s" => Unit::Time,
        "/s" => Unit::Rate,
        "share" => Unit::Fraction,
        _ => Unit::Count,
    }
}

/// An axis for `values`: logarithmic where they are far apart, from zero on where not.
fn axis(values: &[f64], unit: Unit, pixels: (f64, f64)) -> Scale {
    let positive = values.iter().copied().filter(|value| value.is_finite());
    let most = positive.clone().fold(0.0, f64::max);
    let least = positive.fold(f64::INFINITY, f64::min);
    if unit == Unit::Time && least > 0.0 && most / least >= WIDE {
        return Scale { spread: Spread::Log, values: log_range(least, most), pixels };
    }
    let top = if most > 0.0 { from_ladder(most * 1.02, &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0]) } else { 1.0 };
    Scale { spread: Spread::Linear, values: (0.0, if unit == Unit::Fraction { top.min(1.0) } else { top }), pixels }
}

/// What theory says of the measure at a point.
pub(super) fn theory_at(work: &Work, point: usize, lane: usize, key: &str) -> Option<f64> {
    let known = work.predicted.get(point)?.get(lane)?;
    known.iter().find(|(measure, _)| *measure == key).map(|(_, value)| *value)
}

fn sweep_figure(work: &Work, row: &Row) -> Figure {
    let size = (width(), 300.0);
    let (left, right, top, bottom) = Figure::plot(size);
    let mut lines = Vec::new();
    for lane in work.lanes() {
        let line = |value: &dyn Fn(usize) -> Option<f64>| -> Vec<(f64, f64)> {
            let points = work.points.iter().enumerate();
            points.map(|(index, (x, _))| (*x, value(index).unwrap_or(f64::NAN))).collect()
        };
        let theory = line(&|index| theory_at(work, index, lane, row.key));
        if theory.iter().any(|point| !point.1.is_nan()) {
            let label = THEORY[lane % THEORY.len()];
            lines.push(Line {
                lane: None,
                label,
                weight: 1.5,
                look: Look::Line,
                ghost: false,
                points: theory,
                samples: Vec::new(),
            });
        }
        let points = line(&|index| work.mean_at(index, lane, row.key).map(|mean| mean.mean));
        lines.push(Line {
            lane: Some(lane),
            label: "",
            weight: 2.0,
            look: Look::Line,
            ghost: false,
            points,
            samples: Vec::new(),
        });
    }
    let measured: Vec<f64> =
        lines.iter().filter(|line| line.lane.is_some()).flat_map(|line| &line.points).map(|point| point.1).collect();
    let along = (work.points.first().map_or(0.0, |point| point.0), work.points.last().map_or(1.0, |point| point.0));
    let declared = work.scenario.declaration(work.key);
    let kind = declared.map(|row| row.kind);
    let unit = match kind {
        Some(Kind::Span { .. }) => Unit::Time,
        Some(Kind::Number { unit: "/s", .. }) => Unit::Rate,
        _ => Unit::Count,
    };
    Figure {
        size,
        bottom: Bottom::Measure(declared.map_or("", |row| row.label)),
        x: Scale {
            spread: if work.ratios { Spread::Log } else { Spread::Linear },
            values: along,
            pixels: (left, right),
        },
        y: axis(&measured, unit_of(row), (bottom, top)),
        units: (unit, unit_of(row)),
        lines,
        warm_up: None,
        faults: Vec::new(),
    }
}

/// A mean with half the width of its interval, where there is one: `12 ms ± 1 ms`.
fn with_interval(mean: &MeanOfRuns, row: &Row) -> String {
    let around = mean.half_width.is_finite().then(|| format!(" ± {}", written(Some(mean.half_width), row.unit)));
    written(Some(mean.mean), row.unit) + &around.unwrap_or_default()
}

/// The interval of `mean` as a line upwards at `x`, as far as the figure reaches, with a bar at each end that lies within.
fn interval(figure: &Figure, x: f64, mean: &MeanOfRuns) -> String {
    let (least, most) = figure.y.values;
    let ends = [mean.mean - mean.half_width, mean.mean + mean.half_width];
    let [low, high] = ends.map(|end| fixed(figure.y.pixel(end.clamp(least, most)), 1));
    let bar = |end: f64, y: &Fixed| {
        if (least..=most).contains(&end) { format!("M{} {y}h6", fixed(x - 3.0, 1)) } else { String::new() }
    };
    format!("M{} {low}V{high}{}{}", fixed(x, 1), bar(ends[0], &low), bar(ends[1], &high))
}

/// The figure as the inside of an SVG, at every point a dot with its words and its interval.
fn sweep_inside(work: &Work, row: &Row, figure: &Figure) -> String {
    let polylines: Vec<_> = figure.lines.iter().map(|line| figure.polyline(line)).collect();
    let mut text = svg::axes(figure) + &svg::lines(figure, &polylines) + &svg::ends(figure, &polylines);
    for lane in work.lanes() {
        let mut intervals = String::new();
        for (index, (x, at)) in work.points.iter().enumerate() {
            let Some(mean) = work.mean_at(index, lane, row.key) else { continue };
            if mean.half_width.is_finite() {
                intervals += &interval(figure, figure.x.pixel(*x), &mean);
            }
            // A string takes every text; texts of parameters are canonical and hold no markup.
            let _ = write!(
                text,
                r#"<circle class="chart-dot chart-lane-{}" cx="{}" cy="{}" r="3"><title>{} at {at}: {}</title></circle>"#,
                lane_letter(lane),
                fixed(figure.x.pixel(*x), 1),
                fixed(figure.y.pixel(mean.mean), 1),
                describe::badge(lane),
                with_interval(&mean, row)
            );
        }
        if !intervals.is_empty() {
            // A string takes every text.
            let _ = write!(
                text,
                r#"<path class="chart-line chart-lane-{} run-out-interval" stroke-width="1.5" opacity="0.7" d="{intervals}"/>"#,
                lane_letter(lane)
            );
        }
    }
    text
}

/// The curve of a sweep with its table and its files.
pub(super) fn sweep(work: &Work, measure: &'static str) -> Html {
    let (Some(row), Some(parameter)) = (work.row(measure), work.scenario.declaration(work.key)) else {
        return html! { <div key="sweep"></div> };
    };
    let figure = sweep_figure(work, row);
    let inside = sweep_inside(work, row, &figure);
    let title = format!("{} against {}", row.label, parameter.label.to_ascii_lowercase());
    let theory = |lane: usize| (0..work.points.len()).any(|point| theory_at(work, point, lane, measure).is_some());
    let mut head = vec![parameter.label.to_owned()];
    for lane in work.lanes() {
        head.push(format!("{} {}", describe::badge(lane), describe::policy_label(&work.scenario, lane)));
        if theory(lane) {
            head.push(THEORY[lane % THEORY.len()].to_owned());
        }
    }
    let line = |(index, (_, text)): (usize, &(f64, String))| {
        let cells = work.lanes().flat_map(|lane| {
            let measured = work.mean_at(index, lane, measure);
            let measured = measured.map_or_else(|| written(None, row.unit), |mean| with_interval(&mean, row));
            let theory = theory(lane).then(|| written(theory_at(work, index, lane, measure), row.unit));
            core::iter::once(measured).chain(theory)
        });
        html! { <tr key={index}><th scope="row">{text}</th>{for cells.map(|cell| html! { <td>{cell}</td> })}</tr> }
    };
    let csv = csv::of_sweep(work, parameter.label, measure);
    let seeds = match work.replications() {
        1 => String::new(),
        count => format!("; the mean of {count} seeds ± its 95 % confidence interval (Student's t)"),
    };
    html! {
        <div key="sweep">
            {drawing(&title, figure.size, &inside)}
            <p class="run-out-axis" aria-hidden="true">{parameter.label}{&seeds}</p>
            {files(&title, figure.size, inside, csv)}
            <div class="table-room" tabindex="0" role="region" aria-label={format!("{title}, as a table")}>
                <table>
                    <caption>{&title}{seeds}</caption>
                    <thead><tr>{for head.into_iter().map(|text| html! { <th scope="col">{text}</th> })}</tr></thead>
                    <tbody>{for work.points.iter().enumerate().map(line)}</tbody>
                </table>
            </div>
        </div>
    }
}

/// The figures with all seeds as strokes on one axis: the mean's interval as a band, the own seed as a diamond.
pub(super) fn strip(work: &Work, measure: &'static str) -> Html {
    let Some(row) = work.row(measure) else { return html! { <div key="strip"></div> } };
    let lanes: Vec<(Vec<f64>, Option<f64>)> = work.lanes().map(|lane| over_seeds(work, lane, measure)).collect();
    let all: Vec<f64> = lanes.iter().flat_map(|(figures, own)| figures.iter().copied().chain(*own)).collect();
    if all.is_empty() {
        return html! { <div key="strip"></div> };
    }
    let size = (width(), MARGIN.2 + MARGIN.3 + LANE_ROOM * lanes.len() as f64);
    let (left, right, top, bottom) = Figure::plot(size);
    let unit = unit_of(row);
    let mut x = axis(&all, unit, (left, right));
    if x.spread == Spread::Linear {
        // What matters here is how the figures differ, not how far they are from zero.
        let (least, most) = all.iter().fold((f64::INFINITY, 0.0_f64), |(a, b), &value| (a.min(value), b.max(value)));
        let room = ((most - least) * 0.06).max(most * 0.01).max(f64::MIN_POSITIVE);
        x.values = ((least - room).max(0.0), most + room);
    }
    let y = Scale { spread: Spread::Linear, values: (0.0, 1.0), pixels: (bottom, top) };
    let figure = Figure {
        size,
        bottom: Bottom::Measure(row.label),
        x,
        y,
        units: (unit, unit),
        lines: Vec::new(),
        warm_up: None,
        faults: Vec::new(),
    };
    let mut inside = svg::along(&figure);
    for (lane, (figures, own)) in lanes.iter().enumerate() {
        let middle = top + LANE_ROOM * (lane as f64 + 0.5);
        let class = format!("chart-lane-{}", lane_letter(lane));
        let mut strokes = String::new();
        for value in figures {
            let _ = write!(strokes, "M{} {}v14", fixed(x.pixel(*value), 1), fixed(middle - 7.0, 1)); // a string takes every text
        }
        // A string takes every text; everything here is a number or a name of ours.
        let _ = write!(
            inside,
            r#"<text class="chart-tick {class}" x="{}" y="{}">{}</text>"#,
            fixed(left - 18.0, 1),
            fixed(middle + 4.0, 1),
            describe::badge(lane)
        );
        if let Some(mean) = MeanOfRuns::of(figures).filter(|mean| mean.half_width.is_finite()) {
            let (from, to) = (x.pixel(mean.mean - mean.half_width), x.pixel(mean.mean + mean.half_width));
            let _ = write!(
                inside,
                r#"<g class="{class}"><rect class="run-out-band" x="{from}" y="{}" width="{}" height="22" fill="currentColor" opacity="0.25"/></g>"#,
                fixed(middle - 11.0, 1),
                fixed((to - from).max(1.0), 1),
                from = fixed(from, 1)
            );
        }
        let _ = write!(inside, r#"<path class="chart-line {class}" stroke-width="1" opacity="0.7" d="{strokes}"/>"#);
        if let Some(own) = own {
            let at = x.pixel(*own);
            let _ = write!(
                inside,
                r#"<path class="chart-theory" fill="currentColor" stroke="none" d="M{at} {}l5 8l-5 8l-5 -8z"><title>seed {}: {}</title></path>"#,
                fixed(middle - 8.0, 1),
                work.scenario.seed,
                written(Some(*own), row.unit),
                at = fixed(at, 1)
            );
        }
    }
    let title = format!("{} over {} seeds", row.label, work.errands.runs().len().saturating_sub(1));
    let csv = csv::of_seeds(work);
    html! {
        <div key="strip">
            {drawing(&title, size, &inside)}
            <p class="run-out-axis">{format!("{}: a stroke for each seed, a diamond for seed {}, a band for the mean (95 %)", row.label, work.scenario.seed)}</p>
            {files(&title, size, inside, csv)}
        </div>
    }
}

fn drawing(title: &str, (width, height): (f64, f64), inside: &str) -> Html {
    let text = format!(
        r#"<svg class="run-out-svg chart-svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{title}; every figure is in the table">{inside}</svg>"#
    );
    html! { <div class="run-out-drawing">{trusted(text)}</div> }
}

/// Buttons that save the drawing and all figures behind it.
fn files(title: &str, size: (f64, f64), inside: String, csv: String) -> Html {
    let name = format!("headroom-{}", title.to_ascii_lowercase().replace(' ', "-"));
    let picture = {
        let (title, name) = (title.to_owned(), name.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(root) = browser::root() else { return };
            let colours = export::colour_declarations(&root);
            let text = svg::file(size, &title, &inside, &colours, svg::FILE_STYLE);
            export::offer(&format!("{name}.svg"), "image/svg+xml", &text);
        })
    };
    let table = Callback::from(move |_: MouseEvent| export::offer(&format!("{name}.csv"), "text/csv", &csv));
    html! {
        <p class="run-out-files">
            <button type="button" class="chart-button" aria-label="Drawing as SVG" onclick={picture}>{"SVG"}</button>
            <button type="button" class="chart-button" aria-label="All figures as CSV" onclick={table}>{"CSV"}</button>
        </p>
    }
}

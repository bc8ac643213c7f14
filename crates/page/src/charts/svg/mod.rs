//! A figure as SVG text: lines, points, names at their ends; and the whole as a file of its own.
//!
//! While time goes on lines are strokes on a canvas under this; standing, printed and exported everything is here. It knows figures in
//! pixels, no run. Read next: `axes.rs`, for what stands round the lines.

mod axes;

pub use axes::{along, axes};

use core::fmt::Write;

use headroom::scenario::lane_letter;

use super::figure::{Figure, Line, Look, apart};
use crate::numbers::fixed;
use crate::stage::picture::escape;

/// The dashes of each lane, so that lanes differ without colour.
pub const DASHES: [&[f64]; 4] = [&[], &[7.0, 3.0], &[2.0, 2.5], &[9.0, 3.0, 2.0, 3.0]];
/// The dashes of theory.
pub const THEORY_DASH: &[f64] = &[1.5, 3.0];
/// Height of a label.
const LABEL: f64 = 12.0;

/// Points are let through by others behind them.
pub const POINT_OPACITY: f64 = 0.6;

/// The corners of a lane's points, from their middles: lanes differ without colour.
#[must_use]
pub fn corners(line: &Line) -> &'static [(f64, f64)] {
    const SHAPES: [&[(f64, f64)]; 4] = [
        // An octagon as good as round, a square on its point, a triangle, an upright cross.
        &[(-1.0, -2.4), (1.0, -2.4), (2.4, -1.0), (2.4, 1.0), (1.0, 2.4), (-1.0, 2.4), (-2.4, 1.0), (-2.4, -1.0)],
        &[(0.0, -3.2), (3.2, 0.0), (0.0, 3.2), (-3.2, 0.0)],
        &[(0.0, -3.0), (2.9, 2.2), (-2.9, 2.2)],
        &[
            (-0.9, -2.9),
            (0.9, -2.9),
            (0.9, -0.9),
            (2.9, -0.9),
            (2.9, 0.9),
            (0.9, 0.9),
            (0.9, 2.9),
            (-0.9, 2.9),
            (-0.9, 0.9),
            (-2.9, 0.9),
            (-2.9, -0.9),
            (-0.9, -0.9),
        ],
    ];
    SHAPES[line.lane.unwrap_or(0) % SHAPES.len()]
}

/// The dashes of a line.
#[must_use]
pub fn dashes(line: &Line) -> &'static [f64] {
    line.lane.filter(|_| line.look != Look::Reference).map_or(THEORY_DASH, |lane| DASHES[lane % DASHES.len()])
}

/// Appends a number with one decimal place; quicker than the formatting machinery, which a thousand points feel.
pub fn push_tenths(text: &mut String, value: f32) {
    let tenths = (value * 10.0).round() as i32; // saturates
    if tenths < 0 {
        text.push('-');
    }
    let (whole, rest) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    let mut digits = [0_u8; 10];
    let (mut start, mut left) = (digits.len(), whole);
    loop {
        start -= 1;
        digits[start] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    text.extend(digits[start..].iter().map(|&digit| char::from(digit)));
    if rest > 0 {
        text.push('.');
        text.push(char::from(b'0' + rest as u8));
    }
}

/// A line in pixels as the commands of a path; not-a-number breaks it.
#[must_use]
pub fn path(points: &[(f32, f32)]) -> String {
    let mut text = String::with_capacity(points.len() * 11);
    let mut down = false;
    for &(x, y) in points {
        if y.is_nan() {
            down = false;
            continue;
        }
        text.push(if down { 'L' } else { 'M' });
        push_tenths(&mut text, x);
        text.push(' ');
        push_tenths(&mut text, y);
        down = true;
    }
    text
}

/// How a line is called at its end: “A p99”.
#[must_use]
pub fn name(line: &Line) -> String {
    let letter = line.lane.map(|lane| lane_letter(lane).to_ascii_uppercase().to_string()).unwrap_or_default();
    [letter.as_str(), line.label].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The class that gives a line its colour.
#[must_use]
pub fn colour_class(line: &Line) -> String {
    line.lane.map_or_else(|| "chart-theory".to_owned(), |lane| format!("chart-lane-{}", lane_letter(lane)))
}

/// The names at the ends of the lines, moved apart where they would overlap.
#[must_use]
pub fn ends(figure: &Figure, polylines: &[Vec<(f32, f32)>]) -> String {
    let (_, right, top, bottom) = Figure::plot(figure.size);
    let shown: Vec<(&Line, (f32, f32))> = figure
        .lines
        .iter()
        .zip(polylines)
        .filter(|(line, _)| !line.ghost)
        .filter_map(|(line, points)| Some((line, *points.iter().rfind(|point| !point.1.is_nan())?)))
        .collect();
    let wishes: Vec<f64> = shown.iter().map(|(_, end)| f64::from(end.1)).collect();
    let mut text = String::new();
    for ((line, end), y) in shown.iter().zip(apart(&wishes, LABEL, (top + 2.0, bottom - 2.0))) {
        let x = f64::from(end.0).min(right) + 5.0;
        let class = colour_class(line);
        if (y - f64::from(end.1)).abs() > 3.0 {
            let _ = write!(
                text,
                r#"<path class="chart-leader {class}" d="M{} {}L{} {y}"/>"#,
                fixed(end.0, 1),
                fixed(end.1, 1),
                fixed(x - 1.0, 1),
                y = fixed(y, 1)
            );
        }
        let strong = if line.weight > 1.5 { " chart-strong" } else { "" };
        let _ = write!(
            text,
            r#"<text class="chart-end {class}{strong}" x="{x}" y="{}">{}</text>"#,
            fixed(y + 3.8, 1),
            escape(&short_name(line)),
            x = fixed(x, 1)
        );
    }
    text
}

/// At a line's end there is little room: what the chart is called after goes without saying.
fn short_name(line: &Line) -> String {
    let name = name(line);
    match name.strip_suffix(" goodput").or_else(|| name.strip_suffix(" in flight")) {
        Some(letter) => letter.to_owned(),
        None => name,
    }
}

/// The lines as paths.
#[must_use]
pub fn lines(figure: &Figure, polylines: &[Vec<(f32, f32)>]) -> String {
    let mut text = String::new();
    for (line, points) in figure.lines.iter().zip(polylines) {
        let dash = dashes(line).iter().map(|part| part.to_string()).collect::<Vec<_>>().join(" ");
        let ghost = if line.ghost { " chart-ghost" } else { "" };
        if line.look == Look::Points {
            let _ = write!(
                text,
                r#"<path class="chart-points {}{ghost}" d="{}"/>"#,
                colour_class(line),
                points.iter().filter(|point| !point.1.is_nan()).map(|&point| shape(line, point)).collect::<String>()
            ); // a string takes every text
            continue;
        }
        let _ = write!(
            text,
            r#"<path class="chart-line {}{ghost}" stroke-width="{}" stroke-dasharray="{dash}" d="{}"/>"#,
            colour_class(line),
            line.weight,
            path(points)
        );
    }
    text
}

/// One point as the commands of a path.
fn shape(line: &Line, (x, y): (f32, f32)) -> String {
    let mut text = String::new();
    for (index, &(right, down)) in corners(line).iter().enumerate() {
        text.push(if index == 0 { 'M' } else { 'L' });
        push_tenths(&mut text, x + right as f32);
        text.push(' ');
        push_tenths(&mut text, y + down as f32);
    }
    text.push('Z');
    text
}

/// A file of its own: `inside` under a title, with the styles and the colours (`--name:value;…`) of the page.
#[must_use]
pub fn file(size: (f64, f64), title: &str, inside: &str, colours: &str, style: &str) -> String {
    let (width, height) = (size.0, size.1 + 24.0);
    format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{title}">"#,
            r#"<style>:root{{{colours}}}{style}</style><rect width="100%" height="100%" fill="var(--surface)"/>"#,
            r#"<text x="8" y="16" class="chart-title">{title}</text><g transform="translate(0 24)">{inside}</g></svg>"#
        ),
        width = width,
        height = height,
        title = escape(title),
        colours = colours,
        style = style,
        inside = inside,
    )
}

/// The styles of an exported figure: those of `static/styles/charts/plot.css` for what is inside the SVG.
pub const FILE_STYLE: &str = "text{font:11px system-ui,sans-serif;fill:var(--ink-quiet)}.chart-title{font-weight:700;font-size:13px;fill:var(--ink)}.chart-grid{stroke:var(--line);fill:none}.chart-axis{stroke:var(--line-strong);fill:none}.chart-tick-y{text-anchor:end}.chart-tick-x{text-anchor:middle}.chart-warm{fill:var(--line);opacity:.4}.chart-fault{stroke:var(--stage-trouble);stroke-dasharray:1.5 3;fill:none}.chart-fault-name{fill:var(--stage-trouble)}.chart-line,.chart-leader{fill:none;stroke:currentColor;stroke-linejoin:round}.chart-leader{stroke-width:.75}.chart-points{fill:currentColor;opacity:.6}.stay{fill:var(--ink-quiet);stroke:none}.stay-waits{fill:none;stroke:var(--ink-quiet)}.stay-blocked{fill:none;stroke:var(--stage-trouble);stroke-width:1.5}.stay-served-most{fill:var(--lane-a)}.stay-waits-most{stroke:var(--lane-a);fill:none}.chart-ghost{opacity:.35}.chart-end{fill:currentColor}.chart-strong{font-weight:700}.chart-lane-a{color:var(--lane-a)}.chart-lane-b{color:var(--lane-b)}.chart-lane-c{color:var(--lane-c)}.chart-lane-d{color:var(--lane-d)}.chart-theory{color:var(--ink)}.chart-focus{display:none}";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::figure::{Bottom, Unit};
    use crate::charts::scale::{Scale, Spread};

    fn figure(lines: Vec<Line>) -> Figure {
        let (left, right, top, bottom) = Figure::plot((300.0, 170.0));
        Figure {
            size: (300.0, 170.0),
            bottom: Bottom::Time,
            x: Scale { spread: Spread::Linear, values: (0.0, 30.0), pixels: (left, right) },
            y: Scale { spread: Spread::Log, values: (0.01, 10.0), pixels: (bottom, top) },
            units: (Unit::Time, Unit::Time),
            lines,
            warm_up: Some(8.0),
            faults: vec![(10.0, "s3 <slow>".to_owned()), (10.5, "s4 kill".to_owned()), (99.0, "later".to_owned())],
        }
    }

    fn line(lane: usize, end: f64) -> Line {
        let points = vec![(0.0, 0.1), (12.0, f64::NAN), (20.0, end)];
        Line {
            lane: Some(lane),
            label: "p99",
            weight: 1.75,
            look: Look::Line,
            ghost: false,
            points,
            samples: Vec::new(),
        }
    }

    #[test]
    fn numbers_are_written_as_the_standard_library_rounds_them() {
        for value in [0.0_f32, 0.04, 0.05, 9.96, 10.0, 123.45, -7.25, -0.3, 1_999.9] {
            let mut text = String::new();
            push_tenths(&mut text, value);
            let read: f32 = text.parse().unwrap();
            // Half of the last place that is written.
            assert!((read - value).abs() <= 0.0501, "{value} {text}");
        }
    }

    #[test]
    fn a_gap_breaks_the_path() {
        assert_eq!(path(&[(1.0, 2.0), (3.5, f32::NAN), (4.0, 5.25)]), "M1 2M4 5.3");
    }

    #[test]
    fn axes_have_units_and_only_what_lies_on_them_and_nothing_becomes_markup() {
        let text = axes(&figure(Vec::new()));
        for label in [">10 ms<", ">1 s<", ">10 s<", ">30 s<", ">warm-up<"] {
            assert!(text.contains(label), "{label} in {text}");
        }
        assert!(text.contains("s3 &lt;slow&gt;") && !text.contains("later"));
        assert_eq!(text.matches("chart-fault-name").count(), 1, "names that would overlap are left to the tooltip");
    }

    #[test]
    fn names_stand_at_the_ends_of_their_lines_without_overlap() {
        let figure = figure(vec![line(0, 1.0), line(1, 1.01), line(2, 9.9)]);
        let polylines: Vec<_> = figure.lines.iter().map(|line| figure.polyline(line)).collect();
        let text = ends(&figure, &polylines);
        for name in ["A p99", "B p99", "C p99"] {
            assert!(text.contains(name));
        }
        let heights: Vec<f64> = text
            .split("<text")
            .skip(1)
            .filter_map(|part| part.split(" y=\"").nth(1)?.split('"').next()?.parse().ok())
            .collect();
        assert_eq!(heights.len(), 3);
        for a in 0..3 {
            for b in 0..a {
                assert!((heights[a] - heights[b]).abs() >= LABEL - 0.2, "{heights:?}");
            }
        }
    }

    #[test]
    fn an_exported_file_has_its_colours_with_it() {
        let text = file((300.0, 170.0), "Latency", "<g/>", "--ink:#000;", FILE_STYLE);
        assert!(text.starts_with("<svg xmlns=") && text.contains(":root{--ink:#000;}") && text.ends_with("</svg>"));
    }
}

//! A guess laid over what came out, as markup: a number line, a curve, an order, a choice.
//!
//! Written here once, for lessons and for embeds whose host asks for it. Words that come in are HTML already: who takes
//! them from a stranger escapes them first. The colours are in the style sheet. Knows no page.

use core::fmt::Write;

use super::document::{Guess as Asked, Scale};
use super::progress::Guess;

/// What came out. A figure that could not be measured is missing.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// For each choice, whether it holds.
    Choices(Vec<bool>),
    /// A figure, or one for each item, or one for each value of a parameter.
    Figures(Vec<Option<f64>>),
}

/// Width and height of a curve's picture, and what its axes take.
const CURVE: (f64, f64) = (600.0, 280.0);
const MARGINS: (f64, f64, f64, f64) = (84.0, 34.0, 12.0, 60.0); // left, right, top, bottom
/// Width and height of a number line's picture.
const LINE: (f64, f64) = (600.0, 96.0);

/// The markup; empty where guess and question do not belong together.
#[must_use]
pub fn comparison(asked: &Asked, guess: &Guess, outcome: Option<&Outcome>) -> String {
    let figures = match outcome {
        Some(Outcome::Figures(figures)) => figures.clone(),
        _ => Vec::new(),
    };
    match (asked, guess) {
        (Asked::Choose(choices), Guess::Choice(chosen)) => {
            let holds = if let Some(Outcome::Choices(holds)) = outcome { holds.clone() } else { Vec::new() };
            let words: Vec<&str> = choices.iter().map(|choice| choice.text.as_str()).collect();
            choice(&words, *chosen as usize, &holds)
        }
        (Asked::Order(items), Guess::Order(order)) => {
            let words: Vec<&str> = items.iter().map(|item| item.label.as_str()).collect();
            ordering(&words, order, &figures)
        }
        (Asked::Number { scale, .. }, Guess::Number(guess)) => {
            number_line(scale, *guess, figures.first().copied().flatten())
        }
        (Asked::Curve { scale, values, label, .. }, Guess::Curve(points)) => {
            curve(scale, values, label, points, &figures)
        }
        _ => String::new(),
    }
}

/// Writing into a text does not fail.
macro_rules! put {
    ($text:expr, $($rest:tt)+) => { let _ = write!($text, $($rest)+); };
}

fn choice(words: &[&str], chosen: usize, holds: &[bool]) -> String {
    let mut html = String::from("<ul class=\"compare-choice\">");
    for (index, words) in words.iter().enumerate() {
        let mine = if index == chosen { "<span class=\"mark-guess\">your guess</span>" } else { "" };
        let right =
            if holds.get(index) == Some(&true) { "<span class=\"mark-run\">what the run shows</span>" } else { "" };
        let class = if right.is_empty() { "" } else { " class=\"holds\"" };
        put!(html, "<li{class}>{words} {mine}{right}</li>");
    }
    html + "</ul>"
}

fn ordering(words: &[&str], order: &[u32], figures: &[Option<f64>]) -> String {
    let mut measured: Vec<usize> = (0..words.len()).collect();
    let known = figures.len() == words.len() && figures.iter().all(Option::is_some);
    measured.sort_by(|left, right| match (figures.get(*left), figures.get(*right)) {
        (Some(Some(left)), Some(Some(right))) => left.total_cmp(right),
        _ => core::cmp::Ordering::Equal,
    });
    let mut html = String::from(
        "<table class=\"compare-order\"><thead><tr><th scope=\"col\">Place</th><th scope=\"col\">Your order</th>",
    );
    html += if known { "<th scope=\"col\">In the run</th></tr></thead><tbody>" } else { "</tr></thead><tbody>" };
    for (place, (mine, theirs)) in order.iter().zip(&measured).enumerate() {
        let mine = *mine as usize;
        put!(html, "<tr><td>{}</td><td>{}</td>", place + 1, words.get(mine).unwrap_or(&""));
        if known {
            let value = figures.get(*theirs).copied().flatten().unwrap_or_default();
            let mark = if mine == *theirs { "<span class=\"right\">✓</span> " } else { "" };
            put!(
                html,
                "<td>{mark}{} <span class=\"quiet\">{}</span></td>",
                words.get(*theirs).unwrap_or(&""),
                written(value)
            );
        }
        html += "</tr>";
    }
    html + "</tbody></table>"
}

/// Items are times more often than not, and this table has no room for their scales.
fn written(seconds: f64) -> String {
    super::document::Unit::Time.write(seconds)
}

fn number_line(scale: &Scale, guess: f64, measured: Option<f64>) -> String {
    let (width, height) = LINE;
    let x = |value: f64| 40.0 + scale.place(value) * (width - 80.0);
    let y = height / 2.0;
    let alone = format!("Your guess: {}.", scale.unit.write(guess));
    let label =
        measured.map_or_else(|| alone.clone(), |measured| format!("{alone} Measured: {}.", scale.unit.write(measured)));
    let mut svg =
        format!("<svg class=\"compare-line\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{label}\">");
    put!(svg, "<line class=\"axis\" x1=\"40\" x2=\"{:.1}\" y1=\"{y}\" y2=\"{y}\"/>", width - 40.0);
    for tick in 0..=4 {
        let value = scale.value(f64::from(tick) / 4.0);
        let at = x(value);
        put!(svg, "<line class=\"axis\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>", y - 4.0, y + 4.0);
        put!(
            svg,
            "<text class=\"tick\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            y + 20.0,
            scale.unit.write(value)
        );
    }
    if let Some(measured) = measured {
        let (from, to) = (x(guess).min(x(measured)), x(guess).max(x(measured)));
        put!(
            svg,
            "<rect class=\"gap\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"12\"/>",
            y - 6.0,
            to - from
        );
    }
    let anchor = |at: f64| {
        if at < 110.0 {
            "start"
        } else if at > width - 110.0 {
            "end"
        } else {
            "middle"
        }
    };
    let at = x(guess);
    put!(svg, "<circle class=\"guess\" cx=\"{at:.1}\" cy=\"{y}\" r=\"8\"/>");
    put!(
        svg,
        "<text class=\"guess-label\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"{}\">your guess {}</text>",
        y - 16.0,
        anchor(at),
        scale.unit.write(guess)
    );
    if let Some(measured) = measured {
        let at = x(measured);
        put!(svg, "<path class=\"run\" d=\"M{at:.1} {:.1}l7 7l-7 7l-7 -7z\"/>", y - 7.0);
        put!(
            svg,
            "<text class=\"run-label\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"{}\">measured {}</text>",
            y + 38.0,
            anchor(at),
            scale.unit.write(measured)
        );
    }
    svg + "</svg>"
}

/// Where the points of a curve are drawn: horizontally for each value, vertically for a figure.
#[must_use]
pub fn place_in_curve(scale: &Scale, count: usize, index: usize, value: f64) -> (f64, f64) {
    let (left, right, top, bottom) = MARGINS;
    let step = (CURVE.0 - left - right) / count.saturating_sub(1).max(1) as f64;
    (left + step * index as f64, top + (1.0 - scale.place(value)) * (CURVE.1 - top - bottom))
}

/// The other way round: the nearest value of the parameter and the figure at a point, both as shares of the picture.
#[must_use]
pub fn value_in_curve(scale: &Scale, count: usize, x: f64, y: f64) -> (usize, f64) {
    let (left, right, top, bottom) = MARGINS;
    let steps = count.saturating_sub(1).max(1) as f64;
    let place = ((x * CURVE.0 - left) / (CURVE.0 - left - right)).clamp(0.0, 1.0) * steps;
    // A small whole number, not below zero.
    let index = (place + 0.5) as usize;
    (index.min(count.saturating_sub(1)), scale.value(1.0 - (y * CURVE.1 - top) / (CURVE.1 - top - bottom)))
}

fn curve(scale: &Scale, values: &[String], label: &str, guess: &[f64], figures: &[Option<f64>]) -> String {
    let (width, height) = CURVE;
    let (left, right, _, bottom) = MARGINS;
    let count = values.len();
    let point = |index: usize, value: f64| {
        let (x, y) = place_in_curve(scale, count, index, value);
        format!("{x:.1},{y:.1}")
    };
    let mine: Vec<String> = guess.iter().enumerate().map(|(index, value)| point(index, *value)).collect();
    let run: Vec<String> =
        figures.iter().enumerate().filter_map(|(index, value)| Some(point(index, (*value)?))).collect();
    let whole = run.len() == count;
    let says = if whole { "Your curve and the measured one; the table below has the numbers." } else { "Your curve." };
    let mut svg =
        format!("<svg class=\"compare-curve\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{says}\">");
    for tick in 0..=4 {
        let value = scale.value(f64::from(tick) / 4.0);
        let (_, y) = place_in_curve(scale, count, 0, value);
        put!(svg, "<line class=\"grid\" x1=\"{left}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>", width - right);
        put!(
            svg,
            "<text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            left - 8.0,
            y + 4.0,
            scale.unit.write(value)
        );
    }
    for (index, value) in values.iter().enumerate() {
        let (x, _) = place_in_curve(scale, count, index, scale.low);
        put!(
            svg,
            "<text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{value}</text>",
            height - bottom + 24.0
        );
    }
    put!(
        svg,
        "<text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>",
        (left + width - right) / 2.0,
        height - 8.0
    );
    if whole {
        let back: Vec<&str> = run.iter().rev().map(String::as_str).collect();
        put!(svg, "<polygon class=\"gap\" points=\"{} {}\"/>", mine.join(" "), back.join(" "));
        put!(svg, "<polyline class=\"run\" points=\"{}\"/>", run.join(" "));
        for at in &run {
            let (x, y) = at.split_once(',').unwrap_or_default();
            put!(svg, "<circle class=\"run-dot\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>");
        }
    }
    put!(svg, "<polyline class=\"guess\" points=\"{}\"/>", mine.join(" "));
    for at in &mine {
        let (x, y) = at.split_once(',').unwrap_or_default();
        put!(svg, "<circle class=\"guess\" cx=\"{x}\" cy=\"{y}\" r=\"5\"/>");
    }
    svg += "</svg>";
    if whole {
        svg += "<table class=\"compare-numbers\"><thead><tr><th scope=\"col\">";
        put!(svg, "{label}</th>");
        for value in values {
            put!(svg, "<th scope=\"col\">{value}</th>");
        }
        svg += "</tr></thead><tbody>";
        let row = |name: &str, numbers: &mut dyn Iterator<Item = f64>| {
            let cells: String = numbers.map(|value| format!("<td>{}</td>", scale.unit.write(value))).collect();
            format!("<tr><th scope=\"row\">{name}</th>{cells}</tr>")
        };
        svg += &row("Your guess", &mut guess.iter().copied());
        svg += &row("Measured", &mut figures.iter().map(|value| value.unwrap_or_default()));
        svg += "</tbody></table>";
    }
    svg
}

#[cfg(test)]
mod tests {
    use super::super::document::{Choice, Item, Unit};
    use super::*;

    const SCALE: Scale = Scale { low: 0.0, high: 2.0, logarithmic: false, unit: Unit::Time };

    #[test]
    fn a_number_says_both_and_shades_the_gap() {
        let asked = Asked::Number { figure: "p99".into(), scale: SCALE };
        let before = comparison(&asked, &Guess::Number(0.5), None);
        assert!(before.contains("500 ms") && !before.contains("gap"), "{before}");
        let after = comparison(&asked, &Guess::Number(0.5), Some(&Outcome::Figures(vec![Some(1.5)])));
        // A quarter and three quarters of the 520 units between the ends.
        assert!(
            after.contains("1.50 s")
                && after.contains("class=\"gap\" x=\"170.0\"")
                && after.contains("width=\"260.0\""),
            "{after}"
        );
    }

    #[test]
    fn an_order_is_set_beside_the_measured_one_smallest_first() {
        let item = |label: &str| Item { label: label.into(), figure: "mean".into() };
        let asked = Asked::Order(vec![item("x"), item("y")]);
        let html = comparison(&asked, &Guess::Order(vec![0, 1]), Some(&Outcome::Figures(vec![Some(2.0), Some(1.0)])));
        assert!(html.contains("<td>1</td><td>x</td><td>y "), "{html}");
        assert!(!html.contains('✓'));
        let right = comparison(&asked, &Guess::Order(vec![1, 0]), Some(&Outcome::Figures(vec![Some(2.0), Some(1.0)])));
        assert_eq!(right.matches('✓').count(), 2);
    }

    #[test]
    fn a_choice_shows_which_one_the_run_bears_out() {
        let option = |text: &str| Choice { text: text.into(), when: None, right: false, why: String::new() };
        let asked = Asked::Choose(vec![option("x"), option("y")]);
        let html = comparison(&asked, &Guess::Choice(0), Some(&Outcome::Choices(vec![false, true])));
        assert!(
            html.contains("<li>x <span class=\"mark-guess\">")
                && html.contains("<li class=\"holds\">y <span class=\"mark-run\">"),
            "{html}"
        );
    }

    #[test]
    fn a_point_of_a_curve_is_found_again_where_it_is_drawn() {
        for index in 0..5 {
            for value in [0.0, 0.7, 2.0] {
                let (x, y) = place_in_curve(&SCALE, 5, index, value);
                let (found, read) = value_in_curve(&SCALE, 5, x / CURVE.0, y / CURVE.1);
                assert_eq!(found, index);
                // Rounding of a handful of operations.
                assert!((read - value).abs() < 1e-9);
            }
        }
        assert_eq!(value_in_curve(&SCALE, 5, -3.0, 9.0), (0, 0.0));
    }

    #[test]
    fn a_curve_without_every_figure_is_not_drawn_as_if_it_were_measured() {
        let values = vec!["1".to_owned(), "2".to_owned(), "3".to_owned()];
        let asked =
            Asked::Curve { figure: "p99".into(), vary: "rate".into(), values, label: "rate".into(), scale: SCALE };
        let guess = Guess::Curve(vec![0.1, 0.2, 0.3]);
        let part = comparison(&asked, &guess, Some(&Outcome::Figures(vec![Some(0.1), None, Some(0.2)])));
        assert!(!part.contains("class=\"run\""));
        let whole = comparison(&asked, &guess, Some(&Outcome::Figures(vec![Some(0.1), Some(0.4), Some(0.9)])));
        assert!(
            whole.contains("class=\"run\"") && whole.contains("class=\"gap\"") && whole.contains("900 ms"),
            "{whole}"
        );
    }
}

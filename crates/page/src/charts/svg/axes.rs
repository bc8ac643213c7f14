//! The axes of a figure as SVG text: grid, ticks, the warm-up, faults.
//!
//! Read next: [`scale`](crate::charts::scale), which says where the ticks are.

use core::fmt::Write;

use crate::charts::figure::{Bottom, Figure};
use crate::charts::scale::Spread;
use crate::numbers::fixed;
use crate::stage::picture::escape;

/// Grid, ticks, warm-up, faults.
#[must_use]
pub fn axes(figure: &Figure) -> String {
    upward(figure) + &along(figure)
}

/// The axis upwards with its grid.
fn upward(figure: &Figure) -> String {
    let (left, right, ..) = Figure::plot(figure.size);
    let mut text = String::with_capacity(2_048);
    for tick in figure.y.ticks(if figure.y.spread == Spread::Tail { 14.0 } else { 24.0 }) {
        let y = figure.y.pixel(tick);
        let _ = write!(
            text,
            r#"<path class="chart-grid" d="M{left} {y}H{right}"/><text class="chart-tick chart-tick-y" x="{}" y="{}">{}</text>"#,
            fixed(left - 6.0, 1),
            fixed(y + 3.8, 1),
            figure.units.1.tick(tick),
            left = fixed(left, 1),
            y = fixed(y, 1),
            right = fixed(right, 1)
        ); // a string takes every text
    }
    text
}

/// The axis along the bottom, warm-up and faults.
#[must_use]
pub fn along(figure: &Figure) -> String {
    let (left, right, top, bottom) = Figure::plot(figure.size);
    let mut text = String::with_capacity(2_048);
    // Until where the line above the plot is written on.
    let mut free = left - 4.0;
    if let Some(until) = figure.warm_up {
        let end = figure.x.pixel(until);
        let _ = write!(
            text,
            r#"<rect class="chart-warm" x="{left}" y="{top}" width="{}" height="{}"/>"#,
            fixed(end - left, 1),
            fixed(bottom - top, 1),
            left = fixed(left, 1),
            top = fixed(top, 1)
        ); // a string takes every text
        let _ = write!(
            text,
            r#"<text class="chart-aside" x="{left}" y="{}">warm-up</text>"#,
            fixed(top - 4.0, 1),
            left = fixed(left, 1)
        );
        free = left + 44.0;
    }
    let ticks = figure.x.ticks(if figure.x.spread == Spread::Log { 50.0 } else { 44.0 });
    // Along time the unit stands at the last tick only.
    let seconds = figure.bottom == Bottom::Time && figure.x.values.1 >= 1.0;
    for (index, &tick) in ticks.iter().enumerate() {
        let x = figure.x.pixel(tick);
        let last = index + 1 == ticks.len();
        let label = match seconds {
            true if last => format!("{tick} s"),
            true => format!("{}", (tick * 1e3).round() / 1e3),
            false => figure.units.0.tick(tick),
        };
        let _ = write!(
            text,
            r#"<path class="chart-grid chart-stub" d="M{x} {bottom}v3"/><text class="chart-tick chart-tick-x" x="{x}" y="{}">{label}</text>"#,
            fixed(bottom + 14.0, 1),
            x = fixed(x, 1),
            bottom = fixed(bottom, 1)
        );
    }
    let _ = write!(
        text,
        r#"<path class="chart-axis" d="M{left} {bottom}H{right}"/>"#,
        left = fixed(left, 1),
        bottom = fixed(bottom, 1),
        right = fixed(right, 1)
    );
    for (at, words) in &figure.faults {
        if *at > figure.x.values.1 || *at < figure.x.values.0 {
            continue;
        }
        let x = figure.x.pixel(*at);
        let _ = write!(
            text,
            r#"<path class="chart-fault" d="M{x} {top}V{bottom}"><title>{} at {}</title></path>"#,
            escape(words),
            figure.units.0.say(*at),
            x = fixed(x, 1),
            top = fixed(top, 1),
            bottom = fixed(bottom, 1)
        );
        let width = words.chars().count() as f64 * 5.6;
        if x - 2.0 > free && x + width < figure.size.0 {
            let _ = write!(
                text,
                r#"<text class="chart-aside chart-fault-name" x="{}" y="{}">{}</text>"#,
                fixed(x - 2.0, 1),
                fixed(top - 4.0, 1),
                escape(words)
            );
            free = x + width + 8.0;
        }
    }
    text
}

//! The cursor: where a person reads a chart, by pointer or by key, and how that looks.
//!
//! It knows figures and their axes; not who moves it. Read next: `card.rs`, which listens, and `said.rs`, for what is read there.

use core::fmt::Write;

use headroom::scenario::lane_letter;
use headroom::session::Player;

use super::build::Store;
use super::figure::Figure;
use super::kind::{Kind, View};
use super::table;
use super::ways::{self, Ways};
use crate::numbers::fixed;

/// Where a person reads a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cursor {
    /// Which chart.
    pub chart: usize,
    /// What that chart shows.
    pub kind: Kind,
    /// The value along its bottom.
    pub x: f64,
    /// How far down, 0 … 1: which server on the load strip, which request among the ways.
    pub down: f64,
}

impl Cursor {
    /// The cursor at a pixel of a plot, if that lies on it.
    #[must_use]
    pub fn at(chart: usize, kind: Kind, figure: &Figure, (x, y): (f64, f64)) -> Option<Self> {
        let (left, right, top, bottom) = Figure::plot(figure.size);
        let on_it = x >= left - 8.0 && x <= right + 8.0;
        let down = ((y - top) / (bottom - top)).clamp(0.0, 1.0);
        on_it.then(|| Self { chart, kind, x: figure.x.value(x), down })
    }

    /// Whether it is read on chart `index` of this kind too: all charts over time share their cursor.
    #[must_use]
    pub fn reads(&self, index: usize, kind: Kind) -> bool {
        self.chart == index || self.kind.over_time() && kind.over_time()
    }

    pub(super) fn server(&self, servers: u32) -> u32 {
        ((self.down * f64::from(servers)) as u32).min(servers.saturating_sub(1))
    }
}

/// The cursor as SVG: a line, and a dot on each curve.
#[must_use]
#[inline(never)] // not needed at the start
pub fn crosshair(kind: Kind, figure: &Figure, store: &Store, cursor: Cursor, player: &Player, view: &View) -> String {
    let servers = (player.scenario().lab.targets)(player.scenario());
    let (left, right, top, bottom) = Figure::plot(figure.size);
    let x = figure.x.pixel(cursor.x);
    let mut text = format!(
        r#"<path class="chart-cross" d="M{x} {top}V{bottom}"/>"#,
        x = fixed(x, 1),
        top = fixed(top, 1),
        bottom = fixed(bottom, 1)
    );
    if kind == Kind::Ways {
        let ways = Ways::of(player, view.load_lane);
        text += &ways.frame(figure, ways.row_at(cursor.down));
    }
    if kind == Kind::Load && cursor.kind == Kind::Load && servers > 0 {
        let pitch = (bottom - top) / f64::from(servers);
        let y = top + pitch * f64::from(cursor.server(servers));
        let _ = write!(
            text,
            r#"<rect class="chart-cross" x="{left}" y="{y}" width="{}" height="{}"/>"#,
            fixed(right - left, 1),
            fixed(pitch.max(2.0), 1),
            left = fixed(left, 1),
            y = fixed(y, 1)
        ); // a string takes every text
    }
    for reading in table::readings(figure, store, cursor.x) {
        let class =
            reading.lane.map_or_else(|| "chart-theory".to_owned(), |lane| format!("chart-lane-{}", lane_letter(lane)));
        let (x, y) = (figure.x.pixel(reading.at.0), figure.y.pixel(reading.at.1));
        let _ = write!(
            text,
            r#"<circle class="chart-dot {class}" cx="{x}" cy="{y}" r="3"/>"#,
            x = fixed(x, 1),
            y = fixed(y, 1)
        );
    }
    text
}

/// Where a key moves the cursor; the outer `None` for a key that is not the chart's, the inner one hides it. `rows` is how
/// many servers or requests lie below each other, where they do.
#[must_use]
#[inline(never)] // not needed at the start
pub fn moved(
    (chart, kind): (usize, Kind),
    figure: &Figure,
    store: &Store,
    before: Option<Cursor>,
    rows: u32,
    key: &str,
) -> Option<Option<Cursor>> {
    let (finished, window) = store.finished();
    let windows = kind.over_time();
    let last = if windows { (finished as f64 * window).min(figure.x.values.1) } else { figure.x.values.1 };
    let cursor = before.unwrap_or(Cursor { chart, kind, x: last, down: 0.0 });
    // A step is a pixel or two wide, and at least a window where there are windows.
    let (left, right, ..) = Figure::plot(figure.size);
    let step = |steps: f64| {
        if windows {
            let whole = (figure.x.values.1 / window / 150.0).ceil().max(1.0);
            (cursor.x + steps * whole * window).clamp(window, last.max(window))
        } else {
            figure.x.value(figure.x.pixel(cursor.x) + steps * (right - left) / 100.0)
        }
    };
    let x = match key {
        "Escape" if before.is_some() => return Some(None),
        "ArrowUp" | "ArrowDown" if kind.of_one_lane() && rows > 0 => {
            let by = if key == "ArrowUp" { -1 } else { 1 };
            // Rows of the load strip fill the plot; those of requests have their fixed height.
            let all = if kind == Kind::Ways { ways::MOST_ROWS as u32 } else { rows };
            let row = (i64::from(cursor.server(all)) + by).clamp(0, i64::from(rows) - 1);
            return Some(Some(Cursor { down: (row as f64 + 0.5) / f64::from(all), ..cursor }));
        }
        "ArrowLeft" => step(-1.0),
        "ArrowRight" => step(1.0),
        "PageDown" => step(-10.0),
        "PageUp" => step(10.0),
        "Home" => figure.x.values.0.max(if windows { window } else { figure.x.values.0 }),
        "End" => last,
        _ => return None,
    };
    Some(Some(Cursor { x, ..cursor }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use headroom::basics::Nanos;

    use crate::charts::figure::{Bottom, Line, Unit};
    use crate::charts::scale::{Scale, Spread};

    fn figure() -> Figure {
        let (left, right, top, bottom) = Figure::plot((300.0, 170.0));
        Figure {
            size: (300.0, 170.0),
            bottom: Bottom::Time,
            x: Scale { spread: Spread::Linear, values: (0.0, 30.0), pixels: (left, right) },
            y: Scale { spread: Spread::Linear, values: (0.0, 10.0), pixels: (bottom, top) },
            units: (Unit::Time, Unit::Count),
            lines: Vec::<Line>::new(),
            warm_up: None,
            faults: Vec::new(),
        }
    }

    #[test]
    fn the_cursor_is_where_the_pointer_is_and_nowhere_beside_the_plot() {
        let figure = figure();
        let (left, right, ..) = Figure::plot(figure.size);
        let cursor = Cursor::at(0, Kind::Latency, &figure, ((left + right) / 2.0, 60.0)).unwrap();
        assert!((cursor.x - 15.0).abs() < 1e-9);
        assert_eq!(Cursor::at(0, Kind::Latency, &figure, (10.0, 60.0)), None);
    }

    #[test]
    fn charts_over_time_share_the_cursor_and_the_distribution_has_its_own() {
        let cursor = |chart, kind| Cursor { chart, kind, x: 1.0, down: 0.0 };
        let (latency, load, distribution) = (Kind::Latency, Kind::Load, Kind::Distribution);
        assert!(cursor(0, latency).reads(3, load) && cursor(3, load).reads(0, latency));
        assert!(cursor(4, distribution).reads(4, distribution));
        assert!(!cursor(0, latency).reads(4, distribution) && !cursor(4, distribution).reads(0, latency));
    }

    #[test]
    fn keys_move_the_cursor_within_what_is_known_and_escape_hides_it() {
        let scenario = headroom::scenario::Scenario::read("balancing?duration=60s").unwrap().0;
        let (mut player, mut runner) =
            (Player::new(scenario), headroom::session::Runner::new(headroom::labs::EXPERIMENTS));
        player.seek(Nanos::from_secs(20));
        crate::charts::tests::settle(&mut player, &mut runner);
        let mut store = Store::default();
        store.update(&player);
        let figure = figure();
        let press = |before, key| moved((0, Kind::Latency), &figure, &store, before, 8, key);
        let end = press(None, "End").unwrap().unwrap();
        assert!((end.x - 20.0).abs() < 1e-9, "the playhead");
        assert_eq!(press(Some(end), "ArrowRight").unwrap().unwrap().x, end.x, "not beyond it");
        let back = press(Some(end), "ArrowLeft").unwrap().unwrap();
        assert!(back.x < end.x && back.x > 19.0);
        assert_eq!(press(Some(back), "Escape"), Some(None));
        assert_eq!(press(Some(back), "a"), None, "other keys are the page's");
    }
}

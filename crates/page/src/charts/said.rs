//! Everything about a chart that is words: the line under its title, its switches, the read-out, the table.
//!
//! Plain Rust: from figures and the player to texts. Read next: `card.rs`, which shows them.

use headroom::basics::Nanos;
use headroom::session::Player;

use super::build::Store;
use super::cursor::Cursor;
use super::figure::{Figure, Look};
use super::kind::{Kind, View};
use super::load_table;
use super::scale::{Spread, time};
use super::table::{self, Reading, Table};
use super::ways::Ways;
use crate::numbers::short_moment;

/// Everything about a card that is words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// Beside the title.
    pub(super) under: String,
    /// Measures and whether they are shown.
    pub(super) measures: Vec<(&'static str, bool)>,
    /// Lanes of the load strip and whether they are chosen.
    pub(super) lanes: Vec<(usize, bool)>,
    /// Where the read-out stands, its title and its lines.
    pub(super) readout: Option<Readout>,
    /// The slider: least, most, present, in words.
    pub(super) slider: (f64, f64, f64, String),
    /// The table, if it is open.
    pub(super) table: Option<Table>,
    /// Why there is nothing to draw yet, if there is nothing.
    pub(super) empty: Option<String>,
}

/// What is said of a chart.
#[must_use]
pub fn said(
    kind: Kind,
    figure: Option<&Figure>,
    store: &Store,
    player: &Player,
    view: &View,
    cursor: Option<Cursor>,
    open: bool,
) -> Said {
    let Some(figure) = figure else { return Said::default() };
    let (finished, window) = store.finished();
    let rolling = (player.scenario().duration.seconds() / window / 60.0).floor().max(1.0) * window;
    let under = match kind {
        Kind::Throughput => format!("a second, over the last {}", time(rolling)),
        Kind::Latency => {
            format!("{}, over the last {}", kind.measures(), time(rolling))
        }
        Kind::Own(chart) => {
            // Of quotients and rates a single window is too little.
            let rolls = chart.curves.iter().any(|curve| curve.rolls(player.scenario().lab));
            let rolls = if rolls { format!(", over the last {}", time(rolling)) } else { String::new() };
            let log = if figure.y.spread == Spread::Log { ", log scale" } else { "" };
            format!("{}{rolls}{log}", chart.measures)
        }
        Kind::Ways => Ways::of(player, view.load_lane).caption(),
        _ => kind.measures().to_owned(),
    };
    // What is switched off can be switched on again; what the run does not have needs no switch.
    let drawn = |name: &str| figure.lines.iter().any(|line| line.label == name);
    let measures = kind.measured().into_iter().enumerate();
    let offered =
        |index: usize, name: &str| !matches!(kind, Kind::Own(_)) || index == 0 || view.hides(kind, name) || drawn(name);
    let measures = measures.filter(|&(index, name)| offered(index, name));
    let measures = measures.map(|(_, name)| (name, !view.hides(kind, name))).collect();
    let lanes = if kind.of_one_lane() && player.scenario().lanes.len() > 1 {
        (0..player.scenario().lanes.len()).map(|lane| (lane, lane == view.load_lane)).collect()
    } else {
        Vec::new()
    };
    let end = if kind.over_time() { finished as f64 * window } else { figure.x.values.1 };
    let at = cursor.map_or(end, |cursor| cursor.x);
    let (title, readings) = match kind {
        Kind::Load => (load_table::sentence(player, view, at, window, cursor), Vec::new()),
        Kind::Ways => {
            let ways = Ways::of(player, view.load_lane);
            (ways.sentence(ways.row_at(cursor.map_or(0.0, |cursor| cursor.down)), at), Vec::new())
        }
        _ => (table::position(figure, at), table::readings(figure, store, at)),
    };
    let words = if kind.of_one_lane() { title.clone() } else { table::sentence(figure, &readings, at) };
    let readout = cursor.map(|cursor| {
        let x = figure.x.pixel(cursor.x);
        (x, x > figure.size.0 * 0.55, title, readings)
    });
    let table = open.then(|| match kind {
        Kind::Load => load_table::table(player, view, finished),
        Kind::Ways => Ways::of(player, view.load_lane).table(),
        _ => table::table(kind, figure, store),
    });
    let empty = match kind {
        Kind::Load => finished == 0,
        Kind::Ways => Ways::of(player, view.load_lane).rows.is_empty(),
        _ => figure.lines.iter().all(|line| line.points.is_empty() || line.look == Look::Reference),
    };
    let (playhead, warm_up) = (player.playhead(), player.scenario().warm_up);
    let empty = empty.then(|| match playhead {
        Nanos::ZERO => "Nothing measured yet: press play.".to_owned(),
        before if before < warm_up => format!("Nothing counts before {}: that is the warm-up.", short_moment(warm_up)),
        _ => "Nothing measured yet.".to_owned(),
    });
    Said { under, measures, lanes, readout, slider: (figure.x.values.0, figure.x.values.1, at, words), table, empty }
}

/// Where the cursor stands: whether right of the middle, what the place is called, what is read there.
pub(super) type Readout = (f64, bool, String, Vec<Reading>);

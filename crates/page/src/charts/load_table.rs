//! The load strip in words: at the cursor, as a table, and as a file.
//!
//! Read next: [`super::load`], which draws it.

use core::fmt::Write;

use headroom::session::Player;

use super::build::{Store, servers};
use super::cursor::Cursor;
use super::kind::View;
use super::load;
use super::table::{self, MOST_ROWS, Table};
use crate::numbers::fixed;

/// The load of the server at the cursor at a time in seconds; of the first one where there is no cursor.
pub(super) fn sentence(player: &Player, view: &View, at: f64, window: f64, cursor: Option<Cursor>) -> String {
    let scene = (player.scenario().lab.scene)(player.scenario(), view.load_lane);
    let Some((servers, slots)) = servers(&scene) else { return String::new() };
    let server = cursor.map_or(0, |cursor| cursor.server(servers.count));
    let slots = slots.get(server as usize).copied().unwrap_or(0);
    let node = servers.first + server;
    let index = (at / window - 1e-9).max(0.0) as usize;
    let windows = player.tracks().get(view.load_lane).map_or(&[][..], |track| &track.windows);
    let finished = (player.playhead().0 / player.window().0.max(1)) as usize;
    let load = windows.get(index..=index).filter(|_| index < finished).and_then(|windows| load::mean(windows, node));
    let load = load.map_or_else(|| "not known".to_owned(), |load| table::load(load, slots));
    format!("{} at {at} s: {load}", scene.name(node), at = fixed(at, 2))
}

/// A row for each server, of the finished windows.
#[inline(never)] // not needed at the start
pub(super) fn table(player: &Player, view: &View, finished: usize) -> Table {
    let scene = (player.scenario().lab.scene)(player.scenario(), view.load_lane);
    let (Some((servers, slots)), Some(track)) = (servers(&scene), player.tracks().get(view.load_lane)) else {
        return Table::default();
    };
    let windows = &track.windows[..finished.min(track.windows.len())];
    let every = (servers.count as usize).div_ceil(MOST_ROWS).max(1);
    let rows = (0..servers.count).step_by(every).map(|server| {
        let node = servers.first + server;
        let slots = slots.get(server as usize).copied().unwrap_or(0);
        let highest = windows
            .iter()
            .flatten()
            .filter_map(|window| window.nodes.get(node as usize))
            .fold(0.0_f32, |a, &b| a.max(b));
        let mean = load::mean(windows, node).map_or_else(|| "–".to_owned(), |mean| table::load(mean, slots));
        vec![scene.name(node), mean, table::load(highest, slots)]
    });
    let head = ["Server", "Mean load", "Highest in a window"].map(str::to_owned).to_vec();
    Table { head, rows: rows.collect() }
}

/// The loads of all servers in all windows, as CSV.
#[must_use]
#[inline(never)] // not needed at the start
pub fn csv(store: &Store, player: &Player, view: &View) -> String {
    let (finished, window) = store.finished();
    let mut text = String::from("server,time (s),load (requests)\r\n");
    let scene = (player.scenario().lab.scene)(player.scenario(), view.load_lane);
    let (Some((servers, _)), Some(track)) = (servers(&scene), player.tracks().get(view.load_lane)) else { return text };
    for (index, known) in track.windows.iter().take(finished).enumerate() {
        for server in 0..servers.count {
            let node = servers.first + server;
            if let Some(load) = known.as_ref().and_then(|known| known.nodes.get(node as usize)) {
                let _ = write!(text, "{},{},{load}\r\n", scene.name(node), (index + 1) as f64 * window);
            }
        }
    }
    text
}

//! The load of each server over time as rows of coloured pixels. Only cells that are new are painted.

use core::fmt::Write;

use headroom::labs::{Group, Scene};
use headroom::simulation::Window;

use super::figure::Figure;
use crate::numbers::fixed;
use crate::stage::heat::Scale as Heat;
use crate::stage::picture::escape;

/// What a strip was painted for; another one is painted anew.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Which lane, and which of its futures.
    pub lane: (usize, u32),
    /// Size of the canvas in pixels of the device.
    pub size: (usize, usize),
    /// The plot in pixels of the device: left, right, top, bottom.
    pub plot: (usize, usize, usize, usize),
    /// Windows from the left to the right end.
    pub windows: f64,
    /// The first node of the servers.
    pub first: u32,
    /// The slots of each server.
    pub slots: Vec<u32>,
    /// Width of a cell in pixels of the device; windows in it are put together.
    pub cell: usize,
    /// The colours.
    pub heat: Heat,
}

/// The buffer of one strip.
#[derive(Clone, Debug, Default)]
pub struct Strip {
    key: Option<Key>,
    pixels: Vec<u8>,
    /// Cells that are painted for good.
    done: usize,
}

impl Strip {
    /// Paints `windows` up to the `finished` first, and gives the pixels.
    pub fn paint(&mut self, key: Key, windows: &[Option<Window>], finished: usize) -> &[u8] {
        if self.key.as_ref() != Some(&key) {
            self.pixels.clear();
            self.pixels.resize(key.size.0 * key.size.1 * 4, 0);
            self.done = 0;
        }
        let (left, right, top, bottom) = key.plot;
        // In a frame without size, or one so narrow that the names take all of it, there is no place for a cell.
        if right <= left || right > key.size.0 {
            self.key = Some(key);
            return &self.pixels;
        }
        let width = right - left;
        let per_pixel = key.windows / width as f64;
        let per_cell = per_pixel * key.cell.max(1) as f64;
        let known = finished.min(windows.len());
        // Cells wholly behind the playhead; one that is begun ends there.
        let whole = (known as f64 / per_cell) as usize;
        let end = ((known as f64 / per_pixel).ceil() as usize).min(width);
        for y in top..bottom.min(key.size.1) {
            let row = y * key.size.0;
            self.pixels[(row + left + end) * 4..(row + right) * 4].fill(0);
        }
        let mut cell = self.done.min(whole);
        while cell * key.cell.max(1) < end {
            let from = (cell as f64 * per_cell) as usize;
            let to = (((cell + 1) as f64 * per_cell).ceil() as usize).clamp(from + 1, known.max(from + 1));
            let columns = (left + cell * key.cell, left + ((cell + 1) * key.cell).min(end));
            self.cell(&key, columns, windows.get(from..to.min(windows.len())).unwrap_or_default());
            cell += 1;
        }
        self.done = whole;
        self.key = Some(key);
        &self.pixels
    }

    fn cell(&mut self, key: &Key, columns: (usize, usize), windows: &[Option<Window>]) {
        let (_, _, top, bottom) = key.plot;
        let count = key.slots.len() as u32; // at most as many as nodes are averaged
        for (server, &slots) in (0..).zip(&key.slots) {
            let colour = match mean(windows, key.first + server) {
                Some(load) => key.heat.colour(load / slots.max(1) as f32),
                None => [0; 4],
            };
            let edge = |index: u32| top + (bottom - top) * index as usize / count.max(1) as usize;
            let (first, last) = (edge(server), edge(server + 1));
            // A line of ground between rows that are high enough.
            let gap = usize::from(last - first > 4);
            for y in first..(last - gap).max(first + 1).min(key.size.1) {
                let row = y * key.size.0;
                for pixel in self.pixels[(row + columns.0) * 4..(row + columns.1) * 4].chunks_exact_mut(4) {
                    pixel.copy_from_slice(&colour);
                }
            }
        }
    }
}

/// The mean load of a node over some windows; `None` where it is not known.
#[must_use]
pub fn mean(windows: &[Option<Window>], node: u32) -> Option<f32> {
    let loads = || windows.iter().flatten().filter_map(|window| window.nodes.get(node as usize));
    let count = loads().count();
    (count > 0).then(|| loads().sum::<f32>() / count as f32)
}

/// The names beside the rows, as many as there is room for.
#[must_use]
pub fn names(scene: &Scene, servers: &Group, size: (f64, f64)) -> String {
    let (left, _, top, bottom) = Figure::plot(size);
    let pitch = (bottom - top) / f64::from(servers.count.max(1));
    let every = [1, 2, 4, 5, 8, 10, 16, 20, 32, 50, 64].into_iter().find(|&every| pitch * f64::from(every) >= 11.0);
    let mut text = String::new();
    for server in (0..servers.count).step_by(every.unwrap_or(100) as usize) {
        let _ = write!(
            text,
            r#"<text class="chart-tick chart-tick-y" x="{}" y="{}">{}</text>"#,
            fixed(left - 6.0, 1),
            fixed(top + pitch * (f64::from(server) + 0.5) + 3.8, 1),
            escape(&scene.name(servers.first + server))
        ); // a string takes every text
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAT: Heat = Heat {
        idle: [9, 9, 9, 255],
        busy: [0, 0, 200, 255],
        waiting: [250, 180, 120, 255],
        swamped: [200, 60, 0, 255],
    };

    fn windows() -> Vec<Option<Window>> {
        (0..100)
            .map(|index| {
                let nodes = vec![0.0, 0.0, 4.0, if index < 50 { 0.0 } else { 64.0 }];
                Some(Window { index, nodes, ..Window::default() })
            })
            .collect()
    }

    fn key(revision: u32) -> Key {
        let (size, plot) = ((60, 30), (5, 55, 2, 22));
        Key { lane: (0, revision), size, plot, windows: 100.0, first: 2, slots: vec![4; 2], cell: 3, heat: HEAT }
    }

    fn pixel(pixels: &[u8], x: usize, y: usize) -> &[u8] {
        &pixels[(y * 60 + x) * 4..][..4]
    }

    #[test]
    fn rows_are_servers_columns_are_time_and_nothing_lies_beyond_the_playhead() {
        let mut strip = Strip::default();
        let pixels = strip.paint(key(0), &windows(), 80);
        assert_eq!(pixel(pixels, 10, 4), HEAT.busy, "the first server works on as much as it can");
        assert_eq!(pixel(pixels, 10, 14), HEAT.idle, "the second is idle at first");
        assert_eq!(pixel(pixels, 40, 14), HEAT.swamped, "and swamped later");
        assert_eq!(pixel(pixels, 45, 4), [0; 4], "the future is empty");
    }

    #[test]
    fn without_width_nothing_is_painted_and_nothing_breaks() {
        // Inside a frame without size the names take more than there is.
        for (size, plot) in [((46, 30), (46, 46, 2, 22)), ((34, 30), (46, 34, 2, 22)), ((0, 0), (46, 86, 0, 0))] {
            let mut strip = Strip::default();
            let pixels = strip.paint(Key { size, plot, ..key(0) }, &windows(), 80);
            assert!(pixels.iter().all(|&byte| byte == 0));
        }
    }

    #[test]
    fn going_on_bit_by_bit_and_back_gives_the_same_pixels_as_at_once() {
        let mut strip = Strip::default();
        for finished in [1, 2, 3, 17, 40, 41, 99, 30, 60] {
            let bit_by_bit = strip.paint(key(0), &windows(), finished).to_vec();
            let at_once = Strip::default().paint(key(0), &windows(), finished).to_vec();
            assert!(bit_by_bit == at_once, "{finished}");
        }
    }

    #[test]
    fn another_future_is_painted_anew() {
        let mut strip = Strip::default();
        strip.paint(key(0), &windows(), 80);
        let idle: Vec<Option<Window>> =
            (0..100).map(|index| Some(Window { index, nodes: vec![0.0; 4], ..Window::default() })).collect();
        let pixels = strip.paint(key(1), &idle, 80);
        assert_eq!(pixel(pixels, 10, 4), HEAT.idle);
    }
}

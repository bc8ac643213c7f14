//! More servers than rows can show: a grid of cells on a canvas, coloured by load.
//!
//! The canvas is hidden from screen readers; [`super`] puts a list box with one option over it that moves.

use headroom::labs::{Group, Scene};
use headroom::session::Track;
use headroom::simulation::record::Condition;
use web_sys::{Element, HtmlCanvasElement};

use super::colours;
use super::dots::Pixels;
use super::heat::Scale;
use super::layout::Layout;
use super::painter::Colour;
use super::shapes::{Grid, Shape};

/// The grid of one lane.
pub struct Cells {
    pixels: Pixels,
    buffer: Vec<u8>,
    group: Group,
    grid: Grid,
    scale: Scale,
    ink: Colour,
}

/// The scale of load in the colours that hold at `element`.
#[must_use]
pub fn scale(element: &Element) -> Scale {
    Scale {
        idle: colours::read(element, "--heat-idle"),
        busy: colours::read(element, "--heat-busy"),
        waiting: colours::read(element, "--heat-waiting"),
        swamped: colours::read(element, "--heat-swamped"),
    }
}

impl Cells {
    /// The grid of the scene, if it has one.
    #[must_use]
    pub fn new(canvas: &HtmlCanvasElement, element: &Element, scene: &Scene, layout: &Layout) -> Option<Self> {
        let (group, grid) = scene.groups.iter().zip(&layout.shapes).find_map(|(group, shape)| match shape {
            Shape::Grid(grid) => Some((group.clone(), *grid)),
            _ => None,
        })?;
        let pixels = Pixels::new(canvas, layout.width, layout.height)?;
        let buffer = vec![0; pixels.size.0 * pixels.size.1 * 4];
        Some(Self { pixels, buffer, group, grid, scale: scale(element), ink: colours::read(element, "--ink") })
    }

    /// Paints every cell.
    #[inline(never)] // not needed at the start
    pub fn paint(&mut self, track: &Track) {
        let slots = self.group.slots.max(1) as f32;
        for index in 0..self.group.count {
            let level = track.level(self.group.first + index);
            let (load, condition) = level
                .map_or((0.0, Condition::Up), |level| ((level.serving + level.queued) as f32 / slots, level.condition));
            self.cell(index, self.scale.colour(load), condition);
        }
        self.pixels.show(&self.buffer, 0);
    }

    /// One cell; a condition other than up is a pattern of ink in it.
    fn cell(&mut self, index: u32, colour: Colour, condition: Condition) {
        let (area, ratio) = (self.grid.cell(index), self.pixels.ratio);
        let device = |length: f32| (length * ratio).round().max(0.0) as usize;
        let (left, top) = (device(area.x), device(area.y));
        let (right, bottom) =
            (device(area.right()).min(self.pixels.size.0), device(area.bottom()).min(self.pixels.size.1));
        for y in top..bottom.max(top + 1).min(self.pixels.size.1) {
            for x in left..right {
                let (column, row) = (x - left, y - top);
                let inked = match condition {
                    Condition::Up => false,
                    Condition::Spare => column % 4 == 0 && row % 4 == 0,
                    Condition::Dead => column == row || column + row + 1 == right - left,
                    Condition::Slow => (column + row) % 4 == 0,
                    Condition::Draining => row % 3 == 0,
                    Condition::Ejected => column == 0 || row == 0 || x + 1 == right || y + 1 == bottom,
                    Condition::Cold => column % 3 == 0,
                };
                let start = (y * self.pixels.size.0 + x) * 4;
                self.buffer[start..start + 4].copy_from_slice(if inked { &self.ink } else { &colour });
            }
        }
    }
}

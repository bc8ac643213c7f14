//! Where everything of a scene stands on a lane's strip, for any width and number of nodes.
//!
//! Plain geometry in CSS pixels; it knows no browser. [`super::picture`] writes it as SVG, [`super::painter`] moves
//! dots along its curves. Read next: [`super::curve`].

use headroom::labs::{Role, Scene};
use headroom::simulation::NodeId;

use super::curve::Curve;

/// Above so many nodes in a group it is a grid of cells instead of rows.
pub const MOST_ROWS: u32 = 256;
/// Rows this high have room for a text of their own.
pub const TEXT_ROW: f32 = 11.0;
/// Smallest square that still reads as a slot.
const LEAST_SLOT: f32 = 4.0;
/// At most so many curves are drawn between two groups; more would be a grey area.
const MOST_CURVES: u32 = 512;

/// A rectangle in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Area {
    /// Right edge.
    #[must_use]
    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    /// Lower edge.
    #[must_use]
    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }

    /// The middle.
    #[must_use]
    pub fn middle(&self) -> (f32, f32) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

/// How the slots of a row are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slots {
    /// The nodes have no slots.
    None,
    /// A square for each slot.
    Squares {
        /// Edge of a square.
        size: f32,
        /// From one square to the next.
        pitch: f32,
    },
    /// A bar that fills, when the squares would be too small.
    Bar,
}

/// How a group is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A box for each node (clients).
    Boxes(Vec<Area>),
    /// A circle for each node (deciders), by its middle.
    Circles {
        /// Radius of each.
        radius: f32,
        /// The middles.
        middles: Vec<(f32, f32)>,
    },
    /// A row for each node: name, slots, queue.
    Rows(Rows),
    /// A cell for each node.
    Grid(Grid),
}

/// Rows of servers or buffers, one below the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The column from the names to the end of the queues.
    pub area: Area,
    /// From one row to the next.
    pub pitch: f32,
    /// How many rows.
    pub count: u32,
    /// Where names end (they are set flush right).
    pub name_end: f32,
    /// Every how many-th row has its name written.
    pub name_every: u32,
    /// Size of the names' type.
    pub type_size: f32,
    /// Where the slots begin.
    pub slots_x: f32,
    /// Width of all slots of a row.
    pub slots_width: f32,
    /// Height of a bar or square.
    pub slot_height: f32,
    /// How slots are drawn.
    pub slots: Slots,
    /// Where the queue begins.
    pub queue_x: f32,
    /// From one waiting dot to the next.
    pub queue_pitch: f32,
    /// So many waiting dots fit; further ones are only counted.
    pub queue_most: u32,
    /// Where the words after the queue must end.
    pub words_end: f32,
}

impl Rows {
    /// The middle line of row `index`.
    #[must_use]
    pub fn line(&self, index: u32) -> f32 {
        self.area.y + self.pitch * (index as f32 + 0.5)
    }

    /// The row at height `y`, if any.
    #[must_use]
    pub fn at(&self, y: f32) -> Option<u32> {
        let index = ((y - self.area.y) / self.pitch).floor();
        (index >= 0.0 && index < self.count as f32).then_some(index as u32)
    }

    /// Whether words have to be short.
    #[must_use]
    pub fn short(&self) -> bool {
        self.words_end - self.queue_x < 130.0
    }

    /// How many waiting dots leave room for so many letters after them.
    #[must_use]
    pub fn dots_beside(&self, letters: usize) -> u32 {
        // Bold digits and letters of a system font are a little over half as wide as they are high.
        let words = if letters > 0 { letters as f32 * self.type_size * 0.6 + 5.0 } else { 0.0 };
        let room = (self.words_end - self.queue_x - words) / self.queue_pitch;
        (room.floor().max(0.0) as u32).min(self.queue_most)
    }

    /// Whether each row has room for words.
    #[must_use]
    pub fn wordy(&self) -> bool {
        self.pitch >= TEXT_ROW
    }
}

/// A grid of cells, filled row by row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// Where it is.
    pub area: Area,
    /// Edge of a cell with its gap.
    pub pitch: f32,
    /// Cells side by side.
    pub columns: u32,
    /// How many cells.
    pub count: u32,
}

impl Grid {
    /// The grid of largest square cells that fits `count` into `area`.
    #[must_use]
    pub fn fit(area: Area, count: u32) -> Self {
        let mut best = (1.0_f32, 1_u32);
        for columns in 1..=count.clamp(1, 1_000) {
            let rows = count.div_ceil(columns).max(1);
            let pitch = (area.width / columns as f32).min(area.height / rows as f32);
            if pitch > best.0 {
                best = (pitch, columns);
            }
        }
        let whole = if best.0 >= 2.0 { best.0.floor() } else { best.0 };
        Self { area, pitch: whole.min(24.0), columns: best.1, count }
    }

    /// The cell of node `index` of the group.
    #[must_use]
    pub fn cell(&self, index: u32) -> Area {
        let (row, column) = (index / self.columns, index % self.columns);
        let gap = if self.pitch >= 4.0 { 1.0 } else { 0.0 };
        Area {
            x: self.area.x + column as f32 * self.pitch,
            y: self.area.y + row as f32 * self.pitch,
            width: self.pitch - gap,
            height: self.pitch - gap,
        }
    }

    /// The node at a point, if any.
    #[must_use]
    pub fn at(&self, x: f32, y: f32) -> Option<u32> {
        let (column, row) = ((x - self.area.x) / self.pitch, (y - self.area.y) / self.pitch);
        if column < 0.0 || row < 0.0 || column >= self.columns as f32 {
            return None;
        }
        let index = row as u32 * self.columns + column as u32;
        (index < self.count).then_some(index)
    }
}

/// The whole strip.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Width of the strip.
    pub width: f32,
    /// Height of the strip.
    pub height: f32,
    /// One shape for each group of the scene.
    pub shapes: Vec<Shape>,
    /// First node and number of nodes of each group.
    groups: Vec<(NodeId, u32)>,
    /// Links between groups, as in the scene.
    links: Vec<(usize, usize)>,
}

/// What a group needs before the gaps are dealt out.
struct Need {
    width: f32,
    /// The last column of rows takes what is left for its queues.
    queue: bool,
}

impl Layout {
    /// Lays `scene` out on a strip of `width` pixels; `compact` where several share a screen.
    #[must_use]
    pub fn of(scene: &Scene, width: f32, compact: bool) -> Self {
        let width = width.max(240.0);
        let narrow = width < 560.0;
        let most = scene.groups.iter().map(|group| group.count).max().unwrap_or(1).max(1);
        let height = height(most, narrow, compact);
        let last_rows = scene.groups.iter().rposition(|group| matches!(group.role, Role::Server | Role::Buffer));
        let needs: Vec<Need> = scene
            .groups
            .iter()
            .enumerate()
            .map(|(index, group)| need(group.role, group.slots, group.count, width, height, Some(index) == last_rows))
            .collect();
        let edge = if narrow { 8.0 } else { 20.0 };
        let room = width - 2.0 * edge - needs.iter().map(|need| need.width).sum::<f32>();
        let gaps = needs.len().saturating_sub(1).max(1) as f32;
        let has_queue = needs.iter().any(|need| need.queue);
        // The curves and the queues share what is left; the queues get the smaller part.
        let gap = (room * if has_queue { 0.6 } else { 1.0 } / gaps).clamp(14.0, 190.0);
        let mut x = edge;
        let mut shapes = Vec::new();
        for (index, (group, need)) in scene.groups.iter().zip(&needs).enumerate() {
            let end = if need.queue && index + 1 == needs.len() { width - edge } else { x + need.width };
            let column = Area { x, y: 8.0, width: (end - x).max(need.width.min(24.0)), height: height - 16.0 };
            shapes.push(shape(group.role, group.slots, group.count, column, narrow));
            x = column.right() + gap;
        }
        let groups = scene.groups.iter().map(|group| (group.first, group.count)).collect();
        Self { width, height, shapes, groups, links: scene.links.clone() }
    }

    /// The group of a node, and which of its nodes it is.
    #[must_use]
    pub fn find(&self, node: NodeId) -> Option<(usize, u32)> {
        let group = self.groups.iter().position(|&(first, count)| node >= first && node - first < count)?;
        Some((group, node - self.groups[group].0))
    }

    /// Where requests leave and reach a node: its left and its right end, and the height.
    fn ports(&self, node: NodeId) -> Option<(f32, f32, f32)> {
        let (group, index) = self.find(node)?;
        Some(match &self.shapes[group] {
            Shape::Boxes(boxes) => {
                let area = boxes.get(index as usize)?;
                (area.x, area.right(), area.middle().1)
            }
            Shape::Circles { radius, middles } => {
                let &(x, y) = middles.get(index as usize)?;
                (x - radius, x + radius, y)
            }
            Shape::Rows(rows) => (rows.area.x, rows.queue_x, rows.line(index)),
            Shape::Grid(grid) => {
                // To a cell inside the grid requests fly straight on from its left edge.
                let cell = grid.cell(index);
                (cell.x, cell.right(), cell.middle().1)
            }
        })
    }

    /// The way from node to node; backwards it is the same curve.
    #[must_use]
    pub fn curve(&self, from: NodeId, to: NodeId) -> Option<Curve> {
        let (start, end) = (self.ports(from)?, self.ports(to)?);
        Some(if self.find(from)?.0 <= self.find(to)?.0 {
            Curve::between((start.1, start.2), (end.0, end.2))
        } else {
            Curve::between((end.1, end.2), (start.0, start.2)).reversed()
        })
    }

    /// The links of the scene.
    #[must_use]
    pub fn links(&self) -> &[(usize, usize)] {
        &self.links
    }

    /// The pairs of nodes between which a curve is drawn for link `link`.
    #[must_use]
    pub fn pairs(&self, link: (usize, usize)) -> Vec<(NodeId, NodeId)> {
        let (Some(&(from, froms)), Some(&(to, tos))) = (self.groups.get(link.0), self.groups.get(link.1)) else {
            return Vec::new();
        };
        if matches!(self.shapes.get(link.1), Some(Shape::Grid(_))) {
            return Vec::new();
        }
        let every = (froms * tos).div_ceil(MOST_CURVES).max(1);
        let all = (0..froms).flat_map(|a| (0..tos).map(move |b| (a, b)));
        all.filter(|&(a, b)| (a * tos + b) % every == 0).map(|(a, b)| (from + a, to + b)).collect()
    }

    /// The node under a point, among those that can be opened (rows and cells).
    #[must_use]
    pub fn node_at(&self, x: f32, y: f32) -> Option<NodeId> {
        self.shapes.iter().zip(&self.groups).find_map(|(shape, &(first, _))| match shape {
            Shape::Rows(rows) if x >= rows.area.x - 6.0 && x <= rows.area.right() => {
                rows.at(y).map(|index| first + index)
            }
            Shape::Grid(grid) => grid.at(x, y).map(|index| first + index),
            _ => None,
        })
    }

    /// The box round a node, for focus rings and the card beside it.
    #[must_use]
    pub fn place(&self, node: NodeId) -> Option<Area> {
        let (group, index) = self.find(node)?;
        Some(match &self.shapes[group] {
            Shape::Boxes(boxes) => *boxes.get(index as usize)?,
            Shape::Circles { radius, middles } => {
                let &(x, y) = middles.get(index as usize)?;
                Area { x: x - radius, y: y - radius, width: 2.0 * radius, height: 2.0 * radius }
            }
            Shape::Rows(rows) => {
                let height = rows.pitch.max(4.0);
                Area { x: rows.area.x, y: rows.line(index) - height / 2.0, width: rows.queue_x - rows.area.x, height }
            }
            Shape::Grid(grid) => grid.cell(index),
        })
    }
}

/// Height of a strip with `most` nodes in its fullest column.
fn height(most: u32, narrow: bool, compact: bool) -> f32 {
    if most > MOST_ROWS {
        return if narrow || compact { 220.0 } else { 300.0 };
    }
    let (pitch, limit): (f32, f32) = if compact { (16.0, 250.0) } else { (21.0, 340.0) };
    let rows = most as f32 * pitch;
    let rows = if rows > limit { limit.max(most as f32 * 1.5) } else { rows };
    (rows + 16.0).max(if compact { 116.0 } else { 150.0 })
}

/// Room for the sign of a condition, left of the name.
const SIGN: f32 = 14.0;

/// Width of sign and name: a letter and up to three digits.
fn name_width(count: u32, type_size: f32) -> f32 {
    let digits = if count >= 100 {
        3.0
    } else if count >= 10 {
        2.0
    } else {
        1.0
    };
    SIGN + (1.0 + digits) * type_size * 0.62
}

fn pitch_of(count: u32, height: f32) -> f32 {
    ((height - 16.0) / count.max(1) as f32).min(26.0)
}

/// Squares where they fit, otherwise a bar; with the width of the whole.
fn slots_of(slots: u32, pitch: f32, most_width: f32) -> (Slots, f32) {
    if slots == 0 {
        return (Slots::None, 0.0);
    }
    let size = (pitch - 5.0).clamp(2.0, 13.0);
    for size in [size, size.min(10.0), size.min(7.0)] {
        let pitch = size + if size >= 8.0 { 3.0 } else { 1.5 };
        let width = pitch * slots as f32 - (pitch - size);
        if size >= LEAST_SLOT && width <= most_width {
            return (Slots::Squares { size, pitch }, width);
        }
    }
    (Slots::Bar, most_width.min(64.0))
}

fn most_slots_width(width: f32) -> f32 {
    (width * 0.15).clamp(44.0, 150.0)
}

fn need(role: Role, slots: u32, count: u32, width: f32, height: f32, last: bool) -> Need {
    let narrow = width < 560.0;
    match role {
        Role::Clients => Need { width: if narrow { 58.0 } else { 88.0 }, queue: false },
        Role::Decider => Need { width: 2.0 * radius(count, height, narrow), queue: false },
        Role::Server | Role::Buffer if count > MOST_ROWS => Need { width: (width * 0.42).max(120.0), queue: last },
        Role::Server | Role::Buffer => {
            let pitch = pitch_of(count, height);
            let (_, slots_width) = slots_of(slots, pitch, most_slots_width(width));
            let queue = if narrow { 66.0 } else { 120.0 };
            Need { width: name_width(count, 12.0) + 14.0 + slots_width + if last { queue } else { 40.0 }, queue: last }
        }
    }
}

fn radius(count: u32, height: f32, narrow: bool) -> f32 {
    let most: f32 = if narrow { 24.0 } else { 34.0 };
    most.min((height - 16.0) / count.max(1) as f32 / 2.0 - 2.0).max(3.0)
}

fn shape(role: Role, slots: u32, count: u32, column: Area, narrow: bool) -> Shape {
    let middle = column.middle();
    let share = column.height / count.max(1) as f32;
    let height_of = |index: u32| column.y + share * (index as f32 + 0.5);
    match role {
        Role::Clients => {
            let height = (if narrow { 46.0_f32 } else { 66.0 }).min(share - 4.0).max(4.0);
            let area = |index| Area { x: column.x, y: height_of(index) - height / 2.0, width: column.width, height };
            Shape::Boxes((0..count).map(area).collect())
        }
        Role::Decider => {
            let radius = radius(count, column.height + 16.0, narrow);
            Shape::Circles { radius, middles: (0..count).map(|index| (middle.0, height_of(index))).collect() }
        }
        Role::Server | Role::Buffer if count > MOST_ROWS => Shape::Grid(Grid::fit(column, count)),
        Role::Server | Role::Buffer => Shape::Rows(rows(slots, count, column, narrow)),
    }
}

fn rows(slots: u32, count: u32, column: Area, narrow: bool) -> Rows {
    let pitch = pitch_of(count, column.height + 16.0);
    let used = pitch * count as f32;
    let area = Area { y: column.y + (column.height - used) / 2.0, height: used, ..column };
    let type_size = if pitch >= 14.0 { 12.0 } else { 10.0 };
    let name_every = [1_u32, 2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128]
        .into_iter()
        .find(|&every| pitch * every as f32 >= type_size)
        .unwrap_or(256);
    let names = name_width(count, type_size);
    let slots_x = area.x + names + 10.0;
    // The width of the strip is not known here; what squares may take follows from the column.
    let most_width = (column.width - names - 10.0 - if narrow { 60.0 } else { 90.0 }).clamp(24.0, 150.0);
    let (slots, slots_width) = slots_of(slots, pitch, most_width);
    let queue_x = slots_x + slots_width + if slots_width > 0.0 { 10.0 } else { 0.0 };
    let queue_pitch = (pitch * 0.5).clamp(2.0, if narrow { 5.0 } else { 6.5 });
    let queue_most = ((area.right() - queue_x) / queue_pitch).floor().max(0.0) as u32;
    let slot_height = match slots {
        Slots::Squares { size, .. } => size,
        _ => (pitch - if pitch >= 6.0 { 3.0 } else { pitch * 0.25 }).clamp(1.0, 10.0),
    };
    Rows {
        area,
        pitch,
        count,
        name_end: area.x + names + 4.0,
        name_every,
        type_size,
        slots_x,
        slots_width,
        slot_height,
        slots,
        queue_x,
        queue_pitch,
        queue_most: queue_most.min(40),
        words_end: area.right(),
    }
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;

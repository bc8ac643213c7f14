//! The shapes of which a strip is put together: boxes, circles, rows of servers, a grid of cells. Plain geometry.
//!
//! Read next: [`super::layout`], which places them.

use headroom::labs::{Group, Role};

/// Above so many nodes in a group it is a grid of cells instead of rows.
pub const MOST_ROWS: u32 = 256;
/// Rows this high have room for a text of their own.
pub const TEXT_ROW: f32 = 11.0;
/// Smallest square that still reads as a slot.
const LEAST_SLOT: f32 = 4.0;
/// Room for the sign of a condition, left of the name.
const SIGN: f32 = 14.0;
/// Narrower strips have smaller parts.
pub const NARROW: f32 = 560.0;

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
    /// A box for each node (clients, buffers).
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
    /// Name above and queue below the slots: a station among others, not a row among rows.
    pub stacked: bool,
    /// Height of the queue against the row's middle line.
    pub queue_y: f32,
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
        !self.stacked && self.words_end - self.queue_x < 130.0
    }

    /// About how wide so many letters are: bold ones of a system font are a little over half as wide as they are high.
    fn words_width(&self, letters: usize) -> f32 {
        letters as f32 * self.type_size * 0.6
    }

    /// Where the words after so many dots begin: they end where the row does, also where there is little room.
    #[must_use]
    pub fn words_x(&self, dots: u32, letters: usize) -> f32 {
        let behind = self.queue_x + self.queue_pitch * dots as f32 + if dots > 0 { 5.0 } else { 0.0 };
        behind.min(self.words_end - self.words_width(letters))
    }

    /// How many waiting dots leave room for so many letters after them.
    #[must_use]
    pub fn dots_beside(&self, letters: usize) -> u32 {
        let words = if letters > 0 { self.words_width(letters) + 5.0 } else { 0.0 };
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

/// What a group needs before what is left is dealt out to curves and queues.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// Width at least.
    pub width: f32,
    /// It has queues, which take more if there is more.
    pub queue: bool,
}

/// How a group is to be drawn, as far as it follows from the scene alone.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// The group.
    pub group: &'a Group,
    /// Letters of its longest name.
    pub letters: usize,
    /// It is one of several stations, one behind the other.
    pub stacked: bool,
    /// Nothing stands behind it.
    pub last: bool,
}

impl Plan<'_> {
    fn boxed(&self) -> bool {
        self.group.role == Role::Clients || self.group.role == Role::Buffer && self.group.count <= 3
    }

    /// What it needs on a strip of `width` by `height`.
    #[must_use]
    pub fn need(&self, width: f32, height: f32) -> Need {
        let narrow = width < NARROW;
        let Group { role, count, slots, .. } = *self.group;
        if self.boxed() {
            let buffer = role == Role::Buffer;
            return Need {
                width: if buffer {
                    if narrow { 84.0 } else { 116.0 }
                } else if narrow {
                    58.0
                } else {
                    88.0
                },
                queue: false,
            };
        }
        if role == Role::Decider {
            return Need { width: 2.0 * radius(count, height, narrow), queue: false };
        }
        if count > MOST_ROWS {
            return Need { width: (width * 0.42).max(120.0), queue: self.last };
        }
        if self.stacked {
            let (_, slots_width) = slots_of(slots, 18.0, if narrow { 26.0 } else { 70.0 });
            return Need { width: slots_width.max(if narrow { 26.0 } else { 64.0 }), queue: true };
        }
        let (_, slots_width) = slots_of(slots, pitch_of(count, height), most_slots_width(width));
        let queue = if narrow { 66.0 } else { 120.0 };
        Need {
            width: name_width(self.letters, 12.0) + 14.0 + slots_width + if self.last { queue } else { 40.0 },
            queue: self.last,
        }
    }

    /// Draws it in `column`.
    #[must_use]
    pub fn shape(&self, column: Area, narrow: bool) -> Shape {
        let Group { role, count, slots, .. } = *self.group;
        let middle = column.middle();
        let share = column.height / count.max(1) as f32;
        let height_of = |index: u32| column.y + share * (index as f32 + 0.5);
        if self.boxed() {
            let most: f32 = if role == Role::Buffer {
                86.0
            } else if narrow {
                46.0
            } else {
                66.0
            };
            let height = most.min(share - 4.0).max(4.0);
            let area = |index| Area { x: column.x, y: height_of(index) - height / 2.0, width: column.width, height };
            return Shape::Boxes((0..count).map(area).collect());
        }
        if role == Role::Decider {
            let radius = radius(count, column.height + 16.0, narrow);
            return Shape::Circles { radius, middles: (0..count).map(|index| (middle.0, height_of(index))).collect() };
        }
        if count > MOST_ROWS {
            return Shape::Grid(Grid::fit(column, count));
        }
        Shape::Rows(if self.stacked {
            station(slots, column)
        } else {
            rows(slots, count, self.letters, column, narrow)
        })
    }
}

/// Width of sign and name.
fn name_width(letters: usize, type_size: f32) -> f32 {
    SIGN + letters as f32 * type_size * 0.58 + 2.0
}

/// From one row to the next, on a strip of `height`.
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

fn radius(count: u32, height: f32, narrow: bool) -> f32 {
    let most: f32 = if narrow { 24.0 } else { 34.0 };
    most.min((height - 16.0) / count.max(1) as f32 / 2.0 - 2.0).max(3.0)
}

fn slot_height(slots: Slots, pitch: f32) -> f32 {
    match slots {
        Slots::Squares { size, .. } => size,
        _ => (pitch - if pitch >= 6.0 { 3.0 } else { pitch * 0.25 }).clamp(1.0, 10.0),
    }
}

fn rows(slots: u32, count: u32, letters: usize, column: Area, narrow: bool) -> Rows {
    let pitch = pitch_of(count, column.height + 16.0);
    let used = pitch * count as f32;
    let area = Area { y: column.y + (column.height - used) / 2.0, height: used, ..column };
    let type_size = if pitch >= 14.0 { 12.0 } else { 10.0 };
    let name_every = [1_u32, 2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128]
        .into_iter()
        .find(|&every| pitch * every as f32 >= type_size)
        .unwrap_or(256);
    let names = name_width(letters, type_size);
    let slots_x = area.x + names + 10.0;
    // The width of the strip is not known here; what squares may take follows from the column.
    let most_width = (column.width - names - 10.0 - if narrow { 60.0 } else { 90.0 }).clamp(24.0, 150.0);
    let (slots, slots_width) = slots_of(slots, pitch, most_width);
    let queue_x = slots_x + slots_width + if slots_width > 0.0 { 10.0 } else { 0.0 };
    let queue_pitch = (pitch * 0.5).clamp(2.0, if narrow { 5.0 } else { 6.5 });
    let queue_most = ((area.right() - queue_x) / queue_pitch).floor().max(0.0) as u32;
    Rows {
        area,
        pitch,
        count,
        name_end: area.x + names + 4.0,
        name_every,
        type_size,
        slots_x,
        slots_width,
        slot_height: slot_height(slots, pitch),
        slots,
        queue_x,
        queue_pitch,
        queue_most: queue_most.min(40),
        words_end: area.right(),
        stacked: false,
        queue_y: 0.0,
    }
}

/// One server of its own: name above, slots, queue below.
fn station(slots: u32, column: Area) -> Rows {
    let (slots, slots_width) = slots_of(slots, 18.0, column.width.min(110.0));
    let height = slot_height(slots, 18.0);
    Rows {
        area: column,
        pitch: column.height,
        count: 1,
        name_end: column.x,
        name_every: 1,
        type_size: 12.0,
        slots_x: column.x,
        slots_width,
        slot_height: height,
        slots,
        queue_x: column.x,
        queue_pitch: 5.5,
        queue_most: ((column.width / 5.5).floor().max(1.0) as u32).min(40),
        words_end: column.right(),
        stacked: true,
        queue_y: height / 2.0 + 9.0,
    }
}

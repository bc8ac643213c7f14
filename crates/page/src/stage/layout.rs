//! Where everything of a scene stands on a lane's strip, for any width and number of nodes.
//!
//! Plain geometry in CSS pixels; it knows no browser. [`super::picture`] writes it as SVG, [`super::painter`] moves
//! dots along its curves. Read next: [`super::shapes`], [`super::curve`].

use headroom::labs::{Role, Scene};
use headroom::simulation::NodeId;

use super::curve::Curve;
use super::shapes::{Area, MOST_ROWS, NARROW, Need, Plan, Shape};

/// At most so many curves are drawn between two groups; more would be a grey area.
const MOST_CURVES: u32 = 512;

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

impl Layout {
    /// Lays `scene` out on a strip of `width` pixels; `compact` where several share a screen.
    #[must_use]
    pub fn of(scene: &Scene, width: f32, compact: bool) -> Self {
        let width = width.max(240.0);
        let narrow = width < NARROW;
        let most = scene.groups.iter().map(|group| group.count).max().unwrap_or(1).max(1);
        let height = height(most, narrow, compact);
        let with_queues = |role: Role| matches!(role, Role::Server | Role::Buffer);
        let last = scene.groups.iter().rposition(|group| with_queues(group.role));
        let stations = scene.groups.iter().filter(|group| group.role == Role::Server).count() > 1;
        let plans: Vec<Plan> = scene
            .groups
            .iter()
            .enumerate()
            .map(|(index, group)| Plan {
                group,
                letters: scene.name(group.first + group.count.saturating_sub(1)).chars().count(),
                stacked: stations && group.role == Role::Server && group.count == 1,
                last: Some(index) == last,
            })
            .collect();
        let needs: Vec<Need> = plans.iter().map(|plan| plan.need(width, height)).collect();
        let edge = if narrow { 8.0 } else { 20.0 };
        let room = width - 2.0 * edge - needs.iter().map(|need| need.width).sum::<f32>();
        let gaps = needs.len().saturating_sub(1).max(1) as f32;
        let queues = needs.iter().filter(|need| need.queue).count() as f32;
        // The curves and the queues share what is left; the queues get the smaller part.
        let gap = (room * if queues > 0.0 { 0.6 } else { 1.0 } / gaps).clamp(if stations { 8.0 } else { 14.0 }, 190.0);
        let queue = if queues > 0.0 { ((room - gap * gaps) / queues).max(0.0) } else { 0.0 };
        let mut x = edge;
        let mut shapes = Vec::new();
        for (plan, need) in plans.iter().zip(&needs) {
            // The last queue ends where the strip ends, also where there is less room than it needs.
            let wished = x + need.width + if need.queue { queue } else { 0.0 };
            let end = if need.queue && plan.last { (width - edge).max(x + 24.0) } else { wished };
            let column = Area { x, y: 8.0, width: end - x, height: height - 16.0 };
            shapes.push(plan.shape(column, narrow));
            x = end + gap;
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
            Shape::Rows(rows) => {
                let right = if rows.stacked { rows.slots_x + rows.slots_width + 3.0 } else { rows.queue_x };
                (rows.area.x - if rows.stacked { 3.0 } else { 0.0 }, right, rows.line(index))
            }
            Shape::Grid(grid) => {
                // To a cell inside the grid requests fly straight on from its left edge.
                let cell = grid.cell(index);
                (cell.x, cell.right(), cell.middle().1)
            }
        })
    }

    /// The way from node to node; backwards it is the same curve. Within a column it bulges to the left; back over
    /// other columns it runs below them.
    #[must_use]
    pub fn curve(&self, from: NodeId, to: NodeId) -> Option<Curve> {
        let (start, end) = (self.ports(from)?, self.ports(to)?);
        let (here, there) = (self.find(from)?.0, self.find(to)?.0);
        Some(if here == there {
            Curve::beside((start.0, start.2), (end.0, end.2), 46.0)
        } else if here < there {
            Curve::between((start.1, start.2), (end.0, end.2))
        } else if here == there + 1 || self.links.contains(&(there, here)) {
            Curve::between((end.1, end.2), (start.0, start.2)).reversed()
        } else {
            let (start, end) = (self.place(from)?, self.place(to)?);
            Curve::below((start.middle().0, start.bottom()), (end.middle().0, end.bottom()), self.height - 8.0)
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
            Shape::Rows(rows) if rows.stacked => {
                let width = rows.slots_width.max(30.0);
                Area { x: rows.area.x - 4.0, y: rows.line(index) - 40.0, width: width + 8.0, height: 64.0 }
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

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;

//! A circle of points, each owned by somebody: what consistent hashing is made of.
//!
//! **What it is.** Points on a circle of 2⁶⁴ places, sorted. A key belongs to the first point at or after its own
//! place; behind the last point comes the first. Who adds or takes points away moves only the keys on the arcs just
//! before them.
//!
//! **Cost.** O(log p) for a lookup among p points (binary search), 16 bytes for each point. The table is never edited
//! but built anew, so any number of copies share it.
//!
//! It knows neither hash functions nor shards: places and owners come in as numbers. Read next:
//! [`crate::algorithms::sharding::ring`], which decides where the points lie.
//!
//! **Ties.** Of two points in the same place the one with the smaller owner comes first, and so owns the arc.

use std::rc::Rc;

/// One point of the circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// Its place on the circle.
    pub at: u64,
    /// The place of its owner in [`Ring::owners`].
    rank: u32,
}

/// The circle. Cloning it shares the table.
#[derive(Clone, Debug)]
pub struct Ring {
    points: Rc<[Point]>,
    owners: Rc<[u32]>,
}

impl Default for Ring {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Ring {
    /// A circle of these points, each a place and its owner, in any order.
    #[must_use]
    pub fn new(points: &[(u64, u32)]) -> Self {
        // Owners are few, points are many: most are found, and few are put in.
        let mut owners: Vec<u32> = Vec::new();
        for &(_, owner) in points {
            if let Err(place) = owners.binary_search(&owner) {
                owners.insert(place, owner);
            }
        }
        // Ranks are dense, so that a walk can note in one bit for each owner whom it has seen.
        let rank = |owner: u32| owners.partition_point(|&other| other < owner) as u32;
        let mut points: Vec<Point> = points.iter().map(|&(at, owner)| Point { at, rank: rank(owner) }).collect();
        points.sort_unstable();
        Self { points: points.into(), owners: owners.into() }
    }

    /// All points, by their place.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Everybody who owns a point, by number.
    #[must_use]
    pub fn owners(&self) -> &[u32] {
        &self.owners
    }

    /// Each point with its owner, by their place: where that owner's arc ends.
    #[must_use]
    pub fn arcs(&self) -> Vec<(u64, u32)> {
        self.points.iter().map(|&point| (point.at, self.owner(point))).collect()
    }

    /// Who owns `point`.
    #[must_use]
    pub fn owner(&self, point: Point) -> u32 {
        self.owners[point.rank as usize]
    }

    /// The first point at or after `at`, going round; `None` on an empty circle.
    #[must_use]
    pub fn successor(&self, at: u64) -> Option<Point> {
        self.points.get(self.index(at)).copied()
    }

    /// The point nearest to `at` in either direction, the earlier one when both are as near. HAProxy looks keys up so.
    #[must_use]
    pub fn nearest(&self, at: u64) -> Option<Point> {
        let next = self.index(at);
        let after = *self.points.get(next)?;
        let before = self.points[if next == 0 { self.points.len() - 1 } else { next - 1 }];
        Some(if after.at.wrapping_sub(at) < at.wrapping_sub(before.at) { after } else { before })
    }

    /// Goes round the circle from `at` and visits every owner once, in the order in which their first points come.
    /// `visit` returns `false` to stop. Nothing is allocated unless a second owner is visited.
    pub fn walk(&self, at: u64, visit: &mut dyn FnMut(u32) -> bool) {
        let start = self.index(at);
        let mut seen: Vec<u64> = Vec::new();
        let mut visited = 0;
        for step in 0..self.points.len() {
            if visited == self.owners.len() {
                return;
            }
            let index = if start + step < self.points.len() { start + step } else { start + step - self.points.len() };
            let rank = self.points[index].rank as usize;
            if step == 0 {
                if !visit(self.owners[rank]) {
                    return;
                }
                seen = vec![0; self.owners.len().div_ceil(64)];
            } else if seen[rank / 64] & (1 << (rank % 64)) != 0 {
                continue;
            } else if !visit(self.owners[rank]) {
                return;
            }
            seen[rank / 64] |= 1 << (rank % 64);
            visited += 1;
        }
    }

    /// The share of the circle that each of [`Self::owners`] holds, in the same order; they add up to 1.
    #[must_use]
    pub fn shares(&self) -> Vec<f64> {
        const CIRCLE: f64 = 18_446_744_073_709_551_616.0; // 2⁶⁴
        let mut shares = vec![0.0; self.owners.len()];
        if let [only] = &*self.points {
            shares[only.rank as usize] = 1.0; // its arc is the whole circle, which does not fit into 64 bits
            return shares;
        }
        let mut before = self.points.last().map_or(0, |point| point.at);
        for point in &*self.points {
            shares[point.rank as usize] += point.at.wrapping_sub(before) as f64 / CIRCLE;
            before = point.at;
        }
        shares
    }

    /// Bytes of the table.
    #[must_use]
    pub fn memory(&self) -> usize {
        size_of_val(&*self.points) + size_of_val(&*self.owners)
    }

    /// The index of the first point at or after `at`, or 0 behind the last.
    fn index(&self, at: u64) -> usize {
        let index = self.points.partition_point(|point| point.at < at);
        if index == self.points.len() { 0 } else { index }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(ring: &Ring, at: u64) -> Vec<u32> {
        let mut order = Vec::new();
        ring.walk(at, &mut |owner| {
            order.push(owner);
            true
        });
        order
    }

    #[test]
    fn a_key_belongs_to_the_first_point_at_or_after_it_and_the_circle_closes() {
        let ring = Ring::new(&[(10, 7), (20, 8), (30, 7)]);
        for (at, owner) in [(0, 7), (10, 7), (11, 8), (20, 8), (21, 7), (30, 7), (31, 7), (u64::MAX, 7)] {
            assert_eq!(ring.successor(at).map(|point| ring.owner(point)), Some(owner), "{at}");
        }
        assert_eq!(Ring::default().successor(0), None);
        assert_eq!(Ring::default().nearest(0), None);
    }

    #[test]
    fn the_nearest_point_may_lie_behind() {
        let ring = Ring::new(&[(10, 1), (20, 2), (u64::MAX - 1, 3)]);
        for (at, owner) in [(14, 1), (15, 1), (16, 2), (3, 3), (4, 3), (5, 1), (u64::MAX, 3)] {
            assert_eq!(ring.nearest(at).map(|point| ring.owner(point)), Some(owner), "{at}");
        }
    }

    #[test]
    fn a_walk_visits_every_owner_once_in_order_and_stops_when_told() {
        let ring = Ring::new(&[(10, 70), (20, 80), (30, 70), (40, 4_000_000_000), (50, 80)]);
        assert_eq!(order(&ring, 15), [80, 70, 4_000_000_000]);
        assert_eq!(order(&ring, 45), [80, 70, 4_000_000_000]);
        assert_eq!(order(&ring, 35), [4_000_000_000, 80, 70]);
        assert_eq!(order(&Ring::default(), 0), [] as [u32; 0]);
        let mut visits = 0;
        ring.walk(15, &mut |_| {
            visits += 1;
            visits < 2
        });
        assert_eq!(visits, 2);
    }

    #[test]
    fn the_shares_are_the_lengths_of_the_arcs() {
        let quarter = 1_u64 << 62;
        let ring = Ring::new(&[(0, 1), (quarter, 2), (2 * quarter, 1)]);
        assert_eq!(ring.shares(), [0.75, 0.25]);
        assert_eq!(Ring::new(&[(5, 9)]).shares(), [1.0]);
    }

    #[test]
    fn two_points_in_one_place_belong_to_the_smaller_owner() {
        assert_eq!(Ring::new(&[(5, 9), (5, 3)]).successor(5).map(|point| point.rank), Some(0));
    }
}

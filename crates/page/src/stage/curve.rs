//! The way of a request between two nodes: one cubic curve, the same for the line that is drawn and the dot that moves.

use crate::numbers::fixed;

/// A cubic Bézier curve in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// Start, two control points, end.
    pub points: [(f32, f32); 4],
}

impl Curve {
    /// From a node's right side to another's left, leaving and arriving horizontally.
    #[must_use]
    pub fn between(start: (f32, f32), end: (f32, f32)) -> Self {
        let middle = (start.0 + end.0) / 2.0;
        Self { points: [start, (middle, start.1), (middle, end.1), end] }
    }

    /// Between two places on the left side of a column, bulging by `reach`.
    #[must_use]
    pub fn beside(start: (f32, f32), end: (f32, f32), reach: f32) -> Self {
        // Three quarters of the way to its control points is as far as such a curve goes.
        let x = start.0.min(end.0) - reach / 0.75;
        Self { points: [start, (x, start.1), (x, end.1), end] }
    }

    /// Back under what stands between: down to `depth` half way.
    #[must_use]
    pub fn below(start: (f32, f32), end: (f32, f32), depth: f32) -> Self {
        let y = (depth - (start.1 + end.1) / 8.0) / 0.75;
        Self { points: [start, (start.0, y), (end.0, y), end] }
    }

    /// The same way back.
    #[must_use]
    pub fn reversed(self) -> Self {
        let [a, b, c, d] = self.points;
        Self { points: [d, c, b, a] }
    }

    /// The place after `part` (0 … 1) of the way.
    #[inline]
    #[must_use]
    pub fn at(&self, part: f32) -> (f32, f32) {
        let rest = 1.0 - part;
        let weights = [rest * rest * rest, 3.0 * rest * rest * part, 3.0 * rest * part * part, part * part * part];
        let mut place = (0.0, 0.0);
        for (weight, point) in weights.into_iter().zip(self.points) {
            place.0 += weight * point.0;
            place.1 += weight * point.1;
        }
        place
    }

    /// As the commands of an SVG path.
    #[must_use]
    pub fn path(&self) -> String {
        let [a, b, c, d] = self.points;
        format!(
            "M{} {}C{} {} {} {} {} {}",
            fixed(a.0, 1),
            fixed(a.1, 1),
            fixed(b.0, 1),
            fixed(b.1, 1),
            fixed(c.0, 1),
            fixed(c.1, 1),
            fixed(d.0, 1),
            fixed(d.1, 1)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_begins_and_ends_where_it_is_told_to_and_goes_back_the_same_way() {
        let curve = Curve::between((10.0, 100.0), (200.0, 20.0));
        assert_eq!(curve.at(0.0), (10.0, 100.0));
        assert_eq!(curve.at(1.0), (200.0, 20.0));
        for step in 0..=10 {
            let part = step as f32 / 10.0;
            let (there, back) = (curve.at(part), curve.reversed().at(1.0 - part));
            // Rounding of four products of numbers up to 200.
            assert!((there.0 - back.0).abs() < 1e-3 && (there.1 - back.1).abs() < 1e-3);
        }
    }

    #[test]
    fn the_ways_beside_and_below_go_as_far_as_they_are_told_to() {
        assert!((Curve::beside((50.0, 10.0), (50.0, 90.0), 30.0).at(0.5).0 - 20.0).abs() < 1e-3);
        assert!((Curve::below((300.0, 60.0), (40.0, 80.0), 140.0).at(0.5).1 - 140.0).abs() < 1e-3);
    }

    #[test]
    fn dots_never_go_backwards_on_their_way() {
        let curve = Curve::between((0.0, 0.0), (100.0, 300.0));
        let mut before = -1.0;
        for step in 0..=100 {
            let (x, _) = curve.at(step as f32 / 100.0);
            assert!(x > before);
            before = x;
        }
    }
}

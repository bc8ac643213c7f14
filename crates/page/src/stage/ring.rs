//! Who has which keys, as SVG text: a row for each owner with the keys in it, and the circle of maps that have one.
//!
//! Driven by a run's [`KeyMap`] alone, whatever lab it is of. A key stands in its owner's row, so when it changes hands
//! it changes rows; on the circle it steps out of the ring. Colour only repeats what the rows say. Plain geometry and
//! text, without a browser. Read next: [`super::key_map`], which keeps the picture up to date.

use core::f32::consts::TAU;
use core::fmt::Write;

use headroom::labs::Scene;
use headroom::simulation::record::KeyMap;

use super::picture::{escape, rectangle};
use super::shapes::NARROW;

use crate::numbers::fixed;

/// Colours before they begin anew.
const COLOURS: u32 = 8;
/// Height of the line of words above.
const WORDS: f32 = 20.0;
/// Rows this high have room for a name.
const NAMED: f32 = 9.5;

/// Where everything stands, in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Width of the whole.
    pub width: f32,
    /// Height of the whole.
    pub height: f32,
    /// The circle's middle and radius, for maps that have one.
    circle: Option<(f32, f32, f32)>,
    /// Where the first key and the row of the first owner begin, and where the keys end.
    left: f32,
    right: f32,
    /// From one row to the next.
    pitch: f32,
    rows: u32,
    keys: usize,
}

/// Height of the picture for a strip of `width`.
#[must_use]
#[inline(never)] // not needed at the start
pub fn height(width: f32, compact: bool) -> f32 {
    match (compact, width < NARROW) {
        (true, _) => 106.0,
        (false, true) => 122.0,
        (false, false) => 148.0,
    }
}

impl Sheet {
    /// The sheet for `keys` keys and `rows` owners; `round` where there is a circle.
    #[must_use]
    pub fn new(width: f32, compact: bool, rows: u32, keys: usize, round: bool) -> Self {
        let height = height(width, compact);
        let edge = if width < NARROW { 8.0 } else { 20.0 };
        let half = (height - WORDS - 4.0) / 2.0;
        // Outside the ring there is room for the keys that have moved.
        let circle = round.then_some((edge + half, WORDS + half, half - 12.0));
        let names = if width < NARROW { 24.0 } else { 62.0 };
        let left = edge + if round { 2.0 * half + 10.0 } else { 0.0 } + names;
        let right = (width - edge - 26.0).max(left + 40.0);
        let rows = rows.max(1);
        let pitch = (height - WORDS - 6.0) / rows as f32;
        Self { width, height, circle, left, right, pitch, rows, keys }
    }

    /// The middle of an owner's row; keys without an owner stand below the last one.
    #[must_use]
    pub fn row(&self, owner: u32) -> f32 {
        WORDS + self.pitch * (owner.min(self.rows) as f32 + 0.5)
    }

    /// Where the key at this place of the sample begins, and from one key to the next.
    fn column(&self, key: usize) -> f32 {
        self.left + self.step() * key as f32
    }

    fn step(&self) -> f32 {
        (self.right - self.left) / self.keys.max(1) as f32
    }

    fn tick(&self) -> (f32, f32) {
        ((self.step() * 0.75).max(0.8), (self.pitch * 0.7).clamp(1.5, 11.0))
    }

    /// The place of a key on the circle; outside the ring when it `moved`.
    #[must_use]
    pub fn dot(&self, place: u32, moved: bool) -> Option<(f32, f32)> {
        let (x, y, radius) = self.circle?;
        let radius = radius + if moved { 9.5 } else { -9.0 };
        let angle = turn(place);
        Some((x + radius * angle.sin(), y - radius * angle.cos()))
    }

    /// The picture of `map`, with the owners' names of `scene`.
    #[must_use]
    pub fn picture(&self, scene: &Scene, map: &KeyMap) -> String {
        let mut text = format!(r#"<text class="stage-keys-words" x="{}" y="12"></text>"#, fixed(self.words_x(), 1));
        text.push_str(r#"<g class="stage-arcs"></g>"#);
        // Among rows without room of their own, names keep some distance.
        let every = if self.pitch >= NAMED { 1 } else { (1.25 * NAMED / self.pitch).ceil() as u32 };
        for row in 0..self.rows {
            let (y, owner) = (self.row(row), colour(row));
            // A string takes every text, here and below.
            let _ = write!(
                text,
                r#"<path class="stage-key-row" d="M{} {y}H{}"/>"#,
                fixed(self.left, 1),
                fixed(self.right, 1),
                y = fixed(y, 1)
            );
            if row % every == 0 {
                let name = scene.server(row).map(|node| scene.name(node)).unwrap_or_default();
                let name = if self.width < NARROW { row.to_string() } else { name };
                let _ = write!(
                    text,
                    concat!(
                        r#"<path class="stage-key-swatch {owner}" d="M{swatch} {y}h4"/>"#,
                        r#"<text class="stage-key-name" x="{end}" y="{base}">{name}</text>"#,
                        r#"<text class="stage-key-count" data-row="{row}" x="{count}" y="{base}"></text>"#
                    ),
                    owner = owner,
                    y = fixed(y, 1),
                    swatch = fixed(self.left - 7.0, 1),
                    end = fixed(self.left - 11.0, 1),
                    base = fixed(y + 3.6, 1),
                    name = escape(&name),
                    row = row,
                    count = fixed(self.right + 5.0, 1)
                );
            }
        }
        // Lines round very thin keys would hide their colour.
        let fine = if self.step() < 3.0 { " stage-key-fine" } else { "" };
        let _ = write!(
            text,
            r#"<path class="stage-key-trail"/><path class="stage-key-coming"/><g class="stage-key-ticks{fine}">"#
        );
        let (width, height) = self.tick();
        for key in 0..map.strip.len() {
            let _ = write!(
                text,
                r#"<rect class="stage-key" x="{}" y="{}" width="{width}" height="{height}"/>"#,
                fixed(self.column(key), 1),
                fixed(-height / 2.0, 1),
                width = fixed(width, 2),
                height = fixed(height, 1)
            );
        }
        text.push_str(r#"</g><g class="stage-key-dots">"#);
        for _ in self.circle.iter().flat_map(|_| &map.places) {
            text.push_str(r#"<circle class="stage-key" r="2"/>"#);
        }
        text + "</g>"
    }

    fn words_x(&self) -> f32 {
        if self.width < NARROW { 8.0 } else { 20.0 }
    }

    /// The arcs of the circle: one path for each owner.
    #[must_use]
    pub fn arcs(&self, map: &KeyMap) -> String {
        let Some((x, y, radius)) = self.circle else { return String::new() };
        let at = |place: u32| {
            let angle = turn(place);
            (x + radius * angle.sin(), y - radius * angle.cos())
        };
        let mut paths: Vec<(u32, String)> = Vec::new();
        for (from, to, owner) in merged(&map.ring) {
            let index = paths.binary_search_by_key(&owner, |path| path.0).unwrap_or_else(|index| {
                paths.insert(index, (owner, String::new()));
                index
            });
            let span = to.wrapping_sub(from);
            let (begin, end) = (at(from), at(to));
            let path = &mut paths[index].1;
            let _ = if span == 0 {
                // The whole circle, in two halves: an arc that ends where it begins is none.
                let over = at(from.wrapping_add(1 << 31));
                write!(
                    path,
                    "M{} {}A{radius} {radius} 0 0 1 {} {}A{radius} {radius} 0 0 1 {} {}",
                    fixed(begin.0, 2),
                    fixed(begin.1, 2),
                    fixed(over.0, 2),
                    fixed(over.1, 2),
                    fixed(end.0, 2),
                    fixed(end.1, 2),
                    radius = fixed(radius, 2)
                )
            } else {
                let large = u8::from(span > 1 << 31);
                write!(
                    path,
                    "M{} {}A{radius} {radius} 0 {large} 1 {} {}",
                    fixed(begin.0, 2),
                    fixed(begin.1, 2),
                    fixed(end.0, 2),
                    fixed(end.1, 2),
                    radius = fixed(radius, 2)
                )
            };
        }
        let path = |(owner, path): (u32, String)| format!(r#"<path class="stage-arc {}" d="{path}"/>"#, colour(owner));
        paths.into_iter().map(path).collect()
    }

    /// From where the keys came that have moved.
    #[must_use]
    pub fn trails(&self, map: &KeyMap) -> String {
        let mut path = String::new();
        for (key, (&now, &before)) in map.strip.iter().zip(&map.before).enumerate() {
            if now != before {
                let x = self.column(key) + self.tick().0 / 2.0;
                let _ =
                    write!(path, "M{x} {}V{}", fixed(self.row(before), 1), fixed(self.row(now), 1), x = fixed(x, 1));
            }
        }
        path
    }

    /// Where the keys go that are on their way.
    #[must_use]
    pub fn coming(&self, map: &KeyMap) -> String {
        let (width, height) = self.tick();
        let mut path = String::new();
        for (key, (&now, &then)) in map.strip.iter().zip(&map.coming).enumerate() {
            if now != then {
                let (x, y) = (self.column(key), self.row(then) - height / 2.0);
                rectangle(&mut path, (x.into(), y.into()), (width.into(), height.into()));
            }
        }
        path
    }
}

/// The class that gives an owner's colour.
#[must_use]
pub fn colour(owner: u32) -> String {
    if owner == KeyMap::NOBODY { "key-nobody".to_owned() } else { format!("key-{}", owner % COLOURS) }
}

/// What the map says in words, in one line.
#[must_use]
pub fn words(map: &KeyMap) -> String {
    let all = map.strip.len();
    match (map.moved(), map.moving()) {
        (0, 0) => format!("Who has which key, by {all} sample keys"),
        (moved, 0) => format!("{moved} of {all} sample keys moved"),
        (0, moving) => format!("{moving} of {all} sample keys on their way"),
        (moved, moving) => format!("{moved} of {all} sample keys moved, {moving} on their way"),
    }
}

/// The angle of a place, clockwise from the top.
fn turn(place: u32) -> f32 {
    place as f32 / 4_294_967_296.0 * TAU
}

/// Each arc from its beginning to its end with its owner; neighbours of one owner are one arc.
fn merged(ring: &[(u32, u32)]) -> Vec<(u32, u32, u32)> {
    let Some(&(last, _)) = ring.last() else { return Vec::new() };
    let mut arcs: Vec<(u32, u32, u32)> = Vec::new();
    let mut from = last;
    for &(to, owner) in ring {
        match arcs.last_mut() {
            Some(arc) if arc.2 == owner => arc.1 = to,
            _ => arcs.push((from, to, owner)),
        }
        from = to;
    }
    arcs
}

#[cfg(test)]
mod tests {
    use super::*;
    use headroom::labs::{build, catalogue};
    use headroom::scenario::Scenario;
    use headroom::simulation::{Detail, Record};

    const QUARTER: u32 = 1 << 30;

    fn map() -> KeyMap {
        KeyMap {
            strip: vec![0, 1, 1, 2],
            before: vec![0, 1, 3, 3],
            coming: vec![0, 2, 1, 2],
            places: vec![0, QUARTER, 2 * QUARTER, 3 * QUARTER],
            ring: vec![(QUARTER, 0), (2 * QUARTER, 1), (3 * QUARTER, 1)],
            ..KeyMap::default()
        }
    }

    fn sheet(round: bool) -> Sheet {
        Sheet::new(800.0, false, 4, 4, round)
    }

    #[test]
    fn neighbouring_arcs_of_one_owner_are_one_and_the_first_begins_where_the_last_ends() {
        assert_eq!(merged(&map().ring), [(3 * QUARTER, QUARTER, 0), (QUARTER, 3 * QUARTER, 1)]);
        assert_eq!(merged(&[(7, 5)]), [(7, 7, 5)], "one point has the whole circle");
        assert_eq!(merged(&[]), []);
        let arcs = sheet(true).arcs(&map());
        assert_eq!(arcs.matches("<path").count(), 2, "{arcs}");
        assert_eq!(sheet(true).arcs(&KeyMap { ring: vec![(7, 5)], ..map() }).matches('A').count(), 2);
    }

    #[test]
    fn keys_that_have_moved_stand_outside_the_ring_and_others_inside_all_at_their_angle() {
        let sheet = sheet(true);
        let (x, y, radius) = sheet.circle.unwrap();
        for place in [0, QUARTER, 3 * QUARTER] {
            let far = |moved| {
                let (at_x, at_y) = sheet.dot(place, moved).unwrap();
                (at_x - x).hypot(at_y - y)
            };
            assert!(far(false) < radius - 5.0 && far(true) > radius + 5.0);
        }
        let (right, _) = sheet.dot(QUARTER, false).unwrap();
        assert!(right > x, "a quarter of the way round is right of the middle");
        assert_eq!(self::sheet(false).dot(0, false), None);
    }

    #[test]
    fn a_key_that_moved_leaves_a_trail_from_row_to_row_and_one_on_its_way_an_outline() {
        let sheet = sheet(false);
        let trails = sheet.trails(&map());
        assert_eq!(trails.matches('M').count(), 2, "{trails}");
        assert!(trails.contains(&format!("{:.1}V{:.1}", sheet.row(3), sheet.row(1))), "{trails}");
        assert_eq!(sheet.coming(&map()).matches('z').count(), 1);
        assert_eq!(words(&map()), "2 of 4 sample keys moved, 1 on their way");
    }

    #[test]
    fn everything_stays_on_the_sheet_from_360_pixels_up() {
        for width in [300.0, 328.0, 560.0, 1_200.0] {
            for (round, rows) in [(true, 1), (true, 8), (false, 200)] {
                let sheet = Sheet::new(width, width < 330.0, rows, 128, round);
                assert!(sheet.right <= width && sheet.left < sheet.right, "{width} {rows}: {sheet:?}");
                assert!(sheet.right - sheet.left > 90.0, "{width}: the keys can be told apart: {sheet:?}");
                assert!(sheet.row(rows - 1) <= sheet.height && sheet.row(0) >= WORDS);
                for place in [0, QUARTER, 2 * QUARTER, 3 * QUARTER] {
                    let Some((x, y)) = sheet.dot(place, true) else { continue };
                    assert!(x > 2.0 && x < sheet.left && y > 2.0 && y < sheet.height - 2.0, "{x} {y} {sheet:?}");
                }
            }
        }
    }

    #[test]
    fn every_map_of_keys_can_be_drawn_and_a_key_lies_in_the_arc_of_its_owner() {
        let lab = catalogue().find(|lab| lab.key == "sharding").unwrap();
        let mut round = 0;
        for about in lab.policies {
            let (scenario, _) = Scenario::read(&format!("sharding?policy={}&keys=2000", about.key)).unwrap();
            let mut record = Record::new(Detail::FULL);
            build(&scenario, 0).levels(&mut record);
            let map = record.key_maps.pop().unwrap();
            assert_eq!((map.strip.len(), map.moved(), map.moving()), (128, 0, 0), "{}", about.key);
            let scene = (lab.scene)(&scenario, 0);
            let sheet = Sheet::new(700.0, false, 8, map.strip.len(), !map.ring.is_empty());
            let text = sheet.picture(&scene, &map);
            assert_eq!(text.matches("<rect").count(), 128, "{}", about.key);
            assert_eq!(text.matches("<circle").count(), map.places.len());
            round += usize::from(!map.places.is_empty());
            for (&place, &owner) in map.places.iter().zip(&map.strip) {
                let arc = map.ring.iter().find(|&&(end, _)| place <= end).or(map.ring.first()).unwrap();
                assert_eq!(arc.1, owner, "{}", about.key);
            }
        }
        assert!(round >= 4, "rings, ketama, multi-probe and the seed's ring have a circle: {round}");
    }
}

//! The picture of who has which keys, kept up to date: what changed is set, and the styles let it move there.
//!
//! A key keeps its element, so a change of hands is a change of its place, which glides unless motion is unwanted; what
//! has moved stays marked until the fleet changes again. Read next: [`super::ring`] for the geometry.

use headroom::labs::Scene;
use headroom::simulation::record::KeyMap;
use wasm_bindgen::JsCast;
use web_sys::{Element, SvgElement};

use super::ring::{Sheet, colour, words};
use super::strip::{all, set};

use crate::numbers::fixed;

/// The picture of one lane.
pub struct KeyPicture {
    root: Element,
    compact: bool,
    width: f32,
    sheet: Option<Sheet>,
    ticks: Vec<SvgElement>,
    dots: Vec<SvgElement>,
    counts: Vec<Element>,
    shown: Option<KeyMap>,
}

impl KeyPicture {
    /// A picture in `root` that shows nothing yet, on a strip of `width`.
    #[must_use]
    #[inline(never)] // not needed at the start
    pub fn new(root: Element, width: f32, compact: bool) -> Self {
        root.set_inner_html("");
        Self { root, compact, width, sheet: None, ticks: vec![], dots: vec![], counts: vec![], shown: None }
    }

    /// Shows who has which keys now.
    #[inline(never)] // not needed at the start
    pub fn show(&mut self, scene: &Scene, map: Option<&KeyMap>) {
        let Some(map) = map.filter(|&map| self.shown.as_ref() != Some(map)) else { return };
        let rows = scene.groups.iter().filter(|group| scene.target(group.first).is_some()).map(|group| group.count);
        let round = !map.places.is_empty();
        let sheet = Sheet::new(self.width, self.compact, rows.sum(), map.strip.len(), round);
        let before = self.shown.replace(map.clone());
        let anew = self.sheet.as_ref() != Some(&sheet);
        if anew {
            self.root.set_inner_html(&sheet.picture(scene, map));
            self.ticks = elements(&self.root, ".stage-key-ticks > *");
            self.dots = elements(&self.root, ".stage-key-dots > *");
            self.counts = all(&self.root, "[data-row]");
        }
        let before = before.as_ref().filter(|_| !anew);
        if before.is_none_or(|before| before.ring != map.ring)
            && let Some(arcs) = self.part(".stage-arcs")
        {
            arcs.set_inner_html(&sheet.arcs(map));
        }
        for (key, &owner) in map.strip.iter().enumerate() {
            let state = |map: &KeyMap| {
                let get = |of: &[u32]| of.get(key).copied();
                (get(&map.strip), get(&map.coming), get(&map.before), get(&map.places))
            };
            if before.is_some_and(|before| state(before) == state(map)) {
                continue;
            }
            let moved = map.before.get(key).is_some_and(|&before| before != owner);
            let moving = map.coming.get(key).is_some_and(|&coming| coming != owner);
            let marks = [("", true), (" moved", moved), (" moving", moving)];
            let marks: String = marks.into_iter().filter(|mark| mark.1).map(|mark| mark.0).collect();
            let class = format!("stage-key {}{marks}", colour(owner));
            if let Some(tick) = self.ticks.get(key) {
                put(tick, &class, (0.0, sheet.row(owner)));
            }
            let dot = self.dots.get(key).zip(map.places.get(key));
            if let Some((dot, place)) = dot.and_then(|(dot, &place)| Some((dot, sheet.dot(place, moved)?))) {
                put(dot, &class, place);
            }
        }
        for count in &self.counts {
            let row: Option<u32> = count.get_attribute("data-row").and_then(|row| row.parse().ok());
            let held = map.strip.iter().filter(|&&owner| Some(owner) == row).count();
            count.set_text_content(Some(&held.to_string()));
        }
        for (part, path) in [(".stage-key-trail", sheet.trails(map)), (".stage-key-coming", sheet.coming(map))] {
            if let Some(element) = self.part(part) {
                set(&element, "d", &path);
            }
        }
        let said = words(map);
        if let Some(element) = self.part(".stage-keys-words") {
            element.set_text_content(Some(&said));
        }
        set(&self.root, "aria-label", &format!("Keys: {said}"));
        self.sheet = Some(sheet);
    }

    fn part(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).ok().flatten()
    }
}

fn elements(root: &Element, selector: &str) -> Vec<SvgElement> {
    all(root, selector).into_iter().filter_map(|element| element.dyn_into().ok()).collect()
}

/// The place is a style and not an attribute, so that the styles can let it glide.
fn put(element: &SvgElement, class: &str, (x, y): (f32, f32)) {
    set(element, "class", class);
    // Refused only for a property that is none.
    let _ = element
        .style()
        .set_property("transform", &format!("translate({x}px, {y}px)", x = fixed(x, 2), y = fixed(y, 2)));
}

//! The still part of a lane as SVG text: boxes, circles, curves, rows with their names and empty slots.
//!
//! Text rather than components: 256 rows are one assignment, the same text is what an exported figure contains, and
//! it can be tested without a browser. What moves is set afterwards by [`super::strip`], on the parts that are marked
//! `data-node`. Nothing a person typed goes in without [`escape`].

use core::fmt::Write;

use headroom::labs::{Group, Role, Scene};
use headroom::simulation::record::Condition;

use super::layout::Layout;
use super::shapes::{Area, Rows, Shape, Slots};
use super::words;

use crate::numbers::fixed;

/// Makes `text` safe inside SVG or HTML.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Adds a rectangle to the text of a path.
pub fn rectangle(path: &mut String, (x, y): (f64, f64), (width, height): (f64, f64)) {
    let (x, y) = (fixed(x, 1), fixed(y, 1));
    let (width, height) = (fixed(width, 1), fixed(height, 1));
    let _ = write!(path, "M{x} {y}h{width}v{height}h-{width}z"); // a string takes every text
}

/// The picture of a scene; `prefix` keeps the names of patterns apart from those of other lanes.
#[must_use]
pub fn picture(scene: &Scene, layout: &Layout, prefix: &str) -> String {
    let mut text = hatches(prefix);
    text.push_str(r#"<g class="stage-links" aria-hidden="true">"#);
    for &link in layout.links() {
        let mut path = String::new();
        let pairs = layout.pairs(link);
        for &(from, to) in &pairs {
            path.push_str(&layout.curve(from, to).map_or_else(String::new, |curve| curve.path()));
        }
        // The few curves that all requests share are drawn as wide as the stream on them.
        let class = match pairs.len() {
            0..=2 => "stage-link stage-trunk",
            3..=64 => "stage-link",
            _ => "stage-link stage-fine",
        };
        let _ = write!(text, r#"<path class="{class}" d="{path}"/>"#); // a string takes every text
    }
    text.push_str(r#"</g><g class="stage-lit" aria-hidden="true"></g>"#);
    for (group, shape) in scene.groups.iter().zip(&layout.shapes) {
        match shape {
            Shape::Boxes(boxes) if group.role == Role::Buffer => buffers(&mut text, scene, group, boxes),
            Shape::Boxes(boxes) => boxes_of(&mut text, group, boxes),
            Shape::Circles { radius, middles } => circles(&mut text, group, *radius, middles, layout.height),
            Shape::Rows(rows) => rows_of(&mut text, scene, group, rows, layout.width),
            Shape::Grid(_) => {}
        }
    }
    text
}

/// The pattern of a condition, by its name.
#[must_use]
pub fn hatch(condition: Condition) -> Option<&'static str> {
    match condition {
        Condition::Up => None,
        Condition::Slow => Some("slow"),
        Condition::Draining => Some("draining"),
        Condition::Dead => Some("dead"),
        Condition::Ejected => Some("ejected"),
        Condition::Cold => Some("cold"),
        Condition::Spare => Some("spare"),
    }
}

/// One pattern for each condition, so that conditions differ without colour.
fn hatches(prefix: &str) -> String {
    let lines = [
        ("slow", "M-1 7L7-1M-1 1L1-1M5 7L7 5"),
        ("draining", "M0 3H6"),
        ("dead", "M0 0L6 6M6 0L0 6"),
        ("ejected", "M0 0H6M0 0V6"),
        ("cold", "M3 0V6"),
        ("spare", "M2 3H4"),
    ];
    let mut text = String::from("<defs>");
    for (name, path) in lines {
        let _ = write!(
            text,
            r#"<pattern id="{prefix}-{name}" class="stage-hatch stage-hatch-{name}" width="6" height="6" patternUnits="userSpaceOnUse"><path d="{path}"/></pattern>"#
        );
    }
    text + "</defs>"
}

fn boxes_of(text: &mut String, group: &Group, boxes: &[Area]) {
    for area in boxes {
        let (x, y) = area.middle();
        let small = area.width < 70.0;
        let note = if group.note.is_empty() { y + 4.0 } else { y - 3.0 };
        let _ = write!(
            text,
            r#"<g class="stage-box{}"><rect x="{}" y="{}" width="{}" height="{}" rx="8"/><text class="stage-title" x="{x}" y="{note}">{}</text><text class="stage-note" x="{x}" y="{}">{}</text></g>"#,
            if small { " stage-small" } else { "" },
            fixed(area.x, 1),
            fixed(area.y, 1),
            fixed(area.width, 1),
            fixed(area.height, 1),
            escape(&group.label),
            fixed(y + 13.0, 1),
            escape(&group.note),
            x = fixed(x, 1),
            note = fixed(note, 1)
        );
    }
}

/// A buffer: what it holds as a number and a bar, a ring for its timer, and below it the policy.
fn buffers(text: &mut String, scene: &Scene, group: &Group, boxes: &[Area]) {
    for (index, area) in boxes.iter().enumerate() {
        let node = group.first + index as u32;
        let (x, _) = area.middle();
        let _ = write!(
            text,
            concat!(
                // The button is called by its name; what the buffer holds stands beside it and not in it.
                r#"<g class="stage-box" data-buffer="{node}"><g class="stage-buffer" data-node="{node}" role="button" tabindex="0" aria-haspopup="dialog" aria-label="{called}"><rect x="{left}" y="{top}" width="{width}" height="{height}" rx="8"/>"#,
                r#"<text class="stage-title" x="{x}" y="{title}">{label}</text></g><text class="stage-note stage-held" x="{x}" y="{held}"></text>"#,
                r#"<rect class="stage-gauge" x="{bar}" y="{gauge}" width="{whole}" height="9" rx="2"/><rect class="stage-fill" x="{bar}" y="{gauge}" width="0" height="9" rx="2"/>"#,
                r#"<text class="stage-note stage-ready" x="{x}" y="{ready}"></text>"#,
                r#"<circle class="stage-ring" cx="{ring_x}" cy="{ring_y}" r="6" pathLength="100" stroke-dasharray="0 100" transform="rotate(-90 {ring_x} {ring_y})"/></g>"#
            ),
            node = node,
            called = escape(&words::title(scene, node)),
            left = fixed(area.x, 1),
            top = fixed(area.y, 1),
            width = fixed(area.width, 1),
            height = fixed(area.height, 1),
            x = fixed(x, 1),
            title = fixed(area.y + 19.0, 1),
            label = escape(&group.label),
            held = fixed(area.y + 35.0, 1),
            bar = fixed(area.x + GAUGE_EDGE, 1),
            gauge = fixed(area.y + 43.0, 1),
            whole = fixed(area.width - 2.0 * GAUGE_EDGE, 1),
            ready = fixed(area.y + 69.0, 1),
            ring_x = fixed(area.right() - 12.0, 1),
            ring_y = fixed(area.y + 13.0, 1)
        );
    }
    if let Some(lowest) = boxes.last() {
        below(text, in_two_lines(&group.note), lowest.middle().0, lowest.bottom() + 15.0);
    }
}

/// From the edge of a buffer to its bar.
pub const GAUGE_EDGE: f32 = 12.0;

/// A line under a node has about so many letters.
const LETTERS: usize = 15;
/// From one of them to the next.
const LINE: f32 = 13.0;

/// Lines under a node.
fn below(text: &mut String, lines: Vec<String>, x: f32, y: f32) {
    for (line, words) in lines.into_iter().enumerate() {
        let _ = write!(
            text,
            r#"<text class="stage-note" x="{x}" y="{}">{}</text>"#,
            fixed(y + line as f32 * LINE, 1),
            escape(&words),
            x = fixed(x, 1)
        );
    }
}

fn circles(text: &mut String, group: &Group, radius: f32, middles: &[(f32, f32)], height: f32) {
    for (index, &(x, y)) in middles.iter().enumerate() {
        let node = group.first + index as u32;
        let _ = write!(
            text,
            r#"<g class="stage-decider" data-decider="{node}"><circle cx="{x}" cy="{y}" r="{radius}"/>"#,
            x = fixed(x, 1),
            y = fixed(y, 1),
            radius = fixed(radius, 1)
        );
        if middles.len() == 1 && radius >= 30.0 {
            let _ = write!(
                text,
                r#"<text class="stage-title" x="{x}" y="{}">{}</text><text class="stage-note stage-decision" x="{x}" y="{}"></text>"#,
                fixed(y + 4.0, 1),
                escape(&group.label),
                fixed(y + 19.0, 1),
                x = fixed(x, 1)
            );
        } else if radius >= 9.0 {
            let _ = write!(
                text,
                r#"<text class="stage-note stage-decision" x="{x}" y="{}"></text>"#,
                fixed(y + 4.0, 1),
                x = fixed(x, 1)
            );
        }
        text.push_str("</g>");
    }
    // The policy below the circle, or below the lowest one.
    if let Some(&(x, y)) = middles.last()
        && group.role == Role::Decider
        && middles.len() <= 3
    {
        // Where circles fill the strip there is none: half a name says less, and the whole one heads the lane.
        let fits = |lines: &Vec<String>| y + radius + 6.0 + LINE * lines.len() as f32 <= height;
        if let Some(lines) = [in_lines(&group.note, LETTERS), in_two_lines(&group.note)].into_iter().find(fits) {
            below(text, lines, x, y + radius + 15.0);
        }
    }
}

/// A name in at most two lines, as long as they have to be for that: below a buffer a strip has no room for a third.
fn in_two_lines(name: &str) -> Vec<String> {
    let mut most = LETTERS;
    loop {
        let lines = in_lines(name, most);
        // With as many letters as the name has it is one line.
        if lines.len() <= 2 {
            return lines;
        }
        most += 1;
    }
}

/// Breaks a name of a few words into lines of about `most` letters.
fn in_lines(name: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Width of a letter in a note, in pixels, on the safe side: a little over half of its size of 11.
pub const NOTE_LETTER: f32 = 6.4;

fn rows_of(text: &mut String, scene: &Scene, group: &Group, rows: &Rows, edge: f32) {
    let _ = write!(
        text,
        r#"<g class="stage-rows{}" role="group" aria-label="Servers" style="font-size:{}px">"#,
        match (rows.stacked, rows.slots) {
            (true, _) => " stage-station",
            (_, Slots::Bar) => " stage-bars",
            _ => "",
        },
        fixed(rows.type_size, 1)
    );
    let empty = slots_path(rows, group.slots, group.slots);
    for index in 0..group.count {
        let node = group.first + index;
        let name = escape(&scene.name(node));
        // The name is written from the first row on, and again wherever it does not touch the one before.
        let written = if index % rows.name_every == 0 { name.as_str() } else { "" };
        let half = (rows.pitch / 2.0).max(2.0);
        let above = -rows.slot_height / 2.0;
        // A row's parts stand side by side, a station's one below the other.
        let (hit, sign, label) = if rows.stacked {
            let width = rows.slots_width.max(rows.area.width.min(90.0));
            (
                Area { x: rows.area.x - 6.0, y: above - 34.0, width: width + 12.0, height: 68.0 },
                (rows.area.x + name.chars().count() as f32 * 8.0 + 10.0, above - 24.0),
                (rows.area.x, above - 20.0),
            )
        } else {
            let area = rows.area;
            (
                Area { x: area.x, y: -half, width: area.width, height: 2.0 * half },
                (area.x + 8.0, 0.0),
                (rows.name_end, rows.type_size * 0.35),
            )
        };
        let note = if rows.stacked {
            // Beside the row and not in it: a row is called by what it shows, and this is about its group.
            // The last one may be wider than its station: it ends at the edge then.
            let width = group.note.chars().count() as f32 * NOTE_LETTER;
            let (x, y) = (rows.area.x.min(edge - width).max(0.0), rows.line(index) + above - 7.0);
            format!(
                r#"<text class="stage-note stage-beside" x="{x}" y="{y}">{}</text>"#,
                escape(&group.note),
                x = fixed(x, 1),
                y = fixed(y, 1)
            )
        } else {
            String::new()
        };
        let _ = write!(
            text,
            concat!(
                r#"<g class="stage-row" data-node="{node}" role="button" tabindex="{tab}" aria-haspopup="dialog" aria-label="{called}" transform="translate(0 {y})">"#,
                r#"<rect class="stage-hit" x="{left}" y="{top}" width="{width}" height="{height}" rx="3"/>"#,
                r#"<path class="stage-sign" transform="translate({sign_x} {sign_y})"/>"#,
                r#"<text class="stage-name" x="{name_x}" y="{name_y}">{written}</text>"#,
                r#"<path class="stage-slots" d="{empty}"/>"#,
                r#"<path class="stage-busy"/>"#,
                r#"<rect class="stage-cover" x="{slots_x}" y="{above}" width="{slots_width}" height="{slot_height}" fill="none"/>"#,
                r#"<path class="stage-queue" stroke-dasharray="0 {queue_pitch}" stroke-width="{dot}"/>"#,
                r#"<text class="stage-words" y="{words_y}"></text></g>{note}"#
            ),
            node = node,
            tab = if index == 0 { 0 } else { -1 },
            called = escape(&words::title(scene, node)),
            y = fixed(rows.line(index), 2),
            left = fixed(hit.x, 1),
            top = fixed(hit.y, 1),
            width = fixed(hit.width, 1),
            height = fixed(hit.height, 1),
            sign_x = fixed(sign.0, 1),
            sign_y = fixed(sign.1, 1),
            name_x = fixed(label.0, 1),
            name_y = fixed(label.1, 1),
            written = written,
            note = note,
            empty = empty,
            slots_x = fixed(rows.slots_x, 1),
            above = fixed(above, 1),
            slots_width = fixed(rows.slots_width, 1),
            slot_height = fixed(rows.slot_height, 1),
            queue_pitch = fixed(rows.queue_pitch, 2),
            dot = fixed((rows.queue_pitch * 0.72).min(rows.pitch * 0.8), 1),
            words_y = fixed(rows.queue_y + rows.type_size * 0.35, 1)
        );
    }
    text.push_str("</g>");
}

/// The first `filled` of `slots` slots of a row as an SVG path, with the row's middle line at height 0.
#[must_use]
pub fn slots_path(rows: &Rows, filled: u32, slots: u32) -> String {
    let mut path = String::new();
    let rounded = |path: &mut String, x: f32, width: f32, height: f32| {
        let corner = (height * 0.2).min(2.5).min(width / 2.0);
        let (across, down) = (width - 2.0 * corner, height - 2.0 * corner);
        let _ = write!(
            path,
            "M{} {}h{across}q{corner} 0 {corner} {corner}v{down}q0 {corner}-{corner} {corner}h-{across}q-{corner} 0-{corner}-{corner}v-{down}q0-{corner} {corner}-{corner}z",
            fixed(x + corner, 1),
            fixed(-height / 2.0, 1),
            across = fixed(across, 1),
            corner = fixed(corner, 1),
            down = fixed(down, 1)
        );
    };
    match rows.slots {
        Slots::None => {}
        Slots::Squares { size, pitch } => {
            for slot in 0..filled.min(slots) {
                rounded(&mut path, rows.slots_x + pitch * slot as f32, size, size);
            }
        }
        Slots::Bar if filled > 0 && slots > 0 => {
            let part = filled.min(slots) as f32 / slots as f32;
            rounded(&mut path, rows.slots_x, (rows.slots_width * part).max(1.0), rows.slot_height);
        }
        Slots::Bar => {}
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use headroom::labs::catalogue;
    use headroom::scenario::Scenario;

    fn picture_of(settings: &str, width: f32) -> (Scene, String) {
        let (scenario, notices) = Scenario::read(&format!("balancing?{settings}")).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        let scene = (catalogue().next().unwrap().scene)(&scenario, 0);
        let layout = Layout::of(&scene, width, false);
        let text = picture(&scene, &layout, "lane-a");
        (scene, text)
    }

    #[test]
    fn every_server_can_be_found_by_its_name_and_one_of_them_by_the_tab_key() {
        for servers in [1, 8, 256] {
            let (scene, text) = picture_of(&format!("servers={servers}"), 800.0);
            assert_eq!(text.matches(r#"role="button""#).count(), servers);
            assert_eq!(text.matches(r#"tabindex="0""#).count(), 1);
            let last = scene.name(scene.nodes() - 1);
            assert!(text.contains(&format!(r#"aria-label="Server {last}""#)), "{last}");
        }
    }

    #[test]
    fn elements_are_closed_and_patterns_belong_to_the_lane() {
        let (_, text) = picture_of("servers=100", 500.0);
        for element in ["g", "text", "pattern", "defs"] {
            let opened = text.matches(&format!("<{element} ")).count() + text.matches(&format!("<{element}>")).count();
            assert_eq!(opened, text.matches(&format!("</{element}>")).count(), "{element}");
        }
        assert_eq!(text.matches(r#"id="lane-a-"#).count(), 6);
        assert_eq!(text.matches("id=").count(), 6);
    }

    #[test]
    fn as_many_slots_are_filled_as_are_busy() {
        let (scene, _) = picture_of("slots=4", 800.0);
        let layout = Layout::of(&scene, 800.0, false);
        let Some(Shape::Rows(rows)) = layout.shapes.last() else { panic!("rows") };
        for filled in 0..=6 {
            assert_eq!(slots_path(rows, filled, 4).matches('M').count(), filled.min(4) as usize);
        }
    }

    #[test]
    fn nothing_typed_becomes_markup() {
        assert_eq!(escape(r#"<a href="x">&"#), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }

    #[test]
    fn long_names_break_between_words() {
        assert_eq!(in_lines("Two random choices", 12), ["Two random", "choices"]);
        assert_eq!(in_lines("Round robin", 15), ["Round robin"]);
        assert_eq!(in_two_lines("By size or linger"), ["By size or", "linger"]);
        assert_eq!(in_two_lines("Debounce mistaken for linger"), ["Debounce mistaken", "for linger"]);
    }
}

//! What of a lane changes while time goes on, written straight into the page: levels, the lit path of a step, dots.
//!
//! Never through components: a frame costs what has changed, and nothing is compared that has not. Levels change the
//! page at most fifteen times a second. Read next: [`super::picture`] for the elements, [`super::dots`] for motion.

use core::fmt::Write;

use headroom::labs::{Group, Scene};
use headroom::session::{At, Player, Track};
use headroom::simulation::record::Condition;
use headroom::simulation::{Level, NodeId};
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlCanvasElement, HtmlElement, SvgElement};

use super::cells::Cells;
use super::dots::Dots;
use super::key_map::KeyPicture;
use super::layout::Layout;
use super::picture::{GAUGE_EDGE, hatch, picture, slots_path};
use super::shapes::{Rows, Shape};
use super::tank::Tank;
use super::words;

use crate::numbers::fixed;

/// Between two changes of the levels while time goes on, in milliseconds.
const BETWEEN_LEVELS: f64 = 66.0;
/// The same where things should not move by themselves: a new state half a second at the earliest after the last.
const BETWEEN_STATES: f64 = 500.0;
/// Between two summaries for screen readers.
const BETWEEN_SUMMARIES: f64 = 1_000.0;

/// The elements that a strip writes into.
pub struct Parts {
    /// The lane as a whole, which has the styles.
    pub root: Element,
    /// The still picture.
    pub svg: Element,
    /// The canvas of the dots.
    pub dots: HtmlCanvasElement,
    /// The canvas of the cells, for very many servers.
    pub cells: HtmlCanvasElement,
    /// “1 of 40 shown”.
    pub badge: Element,
    /// The narration of a step.
    pub caption: Element,
    /// The lane in words.
    pub summary: Element,
    /// Who has which keys, where the scene has any.
    pub keys: Option<Element>,
    /// Whether there is little room.
    pub compact: bool,
}

/// The elements of one row, and what they show.
struct Row {
    element: Element,
    sign: Element,
    busy: Element,
    cover: Element,
    queue: Element,
    words: Element,
    shown: Option<(u32, u32, Condition)>,
}

/// Edition and event, of a lane that stands somewhere.
type Step = Option<(u32, u64)>;

/// One lane on the page.
pub struct Strip {
    lane: usize,
    parts: Parts,
    scene: Scene,
    layout: Layout,
    prefix: String,
    /// By node.
    rows: Vec<Option<Row>>,
    lit: Option<Element>,
    /// Buffers, with their nodes.
    tanks: Vec<(NodeId, Tank)>,
    keys: Option<KeyPicture>,
    dots: Option<Dots>,
    cells: Option<Cells>,
    /// What was painted last: the playhead, the step it stands at, and whether the lane had settled.
    painted: Option<(u64, Step, bool)>,
    levels_at: f64,
    summary_at: f64,
    /// The step that is lit.
    told: Step,
    one_in: u32,
}

impl Strip {
    /// Draws `scene` into `parts`.
    #[must_use]
    pub fn new(lane: usize, parts: Parts, scene: Scene, layout: Layout) -> Self {
        let prefix = format!("lane-{}", headroom::scenario::lane_letter(lane));
        parts.svg.set_inner_html(&picture(&scene, &layout, &prefix));
        let mut rows: Vec<Option<Row>> = Vec::new();
        rows.resize_with(scene.nodes() as usize, || None);
        for element in all(&parts.svg, "[data-node]") {
            let node = element.get_attribute("data-node").and_then(|text| text.parse::<usize>().ok());
            if let Some(place) = node.and_then(|node| rows.get_mut(node)) {
                *place = Row::of(element);
            }
        }
        let tanks = all(&parts.svg, "[data-buffer]").into_iter().filter_map(|element| {
            let node = element.get_attribute("data-buffer")?.parse().ok()?;
            let width = layout.place(node)?.width - 2.0 * GAUGE_EDGE;
            let gathering = scene.gathering.filter(|gathering| gathering.node == node);
            Some((node, Tank::of(&element, width, gathering)?))
        });
        let tanks = tanks.collect();
        let keys = parts.keys.clone().filter(|_| scene.keys);
        let keys = keys.map(|root| KeyPicture::new(root, layout.width, parts.compact));
        let dots = Dots::new(&parts.dots, &parts.root, &layout);
        let cells = Cells::new(&parts.cells, &parts.root, &scene, &layout);
        let lit = parts.svg.query_selector(".stage-lit").ok().flatten();
        Self {
            lane,
            parts,
            scene,
            layout,
            prefix,
            rows,
            lit,
            tanks,
            keys,
            dots,
            cells,
            painted: None,
            levels_at: f64::MIN,
            summary_at: f64::MIN,
            told: None,
            one_in: 1,
        }
    }

    /// What it shows.
    #[must_use]
    pub fn is_of(&self, lane: usize, scene: &Scene, layout: &Layout) -> bool {
        self.lane == lane && self.scene == *scene && self.layout == *layout
    }

    /// The theme has changed: colours that are in pixels are read again.
    #[inline(never)] // not needed at the start
    pub fn recolour(&mut self) {
        self.dots = Dots::new(&self.parts.dots, &self.parts.root, &self.layout);
        self.cells = Cells::new(&self.parts.cells, &self.parts.root, &self.scene, &self.layout);
        self.painted = None;
    }

    /// Moves the keyboard's focus to a node, into view; `quietly` where the page should not scroll to it.
    #[inline(never)] // not needed at the start
    pub fn focus(&self, node: NodeId, quietly: bool) {
        if self.rows.get(node as usize).is_some_and(Option::is_some) {
            // One row is in the order of tabbing: the one that was used last.
            for (index, row) in self.rows.iter().enumerate() {
                if let Some(row) = row {
                    set(&row.element, "tabindex", if index == node as usize { "0" } else { "-1" });
                }
            }
        }
        let options = FocusOptions::new();
        options.set_prevent_scroll(quietly);
        let find = |selector: &str| self.parts.root.query_selector(selector).ok().flatten();
        // What is on the page and in the order of tabbing takes the focus.
        if let Some(place) = find(&format!(r#".stage-picture [data-node="{node}"]"#)) {
            let _ = place.dyn_ref::<SvgElement>().map(|place| place.focus_with_options(&options));
        } else if let Some(cells) = find(".stage-cells") {
            let _ = cells.dyn_ref::<HtmlElement>().map(|cells| cells.focus_with_options(&options));
        }
    }

    /// The node of the picture that the keyboard's focus is at.
    #[must_use]
    pub fn focused(&self) -> Option<NodeId> {
        let focused = self.parts.svg.query_selector(":focus").ok().flatten()?;
        focused.get_attribute("data-node")?.parse().ok()
    }

    /// Marks the node whose card is open.
    pub fn open(&self, node: Option<NodeId>) {
        for (index, row) in self.rows.iter().enumerate() {
            if let Some(row) = row {
                set(&row.element, "aria-expanded", if node == Some(index as NodeId) { "true" } else { "false" });
            }
        }
    }

    /// An animation frame; `now` in milliseconds.
    pub fn frame(&mut self, player: &Player, now: f64) {
        let Some(track) = player.tracks().get(self.lane) else { return };
        let at = track.at.as_ref().map(|at| (at.edition, at.position.event));
        let key = (player.playhead().0, at, track.settled);
        if self.painted == Some(key) {
            return;
        }
        let still = self.dots.as_ref().is_some_and(Dots::still);
        let pause = if still { BETWEEN_STATES } else { BETWEEN_LEVELS };
        let due = !player.playing() || now - self.levels_at >= pause;
        if still && !due {
            return;
        }
        self.painted = Some(key);
        if let Some(dots) = &mut self.dots {
            dots.paint(&self.scene, &self.layout, track, player.playhead());
        }
        for (node, tank) in &mut self.tanks {
            tank.show(track.level(*node), player.playhead());
        }
        if due {
            self.levels_at = now;
            self.levels(track);
        }
        self.step(track.at.as_deref());
    }

    /// What may lag behind by an eighth of a second: the badge and the summary.
    pub fn refresh(&mut self, player: &Player, now: f64) {
        let Some(track) = player.tracks().get(self.lane) else { return };
        if self.one_in != track.one_in {
            self.one_in = track.one_in;
            let text = match track.one_in {
                0 | 1 => String::new(),
                more => format!("1 of {more} shown"),
            };
            self.parts.badge.set_text_content(Some(&text));
        }
        if !player.playing() || now - self.summary_at >= BETWEEN_SUMMARIES {
            self.summary_at = now;
            let text = words::summary(&self.scene, track, player.playhead());
            self.parts.summary.set_text_content(Some(&text));
        }
    }

    fn levels(&mut self, track: &Track) {
        let Self { scene, layout, rows, prefix, .. } = self;
        for (group, shape) in scene.groups.iter().zip(&layout.shapes) {
            let Shape::Rows(shape) = shape else { continue };
            for index in 0..group.count {
                let node = group.first + index;
                if let Some(row) = rows.get_mut(node as usize).and_then(Option::as_mut) {
                    row.show(track.level(node), group, shape, prefix);
                }
            }
        }
        if let Some(cells) = &mut self.cells {
            cells.paint(track);
        }
        if let Some(keys) = &mut self.keys {
            keys.show(&self.scene, track.key_map());
        }
    }

    /// Lights what the last event concerned, and says why.
    fn step(&mut self, at: Option<&At>) {
        let told = at.map(|at| (at.edition, at.position.event));
        if told == self.told {
            return;
        }
        self.told = told;
        let story = at.and_then(words::story);
        self.parts.caption.set_text_content(Some(story.as_deref().unwrap_or_default()));
        let lit = at.filter(|_| story.is_some()).map_or_else(String::new, |at| self.lit_of(at));
        if let Some(element) = &self.lit {
            element.set_inner_html(&lit);
        }
        let decision = at
            .and_then(|at| at.nodes.last().filter(|_| at.nodes.len() > 1))
            .map(|&node| format!("→ {}", self.scene.name(node)));
        for element in all(&self.parts.svg, ".stage-decision") {
            element.set_text_content(Some(decision.as_deref().unwrap_or_default()));
        }
    }

    /// The path that was taken, the candidates with the figure that was compared.
    #[inline(never)] // not needed at the start
    fn lit_of(&self, at: &At) -> String {
        let mut text = String::new();
        if let [.., from, to] = at.nodes.as_slice() {
            let path = self.layout.curve(*from, *to).map_or_else(String::new, |curve| curve.path());
            let _ = write!(text, r#"<path class="stage-lit-path" d="{path}"/>"#); // a string takes every text
        }
        let place = |node: NodeId, class: &str, text: &mut String| {
            if let Some(area) = self.layout.place(node) {
                let _ = write!(
                    text,
                    r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}" rx="4"/>"#,
                    fixed(area.x - 2.0, 1),
                    fixed(area.y + 1.0, 1),
                    fixed(area.width + 4.0, 1),
                    fixed(area.height - 2.0, 1)
                );
            }
        };
        for &node in &at.nodes {
            if self.scene.target(node).is_some() {
                place(node, "stage-lit-node", &mut text);
            }
        }
        for &(candidate, figure) in &at.candidates {
            let Some(node) = self.scene.server(candidate) else { continue };
            let Some(area) = self.layout.place(node) else { continue };
            place(node, "stage-lit-candidate", &mut text);
            if area.height >= super::shapes::TEXT_ROW {
                let figure = figure_text(figure);
                let width = 8.0 + 6.6 * figure.chars().count() as f32;
                let (x, y) = (area.x - 6.0 - width, area.y + area.height / 2.0);
                let _ = write!(
                    text,
                    r#"<rect class="stage-lit-figure" x="{x}" y="{}" width="{width}" height="15" rx="7.5"/><text class="stage-lit-number" x="{}" y="{}">{figure}</text>"#,
                    fixed(y - 7.5, 1),
                    fixed(x + width / 2.0, 1),
                    fixed(y + 3.8, 1),
                    x = fixed(x, 1),
                    width = fixed(width, 1)
                );
            }
        }
        text
    }
}

/// A compared figure: whole numbers as they are, others with two places.
fn figure_text(figure: f64) -> String {
    if figure.fract() == 0.0 && figure.abs() < 1e6 { format!("{figure}") } else { fixed(figure, 2).to_string() }
}

impl Row {
    fn of(element: Element) -> Option<Self> {
        let part = |class: &str| element.query_selector(class).ok().flatten();
        Some(Self {
            sign: part(".stage-sign")?,
            busy: part(".stage-busy")?,
            cover: part(".stage-cover")?,
            queue: part(".stage-queue")?,
            words: part(".stage-words")?,
            element,
            shown: None,
        })
    }

    fn show(&mut self, level: Option<&Level>, group: &Group, rows: &Rows, prefix: &str) {
        let wanted = level.map_or((0, 0, Condition::Up), |level| (level.serving, level.queued, level.condition));
        if self.shown == Some(wanted) {
            return;
        }
        let (serving, queued, condition) = wanted;
        let before = self.shown.replace(wanted);
        if before.is_none_or(|before| before.0 != serving) {
            set(&self.busy, "d", &slots_path(rows, serving, group.slots));
        }
        let level = Level { at: Default::default(), node: 0, serving, queued, condition };
        let text = if rows.wordy() { words::row(&level, rows.queue_most, rows.short()) } else { String::new() };
        let dots = queued.min(rows.dots_beside(text.chars().count()));
        // Dots are the round ends of dashes without length.
        let length = rows.queue_pitch * dots.saturating_sub(1) as f32 + 0.01;
        let x = rows.queue_x + rows.queue_pitch / 2.0;
        set(
            &self.queue,
            "d",
            &if dots > 0 {
                format!("M{x} {}h{length}", fixed(rows.queue_y, 1), x = fixed(x, 1), length = fixed(length, 2))
            } else {
                String::new()
            },
        );
        if rows.wordy() {
            let x = rows.words_x(dots, text.chars().count());
            set(&self.words, "x", &fixed(x, 1).to_string());
            // The space keeps name and words apart for whoever reads the row's text; it is not drawn.
            self.words.set_text_content(Some(&format!(" {text}")));
        }
        // Whoever names what is seen (by voice, say) finds it: the name says the words that stand there.
        let said = if rows.wordy() { text.as_str() } else { words::condition(condition) };
        let name = self.element.get_attribute("aria-label").unwrap_or_default();
        let own = name.split(',').next().unwrap_or_default();
        let called = if said.is_empty() { own.to_owned() } else { format!("{own}, {said}") };
        if called != name {
            set(&self.element, "aria-label", &called);
        }
        if before.is_none_or(|before| before.2 != condition) {
            set(&self.element, "data-condition", words::condition(condition));
            set(&self.sign, "d", words::sign(condition));
            let fill = hatch(condition).map_or_else(|| "none".to_owned(), |name| format!("url(#{prefix}-{name})"));
            set(&self.cover, "fill", &fill);
        }
    }
}

/// Sets an attribute.
pub(super) fn set(element: &Element, name: &str, value: &str) {
    // Refused only for a name that no attribute can have.
    let _ = element.set_attribute(name, value);
}

/// Every element that a selector finds.
pub(super) fn all(element: &Element, selector: &str) -> Vec<Element> {
    let Ok(list) = element.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.get(index)?.dyn_into().ok()).collect()
}

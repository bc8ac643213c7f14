//! Figures on the page: strokes on a canvas while time goes on, SVG while it stands. Only what differs is written.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement};

use super::figure::{Figure, Line, Look};
use super::svg;
use crate::stage::colours;
use crate::stage::dots::Pixels;
use crate::stage::heat::Scale as Heat;

/// The elements of one plot.
pub struct Plot {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// Axes, lines, names, cursor.
    groups: [Element; 4],
    /// What the groups hold.
    texts: [String; 4],
    size: (f64, f64),
    ratio: f64,
    /// Whether strokes are on the canvas.
    inked: bool,
}

/// Places of the groups.
const AXES: usize = 0;
const LINES: usize = 1;
const ENDS: usize = 2;
const CURSOR: usize = 3;

/// The colours of the lanes, of theory and of load, as they are now.
#[derive(Clone, Debug)]
pub struct Ink {
    lanes: [String; 4],
    theory: String,
    /// The scale of load.
    pub heat: Heat,
}

impl Ink {
    /// Reads the colours that hold at `element`.
    #[must_use]
    pub fn read(element: &Element) -> Self {
        let text = |name: &str| {
            let [red, green, blue, _] = colours::read(element, name);
            format!("rgb({red},{green},{blue})")
        };
        Self {
            lanes: ["--lane-a", "--lane-b", "--lane-c", "--lane-d"].map(text),
            theory: text("--ink"),
            heat: crate::stage::cells::scale(element),
        }
    }

    fn of(&self, line: &Line) -> &str {
        line.lane.map_or(&self.theory, |lane| &self.lanes[lane % self.lanes.len()])
    }
}

impl Plot {
    /// The plot in `svg` and `canvas`, `size` CSS pixels large.
    #[must_use]
    pub fn new(svg: &Element, canvas: HtmlCanvasElement, size: (f64, f64)) -> Option<Self> {
        let names = ["chart-axes", "chart-lines", "chart-ends", "chart-focus"];
        svg.set_inner_html(&names.map(|name| format!(r#"<g class="{name}"></g>"#)).concat());
        let group = |name: &str| svg.query_selector(&format!(".{name}")).ok().flatten();
        let groups = [group(names[0])?, group(names[1])?, group(names[2])?, group(names[3])?];
        let pixels = Pixels::new(&canvas, size.0 as f32, size.1 as f32)?;
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let ratio = f64::from(pixels.ratio);
        Some(Self { canvas, context, groups, texts: Default::default(), size, ratio, inked: false })
    }

    /// Width and height in CSS pixels.
    #[must_use]
    pub fn size(&self) -> (f64, f64) {
        self.size
    }

    /// Pixels of the device for one of the page.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.ratio
    }

    /// The canvas, for a picture that is not lines.
    #[must_use]
    pub fn canvas(&self) -> &HtmlCanvasElement {
        &self.canvas
    }

    /// Draws a figure of lines.
    pub fn draw(&mut self, figure: &Figure, ink: &Ink, moving: bool) {
        let polylines: Vec<Vec<(f32, f32)>> = figure.lines.iter().map(|line| figure.polyline(line)).collect();
        self.put(AXES, svg::axes(figure));
        self.put(ENDS, svg::ends(figure, &polylines));
        self.wipe();
        if moving {
            self.put(LINES, String::new());
            self.stroke(figure, &polylines, ink);
        } else {
            self.put(LINES, svg::lines(figure, &polylines));
        }
    }

    /// Draws axes and names of a plot whose picture is made of pixels.
    pub fn frame(&mut self, axes: String) {
        self.put(AXES, axes);
    }

    /// Draws the cursor.
    pub fn cursor(&mut self, text: String) {
        self.put(CURSOR, text);
    }

    /// What is inside the SVG, for export.
    #[must_use]
    pub fn texts(&self) -> String {
        self.texts[..CURSOR].concat()
    }

    fn put(&mut self, place: usize, text: String) {
        if self.texts[place] != text {
            self.groups[place].set_inner_html(&text);
            self.texts[place] = text;
        }
    }

    fn wipe(&mut self) {
        if self.inked {
            self.context.clear_rect(0.0, 0.0, f64::from(self.canvas.width()), f64::from(self.canvas.height()));
            self.inked = false;
        }
    }

    fn stroke(&mut self, figure: &Figure, polylines: &[Vec<(f32, f32)>], ink: &Ink) {
        let context = &self.context;
        // Refused only for a matrix that is not a number.
        let _ = context.set_transform(self.ratio, 0.0, 0.0, self.ratio, 0.0, 0.0);
        context.set_line_join("round");
        for (line, points) in figure.lines.iter().zip(polylines) {
            context.set_stroke_style_str(ink.of(line));
            context.set_line_width(line.weight);
            context.set_global_alpha(if line.ghost { 0.35 } else { 1.0 });
            let dashes: js_sys::Array = svg::dashes(line).iter().map(|&part| JsValue::from_f64(part)).collect();
            // Refused only for what is no list of numbers.
            let _ = context.set_line_dash(&dashes);
            context.begin_path();
            if line.look == Look::Points {
                points_of(context, line, points);
                continue;
            }
            let mut down = false;
            for &(x, y) in points {
                if y.is_nan() {
                    down = false;
                } else if down {
                    context.line_to(f64::from(x), f64::from(y));
                } else {
                    context.move_to(f64::from(x), f64::from(y));
                    down = true;
                }
            }
            context.stroke();
        }
        context.set_global_alpha(1.0);
        let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        self.inked = true;
    }
}

/// Points as their lane's shape, filled.
fn points_of(context: &CanvasRenderingContext2d, line: &Line, points: &[(f32, f32)]) {
    let colour = context.stroke_style();
    context.set_fill_style_str(&colour.as_string().unwrap_or_default());
    context.set_global_alpha(svg::POINT_OPACITY * context.global_alpha());
    for &(x, y) in points.iter().filter(|point| !point.1.is_nan()) {
        for (index, &(right, down)) in svg::corners(line).iter().enumerate() {
            let (x, y) = (f64::from(x) + right, f64::from(y) + down);
            if index == 0 { context.move_to(x, y) } else { context.line_to(x, y) }
        }
        context.close_path();
    }
    context.fill();
}

//! A picture of what is on the screen: lanes and charts as they stand, as an SVG file of its own, or as a PNG of that.
//!
//! It reads the document, not the experiment: drawings are copied with the styles that they have, canvases as images,
//! and words where they stand. So it shows what is seen, in the theme in which it is seen.

use core::fmt::Write;

use headroom::basics::decimal;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, XmlSerializer};

use crate::browser::{self, announce, clipboard};
use crate::numbers::fixed;
use crate::stage::picture::escape;

/// What is copied, in the order of the document.
const PARTS: &str = ".lane, .chart-card, svg.stage-picture, svg.chart-svg, canvas, .lane-head, .figures dt, .figures dd, .chart-name, .stage-caption, .stage-badge";
/// What an element of a drawing takes with it.
const STYLES: [&str; 16] = [
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linejoin",
    "stroke-linecap",
    "stroke-dashoffset",
    "opacity",
    "fill-opacity",
    "color",
    "display",
    "visibility",
    "font-family",
    "font-size",
    "font-weight",
    "text-anchor",
];
/// Room round everything, in CSS pixels.
const MARGIN: f64 = 12.0;
/// Pixels of a PNG for one of the page: sharp on a projector and in print.
const SHARP: f64 = 2.0;

/// Hands the picture out as the file `name`, as a PNG or as SVG. Returns whether there was something to hand out.
pub fn save(name: &str, png: bool) -> bool {
    let Some((svg, size)) = svg() else { return false };
    if !png {
        return clipboard::save(&format!("{name}.svg"), "image/svg+xml", &svg).is_ok();
    }
    let name = format!("{name}.png");
    spawn_local(async move {
        if as_png(&name, &svg, size).await.is_err() {
            announce::answer("This browser does not make a PNG of it; the SVG shows the same.");
        }
    });
    true
}

/// The picture as the text of an SVG file, with its size in CSS pixels.
fn svg() -> Option<(String, (f64, f64))> {
    let document = browser::document()?;
    let lab = document.query_selector(".lab").ok().flatten()?;
    let parts = lab.query_selector_all(PARTS).ok()?;
    let parts = (0..parts.length()).filter_map(|index| parts.get(index)?.dyn_into::<Element>().ok());
    // What is not shown, or belongs to a dialog, has no place in the picture.
    let parts: Vec<(Element, Place)> =
        parts.map(|part| (part.clone(), Place::of(&part))).filter(|(_, place)| place.is_there()).collect();
    let parts = closed_up(&lab, parts);
    let whole = parts.iter().map(|(_, place)| *place).reduce(Place::with)?;
    let (width, height) = (whole.width + 2.0 * MARGIN, whole.height + 2.0 * MARGIN);
    let ground = style(&lab.closest("body").ok().flatten()?, "background-color");
    let mut text = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"><rect width="100%" height="100%" fill="{ground}"/>"#,
        width = fixed(width, 0),
        height = fixed(height, 0)
    );
    for (part, place) in &parts {
        let place = Place { left: place.left - whole.left + MARGIN, top: place.top - whole.top + MARGIN, ..*place };
        match part.tag_name().to_ascii_lowercase().as_str() {
            "svg" => text += &drawing(part, place).unwrap_or_default(),
            "canvas" => text += &image(part, place).unwrap_or_default(),
            "section" => {
                // A string takes every text.
                let _ = write!(
                    text,
                    r#"<rect x="{}" y="{}" width="{}" height="{}" rx="6" fill="{}" stroke="{}"/>"#,
                    fixed(place.left, 1),
                    fixed(place.top, 1),
                    fixed(place.width, 1),
                    fixed(place.height, 1),
                    surface(part),
                    style(part, "border-top-color")
                );
            }
            _ => text += &words(part, place),
        }
    }
    Some((text + "</svg>", (width, height)))
}

/// The charts follow the lanes at once: what stands between them on the page is for pressing.
fn closed_up(lab: &Element, parts: Vec<(Element, Place)>) -> Vec<(Element, Place)> {
    let place = |selector: &str| Some(Place::of(&lab.query_selector(selector).ok()??));
    let (Some(lanes), Some(charts)) = (place(".lanes"), place(".chart-card")) else { return parts };
    let gap = (charts.top - lanes.top - lanes.height - MARGIN).max(0.0);
    let up = |(part, place): (Element, Place)| {
        let of_charts = part.closest(".chart-card").is_ok_and(|card| card.is_some());
        (part, Place { top: if of_charts { place.top - gap } else { place.top }, ..place })
    };
    parts.into_iter().map(up).collect()
}

/// Where something stands, in CSS pixels.
#[derive(Clone, Copy)]
struct Place {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Place {
    fn of(element: &Element) -> Self {
        let corner = element.get_bounding_client_rect();
        Self { left: corner.left(), top: corner.top(), width: corner.width(), height: corner.height() }
    }

    fn is_there(&self) -> bool {
        self.width >= 1.0 && self.height >= 1.0
    }

    /// The smallest that holds both.
    fn with(self, other: Self) -> Self {
        let (left, top) = (self.left.min(other.left), self.top.min(other.top));
        let right = (self.left + self.width).max(other.left + other.width);
        let bottom = (self.top + self.height).max(other.top + other.height);
        Self { left, top, width: right - left, height: bottom - top }
    }
}

fn style(element: &Element, name: &str) -> String {
    let computed = browser::window().and_then(|window| window.get_computed_style(element).ok().flatten());
    computed.and_then(|style| style.get_property_value(name).ok()).unwrap_or_default()
}

/// The colour behind a part: its own, or that of the card that it stands in.
fn surface(part: &Element) -> String {
    let own = style(part, "background-color");
    if own != "rgba(0, 0, 0, 0)" && own != "transparent" {
        return own;
    }
    part.closest(".card").ok().flatten().map_or_else(|| "none".to_owned(), |card| style(&card, "background-color"))
}

/// A drawing of the page with the styles that it has there.
fn drawing(part: &Element, place: Place) -> Option<String> {
    let copy: Element = part.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
    let (from, to) = (part.query_selector_all("*").ok()?, copy.query_selector_all("*").ok()?);
    for index in 0..from.length() {
        let (Some(from), Some(to)) = (from.get(index), to.get(index)) else { continue };
        let (Ok(from), Ok(to)) = (from.dyn_into::<Element>(), to.dyn_into::<Element>()) else { continue };
        let computed = browser::window()?.get_computed_style(&from).ok().flatten()?;
        let styles: String = STYLES
            .iter()
            .filter_map(|name| Some((name, computed.get_property_value(name).ok()?)))
            .map(|(name, value)| format!("{name}:{value};"))
            .collect();
        // Names of attributes that are names; none of them is refused.
        let _ = to.set_attribute("style", &styles);
        for name in ["class", "tabindex", "role", "aria-label"] {
            let _ = to.remove_attribute(name);
        }
    }
    for (name, value) in [("x", place.left), ("y", place.top), ("width", place.width), ("height", place.height)] {
        copy.set_attribute(name, &fixed(value, 1).to_string()).ok()?;
    }
    if !copy.has_attribute("viewBox") {
        copy.set_attribute("viewBox", &format!("0 0 {} {}", fixed(place.width, 1), fixed(place.height, 1))).ok()?;
    }
    copy.set_attribute("overflow", "visible").ok()?;
    for name in ["class", "role", "aria-label"] {
        copy.remove_attribute(name).ok()?;
    }
    XmlSerializer::new().ok()?.serialize_to_string(&copy).ok()
}

fn image(part: &Element, place: Place) -> Option<String> {
    let data = part.dyn_ref::<HtmlCanvasElement>()?.to_data_url().ok()?;
    Some(format!(
        r#"<image href="{data}" x="{}" y="{}" width="{}" height="{}"/>"#,
        fixed(place.left, 1),
        fixed(place.top, 1),
        fixed(place.width, 1),
        fixed(place.height, 1)
    ))
}

/// Words where they stand; a lane is called by its name instead of its controls.
fn words(part: &Element, place: Place) -> String {
    let head = part.class_list().contains("lane-head");
    let lane = part.closest(".lane").ok().flatten().and_then(|lane| lane.get_attribute("aria-label"));
    let mut text = if head { lane } else { part.text_content() }.unwrap_or_default();
    // A dot that the page puts between a name and the number of its samples by its styles.
    let samples = part.query_selector(".samples").ok().flatten().and_then(|samples| samples.text_content());
    if let Some(name) = samples.as_ref().and_then(|samples| text.strip_suffix(samples.as_str())) {
        text = format!("{name} · {}", samples.unwrap_or_default());
    }
    let pixels = |name: &str| decimal::read(style(part, name).trim_end_matches("px"));
    let size = pixels("font-size").unwrap_or(14.0);
    let left = pixels("padding-left").unwrap_or(0.0);
    format!(
        r#"<text x="{}" y="{}" font-family="system-ui, sans-serif" font-size="{size}" font-weight="{}" fill="{}">{}</text>"#,
        fixed(place.left + left, 1),
        fixed(place.top + place.height / 2.0 + size * 0.35, 1),
        if head { "700".to_owned() } else { style(part, "font-weight") },
        style(part, "color"),
        escape(text.trim())
    )
}

async fn as_png(name: &str, svg: &str, (width, height): (f64, f64)) -> Result<(), JsValue> {
    let document = browser::document().ok_or("there is no document")?;
    let image = HtmlImageElement::new()?;
    image.set_src(&format!("data:image/svg+xml,{}", js_sys::encode_uri_component(svg)));
    JsFuture::from(image.decode()).await?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    // A few thousand pixels at most.
    canvas.set_width((width * SHARP) as u32);
    canvas.set_height((height * SHARP) as u32);
    let context: web_sys::CanvasRenderingContext2d =
        canvas.get_context("2d")?.ok_or("there is no canvas")?.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width * SHARP, height * SHARP)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&canvas.to_data_url()?);
    link.set_download(name);
    link.click();
    Ok(())
}

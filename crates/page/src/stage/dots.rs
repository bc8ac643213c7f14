//! Requests in the air as dots on a canvas: places from the layout's curves, pixels from the painter, one
//! `putImageData` per frame of what has changed.

use headroom::basics::Nanos;
use headroom::labs::{Role, Scene};
use headroom::session::Track;
use headroom::simulation::Flight;
use headroom::simulation::record::Class;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, ImageData};

use super::colours;
use super::layout::Layout;
use super::painter::{Outline, Painter, Sprite};

/// Finer pixels than two to one are not told apart on dots.
const MOST_PIXELS: f64 = 2.0;
/// From so many dots on they are drawn smaller, or they would hide each other.
const CROWD: usize = 1_500;

/// A canvas whose pixels are made here.
pub struct Pixels {
    context: CanvasRenderingContext2d,
    /// Pixels of the device for one of the page.
    pub ratio: f32,
    /// Width and height in pixels of the device.
    pub size: (usize, usize),
}

impl Pixels {
    /// Sizes `canvas` for so many CSS pixels.
    #[must_use]
    pub fn new(canvas: &HtmlCanvasElement, width: f32, height: f32) -> Option<Self> {
        let ratio = web_sys::window()?.device_pixel_ratio().clamp(1.0, MOST_PIXELS) as f32;
        let size = ((width * ratio).round().max(1.0), (height * ratio).round().max(1.0));
        canvas.set_width(size.0 as u32);
        canvas.set_height(size.1 as u32);
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self { context, ratio, size: (size.0 as usize, size.1 as usize) })
    }

    /// The canvas as it is, if it has been sized before; a canvas that is sized anew loses what is on it.
    #[must_use]
    pub fn keep(canvas: &HtmlCanvasElement, ratio: f32) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self { context, ratio, size: (canvas.width() as usize, canvas.height() as usize) })
    }

    /// Shows rows of pixels from `top` on.
    pub fn show(&self, pixels: &[u8], top: usize) {
        let rows = (pixels.len() / 4 / self.size.0) as u32;
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(pixels), self.size.0 as u32, rows);
        if let Ok(image) = image {
            // Refused only for a detached buffer, which this one cannot be while it is borrowed.
            let _ = self.context.put_image_data(&image, 0.0, top as f64);
        }
    }
}

/// The sprites of all classes in one size, each drawn when it is first needed: a lab that stands needs none.
struct Sprites {
    radius: f32,
    drawn: [Option<Sprite>; 7],
}

impl Sprites {
    const fn new(radius: f32) -> Self {
        Self { radius, drawn: [const { None }; 7] }
    }

    /// The sprite of a class, in the colours that hold at `element`.
    fn of(&mut self, class: Class, decided: bool, element: &Element) -> &Sprite {
        let (place, outline, part, name) = match class {
            Class::Request if decided => (0, Outline::Circle, 1.0, "--dot-request"),
            Class::Request => (1, Outline::Circle, 1.0, "--dot-undecided"),
            Class::Retry => (2, Outline::Diamond, 1.1, "--dot-retry"),
            Class::Answer => (3, Outline::Circle, 0.72, "--dot-answer"),
            Class::Failure => (4, Outline::Cross, 1.25, "--dot-failure"),
            Class::Refusal => (5, Outline::Square, 1.0, "--dot-refusal"),
            Class::Move => (6, Outline::Triangle, 1.15, "--dot-move"),
        };
        let radius = self.radius * part;
        self.drawn[place].get_or_insert_with(|| Sprite::new(outline, radius, colours::read(element, name)))
    }
}

/// The moving part of a lane.
pub struct Dots {
    pixels: Pixels,
    painter: Painter,
    /// Where the colours hold.
    element: Element,
    normal: Sprites,
    small: Sprites,
    /// Discrete states instead of motion.
    still: bool,
}

impl Dots {
    /// Dots on `canvas`, in the colours that hold at `element`.
    #[must_use]
    pub fn new(canvas: &HtmlCanvasElement, element: &Element, layout: &Layout) -> Option<Self> {
        let pixels = Pixels::new(canvas, layout.width, layout.height)?;
        let radius = if layout.width < 560.0 { 3.0 } else { 3.5 } * pixels.ratio;
        Some(Self {
            painter: Painter::new(pixels.size.0, pixels.size.1),
            element: element.clone(),
            normal: Sprites::new(radius),
            small: Sprites::new(radius * 0.62),
            still: colours::motion_reduced(),
            pixels,
        })
    }

    /// Whether things do not move by themselves.
    #[must_use]
    pub fn still(&self) -> bool {
        self.still
    }

    /// Paints and shows what is in the air at `playhead`.
    pub fn paint(&mut self, scene: &Scene, layout: &Layout, track: &Track, playhead: Nanos) {
        self.painter.erase();
        let crowded = track.in_the_air(playhead).nth(CROWD).is_some();
        let sprites = if crowded { &mut self.small } else { &mut self.normal };
        let ratio = self.pixels.ratio;
        for (flight, part) in track.in_the_air(playhead) {
            let part = if self.still { standing(flight) } else { part };
            let Some(curve) = layout.curve(flight.from, flight.to) else { continue };
            let (x, y) = curve.at(part);
            let role = |node| scene.find(node).map(|(group, _)| group.role);
            let trunk = role(flight.from) == Some(Role::Clients) || role(flight.to) == Some(Role::Clients);
            let aside = if trunk { beside(flight) } else { 0.0 };
            let sprite = sprites.of(flight.class, !trunk, &self.element);
            self.painter.draw(sprite, x * ratio, (y + aside) * ratio);
        }
        if let Some((band, pixels)) = self.painter.take_changed() {
            self.pixels.show(pixels, band.top);
        }
    }
}

/// On the way that all share, there and back run side by side, and each request keeps a place of its own.
fn beside(flight: &Flight) -> f32 {
    let spread = (flight.request.wrapping_mul(2_654_435_761) >> 29) as f32 / 7.0 - 0.5;
    let side = if matches!(flight.class, Class::Request | Class::Retry) { -3.5 } else { 3.5 };
    side + 5.0 * spread
}

/// Without motion a request stands somewhere on its way, always at the same place.
fn standing(flight: &Flight) -> f32 {
    0.3 + 0.4 * ((flight.request.wrapping_mul(2_246_822_519) >> 24) as f32 / 255.0)
}

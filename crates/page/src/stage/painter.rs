//! Moving requests, painted into a buffer of pixels. Nothing of a browser: the buffer is shown by [`super::strip`].
//!
//! A sprite is drawn once per class, at sixteen fractions of a pixel, with smooth edges; a frame then only copies
//! pixels. Only what the frame before has touched is erased. Measured in software rendering this holds 60 frames a
//! second with many times the dots that paths or images would.

use core::f32::consts::FRAC_1_SQRT_2;

/// Positions are told apart to a quarter of a pixel, so that slow dots glide.
const STEPS: usize = 4;

/// The outline of a sprite: it tells the class of a request without any colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outline {
    /// A request, or (smaller) an answer.
    Circle,
    /// A retry.
    Diamond,
    /// A failure.
    Cross,
    /// A refusal.
    Square,
    /// A piece of data that changes its place.
    Triangle,
}

impl Outline {
    /// How far a point, measured from the middle, lies inside an outline of radius `radius`; negative outside.
    fn depth(self, x: f32, y: f32, radius: f32) -> f32 {
        // Upright, so above and below differ.
        let below_tip = y + radius * 1.15;
        let (x, y) = (x.abs(), y.abs());
        match self {
            // The flank rises 1.8 to one.
            Self::Triangle => ((below_tip - x * 1.8) / 2.06).min(radius * 1.95 - below_tip),
            Self::Circle => radius - (x * x + y * y).sqrt(),
            Self::Diamond => (radius * 1.3 - (x + y)) * FRAC_1_SQRT_2,
            Self::Cross => ((radius * 0.42 - (x - y).abs()) * FRAC_1_SQRT_2).min(radius - x.max(y)),
            Self::Square => radius * 0.88 - x.max(y),
        }
    }

    /// How far it reaches from its middle.
    fn reach(self, radius: f32) -> f32 {
        match self {
            Self::Diamond => radius * 1.3,
            Self::Triangle => radius * 1.15,
            _ => radius,
        }
    }
}

/// A colour with its opacity, red, green, blue, alpha, each 0 … 255.
pub type Colour = [u8; 4];

/// A small picture with smooth edges, at every quarter of a pixel.
#[derive(Clone, Debug)]
pub struct Sprite {
    /// Edge of the square that holds it, in pixels of the device.
    size: usize,
    /// One picture for each fraction of a pixel across and down, one after the other.
    pictures: Vec<u8>,
}

impl Sprite {
    /// Draws `outline` with a radius in pixels of the device.
    #[must_use]
    pub fn new(outline: Outline, radius: f32, colour: Colour) -> Self {
        let size = (2.0 * outline.reach(radius)).ceil() as usize + 2;
        let mut pictures = Vec::with_capacity(size * size * 4 * STEPS * STEPS);
        for fraction in 0..STEPS * STEPS {
            let shift = |step: usize| (step as f32 + 0.5) / STEPS as f32 - 0.5;
            let (shift_x, shift_y) = (shift(fraction % STEPS), shift(fraction / STEPS));
            let middle = size as f32 / 2.0;
            for pixel in 0..size * size {
                let middle_of = |place: usize, shift: f32| place as f32 + 0.5 - middle - shift;
                let (x, y) = (middle_of(pixel % size, shift_x), middle_of(pixel / size, shift_y));
                // As much of a pixel is covered as it lies inside: smooth edges, and exact where they are straight.
                let covered = (outline.depth(x, y, radius) + 0.5).clamp(0.0, 1.0) * f32::from(colour[3]);
                // At most the colour's own opacity, so it fits.
                pictures.extend([colour[0], colour[1], colour[2], covered.round() as u8]);
            }
        }
        Self { size, pictures }
    }

    /// The picture whose middle lies nearest to `(x, y)`, and its upper left pixel.
    fn place(&self, x: f32, y: f32) -> (&[u8], i32, i32) {
        let half = self.size as f32 / 2.0;
        // The middle of the picture lies on a corner of a pixel or in one's middle; either way `shift` is within half.
        let (left, top) = (x - half, y - half);
        let (column, row) = ((left + 0.5).floor(), (top + 0.5).floor());
        let step = |rest: f32| (((rest + 0.5) * STEPS as f32) as usize).min(STEPS - 1);
        let fraction = step(top - row) * STEPS + step(left - column);
        let length = self.size * self.size * 4;
        (&self.pictures[fraction * length..(fraction + 1) * length], column as i32, row as i32)
    }
}

/// Rows of the buffer that have changed, from the first to before the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// The first changed row.
    pub top: usize,
    /// The row after the last changed one.
    pub bottom: usize,
}

/// The buffer.
#[derive(Clone, Debug, Default)]
pub struct Painter {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
    /// Upper left pixel and edge of what was drawn since the buffer was last erased.
    touched: Vec<(u16, u16, u8)>,
    changed: Option<Band>,
}

impl Painter {
    /// An empty buffer of so many pixels of the device.
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![0; width * height * 4], touched: Vec::new(), changed: None }
    }

    /// Width and height in pixels of the device.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// Erases what was drawn.
    pub fn erase(&mut self) {
        let touched = core::mem::take(&mut self.touched);
        for &(x, y, size) in &touched {
            self.rows(x, y, size, |row, _| row.fill(0));
            self.change(y, size);
        }
        self.touched = touched;
        self.touched.clear();
    }

    /// Draws `sprite` with its middle at `(x, y)`, in pixels of the device. Outside the buffer nothing is drawn.
    pub fn draw(&mut self, sprite: &Sprite, x: f32, y: f32) {
        if !(x + y).is_finite() {
            return;
        }
        let (picture, left, top) = sprite.place(x, y);
        let size = sprite.size as i32;
        if left < 0 || top < 0 || left + size > self.width as i32 || top + size > self.height as i32 {
            return;
        }
        // Both are within the buffer, which no device makes wider than 65,535.
        let (left, top, size) = (left as u16, top as u16, sprite.size as u8);
        let line = sprite.size * 4;
        self.rows(left, top, size, |row, index| {
            let source = &picture[index * line..(index + 1) * line];
            for (under, over) in row.chunks_exact_mut(4).zip(source.chunks_exact(4)) {
                blend(under, over);
            }
        });
        self.touched.push((left, top, size));
        self.change(top, size);
    }

    /// The rows that have changed since this was last asked, with their pixels.
    pub fn take_changed(&mut self) -> Option<(Band, &[u8])> {
        let band = self.changed.take()?;
        Some((band, &self.pixels[band.top * self.width * 4..band.bottom * self.width * 4]))
    }

    fn rows(&mut self, x: u16, y: u16, size: u8, mut work: impl FnMut(&mut [u8], usize)) {
        let (x, y, size) = (usize::from(x), usize::from(y), usize::from(size));
        for index in 0..size {
            let start = ((y + index) * self.width + x) * 4;
            work(&mut self.pixels[start..start + size * 4], index);
        }
    }

    fn change(&mut self, top: u16, size: u8) {
        let (top, bottom) = (usize::from(top), usize::from(top) + usize::from(size));
        let band = self.changed.get_or_insert(Band { top, bottom });
        *band = Band { top: band.top.min(top), bottom: band.bottom.max(bottom) };
    }
}

/// Lays one pixel over another; colours are not multiplied by their opacity, as a canvas wants them.
#[inline]
fn blend(under: &mut [u8], over: &[u8]) {
    match (over[3], under[3]) {
        (0, _) => {}
        (255, _) | (_, 0) => under.copy_from_slice(over),
        (above, below) => {
            let (above, below) = (u32::from(above), u32::from(below));
            let rest = below * (255 - above) / 255;
            let sum = above + rest;
            for channel in 0..3 {
                let mixed = (u32::from(over[channel]) * above + u32::from(under[channel]) * rest) / sum;
                under[channel] = mixed as u8; // a mean of two bytes
            }
            under[3] = sum.min(255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLUE: Colour = [0, 0, 255, 255];

    fn drawn(outline: Outline, x: f32, y: f32) -> Painter {
        let mut painter = Painter::new(40, 30);
        painter.draw(&Sprite::new(outline, 4.0, BLUE), x, y);
        painter
    }

    fn centre(painter: &Painter) -> (f32, f32, f32) {
        let (mut sum, mut x, mut y) = (0.0, 0.0, 0.0);
        for (index, pixel) in painter.pixels.chunks_exact(4).enumerate() {
            let weight = f32::from(pixel[3]) / 255.0;
            sum += weight;
            x += weight * ((index % 40) as f32 + 0.5);
            y += weight * ((index / 40) as f32 + 0.5);
        }
        (x / sum, y / sum, sum)
    }

    #[test]
    fn a_dot_lies_where_it_was_put_to_within_a_quarter_of_a_pixel() {
        for outline in [Outline::Circle, Outline::Diamond, Outline::Cross, Outline::Square] {
            for step in 0..20 {
                let (x, y) = (15.0 + step as f32 * 0.13, 12.0 + step as f32 * 0.07);
                let (at_x, at_y, _) = centre(&drawn(outline, x, y));
                // Quarters of a pixel are told apart, so an eighth is the most that is off, and what rounding to bytes adds.
                assert!((at_x - x).abs() < 0.23 && (at_y - y).abs() < 0.23, "{outline:?} {x},{y}: {at_x},{at_y}");
            }
        }
    }

    #[test]
    fn a_circle_covers_its_area_and_has_smooth_edges() {
        let painter = drawn(Outline::Circle, 20.0, 15.0);
        let (_, _, area) = centre(&painter);
        let exact = core::f32::consts::PI * 16.0;
        // An edge is taken for straight within a pixel.
        assert!((area / exact - 1.0).abs() < 0.05, "{area} {exact}");
        assert!(painter.pixels.chunks_exact(4).any(|pixel| pixel[3] > 0 && pixel[3] < 255));
    }

    #[test]
    fn classes_differ_in_shape_alone() {
        let pictures = [Outline::Circle, Outline::Diamond, Outline::Cross, Outline::Square, Outline::Triangle]
            .map(|outline| drawn(outline, 20.0, 15.0).pixels);
        for a in 0..pictures.len() {
            for b in 0..a {
                let differing = pictures[a].iter().zip(&pictures[b]).filter(|(a, b)| a.abs_diff(**b) > 64).count();
                assert!(differing >= 8, "{a} {b}: {differing}");
            }
        }
    }

    #[test]
    fn erasing_leaves_nothing_and_names_the_rows() {
        let mut painter = drawn(Outline::Diamond, 20.0, 15.0);
        let (band, pixels) = painter.take_changed().unwrap();
        assert_eq!(pixels.len(), (band.bottom - band.top) * 40 * 4);
        assert!(band.top <= 10 && band.bottom >= 20, "{band:?}");
        assert!(painter.take_changed().is_none());
        painter.erase();
        assert_eq!(painter.take_changed().unwrap().0, band);
        assert!(painter.pixels.iter().all(|&byte| byte == 0));
    }

    #[test]
    fn dots_at_the_border_are_left_out_instead_of_wrapping_round() {
        let mut painter = Painter::new(40, 30);
        let sprite = Sprite::new(Outline::Circle, 4.0, BLUE);
        for (x, y) in [(-50.0, 10.0), (0.0, 0.0), (40.0, 15.0), (20.0, 29.5), (1e9, 1e9), (f32::NAN, 5.0)] {
            painter.draw(&sprite, x, y);
        }
        assert!(painter.take_changed().is_none());
    }

    #[test]
    fn overlapping_dots_stay_opaque_and_the_later_lies_above() {
        let mut painter = drawn(Outline::Circle, 20.0, 15.0);
        painter.draw(&Sprite::new(Outline::Circle, 4.0, [255, 0, 0, 255]), 22.0, 15.0);
        let pixel = |x: usize| &painter.pixels[(15 * 40 + x) * 4..][..4];
        assert_eq!(pixel(22), [255, 0, 0, 255]);
        assert_eq!(pixel(16)[2], 255);
    }
}

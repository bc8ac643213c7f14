//! The rows of the ways as SVG: served is a solid bar, waiting a line, done but unable to go on a hollow box.
//!
//! So they differ without colour. Read next: `static/styles/charts/plot.css`.

use core::fmt::Write;

use headroom::simulation::record::Phase;

use super::{MOST_ROWS, Ways};
use crate::charts::figure::Figure;
use crate::numbers::fixed;
use crate::stage::picture::{escape, rectangle};

impl Ways {
    /// Top and height of a row.
    fn place(figure: &Figure, row: usize) -> (f64, f64) {
        let pitch = (figure.y.pixels.1 - figure.y.pixels.0) / MOST_ROWS as f64;
        (figure.y.pixels.0 + pitch * row as f64, pitch)
    }

    /// The rows as SVG.
    #[must_use]
    #[inline(never)] // not needed at the start
    pub fn picture(&self, figure: &Figure) -> String {
        // Few elements, each with many bars: solid, solid of the most waited for, and so on.
        let mut paths: [(&str, String); 7] = [
            ("stay-waits stay-outside", String::new()),
            ("stay-waits", String::new()),
            ("stay-waits stay-most", String::new()),
            ("stay-served", String::new()),
            ("stay-served stay-most", String::new()),
            ("stay-blocked", String::new()),
            ("stay-away", String::new()),
        ];
        let mut names = String::new();
        let most = self.most.map(|(node, _)| node);
        for (index, row) in self.rows.iter().enumerate() {
            let (top, pitch) = Self::place(figure, index);
            let (middle, height) = (top + pitch / 2.0, (pitch - 2.5).max(2.0));
            for bar in &row.bars {
                let (x, end) = (figure.x.pixel(bar.from), figure.x.pixel(bar.until));
                let width = (end - x).max(0.75);
                let chosen = most == Some(bar.node);
                let class = match bar.phase {
                    Phase::Waits if self.is_client(bar.node) => 0,
                    Phase::Waits => 1 + usize::from(chosen),
                    Phase::Blocked => 5,
                    _ => 3 + usize::from(chosen),
                };
                let text = &mut paths[class].1;
                if bar.phase == Phase::Waits {
                    // A string takes every text.
                    let _ = write!(text, "M{} {}h{}", fixed(x, 1), fixed(middle, 1), fixed(width, 1));
                } else {
                    rectangle(text, (x, middle - height / 2.0), (width, height));
                }
                let name = self.scene.name(bar.node);
                if bar.phase == Phase::Served && pitch >= 9.0 && width >= 5.5 * name.chars().count() as f64 + 5.0 {
                    let x = x + width / 2.0;
                    let _ = write!(
                        names,
                        r#"<text class="stay-name" x="{x}" y="{}">{}</text>"#,
                        fixed(middle + 2.8, 1),
                        escape(&name),
                        x = fixed(x, 1)
                    );
                }
            }
            if let Some((at, true)) = row.over {
                let x = figure.x.pixel(at);
                let _ = write!(paths[6].1, "M{} {}l5 5m0-5l-5 5", fixed(x - 2.5, 1), fixed(middle - 2.5, 1));
            }
        }
        let mut text = String::new();
        for (class, path) in paths.iter().filter(|(_, path)| !path.is_empty()) {
            let _ = write!(text, r#"<path class="stay {class}" d="{path}"/>"#);
        }
        text + &names + &self.numbers(figure)
    }

    /// The numbers of the requests beside their rows, as many as there is room for.
    fn numbers(&self, figure: &Figure) -> String {
        let (left, ..) = Figure::plot(figure.size);
        let pitch = Self::place(figure, 0).1;
        let every = (11.0 / pitch.max(1.0)).ceil().max(1.0) as usize;
        let mut text = String::new();
        for (index, row) in self.rows.iter().enumerate().step_by(every) {
            let y = Self::place(figure, index).0 + pitch / 2.0 + 3.8;
            let _ = write!(
                text,
                r#"<text class="chart-tick chart-tick-y" x="{}" y="{y}">{}</text>"#,
                fixed(left - 6.0, 1),
                row.request,
                y = fixed(y, 1)
            );
        }
        text
    }

    /// A frame round a row.
    #[must_use]
    #[inline(never)] // not needed at the start
    pub fn frame(&self, figure: &Figure, row: usize) -> String {
        let (left, right, ..) = Figure::plot(figure.size);
        let (top, pitch) = Self::place(figure, row);
        let width = right - left;
        format!(
            r#"<rect class="chart-cross" x="{left}" y="{top}" width="{width}" height="{pitch}"/>"#,
            left = fixed(left, 1),
            top = fixed(top, 1),
            width = fixed(width, 1),
            pitch = fixed(pitch, 1)
        )
    }
}

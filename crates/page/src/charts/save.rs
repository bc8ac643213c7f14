//! A chart as a file: its picture as SVG, or its numbers as CSV.
//!
//! Read next: `export.rs`, which hands it out.

use web_sys::Element;

use super::kind::Kind;
use super::{Charts, ChartsProps, export, load_table, svg, table, ways};

impl Charts {
    #[inline(never)] // not needed at the start
    pub(super) fn export(&self, props: &ChartsProps, index: usize, as_csv: bool) {
        let (Some(&kind), Some(figure), Some(plot), Some(root)) =
            (self.kinds.get(index), &self.figures[index], &self.plots[index], self.root.cast::<Element>())
        else {
            return;
        };
        let player = props.live.player();
        let name =
            format!("headroom-{}", kind.title().to_ascii_lowercase().replace([' ', ','], "-").replace("--", "-"));
        if as_csv {
            let text = match kind {
                Kind::Load => load_table::csv(&self.store, &player, &self.view),
                Kind::Ways => ways::Ways::of(&player, self.view.load_lane).csv(),
                _ => table::csv(figure),
            };
            export::offer(&format!("{name}.csv"), "text/csv", &text);
            return;
        }
        let inside = if kind == Kind::Load {
            let image = plot.canvas().to_data_url().unwrap_or_default();
            let (width, height) = plot.size();
            format!(r#"<image href="{image}" width="{width}" height="{height}"/>{}"#, plot.texts())
        } else if kind == Kind::Ways {
            plot.texts()
        } else {
            let polylines: Vec<_> = figure.lines.iter().map(|line| figure.polyline(line)).collect();
            svg::axes(figure) + &svg::lines(figure, &polylines) + &svg::ends(figure, &polylines)
        };
        let title = format!("{}, {}", kind.title(), kind.measures());
        let colours = export::colour_declarations(&root);
        let text = svg::file(plot.size(), &title, &inside, &colours, svg::FILE_STYLE);
        export::offer(&format!("{name}.svg"), "image/svg+xml", &text);
    }
}

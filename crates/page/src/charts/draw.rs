//! A redraw of the charts: from the store to canvas and SVG of every plot, past Yew.
//!
//! It knows widths and inks; words and buttons are the components'. Read next: `canvas.rs`.

use web_sys::{Element, HtmlCanvasElement};

use super::build::{self, Store};
use super::canvas::{Ink, Plot};
use super::figure::Figure;
use super::kind::{Kind, View};
use super::{Charts, ChartsProps, cursor, load, series, svg, ways};
use crate::stage::dots::Pixels;

// What a plot's three references are.
const HOLDER: usize = 0;
const CANVAS: usize = 1;
const PICTURE: usize = 2;

impl Charts {
    /// Watches the width of every plot.
    pub(super) fn observe(&self) {
        let Some((observer, _)) = &self.resize else { return };
        observer.disconnect();
        for refs in &self.refs {
            if let Some(holder) = refs[HOLDER].cast::<Element>() {
                observer.observe(&holder);
            }
        }
    }

    /// Sizes the plots that have another width than before.
    pub(super) fn measure(&mut self) {
        for (index, (refs, plot)) in self.refs.iter().zip(&mut self.plots).enumerate() {
            let Some(kind) = self.kinds.get(index) else {
                *plot = None;
                continue;
            };
            let width = refs[HOLDER].cast::<Element>().map_or(0.0, |holder| f64::from(holder.client_width()));
            // Hidden: nothing to draw for.
            if width < 1.0 || plot.as_ref().is_some_and(|plot| plot.size().0 == width) {
                continue;
            }
            let parts = refs[PICTURE].cast::<Element>().zip(refs[CANVAS].cast::<HtmlCanvasElement>());
            *plot = parts.and_then(|(picture, canvas)| Plot::new(&picture, canvas, (width, kind.height())));
        }
    }

    pub(super) fn redraw(&mut self, props: &ChartsProps) {
        let player = props.live.player();
        self.store.update(&player);
        if self.ink.is_none() {
            self.ink = self.root.cast::<Element>().map(|root| Ink::read(&root));
        }
        let Some(ink) = &self.ink else { return };
        self.view.load_lane = self.view.load_lane.min(player.scenario().lanes.len().saturating_sub(1));
        let theory = props.theory.as_ref().map(|theory| &*theory.0);
        for (index, kind) in self.kinds.iter().copied().enumerate() {
            let Some(plot) = &mut self.plots[index] else { continue };
            self.figures[index] = Some(if kind == Kind::Ways {
                let ways = ways::Ways::of(&player, self.view.load_lane);
                let figure = ways.figure(&player, plot.size());
                plot.frame(svg::along(&figure) + &ways.picture(&figure));
                figure
            } else {
                let figure = self.store.figure(kind, &player, &self.view, plot.size(), theory);
                if kind == Kind::Load {
                    draw_load(plot, &mut self.strip, &figure, &self.store, &player, &self.view, ink);
                } else {
                    plot.draw(&figure, ink, player.playing());
                }
                figure
            });
        }
        drop(player);
        self.draw_cursor(props);
    }

    /// The crosshair: on every chart over time at the same time.
    pub(super) fn draw_cursor(&mut self, props: &ChartsProps) {
        let player = props.live.player();
        for (index, kind) in self.kinds.iter().copied().enumerate() {
            let (Some(plot), Some(figure)) = (&mut self.plots[index], &self.figures[index]) else { continue };
            let mine = self.cursor.filter(|cursor| cursor.reads(index, kind));
            let cross = |cursor| cursor::crosshair(kind, figure, &self.store, cursor, &player, &self.view);
            plot.cursor(mine.map_or_else(String::new, cross));
        }
    }
}

/// The load strip: pixels on the canvas, names and time in SVG.
fn draw_load(
    plot: &mut Plot,
    strip: &mut load::Strip,
    figure: &Figure,
    store: &Store,
    player: &headroom::session::Player,
    view: &View,
    ink: &Ink,
) {
    let scenario = player.scenario();
    let scene = (scenario.lab.scene)(scenario, view.load_lane);
    let (Some((servers, slots)), Some(track)) = (build::servers(&scene), player.tracks().get(view.load_lane)) else {
        return;
    };
    plot.frame(load::names(&scene, &servers, plot.size()) + &svg::along(figure));
    let Some(pixels) = Pixels::keep(plot.canvas(), plot.ratio() as f32) else { return };
    let device = |length: f64| (length * plot.ratio()).round().max(0.0) as usize;
    let (left, right, top, bottom) = Figure::plot(plot.size());
    let (finished, window) = store.finished();
    let key = load::Key {
        lane: (view.load_lane, store.lane(view.load_lane).map_or(0, series::Series::revision)),
        size: pixels.size,
        plot: (device(left), device(right).min(pixels.size.0), device(top), device(bottom).min(pixels.size.1)),
        windows: figure.x.values.1 / window.max(1e-9),
        first: servers.first,
        slots,
        cell: device(4.0).max(1),
        heat: ink.heat,
    };
    pixels.show(strip.paint(key, &track.windows, finished), 0);
}

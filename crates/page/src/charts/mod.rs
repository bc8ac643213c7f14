//! The charts under the stage: what all lanes did up to the playhead.
//!
//! [`kind`], [`scale`], [`histogram`], [`series`], [`figure`], [`build`], [`own`], [`svg`], [`said`], [`table`], [`load`] and [`ways`] are
//! plain Rust; [`canvas`] and [`export`] write to the browser; [`card`] is what stands round a plot; this file holds them
//! together. A redraw (`draw.rs`) goes past Yew: components are rendered only when words or buttons change.
//!
//! Read next: [`figure`], then [`build`].

pub mod build;
pub mod canvas;
pub mod card;
pub mod cursor;
mod distribution;
mod draw;
pub mod export;
pub mod figure;
pub mod histogram;
pub mod kind;
pub mod load;
mod load_table;
pub mod own;
pub mod said;
mod save;
pub mod scale;
pub mod series;
pub mod svg;
pub mod table;
pub mod ways;

use std::rc::Rc;

use headroom::scenario::lane_letter;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::ResizeObserver;
use yew::prelude::*;

use crate::live::{Live, Subscription};
use crate::stage::colours::Watch;
use build::Store;
use canvas::{Ink, Plot};
use card::Card;
use cursor::Cursor;
use figure::Figure;
use kind::{Kind, View};
use said::Said;

/// There is room for so many charts: those that every lab has, the ways of requests, and a lab's own.
const MOST: usize = 10;

/// The share of the requests that shall have taken at most so many seconds, by theory.
#[derive(Clone)]
pub struct Theory(pub Rc<dyn Fn(f64) -> f64>);

impl PartialEq for Theory {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// What the charts are given.
#[derive(Properties, PartialEq)]
pub struct ChartsProps {
    /// The experiment.
    pub live: Live,
    /// Drawn over the distribution.
    #[prop_or_default]
    pub theory: Option<Theory>,
    /// Only the ways of single requests, of all the charts.
    #[prop_or_default]
    pub only_ways: bool,
}

/// What happens to the charts.
pub enum Message {
    /// The experiment has moved on.
    Refresh,
    /// A plot has another width.
    Resized,
    /// Colours may be others.
    Theme,
    /// A lane is shown or hidden.
    Lane(usize),
    /// A measure of a chart is shown or hidden.
    Measure(usize, &'static str),
    /// The lane of the charts that show one at a time.
    LoadLane(usize),
    /// The cursor moves to a place of a plot, in its pixels, or goes.
    Cursor(usize, Option<(f64, f64)>),
    /// A key on a plot.
    Key(usize, KeyboardEvent),
    /// A table is opened or closed.
    Table(usize, bool),
    /// The ghost is no longer shown.
    Dismiss,
    /// A figure as a file: SVG, or CSV.
    Export(usize, bool),
}

/// The charts.
pub struct Charts {
    store: Store,
    view: View,
    root: NodeRef,
    /// What is shown, in its order, and of which lab.
    kinds: Vec<Kind>,
    lab: &'static str,
    refs: [[NodeRef; 3]; MOST],
    plots: [Option<Plot>; MOST],
    figures: [Option<Figure>; MOST],
    strip: load::Strip,
    ink: Option<Ink>,
    cursor: Option<Cursor>,
    open: [bool; MOST],
    /// What the words and buttons were last rendered for.
    rendered: Option<(String, bool, usize, String)>,
    subscription: Option<Subscription>,
    watch: Option<Watch>,
    resize: Option<(ResizeObserver, Closure<dyn FnMut()>)>,
}

impl Component for Charts {
    type Message = Message;
    type Properties = ChartsProps;

    fn create(context: &Context<Self>) -> Self {
        Self {
            kinds: kinds(context.props()),
            lab: context.props().live.player().scenario().lab.key,
            store: Store::default(),
            view: View::default(),
            root: NodeRef::default(),
            refs: Default::default(),
            plots: Default::default(),
            figures: Default::default(),
            strip: load::Strip::default(),
            ink: None,
            cursor: None,
            open: [false; MOST],
            rendered: None,
            subscription: None,
            watch: None,
            resize: None,
        }
    }

    fn changed(&mut self, context: &Context<Self>, before: &ChartsProps) -> bool {
        if context.props().live != before.live {
            self.store = Store::default();
            self.cursor = None;
            self.subscribe(context);
        }
        self.kinds = kinds(context.props());
        self.redraw(context.props());
        true
    }

    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        let props = context.props();
        match message {
            Message::Refresh => {
                let lab = props.live.player().scenario().lab.key;
                if core::mem::replace(&mut self.lab, lab) != lab {
                    // The cards of another lab: they are measured and drawn once they are on the page.
                    self.kinds = kinds(props);
                    (self.plots, self.figures, self.cursor) = (Default::default(), Default::default(), None);
                    return true;
                }
                self.redraw(props);
                return self.words_differ(props) || self.cursor.is_some() || self.open.contains(&true);
            }
            Message::Resized => {
                self.measure();
            }
            Message::Theme => {
                self.ink = None;
            }
            Message::Lane(lane) => toggle(&mut self.view.hidden_lanes, lane),
            Message::Measure(index, name) => {
                if let Some(kind) = self.kinds.get(index) {
                    toggle(&mut self.view.hidden, (kind.title(), name));
                }
            }
            Message::LoadLane(lane) => self.view.load_lane = lane,
            Message::Cursor(index, at) => {
                self.cursor =
                    at.and_then(|at| Cursor::at(index, *self.kinds.get(index)?, self.figures[index].as_ref()?, at));
                self.draw_cursor(props);
                return true;
            }
            Message::Key(index, event) => return self.key(props, index, &event),
            Message::Table(index, open) => self.open[index] = open,
            Message::Dismiss => props.live.act(|player| player.dismiss_ghost()),
            Message::Export(index, as_csv) => {
                self.export(props, index, as_csv);
                return false;
            }
        }
        self.redraw(props);
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let props = context.props();
        let link = context.link();
        let player = props.live.player();
        let scenario = player.scenario();
        let lanes = scenario.lanes.iter().enumerate().map(|(lane, spec)| {
            let letter = lane_letter(lane);
            let label = scenario.about(&spec.policy).map_or(spec.policy.as_str(), |about| about.label);
            let dashes = svg::DASHES[lane % 4].iter().map(|part| part.to_string()).collect::<Vec<_>>().join(" ");
            let shown = !self.view.hidden_lanes.contains(&lane);
            html! {
                <button key={lane} type="button" class="chart-toggle" data-lane={letter.to_string()} aria-pressed={shown.to_string()}
                    onclick={link.callback(move |_| Message::Lane(lane))}>
                    <svg viewBox="0 0 22 8" width="22" height="8" aria-hidden="true"><path d="M0 4H22" stroke-dasharray={dashes} /></svg>
                    {format!("{} {label}", letter.to_ascii_uppercase())}
                </button>
            }
        });
        let ghost = self.store.has_ghost();
        let cards = self.kinds.iter().copied().enumerate().map(|(index, kind)| {
            html! {
                <Card key={kind.title()} {index} {kind} refs={self.refs[index].clone()} send={link.callback(|message| message)}
                    said={Rc::new(self.said(props, index, kind))} />
            }
        });
        html! {
            <section ref={self.root.clone()} class="charts" aria-label="Charts">
                <div key="legend" class="charts-legend" role="group" aria-label="Lanes in the charts">
                    { for lanes }
                    <span class="charts-ghost" hidden={!ghost}>
                        {"Pale: the future before your last change"}
                        <button type="button" class="chart-button" onclick={link.callback(|_| Message::Dismiss)}>{"Dismiss"}</button>
                    </span>
                </div>
                <div key="cards" class="charts-grid">{ for cards }</div>
            </section>
        }
    }

    fn rendered(&mut self, context: &Context<Self>, first: bool) {
        if first {
            let link = context.link().clone();
            self.watch = Some(Watch::new(link.callback(|()| Message::Theme)));
            let resized = Closure::<dyn FnMut()>::new(move || link.send_message(Message::Resized));
            if let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) {
                self.resize = Some((observer, resized));
            }
            self.observe();
            self.subscribe(context);
            self.measure();
            self.redraw(context.props());
        } else if self.kinds.len() != self.plots.iter().flatten().count() {
            self.observe();
            self.measure();
            self.redraw(context.props());
        }
    }

    fn destroy(&mut self, _context: &Context<Self>) {
        if let Some((observer, _)) = &self.resize {
            observer.disconnect();
        }
    }
}

/// The charts of the experiment that are wanted.
fn kinds(props: &ChartsProps) -> Vec<Kind> {
    let mut kinds = Kind::all(props.live.player().scenario());
    kinds.retain(|&kind| !props.only_ways || kind == Kind::Ways);
    kinds.truncate(MOST);
    kinds
}

fn toggle<T: PartialEq>(list: &mut Vec<T>, item: T) {
    match list.iter().position(|other| *other == item) {
        Some(place) => {
            list.remove(place);
        }
        None => list.push(item),
    }
}

impl Charts {
    fn subscribe(&mut self, context: &Context<Self>) {
        let live = &context.props().live;
        self.subscription = Some(live.on_refresh(context.link().callback(|()| Message::Refresh)));
    }

    /// Whether buttons or words outside the plots have to be others.
    fn words_differ(&mut self, props: &ChartsProps) -> bool {
        let player = props.live.player();
        let lanes = player.scenario().lanes.iter().map(|lane| lane.policy.as_str()).collect::<Vec<_>>().join(",");
        // Lines that have come, for the words about emptiness and the switches of a lab's own charts.
        let lines = self.figures.iter().flatten().map(|figure| figure.lines.len()).sum();
        let caption = if self.kinds.contains(&Kind::Ways) {
            ways::Ways::of(&player, self.view.load_lane).caption()
        } else {
            String::new()
        };
        let now = Some((lanes, self.store.has_ghost(), lines, caption));
        let differ = self.rendered != now;
        self.rendered = now;
        differ
    }

    /// What stands round a plot.
    fn said(&self, props: &ChartsProps, index: usize, kind: Kind) -> Said {
        let player = props.live.player();
        let cursor = self.cursor.filter(|cursor| cursor.chart == index);
        let figure = self.figures[index].as_ref();
        said::said(kind, figure, &self.store, &player, &self.view, cursor, self.open[index])
    }

    #[inline(never)] // not needed at the start
    fn key(&mut self, props: &ChartsProps, index: usize, event: &KeyboardEvent) -> bool {
        let (Some(figure), Some(&kind)) = (&self.figures[index], self.kinds.get(index)) else { return false };
        let rows = {
            let player = props.live.player();
            match kind {
                Kind::Ways => ways::Ways::of(&player, self.view.load_lane).rows.len() as u32, // a few dozen
                _ => (player.scenario().lab.targets)(player.scenario()),
            }
        };
        let before = self.cursor.filter(|cursor| cursor.chart == index);
        let Some(cursor) = cursor::moved((index, kind), figure, &self.store, before, rows, &event.key()) else {
            return false;
        };
        event.prevent_default();
        event.stop_propagation();
        self.cursor = cursor;
        self.draw_cursor(props);
        true
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use headroom::session::{Busy, Player, Runner};

    /// Lets the runner do what the player asks for until both rest.
    pub fn settle(player: &mut Player, runner: &mut Runner) {
        loop {
            for command in player.take_commands() {
                runner.tell(command);
            }
            let mut reports = Vec::new();
            let busy = runner.work(10_000, &mut reports);
            let quiet = reports.is_empty();
            for report in reports {
                player.heard(report);
            }
            if busy == Busy::Idle && quiet {
                return;
            }
        }
    }
}

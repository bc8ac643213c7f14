//! The stage of one lane: clients, deciders and servers as the lab's scene lists them, and the requests between them.
//!
//! It draws roles, never a lab. [`layout`], [`shapes`], [`curve`], [`picture`], [`ring`], [`painter`], [`heat`], [`words`] and [`deeds`]
//! are plain Rust; [`strip`], [`key_map`], [`dots`], [`cells`] and [`colours`] write to the browser; this file is the component that
//! holds them, and what pointer and keyboard do. Frames never go through its state.

pub mod card;
pub mod cells;
pub mod colours;
pub mod curve;
pub mod deeds;
pub mod dots;
pub mod heat;
pub mod key_map;
pub mod layout;
pub mod legend;
pub mod painter;
pub mod picture;
pub mod ring;
pub mod shapes;
pub mod strip;
pub mod tank;
pub mod words;

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use headroom::labs::{Group, Scene};
use headroom::scenario::lane_letter;
use headroom::simulation::NodeId;
use headroom::simulation::record::Condition;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlCanvasElement, ResizeObserver};
use yew::prelude::*;

use crate::live::{Live, Subscription};
use crate::numbers::fixed;
use card::Card;
use layout::Layout;
use shapes::{Grid, Shape};
use strip::{Parts, Strip};

/// The pointer may leave a server for so long, in milliseconds, before its card goes: time to reach the card.
const LINGER: u32 = 250;

/// What the stage is given.
#[derive(Properties, PartialEq)]
pub struct StageProps {
    /// The experiment.
    pub live: Live,
    /// Which lane.
    pub lane: usize,
    /// Whether there is little room.
    #[prop_or_default]
    pub compact: bool,
}

/// Clients, balancer and servers of one lane.
pub struct Stage {
    scene: Scene,
    layout: Layout,
    width: f32,
    /// Whether `width` is the strip's own; until then nothing is drawn, as it would be drawn again at once.
    measured: bool,
    strip: Rc<RefCell<Option<Strip>>>,
    refs: [NodeRef; 8],
    /// The node that the pointer or the focus is at.
    peeked: Option<NodeId>,
    /// The node whose card is open.
    opened: Option<NodeId>,
    /// A node whose card was just closed: that the focus is back at it shows nothing.
    quiet: Option<NodeId>,
    /// The cell of a grid that the keyboard is at.
    cursor: u32,
    leaving: Option<Timeout>,
    /// What was last asked of the worker: node, playhead, event.
    asked: Option<(NodeId, u64, u64)>,
    subscriptions: Vec<Subscription>,
    watch: Option<colours::Watch>,
    resize: Option<(ResizeObserver, Closure<dyn FnMut()>)>,
}

/// What happens to the stage.
pub enum Message {
    /// The strip has another width.
    Resized,
    /// The experiment has moved on.
    Refresh,
    /// Colours, contrast or motion may be others.
    Theme,
    /// The pointer or the focus is at a node, or at none.
    Peek(Option<NodeId>),
    /// The pointer has left; the card goes unless it is reached.
    Leave,
    /// The pointer has reached the card.
    Stay,
    /// The card of a node is opened.
    Open(NodeId),
    /// The card is closed; with `true` the focus goes back to the node.
    Close(bool),
    /// A key was pressed on a node.
    Key(KeyboardEvent),
}

/// Places of the elements in `refs`.
const ROOT: usize = 0;
const PICTURE: usize = 1;
const CELLS: usize = 2;
const DOTS: usize = 3;
const BADGE: usize = 4;
const CAPTION: usize = 5;
const SUMMARY: usize = 6;
const KEYS: usize = 7;

impl Component for Stage {
    type Message = Message;
    type Properties = StageProps;

    fn create(context: &Context<Self>) -> Self {
        let StageProps { live, lane, compact } = context.props();
        let scene = scene(live, *lane);
        let width = 780.0;
        Self {
            layout: Layout::of(&scene, width, *compact),
            scene,
            width,
            measured: false,
            strip: Rc::default(),
            refs: Default::default(),
            peeked: None,
            opened: None,
            quiet: None,
            cursor: 0,
            leaving: None,
            asked: None,
            subscriptions: Vec::new(),
            watch: None,
            resize: None,
        }
    }

    fn changed(&mut self, context: &Context<Self>, before: &StageProps) -> bool {
        if context.props().live != before.live || context.props().lane != before.lane {
            self.subscribe(context);
            self.opened = None;
            self.peeked = None;
        }
        self.lay_out(context.props(), true);
        true
    }

    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        let props = context.props();
        match message {
            Message::Resized => {
                let width = self.refs[ROOT].cast::<Element>().map_or(0.0, |root| root.client_width() as f32);
                // Hidden: nothing to draw for.
                width > 0.0 && (width != self.width || !self.measured) && {
                    self.width = width;
                    self.measured = true;
                    self.lay_out(props, true)
                }
            }
            Message::Refresh => self.refresh(props),
            Message::Theme => {
                if let Some(strip) = self.strip.borrow_mut().as_mut() {
                    strip.recolour();
                    strip.frame(&props.live.player(), now());
                }
                false
            }
            Message::Peek(node) => {
                self.leaving = None;
                if node.is_some() && node == self.quiet {
                    return false;
                }
                self.quiet = None;
                let changed = self.peeked != node;
                self.peeked = node;
                changed && self.opened.is_none() && {
                    self.inspect(props);
                    true
                }
            }
            Message::Leave => {
                if self.peeked.is_some() && self.leaving.is_none() {
                    let link = context.link().clone();
                    self.leaving = Some(Timeout::new(LINGER, move || link.send_message(Message::Peek(None))));
                }
                false
            }
            Message::Stay => {
                self.leaving = None;
                false
            }
            Message::Open(node) => {
                let wanted = (self.opened != Some(node)).then_some((props.lane, node));
                props.live.select(wanted);
                self.refresh(props)
            }
            Message::Close(give_back) => {
                let node = self.opened.or(self.peeked);
                self.peeked = None;
                self.quiet = node;
                props.live.select(None);
                self.refresh(props);
                if let (true, Some(node), Some(strip)) = (give_back, node, self.strip.borrow().as_ref()) {
                    strip.focus(node, false);
                }
                true
            }
            Message::Key(event) => self.key(context, &event),
        }
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let StageProps { live, lane, compact } = context.props();
        let link = context.link();
        let letter = lane_letter(*lane);
        let player = live.player();
        let scenario = player.scenario();
        let policy = scenario.lanes.get(*lane).map_or("", |lane| lane.policy.as_str());
        let policy = scenario.about(policy).map_or(policy, |about| about.label);
        let label = format!("Lane {}, {policy}", letter.to_ascii_uppercase());
        let (width, height) = (self.layout.width, self.layout.height);
        let below = if self.scene.keys { ring::height(width, *compact) } else { 0.0 };
        let keys = if self.scene.keys {
            html! {
                <svg key="keys" ref={self.refs[KEYS].clone()} class="stage-picture stage-keys" role="img" aria-label="Keys"
                    viewBox={format!("0 0 {width} {below}", width = fixed(width, 0), below = fixed(below, 0))} width={fixed(width, 0).to_string()} height={fixed(below, 0).to_string()} />
            }
        } else {
            html! { <span key="keys" hidden=true></span> }
        };
        // Yew listens at the root of the page, so an event's current target is not this element.
        let root = self.refs[ROOT].clone();
        let at = move |event: &MouseEvent| {
            let corner = root.cast::<Element>().map(|root| root.get_bounding_client_rect());
            corner.map_or((0.0, 0.0), |corner| {
                (event.client_x() as f32 - corner.left() as f32, event.client_y() as f32 - corner.top() as f32)
            })
        };
        let (moved, clicked) = (self.layout.clone(), self.layout.clone());
        let moved_at = at.clone();
        let onpointermove = link.batch_callback(move |event: PointerEvent| {
            if within_card(&event) {
                return Some(Message::Stay);
            }
            let (x, y) = moved_at(&event);
            Some(moved.node_at(x, y).map_or(Message::Leave, |node| Message::Peek(Some(node))))
        });
        let onclick = link.batch_callback(move |event: MouseEvent| {
            if within_card(&event) {
                return None;
            }
            let (x, y) = at(&event);
            let clicked_on = event.target().and_then(|target| node_of(&target));
            clicked_on.or_else(|| clicked.node_at(x, y)).map(Message::Open)
        });
        let onfocusin = link.batch_callback(|event: FocusEvent| {
            event.target().and_then(|target| node_of(&target)).map(|node| Message::Peek(Some(node)))
        });
        let nothing = || html! { <span hidden=true></span> };
        let cells = self.grid().map_or_else(nothing, |grid| self.cells(context, grid));
        let card = self.opened.or(self.peeked).map_or_else(nothing, |node| self.card(context, node));
        html! {
            <div ref={self.refs[ROOT].clone()} class={classes!("stage", compact.then_some("stage-compact"))}
                data-lane={letter.to_string()} style={format!("height:{}px;--below:{below}px", fixed(height + below, 0), below = fixed(below, 0))}
                {onpointermove} onpointerleave={link.callback(|_| Message::Leave)} {onclick} {onfocusin}
                onfocusout={link.callback(|_| Message::Leave)} onkeydown={link.callback(Message::Key)}>
                <svg key="picture" ref={self.refs[PICTURE].clone()} class="stage-picture" role="group" aria-label={label.clone()}
                    viewBox={format!("0 0 {width} {height}", width = fixed(width, 0), height = fixed(height, 0))} width={fixed(width, 0).to_string()} height={fixed(height, 0).to_string()} />
                {keys}
                <canvas key="grid" ref={self.refs[CELLS].clone()} class="stage-canvas" aria-hidden="true" />
                <canvas key="dots" ref={self.refs[DOTS].clone()} class="stage-canvas" aria-hidden="true" />
                <div key="cells" class="stage-cells-holder">{cells}</div>
                <p key="badge" ref={self.refs[BADGE].clone()} class="stage-badge"></p>
                <p key="caption" ref={self.refs[CAPTION].clone()} class="stage-caption"></p>
                <p key="summary" ref={self.refs[SUMMARY].clone()} class="stage-summary" aria-label={format!("{label}, in words")} role="note"></p>
                <div key="card" class="stage-card-holder">{card}</div>
            </div>
        }
    }

    fn rendered(&mut self, context: &Context<Self>, first: bool) {
        if first {
            let link = context.link().clone();
            self.watch = Some(colours::Watch::new(link.callback(|()| Message::Theme)));
            self.observe(context);
            self.subscribe(context);
        }
        self.draw(context.props());
    }

    fn destroy(&mut self, _context: &Context<Self>) {
        if let Some((observer, _)) = &self.resize {
            observer.disconnect();
        }
    }
}

impl Stage {
    fn subscribe(&mut self, context: &Context<Self>) {
        let live = &context.props().live;
        let strip = Rc::clone(&self.strip);
        let frames = live.on_frame(move |player| {
            if let Some(strip) = strip.borrow_mut().as_mut() {
                strip.frame(player, now());
            }
        });
        self.subscriptions = vec![frames, live.on_refresh(context.link().callback(|()| Message::Refresh))];
    }

    fn observe(&mut self, context: &Context<Self>) {
        let link = context.link().clone();
        let resized = Closure::<dyn FnMut()>::new(move || link.send_message(Message::Resized));
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(root)) = (observer, self.refs[ROOT].cast::<Element>()) {
            observer.observe(&root);
            self.resize = Some((observer, resized));
        } else {
            context.link().send_message(Message::Resized);
        }
    }

    /// Works out the layout again if the scene is another one, or in any case. Returns whether it is another one.
    fn lay_out(&mut self, props: &StageProps, anyway: bool) -> bool {
        let scene = scene(&props.live, props.lane);
        if !anyway && scene == self.scene {
            return false;
        }
        self.layout = Layout::of(&scene, self.width, props.compact);
        self.scene = scene;
        true
    }

    /// Draws the picture anew if it is not the one that is shown. Whoever was at a node with the keyboard stays there.
    fn draw(&mut self, props: &StageProps) {
        if !self.measured {
            return;
        }
        let mut focused = None;
        let mut strip = self.strip.borrow_mut();
        if !strip.as_ref().is_some_and(|strip| strip.is_of(props.lane, &self.scene, &self.layout)) {
            let element = |index: usize| self.refs[index].cast::<Element>();
            let canvas = |index: usize| self.refs[index].cast::<HtmlCanvasElement>();
            let parts = (|| {
                Some(Parts {
                    root: element(ROOT)?,
                    svg: element(PICTURE)?,
                    dots: canvas(DOTS)?,
                    cells: canvas(CELLS)?,
                    badge: element(BADGE)?,
                    caption: element(CAPTION)?,
                    summary: element(SUMMARY)?,
                    keys: element(KEYS),
                    compact: props.compact,
                })
            })();
            focused = strip.as_ref().and_then(Strip::focused);
            *strip = parts.map(|parts| Strip::new(props.lane, parts, self.scene.clone(), self.layout.clone()));
            if let Some(strip) = strip.as_mut() {
                strip.frame(&props.live.player(), now());
                strip.refresh(&props.live.player(), now());
            }
        }
        if let Some(strip) = strip.as_ref() {
            strip.open(self.opened);
            if let Some(node) = focused {
                strip.focus(node, true);
            }
        }
    }

    /// Returns whether the component has to be rendered: never because of a frame.
    fn refresh(&mut self, props: &StageProps) -> bool {
        if let Some(strip) = self.strip.borrow_mut().as_mut() {
            strip.refresh(&props.live.player(), now());
        }
        let laid_out = self.lay_out(props, false);
        let selected = props.live.selected().filter(|&(lane, _)| lane == props.lane).map(|(_, node)| node);
        let selected = selected.filter(|&node| node < self.scene.nodes());
        let opened = selected != self.opened;
        self.opened = selected;
        self.inspect(props);
        laid_out || opened || self.opened.or(self.peeked).is_some()
    }

    /// Asks the worker about the node of the card, where it stands exactly at the playhead.
    fn inspect(&mut self, props: &StageProps) {
        let Some(node) = self.opened.or(self.peeked) else {
            self.asked = None;
            return;
        };
        let stands = {
            let player = props.live.player();
            let at = player.tracks().get(props.lane).and_then(|track| track.at.as_ref());
            at.filter(|_| !player.playing() && player.settled()).map(|at| (player.playhead().0, at.position.event))
        };
        let question = stands.map(|(playhead, event)| (node, playhead, event));
        if question.is_some() && question != self.asked {
            self.asked = question;
            props.live.act(|player| player.inspect(props.lane, node));
        }
        if question.is_none() {
            self.asked = None;
        }
    }

    /// Moves among the nodes that can be opened.
    #[inline(never)] // not needed at the start
    fn key(&mut self, context: &Context<Self>, event: &KeyboardEvent) -> bool {
        let on_cells = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let on_cells = on_cells.is_some_and(|element| element.class_list().contains("stage-cells"));
        let on_node = event.target().and_then(|target| node_of(&target));
        let cell = || self.grid().map(|(group, _)| self.cursor.clamp(group.first, group.first + group.count - 1));
        let Some(node) = on_node.or_else(|| cell().filter(|_| on_cells)) else { return false };
        let Some((group, index)) = self.layout.find(node) else { return false };
        let (first, count) = (node - index, self.scene.groups[group].count);
        let across = match &self.layout.shapes[group] {
            Shape::Grid(grid) => i64::from(grid.columns),
            _ => 1,
        };
        let page = if across > 1 { across * 5 } else { 10 };
        let by = match event.key().as_str() {
            "ArrowDown" => across,
            "ArrowUp" => -across,
            "ArrowRight" => 1,
            "ArrowLeft" => -1,
            "PageDown" => page,
            "PageUp" => -page,
            "Home" => -i64::from(count),
            "End" => i64::from(count),
            "Enter" | " " => {
                event.prevent_default();
                event.stop_propagation();
                context.link().send_message(Message::Open(node));
                return false;
            }
            "Escape" if self.opened.or(self.peeked).is_some() => {
                event.stop_propagation();
                context.link().send_message(Message::Close(false));
                return false;
            }
            _ => return false,
        };
        event.prevent_default();
        event.stop_propagation();
        // Between the first and the last, so it fits.
        let to = first + (i64::from(index) + by).clamp(0, i64::from(count) - 1) as u32;
        if on_cells {
            self.cursor = to;
            self.peeked = Some(to);
            self.inspect(context.props());
            return true;
        }
        if let Some(strip) = self.strip.borrow().as_ref() {
            strip.focus(to, false);
        }
        false
    }

    /// The group that is a grid of cells, if there is one.
    fn grid(&self) -> Option<(&Group, &Grid)> {
        self.scene.groups.iter().zip(&self.layout.shapes).find_map(|(group, shape)| match shape {
            Shape::Grid(grid) if group.count > 0 => Some((group, grid)),
            _ => None,
        })
    }

    /// Over a grid of cells: a list box whose one option is the cell that the keyboard is at.
    #[inline(never)] // not needed at the start
    fn cells(&self, context: &Context<Self>, (group, grid): (&Group, &Grid)) -> Html {
        let cursor = self.cursor.clamp(group.first, group.first + group.count - 1);
        let place = grid.cell(cursor - group.first);
        let props = context.props();
        let player = props.live.player();
        let level = player.tracks().get(props.lane).and_then(|track| track.level(cursor)).copied();
        let condition = level.map_or(Condition::Up, |level| level.condition);
        let (serving, queued) = level.map_or((0, 0), |level| (level.serving, level.queued));
        let name =
            format!("{}, {}", words::name(&self.scene, cursor, condition), words::load(serving, queued, group.slots));
        let id = format!("stage-cell-{}", lane_letter(props.lane));
        let onfocus = context.link().callback(move |_| Message::Peek(Some(cursor)));
        html! {
            <>
            <p class="stage-scale" aria-hidden="true">{"idle"}<span class="stage-scale-bar"></span>{"busy"}<span class="stage-scale-bar stage-scale-waiting"></span>{"waiting"}</p>
            <div class="stage-cells" role="listbox" tabindex="0" aria-label="Servers" aria-activedescendant={id.clone()} {onfocus}>
                <div {id} role="option" class="stage-cell" aria-selected={(self.opened == Some(cursor)).to_string()}
                    aria-label={name} aria-setsize={group.count.to_string()} aria-posinset={(cursor - group.first + 1).to_string()}
                    style={format!("left:{}px;top:{}px;width:{}px;height:{}px", fixed(place.x, 1), fixed(place.y, 1), fixed(place.width, 1), fixed(place.height, 1))}>
                </div>
            </div>
            </>
        }
    }

    /// The card of a node.
    #[inline(never)] // not needed at the start
    fn card(&self, context: &Context<Self>, node: NodeId) -> Html {
        let props = context.props();
        let Some(((group, _), place)) = self.scene.find(node).zip(self.layout.place(node)) else {
            return html! { <span hidden=true></span> };
        };
        let player = props.live.player();
        let track = player.tracks().get(props.lane);
        let said = player.inspected().filter(|(lane, of, _)| usize::from(*lane) == props.lane && *of == node);
        let stands = track.is_some_and(|track| track.at.is_some()) && !player.playing();
        let target = player.scenario().lab.faults.iter().find_map(|kind| self.scene.target_of(kind.key, node));
        let link = context.link();
        html! {
            <Card key={node} live={props.live.clone()} lane={props.lane} {node} name={self.scene.name(node)} title={words::title(&self.scene, node)} {target}
                slots={group.slots} level={track.and_then(|track| track.level(node)).copied()}
                facts={said.filter(|_| stands).map(|said| said.2.clone()).unwrap_or_default()}
                now={player.playhead()} scenario={player.scenario().clone()} {place} room={(self.layout.width, self.layout.height)}
                opened={self.opened.is_some()} close={link.callback(Message::Close)} />
        }
    }
}

/// The scene of a lane as the scenario is now.
fn scene(live: &Live, lane: usize) -> Scene {
    let player = live.player();
    let scenario = player.scenario();
    (scenario.lab.scene)(scenario, lane)
}

/// Milliseconds since the page was opened.
fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

fn within_card(event: &MouseEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| element.closest(".stage-card").is_ok_and(|card| card.is_some()))
}

fn node_of(target: &web_sys::EventTarget) -> Option<NodeId> {
    let element: &Element = target.dyn_ref()?;
    element.closest("[data-node]").ok()??.get_attribute("data-node")?.parse().ok()
}

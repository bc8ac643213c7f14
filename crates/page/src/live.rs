//! One running experiment: the [`Player`], the workers that compute for it, and those who want to know.
//!
//! The page, the stage and the charts all hold the same [`Live`]. Frames never go through Yew's state: whoever draws
//! subscribes with [`Live::on_frame`]; components that re-render subscribe with [`Live::on_refresh`].
//!
//! It knows nothing of what is drawn. Read next: [`crate::pool`] for the workers, `headroom::session` for the logic.

use std::cell::{Cell, Ref, RefCell};
use std::rc::{Rc, Weak};

use headroom::basics::Nanos;
use headroom::scenario::Scenario;
use headroom::session::{Player, Report};
use headroom::simulation::NodeId;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::Callback;

use crate::pool::{Heard, Pool};
use crate::whole;

/// Between two refreshes while time goes on, in milliseconds: eight a second.
const REFRESH: f64 = 125.0;
/// Between two refreshes of a standing experiment that is being scrubbed or still arriving.
const REFRESH_STANDING: f64 = 40.0;

/// The handle of one running experiment. Cheap to clone; equal only to its own clones.
#[derive(Clone)]
pub struct Live(Rc<Inner>);

impl PartialEq for Live {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// What the browser calls at an animation frame.
type Frame = Closure<dyn FnMut(f64)>;

/// Draws a frame.
type Draw = RefCell<Box<dyn FnMut(&Player)>>;

struct Inner {
    player: RefCell<Player>,
    pool: RefCell<Pool>,
    frames: Listeners<Draw>,
    refreshes: Listeners<Callback<()>>,
    selected: Cell<Option<(usize, NodeId)>>,
    failure: RefCell<Option<String>>,
    /// Something changed that is not drawn yet.
    changed: Cell<bool>,
    /// Something is drawn that components have not been told of yet.
    stale: Cell<bool>,
    last_refresh: Cell<f64>,
    /// Whether time went on in the last frame.
    moving: Cell<bool>,
    /// When the last frame was; none after a rest.
    last_frame: Cell<Option<f64>>,
    /// Nobody can see it: time stands still, whatever the person had chosen.
    suspended: Cell<bool>,
    frame: RefCell<Option<Frame>>,
    coming: Cell<Option<i32>>,
}

/// Keeps a listener subscribed; dropped, it is no longer called.
pub struct Subscription(Option<Box<dyn FnOnce()>>);

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

/// Listeners by number. A call works on a copy, so a listener may come or go during one.
pub struct Listeners<T> {
    next: Cell<u32>,
    all: RefCell<Vec<(u32, Rc<T>)>>,
}

impl<T> Listeners<T> {
    /// Nobody yet.
    pub(crate) const fn new() -> Self {
        Self { next: Cell::new(0), all: RefCell::new(Vec::new()) }
    }

    /// Adds `listener`; returns its number.
    pub fn add(&self, listener: T) -> u32 {
        let number = self.next.replace(self.next.get() + 1);
        self.all.borrow_mut().push((number, Rc::new(listener)));
        number
    }

    /// Forgets the listener of this number.
    pub fn remove(&self, number: u32) {
        // What is removed is dropped after the borrow, since dropping may run foreign code.
        let _removed = {
            let mut all = self.all.borrow_mut();
            all.iter().position(|(other, _)| *other == number).map(|index| all.remove(index))
        };
    }

    /// Those that there are now.
    pub fn copy(&self) -> Vec<Rc<T>> {
        self.all.borrow().iter().map(|(_, listener)| Rc::clone(listener)).collect()
    }
}

impl Live {
    /// Opens `scenario`, paused at its start, and starts its workers.
    #[must_use]
    pub fn open(scenario: Scenario) -> Self {
        let lab = scenario.lab.key;
        let inner = Rc::new_cyclic(|weak: &Weak<Inner>| {
            let heard = {
                let weak = weak.clone();
                Rc::new(move |heard: Heard| {
                    if let Some(inner) = weak.upgrade() {
                        inner.heard(heard);
                    }
                })
            };
            Inner {
                player: RefCell::new(Player::new(scenario)),
                pool: RefCell::new(Pool::new(lab, heard)),
                frames: Listeners::new(),
                refreshes: Listeners::new(),
                selected: Cell::new(None),
                failure: RefCell::new(None),
                changed: Cell::new(true),
                stale: Cell::new(true),
                last_refresh: Cell::new(0.0),
                moving: Cell::new(false),
                last_frame: Cell::new(None),
                suspended: Cell::new(false),
                frame: RefCell::new(None),
                coming: Cell::new(None),
            }
        });
        let weak = Rc::downgrade(&inner);
        *inner.frame.borrow_mut() = Some(Closure::new(move |now| {
            if let Some(inner) = weak.upgrade() {
                inner.frame(now);
            }
        }));
        inner.send();
        inner.wake();
        Self(inner)
    }

    /// The state of the experiment. Let go of it before calling [`Live::act`].
    pub fn player(&self) -> Ref<'_, Player> {
        self.0.player.borrow()
    }

    /// Changes something: play, seek, set, undo. Sends what follows from it to the workers and wakes listeners.
    pub fn act<R>(&self, change: impl FnOnce(&mut Player) -> R) -> R {
        let result = change(&mut self.0.player.borrow_mut());
        self.0.send();
        self.0.touch();
        result
    }

    /// Calls `listener` at every animation frame while time goes on, and once after each change while it stands.
    #[must_use = "dropped, the listener is no longer called"]
    pub fn on_frame(&self, listener: impl FnMut(&Player) + 'static) -> Subscription {
        let number = self.0.frames.add(RefCell::new(Box::new(listener)));
        self.0.touch();
        let weak = Rc::downgrade(&self.0);
        Subscription(Some(Box::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.frames.remove(number);
            }
        })))
    }

    /// Calls `listener` eight times a second while time goes on, and after each change.
    #[must_use = "dropped, the listener is no longer called"]
    pub fn on_refresh(&self, listener: Callback<()>) -> Subscription {
        let number = self.0.refreshes.add(listener);
        let weak = Rc::downgrade(&self.0);
        Subscription(Some(Box::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.refreshes.remove(number);
            }
        })))
    }

    /// The node that is opened on the stage: lane and node.
    #[must_use]
    pub fn selected(&self) -> Option<(usize, NodeId)> {
        self.0.selected.get()
    }

    /// Opens a node on the stage, or closes it.
    pub fn select(&self, node: Option<(usize, NodeId)>) {
        if self.0.selected.replace(node) != node {
            self.0.touch();
        }
    }

    /// Why the workers cannot go on, if they cannot.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.0.failure.borrow().clone()
    }

    /// Whether it can be seen. Out of sight time stands still; back in sight it goes on only if it was playing.
    pub fn set_in_sight(&self, in_sight: bool) {
        if self.0.suspended.replace(!in_sight) == in_sight {
            self.0.last_frame.set(None);
            self.0.touch();
        }
    }
}

impl Inner {
    fn heard(self: &Rc<Self>, heard: Heard) {
        match heard {
            Heard::Reports(reports) => {
                let mut player = self.player.borrow_mut();
                for report in reports {
                    if let Report::Refused { sentence } = report {
                        *self.failure.borrow_mut() = Some(sentence);
                    } else {
                        player.heard(report);
                    }
                }
                // The lab stands there: now the rest does not hold it up.
                whole::complete();
            }
            Heard::Failed(what) => {
                *self.failure.borrow_mut() = Some(what);
                whole::complete();
            }
            Heard::Started => *self.failure.borrow_mut() = None,
        }
        self.send();
        self.touch();
    }

    fn send(&self) {
        let commands = self.player.borrow_mut().take_commands();
        let mut pool = self.pool.borrow_mut();
        for command in commands {
            pool.send(command);
        }
    }

    fn touch(&self) {
        self.changed.set(true);
        self.wake();
    }

    /// Asks for the next animation frame, unless one is coming.
    fn wake(&self) {
        if self.coming.get().is_some() {
            return;
        }
        let frame = self.frame.borrow();
        let window = web_sys::window();
        if let (Some(frame), Some(window)) = (frame.as_ref(), window) {
            self.coming.set(window.request_animation_frame(frame.as_ref().unchecked_ref()).ok());
        }
    }

    fn frame(&self, now: f64) {
        self.coming.set(None);
        let elapsed = self.last_frame.replace(Some(now)).map_or(0.0, |before| now - before);
        let moved = !self.suspended.get() && self.player.borrow_mut().frame(Nanos::from_seconds(elapsed / 1e3));
        self.send();
        if !self.moving.replace(moved) && moved {
            // Who presses Play sees at once that it runs.
            self.last_refresh.set(f64::MIN);
        }
        if self.changed.take() || moved {
            self.stale.set(true);
            let player = self.player.borrow();
            for listener in self.frames.copy() {
                // A listener that is at work already is not called again from within itself.
                if let Ok(mut listener) = listener.try_borrow_mut() {
                    listener(&player);
                }
            }
        }
        let playing = self.player.borrow().playing() && !self.suspended.get();
        let pause = if playing { REFRESH } else { REFRESH_STANDING };
        if self.stale.get() && (now - self.last_refresh.get() >= pause || now < self.last_refresh.get()) {
            self.stale.set(false);
            self.last_refresh.set(now);
            for listener in self.refreshes.copy() {
                listener.emit(());
            }
        }
        if playing || self.stale.get() || self.changed.get() {
            self.wake();
        } else {
            self.last_frame.set(None);
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let (Some(window), Some(coming)) = (web_sys::window(), self.coming.get()) {
            // Refused only for a number that is no frame, which changes nothing.
            let _ = window.cancel_animation_frame(coming);
        }
    }
}

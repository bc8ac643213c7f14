//! The worker's mail and its loop.
//!
//! To the page: the string `ready` once, then `ArrayBuffer`s, and at the end of all, if it comes to that, an object
//! with `panic`. From the page: `ArrayBuffer`s; anything else is left alone.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use headroom::labs::Experiment;
use headroom::session::{Busy, Command, Report, Runner};
use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

use crate::pace::Pace;

/// The listener of a kind of mail.
type Listener = Closure<dyn FnMut(MessageEvent)>;

struct Shell {
    scope: DedicatedWorkerGlobalScope,
    runner: RefCell<Runner>,
    pace: Cell<Pace>,
    /// Posting here leads to the next turn.
    bell: MessagePort,
    /// Whether a turn is coming.
    rung: Cell<bool>,
}

/// Takes up work in the worker that this program runs in.
pub fn start(experiments: &'static [Experiment]) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    tell_of_panics(scope.clone());
    #[allow(
        clippy::expect_used,
        reason = "every browser that has WebAssembly has it; if not, the page shows this text"
    )]
    let channel = MessageChannel::new().expect("this browser has no MessageChannel");
    let shell = Rc::new(Shell {
        scope: scope.clone(),
        runner: RefCell::new(Runner::new(experiments)),
        pace: Cell::new(Pace::new()),
        bell: channel.port2(),
        rung: Cell::new(false),
    });
    let mail: Listener = {
        let shell = Rc::clone(&shell);
        Closure::new(move |event: MessageEvent| shell.read(&event.data()))
    };
    let turns: Listener = Closure::new(move |_: MessageEvent| shell.turn());
    scope.set_onmessage(Some(mail.as_ref().unchecked_ref()));
    channel.port1().set_onmessage(Some(turns.as_ref().unchecked_ref()));
    // Both live as long as the worker.
    mail.forget();
    turns.forget();
    post(&scope, &JsValue::from_str("ready"), false);
}

impl Shell {
    fn read(&self, data: &JsValue) {
        let Some(buffer) = data.dyn_ref::<ArrayBuffer>() else { return };
        match postcard::from_bytes::<Command>(&Uint8Array::new(buffer).to_vec()) {
            Ok(command) => self.runner.borrow_mut().tell(command),
            // Page and worker come from one build and speak one language. To go on without what was said would show
            // something other than what was asked for.
            Err(reason) => panic!("it was told something that is no command ({reason})"),
        }
        self.ring();
    }

    fn ring(&self) {
        if !self.rung.replace(true) {
            // Refused only for what cannot be copied; null can.
            let _ = self.bell.post_message(&JsValue::NULL);
        }
    }

    /// One turn of work; its reports leave in one buffer.
    fn turn(&self) {
        self.rung.set(false);
        let mut reports: Vec<Report> = Vec::new();
        let begun = self.now();
        let mut before = begun;
        let busy = loop {
            let mut pace = self.pace.get();
            let busy = self.runner.borrow_mut().work(pace.events(), &mut reports);
            let now = self.now();
            if busy == Busy::Idle {
                break busy;
            }
            pace.took(now - before);
            self.pace.set(pace);
            before = now;
            if Pace::enough(now - begun) {
                break busy;
            }
        };
        if !reports.is_empty() {
            // Plain data of our own: writing it into memory does not fail.
            if let Ok(bytes) = postcard::to_allocvec(&reports) {
                post(&self.scope, &Uint8Array::from(bytes.as_slice()).buffer(), true);
            }
        }
        if busy != Busy::Idle {
            self.ring();
        }
    }

    /// Milliseconds on the worker's own clock.
    fn now(&self) -> f64 {
        self.scope.performance().map_or(0.0, |performance| performance.now())
    }
}

fn post(scope: &DedicatedWorkerGlobalScope, message: &JsValue, transfer: bool) {
    let list = if transfer { Array::of1(message) } else { Array::new() };
    // Refused only for what cannot be copied or was transferred before; neither happens here.
    let _ = scope.post_message_with_transfer(message, &list);
}

/// A panic reaches the page as text, before the trap that follows it.
fn tell_of_panics(scope: DedicatedWorkerGlobalScope) {
    std::panic::set_hook(Box::new(move |panic| {
        let message = Object::new();
        // Setting a property of a new object does not fail.
        let _ = Reflect::set(&message, &"panic".into(), &panic.to_string().into());
        post(&scope, &message, false);
    }));
}

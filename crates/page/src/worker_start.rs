//! How a worker comes to life: the one way that works in a plain page and in a sandboxed frame alike.
//!
//! A *classic* worker from a *blob* that holds wasm-bindgen's `no-modules` glue; the page compiles the worker's
//! WebAssembly once and posts the compiled module to every worker. Where a browser refuses to pass a module on, the
//! bytes are posted after three seconds; where that does not help either, a sentence says so.
//!
//! It knows nothing of what workers are for. What a worker says before it is ready is an object with `failed` or
//! `unreadable`; afterwards an `ArrayBuffer`, the string `ready`, or an object with `panic`.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use js_sys::{Array, ArrayBuffer, JSON, Object, Promise, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Response, Url, Worker};

/// How long a worker may take to say that it is ready, before the next way is tried, in milliseconds.
const PATIENCE: u32 = 3_000;

/// Runs in the worker before its program does, and hands the module over to the glue.
///
/// `headroomRest` is for `crates/rest`: a worker may wait, and only whoever asks something unusual of it has to.
const FIRST_WORDS: &str = "
self.onmessage = ({ data: [module, rest] }) => {
  self.headroomRest = (exports) => {
    const request = new XMLHttpRequest();
    request.open('GET', rest, false);
    request.responseType = 'arraybuffer';
    request.send();
    if (request.status !== 200) throw new Error('a part of its program did not load (' + request.status + ')');
    new WebAssembly.Instance(new WebAssembly.Module(request.response), { '': exports });
  };
  try { wasm_bindgen.initSync({ module }); } catch (reason) { self.postMessage({ failed: String(reason) }); }
};
self.onmessageerror = () => self.postMessage({ unreadable: true });
";

/// What is heard of a worker.
pub enum Said {
    /// It is there.
    Ready,
    /// A message of its program.
    Message(Uint8Array),
    /// It does not start, or has stopped.
    Failed(String),
}

/// A worker, from its first moment on. Dropped, it ends.
pub struct Starting(Rc<Inner>);

struct Inner {
    lab: &'static str,
    worker: OnceCell<Worker>,
    said: Box<dyn Fn(Said)>,
    /// Messages from before it was ready.
    waiting: RefCell<Vec<JsValue>>,
    ready: Cell<bool>,
    /// It has panicked: what comes after that says nothing new.
    dead: Cell<bool>,
    sent_bytes: Cell<bool>,
    patience: RefCell<Option<Timeout>>,
    on_message: OnceCell<Closure<dyn FnMut(MessageEvent)>>,
    on_error: OnceCell<Closure<dyn FnMut(ErrorEvent)>>,
}

impl Starting {
    /// Starts a worker with the program of `lab`; `said` is told what comes of it.
    pub fn new(lab: &'static str, said: impl Fn(Said) + 'static) -> Self {
        let inner = Rc::new(Inner {
            lab,
            worker: OnceCell::new(),
            said: Box::new(said),
            waiting: RefCell::default(),
            ready: Cell::new(false),
            dead: Cell::new(false),
            sent_bytes: Cell::new(false),
            patience: RefCell::default(),
            on_message: OnceCell::new(),
            on_error: OnceCell::new(),
        });
        let weak = Rc::downgrade(&inner);
        spawn_local(async move {
            let files = JsFuture::from(files(lab)).await;
            let Some(inner) = weak.upgrade() else { return };
            match files.and_then(|files| inner.start(&files.into())) {
                Ok(()) => {}
                Err(reason) => {
                    FILES.with_borrow_mut(|files| files.retain(|(other, _)| *other != lab));
                    inner.fail(format!("The program that computes the experiment did not load ({}). Check the connection and try again.", in_words(&reason)));
                }
            }
        });
        Self(inner)
    }

    /// Posts `message`, as soon as the worker is ready.
    pub fn post(&self, message: JsValue) {
        match self.0.worker.get().filter(|_| self.0.ready.get()) {
            Some(worker) => pass(worker, &message),
            None => self.0.waiting.borrow_mut().push(message),
        }
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        if let Some(worker) = self.0.worker.get() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
    }
}

impl Inner {
    /// `files`: the address of the script, and what is posted first: the compiled module and where its rest is.
    fn start(self: &Rc<Self>, files: &Array) -> Result<(), JsValue> {
        let worker = Worker::new(&files.get(0).as_string().unwrap_or_default())?;
        let weak = Rc::downgrade(self);
        let on_message = Closure::new(move |event: MessageEvent| {
            if let Some(inner) = weak.upgrade() {
                inner.heard(&event.data());
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let weak = Rc::downgrade(self);
        let on_error = Closure::new(move |event: ErrorEvent| {
            event.prevent_default();
            if let Some(inner) = weak.upgrade() {
                inner.fail(format!("The program that computes the experiment has stopped: {}.", event.message()));
            }
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.post_message(&files.get(1))?;
        // Set once: this is the only call.
        let _ = (self.worker.set(worker), self.on_message.set(on_message), self.on_error.set(on_error));
        self.wait(Rc::downgrade(self));
        Ok(())
    }

    fn wait(&self, weak: Weak<Self>) {
        let timeout = Timeout::new(PATIENCE, move || {
            if let Some(inner) = weak.upgrade() {
                inner.try_bytes();
            }
        });
        *self.patience.borrow_mut() = Some(timeout);
    }

    /// The module did not arrive, or nothing is heard: the other way, or the end of ways.
    fn try_bytes(self: &Rc<Self>) {
        if self.ready.get() || self.dead.get() {
            return;
        }
        if self.sent_bytes.replace(true) {
            (self.said)(Said::Failed(
                "This browser does not start the worker that computes the experiment. A policy of this site, of the browser or of an extension may forbid workers or WebAssembly in them.".to_owned(),
            ));
            return;
        }
        let (weak, lab) = (Rc::downgrade(self), self.lab);
        spawn_local(async move {
            let bytes = module_bytes(lab).await;
            let Some(inner) = weak.upgrade() else { return };
            if let (Ok(bytes), Some(worker)) = (bytes, inner.worker.get()) {
                // Refused only without memory; then nothing is heard, and the wait below ends with a sentence.
                let _ = worker.post_message(&Array::of2(&bytes, &rest(lab)));
            }
            inner.wait(Rc::downgrade(&inner));
        });
    }

    fn heard(self: &Rc<Self>, data: &JsValue) {
        let field =
            |name: &str| Reflect::get(data, &JsValue::from_str(name)).ok().filter(|value| !value.is_undefined());
        if let Some(buffer) = data.dyn_ref::<ArrayBuffer>() {
            (self.said)(Said::Message(Uint8Array::new(buffer)));
        } else if data == "ready" {
            self.ready.set(true);
            self.patience.take();
            if let Some(worker) = self.worker.get() {
                for message in self.waiting.take() {
                    pass(worker, &message);
                }
            }
            (self.said)(Said::Ready);
        } else if let Some(text) = field("panic") {
            self.fail(format!(
                "The program that computes the experiment has stopped: {}",
                text.as_string().unwrap_or_default()
            ));
        } else if let Some(text) = field("failed") {
            self.fail(format!(
                "The program that computes the experiment does not start: {}",
                text.as_string().unwrap_or_default()
            ));
        } else if field("unreadable").is_some() {
            self.try_bytes();
        }
    }

    /// Says once that the worker is gone.
    fn fail(&self, what: String) {
        self.patience.take();
        if !self.dead.replace(true) {
            (self.said)(Said::Failed(what));
        }
    }
}

/// Posts a buffer without copying it.
fn pass(worker: &Worker, message: &JsValue) {
    // Refused only for a buffer that was passed on before; each is posted once.
    let _ = worker.post_message_with_transfer(message, &Array::of1(message));
}

thread_local! {
    /// What the workers of each lab are made from.
    static FILES: RefCell<Vec<(&'static str, Promise)>> = const { RefCell::new(Vec::new()) };
}

/// The script's address and the compiled module, fetched and compiled once.
fn files(lab: &'static str) -> Promise {
    FILES.with_borrow_mut(|files| {
        if let Some((_, promise)) = files.iter().find(|(other, _)| *other == lab) {
            return promise.clone();
        }
        let promise = future_to_promise(load(lab));
        files.push((lab, promise.clone()));
        promise
    })
}

async fn load(lab: &str) -> Result<JsValue, JsValue> {
    let (text, module) = match prepared(lab) {
        Some((text, module)) => (JsFuture::from(text).await?, module),
        None => {
            let module = WebAssembly::compile_streaming(&fetch(lab, "module")?);
            let glue: Response = JsFuture::from(fetch(lab, "glue")?).await?.into();
            (JsFuture::from(ok(&glue)?.text()?).await?, module)
        }
    };
    let parts = Array::of2(&text, &FIRST_WORDS.into());
    let kind = BlobPropertyBag::new();
    kind.set_type("text/javascript");
    let address = Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&parts, &kind)?)?;
    let module = JsFuture::from(module).await?;
    Ok(Array::of2(&address.into(), &Array::of2(&module, &rest(lab))).into())
}

/// What boot.js has begun to fetch and compile for the lab that the page was opened with; once only, since what failed is
/// fetched anew.
fn prepared(lab: &str) -> Option<(Promise, Promise)> {
    let all = Reflect::get(&js_sys::global(), &"headroomPrepared".into()).ok()?.dyn_into::<Object>().ok()?;
    let files = Reflect::get(&all, &lab.into()).ok()?.dyn_into::<Object>().ok()?;
    // An object of our own: its properties can be deleted.
    let _ = Reflect::delete_property(&all, &lab.into());
    let file = |name: &str| Reflect::get(&files, &name.into()).ok()?.dyn_into::<Promise>().ok();
    Some((file("glue")?, file("module")?))
}

async fn module_bytes(lab: &str) -> Result<JsValue, JsValue> {
    let response: Response = JsFuture::from(fetch(lab, "module")?).await?.into();
    let buffer = JsFuture::from(ok(&response)?.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer).into())
}

fn ok(response: &Response) -> Result<&Response, JsValue> {
    if response.ok() { Ok(response) } else { Err(format!("the server answered {}", response.status()).into()) }
}

/// Where the second part of a worker's program is, if the build has cut it in two.
fn rest(lab: &str) -> JsValue {
    address(lab, "rest").map_or(JsValue::UNDEFINED, JsValue::from)
}

/// Begins to fetch the `glue` or `module` of a lab's worker.
fn fetch(lab: &str, which: &str) -> Result<Promise, JsValue> {
    let window = web_sys::window().ok_or("there is no window")?;
    Ok(window.fetch_with_str(&address(lab, which)?))
}

/// Where the `glue`, the `module` or the `rest` of a lab's worker is: the build has put their names into the page.
fn address(lab: &str, which: &str) -> Result<String, JsValue> {
    let window = web_sys::window().ok_or("there is no window")?;
    let document = window.document().ok_or("there is no document")?;
    let block = document.get_element_by_id("headroom-workers").and_then(|block| block.text_content());
    let names = JSON::parse(&block.ok_or("the page does not name its workers")?)?;
    let name = Reflect::get(&Reflect::get(&names, &lab.into())?, &which.into())?
        .as_string()
        .ok_or("the page does not name its worker")?;
    let base = document.base_uri()?.unwrap_or_default();
    Ok(Url::new_with_base(&name, &base)?.href())
}

/// An error of the browser as text.
fn in_words(reason: &JsValue) -> String {
    let message = reason.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    message.or_else(|| reason.as_string()).unwrap_or_else(|| "no reason was given".to_owned())
}

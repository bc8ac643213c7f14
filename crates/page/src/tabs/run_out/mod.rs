//! Run it out: the experiment to its end or to a million requests, over many seeds, or along a parameter, as fast as
//! the machine can, beside what is shown.
//!
//! It lives as long as the lab is open, whichever tab is shown; then its workers end with it. What there is to do is
//! planned by `headroom::labs::sweep` and dealt out by `headroom::session::Errands`. Read next: [`form`] for what is
//! asked, [`results`] and [`curve`] for what comes of it, [`luck`] for what of it stands beside the seed.

mod csv;
mod curve;
mod form;
pub mod luck;
mod results;

use std::cell::{Cell, Ref, RefCell};
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use headroom::labs::export::{Row, rows};
use headroom::labs::{sweep, theory};
use headroom::scenario::Scenario;
use headroom::session::Errands;
use headroom::theory::replications::MeanOfRuns;
use yew::prelude::*;

use crate::browser::{self, announce};
use crate::live::{Listeners, Live};
use crate::numbers;
use crate::pool::{Crew, Heard};

/// Between two drawings of the progress, in milliseconds.
const PULSE: u32 = 120;
/// So many requests are “a million”.
const MANY: u64 = 1_000_000;

/// What is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Once,
    Seeds,
    Sweep,
}

/// What the form holds, as it was typed.
#[derive(Clone)]
struct Settings {
    what: What,
    million: bool,
    seeds: String,
    key: &'static str,
    from: String,
    to: String,
    points: String,
    /// Of a sweep: how many seeds each point is run with.
    replications: usize,
    ratios: bool,
    measure: &'static str,
}

/// Figures that theory gives for one lane at one point: the measure, and its value.
type Predicted = Vec<(&'static str, f64)>;

/// What was asked for, and what has come of it so far.
struct Work {
    what: What,
    /// The experiment as it stood when it was asked for.
    scenario: Scenario,
    rows: Vec<Row>,
    errands: Errands,
    /// Still to be scaled to a million requests, once it is known how many come in its own duration.
    scale: bool,
    /// Of a sweep: the parameter and its values.
    key: &'static str,
    points: Vec<(f64, String)>,
    ratios: bool,
    /// Of a sweep: by point and lane.
    predicted: Vec<Vec<Predicted>>,
    began: f64,
    took: Option<f64>,
    cancelled: bool,
    workers: usize,
}

impl Work {
    /// The figure `key` of lane `lane` of run `run`, as far as it is known.
    fn figure(&self, run: usize, lane: usize, key: &str) -> Option<f64> {
        let index = self.rows.iter().position(|row| row.key == key)?;
        self.errands.outcome(run, lane)?.figures.get(index).copied().flatten()
    }

    /// Of a sweep: the figure `key` of lane `lane` at a point, over those of its seeds that are known.
    fn mean_at(&self, point: usize, lane: usize, key: &str) -> Option<MeanOfRuns> {
        let runs = (point..self.errands.runs().len()).step_by(self.points.len().max(1));
        MeanOfRuns::of(&runs.filter_map(|run| self.figure(run, lane, key)).collect::<Vec<_>>())
    }

    /// Of a sweep: how many seeds each point is run with.
    fn replications(&self) -> usize {
        self.errands.runs().len() / self.points.len().max(1)
    }

    fn row(&self, key: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.key == key)
    }

    fn lanes(&self) -> core::ops::Range<usize> {
        0..self.scenario.lanes.len()
    }
}

/// The handle of what runs beside one experiment; equal only to its own clones.
#[derive(Clone)]
pub struct RunOut(Rc<Inner>);

impl PartialEq for RunOut {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Inner {
    settings: RefCell<Settings>,
    work: RefCell<Option<Work>>,
    crew: RefCell<Option<Crew>>,
    next_job: Cell<u32>,
    /// Why the last wish could not be met.
    refusal: RefCell<String>,
    /// Who shows something of it.
    shown: Listeners<Callback<()>>,
    /// Whether it is drawn anew in a moment.
    waiting: Cell<bool>,
    coming: RefCell<Option<Timeout>>,
}

/// What runs beside `live`. It ends with the component that holds it.
#[hook]
pub fn use_run_out(live: &Live) -> RunOut {
    let handle = use_memo(live.clone(), |live| RunOut(Rc::new(Inner::new(live))));
    (*handle).clone()
}

/// Renders the component again whenever there is something new to show of `run_out`.
#[hook]
pub fn use_news(run_out: &RunOut) {
    let update = use_force_update();
    use_effect_with(run_out.clone(), move |run_out| {
        let run_out = run_out.clone();
        let number = run_out.0.shown.add(Callback::from(move |()| update.force_update()));
        move || run_out.0.shown.remove(number)
    });
}

fn now() -> f64 {
    browser::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

impl Inner {
    fn new(live: &Live) -> Self {
        let mut settings = Settings {
            what: What::Once,
            million: true,
            seeds: "30".to_owned(),
            key: "",
            from: String::new(),
            to: String::new(),
            points: "16".to_owned(),
            replications: 3,
            ratios: false,
            measure: "p99",
        };
        let player = live.player();
        let parameters = sweep::numeric_parameters(player.scenario());
        if let Some(row) = parameters.iter().find(|row| row.key == "rate").or(parameters.first()) {
            settings.sweep_of(player.scenario(), row);
        }
        Self {
            settings: RefCell::new(settings),
            work: RefCell::new(None),
            crew: RefCell::new(None),
            next_job: Cell::new(1),
            refusal: RefCell::default(),
            shown: Listeners::new(),
            waiting: Cell::new(false),
            coming: RefCell::default(),
        }
    }

    /// Draws it anew wherever it is shown.
    fn draw(&self) {
        for listener in self.shown.copy() {
            listener.emit(());
        }
    }

    /// Draws it anew in a moment; many changes are drawn once.
    fn soon(self: &Rc<Self>) {
        if self.waiting.replace(true) {
            return;
        }
        let weak = Rc::downgrade(self);
        // The last timeout is kept until the next is made: one that is dropped from within itself would be cut short.
        *self.coming.borrow_mut() = Some(Timeout::new(PULSE, move || {
            if let Some(inner) = weak.upgrade() {
                inner.waiting.set(false);
                inner.draw();
            }
        }));
    }

    /// A person asks for it.
    fn begin(self: &Rc<Self>, scenario: &Scenario) {
        self.cancel();
        let planned = self.plan(scenario);
        match planned {
            Ok(work) => {
                self.refusal.take();
                *self.work.borrow_mut() = Some(work);
                self.hand_out();
            }
            Err(sentence) => {
                announce::answer(&sentence);
                *self.refusal.borrow_mut() = sentence;
            }
        }
        self.draw();
    }

    fn plan(self: &Rc<Self>, scenario: &Scenario) -> Result<Work, String> {
        let settings = self.settings.borrow();
        let points = match settings.what {
            What::Sweep => {
                let Settings { from, to, points, ratios, key, .. } = &*settings;
                sweep::points(scenario, key, (from, to), points, *ratios)?
            }
            _ => Vec::new(),
        };
        let runs = match settings.what {
            What::Once => vec![scenario.clone()],
            What::Seeds => sweep::seeds(scenario, &settings.seeds)?,
            What::Sweep => sweep::replicated(&points, settings.replications),
        };
        let rows = rows(scenario);
        let measures = rows.iter().map(|row| row.key.to_owned()).collect();
        let workers = self.crew.borrow_mut().get_or_insert_with(|| crew(scenario.lab.key, Rc::downgrade(self))).size();
        Ok(Work {
            what: settings.what,
            predicted: vec![vec![Vec::new(); scenario.lanes.len()]; points.len()],
            errands: Errands::new(runs, measures, self.next_job.get()),
            scale: settings.what == What::Once && settings.million,
            key: settings.key,
            points: points.into_iter().map(|point| (point.value, point.text)).collect(),
            ratios: settings.ratios,
            scenario: scenario.clone(),
            rows,
            began: now(),
            took: None,
            cancelled: false,
            workers,
        })
    }

    /// Gives every worker something to do, one after the other, as long as there is something.
    fn hand_out(&self) {
        let (mut work, crew) = (self.work.borrow_mut(), self.crew.borrow());
        let (Some(work), Some(crew)) = (work.as_mut(), crew.as_ref()) else { return };
        loop {
            let mut given = false;
            for worker in 0..crew.size() {
                if let Some(command) = work.errands.next_for(worker) {
                    crew.send(worker, &command);
                    given = true;
                }
            }
            if !given {
                break;
            }
        }
        self.next_job.set(work.errands.next_job());
    }

    fn heard(self: &Rc<Self>, heard: Heard) {
        match heard {
            Heard::Started => {}
            Heard::Failed(sentence) => {
                self.cancel();
                // Workers that have stopped are of no more use; the next wish starts others.
                self.crew.take();
                announce::answer(&sentence);
                *self.refusal.borrow_mut() = sentence;
            }
            Heard::Reports(reports) => {
                if let Some(work) = self.work.borrow_mut().as_mut() {
                    for report in reports {
                        // Theory knows no seed: once for each point.
                        if let Some((run, lane)) = work.errands.heard(report)
                            && run < work.points.len()
                        {
                            work.predicted[run][lane] = predicted(&work.errands.runs()[run], lane);
                        }
                    }
                }
                self.hand_out();
                self.finish();
            }
        }
        self.soon();
    }

    /// When nothing is left to do: scales, or says so.
    fn finish(&self) {
        let mut known = self.work.borrow_mut();
        let Some(work) = known.as_mut().filter(|work| work.took.is_none() && work.errands.over()) else { return };
        if core::mem::take(&mut work.scale) {
            let seen = work.lanes().filter_map(|lane| work.errands.outcome(0, lane)).map(|outcome| outcome.totals);
            let most = seen.max_by_key(|totals| totals.arrivals).unwrap_or_default();
            match sweep::scaled_to(&work.scenario, MANY, most) {
                Ok(scaled) => {
                    let measures = work.rows.iter().map(|row| row.key.to_owned()).collect();
                    work.errands = Errands::new(vec![scaled], measures, self.next_job.get());
                    drop(known);
                    self.hand_out();
                    return;
                }
                Err(sentence) => *self.refusal.borrow_mut() = sentence,
            }
        }
        let took = now() - work.began;
        work.took = Some(took);
        let mut said = vec![format!("Run out in {}.", seconds(took))];
        if work.what == What::Seeds {
            said.extend(luck::sentences(work, self.settings.borrow().measure));
        }
        announce::answer(&said.join(" "));
    }

    /// Stops what is underway; what is done stays.
    fn cancel(&self) {
        let (mut work, crew) = (self.work.borrow_mut(), self.crew.borrow());
        let Some(work) = work.as_mut().filter(|work| work.took.is_none()) else { return };
        for (worker, command) in work.errands.cancel() {
            if let Some(crew) = crew.as_ref() {
                crew.send(worker, &command);
            }
        }
        work.took = Some(now() - work.began);
        work.cancelled = true;
    }
}

fn crew(lab: &'static str, inner: Weak<Inner>) -> Crew {
    let heard: Rc<dyn Fn(usize, Heard)> = Rc::new(move |_, heard| {
        if let Some(inner) = inner.upgrade() {
            inner.heard(heard);
        }
    });
    Crew::new(lab, &heard)
}

/// What the closed forms that apply to a lane say of it. Some take a few milliseconds, so each is asked for when its
/// point is done, and not all at once at the end.
fn predicted(scenario: &Scenario, lane: usize) -> Predicted {
    let mut known: Predicted = Vec::new();
    for form in theory::forms(scenario, lane).iter().filter(|form| form.applies()) {
        for prediction in form.predictions.iter().filter(|prediction| prediction.value.is_finite()) {
            let figure = matches!(
                prediction.standing,
                theory::Standing::Exact | theory::Standing::Limit | theory::Standing::Approximation
            );
            if figure && known.iter().all(|(measure, _)| *measure != prediction.measure) {
                known.push((prediction.measure, prediction.value));
            }
        }
    }
    known
}

/// Milliseconds as people say them.
fn seconds(milliseconds: f64) -> String {
    numbers::span(headroom::basics::Nanos::from_seconds(milliseconds / 1e3))
}

/// The tab.
#[inline(never)] // not needed at the start
pub fn panel(live: &Live, run_out: &RunOut) -> Html {
    let inner = &run_out.0;
    let work: Ref<'_, Option<Work>> = inner.work.borrow();
    let player = live.player();
    html! {
        <div class="run-out">
            {form::form(live, inner, work.as_ref())}
            {work.as_ref().map_or_else(|| html! { <div key="none"></div> }, |work| results::results(work, &inner.settings.borrow(), player.scenario()))}
        </div>
    }
}

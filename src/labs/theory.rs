//! What theory says about a lane, and whether the run agrees: the types, the verdict, and Little's law.
//!
//! A [`ClosedForm`] brings its formula, what it assumes (and whether that holds here) and what it predicts. Which forms
//! apply is the lab's business: [`forms`] asks it. How far chance may take a measured figure from the true one is
//! derived ([`crate::theory::run_length`]), never chosen. Read next: [`super::balancing::theory`].

use super::results::measure;
use super::{Lab, balancing, batching, concurrency, locks, pipeline, sharding};
use crate::basics::maths::sqrt;
use crate::scenario::Scenario;
use crate::simulation::window::Merged;
use crate::theory::run_length::NORMAL_95;
use crate::theory::{Formulas, operational};

/// What a predicted figure claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The very figure.
    Exact,
    /// What the figure tends to as servers become many.
    Limit,
    /// Near it.
    Approximation,
    /// No run can have less.
    AtLeast,
    /// No more than this.
    AtMost,
}

/// Something that a closed form takes for granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// What.
    pub sentence: &'static str,
    /// What is the case here instead; `None` when it holds.
    pub instead: Option<String>,
}

impl Assumption {
    /// Something that is taken for granted, whether it holds here, and what is the case if not.
    #[must_use]
    pub fn new(sentence: &'static str, holds: bool, instead: impl FnOnce() -> String) -> Self {
        Self { sentence, instead: (!holds).then(instead) }
    }

    /// That nothing changes during the run, where `edited` says that something does.
    #[must_use]
    pub fn unedited(edited: bool) -> Self {
        Self::new("Nothing changes during the run.", !edited, || "There are edits during this run.".to_owned())
    }
}

/// A figure that follows from a closed form.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The measure that it is about, as conditions name it; times in seconds.
    pub measure: &'static str,
    /// What it claims.
    pub standing: Standing,
    /// The figure, from client to client.
    pub value: f64,
    /// Half the width of the 95 % band of a measured figure, times the root of the number of samples; `None` where
    /// nobody has derived one.
    pub spread: Option<f64>,
    /// What the measuring itself may be off by, however long the run.
    pub resolution: f64,
}

/// The share of the response times that exceed so many seconds, client to client.
pub type Tail = Box<dyn Fn(f64) -> f64>;

/// A closed form as it applies to one lane.
pub struct ClosedForm {
    /// As the field calls it: “M/M/4 for each server”.
    pub name: String,
    /// Its formulas.
    pub formulas: Vec<Formula>,
    /// The letters of the formulas with their values here.
    pub symbols: Vec<(&'static str, String)>,
    /// What it takes for granted.
    pub assumptions: Vec<Assumption>,
    /// What follows.
    pub predictions: Vec<Prediction>,
    /// The whole distribution, where it is known.
    pub tail: Option<Tail>,
}

impl ClosedForm {
    /// Whether all that it assumes is the case.
    #[must_use]
    pub fn applies(&self) -> bool {
        self.assumptions.iter().all(|assumption| assumption.instead.is_none())
    }
}

/// Whether a run agrees with a prediction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// It does, within what chance allows; or it keeps to the bound.
    Agrees,
    /// It does not.
    Differs,
    /// A limit or an approximation, or no band is known: off by this share of the prediction.
    Off(f64),
    /// Chance could still explain nearly anything: about so many samples are needed.
    TooFew(u64),
    /// Something that is assumed is not the case.
    DoesNotApply,
    /// Theory has no number: the queues grow without end.
    Unbounded,
}

/// A prediction beside what was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// What was measured.
    pub measured: Option<f64>,
    /// The requests behind it.
    pub samples: u64,
    /// By how much chance may take the measured figure off (99.7 % of runs), with the resolution of the measuring.
    pub band: f64,
    /// What follows.
    pub verdict: Verdict,
}

/// Three standard deviations: with several figures a lane, one false alarm in twenty would be one on every screen.
const THREE_SIGMA: f64 = 3.0 / NORMAL_95;
/// The bands are limits for long runs, to be believed when they are narrower than this share of the figure.
const BELIEVABLE: f64 = 0.25;
/// Fewer samples say nothing about a figure without a band.
const FEWEST: u64 = 1_000;

impl Prediction {
    /// Holds it against what was measured.
    #[must_use]
    pub fn compare(&self, applies: bool, lab: &Lab, merged: &Merged) -> Comparison {
        let measured = measure(lab, merged, self.measure);
        let samples = merged.latencies.count();
        let chance = self.spread.map_or(0.0, |spread| THREE_SIGMA * spread / sqrt(samples.max(1) as f64));
        let band = chance + self.resolution;
        let verdict = self.verdict(applies, measured, samples, chance);
        Comparison { measured, samples, band, verdict }
    }

    fn verdict(&self, applies: bool, measured: Option<f64>, samples: u64, chance: f64) -> Verdict {
        if !applies {
            return Verdict::DoesNotApply;
        }
        if !self.value.is_finite() {
            return Verdict::Unbounded;
        }
        let widest = BELIEVABLE * self.value.abs();
        let root = self.spread.map_or(0.0, |spread| THREE_SIGMA * spread / widest);
        // Widths that are no number, of a form at its edge, count as “never enough”.
        let needed = if (root * root).is_finite() { (root * root) as u64 } else { u64::MAX };
        let Some(measured) = measured.filter(|_| samples >= needed.max(FEWEST)) else {
            return Verdict::TooFew(needed.max(FEWEST));
        };
        let (off, band) = (measured - self.value, chance + self.resolution);
        let within = match self.standing {
            Standing::Exact if self.spread.is_some() => off.abs() <= band,
            Standing::AtLeast => off >= -band,
            Standing::AtMost => off <= band,
            _ => return Verdict::Off(off / self.value),
        };
        if within { Verdict::Agrees } else { Verdict::Differs }
    }
}

/// The closed forms for lane `lane`, the most telling first. They follow from the scenario alone, so they need to be
/// asked for only when it changes; some take a few milliseconds.
#[must_use]
pub fn forms(scenario: &Scenario, lane: usize) -> Vec<ClosedForm> {
    // One line a lab, as in `build`; a lab without an entry has only the laws.
    match scenario.lab.key {
        "balancing" => balancing::theory::forms(scenario, lane),
        "batching" => batching::theory::forms(scenario, lane),
        "locks" => locks::theory::forms(scenario, lane),
        "pipeline" => pipeline::theory::forms(scenario, lane),
        "concurrency" => concurrency::theory::forms(scenario, lane),
        "sharding" => sharding::theory::forms(scenario, lane),
        _ => Vec::new(),
    }
}

/// The laws that tie measured figures of lane `lane` together, whatever the distributions.
#[must_use]
pub fn laws(scenario: &Scenario, lane: usize, merged: &Merged) -> Vec<ClosedForm> {
    let mut laws = vec![littles_law(merged)];
    laws.extend(match scenario.lab.key {
        "balancing" => balancing::theory::laws(scenario, lane, merged),
        "batching" => batching::theory::laws(scenario, lane, merged),
        "locks" => locks::theory::laws(scenario, lane, merged),
        "pipeline" => pipeline::theory::laws(scenario, lane, merged),
        "concurrency" => concurrency::theory::laws(scenario, lane, merged),
        "sharding" => sharding::theory::laws(scenario, lane, merged),
        _ => Vec::new(),
    });
    laws
}

/// The share of the responses that take at most so many seconds, where a closed form gives it and applies here.
#[must_use]
pub fn cumulative(scenario: &Scenario, lane: usize) -> Option<Box<dyn Fn(f64) -> f64>> {
    let form = forms(scenario, lane).into_iter().find(|form| form.applies() && form.tail.is_some())?;
    let tail = form.tail?;
    Some(Box::new(move |seconds| 1.0 - tail(seconds)))
}

/// Formulas of one subject of [`crate::theory`]; who shows them has them typeset ([`crate::theory::FORMULAS`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formula {
    /// The subject.
    pub subject: &'static str,
    /// Which of its formulas, counted from 0; `None`: all of them.
    pub index: Option<usize>,
}

/// The `index`-th formula of a subject.
#[must_use]
pub const fn formula(of: Formulas, index: usize) -> Formula {
    Formula { subject: of.subject, index: Some(index) }
}

/// All formulas of a subject.
#[must_use]
pub const fn formulas(of: Formulas) -> Formula {
    Formula { subject: of.subject, index: None }
}

/// Requests underway = throughput × time that each takes. Holds for any system from which everything comes out again.
fn littles_law(merged: &Merged) -> ClosedForm {
    let mean = merged.latencies.mean().map_or(0.0, crate::basics::Nanos::seconds);
    let value = operational::mean_number(merged.goodput(), mean);
    ClosedForm {
        name: "Little's law".to_owned(),
        formulas: vec![formula(operational::MATHML, 0)],
        symbols: vec![
            ("L", "requests in flight".to_owned()),
            ("λ", "goodput, as measured".to_owned()),
            ("W", "mean latency, as measured".to_owned()),
        ],
        assumptions: vec![all_answered(merged), settled(merged)],
        predictions: vec![Prediction {
            measure: "in-flight",
            standing: Standing::Exact,
            value,
            spread: Some(0.0),
            resolution: value * edge(merged),
        }],
        tail: None,
    }
}

/// Nothing was given up or turned away.
#[must_use]
pub fn all_answered(merged: &Merged) -> Assumption {
    let lost = merged.failed + merged.shed;
    Assumption::new("Every request is answered.", lost == 0, || {
        format!("{lost} were not, and how long they took is not in the mean.")
    })
}

/// As many go as come. Where they do not, those that pile up count among the requests in flight, and the time that they
/// will take is in no mean yet.
///
/// What is underway goes up and down by itself, by about its root and at times by as much as there is on average; that is
/// no trend as long as it is a small part of what was answered.
#[must_use]
pub fn settled(merged: &Merged) -> Assumption {
    let gone = merged.completed + merged.failed + merged.shed;
    let more = merged.arrivals.abs_diff(gone) as f64;
    let underway = merged.gauges.first().copied().unwrap_or(0.0);
    let by_itself = underway / 2.0 + 3.0 * sqrt(underway) + 5.0;
    let trend = more > by_itself && more > 0.01 * gone as f64;
    Assumption::new("As many go as come: the run has settled.", !trend, || {
        if merged.arrivals > gone {
            format!(
                "{} came and {gone} went: the others pile up, and the time that they will take is not in the mean.",
                merged.arrivals
            )
        } else {
            format!("{} came and {gone} went: a backlog from before was worked off.", merged.arrivals)
        }
    })
}

/// What the two ends of the measured stretch may put off, as a share: at each, some requests are underway with a part
/// of their time outside, and none of them longer than the longest.
#[must_use]
pub fn edge(merged: &Merged) -> f64 {
    let longest = merged.latencies.longest().map_or(0.0, crate::basics::Nanos::seconds);
    2.0 * longest / merged.span.seconds().max(1e-9)
}

//! What a lab says about itself, as data. The page draws it, the terminal lists it, the scenario text is checked
//! against it; none of them needs to know any lab.

use super::chart::Chart;
use super::scene::Scene;
use crate::algorithms::About;
use crate::basics::{Declaration, Kind, Nanos, Prose, prose};
use crate::scenario::Scenario;
use crate::simulation::Run;
use crate::simulation::record::Class;

/// A kind of fault that the lab's world understands.
#[derive(Clone, Copy, Debug)]
pub struct FaultKind {
    /// As written in a link: `kill`.
    pub key: &'static str,
    /// As shown on a button: “Kill”.
    pub label: &'static str,
    /// As told of one target, `{}` standing for it: “{} dies”.
    pub told: &'static str,
    /// One sentence.
    pub help: Prose,
    /// How much, for the kinds that take an amount: what is accepted, and the default.
    pub amount: Option<(Kind, f64)>,
    /// The kind that ends it, for faults with a span (`20s..40s`).
    pub undo: Option<&'static str>,
}

/// A counter or a gauge that the lab keeps beyond those that every lab has.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// As named in conditions and exports: `retries`.
    pub key: &'static str,
    /// As shown.
    pub label: &'static str,
    /// Its unit: `requests`, `/s` …
    pub unit: &'static str,
    /// One sentence.
    pub help: Prose,
}

/// Something that the lab demonstrates: a scenario, what must hold on it, and the sentence that it supports.
///
/// Tests check the condition; the page offers it under “Try this”.
#[derive(Clone, Copy, Debug)]
pub struct Show {
    /// For links and tests: lower case with dashes.
    pub key: &'static str,
    /// A few words.
    pub title: &'static str,
    /// The scenario as text, with a curated seed.
    pub scenario: &'static str,
    /// The condition, in the language of `content::conditions`.
    pub condition: &'static str,
    /// A figure in the same language (`a.p99 / b.p99`), of which the seed must show a typical value.
    pub headline: &'static str,
    /// What the learner shall see, in one or two sentences.
    pub sentence: &'static str,
    /// What the learner can try next; a condition on a run of their own that ticks itself.
    pub task: Option<Task>,
}

/// Something to achieve in a run of one's own.
#[derive(Clone, Copy, Debug)]
pub struct Task {
    /// What to do.
    pub sentence: &'static str,
    /// When it is done.
    pub condition: &'static str,
}

/// A lab.
pub struct Lab {
    /// As written in a link: `balancing`.
    pub key: &'static str,
    /// As shown: “Load balancing”.
    pub label: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The parameters of its traffic and world.
    pub parameters: &'static [Declaration],
    /// The policies that its lanes can compare.
    pub policies: &'static [About],
    /// The lanes that a scenario has when it names none.
    pub default_policies: &'static [&'static str],
    /// How long a run is when the scenario does not say.
    pub default_duration: Nanos,
    /// The warm-up when the scenario does not say.
    pub default_warm_up: Nanos,
    /// How fast it is first played, as a multiple of real time.
    pub default_speed: f64,
    /// The faults that its world understands.
    pub faults: &'static [FaultKind],
    /// How many targets a fault can name under this scenario.
    pub targets: fn(&Scenario) -> u32,
    /// Its counters.
    pub counters: &'static [Measure],
    /// Its gauges. Every lab has `in-flight` and `queued` first.
    pub gauges: &'static [Measure],
    /// The charts that it has beyond those that every lab has.
    pub charts: &'static [Chart],
    /// What moves between its nodes; empty where nothing does.
    pub moving: &'static [Class],
    /// What the stage shows for one lane.
    pub scene: fn(&Scenario, usize) -> Scene,
    /// What it demonstrates.
    pub shows: Prose<&'static [Show]>,
    /// What it models, a sentence each.
    pub models: Prose<&'static [&'static str]>,
    /// What it does not model, a sentence each.
    pub leaves_out: Prose<&'static [&'static str]>,
}

/// A lab that can be run: what it says about itself, and what makes its runs.
#[derive(Clone, Copy)]
pub struct Experiment {
    /// The lab.
    pub lab: &'static Lab,
    /// Makes a run of one lane, standing at time zero.
    pub build: fn(&Scenario, usize) -> Box<dyn Run>,
}

/// The gauges that every lab has, in this order, before its own.
pub const COMMON_GAUGES: [Measure; 2] = [
    Measure {
        key: "in-flight",
        label: "In flight",
        unit: "requests",
        help: prose("Requests between client and client."),
    },
    Measure { key: "queued", label: "Queued", unit: "requests", help: prose("Requests that wait for a slot.") },
];

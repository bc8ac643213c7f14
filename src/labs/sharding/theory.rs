//! Which closed forms say something about a lane of the sharding lab, and what they predict.
//!
//! Pure: a scenario goes in, forms come out; the formulas are in [`crate::theory::sharding`] and
//! [`crate::theory::slowest`]. How many keys move is known only when the fleet has changed, so that is among the laws.
//! Read next: [`super::fleets`], which says when that is.

use super::fleets::{Step, steps};
use super::model::counter;
use super::parameters::Parameters;
use crate::algorithms::parts::hashing::KeyHash;
use crate::basics::maths::{pow, sqrt};
use crate::basics::values::Value;
use crate::basics::{Nanos, decimal};
use crate::labs::theory::{Assumption, ClosedForm, Prediction, Standing, formula};
use crate::scenario::Scenario;
use crate::simulation::service::Law;
use crate::simulation::window::Merged;
use crate::theory::run_length::NORMAL_95;
use crate::theory::{mmc, sharding, slowest};

/// A band of four standard deviations. A map is the same whatever the seed, so an odd one would be odd in every run.
const SIGMAS: f64 = 4.0;
/// With fewer shards the spread of one map says little about that of all maps.
const MANY: u32 = 20;
/// Points for each of equally heavy servers, whatever their number (up to a few in single precision).
const KETAMA_POINTS: f64 = 160.0;
/// A wait that happens to fewer than one request in a thousand is none.
const HARDLY: f64 = 1e-3;

/// How a map spreads keys, as far as theory knows.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Map {
    /// As balls fall into bins.
    Hashed,
    /// By arcs, with so many points for each shard.
    Ring(f64),
    /// In some other way.
    Other,
}

/// A lane as theory sees it.
struct World {
    parameters: Parameters,
    policy: String,
    map: Map,
    /// What is wrong with the numbers that keys become, if anything.
    uneven_hash: Option<&'static str>,
    steps: Vec<Step>,
    edited: bool,
}

impl World {
    fn new(scenario: &Scenario, lane: usize) -> Option<Self> {
        let parameters: Parameters = scenario.typed(lane);
        let policy = scenario.lanes.get(lane)?.policy.clone();
        let count = |key: &str| scenario.value(lane, key).and_then(|text| decimal::read(&text));
        let setting = |key: &str, is: &str| scenario.value(lane, key).as_deref() == Some(is);
        let map = match policy.as_str() {
            "modulo" | "jump" | "rendezvous" | "anchor" | "id-modulo" => Map::Hashed,
            "ring" => Map::Ring(count("virtual-nodes")?),
            "name-ring" => Map::Ring(count("replicas")?),
            "ketama" => Map::Ring(KETAMA_POINTS),
            _ => Map::Other,
        };
        let uneven_hash = match policy.as_str() {
            "id-modulo" => Some("It takes the identifiers as they are."),
            "name-ring" if !setting("finaliser", "on") => Some("It is bare FNV, whose high bits hardly change."),
            _ if setting("hash", &KeyHash::Bare.write()) => Some("It is bare FNV, whose high bits hardly change."),
            _ => None,
        };
        let timeline = scenario.timeline(lane);
        let known = parameters.shards > 0;
        known.then(|| Self {
            steps: steps(&parameters, &timeline),
            edited: !timeline.is_empty(),
            parameters,
            policy,
            map,
            uneven_hash,
        })
    }

    /// Keys that are counted: those of the table and the parts of the hot one.
    fn keys(&self) -> f64 {
        f64::from(self.parameters.keys) + if self.parameters.split > 1 { f64::from(self.parameters.split) } else { 0.0 }
    }

    fn legs(&self) -> f64 {
        4.0 * self.parameters.network.seconds()
    }

    fn mixed(&self) -> Assumption {
        Assumption::new("Keys become numbers that are as good as drawn.", self.uneven_hash.is_none(), || {
            self.uneven_hash.unwrap_or_default().to_owned()
        })
    }

    fn alike(&self) -> Assumption {
        let weights = &self.parameters.weights;
        let all = self.parameters.shards + self.parameters.spare;
        let even = (0..all as usize).all(|shard| weights.of(shard).round() == weights.of(0).round());
        Assumption::new("All shards weigh the same.", even, || "They do not.".to_owned())
    }

    fn unedited(&self) -> Assumption {
        Assumption::unedited(self.edited)
    }
}

/// The closed forms for lane `lane`, the most telling first.
#[must_use]
#[inline(never)] // one lab is shown at a time
pub fn forms(scenario: &Scenario, lane: usize) -> Vec<ClosedForm> {
    let Some(world) = World::new(scenario, lane) else { return Vec::new() };
    if world.map == Map::Other {
        return Vec::new();
    }
    let mut forms = vec![spread(&world)];
    if world.parameters.queries == 100.0 && world.parameters.new_keys == 0.0 {
        forms.insert(0, slowest_part(&world));
    } else if world.parameters.queries == 0.0 {
        forms.push(queues(&world));
    }
    forms
}

/// The laws that tie measured figures of lane `lane` together: how many keys the changes so far have moved, and how
/// many shards a query asks.
#[must_use]
#[inline(never)] // one lab is shown at a time
pub fn laws(scenario: &Scenario, lane: usize, merged: &Merged) -> Vec<ClosedForm> {
    let Some(world) = World::new(scenario, lane) else { return Vec::new() };
    let window = crate::labs::window_length(scenario).0.max(1);
    // Counts begin with the first window that lies wholly behind the warm-up.
    let begin = Nanos(scenario.warm_up.0.div_ceil(window) * window);
    let end = begin.plus(merged.span);
    let counted: Vec<&Step> = world.steps.iter().filter(|step| step.at >= begin && step.at < end).collect();
    let mut laws = Vec::new();
    if !counted.is_empty() {
        laws.extend(moved(&world, &counted));
    }
    if world.map != Map::Other && world.parameters.queries == 100.0 && world.parameters.new_keys == 0.0 {
        laws.push(asked(&world, merged));
    }
    laws
}

/// How uneven the shards are.
fn spread(world: &World) -> ClosedForm {
    let (shards, keys) = (world.parameters.shards, world.keys());
    let count = f64::from(shards);
    let chance = sharding::hashed_variation(count, keys);
    let (name, value, peaks) = match world.map {
        Map::Ring(points) => {
            let arcs = sharding::ring_share_variation(count, points);
            ("Spread of a ring", sqrt(arcs * arcs + chance * chance), 6.0 / points)
        }
        _ => ("Spread of hashed keys", chance, 0.0),
    };
    let mut symbols = vec![("n", format!("{shards} shards")), ("K", format!("{keys} keys"))];
    let mut formulas = vec![formula(sharding::MATHML, 3)];
    if let Map::Ring(points) = world.map {
        symbols.insert(1, ("v", format!("{points} points each")));
        formulas.insert(0, formula(sharding::MATHML, 1));
    }
    // One map of n shards is a sample of n: the relative error of a standard deviation is √((kurtosis − 1)/4n), and
    // shares of v points are nearly a gamma law with kurtosis 3 + 6/v.
    let band = SIGMAS * value * sqrt((2.0 + peaks) / (4.0 * count));
    let many = Assumption::new("There are enough shards to tell how uneven they are.", shards >= MANY, || {
        format!("{shards} can be anything; {MANY} would say something.")
    });
    ClosedForm {
        name: name.to_owned(),
        formulas,
        symbols,
        assumptions: vec![many, world.mixed(), world.alike(), world.unedited()],
        predictions: vec![Prediction {
            measure: "key-spread",
            standing: Standing::Exact,
            value,
            spread: Some(0.0),
            resolution: band,
        }],
        tail: None,
    }
}

/// A query that asks all shards is as slow as the slowest of them.
fn slowest_part(world: &World) -> ClosedForm {
    let p = &world.parameters;
    let (mean, shards) = (p.service.seconds(), p.shards);
    let load = p.rate * mean;
    let waits = if load < f64::from(p.slots) { mmc::erlang_c(p.slots, load) } else { 1.0 };
    let idle = waits < HARDLY;
    let standing = if idle { Standing::Exact } else { Standing::AtLeast };
    let (legs, parts) = (world.legs(), f64::from(shards));
    let (variance, p99) = (
        (1..=shards).map(|part| 1.0 / (f64::from(part) * f64::from(part))).sum::<f64>(),
        slowest::exponential_quantile_of_slowest(mean, 0.99, parts),
    );
    let value = legs + slowest::exponential_mean_of_slowest(mean, shards);
    let tail = move |time: f64| {
        if time < legs { 1.0 } else { slowest::exponential_tail_of_slowest(mean, parts, time - legs) }
    };
    ClosedForm {
        name: format!("Slowest of {shards}"),
        formulas: vec![formula(slowest::MATHML, 0), formula(slowest::MATHML, 1)],
        symbols: vec![("k", format!("{shards} shards")), ("S", p.service.to_string())],
        assumptions: vec![
            asks_all(world),
            Assumption::new("Service times are exponential.", p.law == Law::Exponential, || "They are not.".to_owned()),
            Assumption::new("Every shard has its part.", p.cache == 0, || "The router keeps some keys.".to_owned()),
            world.mixed(),
            world.unedited(),
        ],
        predictions: vec![
            // Few waits still add their share of the mean.
            Prediction {
                measure: "mean",
                standing,
                value,
                spread: Some(NORMAL_95 * mean * sqrt(variance)),
                resolution: HARDLY * value,
            },
            // The tail falls like that of one part; the histogram knows a quantile to 1 %.
            Prediction {
                measure: "p99",
                standing,
                value: legs + p99,
                spread: Some(NORMAL_95 * mean * sqrt(99.0)),
                resolution: 0.01 * (legs + p99),
            },
        ],
        tail: idle.then(|| -> crate::labs::theory::Tail { Box::new(tail) }),
    }
}

/// The keys of a query lie on all shards.
fn asks_all(world: &World) -> Assumption {
    let (shards, span) = (f64::from(world.parameters.shards), world.parameters.span.min(world.parameters.keys));
    let left_out = shards * pow(1.0 - 1.0 / shards, f64::from(span));
    Assumption::new("A query has keys on every shard.", left_out < 0.01, || {
        format!("{span} keys leave out {left_out:.1} shards on average.")
    })
}

/// How many requests to shards the queries make.
fn asked(world: &World, merged: &Merged) -> ClosedForm {
    let shards = f64::from(world.parameters.shards);
    let value = shards * merged.arrivals as f64;
    ClosedForm {
        name: "Fan-out".to_owned(),
        formulas: vec![formula(sharding::MATHML, 4)],
        symbols: vec![("k", format!("{shards} shards")), ("N", format!("{} queries", merged.arrivals))],
        assumptions: vec![asks_all(world), world.unedited()],
        predictions: vec![Prediction {
            measure: "parts",
            standing: Standing::Exact,
            value,
            spread: Some(0.0),
            // At either end of the stretch some are on their way to the router, on average rate × delay of them.
            resolution: shards
                * (2.0 + SIGMAS * sqrt(2.0 * world.parameters.rate * world.parameters.network.seconds())),
        }],
        tail: None,
    }
}

/// Every shard is a queue of its own.
fn queues(world: &World) -> ClosedForm {
    let p = &world.parameters;
    let rate = p.rate / f64::from(p.shards);
    let value = world.legs() + mmc::mean_response(rate, p.service.seconds(), p.slots);
    let even = p.key_skew == 0.0 && p.hot_key == 0.0 && p.new_keys == 0.0;
    let plain = p.cache == 0 && p.split <= 1;
    ClosedForm {
        name: format!("M/M/{} for each shard", p.slots),
        formulas: vec![formula(mmc::MATHML, 0)],
        symbols: vec![
            ("λ", format!("{rate:.1}/s for each of {} shards", p.shards)),
            ("S", p.service.to_string()),
            ("c", format!("{} slots", p.slots)),
        ],
        assumptions: vec![
            Assumption::new("All keys are as popular.", even, || "Some are asked for more than others.".to_owned()),
            Assumption::new("Service times are exponential.", p.law == Law::Exponential, || "They are not.".to_owned()),
            Assumption::new("Every request goes to one shard.", plain, || "The router keeps or cuts keys.".to_owned()),
            world.mixed(),
            world.alike(),
            world.unedited(),
        ],
        // The shards are nearly even, and how much the rest costs hangs on which of them has more.
        predictions: vec![Prediction {
            measure: "mean",
            standing: Standing::Approximation,
            value,
            spread: None,
            resolution: 0.0,
        }],
        tail: None,
    }
}

/// How many keys the changes of the fleet have moved, for maps of which that is known.
fn moved(world: &World, steps: &[&Step]) -> Option<ClosedForm> {
    let ordered = matches!(world.policy.as_str(), "modulo" | "jump");
    let standing = match world.policy.as_str() {
        "modulo" | "jump" | "rendezvous" | "anchor" | "ring" | "ketama" => Standing::Exact,
        "multi-probe" => Standing::Approximation,
        "maglev" => Standing::AtLeast,
        _ => return None,
    };
    let keys = world.keys();
    let (mut value, mut variance) = (0.0, 0.0);
    for step in steps {
        // Shards are counted with 32 bits.
        let (before, after) = (step.before.len() as u32, step.after.len() as u32);
        let share = match world.policy.as_str() {
            "modulo" => sharding::moved_by_modulo(before, after),
            _ => sharding::moved_at_least(before, after),
        };
        value += share * keys;
        variance += share * (1.0 - share) * keys;
        if let Map::Ring(points) = world.map {
            // The shards that come or go hold their share up to its own variation.
            let varies = sharding::ring_share_variation(f64::from(before.max(after)), points) * share * keys;
            variance += varies * varies / f64::from(before.abs_diff(after).max(1));
        }
    }
    let modulo = world.policy == "modulo";
    let one_way = steps.iter().all(|step| step.one_way());
    let at_the_end = steps.iter().all(|step| step.at_the_end());
    let [first, .., last] = [steps.first()?, steps.last()?];
    let mut assumptions = vec![
        Assumption::new("Shards join, or they leave, but not both at a time.", one_way, || "They do both.".to_owned()),
        world.alike(),
        world.mixed(),
    ];
    if ordered {
        assumptions.insert(
            1,
            Assumption::new("Those that come or go are the last in the list.", at_the_end, || {
                "One in the middle does, and all behind it are counted anew.".to_owned()
            }),
        );
    }
    Some(ClosedForm {
        name: if modulo { "Keys that modulo moves" } else { "Keys that have to move" }.to_owned(),
        formulas: vec![formula(sharding::MATHML, if modulo { 0 } else { 2 })],
        symbols: vec![
            ("a", format!("{} shards at first", first.before.len())),
            ("b", format!("{} shards now", last.after.len())),
            ("K", format!("{keys} keys")),
        ],
        assumptions,
        predictions: vec![Prediction {
            measure: super::LAB.counters[counter::KEYS_MOVED].key,
            standing,
            value,
            spread: (standing != Standing::Approximation).then_some(0.0),
            resolution: SIGMAS * sqrt(variance),
        }],
        tail: None,
    })
}

//! The engine against bare kernels: native, Wasm, JavaScript; and how it starts.

use std::cell::RefCell;
use std::collections::BTreeMap;

use headroom::theory::round_robin;
use headroom_benches::{RATE, SERVERS, SERVICE, bare, engine};

use crate::node::Node;
use crate::pairs::{self, Ratio};
use crate::{Effort, clock};

/// Who takes part: a name and where it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Contestant {
    NativeEngine,
    NativeBare,
    Node(&'static str),
}

use Contestant::{NativeBare, NativeEngine, Node as InNode};

impl Contestant {
    fn name(self) -> &'static str {
        match self {
            NativeEngine => "engine, native",
            NativeBare => "bare kernel, native",
            InNode("engine") => "engine, Wasm",
            InNode("bare") => "bare kernel, Wasm",
            InNode("plain") => "plain JavaScript",
            InNode(_) => "tuned JavaScript",
        }
    }
}

/// The arena: runs contestants, and keeps the mean response of every run.
struct Arena {
    node: Option<RefCell<Node>>,
    customers: u32,
    means: RefCell<BTreeMap<&'static str, Vec<f64>>>,
}

impl Arena {
    fn run(&self, contestant: Contestant, seed: u32) -> Result<f64, String> {
        let (seconds, mean) = match contestant {
            NativeEngine => clock::time(|| {
                let mut run = engine::Measured::new(u64::from(seed), u64::from(self.customers));
                run.run_out();
                run.mean()
            }),
            NativeBare => clock::time(|| bare::run(u64::from(seed), u64::from(self.customers))),
            InNode(name) => match &self.node {
                Some(node) => node.borrow_mut().ask(name, seed, self.customers)?,
                None => return Err("there is no Node".to_owned()),
            },
        };
        self.means.borrow_mut().entry(contestant.name()).or_default().push(mean);
        Ok(seconds)
    }

    fn compare(&self, pairs: usize, a: Contestant, b: Contestant) -> Result<Ratio, String> {
        // Once for warmth: caches, and V8's better code.
        self.run(a, 0)?;
        self.run(b, 0)?;
        pairs::compare(pairs, |pair| self.run(a, pair + 1), |pair| self.run(b, pair + 1))
    }

    /// Holds every contestant's mean response against theory, by the scatter of its own runs.
    fn verify(&self) -> Result<String, String> {
        let theory = round_robin::mean_response(RATE, SERVICE / 1e9, SERVERS as u32) * 1e9;
        let mut text = String::from("| contestant | mean response, in service times | theory | standard error |\n");
        text += "| --- | --: | --: | --: |\n";
        for (name, means) in self.means.borrow().iter() {
            let count = means.len() as f64;
            let mean = means.iter().sum::<f64>() / count;
            let variance = means.iter().map(|one| (one - mean) * (one - mean)).sum::<f64>() / (count - 1.0);
            // Runs of equal seeds repeat each other, hence not √count but, for the fewest, √(count ÷ 4).
            let error = (variance / (count / 4.0).max(1.0)).sqrt();
            text += &format!("| {name} | {:.4} | {:.4} | {:.4} |\n", mean / SERVICE, theory / SERVICE, error / SERVICE);
            if (mean - theory).abs() > 5.0 * error || error > 0.02 * theory {
                return Err(format!("{name} does other work: mean {mean}, theory {theory}, error {error}"));
            }
        }
        Ok(text)
    }
}

/// The table of engines.
pub fn compare(wasm: Option<&str>, effort: Effort) -> Result<String, String> {
    let node = wasm.map(Node::start).transpose()?.map(RefCell::new);
    let arena = Arena { node, customers: effort.customers, means: RefCell::default() };
    let mut rows = vec![(NativeEngine, NativeBare, "≤ 1.5")];
    if wasm.is_some() {
        rows.extend([
            (InNode("engine"), InNode("bare"), "≤ 1.9"),
            (InNode("plain"), InNode("engine"), "≥ 3"),
            (InNode("tuned"), InNode("engine"), "≥ 1"),
            (InNode("engine"), NativeEngine, "≤ 1.35"),
            (InNode("bare"), NativeBare, "(context)"),
        ]);
    }
    let mut text = format!(
        "## Engines\n\nTen servers, round robin, {} customers: ten queues of type E10/M/1 at 80 %. The engine keeps all \
         its measures (windows, histograms, gauges, conservation, trace hash); the kernels keep a sum. Time of the \
         first over time of the second.\n\n| first | second | ratio | aim | best, ns a customer |\n| --- | --- | --- | --- | --- |\n",
        effort.customers
    );
    for (first, second, aim) in rows {
        let ratio = arena.compare(effort.pairs, first, second)?;
        let each = |seconds: f64| seconds * 1e9 / f64::from(effort.customers);
        text += &format!(
            "| {} | {} | {ratio} | {aim} | {:.0} / {:.0} |\n",
            first.name(),
            second.name(),
            each(ratio.best.0),
            each(ratio.best.1)
        );
        eprintln!("{} / {}: {ratio}", first.name(), second.name());
    }
    text += &format!("\nThe work is the same:\n\n{}\n", arena.verify()?);
    if let Some(folder) = wasm {
        text += &starts(folder, effort)?;
    }
    Ok(text)
}

/// A fresh Node each time: the first virtual second against a later one, and one long call against slices.
fn starts(folder: &str, effort: Effort) -> Result<String, String> {
    let fresh = |what: &str, seed: usize| Node::start(folder)?.ask(what, seed as u32 + 1, effort.customers);
    let (mut firsts, mut calls) = (Vec::new(), Vec::new());
    let mut best = (f64::INFINITY, f64::INFINITY);
    for seed in 0..effort.pairs {
        let (first, later) = fresh("first", seed)?;
        firsts.push(first / later);
        best = (best.0.min(first), best.1.min(later));
        let (long, _) = fresh("long", seed)?;
        let (sliced, _) = fresh("sliced", seed)?;
        calls.push(long / sliced);
    }
    let (first, long) = (pairs::median(firsts, best), pairs::median(calls, best));
    let second = RATE as u32;
    Ok(format!(
        "A fresh process each time, in Wasm:\n\n| what | ratio | aim |\n| --- | --- | --- |\n\
         | first virtual second ({second} customers) in slices, against a later one | {first} | ≤ 1.3 |\n\
         | whole run in one call, against slices | {long} | (context) |\n\n"
    ))
}

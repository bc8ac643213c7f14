//! Long runs: ten million requests, copies of a run, and seeking in it as the page does.

use headroom::basics::Nanos;
use headroom::basics::randomness::mix;
use headroom::labs::EXPERIMENTS;
use headroom::session::{Busy, Command, Report, Runner, Target};
use headroom::simulation::Detail;
use headroom_benches::engine::Measured;

use crate::{Effort, clock};

/// Requests of the long run.
const REQUESTS: f64 = 10_000_000.0;

fn text(servers: u32, requests: f64) -> String {
    // Two choices, slots and a network, so that there is something to copy; 80 % of what the servers can do.
    let rate = f64::from(servers) * 80.0;
    let rate = rate.min(200_000.0);
    let milliseconds = (requests / rate * 1_000.0).ceil();
    format!(
        "balancing?policy=two-choices&servers={servers}&slots=1&rate={rate}/s&service=10ms&network=1ms\
         &duration={milliseconds}ms&warm-up=0s&seed=1"
    )
}

/// The table of long runs.
pub fn measure(effort: Effort) -> Result<String, String> {
    let mut out = String::from(
        "## Long runs\n\nTwo random choices, servers with one slot at up to 80 %, a network delay of 1 ms. A copy is a \
         checkpoint; a seek goes through the worker's own code, to random times after the run was computed to its end.\n\n\
         | servers | requests | run, s | copy, KB at a tenth | KB at the end | a copy, µs | seek, ms: median | longest | aim |\n\
         | --: | --: | --: | --: | --: | --: | --: | --: | --- |\n",
    );
    for servers in [100, 1_000, 10_000] {
        let text = text(servers, REQUESTS);
        let mut run = Measured::of(&text);
        let tenth = run.seconds() / 10.0;
        let (before, ()) = clock::time(|| while !run.advance(tenth, 20_000) {});
        let early = run.run().bytes();
        let (after, ()) = clock::time(|| run.run_out());
        let late = run.run().bytes();
        let copies: Vec<f64> = (0..200).map(|_| clock::time(|| run.run().fork().arrivals()).0).collect();
        let copy = sorted(copies)[100];
        let totals = run.run().totals();
        if !totals.conserved() {
            return Err(format!("{servers} servers: {totals:?}"));
        }
        let seeks = sorted(seeks(&text, run.seconds(), 2 * effort.pairs + 1)?);
        out += &format!(
            "| {servers} | {} | {:.2} | {:.0} | {:.0} | {:.0} | {:.1} | {:.1} | {} |\n",
            totals.arrivals,
            before + after,
            early as f64 / 1_024.0,
            late as f64 / 1_024.0,
            copy * 1e6,
            seeks[seeks.len() / 2] * 1e3,
            seeks[seeks.len() - 1] * 1e3,
            if servers <= 1_000 { "≤ 100 ms" } else { "with progress" },
        );
    }
    out.push('\n');
    Ok(out)
}

fn sorted(mut seconds: Vec<f64>) -> Vec<f64> {
    seconds.sort_by(f64::total_cmp);
    seconds
}

/// Seconds until a worker that has computed everything stands where it is told to, for random times.
fn seeks(text: &str, seconds: f64, count: usize) -> Result<Vec<f64>, String> {
    let mut runner = Runner::new(EXPERIMENTS);
    let (detail, at) = (Detail::OFF, Nanos::ZERO);
    let scenario = text.to_owned();
    runner.tell(Command::Open { edition: 1, scenario, lanes: vec![0], unchanged_before: Nanos::ZERO, at, detail });
    let mut reports = Vec::new();
    while runner.work(20_000, &mut reports) != Busy::Idle {
        reports.clear();
    }
    runner.tell(Command::Ready { edition: 1, through: Nanos::from_seconds(seconds), detail });
    while runner.work(20_000, &mut reports) != Busy::Idle {
        reports.clear();
    }
    (0..count as u64)
        .map(|number| {
            reports.clear();
            let share = mix(number) as f64 / u64::MAX as f64;
            let (edition, to) = (number as u32 + 2, Target::Time(Nanos::from_seconds(seconds * share)));
            let (took, ()) = clock::time(|| {
                runner.tell(Command::Seek { edition, lanes: vec![0], to, explain: false, detail });
                while runner.work(20_000, &mut reports) != Busy::Idle {}
            });
            let stands = reports.iter().any(|report| matches!(report, Report::At(_)));
            if stands { Ok(took) } else { Err(format!("no lane stands at {to:?}")) }
        })
        .collect()
}

//! Runs beside what is shown: what the workers say together is what one run after the other gives, and a cancelled
//! one is over.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use headroom::labs::{EXPERIMENTS, run_out, sweep};
use headroom::scenario::Scenario;
use headroom::session::{Busy, Command, Errands, Report, Runner};

const MEASURES: [&str; 4] = ["p50", "p99", "goodput", "p99@2s..4s"];

fn scenario(text: &str) -> Scenario {
    Scenario::read(text).unwrap().0
}

fn errands(runs: Vec<Scenario>) -> Errands {
    Errands::new(runs, MEASURES.map(str::to_owned).to_vec(), 10)
}

/// Deals `errands` out to `workers` until nothing is left.
fn deal(errands: &mut Errands, workers: &mut [Runner]) {
    let mut last_share = 0.0;
    while !errands.over() {
        for (index, worker) in workers.iter_mut().enumerate() {
            while let Some(command) = errands.next_for(index) {
                worker.tell(command);
            }
            let mut reports = Vec::new();
            worker.work(500, &mut reports);
            for report in reports {
                errands.heard(report);
            }
        }
        assert!(errands.share() >= last_share && errands.share() <= 1.0, "progress goes forward only");
        last_share = errands.share();
    }
}

#[test]
fn several_workers_say_what_one_run_after_the_other_gives() {
    let base = scenario("balancing?policy=random,two-choices,round-robin&servers=4&duration=6s&warm-up=1s&seed=5");
    let runs: Vec<Scenario> = sweep::points(&base, "rate", ("50/s", "140/s"), "4", false)
        .unwrap()
        .into_iter()
        .map(|point| point.scenario)
        .collect();
    for workers in [1, 3, 16] {
        let mut errands = errands(runs.clone());
        let mut pool: Vec<Runner> = (0..workers).map(|_| Runner::new(EXPERIMENTS)).collect();
        deal(&mut errands, &mut pool);
        assert_eq!((errands.count(), errands.share()), ((12, 12), 1.0));
        for (index, run) in runs.iter().enumerate() {
            let alone = run_out(run);
            for lane in 0..3 {
                let outcome = errands.outcome(index, lane).unwrap();
                assert_eq!(outcome.trace_hash, alone.lanes[lane].trace_hash, "{workers} workers, run {index}");
                assert_eq!((outcome.totals, outcome.events), (alone.lanes[lane].totals, alone.lanes[lane].events));
                let figures: Vec<Option<f64>> = MEASURES.iter().map(|name| alone.measure(lane, name)).collect();
                assert_eq!(outcome.figures, figures);
                assert!(figures.iter().all(Option::is_some));
            }
        }
    }
}

#[test]
fn a_seed_changes_the_figures_and_the_same_seed_does_not() {
    let runs = sweep::seeds(&scenario("balancing?policy=random&servers=4&rate=120/s&duration=8s&seed=2"), "3").unwrap();
    let (mut once, mut again) = (errands(runs.clone()), errands(runs));
    deal(&mut once, &mut [Runner::new(EXPERIMENTS), Runner::new(EXPERIMENTS)]);
    deal(&mut again, &mut [Runner::new(EXPERIMENTS)]);
    let hashes = |errands: &Errands| (0..4).map(|run| errands.outcome(run, 0).unwrap().trace_hash).collect::<Vec<_>>();
    assert_eq!(hashes(&once), hashes(&again));
    let mut distinct = hashes(&once);
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 4);
}

#[test]
fn what_is_cancelled_is_over_at_once_and_late_reports_are_left_alone() {
    let base = scenario("balancing?policy=random&duration=600s");
    let mut errands = errands(sweep::seeds(&base, "5").unwrap());
    let mut worker = Runner::new(EXPERIMENTS);
    while let Some(command) = errands.next_for(0) {
        worker.tell(command);
    }
    let mut reports = Vec::new();
    assert_eq!(worker.work(1_000, &mut reports), Busy::Job);
    let commands = errands.cancel();
    assert_eq!(commands.len(), 2, "one at work and one that follows");
    assert!(errands.over() && errands.next_for(0).is_none());
    for (_, command) in commands {
        worker.tell(command);
    }
    assert_eq!(worker.work(1_000, &mut reports), Busy::Idle, "the worker has nothing left");
    let late = Report::Finished {
        job: 10,
        lane: 0,
        figures: vec![Some(1.0)],
        windows: Vec::new(),
        totals: headroom::simulation::Totals::default(),
        events: 1,
        trace_hash: 1,
    };
    assert_eq!(errands.heard(late), None);
    assert!(errands.outcome(0, 0).is_none());
    assert_eq!(errands.next_job(), 12, "later errands are told apart from these");
}

#[test]
fn a_job_waits_for_what_is_shown() {
    let shown = scenario("balancing?policy=random&duration=5s");
    let mut worker = Runner::new(EXPERIMENTS);
    let detail = headroom::simulation::Detail::OFF;
    worker.tell(Command::RunOut {
        job: 1,
        scenario: shown.text(),
        lanes: vec![0],
        measures: Vec::new(),
        windows: false,
    });
    worker.tell(Command::Open {
        edition: 1,
        scenario: shown.text(),
        lanes: vec![0],
        unchanged_before: headroom::basics::Nanos::ZERO,
        at: headroom::basics::Nanos::from_secs(3),
        detail,
    });
    let mut reports = Vec::new();
    while worker.work(200, &mut reports) == Busy::View {}
    let stands = reports.iter().position(|report| matches!(report, Report::At(_)));
    let finished = reports.iter().position(|report| matches!(report, Report::Finished { .. }));
    assert!(stands.is_some() && finished.is_none(), "the seek first, then the job");
}

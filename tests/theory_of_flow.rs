//! What theory says of batching and pipelining, as the page shows it beside the measured figures: every form that applies
//! agrees with the run, and none applies where it must not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use headroom::labs::run_out;
use headroom::labs::theory::{ClosedForm, Verdict, forms, laws};
use headroom::scenario::Scenario;

/// The names of the forms that apply to the first lane of `text`, each of which agrees with the run.
fn agreeing(text: &str) -> Vec<String> {
    let (scenario, notices) = Scenario::read(text).unwrap();
    assert!(notices.is_empty(), "{text}: {notices:?}");
    let results = run_out(&scenario);
    let merged = results.lanes[0].merged(results.window);
    let mut all = forms(&scenario, 0);
    all.extend(laws(&scenario, 0, &merged));
    let mut names = Vec::new();
    for form in all.iter().filter(|form| form.applies()) {
        for prediction in &form.predictions {
            let compared = prediction.compare(true, scenario.lab, &merged);
            let what = format!("{text}: {} on {}: {prediction:?} {compared:?}", form.name, prediction.measure);
            match compared.verdict {
                Verdict::Agrees | Verdict::Unbounded => {}
                // Approximations, and exact means without a known band: 10 % here, at moderate load.
                Verdict::Off(part) => assert!(part.abs() < 0.10, "{what}"),
                _ => panic!("{what}"),
            }
        }
        names.push(form.name.clone());
    }
    names
}

fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|other| other == name)
}

#[test]
fn forms_of_batching_agree_with_their_runs() {
    for (text, expected) in [
        ("batching?policy=none&rate=150/s&duration=120s", ["Amortised cost", "Filling, then waiting (Kingman)"]),
        ("batching?policy=none&rate=900/s", ["Amortised cost", "Window over round trip"]),
        ("batching?policy=size&size=20&rate=2000/s", ["Amortised cost", "Filling, then waiting (Kingman)"]),
        ("batching?policy=linger&rate=500/s&linger=10ms", ["Linger", "Mean batch of a linger"]),
        ("batching?policy=size-or-linger&size=8&rate=900/s&linger=10ms", ["Amortised cost", "Mean batch of a linger"]),
        ("batching?policy=none&cost=rpc&max-in-flight=2&rate=9000/s", ["Window over round trip", "Amortised cost"]),
        ("batching?policy=adaptive&cost=fsync&rate=1000/s", ["Amortised cost", "Window over round trip"]),
    ] {
        let names = agreeing(text);
        for name in expected {
            assert!(has(&names, name), "{text} has {names:?}");
        }
    }
}

#[test]
fn forms_of_pipelining_agree_with_their_runs() {
    for rule in ["backpressure", "unbounded", "drop-new", "drop-old"] {
        for rate in [60, 75, 150] {
            let names = agreeing(&format!("pipeline?policy={rule}&rate={rate}/s&duration=400s"));
            assert!(has(&names, "Bottleneck law"), "{names:?}");
            let overloaded = rate == 150;
            assert_eq!(has(&names, "Stages in tandem (Jackson)"), rule == "unbounded", "{names:?}");
            if !overloaded && rule == "backpressure" {
                assert!(has(&names, "Utilisation law"), "{names:?}");
                assert!(has(&names, "Little's law, stage by stage"), "{names:?}");
            }
        }
    }
    let names = agreeing("pipeline?policy=backpressure&window=5&rate=27/s&network=50ms&duration=300s");
    assert!(has(&names, "Bottleneck law"));
}

#[test]
fn forms_of_adaptive_concurrency_agree_with_their_runs() {
    for (text, expected) in [
        (
            "concurrency?policy=littles-law&rate=600/s&duration=120s",
            &[
                "Capacity (universal scalability law)",
                "Little’s-law limit: the true knee",
                "Little’s law at the limiter",
            ][..],
        ),
        (
            "concurrency?policy=fixed&limit=100&rate=600/s",
            &["Throughput with so many inside", "Little’s law at the limiter"],
        ),
        (
            "concurrency?policy=fixed&limit=32&rate=300/s",
            &["Throughput with so many inside", "Little’s law at the limiter"],
        ),
    ] {
        let names = agreeing(text);
        for name in expected {
            assert!(has(&names, name), "{text} has {names:?}");
        }
    }
}

/// What Little's law says of the whole run: whether it applies, and if not, the reason.
fn little(text: &str) -> Result<Verdict, String> {
    let (scenario, notices) = Scenario::read(text).unwrap();
    assert!(notices.is_empty(), "{text}: {notices:?}");
    let results = run_out(&scenario);
    let merged = results.lanes[0].merged(results.window);
    let law = laws(&scenario, 0, &merged).into_iter().find(|form| form.name == "Little's law").unwrap();
    match law.assumptions.iter().find_map(|assumption| assumption.instead.clone()) {
        Some(instead) => Err(instead),
        None => Ok(law.predictions[0].compare(true, scenario.lab, &merged).verdict),
    }
}

/// An overloaded system has no mean to be compared with, and the page says so instead of “differs”.
#[test]
fn littles_law_is_not_held_against_a_run_that_has_not_settled() {
    for text in [
        "pipeline?policy=unbounded&rate=150/s",
        "pipeline?policy=backpressure&rate=130/s",
        "batching?policy=none&rate=400/s",
        "pipeline?policy=unbounded&rate=90/s&at=40s:set:rate:150/s",
    ] {
        let said = little(text).unwrap_err();
        assert!(said.contains("pile up"), "{text}: {said}");
    }
    let turned_away = little("pipeline?policy=drop-new&rate=150/s").unwrap_err();
    assert!(turned_away.contains("were not"), "{turned_away}");
    for text in [
        "pipeline?policy=unbounded&rate=60/s",
        "pipeline?policy=backpressure&rate=85/s&duration=120s",
        "batching?policy=size-or-linger&rate=900/s",
        "concurrency?policy=fixed&rate=200/s",
        "balancing?policy=two-choices&servers=8&rate=200/s",
    ] {
        assert_eq!(little(text), Ok(Verdict::Agrees), "{text}");
    }
}

/// What is assumed and not the case is said, and nothing is concluded.
#[test]
fn forms_do_not_apply_where_their_assumptions_fail() {
    let applying = |text: &str| -> Vec<String> {
        let scenario = Scenario::read(text).unwrap().0;
        forms(&scenario, 0).iter().filter(|form| form.applies()).map(|form: &ClosedForm| form.name.clone()).collect()
    };
    assert!(applying("batching?policy=linger&arrivals=constant").is_empty());
    assert!(applying("batching?policy=linger&parts=3").is_empty());
    assert!(!has(&applying("batching?policy=size&law=exponential"), "Filling, then waiting (Kingman)"));
    assert!(applying("batching?policy=none&at=5s:stall:0:4x").is_empty());
    assert!(applying("pipeline?policy=unbounded&at=5s:slow:0:4x").is_empty());
    assert!(!has(&applying("pipeline?policy=unbounded&law=constant"), "Stages in tandem (Jackson)"));
    let limit = "Little’s-law limit: the true knee";
    assert!(has(&applying("concurrency?policy=aimd&rate=600/s"), limit));
    assert!(!has(&applying("concurrency?policy=aimd&rate=100/s"), limit), "nobody needs the capacity");
    assert!(!has(&applying("concurrency?policy=fixed&rate=600/s"), limit), "it does not look for the knee");
    assert!(!has(&applying("concurrency?policy=aimd&rate=600/s&other=vegas"), limit), "the knee is shared");
    assert!(applying("concurrency?policy=aimd&rate=600/s&at=5s:capacity:0:2x").is_empty());
}

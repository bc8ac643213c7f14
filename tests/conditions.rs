//! The language of conditions: what it reads, what it refuses and where, what it says of a run.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use headroom::content::conditions::{Condition, Lane, Measures};
use headroom::labs::results::Unit;
use headroom::labs::run_out;
use headroom::scenario::Scenario;
use proptest::prelude::*;

/// Two lanes: a (`random`) and b (`two-choices`), with a few figures each.
struct Figures;

impl Measures for Figures {
    fn measure(&self, lane: &Lane, name: &str) -> Option<f64> {
        let lane = match lane {
            Lane::Number(lane) => *lane,
            Lane::Policy(policy) => ["random", "two-choices"].iter().position(|key| key == policy)?,
        };
        let figures: &[(&str, f64)] = match lane {
            0 => &[("p99", 1.84), ("p99.9", 3.2), ("failed-share", 0.06), ("shed", 0.0), ("share:3", 0.125)],
            1 => &[("p99", 0.2), ("p99.9", 0.4), ("failed-share", 0.0), ("shed", 0.0), ("retries", 7.0)],
            _ => return None,
        };
        figures.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }

    fn unit(&self, name: &str) -> Unit {
        match name {
            "p99" | "p99.9" => Unit::Time,
            "failed-share" | "share:3" => Unit::Share,
            _ => Unit::Plain,
        }
    }
}

fn holds(text: &str) -> Result<bool, String> {
    Condition::read(text).unwrap().holds(&Figures)
}

#[test]
fn comparisons_arithmetic_and_logic_are_what_they_are_elsewhere() {
    for (text, expected) in [
        ("p99 < 2s", true),
        ("p99 < 200ms", false),
        ("p99.9 > p99", true),
        ("a.p99.9 == 3200ms", true),
        ("two-choices.p99 < random.p99 / 3", true),
        ("b.shed == 0 && a.failed-share > 5%", true),
        ("b.shed != 0 || a.failed-share >= 0.06", true),
        ("b.retries + 1 - 2 * 3 == 2", true),
        ("b.retries - 1 - 2 == 4", true),
        ("b.retries / 7 / 2 == 0.5", true),
        ("(b.retries + 1) * 2 == 16", true),
        ("-b.retries < -6", true),
        ("!(p99 < 2s)", false),
        ("!p99 < 2s || shed == 0 && shed == 1", false),
        ("shed == 1 && shed == 0 || shed == 0", true),
        ("share:3 ~ 12% within 5%", true),
        ("share:3 ~ 12% within 4%", false),
        ("p99 ~ 1.8s within 50ms", true),
        ("p99 ~ 1.8s ± 1%", false),
        // What stands on the right need not exist when the left decides.
        ("shed == 0 || nothing > 3", true),
    ] {
        assert_eq!(holds(text), Ok(expected), "{text}");
    }
}

#[test]
fn a_failing_condition_is_told_with_the_values_of_both_sides() {
    let told = |text: &str| Condition::read(text).unwrap().explain(&Figures);
    assert_eq!(told("a.p99 < 3 * b.p99"), "a.p99 = 1.84 s, 3 * b.p99 = 600 ms");
    assert_eq!(told("a.failed-share < 5% && b.p99 < 100ms"), "a.failed-share = 6 %, b.p99 = 200 ms");
    assert_eq!(told("a.p99 / b.p99 > 12"), "a.p99 / b.p99 = 9.20");
    assert_eq!(told("b.nothing > 12"), "there is no measure “b.nothing” here, or nothing to measure");
}

#[test]
fn what_is_missing_is_a_sentence_and_not_a_figure() {
    assert_eq!(holds("d.p99 < 1s").unwrap_err(), "there is no measure “d.p99” here, or nothing to measure");
    assert_eq!(holds("b.retries / shed > 1").unwrap_err(), "“b.retries / shed” divides by zero");
}

#[test]
fn a_mistake_names_its_place_and_what_was_expected() {
    for (text, expected) in [
        ("", "column 1: expected a measure or a number, but the condition ends"),
        ("p99 <", "column 6: expected a measure or a number, but the condition ends"),
        ("p99 200ms", "column 5: expected &&, || or the end, but “200ms” stands there"),
        ("p99", "column 1: this is a number; compare it with something, as p99 < 200ms"),
        ("(p99 < 1s", "column 10: expected a closing parenthesis, but the condition ends"),
        ("p99 < 1s && 3", "column 13: expected a comparison, but “3” is a number"),
        ("(p99 < 1s) + 1 > 2", "column 1: expected a number, but “(p99 < 1s)” is a comparison"),
        ("1 < 2 < 3", "column 7: expected &&, || or the end, but “<” stands there"),
        ("p99 ~ 1s", "column 9: expected “within” and by how much, as within 5%, but the condition ends"),
        ("p99 ~ 1s within p50", "column 17: expected a tolerance, as 5% or 10ms, but “p50” stands there"),
        ("p99 < 3parsecs", "column 7: “3parsecs” is not a number, as 3, 200ms or 5%"),
        ("„p99” < 1", "column 1: “„” means nothing here"),
        ("µ < 1s", "column 1: “µ” means nothing here"),
    ] {
        assert_eq!(Condition::read(text).unwrap_err().to_string(), expected, "{text}");
    }
    for deep in ["(".repeat(900), "!".repeat(900), "-".repeat(900), format!("shed{}", " + shed".repeat(120))] {
        assert!(Condition::read(&deep).unwrap_err().sentence.contains("nested too deeply"));
    }
}

#[test]
fn a_condition_is_checked_against_a_lab_without_a_run() {
    let (scenario, _) = Scenario::read("balancing?policy=random,two-choices").unwrap();
    let check = |text: &str| Condition::read(text).unwrap().check(&scenario);
    assert_eq!(check("two-choices.p99 < random.p99 / 3 && b.ejections == 0 && spread > 1 && share:7 >= 0"), Ok(()));
    assert!(check("c.p99 < 1s").unwrap_err().contains("c.p99"));
    assert!(check("a.speed < 1").unwrap_err().contains("a.speed"));
    assert!(check("p99 < 5%").unwrap_err().contains("puts a time beside something that is none"));
    assert!(check("p99 < 0.2 || shed == 0").is_err());
    assert_eq!(check("p99 > 0 && p99 / p50 < 10 && p99 - p50 < 1s"), Ok(()));
}

#[test]
fn the_measures_of_a_run_are_those_of_its_windows() {
    let text = "balancing?policy=random&servers=4&rate=60/s&network=0s&duration=10s&warm-up=1s";
    let (scenario, _) = Scenario::read(text).unwrap();
    let results = run_out(&scenario);
    let measure = |name: &str| results.measure(0, name).unwrap();
    // Without network a request is at a server all its time, so the loads add up to what is in flight (Little), but
    // for the rounding of averages to 32 bits.
    let loads: f64 = (0..4).map(|server| measure(&format!("load:{server}"))).sum();
    assert!((loads / measure("in-flight") - 1.0).abs() < 1e-5, "{loads}");
    let shares: f64 = (0..4).map(|server| measure(&format!("share:{server}"))).sum();
    assert!((shares - 1.0).abs() < 1e-9);
    assert!((measure("busiest") / (loads / 4.0) / measure("spread") - 1.0).abs() < 1e-9);
    assert!(measure("idlest") <= loads / 4.0 && loads / 4.0 <= measure("busiest"));
    assert_eq!(results.measure(0, "load:4"), None);
    let condition = Condition::read("spread >= 1 && completed ~ goodput * 9 within 0.1%").unwrap();
    assert_eq!(condition.holds(&results), Ok(true), "{}", condition.explain(&results));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}") {
        if let Ok(condition) = Condition::read(&text) {
            let _ = condition.holds(&Figures);
        }
    }

    /// Pieces of the language in any order: read or refused with a place within the text; what is read says the same
    /// again, in parentheses too.
    #[test]
    fn no_sequence_of_tokens_makes_it_panic(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "p99", "b.p99.9", "random.shed", "two-choices.retries", "nothing", "a.share:3", "200ms", "5%", "3", "0", "within",
        "~", "<", "<=", ">", ">=", "==", "!=", "&&", "||", "!", "+", "-", "*", "/", "(", ")", "±", "é",
    ]), 0..14)) {
        let text = pieces.join(" ");
        match Condition::read(&text) {
            Ok(condition) => {
                let _ = condition.explain(&Figures);
                let again = Condition::read(&format!("({text})")).unwrap();
                prop_assert_eq!(condition.holds(&Figures).is_ok(), again.holds(&Figures).is_ok());
                if let Ok(holds) = condition.holds(&Figures) {
                    prop_assert_eq!(again.holds(&Figures), Ok(holds));
                    prop_assert_eq!(Condition::read(&format!("!({text})")).unwrap().holds(&Figures), Ok(!holds));
                }
            }
            Err(mistake) => prop_assert!(mistake.column <= text.chars().count() + 1, "{mistake}"),
        }
    }
}

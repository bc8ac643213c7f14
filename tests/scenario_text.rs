//! The text of a scenario: written and read back, and never swallowed, never a panic, whatever is thrown at it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use headroom::basics::Nanos;
use headroom::labs;
use headroom::scenario::Scenario;
use proptest::prelude::*;

fn read(text: &str) -> (Scenario, Vec<String>) {
    let (scenario, notices) = Scenario::read(text).unwrap();
    (scenario, notices.into_iter().map(|notice| notice.sentence).collect())
}

#[test]
fn the_example_of_the_format_is_read_whole_and_written_back() {
    let text = "balancing?v=1&engine=1&policy=round-robin,two-choices&rate=900/s&b.choices=3&seed=7&at=20s..40s:slow:3:4x&at=35s:set:rate:1200/s&at=50s:set:b.choices:2";
    let (scenario, notices) = read(text);
    assert_eq!(notices, Vec::<String>::new());
    assert_eq!(scenario.text(), text);
    assert_eq!(scenario.seed, 7);
    assert_eq!(scenario.value(1, "choices").as_deref(), Some("3"));
    assert_eq!(scenario.value(0, "choices"), None, "round robin has no choices");
}

#[test]
fn a_link_a_fragment_and_the_bare_text_are_the_same() {
    let text = "balancing?policy=random&rate=10/s";
    for form in [
        text.to_owned(),
        format!("#/lab/{text}"),
        format!("https://example.org/a/b/index.html#/lab/{text}"),
        format!("https://example.org/#/embed/{text}"),
        format!("https://example.org/?from=a#b#/lab/{text}"), // the sign before is not the one that counts
        "balancing?policy=random&rate=10%2Fs".to_owned(),
    ] {
        assert_eq!(read(&form).0, read(text).0, "{form}");
    }
}

/// Each bad text gives exactly one notice, which names the key and the value, and says what is used instead.
#[test]
fn what_is_refused_is_named_and_said_what_is_used() {
    for (pair, expected) in [
        ("speed=3", "speed “3” is not a parameter here, and is left out."),
        ("rate=fast", "rate “fast” must be a number between 0/s and 200000/s; 256/s is used."),
        ("servers=20000", "servers “20000” must lie between 0 and 10000; 10000 is used."),
        ("servers=-1", "servers “-1” must be a whole number between 0 and 10000; 8 is used."),
        ("seed=x", "seed “x” must be a whole number below 2^64; 1 is used."),
        ("duration=5h", "duration “5h” must lie between 1ms and 14400s; 14400s is used."),
        ("duration=soon", "duration “soon” must be a time, as 60s; 60s is used."),
        ("v=9", "v “9” is not a version of the text that is known; it is read as version 1."),
        ("z.rate=1/s", "z.rate “1/s” names a lane that does not exist, and is left out."),
        ("a.rate=1/s", "a.rate “1/s” is shared by all lanes, so that they see the same traffic; 256/s is used."),
        (
            "at=20s:explode:3",
            "at “20s:explode:3” is left out: “explode” is not a fault here; there are kill, revive, slow, restore, drain, resume, leave, join and set.",
        ),
        (
            "at=20s:kill:8",
            "at “20s:kill:8” is left out: there is no target 8; they are numbered from 0, and there are 8.",
        ),
        ("at=20s..10s:kill:1", "at “20s..10s:kill:1” is left out: the span 20s..10s ends before it begins."),
        ("at=20s:set:servers:3", "at “20s:set:servers:3” is left out: servers cannot change while the run goes on."),
        (
            "at=20s:set:a.rate:3",
            "at “20s:set:a.rate:3” is left out: rate is shared by all lanes, so that they see the same traffic.",
        ),
        ("at=20s:slow:1:0.5x", "at “20s:slow:1:0.5x” is left out: the amount “0.5x” must lie between 1x and 1000x."),
        ("at=20s:kill:1:3", "at “20s:kill:1:3” is left out: kill takes no amount, but “3” was given."),
        ("policy=best", "policy “best” is not a policy of this lab"),
        ("warm-up=60s", "warm-up “60s” must be shorter than the run; 6s is used."),
    ] {
        let (_, notices) = read(&format!("balancing?{pair}"));
        assert!(notices[0].starts_with(expected), "{pair}: {notices:?}");
    }
    assert_eq!(read("balancing?rate=1/s&rate=2/s").1, ["rate “2/s” stands there twice; the first value is used."]);
    assert_eq!(read("balancing?engine=999").1.len(), 1);
    assert!(Scenario::read("cooking?rate=1/s").unwrap_err().sentence.contains("there is no lab “cooking”"));
    assert_eq!(read("balancing?policy=random,random,random,random,random").0.lanes.len(), 4);
}

#[test]
fn a_span_is_taken_apart_into_its_beginning_and_its_end() {
    let (scenario, _) =
        read("balancing?policy=random&at=20s..40s:slow:3:4x&at=30s..50s:set:rate:500/s&at=10s:set:rate:300/s");
    let timeline = scenario.timeline(0);
    let told: Vec<String> = timeline.iter().map(|change| format!("{} {:?}", change.at, change.what)).collect();
    assert_eq!(timeline.len(), 5, "{told:?}");
    assert!(told[3].contains("40s") && told[3].contains("restore"), "{told:?}");
    assert!(told[4].contains("50s") && told[4].contains("300/s"), "the rate goes back to what it was: {told:?}");
}

#[test]
fn every_lab_opens_with_a_scenario_that_needs_no_notice() {
    for lab in labs::catalogue() {
        let (scenario, notices) = read(lab.key);
        assert_eq!(notices, Vec::<String>::new(), "{}", lab.key);
        assert_eq!(read(&scenario.text()), (scenario, Vec::new()));
        for lane in 0..lab.default_policies.len() {
            let _ = labs::build(&Scenario::of(lab), lane);
        }
    }
}

/// Pieces that scenarios are made of, good and bad.
fn piece() -> impl Strategy<Value = String> {
    let rows: Vec<String> = labs::catalogue()
        .flat_map(|lab| lab.parameters.iter().chain(lab.policies.iter().flat_map(|about| about.parameters)))
        .map(|row| row.key.to_owned())
        .collect();
    let key = prop_oneof![
        proptest::sample::select(rows),
        "(a|b|c|d|e)\\.[a-z-]{1,12}",
        proptest::sample::select(vec!["v", "engine", "seed", "policy", "duration", "warm-up", "at", "", "%", "🦀"])
            .prop_map(str::to_owned),
    ];
    let value = prop_oneof![
        "[0-9]{1,20}(\\.[0-9]{1,3})?(ms|s|us|/s|x|%|h|min)?",
        "[a-z0-9,.*:%/-]{0,24}",
        "[0-9]{1,3}s(\\.\\.[0-9]{1,3}s)?:(a\\.|b\\.)?(kill|slow|revive|drain|set|x):[a-z0-9.]{0,8}(:[0-9]{1,4}x?)?",
        "\\PC{0,12}",
    ];
    (key, value).prop_map(|(key, value)| format!("{key}={value}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is read is written as a text that reads back the same and needs no further notice.
    #[test]
    fn any_text_is_read_and_its_writing_is_stable(pieces in proptest::collection::vec(piece(), 0..8), policy in "(round-robin|random|two-choices|least-loaded|,){0,3}") {
        let text = format!("balancing?policy={policy}&{}", pieces.join("&"));
        if let Ok((scenario, notices)) = Scenario::read(&text) {
            for notice in &notices {
                prop_assert!(notice.sentence.ends_with('.') && notice.sentence.len() < 1_200, "{}", notice.sentence);
            }
            let written = scenario.text();
            let (again, further) = Scenario::read(&written).unwrap();
            prop_assert!(further.is_empty(), "{written}: {further:?}");
            prop_assert_eq!(again.text(), written.clone());
            prop_assert!(written.chars().all(|c| c.is_ascii_graphic() && !"<>[](){}+\"\\^`|#".contains(c)), "{}", written);
            prop_assert!(scenario.warm_up < scenario.duration && scenario.duration >= Nanos::MILLISECOND);
        }
    }

    #[test]
    fn no_bytes_at_all_make_it_panic(text in "\\PC{0,200}") {
        let _ = Scenario::read(&text);
        let _ = Scenario::read(&format!("balancing?{text}"));
        let _ = Scenario::read(&format!("balancing?at={text}"));
    }
}

#[test]
fn a_number_of_hundreds_of_digits_is_read_or_refused_in_words() {
    let (scenario, notices) = read(&format!("balancing?rate=2.5{}/s", "0".repeat(300)));
    assert_eq!(notices, Vec::<String>::new());
    assert_eq!(scenario.value(0, "rate").as_deref(), Some("2.5/s"));
    let (scenario, notices) = read(&format!("balancing?rate=0.{}1/s", "0".repeat(500)));
    let [sentence] = notices.as_slice() else { panic!("{notices:?}") };
    assert!(sentence.contains("must be a number between"), "{sentence}");
    assert_eq!(scenario.value(0, "rate"), read("balancing").0.value(0, "rate"), "the default");
}

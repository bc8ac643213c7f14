//! What the compiler of lessons, walkthroughs and exercises refuses: each mistake with its line.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use headroom::content::document::{Block, Document, Guess, Kind};
use headroom_content::course::{course, read};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Front matter of six lines, so that the body begins at line 7.
const FRONT: &str = "---\ntitle: T\nsummary: S.\nminutes: 5\nlabs: balancing\n---\n";
const SCENE: &str = "```scene s\nscenario: balancing?servers=4\ncaption: C.\n```\n";

fn lesson(body: &str) -> anyhow::Result<Document> {
    let texts = BTreeSet::from(["lesson/other".to_owned()]);
    read(&root(), Kind::Lesson, "t", &format!("{FRONT}{body}"), &texts)
}

fn refused(body: &str) -> String {
    format!("{:#}", lesson(body).unwrap_err())
}

#[test]
fn every_mistake_is_told_with_its_line() {
    let with = |rest: &str| format!("{SCENE}{rest}");
    for (body, expected) in [
        // Scenarios and labs.
        (
            "```scene s\nscenario: balancing?sevrers=4\ncaption: C.\n```\n".to_owned(),
            "8: the scenario balancing?sevrers=4: ",
        ),
        (
            "Text.\n\n```scene s\nscenario: nowhere?x=1\ncaption: C.\n```\n".to_owned(),
            "10: the scenario nowhere?x=1: there is no lab “nowhere”",
        ),
        (format!("{SCENE}{SCENE}"), "11: there are two scenes “s”"),
        // Links.
        ("One.\nSee [it](#/lab/nowhere).\n".to_owned(), "8: the scenario nowhere: there is no lab"),
        ("[dead](./other.md)\n".to_owned(), "7: the link to “./other.md” leads nowhere"),
        ("[dead](#/lesson/none)\n".to_owned(), "7: the link to “#/lesson/none” is dead"),
        // Claims.
        ("[so](claim:none)\n".to_owned(), "7: the claim “none” is not defined"),
        (with("```claim c\nscene: s\nholds: p99 > 0s\n```\n"), "11: no sentence makes the claim “c”"),
        (
            with("[so](claim:c)\n```claim c\nscene: s\nholds: p98 > 0s\n```\n"),
            "14: the condition “p98 > 0s”: there is no measure “p98”",
        ),
        (with("[so](claim:c)\n```claim c\nscene: s\nholds: p99 >\n```\n"), "14: the condition “p99 >”: column 6"),
        (
            with("[so](claim:c)\n```claim c\nscene: other\nholds: p99 > 0s\n```\n"),
            "13: there is no scene “other” in this text; there are: s",
        ),
        // Fields.
        ("```scene s\nscenario: balancing\n```\n".to_owned(), "7: a scene needs a field “caption: …”"),
        (
            "```scene s\nscenario: balancing\ncaption: C.\ncolour: red\n```\n".to_owned(),
            "10: a scene has no field “colour”; it has scenario, caption",
        ),
        (
            "```scene s\nscenario: balancing\nscenario: balancing\ncaption: C.\n```\n".to_owned(),
            "9: the field “scenario” stands there twice",
        ),
        (
            "```scene s\nscenario: balancing\ncaption: C.\nshow: chairs\n```\n".to_owned(),
            "10: show “chairs” is not understood",
        ),
        ("```scene\nscenario: balancing\ncaption: C.\n```\n".to_owned(), "7: the scene needs a name"),
        ("```scene S s\nscenario: balancing\ncaption: C.\n```\n".to_owned(), "7: the scene has the name “S s”"),
        ("```scene s\nscenario: balancing\n".to_owned(), "7: the scene does not end"),
        ("```scene s\njust words\n```\n".to_owned(), "8: “just words” is no field"),
        // Questions.
        (
            with("```quiz q\nquestion: Q?\nright: yes | so\nright: no | so\n```\n"),
            "11: a quiz has one right answer, not 2",
        ),
        (with("```quiz q\nquestion: Q?\nright: yes\nwrong: no | so\n```\n"), "13: an answer is “words | why”"),
        (
            with("```quiz q\nscene: s\nquestion: {p98}?\noption: a | p99 > 0s | w\noption: b | p99 < 0s | w\n```\n"),
            "13: the figure “p98”",
        ),
        (
            with("```predict p\nscene: s\nkind: draw\nquestion: Q?\n```\n"),
            "13: a prediction is to choose, to order, a number or a curve, not “draw”",
        ),
        (
            with("```predict p\nscene: s\nkind: number\nfigure: p99\nrange: 3s..1s\nquestion: Q?\n```\n"),
            "15: the range “3s..1s” has no room",
        ),
        (
            with(
                "```predict p\nscene: s\nkind: curve\nfigure: p99\nvary: rat\nvalues: 1/s,2/s,3/s\nlabel: l\nrange: 0s..1s\nquestion: Q?\n```\n",
            ),
            "15: rat=1/s",
        ),
        (
            with("```task t\nscene: s\ndo: It.\nwhen: p99 < 1s\nsolution: servers=many\n```\n"),
            "15: the solution “servers=many”",
        ),
        (
            with(
                "```quiz q\nquestion: Q?\nright: a | w\nwrong: b | w\n```\n```quiz q\nquestion: Q?\nright: a | w\nwrong: b | w\n```\n",
            ),
            "16: there are two things called “q”",
        ),
        (
            with("```predict p\nscene: s\nkind: order\nitem: a | spread\nitem: b | p99\nquestion: Q?\n```\n"),
            "14: items are put in order by times, and “spread” is none",
        ),
        // Files and formulas.
        ("```code\nfile: src/nothing.rs\nfrom: a\nto: b\ncaption: C.\n```\n".to_owned(), "8: the file src/nothing.rs"),
        (
            "```code\nfile: src/lib.rs\nfrom: no such line\nto: b\ncaption: C.\n```\n".to_owned(),
            "9: src/lib.rs has no line with “no such line”",
        ),
        (
            "```figure\nfile: drawings/none.svg\nalt: A.\ncaption: C.\n```\n".to_owned(),
            "8: the drawing content/drawings/none.svg",
        ),
        ("```formula\ntex: \\frac{1}{\nsays: S.\n```\n".to_owned(), "8: the formula"),
        ("```goal g\nreach: R.\nwhen: p99 < 1s\npoints: 5\n```\n".to_owned(), "7: only an exercise has a goal"),
    ] {
        let error = refused(&body);
        assert!(error.starts_with(expected), "{body}\nexpected {expected}\nand got {error}");
    }
}

#[test]
fn front_matter_must_be_there_and_complete() {
    let read = |text: &str| format!("{:#}", read(&root(), Kind::Lesson, "t", text, &BTreeSet::new()).unwrap_err());
    for (text, expected) in [
        ("no front matter", "1: front matter is missing"),
        ("---\ntitle: T\nminutes: 5\n---\nText.\n", "1: the front matter needs “summary: …”"),
        ("---\ntitle: T\nsummary: S\nminutes: many\n---\nText.\n", "1: minutes are a whole number"),
        (
            "---\ntitle: T\nsummary: S\nminutes: 5\nlabs: balancing, chemistry\n---\nText.\n",
            "5: there is no lab “chemistry”",
        ),
        ("---\ntitle: T\nauthor: me\nsummary: S\nminutes: 5\n---\nText.\n", "3: a text has no field “author”"),
        ("---\ntitle: T\nsummary: S\nminutes: 5\n---\n", "6: the text is empty"),
        (
            "---\ntitle: T\nsummary: S\nminutes: 5\ncoming: later\n---\nBut here.\n",
            "7: a text that is coming has no body yet",
        ),
    ] {
        let error = read(text);
        assert!(error.starts_with(expected), "{text}\nexpected {expected}\nand got {error}");
    }
}

#[test]
fn a_walkthrough_has_all_its_parts_in_order() {
    let read = |body: &str| read(&root(), Kind::Walkthrough, "t", &format!("{FRONT}{body}"), &BTreeSet::new());
    let whole = "Q.\n\n## Think\n\nT.\n\n## Model answer\n\n### One\n\nA.\n\n### Two\n\nB.\n\n## Follow-ups\n\n## Rubric\n\n- has it\n\n## Weak\n\nW.\n\n## Good\n\nG.\n\n## Strong\n\nS.\n";
    let document = read(whole).unwrap();
    assert_eq!(document.sections.iter().filter(|section| section.step).count(), 2);
    assert_eq!(document.entry.cards, ["interview/t"]);
    for (body, expected) in [
        (whole.replace("## Rubric\n\n- has it\n\n", ""), "here stands “Weak”"),
        (whole.replace("## Strong\n\nS.\n", ""), "it ends after Think, Model answer"),
        (whole.replace("### Two\n\n", ""), "at least two headings"),
        (whole.replace("- has it", "has it"), "the rubric is a list"),
    ] {
        let error = format!("{:#}", read(&body).unwrap_err());
        assert!(error.contains(expected), "expected {expected}, got {error}");
    }
}

#[test]
fn an_exercise_has_rules_goals_and_a_solution() {
    let goal = "```goal g\nreach: R.\nwhen: p99 < 1s\npoints: 5\n```\n";
    let solution = "```solution\nscenario: balancing?servers=8\n```\n";
    let read = |front: &str, body: &str| {
        let text = format!("---\ntitle: T\nsummary: S.\nminutes: 5\n{front}---\n{body}");
        read(&root(), Kind::Exercise, "t", &text, &BTreeSet::new()).map_err(|error| format!("{error:#}"))
    };
    let rules = "scenario: balancing?servers=4\nfixed: servers, faults\n";
    let exercise = read(rules, &format!("{goal}{solution}")).unwrap().exercise.unwrap();
    assert_eq!((exercise.fixed.len(), exercise.most()), (2, 5));
    for (front, body, expected) in [
        ("fixed: servers\n", goal.to_owned(), "the front matter of an exercise needs “scenario: …”"),
        ("scenario: balancing\nfixed: colour\n", goal.to_owned(), "6: “colour” is no parameter of balancing"),
        (rules, solution.to_owned(), "the exercise has no goal"),
        (rules, goal.to_owned(), "the exercise has no solution"),
        (rules, format!("{}{solution}", goal.replace("points: 5", "points: some")), "11: points are a whole number"),
    ] {
        let error = read(front, &body).unwrap_err();
        assert!(error.contains(expected), "expected {expected}, got {error}");
    }
}

#[test]
fn directives_become_typed_blocks_and_raw_html_stays_text() {
    let body = format!(
        "<b>Not</b> bold, [this](claim:c) is a claim and [that](#/lesson/other) a lesson.\n\n```predict p\nscene: s\nkind: number\nfigure: p99\nrange: 10ms..1s\nscale: log\nquestion: *How* long?\nsee: See?\nsaw: a | p99 > 0s | w\nsaw: b | p99 < 0s | w\nexplain: First.\n\n  Second.\n```\n\n{SCENE}\n```claim c\nscene: s\nholds: p99 > 0s\n```\n\n```text\n## not a heading\n```\n\n## Next\n\n```formula\ntex: \\rho < 1\nsays: S.\n```\n"
    );
    let document = lesson(&body).unwrap();
    let blocks: Vec<&Block> = document.blocks().collect();
    let Block::Html(html) = blocks[0] else { panic!("{:?}", blocks[0]) };
    assert!(
        html.contains("&lt;b&gt;Not") && html.contains("data-claim=\"c\"") && html.contains("href=\"#/lesson/other\""),
        "{html}"
    );
    let Block::Predict(predict) = blocks[1] else { panic!("{:?}", blocks[1]) };
    assert_eq!(predict.question, "<em>How</em> long?");
    assert_eq!(predict.explain.matches("<p>").count(), 2);
    assert!(matches!(&predict.guess, Guess::Number { scale, .. } if scale.logarithmic && scale.low == 0.01));
    assert!(matches!(blocks[2], Block::Scene(scene) if scene.key == "s"));
    assert!(matches!(blocks[3], Block::Html(html) if html.contains("not a heading")));
    assert_eq!(document.sections[1].title, "Next");
    assert!(matches!(blocks[4], Block::Formula(formula) if formula.mathml.starts_with("<math")));
    // What the page fetches is what was written.
    let json = serde_json::to_string(&document).unwrap();
    assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document);
}

#[test]
fn no_solution_travels_to_the_page() {
    for text in course(&root()).unwrap() {
        let json = serde_json::to_string(&text).unwrap();
        assert!(!json.contains("\"solution\""), "{}", text.entry.key);
    }
}

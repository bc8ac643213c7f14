//! The author's guide, followed literally: what docs/authoring.md tells to write is a lesson that compiles and holds.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use std::path::Path;

use headroom::content::conditions::Condition;
use headroom::content::document::{Block, Document, Guess};
use headroom::labs::run_out;
use headroom_content::course::course;
use headroom_content::prose;

/// The blocks of the guide's first part, in order: its front matter, and what stands between lines of four backticks.
fn as_told(guide: &str) -> String {
    let part = guide.split("## A first lesson").nth(1).unwrap().split("\n## ").next().unwrap();
    let lines: Vec<&str> = part.lines().map(|line| line.strip_prefix("   ").unwrap_or(line)).collect();
    let mut text = String::new();
    let mut fence: Option<&str> = None;
    for line in lines {
        match fence {
            Some(mark) if line == mark => fence = None,
            Some(_) => {
                text.push_str(line);
                text.push('\n');
            }
            None if line == "````" || line == "```" => fence = Some(line),
            None => {}
        }
        if fence.is_none() && text.ends_with("---\n") {
            text.push_str(
                "\nOne key of a thousand is asked for far more often than the others.\n\n## The busiest server\n\n",
            );
        }
    }
    text
}

fn lesson() -> Document {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guide = std::fs::read_to_string(root.join("docs/authoring.md")).unwrap();
    let copy = std::env::temp_dir().join(format!("headroom-authoring-{}", std::process::id()));
    std::fs::create_dir_all(copy.join("content/lessons")).unwrap();
    std::fs::write(copy.join("content/lessons/3-my-lesson.md"), as_told(&guide)).unwrap();
    let mut all = course(&copy).unwrap_or_else(|what| panic!("{what:#}\n{}", as_told(&guide)));
    std::fs::remove_dir_all(copy).unwrap();
    all.remove(0)
}

#[test]
fn the_lesson_of_the_guide_compiles_and_what_it_says_is_true() {
    let lesson = lesson();
    assert_eq!((lesson.entry.key.as_str(), lesson.entry.title.as_str()), ("my-lesson", "One hot key"));
    assert_eq!((lesson.claims.len(), lesson.sections.len()), (1, 2));
    for claim in lesson.claims.values() {
        let results = run_out(&prose::scenario(&claim.scenario).unwrap());
        let condition = Condition::read(&claim.condition).unwrap();
        assert_eq!(condition.holds(&results), Ok(true), "{}", condition.explain(&results));
    }
    let predict = lesson
        .blocks()
        .find_map(|block| if let Block::Predict(predict) = block { Some(predict) } else { None })
        .unwrap();
    let results = run_out(&prose::scenario(&lesson.scene(&predict.scene).unwrap().scenario).unwrap());
    let Guess::Choose(options) = &predict.guess else { panic!("the guide's prediction is a choice") };
    for choices in [options, &predict.saw] {
        let holds = choices
            .iter()
            .filter(|choice| Condition::read(choice.when.as_ref().unwrap()).unwrap().holds(&results) == Ok(true));
        assert_eq!(holds.count(), 1, "{choices:?}");
    }
}

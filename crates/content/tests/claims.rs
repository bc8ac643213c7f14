//! Every claim of the prose is a test: its scenario is run, and what the prose says must hold.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use std::path::Path;

use headroom::content::conditions::Condition;
use headroom::labs::run_out;
use headroom_content::{lesson::Block, lessons, prose};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let lessons = lessons(&root).unwrap();
    let mut trials = vec![Trial::test("there_are_claims", {
        let any = lessons.values().flat_map(|lesson| &lesson.blocks).any(|block| matches!(block, Block::Claim { .. }));
        move || if any { Ok(()) } else { Err(Failed::from("no lesson has a claim")) }
    })];
    for (lab, lesson) in lessons {
        for block in lesson.blocks {
            if let Block::Claim { condition, scenario } = block {
                let name = format!("{lab}: {condition}");
                trials.push(Trial::test(name, move || holds(&condition, &scenario)));
            }
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn holds(condition: &str, scenario: &str) -> Result<(), Failed> {
    let condition = Condition::read(condition).map_err(|mistake| mistake.to_string())?;
    let results = run_out(&prose::scenario(scenario)?);
    match condition.holds(&results) {
        Ok(true) => Ok(()),
        Ok(false) => Err(condition.explain(&results).into()),
        Err(sentence) => Err(sentence.into()),
    }
}

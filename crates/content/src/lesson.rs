//! A lesson: Markdown with front matter, cut into typed blocks.
//!
//! Directives are fenced blocks with a word after the fence:
//!
//! - `scene`: a label on the first line, the text of a scenario on the second; the page offers to load it;
//! - `claim`: the text of a scenario, then a condition; it is a test, and says which figures the sentence before it
//!   rests on.

use anyhow::{Context, Result, bail, ensure};
use headroom::content::conditions::Condition;
use serde_json::{Value, json};

use crate::prose;

/// A compiled lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// Its title.
    pub title: String,
    /// What it consists of, in order.
    pub blocks: Vec<Block>,
}

/// A part of a lesson.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Prose.
    Html(String),
    /// A scenario to be loaded.
    Scene {
        /// What the button says.
        label: String,
        /// The scenario.
        text: String,
    },
    /// What the prose before it says, as a test.
    Claim {
        /// What must hold.
        condition: String,
        /// On what.
        scenario: String,
    },
}

impl Lesson {
    /// Reads and checks a lesson.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn read(text: &str) -> Result<Self> {
        let (front, body) = text
            .strip_prefix("---\n")
            .and_then(|rest| rest.split_once("\n---\n"))
            .context("a lesson begins with front matter between two lines “---”")?;
        let mut title = None;
        for line in front.lines() {
            match line.split_once(':') {
                Some(("title", value)) => title = Some(value.trim().to_owned()),
                _ => bail!("the front matter has a line “{line}”; only “title: …” is known"),
            }
        }
        let title = title.context("the front matter has no title")?;
        let first = front.lines().count() + 3;
        Ok(Self { title, blocks: blocks(body, first)? })
    }

    /// As the page gets it.
    #[must_use]
    pub fn json(&self) -> Value {
        let block = |block: &Block| match block {
            Block::Html(html) => json!({ "html": html }),
            Block::Scene { label, text } => json!({ "scene": text, "label": label }),
            Block::Claim { condition, scenario } => json!({ "claim": condition, "scenario": scenario }),
        };
        json!({ "title": self.title, "blocks": self.blocks.iter().map(block).collect::<Vec<_>>() })
    }
}

/// Cuts `body`, whose first line has the number `first`, at its directives.
fn blocks(body: &str, first: usize) -> Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut markdown = String::new();
    let mut lines = body.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(word @ ("scene" | "claim")) = line.strip_prefix("```") else {
            markdown.push_str(line);
            markdown.push('\n');
            continue;
        };
        let place = || format!("line {}", first + index);
        flush(&mut markdown, &mut blocks).with_context(place)?;
        let inside: Vec<&str> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        ensure!(inside.len() == 2, "{}: a {word} has two lines, not {}", place(), inside.len());
        blocks.push(directive(word, inside[0].trim(), inside[1].trim()).with_context(place)?);
    }
    flush(&mut markdown, &mut blocks)?;
    Ok(blocks)
}

fn directive(word: &str, first: &str, second: &str) -> Result<Block> {
    if word == "scene" {
        prose::scenario(second)?;
        return Ok(Block::Scene { label: first.to_owned(), text: second.to_owned() });
    }
    let scenario = prose::scenario(first)?;
    let condition = Condition::read(second).map_err(|mistake| anyhow::anyhow!("{mistake}"))?;
    condition.check(&scenario).map_err(|what| anyhow::anyhow!("the condition {second}: {what}"))?;
    Ok(Block::Claim { condition: second.to_owned(), scenario: first.to_owned() })
}

fn flush(markdown: &mut String, blocks: &mut Vec<Block>) -> Result<()> {
    if !markdown.trim().is_empty() {
        blocks.push(Block::Html(prose::of_lesson(markdown)?));
    }
    markdown.clear();
    Ok(())
}

//! Lessons, walkthroughs and exercises: found, read, checked, listed.
//!
//! A text is a file in `content/lessons/`, `content/walkthroughs/` or `content/exercises/`; its name is its key. What is
//! wrong with one is told as `file:line: sentence`. Read next: [`super::directive`] for the outer form,
//! [`super::blocks`] for what directives mean.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use headroom::content::document::{Block, Claim, Document, Entry, Kind, PARTS, Question, Section};
use headroom::content::exercise::{Exercise, Goal};
use headroom::labs;
use headroom::scenario::Scenario;

use crate::blocks::Known;
use crate::directive::{Directive, Part, front_matter, parts};
use crate::prose;

/// Every text below `root`, in the order of their files. A name is a number for the order, a dash and the key:
/// `1-why-averages-lie.md`, or the key alone.
///
/// # Errors
/// Everything that is wrong with the first text that is wrong: `file:line: sentence`.
pub fn course(root: &Path) -> Result<Vec<Document>> {
    let mut files = Vec::new();
    for kind in Kind::ALL {
        let folder = root.join("content").join(kind.folder());
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.retain(|name| name.ends_with(".md"));
        names.sort();
        files.extend(names.into_iter().map(|name| (kind, name)));
    }
    let texts: BTreeSet<String> =
        files.iter().map(|(kind, name)| format!("{}/{}", kind.route(), key_of(name))).collect();
    ensure!(texts.len() == files.len(), "content/: two files of one kind have the same key");
    let mut all = Vec::new();
    for (kind, name) in &files {
        let file = format!("content/{}/{name}", kind.folder());
        let text = fs::read_to_string(root.join(&file)).with_context(|| file.clone())?;
        all.push(read(root, *kind, key_of(name), &text, &texts).map_err(|what| anyhow!("{file}:{what:#}"))?);
    }
    Ok(all)
}

/// The key of a file: `1-why-averages-lie.md` → `why-averages-lie`.
#[must_use]
pub fn key_of(name: &str) -> &str {
    let name = name.trim_end_matches(".md");
    match name.split_once('-') {
        Some((number, rest)) if !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()) => rest,
        _ => name,
    }
}

/// Reads the text of one file.
///
/// # Errors
/// `line: sentence`.
pub fn read(root: &Path, kind: Kind, key: &str, text: &str, texts: &BTreeSet<String>) -> Result<Document> {
    let (fields, first, body) = front_matter(text)?;
    let front = Directive { line: 1, word: "text", key: key.to_owned(), fields };
    let known = Known { root, texts, scenes: BTreeMap::new(), claimed: Vec::new() };
    let mut once = vec!["title", "summary", "minutes", "labs", "coming"];
    if kind == Kind::Exercise {
        once.extend(["scenario", "fixed"]);
    }
    front.only(&once, &[])?;
    let entry = entry(&front, kind)?;
    let parts = parts(body, first)?;
    if entry.coming.is_some() {
        ensure!(parts.is_empty(), "{first}: a text that is coming has no body yet");
        return Ok(Document { entry, sections: Vec::new(), claims: BTreeMap::new(), exercise: None });
    }
    ensure!(!parts.is_empty(), "{first}: the text is empty; one that is not written yet says “coming: …”");
    let exercise = if kind == Kind::Exercise { Some(begin_exercise(&front)?) } else { None };
    let mut reader = Reader {
        kind,
        known,
        sections: Vec::new(),
        claims: BTreeMap::new(),
        lines: BTreeMap::new(),
        exercise,
        names: BTreeSet::new(),
    };
    // A prediction stands before the scene that it is about.
    for part in &parts {
        if let Part::Directive(directive) = part
            && directive.word == "scene"
        {
            reader.known.find_scene(directive)?;
        }
    }
    for part in &parts {
        reader.part(part)?;
    }
    reader.finish(entry)
}

fn entry(front: &Directive, kind: Kind) -> Result<Entry> {
    let need = |name: &str| {
        front.need(name).map(|(text, _)| text.to_owned()).map_err(|_| anyhow!("1: the front matter needs “{name}: …”"))
    };
    let (title, summary, minutes) = (need("title")?, need("summary")?, need("minutes")?);
    let minutes = minutes.parse().map_err(|_| anyhow!("1: minutes are a whole number, not “{minutes}”"))?;
    if let Some((named, line)) = front.get("labs") {
        for lab in named.split(',').map(str::trim) {
            ensure!(labs::find(lab).is_some(), "{line}: there is no lab “{lab}”");
        }
    }
    let coming = front.get("coming").map(|(text, _)| text.to_owned());
    Ok(Entry {
        kind,
        key: front.key.clone(),
        title,
        summary,
        minutes,
        coming,
        cards: Vec::new(),
        questions: Vec::new(),
    })
}

fn begin_exercise(front: &Directive) -> Result<(Exercise, Scenario)> {
    let (text, line) =
        front.need("scenario").map_err(|_| anyhow!("1: the front matter of an exercise needs “scenario: …”"))?;
    let scenario = prose::scenario(text).map_err(|what| anyhow!("{line}: {what}"))?;
    let (fixed, line) =
        front.need("fixed").map_err(|_| anyhow!("1: the front matter of an exercise needs “fixed: …”"))?;
    let fixed: Vec<String> = fixed.split(',').map(|key| key.trim().to_owned()).collect();
    for key in &fixed {
        let own = ["policy", "faults", "duration", "warm-up"].contains(&key.as_str());
        ensure!(own || scenario.declaration(key).is_some(), "{line}: “{key}” is no parameter of {}", scenario.lab.key);
    }
    let exercise = Exercise { scenario: scenario.text(), fixed, goals: Vec::new(), solution: String::new() };
    Ok((exercise, scenario))
}

struct Reader<'a> {
    kind: Kind,
    known: Known<'a>,
    sections: Vec<Section>,
    claims: BTreeMap<String, Claim>,
    /// Where each claim stands.
    lines: BTreeMap<String, usize>,
    exercise: Option<(Exercise, Scenario)>,
    /// Names of predictions, quizzes, tasks, follow-ups.
    names: BTreeSet<String>,
}

impl Reader<'_> {
    fn part(&mut self, part: &Part) -> Result<()> {
        match part {
            Part::Heading(line, level, words) => self.heading(*line, *level, words),
            Part::Prose(line, text) => {
                if self.kind == Kind::Walkthrough
                    && self.sections.last().is_some_and(|section| section.title == "Rubric")
                {
                    let mut items = Vec::new();
                    for (index, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
                        let item = text.strip_prefix("- ").with_context(|| {
                            format!("{}: the rubric is a list, an item a line: “- …”", line + index)
                        })?;
                        let html = self.known.markdown(item, line + index)?;
                        items.push(html.trim().trim_start_matches("<p>").trim_end_matches("</p>").to_owned());
                    }
                    return self.push(Block::Rubric(items));
                }
                let html = self.known.markdown(text, *line)?;
                self.push(Block::Html(html))
            }
            Part::Directive(directive) => self.directive(directive),
        }
    }

    fn heading(&mut self, line: usize, level: u8, words: &str) -> Result<()> {
        let step = level == 3;
        if self.kind == Kind::Walkthrough && !step {
            let so_far = self.sections.iter().filter(|section| !section.step && !section.title.is_empty()).count();
            ensure!(
                PARTS.get(so_far) == Some(&words),
                "{line}: a walkthrough has the headings {}, in this order; here stands “{words}”",
                PARTS.join(", ")
            );
        } else if step && self.kind != Kind::Walkthrough {
            bail!("{line}: only the model answer of a walkthrough has headings of the third level");
        }
        self.sections.push(Section { title: words.to_owned(), step, blocks: Vec::new() });
        Ok(())
    }

    fn push(&mut self, block: Block) -> Result<()> {
        if self.sections.is_empty() {
            self.sections.push(Section { title: String::new(), step: false, blocks: Vec::new() });
        }
        if let Some(section) = self.sections.last_mut() {
            section.blocks.push(block);
        }
        Ok(())
    }

    fn directive(&mut self, directive: &Directive) -> Result<()> {
        if !["scene", "claim", "code", "formula", "figure", "solution"].contains(&directive.word) {
            let name = directive.named()?;
            ensure!(self.names.insert(name.clone()), "{}: there are two things called “{name}”", directive.line);
        }
        let known = &mut self.known;
        let block = match directive.word {
            "scene" => Block::Scene(known.scene(directive)?),
            "predict" => Block::Predict(Box::new(known.predict(directive)?)),
            "quiz" => Block::Quiz(known.quiz(directive)?),
            "task" => Block::Task(known.task(directive)?),
            "code" => Block::Code(known.code(directive)?),
            "formula" => Block::Formula(known.formula(directive)?),
            "figure" => Block::Figure(known.figure(directive)?),
            "follow-up" => Block::FollowUp(known.follow_up(directive)?),
            "claim" => {
                let (key, claim) = known.claim(directive)?;
                ensure!(
                    self.claims.insert(key.clone(), claim).is_none(),
                    "{}: there are two claims “{key}”",
                    directive.line
                );
                self.lines.insert(key, directive.line);
                return Ok(());
            }
            word => return self.of_exercise(directive, word),
        };
        self.push(block)
    }

    fn of_exercise(&mut self, directive: &Directive, word: &str) -> Result<()> {
        let Some((exercise, scenario)) = &mut self.exercise else {
            bail!("{}: only an exercise has a {word}", directive.line);
        };
        if word == "goal" {
            let goal: Goal = self.known.goal(directive, scenario)?;
            exercise.goals.push(goal);
        } else {
            directive.only(&["scenario"], &[])?;
            let (text, line) = directive.need("scenario")?;
            exercise.solution = prose::scenario(text).map_err(|what| anyhow!("{line}: {what}"))?.text();
        }
        Ok(())
    }

    fn finish(self, entry: Entry) -> Result<Document> {
        for (key, line) in &self.known.claimed {
            ensure!(
                self.claims.contains_key(key),
                "{line}: the claim “{key}” is not defined; write a block “claim {key}”"
            );
        }
        for (key, line) in &self.lines {
            let used = self.known.claimed.iter().any(|(used, _)| used == key);
            ensure!(used, "{line}: no sentence makes the claim “{key}”; write [the words](claim:{key})");
        }
        let mut document = Document {
            entry,
            sections: self.sections,
            claims: self.claims,
            exercise: self.exercise.map(|(exercise, _)| exercise),
        };
        if self.kind == Kind::Walkthrough {
            let titles: Vec<&str> = document
                .sections
                .iter()
                .filter(|section| !section.step && !section.title.is_empty())
                .map(|section| section.title.as_str())
                .collect();
            ensure!(
                titles == PARTS,
                "1: a walkthrough has the headings {}; it ends after {}",
                PARTS.join(", "),
                titles.join(", ")
            );
            ensure!(
                document.sections.iter().filter(|section| section.step).count() >= 2,
                "1: the model answer needs steps: at least two headings “### …”"
            );
        }
        if let Some(exercise) = &document.exercise {
            ensure!(!exercise.goals.is_empty(), "1: the exercise has no goal");
            ensure!(
                !exercise.solution.is_empty(),
                "1: the exercise has no solution; nobody would know that it can be done"
            );
        }
        list(&mut document);
        Ok(document)
    }
}

/// Cards and questions of a text, for lists.
fn list(document: &mut Document) {
    let address = format!("{}/{}", document.entry.kind.route(), document.entry.key);
    let (mut cards, mut questions) = (Vec::new(), Vec::new());
    if document.entry.kind == Kind::Walkthrough {
        cards.push(address.clone());
        let answer = document.section("Good").into_iter().flat_map(|section| &section.blocks);
        let html =
            answer.filter_map(|block| if let Block::Html(html) = block { Some(html.as_str()) } else { None }).collect();
        questions.push(Question {
            key: address.clone(),
            question: crate::escaped(&document.entry.title),
            answer: html,
        });
    }
    for block in document.blocks() {
        match block {
            Block::Quiz(quiz) => cards.push(format!("{address}/{}", quiz.key)),
            Block::FollowUp(next) => questions.push(Question {
                key: format!("{address}/{}", next.key),
                question: next.question.clone(),
                answer: next.answer.clone(),
            }),
            _ => {}
        }
    }
    (document.entry.cards, document.entry.questions) = (cards, questions);
}

//! What each directive means, and what is checked of it.
//!
//! Scenarios are read, conditions and figures are checked against the measures of their lab, files and marks must be
//! there. Every mistake is told with its line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use headroom::basics::Nanos;
use headroom::basics::parameters::number;
use headroom::content::conditions::{Condition, Figure as Measured};
use headroom::content::document::{
    Choice, Claim, Code, Figure, FollowUp, Formula, Guess, Item, Predict, Quiz, Scale, Scene, Task, Unit,
};
use headroom::content::exercise::Goal;
use headroom::scenario::Scenario;

use crate::directive::Directive;
use crate::{code, prose};

/// What directives of one text need to know of each other.
pub struct Known<'a> {
    /// The folder of the repository.
    pub root: &'a Path,
    /// The addresses of all texts.
    pub texts: &'a BTreeSet<String>,
    /// The scenarios of the scenes, by name.
    pub scenes: BTreeMap<String, Scenario>,
    /// The claims that prose refers to, with their lines.
    pub claimed: Vec<(String, usize)>,
}

impl Known<'_> {
    /// Markdown of several lines, beginning at `line`.
    ///
    /// # Errors
    /// A dead link, with its line.
    pub fn markdown(&mut self, text: &str, line: usize) -> Result<String> {
        prose::of_course(text, line, self.texts, &mut self.claimed)
    }

    /// Markdown of one paragraph, without the paragraph.
    fn inline(&mut self, text: &str, line: usize) -> Result<String> {
        let html = self.markdown(text, line)?;
        let html = html.trim();
        let inner = html.strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>"));
        Ok(inner.filter(|inner| !inner.contains("<p>")).unwrap_or(html).to_owned())
    }

    fn field(&mut self, directive: &Directive, name: &str) -> Result<String> {
        let (text, line) = directive.need(name)?;
        self.inline(text, line)
    }

    /// The scenario that a directive is about: a scene's, or one of its own.
    fn scenario(&self, directive: &Directive) -> Result<(Option<String>, Scenario)> {
        if let Some((text, line)) = directive.get("scenario") {
            let scenario = prose::scenario(text).map_err(|what| anyhow!("{line}: {what}"))?;
            return Ok((None, scenario));
        }
        let (name, line) = directive.need("scene")?;
        let known: Vec<&str> = self.scenes.keys().map(String::as_str).collect();
        let scenario = self.scenes.get(name).cloned().ok_or_else(|| {
            anyhow!("{line}: there is no scene “{name}” in this text; there are: {}", known.join(", "))
        })?;
        Ok((Some(name.to_owned()), scenario))
    }

    /// Reads the scenario of a scene, before anything refers to it.
    ///
    /// # Errors
    /// When its scenario is refused, or there is another scene of this name.
    pub fn find_scene(&mut self, directive: &Directive) -> Result<()> {
        let key = directive.named()?;
        ensure!(!self.scenes.contains_key(&key), "{}: there are two scenes “{key}”", directive.line);
        directive.need("scenario")?;
        let (_, scenario) = self.scenario(directive)?;
        self.scenes.insert(key, scenario);
        Ok(())
    }

    /// `scene`
    ///
    /// # Errors
    /// As every function here: what is wrong, with its line.
    pub fn scene(&mut self, directive: &Directive) -> Result<Scene> {
        directive.only(&["scenario", "caption", "show", "lock", "speed", "t", "until"], &[])?;
        let (_, scenario) = self.scenario(directive)?;
        let caption = self.field(directive, "caption")?;
        Ok(Scene { key: directive.named()?, scenario: scenario.text(), caption, present: present(directive)? })
    }

    /// `claim`
    pub fn claim(&mut self, directive: &Directive) -> Result<(String, Claim)> {
        directive.only(&["scene", "scenario", "holds"], &[])?;
        let (_, scenario) = self.scenario(directive)?;
        let (text, line) = directive.need("holds")?;
        let condition = condition(text, line, &scenario)?;
        Ok((directive.named()?, Claim { scenario: scenario.text(), condition }))
    }

    /// `predict`
    pub fn predict(&mut self, directive: &Directive) -> Result<Predict> {
        let once =
            ["scene", "question", "kind", "figure", "vary", "values", "label", "range", "scale", "see", "explain"];
        directive.only(&once, &["option", "item", "saw"])?;
        let (scene, scenario) = self.scenario(directive)?;
        let (kind, line) = directive.need("kind")?;
        let guess = match kind {
            "choose" => Guess::Choose(self.choices(directive, &["option"], Some(&scenario))?),
            "order" => Guess::Order(self.items(directive, &scenario)?),
            "number" => Guess::Number { figure: figure(directive, "figure", &scenario)?, scale: scale(directive)? },
            "curve" => curve(directive, &scenario)?,
            other => {
                return Err(anyhow!("{line}: a prediction is to choose, to order, a number or a curve, not “{other}”"));
            }
        };
        Ok(Predict {
            key: directive.named()?,
            scene: scene.ok_or_else(|| anyhow!("{}: a predict needs a field “scene: …”", directive.line))?,
            question: self.field(directive, "question")?,
            guess,
            see: self.field(directive, "see")?,
            saw: self.choices(directive, &["saw"], Some(&scenario))?,
            explain: {
                let (text, line) = directive.need("explain")?;
                self.markdown(text, line)?
            },
        })
    }

    fn items(&mut self, directive: &Directive, scenario: &Scenario) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        for (text, line) in directive.all("item") {
            let (label, measured) =
                text.split_once(" | ").ok_or_else(|| anyhow!("{line}: an item is “words | figure”"))?;
            check_figure(measured.trim(), line, scenario)?;
            let is_time =
                Condition::read(&format!("{} < 1s", measured.trim())).is_ok_and(|time| time.check(scenario).is_ok());
            ensure!(is_time, "{line}: items are put in order by times, and “{}” is none", measured.trim());
            items.push(Item { label: self.inline(label, line)?, figure: measured.trim().to_owned() });
        }
        ensure!(
            items.len() >= 2,
            "{}: there is nothing to order; write at least two “item: words | figure”",
            directive.line
        );
        Ok(items)
    }

    /// Answers: `words | condition | why` where a run decides, `words | why` where `right:` and `wrong:` do.
    fn choices(&mut self, directive: &Directive, names: &[&str], scenario: Option<&Scenario>) -> Result<Vec<Choice>> {
        let mut choices = Vec::new();
        let given = directive.fields.iter().filter(|(name, ..)| names.contains(&name.as_str()));
        for (name, text, line) in given {
            let parts: Vec<&str> = text.split(" | ").map(str::trim).collect();
            let decided = scenario.is_some() && !matches!(name.as_str(), "right" | "wrong");
            let (words, when, why) = match (parts.as_slice(), decided) {
                ([words, when, why], true) => (words, Some(*when), why),
                ([words, why], false) => (words, None, why),
                (_, true) => {
                    return Err(anyhow!("{line}: an answer that the run decides is “words | condition | why”"));
                }
                (_, false) => return Err(anyhow!("{line}: an answer is “words | why”: every answer is explained")),
            };
            let when = match (when, scenario) {
                (Some(text), Some(scenario)) => Some(condition(text, *line, scenario)?),
                _ => None,
            };
            if let Some(scenario) = scenario {
                check_blanks(why, *line, scenario)?;
            }
            choices.push(Choice {
                text: self.inline(words, *line)?,
                when,
                right: name == "right",
                why: self.inline(why, *line)?,
            });
        }
        ensure!(choices.len() >= 2, "{}: there is nothing to choose from; write at least two answers", directive.line);
        Ok(choices)
    }

    /// `quiz`
    pub fn quiz(&mut self, directive: &Directive) -> Result<Quiz> {
        directive.only(&["scene", "question"], &["right", "wrong", "option"])?;
        let key = directive.named()?;
        let (question, line) = directive.need("question")?;
        if directive.get("scene").is_none() {
            let choices = self.choices(directive, &["right", "wrong"], None)?;
            let right = choices.iter().filter(|choice| choice.right).count();
            ensure!(right == 1, "{}: a quiz has one right answer, not {right}", directive.line);
            return Ok(Quiz { key, scene: None, question: self.inline(question, line)?, choices });
        }
        let (scene, scenario) = self.scenario(directive)?;
        check_blanks(question, line, &scenario)?;
        let choices = self.choices(directive, &["option"], Some(&scenario))?;
        Ok(Quiz { key, scene, question: self.inline(question, line)?, choices })
    }

    /// `task`
    pub fn task(&mut self, directive: &Directive) -> Result<Task> {
        directive.only(&["scene", "do", "when", "solution"], &[])?;
        let (scene, scenario) = self.scenario(directive)?;
        let (when, line) = directive.need("when")?;
        let (solution, solved) = directive.need("solution")?;
        apply(&scenario, solution).map_err(|what| anyhow!("{solved}: the solution “{solution}”: {what}"))?;
        Ok(Task {
            key: directive.named()?,
            scene: scene.ok_or_else(|| anyhow!("{}: a task needs a field “scene: …”", directive.line))?,
            text: self.field(directive, "do")?,
            when: condition(when, line, &scenario)?,
            solution: solution.to_owned(),
        })
    }

    /// `code`
    pub fn code(&mut self, directive: &Directive) -> Result<Code> {
        directive.only(&["file", "from", "to", "caption"], &[])?;
        let (file, line) = directive.need("file")?;
        let text =
            std::fs::read_to_string(self.root.join(file)).map_err(|what| anyhow!("{line}: the file {file}: {what}"))?;
        let find = |name: &str, after: usize| -> Result<usize> {
            let (mark, line) = directive.need(name)?;
            let found = text.lines().enumerate().skip(after).find(|(_, text)| text.contains(mark));
            found.map(|(index, _)| index).ok_or_else(|| anyhow!("{line}: {file} has no line with “{mark}”"))
        };
        let first = find("from", 0)?;
        let last = find("to", first)?;
        let lines = code::lines(&text).into_iter().skip(first).take(last + 1 - first).collect();
        Ok(Code { file: file.to_owned(), first: first + 1, lines, caption: self.field(directive, "caption")? })
    }

    /// `formula`
    pub fn formula(&mut self, directive: &Directive) -> Result<Formula> {
        directive.only(&["tex", "says"], &[])?;
        let (tex, line) = directive.need("tex")?;
        let mathml = crate::formula::mathml(tex).map_err(|what| anyhow!("{line}: the formula “{tex}”: {what}"))?;
        Ok(Formula { mathml, caption: self.field(directive, "says")? })
    }

    /// `figure`
    pub fn figure(&mut self, directive: &Directive) -> Result<Figure> {
        directive.only(&["file", "alt", "caption"], &[])?;
        let (file, line) = directive.need("file")?;
        let svg = std::fs::read_to_string(self.root.join("content").join(file))
            .map_err(|what| anyhow!("{line}: the drawing content/{file}: {what}"))?;
        let start = svg.find("<svg").ok_or_else(|| anyhow!("{line}: content/{file} is no SVG"))?;
        ensure!(
            !svg.contains("<script") && !svg.contains("<style"),
            "{line}: content/{file} may have neither scripts nor styles"
        );
        let (alt, _) = directive.need("alt")?;
        Ok(Figure {
            svg: svg[start..].trim().to_owned(),
            alt: alt.to_owned(),
            caption: self.field(directive, "caption")?,
        })
    }

    /// `follow-up`
    pub fn follow_up(&mut self, directive: &Directive) -> Result<FollowUp> {
        directive.only(&["question", "scenario", "inject", "answer", "show", "lock", "speed", "t", "until"], &[])?;
        let (_, scenario) = self.scenario(directive)?;
        let (answer, line) = directive.need("answer")?;
        Ok(FollowUp {
            key: directive.named()?,
            question: self.field(directive, "question")?,
            scenario: scenario.text(),
            inject: self.field(directive, "inject")?,
            answer: self.markdown(answer, line)?,
            present: present(directive)?,
        })
    }

    /// `goal`
    pub fn goal(&mut self, directive: &Directive, scenario: &Scenario) -> Result<Goal> {
        directive.only(&["reach", "when", "points"], &[])?;
        let (when, line) = directive.need("when")?;
        let (points, at) = directive.need("points")?;
        let points = points.parse().map_err(|_| anyhow!("{at}: points are a whole number, not “{points}”"))?;
        Ok(Goal {
            key: directive.named()?,
            text: self.field(directive, "reach")?,
            when: condition(when, line, scenario)?,
            points,
        })
    }
}

/// The presentation as an embed's link has it. What it says is checked by who reads it; here only the common slips.
fn present(directive: &Directive) -> Result<String> {
    let mut pairs = Vec::new();
    for name in ["show", "lock", "speed", "t", "until"] {
        if let Some((value, line)) = directive.get(name) {
            let fits = match name {
                "show" => {
                    value.split(',').all(|part| ["stage", "controls", "figures", "charts", "time"].contains(&part))
                }
                "speed" => number(value).is_some_and(|speed| speed > 0.0),
                "t" | "until" => Nanos::read(value).is_ok(),
                _ => !value.contains(' '),
            };
            ensure!(fits, "{line}: {name} “{value}” is not understood");
            pairs.push(format!("{name}={value}"));
        }
    }
    Ok(pairs.join("&"))
}

fn condition(text: &str, line: usize, scenario: &Scenario) -> Result<String> {
    let condition = Condition::read(text).map_err(|mistake| anyhow!("{line}: the condition “{text}”: {mistake}"))?;
    condition.check(scenario).map_err(|what| anyhow!("{line}: the condition “{text}”: {what}"))?;
    Ok(text.to_owned())
}

fn figure(directive: &Directive, name: &str, scenario: &Scenario) -> Result<String> {
    let (text, line) = directive.need(name)?;
    check_figure(text, line, scenario)?;
    Ok(text.to_owned())
}

fn check_figure(text: &str, line: usize, scenario: &Scenario) -> Result<()> {
    let figure = Measured::read(text).map_err(|mistake| anyhow!("{line}: the figure “{text}”: {mistake}"))?;
    figure.check(scenario).map_err(|what| anyhow!("{line}: the figure “{text}”: {what}"))
}

/// `{a.p99}` in a text must be a figure.
fn check_blanks(text: &str, line: usize, scenario: &Scenario) -> Result<()> {
    for piece in text.split('{').skip(1) {
        let (inside, _) = piece.split_once('}').ok_or_else(|| anyhow!("{line}: “{{” without “}}”"))?;
        check_figure(inside, line, scenario)?;
    }
    Ok(())
}

/// `range: 0s..4s`, and `scale: log` for equal factors.
fn scale(directive: &Directive) -> Result<Scale> {
    let (text, line) = directive.need("range")?;
    let wrong = || anyhow!("{line}: a range is “0s..4s”, “0%..100%” or “0..50”, not “{text}”");
    let end = |text: &str| -> Option<(f64, Unit)> {
        let text = text.trim();
        if let Some(percent) = text.strip_suffix('%') {
            return number(percent).map(|percent| (percent / 100.0, Unit::Share));
        }
        let plain = number(text).map(|plain| (plain, Unit::Plain));
        plain.or_else(|| Nanos::read(text).ok().map(|time| (time.seconds(), Unit::Time)))
    };
    let (low, high) = text.split_once("..").ok_or_else(wrong)?;
    let ((low, _), (high, unit)) = (end(low).ok_or_else(wrong)?, end(high).ok_or_else(wrong)?);
    let logarithmic = match directive.get("scale") {
        None | Some(("linear", _)) => false,
        Some(("log", _)) => true,
        Some((other, line)) => return Err(anyhow!("{line}: a scale is linear or log, not “{other}”")),
    };
    ensure!(
        low < high && (low > 0.0 || !logarithmic),
        "{line}: the range “{text}” has no room; a log scale begins above 0"
    );
    Ok(Scale { low, high, logarithmic, unit })
}

fn curve(directive: &Directive, scenario: &Scenario) -> Result<Guess> {
    let (vary, line) = directive.need("vary")?;
    let (values, at) = directive.need("values")?;
    let values: Vec<String> = values.split(',').map(|value| value.trim().to_owned()).collect();
    ensure!(values.len() >= 3, "{at}: a curve has at least three values, separated by commas");
    for value in &values {
        apply(scenario, &format!("{vary}={value}")).map_err(|what| anyhow!("{line}: {vary}={value}: {what}"))?;
    }
    let (label, _) = directive.need("label")?;
    Ok(Guess::Curve {
        figure: figure(directive, "figure", scenario)?,
        vary: vary.to_owned(),
        values,
        label: label.to_owned(),
        scale: scale(directive)?,
    })
}

/// `scenario` with `pairs` (`rate=900/s&b.choices=3`) set.
///
/// # Errors
/// What is refused.
pub fn apply(scenario: &Scenario, pairs: &str) -> Result<Scenario> {
    let mut scenario = scenario.clone();
    for pair in pairs.split('&') {
        let (key, value) = pair.split_once('=').context("write key=value")?;
        if let Some(lane) = key.strip_suffix(".policy").and_then(headroom::scenario::lane_of_letter) {
            ensure!(scenario.set_policy(lane, value), "there is no policy “{value}”, or no lane for it");
            continue;
        }
        let lane =
            key.split_once('.').and_then(|(letter, own)| Some((headroom::scenario::lane_of_letter(letter)?, own)));
        let set = match lane {
            Some((lane, own)) => scenario.set_in_lane(lane, own, value),
            None => scenario.set(key, value),
        };
        set.map_err(|refusal| anyhow!("{key} “{value}” {}", refusal.expected))?;
    }
    Ok(scenario)
}

//! The outer form of a text: front matter, headings, prose, and fenced blocks that are directives.
//!
//! ````text
//! ```scene two-policies
//! scenario: balancing?policy=random,two-choices
//! caption: Two lanes, one traffic.
//!   A line that begins with spaces goes on with the one before.
//! ```
//! ````
//!
//! Nothing here knows what a directive means; every part carries its line, so that whatever is wrong can be named with
//! it. Read next: [`super::blocks`].

use anyhow::{Result, anyhow, bail};

/// The directives that exist. A fenced block with another word is code, and shown as it stands.
pub const WORDS: [&str; 11] =
    ["scene", "predict", "quiz", "task", "claim", "code", "formula", "figure", "follow-up", "goal", "solution"];

/// A field: name, value, line.
pub type Field = (String, String, usize);

/// A part of a text, with the number of its first line.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Markdown.
    Prose(usize, String),
    /// A heading of the second level, or of the third: line, level, words.
    Heading(usize, u8, String),
    /// A directive.
    Directive(Directive),
}

/// A fenced block that means something.
#[derive(Clone, Debug, PartialEq)]
pub struct Directive {
    /// Its line.
    pub line: usize,
    /// Its word.
    pub word: &'static str,
    /// Its name; empty where there is none.
    pub key: String,
    /// Its fields in order.
    pub fields: Vec<Field>,
}

/// The fields of the front matter with their lines, and the number of the first line after it with what follows.
///
/// # Errors
/// When there is none, or a line of it is no field.
pub fn front_matter(text: &str) -> Result<(Vec<Field>, usize, &str)> {
    let missing = || {
        anyhow!("1: front matter is missing: the file begins with a line “---”, fields as “title: …”, and a line “---”")
    };
    let rest = text.strip_prefix("---\n").ok_or_else(missing)?;
    let (front, body) = rest.split_once("\n---\n").ok_or_else(missing)?;
    let lines: Vec<(usize, &str)> = front.lines().enumerate().map(|(index, line)| (index + 2, line)).collect();
    Ok((fields(&lines)?, front.lines().count() + 3, body))
}

/// Cuts `body`, whose first line has the number `first`, into its parts.
///
/// # Errors
/// With the line, when a directive does not end or a line in it is no field.
pub fn parts(body: &str, first: usize) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    let (mut prose, mut begun) = (String::new(), first);
    let mut lines = body.lines().enumerate().map(|(index, line)| (first + index, line));
    let mut fence: Option<&str> = None;
    while let Some((number, line)) = lines.next() {
        let word = line.strip_prefix("```").map(|info| info.split_whitespace().collect::<Vec<_>>());
        let known = word.as_ref().and_then(|words| WORDS.iter().find(|word| words.first() == Some(word)));
        match (fence, known) {
            // Inside code that is shown as it stands nothing means anything.
            (Some(mark), _) => {
                if line.trim_end() == mark {
                    fence = None;
                }
            }
            (None, Some(word)) => {
                flush(&mut prose, begun, &mut parts);
                let inside = inside(&mut lines)
                    .ok_or_else(|| anyhow!("{number}: the {word} does not end: a line “```” is missing"))?;
                begun = inside.last().map_or(number, |(last, _)| *last) + 2;
                // The word is one of them, so the line has a fence.
                let key = line.trim_start_matches('`').trim().strip_prefix(word).unwrap_or_default().trim().to_owned();
                parts.push(Part::Directive(Directive { line: number, word, key, fields: fields(&inside)? }));
                continue;
            }
            (None, None) if line.starts_with("```") => fence = Some("```"),
            (None, None) => {}
        }
        if fence.is_none()
            && let Some((level, words)) = heading(line)
        {
            flush(&mut prose, begun, &mut parts);
            parts.push(Part::Heading(number, level, words.to_owned()));
            begun = number + 1;
            continue;
        }
        prose.push_str(line);
        prose.push('\n');
    }
    flush(&mut prose, begun, &mut parts);
    Ok(parts)
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let second = line.strip_prefix("## ").map(|words| (2, words.trim()));
    second.or_else(|| line.strip_prefix("### ").map(|words| (3, words.trim())))
}

fn flush(prose: &mut String, begun: usize, parts: &mut Vec<Part>) {
    if !prose.trim().is_empty() {
        parts.push(Part::Prose(begun, core::mem::take(prose)));
    }
    prose.clear();
}

/// The lines up to the end of a fence; `None` when it has none.
fn inside<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>) -> Option<Vec<(usize, &'a str)>> {
    let mut found = Vec::new();
    for (number, line) in lines {
        if line.trim_end() == "```" {
            return Some(found);
        }
        found.push((number, line));
    }
    None
}

/// `name: value` line by line; a line that begins with spaces goes on with the one before.
fn fields(lines: &[(usize, &str)]) -> Result<Vec<Field>> {
    let mut fields: Vec<Field> = Vec::new();
    for (number, line) in lines {
        let continues = line.starts_with("  ") || line.trim().is_empty();
        match (fields.last_mut(), line.split_once(':')) {
            (Some((_, value, _)), _) if continues => {
                value.push('\n');
                value.push_str(line.trim());
            }
            (_, Some((name, value))) if !name.contains(' ') && !continues => {
                fields.push((name.trim().to_owned(), value.trim().to_owned(), *number));
            }
            (None, None) if line.trim().is_empty() => {}
            _ => bail!(
                "{number}: “{}” is no field; write “name: value”, or begin with two spaces to go on with the field before",
                line.trim()
            ),
        }
    }
    for (_, value, _) in &mut fields {
        *value = value.trim().to_owned();
    }
    Ok(fields)
}

impl Directive {
    /// The value of the field `name` and its line.
    ///
    /// # Errors
    /// When there is none.
    pub fn need(&self, name: &str) -> Result<(&str, usize)> {
        self.get(name).ok_or_else(|| anyhow!("{}: a {} needs a field “{name}: …”", self.line, self.word))
    }

    /// The same, where it may be missing.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<(&str, usize)> {
        self.fields.iter().find(|(field, ..)| field == name).map(|(_, value, line)| (value.as_str(), *line))
    }

    /// Every value of a field that may repeat.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, usize)> {
        self.fields.iter().filter(move |(field, ..)| field == name).map(|(_, value, line)| (value.as_str(), *line))
    }

    /// Its name.
    ///
    /// # Errors
    /// When it has none, or one that is not lower case with dashes.
    pub fn named(&self) -> Result<String> {
        named(&self.key).map_err(|what| anyhow!("{}: the {} {what}", self.line, self.word))
    }

    /// Refuses fields that it does not have, and those that stand there twice though they may not.
    ///
    /// # Errors
    /// With the line of the first.
    pub fn only(&self, once: &[&str], repeated: &[&str]) -> Result<()> {
        let mut seen: Vec<&str> = Vec::new();
        for (name, _, line) in &self.fields {
            if repeated.contains(&name.as_str()) {
                continue;
            }
            if !once.contains(&name.as_str()) {
                let known: Vec<&str> = once.iter().chain(repeated).copied().collect();
                bail!("{line}: a {} has no field “{name}”; it has {}", self.word, known.join(", "));
            }
            if seen.contains(&name.as_str()) {
                bail!("{line}: the field “{name}” stands there twice");
            }
            seen.push(name);
        }
        Ok(())
    }
}

/// Lower case with dashes, or what is wrong.
///
/// # Errors
/// A half sentence.
pub fn named(key: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if key.is_empty() {
        return Err("needs a name after its word, lower case with dashes".to_owned());
    }
    if key.chars().all(fits) {
        Ok(key.to_owned())
    } else {
        Err(format!("has the name “{key}”; write it lower case with dashes"))
    }
}

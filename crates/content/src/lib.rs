//! The compiler of what the page shows as text: the files of the algorithms, and the prose of `content/`.
//!
//! It runs before each build ([`compile`]); a missing file, a scenario that is refused, a condition on a measure that
//! does not exist fail it. The page fetches the results one by one, as JSON with HTML in it that was written here and
//! escaped here. Read next: [`code`] for the files, [`course`] for lessons, walkthroughs and exercises, [`lesson`] for
//! the introductions of the labs, [`labs`] for what their declarations say.

pub mod blocks;
pub mod code;
pub mod course;
pub mod directive;
pub mod formula;
pub mod labs;
pub mod lesson;
pub mod prose;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use headroom::labs::catalogue;
use serde_json::{Map, Value, json};

/// A compiled text.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    /// `code`, `lessons` (the introductions of the labs), `labs` (what else there is to read of them) or `course`.
    pub room: &'static str,
    /// What the page asks for: a file's path, a lab's key.
    pub key: String,
    /// What it gets.
    pub json: Value,
}

/// Compiles everything below `root`, the folder of the repository.
///
/// # Errors
/// Everything that is wrong with the first text that is wrong, with its file and line.
pub fn compile(root: &Path) -> Result<Vec<Compiled>> {
    let mut all = Vec::new();
    let files = catalogue().flat_map(|lab| lab.policies).map(|about| about.file);
    // Several policies may share a file.
    for file in files.collect::<std::collections::BTreeSet<_>>() {
        let text = fs::read_to_string(root.join(file)).with_context(|| format!("{file}, named by a registry"))?;
        let json = code::compile(file, &text).with_context(|| file.to_owned())?;
        all.push(Compiled { room: "code", key: file.to_owned(), json });
    }
    for (key, lesson) in lessons(root)? {
        all.push(Compiled { room: "lessons", key, json: lesson.json() });
    }
    all.extend(labs::compile());
    let texts = course::course(root)?;
    let entries: Vec<_> = texts.iter().map(|text| &text.entry).collect();
    all.push(Compiled { room: "course", key: "list".to_owned(), json: serde_json::to_value(entries)? });
    for text in texts.iter().filter(|text| text.entry.coming.is_none()) {
        let key = format!("{}/{}", text.entry.kind.route(), text.entry.key);
        all.push(Compiled { room: "course", key, json: serde_json::to_value(text)? });
    }
    Ok(all)
}

/// The introduction of each lab that has one, read and checked.
///
/// # Errors
/// As [`compile`].
pub fn lessons(root: &Path) -> Result<BTreeMap<String, lesson::Lesson>> {
    let mut lessons = BTreeMap::new();
    for lab in catalogue() {
        let file = format!("content/labs/{}.md", lab.key);
        if let Ok(text) = fs::read_to_string(root.join(&file)) {
            lessons.insert(lab.key.to_owned(), lesson::Lesson::read(&text).with_context(|| file)?);
        }
    }
    Ok(lessons)
}

/// Writes every text into `folder`, a file each, and an index of their names. Each name changes with its content, so a
/// file that some cache holds is never an old one. Returns the name of the index.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(folder: &Path, all: &[Compiled]) -> Result<String> {
    fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    let mut index: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for compiled in all {
        let stem = compiled.key.trim_end_matches(".rs").replace('_', "-");
        let stem = if compiled.room == "course" {
            stem.replace('/', "-")
        } else {
            stem.rsplit('/').next().unwrap_or_default().to_owned()
        };
        let name = write_named(folder, &format!("{}-{stem}", compiled.room), &compiled.json)?;
        index.entry(compiled.room).or_default().insert(compiled.key.clone(), name.into());
    }
    write_named(folder, "index", &json!(index))
}

fn write_named(folder: &Path, stem: &str, json: &Value) -> Result<String> {
    let text = json.to_string();
    let name = format!("{stem}-{:016x}.json", content_hash(text.as_bytes()));
    fs::write(folder.join(&name), text).with_context(|| name.clone())?;
    Ok(name)
}

/// FNV-1a, 64 bits: tells versions apart; nobody has to be kept from forging one.
fn content_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// `text` with the four characters that mean something in HTML written as entities.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
    html
}

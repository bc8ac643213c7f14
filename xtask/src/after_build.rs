//! trunk's last step, in the folder where it puts the build together, for development and release alike:
//!
//! - the styles are joined, and those of the shell copied into `index.html` (`styles.rs`);
//! - `index.html` learns the name of the index of the compiled texts (a block of data, `headroom-content`);
//! - the programs are finished (`programs.rs`); `index.html` learns their names (blocks of data: `headroom-page`,
//!   `headroom-lessons`, `headroom-workers`), and with the lessons' the name of their styles, a file of their own;
//! - trunk's inline script that reloads a served page becomes a file, as the Content-Security-Policy asks;
//! - the service worker learns which files to keep (release builds only: in development a cache is in the way).
//!
//! Nothing here has an integrity attribute (`no_sri` in Trunk.toml), so files may still be changed.

use crate::programs::{self, Named, WORKER};
use crate::project::Project;
use crate::styles::{Styles, join_styles};
use anyhow::{Context, Result, ensure};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// `cargo xtask after-build`
pub fn run(project: &Project, _arguments: &[String]) -> Result<()> {
    let folder = PathBuf::from(env::var_os("TRUNK_STAGING_DIR").context("only trunk runs this, see Trunk.toml")?);
    let release = env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    let index = folder.join("index.html");
    let mut html = fs::read_to_string(&index)?;

    join_styles(&folder, &project.root.join("static/styles"), &mut html)?;
    without_remarks(&folder, &mut html)?;
    let styles = Styles::write(&folder, &project.root.join("static/styles"))?;
    let programs = programs_block(&programs::finish(project, &folder, release)?, &styles, &mut html)?;
    let block = format!(r#"<script type="application/json" id="headroom-build">{{"offline":{release}}}</script>"#);
    let texts = content_block(&folder)?;
    html = before(&html, "</head>", &(programs + &texts + &block))?;
    if let Some(script) = take_inline_script(&mut html) {
        fs::write(folder.join("reload.js"), reload_script(&script))?;
        html = before(&html, "</body>", r#"<script src="./reload.js"></script>"#)?;
    }
    ensure!(
        take_inline_script(&mut html.clone()).is_none(),
        "index.html has an inline script, which its policy refuses"
    );
    fs::write(&index, without(&html, "<!--", "-->"))?;
    keep_for_offline(&folder)
}

/// Puts `addition` in front of the last `mark`.
pub fn before(html: &str, mark: &str, addition: &str) -> Result<String> {
    let (head, tail) = html.rsplit_once(mark).with_context(|| format!("index.html has no {mark}"))?;
    Ok([head, addition, mark, tail].concat())
}

/// The text without what stands from each `begin` to the next `end`.
pub fn without(text: &str, begin: &str, end: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(begin) {
        kept.push_str(before.trim_end_matches(' '));
        rest = after.split_once(end).map_or("", |(_, after)| after);
    }
    kept + rest
}

/// The script that starts the page, without its lines of comments, under a name that follows what is left.
fn without_remarks(folder: &Path, html: &mut String) -> Result<()> {
    let is_boot = |name: &String| name.starts_with("boot-") && name.ends_with(".js");
    let name = file_names(folder)?.into_iter().find(is_boot).context("the build has no boot-….js")?;
    let text = fs::read_to_string(folder.join(&name))?;
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//") && !line.trim().is_empty());
    let kept: String = lines.flat_map(|line| [line, "\n"]).collect();
    let new_name = format!("boot-{:016x}.js", content_hash([kept.as_bytes()]));
    fs::remove_file(folder.join(&name))?;
    fs::write(folder.join(&new_name), kept)?;
    *html = html.replace(&name, &new_name);
    Ok(())
}

/// Writes the names of the programs into the page: the page's own where trunk put it, the lessons' and the workers' as blocks
/// of data. boot.js fetches the worker of the lab that is opened: without that it would be asked for only after the page
/// has started, one round trip later.
fn programs_block(programs: &[Named], styles: &Styles, html: &mut String) -> Result<String> {
    let mut workers = serde_json::Map::new();
    let mut lessons = None;
    for program in programs {
        if let Some(lab) = program.name.strip_prefix(WORKER) {
            workers.insert(lab.to_owned(), program.block());
        } else if program.name == "headroom-lessons" {
            let mut block = program.block();
            block["styles"] = styles.lessons.as_str().into();
            lessons = Some(block);
        } else {
            let block = format!(r#"{{"glue":"./{}","module":"./{}"}}"#, program.before.0, program.before.1);
            ensure!(html.contains(&block), "index.html does not name the files of {}", program.name);
            let mut named = program.block();
            named["later"] = styles.later.as_str().into();
            *html = html.replace(&block, &named.to_string());
            *html = html.replace(&program.before.0, &program.glue).replace(&program.before.1, &program.module);
        }
    }
    ensure!(!workers.is_empty(), "the build has no worker");
    let lessons = lessons.context("the build has no lessons")?;
    let workers = serde_json::Value::Object(workers);
    Ok(format!(
        r#"<script type="application/json" id="headroom-workers">{workers}</script><script type="application/json" id="headroom-lessons">{lessons}</script>"#
    ))
}

/// Where the page finds the texts that `crates/content` compiled: the name of their index.
fn content_block(folder: &Path) -> Result<String> {
    let is_index = |name: &String| name.starts_with("index-") && name.ends_with(".json");
    let index = file_names(&folder.join("content")).context("the build has no content/")?.into_iter().find(is_index);
    let index = index.context("content/ has no index")?;
    Ok(format!(r#"<script type="application/json" id="headroom-content">{{"index":"{index}"}}</script>"#))
}

/// Cuts the first script without attributes out of the text.
fn take_inline_script(html: &mut String) -> Option<String> {
    let start = html.find("<script>")?;
    let end = start + html[start..].find("</script>")?;
    let script = html[start + "<script>".len()..end].to_owned();
    html.replace_range(start..end + "</script>".len(), "");
    Some(script)
}

/// trunk fills these in when it serves HTML; a file has to find out for itself.
fn reload_script(script: &str) -> String {
    script
        .replace("'{{__TRUNK_ADDRESS__}}'", "window.location.host")
        .replace("'{{__TRUNK_WS_BASE__}}'", "new URL('.', document.baseURI).pathname")
}

/// Writes the list of files and the version of the whole into the service worker.
fn keep_for_offline(folder: &Path) -> Result<()> {
    let worker = folder.join("service-worker.js");
    let mut names = Vec::new();
    collect(folder, "", &mut names)?;
    names.retain(|name| name != "service-worker.js" && !name.ends_with(".map") && !name.starts_with('.'));
    names.sort();
    let mut parts = Vec::new();
    for name in &names {
        parts.push(name.clone().into_bytes());
        parts.push(fs::read(folder.join(name))?);
    }
    let version = format!("{:016x}", content_hash(parts.iter().map(Vec::as_slice)));
    // The address people open is the folder's, not index.html's.
    let addresses = names.iter().map(|name| if name == "index.html" { "./".to_owned() } else { format!("./{name}") });
    let list = serde_json::to_string(&addresses.collect::<Vec<_>>())?;
    let text = fs::read_to_string(&worker)?;
    ensure!(text.contains("{{VERSION}}") && text.contains(r#"["{{FILES}}"]"#), "service-worker.js has lost its marks");
    fs::write(&worker, text.replace("{{VERSION}}", &version).replace(r#"["{{FILES}}"]"#, &list))?;
    Ok(())
}

/// Every file below the folder, as `sub/folder/name`.
fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

pub fn file_names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    collect(folder, "", &mut names)?;
    Ok(names)
}

/// FNV-1a, 64 bits: tells versions apart; nobody has to be kept from forging one.
pub fn content_hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let bytes = parts.into_iter().flatten();
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // Test vectors of the FNV authors.
        assert_eq!(content_hash([&b""[..]]), 0xcbf2_9ce4_8422_2325);
        assert_eq!(content_hash([&b"foo"[..], &b"bar"[..]]), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn an_inline_script_is_cut_out_and_data_and_files_stay() {
        let mut html =
            r#"<script type="application/json">{}</script><script src="a.js"></script><script>go()</script>!"#
                .to_owned();
        assert_eq!(take_inline_script(&mut html).as_deref(), Some("go()"));
        assert_eq!(html, r#"<script type="application/json">{}</script><script src="a.js"></script>!"#);
        assert_eq!(take_inline_script(&mut html), None);
    }

    /// A folder of this test alone, gone when it ends.
    pub struct Folder(pub PathBuf);

    impl Folder {
        pub fn new(name: &str) -> Result<Self> {
            let path = env::temp_dir().join(format!("headroom-{name}-{}", std::process::id()));
            fs::create_dir_all(&path)?;
            Ok(Self(path))
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    #[test]
    fn what_is_only_for_who_writes_is_not_sent() -> Result<()> {
        let folder = Folder::new("boot")?;
        fs::write(folder.0.join("boot-1.js"), "// what\nrun('//');\n\n  // why\n  stop();\n")?;
        let mut html = r#"<script src="boot-1.js">"#.to_owned();
        without_remarks(&folder.0, &mut html)?;
        let name = file_names(&folder.0)?.pop().context("it is gone")?;
        assert_eq!(html, format!(r#"<script src="{name}">"#));
        assert_eq!(fs::read_to_string(folder.0.join(name))?, "run('//');\n  stop();\n");
        Ok(())
    }

    #[test]
    fn the_index_of_the_texts_is_named_and_a_build_without_texts_fails() -> Result<()> {
        let folder = Folder::new("texts")?;
        assert!(content_block(&folder.0).is_err());
        fs::create_dir_all(folder.0.join("content"))?;
        fs::write(folder.0.join("content/code-a-1.json"), "{}")?;
        assert!(content_block(&folder.0).is_err());
        fs::write(folder.0.join("content/index-12.json"), "{}")?;
        assert!(content_block(&folder.0)?.contains(r#"{"index":"index-12.json"}"#));
        Ok(())
    }

    fn named(name: &str, before: &str) -> Named {
        let (glue, module) = (format!("{name}-1.js"), format!("{name}-1_bg.wasm"));
        Named {
            name: name.to_owned(),
            before: (format!("{before}.js"), format!("{before}_bg.wasm")),
            glue,
            module,
            rest: None,
        }
    }

    #[test]
    fn every_program_is_named_and_a_build_without_workers_fails() -> Result<()> {
        let page = named("headroom-page", "headroom-page-0");
        let lessons = named("headroom-lessons", "headroom-lessons");
        let worker = named("headroom-worker-a", "headroom-worker-a");
        let index =
            r#"<link href="./headroom-page-0.js">{"glue":"./headroom-page-0.js","module":"./headroom-page-0_bg.wasm"}"#;
        let styles = Styles { lessons: "s".to_owned(), later: "l".to_owned() };
        assert!(programs_block(&[lessons, page], &styles, &mut index.to_owned()).is_err());
        let (page, lessons) = (named("headroom-page", "headroom-page-0"), named("headroom-lessons", ""));
        let page = Named { rest: Some("r".to_owned()), ..page };
        let mut html = index.to_owned();
        let block = programs_block(&[lessons, page, worker], &styles, &mut html)?;
        assert!(block.contains(r#""a":{"glue":"./headroom-worker-a-1.js""#), "{block}");
        assert!(html.contains(r#"<link href="./headroom-page-1.js">"#), "{html}");
        assert!(html.contains(r#""later":"l""#) && html.contains(r#""rest":"./r""#), "{html}");
        assert!(block.contains(r#""styles":"s""#), "{block}");
        Ok(())
    }

    #[test]
    fn the_service_worker_keeps_every_file_and_its_version_follows_their_content() -> Result<()> {
        let template = "const VERSION = \"{{VERSION}}\"; const FILES = [\"{{FILES}}\"];";
        let folder = Folder::new("offline")?;
        fs::create_dir_all(folder.0.join("content"))?;
        let write = |lesson: &str| -> Result<String> {
            fs::write(folder.0.join("service-worker.js"), template)?;
            fs::write(folder.0.join("index.html"), "")?;
            fs::write(folder.0.join("content/lesson.json"), lesson)?;
            keep_for_offline(&folder.0)?;
            Ok(fs::read_to_string(folder.0.join("service-worker.js"))?)
        };
        let first = write("1")?;
        assert!(first.ends_with(r#"FILES = ["./content/lesson.json","./"];"#), "{first}");
        assert_eq!(write("1")?, first);
        assert_ne!(write("2")?, first);
        Ok(())
    }

    #[test]
    fn an_addition_goes_before_the_last_mark() -> Result<()> {
        assert_eq!(before("a</b>c</b>d", "</b>", "+")?, "a</b>c+</b>d");
        assert!(before("a", "</b>", "+").is_err());
        Ok(())
    }
}

//! The styles of a build: sheets that import others become one file, named by its content.
//!
//! One request instead of a chain; those of the shell go into `index.html`, so that it is painted at once; those that only lessons or the
//! rest of the page's program need are files of their own. It knows no program. Read next: `static/styles/main.css`.

use crate::after_build::{before, content_hash, file_names, without};
use anyhow::{Context, Result, ensure};
use base64::Engine;
use sha2::Digest;
use std::fs;
use std::path::Path;

/// Replaces each `@import "./name.css";` by that file, and names the result by its content.
///
/// What main.css says itself dresses the shell; it goes into index.html, allowed by its hash, so that the shell is painted as soon
/// as it is there. The link to the rest moves to the end of the page, where it holds nothing up. Where a host's own policy refuses
/// the inline part, boot.js links it as a file (a block of data, `headroom-base`).
pub fn join_styles(folder: &Path, sources: &Path, html: &mut String) -> Result<()> {
    let is_main = |name: &String| name.starts_with("main-") && name.ends_with(".css");
    let name = file_names(folder)?.into_iter().find(is_main).context("the build has no main-….css")?;
    let (imported, base) = with_imports(&folder.join(&name), sources)?;
    let (imported, base) = (without_comments(&imported), without_comments(&base));
    let new_name = format!("main-{:016x}.css", content_hash([imported.as_bytes()]));
    fs::remove_file(folder.join(&name))?;
    fs::write(folder.join(&new_name), imported)?;
    let base_name = format!("base-{:016x}.css", content_hash([base.as_bytes()]));
    fs::write(folder.join(&base_name), &base)?;
    *html = html.replace(&name, &new_name);

    let at = html.find(&new_name).context("index.html does not name its styles")?;
    let start = html[..at].rfind("<link").context("the styles are not linked")?;
    let end = at + html[at..].find('>').context("the link of the styles does not end")? + 1;
    let link = html[start..end].to_owned();
    html.replace_range(start..end, "");
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(&base));
    ensure!(html.contains("style-src 'self';"), "the policy in index.html does not say where styles may come from");
    *html = html.replace("style-src 'self';", &format!("style-src 'self' 'sha256-{hash}';"));
    let block = format!(r#"<script type="application/json" id="headroom-base">{{"styles":"./{base_name}"}}</script>"#);
    *html = before(html, "</head>", &format!("<style>{base}</style>{block}"))?;
    *html = before(html, "</body>", &link)?;
    Ok(())
}

/// What a file of styles imports, joined, and what it says itself.
fn with_imports(file: &Path, sources: &Path) -> Result<(String, String)> {
    let (mut imported, mut own) = (String::new(), String::new());
    for line in fs::read_to_string(file).with_context(|| format!("there is no {}", file.display()))?.lines() {
        match line.trim().strip_prefix("@import \"./").and_then(|rest| rest.strip_suffix("\";")) {
            Some(import) => {
                let import = sources.join(import);
                imported += &fs::read_to_string(&import)
                    .with_context(|| format!("{} imports {}", file.display(), import.display()))?;
                imported.push('\n');
            }
            None => own = own + line + "\n",
        }
    }
    Ok((imported, own))
}

/// Styles without what is only for who writes them. No string in ours has the signs of a comment.
fn without_comments(styles: &str) -> String {
    without(styles, "/*", "*/")
}

/// Styles that are not needed at once: the names of their files.
pub struct Styles {
    /// For the lessons.
    pub lessons: String,
    /// For what comes with the rest of the page's program.
    pub later: String,
}

impl Styles {
    /// Writes them into the folder of the build.
    pub fn write(folder: &Path, sources: &Path) -> Result<Self> {
        Ok(Self {
            lessons: name_styles(folder, "headroom-lessons", sources, "lessons.css")?,
            later: name_styles(folder, "headroom-later", sources, "later.css")?,
        })
    }
}

/// Puts the styles of `source`, with what it imports, into a file of their own, named by its content.
fn name_styles(folder: &Path, name: &str, sources: &Path, source: &str) -> Result<String> {
    let (imported, own) = with_imports(&sources.join(source), sources)?;
    let text = without_comments(&(imported + &own));
    let file = format!("{name}-{:016x}.css", content_hash([text.as_bytes()]));
    fs::write(folder.join(&file), text)?;
    Ok(format!("./{file}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::after_build::tests::Folder;

    #[test]
    fn styles_are_sent_without_comments() {
        assert_eq!(without_comments("/* one\n line */\na { b: c; } /* two */\n/*"), "\na { b: c; }\n");
    }

    #[test]
    fn imported_styles_are_joined_and_the_name_follows_the_content() -> Result<()> {
        let folder = Folder::new("styles")?;
        let sources = Folder::new("sources")?;
        fs::write(folder.0.join("main-1.css"), "@import \"./stage.css\";\nb {}\n")?;
        fs::write(sources.0.join("stage.css"), "a {}")?;
        let mut html = r#"<head>style-src 'self';<link href="./main-1.css"/></head><body></body>"#.to_owned();
        join_styles(&folder.0, &sources.0, &mut html)?;
        let (main, base) = ("a {}\n", "b {}\n");
        let name = format!("main-{:016x}.css", content_hash([main.as_bytes()]));
        let base_name = format!("base-{:016x}.css", content_hash([base.as_bytes()]));
        // The hash: `printf 'b {}\n' | openssl dgst -sha256 -binary | base64`.
        let policy = "style-src 'self' 'sha256-rvctu8RNTD1SR9Py24sbLtWSVcPr4KZIjtaRQp5gCt8=';";
        let block =
            format!(r#"<script type="application/json" id="headroom-base">{{"styles":"./{base_name}"}}</script>"#);
        assert_eq!(
            html,
            format!(r#"<head>{policy}<style>{base}</style>{block}</head><body><link href="./{name}"/></body>"#)
        );
        assert_eq!(fs::read_to_string(folder.0.join(name))?, main);
        assert_eq!(fs::read_to_string(folder.0.join(base_name))?, base);
        assert_eq!(file_names(&folder.0)?.len(), 2);
        Ok(())
    }

    #[test]
    fn an_import_of_a_style_that_is_not_there_fails_the_build() -> Result<()> {
        let folder = Folder::new("missing")?;
        fs::write(folder.0.join("main-1.css"), "@import \"./none.css\";\n")?;
        assert!(join_styles(&folder.0, &folder.0, &mut String::new()).is_err());
        Ok(())
    }

    #[test]
    fn the_styles_of_a_program_are_named_by_their_content_and_have_to_be_there() -> Result<()> {
        let folder = Folder::new("own-styles")?;
        let named = || name_styles(&folder.0, "lessons", &folder.0, "source.css");
        assert!(named().is_err());
        fs::write(folder.0.join("source.css"), "@import \"./other.css\";\na {}\n")?;
        assert!(named().is_err());
        fs::write(folder.0.join("other.css"), "b {}\n")?;
        let first = named()?;
        assert_eq!(fs::read_to_string(folder.0.join(&first))?, "b {}\n\na {}\n");
        fs::write(folder.0.join("other.css"), "c {}\n")?;
        assert_ne!(named()?, first);
        Ok(())
    }
}

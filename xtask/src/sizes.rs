//! How large the built files are, as a host sends them, and whether the first lab stays inside its budget.

use anyhow::{Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;
use std::path::Path;

/// All that has to be there before the first lab runs, gzip, in bytes: beyond this a build fails. docs/decisions.md tells how it is
/// kept.
const LIMIT: usize = 200_000;
/// How the files of the first lab's worker begin. index.html names the workers of all labs; a lab loads its own.
const FIRST_WORKER: &str = "headroom-worker-balancing-";

/// What a file belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Page,
    Worker,
    Later,
}

struct Sized {
    name: String,
    part: Part,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Prints the table.
///
/// # Errors
/// When the files that the first lab needs are over the budget.
pub fn report(dist: &Path) -> Result<()> {
    let index = fs::read_to_string(dist.join("index.html"))?;
    let mut files = Vec::new();
    measure(dist, "", &index, &mut files)?;
    files.sort_by(|left, right| left.name.cmp(&right.name));

    println!("\n{:52} {:>10} {:>10} {:>10}", "bytes", "raw", "gzip", "brotli");
    for (part, title) in [(Part::Page, "page"), (Part::Worker, "worker"), (Part::Later, "not needed for the first lab")]
    {
        let of_part: Vec<&Sized> = files.iter().filter(|file| file.part == part).collect();
        println!("{title}");
        // Lessons are many; what is not needed at first is summed up by folder.
        for file in of_part.iter().filter(|file| part != Part::Later || !file.name.contains('/')) {
            println!("  {:50} {:>10} {:>10} {:>10}", file.name, file.raw, file.gzip, file.brotli);
        }
        print_total("  in all", &of_part);
    }
    let first: Vec<&Sized> = files.iter().filter(|file| file.part != Part::Later).collect();
    print_total("what the first lab runs with", &first);
    let rest: Vec<&Sized> = files.iter().filter(|file| file.part == Part::Later && follows(&file.name)).collect();
    print_total("what follows when it runs", &rest);
    let gzip: usize = first.iter().map(|file| file.gzip).sum();
    ensure!(gzip <= LIMIT, "the first lab needs {gzip} bytes (gzip); the limit is {LIMIT}");
    Ok(())
}

fn print_total(title: &str, files: &[&Sized]) {
    let sum = |size: fn(&Sized) -> usize| files.iter().map(|file| size(file)).sum::<usize>();
    println!("{title:52} {:>10} {:>10} {:>10}", sum(|file| file.raw), sum(|file| file.gzip), sum(|file| file.brotli));
}

fn measure(folder: &Path, prefix: &str, index: &str, files: &mut Vec<Sized>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            measure(&entry.path(), &format!("{name}/"), index, files)?;
            continue;
        }
        let bytes = fs::read(entry.path())?;
        let part = part_of(&name, index);
        files.push(Sized { part, raw: bytes.len(), gzip: gzip(&bytes)?.len(), brotli: brotli(&bytes)?.len(), name });
    }
    Ok(())
}

/// Whether a file is fetched by itself once the first lab runs: the rest of its programs, and the styles of that.
fn follows(name: &str) -> bool {
    name.starts_with("headroom-later-") || name.ends_with("_rest.wasm")
}

/// The first lab needs index.html, the programs and styles that it names, and snippets that a program imports.
fn part_of(name: &str, index: &str) -> Part {
    let program = [".js", ".css", ".wasm"].iter().any(|ending| name.ends_with(ending));
    if name.ends_with("_rest.wasm") || name.starts_with("headroom-later-") || name.starts_with("base-") {
        // Fetched when the first lab runs already.
        Part::Later
    } else if name.starts_with(FIRST_WORKER) {
        Part::Worker
    } else if name.starts_with("headroom-worker-") || name.starts_with("headroom-lessons-") {
        Part::Later
    } else if name == "index.html" || name.starts_with("snippets/") || (program && index.contains(name)) {
        Part::Page
    } else {
        Part::Later
    }
}

/// As GitHub Pages and most servers send text and Wasm.
///
/// # Errors
/// Never in practice: it writes into memory.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut output = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut output, &parameters)?;
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_index_html_names_counts_for_the_first_lab() {
        let index =
            r#"<link href="./main-1.css"><script src="./boot-2.js"></script><link href="./icons/headroom.svg">"#;
        assert!(part_of("main-1.css", index) == Part::Page);
        assert!(part_of("boot-2.js", index) == Part::Page);
        assert!(part_of("headroom-worker-balancing-3_bg.wasm", index) == Part::Worker);
        assert!(part_of("headroom-worker-balancing-3_rest.wasm", index) == Part::Later);
        assert!(part_of("headroom-page-3_rest.wasm", r#"{"rest":"./headroom-page-3_rest.wasm"}"#) == Part::Later);
        assert!(part_of("headroom-later-3.css", r#"{"later":"./headroom-later-3.css"}"#) == Part::Later);
        assert!(part_of("headroom-worker-locks-3_bg.wasm", index) == Part::Later);
        assert!(part_of("headroom-lessons-3_bg.wasm", "headroom-lessons-3_bg.wasm") == Part::Later);
        assert!(part_of("icons/headroom.svg", index) == Part::Later);
        assert!(part_of("service-worker.js", index) == Part::Later);
        assert!(part_of("content/balancing.json", index) == Part::Later);
    }
}

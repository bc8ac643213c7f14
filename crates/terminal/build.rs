//! Gathers the exercises of `content/exercises/`, so that a new one needs no line of Rust.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let folder = manifest.join("../../content/exercises");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names: Vec<String> =
        fs::read_dir(&folder)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.retain(|name| name.ends_with(".md"));
    names.sort();
    let mut list = String::from("&[");
    for name in names {
        let text = fs::read_to_string(folder.join(&name))?;
        write!(list, "({name:?}, {text:?}),")?;
    }
    list.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("exercises.rs"), list)?;
    Ok(())
}

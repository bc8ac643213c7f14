//! Compiles the texts of the page: into the folder of trunk's build, or into the folder that is named, or nowhere, to
//! see whether they are right.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = manifest.ancestors().nth(2).context("the package lies in crates/ of the repository")?;
    let all = headroom_content::compile(root)?;
    let named = std::env::args_os().nth(1).map(PathBuf::from);
    let staged = || std::env::var_os("TRUNK_STAGING_DIR").map(|folder| PathBuf::from(folder).join("content"));
    match named.or_else(staged) {
        Some(folder) => headroom_content::write(&folder, &all).map(|_| ()),
        None => {
            println!("{} texts are right", all.len());
            Ok(())
        }
    }
}

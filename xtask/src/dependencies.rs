//! What the project stands on. Checked everywhere: every package comes from crates.io or from this repository, and has
//! a licence that suits an MIT project. Checked where RustSec's database can be reached: known vulnerabilities.

use crate::project::Project;
use crate::test::Outcome;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use xshell::cmd;

/// Licences that ask for no more than to be named.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];
const DATABASE: &str = "https://github.com/rustsec/advisory-db";

/// The step of `cargo xtask test`.
pub fn check(project: &Project) -> Result<Outcome> {
    let text = cmd!(project.shell, "cargo metadata --format-version 1 --locked").quiet().read()?;
    let metadata: Value = serde_json::from_str(&text)?;
    let packages = metadata["packages"].as_array().context("cargo names no packages")?;
    let mut complaints = Vec::new();
    for package in packages {
        let name =
            format!("{} {}", package["name"].as_str().unwrap_or("?"), package["version"].as_str().unwrap_or("?"));
        // The project's own packages have no source.
        if let Some(source) = package["source"].as_str()
            && source != "registry+https://github.com/rust-lang/crates.io-index"
        {
            complaints.push(format!("{name} comes from {source}"));
        }
        match package["license"].as_str() {
            Some(licence) if suits(licence) => {}
            Some(licence) => complaints.push(format!("{name} has the licence {licence}")),
            None => complaints.push(format!("{name} names no licence")),
        }
    }
    ensure!(complaints.is_empty(), "{}", complaints.join("; "));
    println!("{} packages: sources and licences are in order", packages.len());
    vulnerabilities(project)
}

/// RustSec's database is fetched from its repository; without it there is nothing to compare with.
fn vulnerabilities(project: &Project) -> Result<Outcome> {
    let reached = cmd!(
        project.shell,
        "git -c http.lowSpeedLimit=1 -c http.lowSpeedTime=20 ls-remote --quiet --exit-code {DATABASE} HEAD"
    )
    .env("GIT_TERMINAL_PROMPT", "0")
    .quiet()
    .ignore_stdout()
    .ignore_stderr();
    if reached.run().is_err() {
        return Ok(Outcome::Skipped(format!(
            "sources and licences are in order; known vulnerabilities were not looked up, as {DATABASE} cannot be reached from here"
        )));
    }
    if project.find("cargo-audit").is_none() {
        let root = project.tools();
        eprintln!("Building cargo-audit from source into {}, once.", root.display());
        cmd!(project.shell, "cargo install cargo-audit --locked --root {root}").run()?;
    }
    cmd!(project.shell, "cargo audit --deny unsound --deny yanked").run()?;
    Ok(Outcome::Passed)
}

/// Whether an SPDX expression leaves a choice that is on the list.
fn suits(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], " ").replace('/', " OR ");
    // `A AND (B OR C)` without brackets reads as `A AND B OR C`: each term joined by AND must offer one on the list.
    plain.split(" AND ").all(|term| term.split(" OR ").any(|name| LICENCES.contains(&name.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_suits_when_every_part_leaves_a_permissive_choice() {
        for fine in
            ["MIT", "MIT OR Apache-2.0", "MIT/Apache-2.0", "Unlicense/MIT", "(MIT OR GPL-3.0-only) AND Unicode-3.0"]
        {
            assert!(suits(fine), "{fine}");
        }
        for not in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "AGPL-3.0-or-later OR SSPL-1.0", ""] {
            assert!(!suits(not), "{not}");
        }
    }
}

//! `cargo xtask doctor`: what is needed, what is there, how to get the rest. Changes nothing.

use crate::browsers::{CHROMEDRIVER, CHROMIUM, FIREFOX, NODE, Outside};
use crate::project::Project;
use crate::tools::{self, Tool};
use anyhow::Result;
use std::path::Path;
use xshell::cmd;

struct Finding {
    name: String,
    found: Option<String>,
    for_what: &'static str,
    advice: String,
}

/// `cargo xtask doctor`
pub fn run(project: &Project, _arguments: &[String]) -> Result<()> {
    let browsers = [
        (NODE, "build, test"),
        (CHROMIUM, "test, e2e, shots"),
        (CHROMEDRIVER, "test"),
        (FIREFOX, "test (left out with a word where it cannot be had)"),
    ];
    let mut findings = vec![
        compiler(project),
        target(project)?,
        tool(project, &tools::trunk(), "serve, build"),
        tool(project, &tools::wasm_bindgen(project)?, "serve, build, test"),
        Finding {
            name: format!("wasm-opt {}", tools::BINARYEN),
            found: tools::wasm_opt_fits(project).then(|| "fits".to_owned()),
            for_what: "build",
            advice: "`cargo xtask build` gets it from npm".to_owned(),
        },
    ];
    findings.extend(browsers.iter().map(|(program, for_what)| outside(project, program, for_what)));

    for finding in &findings {
        let state = if finding.found.is_some() { "found  " } else { "MISSING" };
        let detail = finding.found.clone().unwrap_or_else(|| format!("how to get it: {}", finding.advice));
        println!("{state}  {:26} {detail}\n         {:26} for: {}", finding.name, "", finding.for_what);
    }
    let missing = findings.iter().filter(|finding| finding.found.is_none()).count();
    println!("\n{} found, {missing} missing", findings.len() - missing);
    Ok(())
}

fn compiler(project: &Project) -> Finding {
    Finding {
        name: "Rust 1.95 or newer".to_owned(),
        found: project.version(Path::new("rustc")),
        for_what: "everything",
        advice: "https://rustup.rs".to_owned(),
    }
}

fn target(project: &Project) -> Result<Finding> {
    let library = cmd!(project.shell, "rustc --print target-libdir --target wasm32-unknown-unknown").quiet().read()?;
    Ok(Finding {
        name: "wasm32-unknown-unknown".to_owned(),
        found: Path::new(&library).is_dir().then(|| library.clone()),
        for_what: "serve, build, test",
        advice: "`cargo xtask serve` adds it with rustup".to_owned(),
    })
}

fn tool(project: &Project, tool: &Tool, for_what: &'static str) -> Finding {
    let found: Vec<String> = tool.found(project).into_iter().flatten().collect();
    let other = if found.is_empty() { String::new() } else { format!(" (found: {})", found.join(", ")) };
    Finding {
        name: format!("{} {}", tool.package, tool.version),
        found: tool.fits(project).then(|| found.join(", ")),
        for_what,
        advice: format!("`cargo xtask serve` downloads or builds it{other}"),
    }
}

fn outside(project: &Project, program: &Outside, for_what: &'static str) -> Finding {
    let file = program.find(project);
    Finding {
        name: program.name.to_owned(),
        found: file.map(|file| format!("{} ({})", project.version(&file).unwrap_or_default(), file.display())),
        for_what,
        advice: program.advice.to_owned(),
    }
}

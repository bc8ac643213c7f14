//! `cargo xtask test`: everything CI runs, in the order of what fails soonest. A failing step does not hide the ones
//! after it; each tells its time, and the end names what failed and what was left out, and why.

use crate::browsers::{CHROMEDRIVER, CHROMIUM};
use crate::project::Project;
use crate::{build, dependencies, end_to_end, tools};
use anyhow::{Result, bail, ensure};
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Instant;
use xshell::cmd;

/// How a step ended, if not by failing.
pub enum Outcome {
    /// Everything in it was done.
    Passed,
    /// It could not be done here, for this reason. Only for what lies outside the project.
    Skipped(String),
}

struct Step {
    name: &'static str,
    help: &'static str,
    run: fn(&Project) -> Result<Outcome>,
}

const STEPS: &[Step] = &[
    Step { name: "format", help: "cargo fmt", run: format },
    Step { name: "lint", help: "clippy, warnings denied, natively and for the browser", run: lint },
    Step { name: "native", help: "unit and integration tests of the whole workspace", run: native },
    Step { name: "docs", help: "the examples in the documentation", run: docs },
    Step { name: "dependencies", help: "licences and sources; known vulnerabilities", run: dependencies::check },
    Step { name: "browser", help: "wasm-bindgen tests in Chromium", run: browser },
    Step { name: "build", help: "release build and its size", run: release },
    Step { name: "firefox", help: "the reports, in a second engine", run: firefox },
    Step { name: "e2e", help: "journeys through the release build", run: journeys },
];

/// Prints the steps.
pub fn list() {
    for step in STEPS {
        println!("  {:30} {}", step.name, step.help);
    }
}

/// `cargo xtask test`
#[allow(clippy::disallowed_methods, reason = "how long a step takes on this machine is measured by its clock")]
pub fn run(project: &Project, names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        list();
        bail!("there is no step named `{unknown}`");
    }
    let chosen = |step: &&Step| names.is_empty() || names.iter().any(|name| name == step.name);
    let mut beside = None;
    let mut table = Vec::new();
    let (mut passed, mut failed, mut skipped) = (0, Vec::new(), 0);
    for step in STEPS.iter().filter(chosen) {
        // Much of the release build is linking, which takes one core: it goes on beside the steps from here to its own.
        if step.name == "native" && STEPS.iter().filter(chosen).any(|step| step.name == "build") {
            beside = Some(Beside::start(project, "build")?);
        }
        println!("\n── {}: {}", step.name, step.help);
        let start = Instant::now();
        let outcome = match beside.take_if(|beside| beside.step == step.name) {
            Some(beside) => beside.finish(),
            None => (step.run)(project),
        };
        let seconds = start.elapsed().as_secs_f64();
        let told = match outcome {
            Ok(Outcome::Passed) => {
                passed += 1;
                "passed".to_owned()
            }
            Ok(Outcome::Skipped(reason)) => {
                skipped += 1;
                format!("skipped: {reason}")
            }
            Err(reason) => {
                failed.push(step.name);
                format!("FAILED: {reason:#}")
            }
        };
        println!("── {}: {told} ({seconds:.1} s)", step.name);
        table.push(format!("  {:13} {seconds:>7.1} s  {told}", step.name));
    }
    println!("\n{}", table.join("\n"));
    println!("\n{passed} passed, {} failed, {skipped} skipped", failed.len());
    ensure!(
        failed.is_empty(),
        "failed: {}. To run only that: cargo xtask test {}",
        failed.join(", "),
        failed.join(" ")
    );
    Ok(())
}

/// A step in a process of its own, whose words are kept until its turn comes.
struct Beside {
    step: &'static str,
    process: Child,
    words: PathBuf,
}

impl Beside {
    fn start(project: &Project, step: &'static str) -> Result<Self> {
        let words = project.root.join(format!("target/test-{step}.txt"));
        let file = File::create(&words)?;
        let process = Command::new(std::env::current_exe()?)
            .args(["test", step])
            .current_dir(&project.root)
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()?;
        Ok(Self { step, process, words })
    }

    fn finish(mut self) -> Result<Outcome> {
        let status = self.process.wait()?;
        println!("{}", fs::read_to_string(&self.words)?);
        ensure!(status.success(), "see above");
        Ok(Outcome::Passed)
    }
}

fn format(project: &Project) -> Result<Outcome> {
    cmd!(project.shell, "cargo fmt --all --check").run()?;
    Ok(Outcome::Passed)
}

fn lint(project: &Project) -> Result<Outcome> {
    tools::ensure_target(project)?;
    cmd!(project.shell, "cargo clippy --workspace --all-targets --locked -- --deny warnings").run()?;
    cmd!(project.shell, "cargo clippy --package headroom-page --package headroom-lessons --package headroom-worker --all-targets --locked --target wasm32-unknown-unknown -- --deny warnings").run()?;
    Ok(Outcome::Passed)
}

fn native(project: &Project) -> Result<Outcome> {
    cmd!(project.shell, "cargo test --workspace --lib --bins --tests --locked --no-fail-fast").run()?;
    Ok(Outcome::Passed)
}

fn docs(project: &Project) -> Result<Outcome> {
    cmd!(project.shell, "cargo test --workspace --doc --locked").run()?;
    Ok(Outcome::Passed)
}

fn browser(project: &Project) -> Result<Outcome> {
    tools::ensure_target(project)?;
    tools::wasm_bindgen(project)?.ensure(project)?;
    CHROMIUM.ensure(project)?;
    let driver = CHROMEDRIVER.ensure(project)?;
    cmd!(
        project.shell,
        "cargo test --package headroom-page --package headroom-lessons --package headroom-worker --locked --target wasm32-unknown-unknown"
    )
    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
    .env("CHROMEDRIVER", driver)
    // Tests that do not ask for a place run in the browser, not in Node.
    .env("WASM_BINDGEN_USE_BROWSER", "1")
    // For one package in all; 20 s by default, which a busy machine needs for Chromium's start alone.
    .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
    .run()?;
    Ok(Outcome::Passed)
}

fn release(project: &Project) -> Result<Outcome> {
    build::release(project, &[])?;
    Ok(Outcome::Passed)
}

fn firefox(project: &Project) -> Result<Outcome> {
    let mut why_not = String::new();
    Ok(match end_to_end::firefox_reports(project, &mut why_not)? {
        Some(_) => Outcome::Passed,
        None => Outcome::Skipped(why_not),
    })
}

fn journeys(project: &Project) -> Result<Outcome> {
    end_to_end::journeys(project, &[])?;
    Ok(Outcome::Passed)
}

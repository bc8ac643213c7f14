//! The built page in real browsers: journeys (Playwright, in Chromium), pictures, and reports from Firefox.
//!
//! The journeys are in `tests/e2e/`, one folder each; `playwright.config.ts` reads the addresses that are set here.

use crate::browsers::{self, CHROMIUM, FIREFOX};
use crate::project::Project;
use crate::server::{self, STRICT_POLICY, Server, Site};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use xshell::{Cmd, cmd};

/// For one page in Firefox, with its start: four seconds warm on a slow machine, more right after it was installed.
const FIREFOX_PATIENCE: Duration = Duration::from_secs(120);

/// The same build as different hosts would serve it. Each has an origin of its own.
struct Hosts {
    plain: Server,
    other: Server,
    strict: Server,
    without_sharing: Server,
}

impl Hosts {
    fn start(project: &Project) -> Result<Self> {
        server::require_build(project)?;
        Ok(Self {
            plain: server::start(Site::of(project))?,
            other: server::start(Site::of(project))?,
            strict: server::start(Site { policy: Some(STRICT_POLICY), ..Site::of(project) })?,
            without_sharing: server::start(Site { shared: false, ..Site::of(project) })?,
        })
    }

    fn tell<'a>(&self, command: Cmd<'a>) -> Cmd<'a> {
        command
            .env("HEADROOM_BASE_URL", self.plain.address())
            .env("HEADROOM_OTHER_URL", self.other.address())
            .env("HEADROOM_STRICT_URL", self.strict.address())
            .env("HEADROOM_UNSHARED_URL", self.without_sharing.address())
    }
}

/// `cargo xtask e2e`
pub fn journeys(project: &Project, arguments: &[String]) -> Result<()> {
    playwright(project, &["test"], arguments)
}

/// `cargo xtask shots`
pub fn shots(project: &Project, routes: &[String]) -> Result<()> {
    let routes = if routes.is_empty() { "#/\n#/lab/balancing".to_owned() } else { routes.join("\n") };
    let folder = project.root.join("target/shots");
    project.shell.set_var("HEADROOM_ROUTES", routes);
    project.shell.set_var("HEADROOM_SHOTS", &folder);
    playwright(project, &["test", "--config", "shots.config.ts"], &[])?;
    println!("The pictures are in {}.", folder.display());
    Ok(())
}

/// `cargo xtask profile`
pub fn profile(project: &Project, _arguments: &[String]) -> Result<()> {
    let lists = project.root.join("xtask/profile");
    fs::create_dir_all(&lists)?;
    let noting = Project { dist: "target/profile", ..Project::open()? };
    let notes = project.root.join("target/ran");
    fs::create_dir_all(&notes)?;
    noting.shell.set_var("HEADROOM_PROFILE", &notes);
    crate::build::build(&noting)?;
    playwright(&noting, &["test", "--config", "profile.config.ts"], &[])?;
    for program in crate::programs::IN_PARTS {
        crate::split::profile::write_list(&notes, program, &lists)?;
    }
    println!("What runs at first is listed in {}; `cargo xtask build` cuts the programs by it.", lists.display());
    Ok(())
}

/// `cargo xtask measure`
pub fn measure(project: &Project, _arguments: &[String]) -> Result<()> {
    let file = project.root.join("docs/page.md");
    let cores = std::thread::available_parallelism()?;
    project.shell.set_var("HEADROOM_MEASURED", &file);
    project.shell.set_var("HEADROOM_MACHINE", format!("{cores} cores"));
    project.shell.set_var("HEADROOM_DATE", cmd!(project.shell, "date +%F").read()?);
    playwright(project, &["test", "--config", "measure.config.ts"], &[])?;
    println!("{}", fs::read_to_string(&file)?);
    Ok(())
}

fn playwright(project: &Project, command: &[&str], arguments: &[String]) -> Result<()> {
    browsers::ensure_node(project)?;
    let chromium = CHROMIUM.ensure(project)?;
    let folder = project.root.join("tests/e2e");
    ensure_packages(project, &folder)?;
    let hosts = Hosts::start(project)?;
    let directory = project.shell.push_dir(&folder);
    let npm = browsers::npm(project)?;
    let command = cmd!(project.shell, "{npm} exec --no -- playwright {command...} {arguments...}");
    hosts.tell(command).env("HEADROOM_CHROMIUM", chromium).run().context("Playwright")?;
    drop(directory);
    Ok(())
}

/// `npm ci`, when what is there is not what the lock file names.
fn ensure_packages(project: &Project, folder: &Path) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json"))?;
    let mark = folder.join("node_modules/.installed-lock.json");
    if fs::read(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let npm = browsers::npm(project)?;
    cmd!(project.shell, "{npm} ci --prefix {folder} --no-audit --no-fund")
        .run()
        .context("npm cannot fetch Playwright")?;
    Ok(fs::write(mark, lock)?)
}

/// Opens every page in `tests/e2e/pages/reports/` in Firefox. Each runs checks of its own and posts the names of those
/// that passed and failed (`pages/report.js`). `Ok(None)` when Firefox cannot be had; the reason goes into `why_not`.
///
/// # Errors
/// When a check failed, or a page did not report.
pub fn firefox_reports(project: &Project, why_not: &mut String) -> Result<Option<usize>> {
    server::require_build(project)?;
    let firefox = match FIREFOX.ensure(project) {
        Ok(file) => file,
        Err(reason) => {
            *why_not = format!("{reason:#}");
            return Ok(None);
        }
    };
    let mut pages: Vec<_> = fs::read_dir(project.root.join("tests/e2e/pages/reports"))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".html"))
        .collect();
    pages.sort();
    ensure!(!pages.is_empty(), "tests/e2e/pages/reports/ has no page");

    let mut passed = 0;
    for page in &pages {
        let (sender, receiver) = mpsc::channel();
        let host = server::start(Site { reports: Some(sender), ..Site::of(project) })?;
        let profile = project.root.join("target/firefox").join(page);
        fs::remove_dir_all(&profile).ok();
        fs::create_dir_all(&profile)?;
        let mut browser = Command::new(&firefox)
            .args(["--headless", "--no-remote", "--profile"])
            .arg(&profile)
            .arg(format!("{}/pages/reports/{page}", host.origin()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let report = receiver.recv_timeout(FIREFOX_PATIENCE);
        browser.kill()?;
        browser.wait()?;
        let report: serde_json::Value =
            serde_json::from_str(&report.with_context(|| format!("{page} did not report"))?)?;
        let names = |key: &str| report[key].as_array().cloned().unwrap_or_default();
        println!("{page}: {} passed, {} failed", names("passed").len(), names("failed").len());
        if let Some(failure) = names("failed").first() {
            bail!("in Firefox, {page}: {failure}");
        }
        ensure!(!names("passed").is_empty(), "{page} reported no check at all");
        passed += names("passed").len();
    }
    Ok(Some(passed))
}

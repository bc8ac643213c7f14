//! Node and the browsers: found, or installed by the system's package manager where that is allowed, or asked for in
//! words. Never silently left out.
//!
//! Read next: `end_to_end.rs`.

use crate::project::Project;
use anyhow::{Context, Result, bail, ensure};
use std::env;
use std::path::PathBuf;
use xshell::cmd;

/// What Playwright and binaryen run on.
const OLDEST_NODE: u32 = 20;

/// A program that this project does not build: how it may be called, and how to get it.
pub struct Outside {
    /// What it is called in messages.
    pub name: &'static str,
    /// An environment variable that names the file.
    pub variable: &'static str,
    /// Names on the PATH.
    programs: &'static [&'static str],
    /// Places where macOS and Windows put it.
    places: &'static [&'static str],
    /// Debian's packages.
    packages: &'static [&'static str],
    /// Where else to get it.
    pub advice: &'static str,
}

/// Runs the browser tests and the journeys.
pub const CHROMIUM: Outside = Outside {
    name: "Chromium",
    variable: "HEADROOM_CHROMIUM",
    programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
    places: &[
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "C:/Program Files/Google/Chrome/Application/chrome.exe",
    ],
    packages: &["chromium", "chromium-driver"],
    advice: "apt install chromium, brew install --cask chromium, or Google Chrome; HEADROOM_CHROMIUM may name the file",
};

/// Speaks WebDriver to Chromium, for wasm-bindgen's test runner. It must have Chromium's version.
pub const CHROMEDRIVER: Outside = Outside {
    name: "chromedriver",
    variable: "CHROMEDRIVER",
    programs: &["chromedriver"],
    places: &["/usr/lib/chromium/chromedriver", "/usr/lib/chromium-browser/chromedriver"],
    packages: &["chromium-driver"],
    advice: "apt install chromium-driver, brew install --cask chromedriver, or https://googlechromelabs.github.io/chrome-for-testing/; CHROMEDRIVER may name the file",
};

/// A second engine, for the question whether the same scenario gives the same bits there.
pub const FIREFOX: Outside = Outside {
    name: "Firefox",
    variable: "HEADROOM_FIREFOX",
    programs: &["firefox-esr", "firefox"],
    places: &["/Applications/Firefox.app/Contents/MacOS/firefox", "C:/Program Files/Mozilla Firefox/firefox.exe"],
    packages: &["firefox-esr"],
    advice: "apt install firefox-esr, or https://www.mozilla.org/firefox/; HEADROOM_FIREFOX may name the file",
};

/// Runs Playwright and wasm-opt.
pub const NODE: Outside = Outside {
    name: "Node",
    variable: "HEADROOM_NODE",
    programs: &["node"],
    places: &[],
    packages: &["nodejs", "npm"],
    advice: "version 20 or newer with npm: apt install nodejs npm, brew install node, or https://nodejs.org",
};

impl Outside {
    /// The file, where there is one.
    pub fn find(&self, project: &Project) -> Option<PathBuf> {
        let named = env::var_os(self.variable).map(PathBuf::from).filter(|file| file.is_file());
        named
            .or_else(|| self.programs.iter().find_map(|program| project.find(program)))
            .or_else(|| self.places.iter().map(PathBuf::from).find(|file| file.is_file()))
    }

    /// The file, installed if need be.
    ///
    /// # Errors
    /// When it is not there and may not be installed; the message says how to get it.
    pub fn ensure(&self, project: &Project) -> Result<PathBuf> {
        if let Some(file) = self.find(project) {
            return Ok(file);
        }
        if let Err(reason) = install(project, self.packages) {
            bail!("{} is needed ({reason:#}). How to get it: {}", self.name, self.advice);
        }
        match self.find(project) {
            Some(file) => Ok(file),
            None => bail!("{} was installed and is still not found. {}", self.name, self.advice),
        }
    }
}

/// Node in a version that fits, and npm.
///
/// # Errors
/// As [`Outside::ensure`], and when it is too old.
pub fn ensure_node(project: &Project) -> Result<()> {
    let node = NODE.ensure(project)?;
    if project.find("npm").is_none() {
        install(project, &["npm"])?;
    }
    let version = project.version(&node).unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|text| text.parse::<u32>().ok());
    ensure!(
        major.is_some_and(|major| major >= OLDEST_NODE),
        "Node {version} is too old. How to get it: {}",
        NODE.advice
    );
    Ok(())
}

/// npm's own file: on Windows a script, which is not found by its bare name.
///
/// # Errors
/// When it is not on the PATH.
pub fn npm(project: &Project) -> Result<PathBuf> {
    project.find("npm").with_context(|| format!("npm is needed. How to get it: {}", NODE.advice))
}

/// Debian's package manager, as root or where sudo asks for no password.
fn install(project: &Project, packages: &[&str]) -> Result<()> {
    let shell = &project.shell;
    if project.find("apt-get").is_none() {
        bail!("no package manager that this chore knows");
    }
    let root = cmd!(shell, "id -u").quiet().read().is_ok_and(|user| user == "0");
    let sudo = !root && cmd!(shell, "sudo -n true").quiet().ignore_stderr().run().is_ok();
    ensure!(root || sudo, "installing packages needs root, or sudo without a password");
    let sudo: &[&str] = if root { &[] } else { &["sudo", "-n"] };
    eprintln!("Installing {} with apt-get.", packages.join(", "));
    cmd!(shell, "env {sudo...} apt-get update --quiet --quiet").run()?;
    cmd!(shell, "env {sudo...} env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet --no-install-recommends {packages...}")
        .ignore_stdout()
        .run()?;
    Ok(())
}

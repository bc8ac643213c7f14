//! The build's tools in the versions that fit: the one on the PATH, else the quick way, else built from source.
//!
//! Read next: `build.rs`, which uses them.

use crate::project::{self, Project};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use xshell::cmd;

/// The newest that builds with the Rust version of the project; 0.22 asks for a newer one.
pub const TRUNK: &str = "0.21.14";
/// The version of npm's `binaryen`, as in `xtask/binaryen/package.json`. What Debian and crates.io have is too old.
pub const BINARYEN: &str = "132";

/// A program that is built from a crate.
pub struct Tool {
    /// The crate.
    pub package: &'static str,
    /// The programs in it, the one that tells its version first.
    pub programs: &'static [&'static str],
    /// The version that fits.
    pub version: String,
    /// Whether the crate's own lock file can be built.
    locked: bool,
    /// Where the project publishes built programs: `{version}` and `{target}` are filled in.
    published: &'static str,
}

/// trunk puts the page together.
pub fn trunk() -> Tool {
    Tool {
        package: "trunk",
        programs: &["trunk"],
        version: TRUNK.to_owned(),
        locked: true,
        published: "https://github.com/trunk-rs/trunk/releases/download/v{version}/trunk-{target}.tar.gz",
    }
}

/// wasm-bindgen writes the glue. It must have exactly the version of the library.
///
/// # Errors
/// When Cargo.lock does not name the library.
pub fn wasm_bindgen(project: &Project) -> Result<Tool> {
    let lock = fs::read_to_string(project.root.join("Cargo.lock"))?;
    let version = locked_version(&lock, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")?;
    Ok(Tool {
        package: "wasm-bindgen-cli",
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        version,
        // Its lock file has named versions that the registry does not serve.
        locked: false,
        published: "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/{version}/wasm-bindgen-{version}-{target}.tar.gz",
    })
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned)
}

impl Tool {
    /// What is found, as `name version`, for each program.
    pub fn found(&self, project: &Project) -> Vec<Option<String>> {
        self.programs.iter().map(|program| project.version(&project.find(program)?)).collect()
    }

    /// Whether every program is there in the version that fits.
    pub fn fits(&self, project: &Project) -> bool {
        let right = |found: &Option<String>| {
            found.as_ref().is_some_and(|text| text.split(' ').any(|word| word == self.version))
        };
        self.found(project).iter().all(right)
    }

    /// Makes sure that it is there.
    ///
    /// # Errors
    /// When it can neither be downloaded nor built.
    pub fn ensure(&self, project: &Project) -> Result<()> {
        if self.fits(project) {
            return Ok(());
        }
        // Beside cargo, where plain `trunk serve` finds it too; but another version that someone uses is left alone.
        let taken = self.programs.iter().any(|program| project.find(program).is_some());
        let root = match project::cargo_programs() {
            Some(programs) if !taken => programs.parent().context("cargo's home has no parent")?.to_owned(),
            _ => project.tools(),
        };
        eprintln!("{} {} is needed and goes to {}.", self.package, self.version, root.join("bin").display());
        if self.binary_install(project, &root) || self.download(project, &root) {
            ensure!(self.fits(project), "{} was installed, but still does not run", self.package);
            return Ok(());
        }
        self.build(project, &root)?;
        ensure!(self.fits(project), "{} was built, but still does not run", self.package);
        Ok(())
    }

    /// `cargo binstall`, where someone has it.
    fn binary_install(&self, project: &Project, root: &Path) -> bool {
        if project.find("cargo-binstall").is_none() {
            return false;
        }
        let wanted = format!("{}@{}", self.package, self.version);
        cmd!(project.shell, "cargo binstall --no-confirm --disable-strategies compile --root {root} {wanted}")
            .run()
            .is_ok()
    }

    /// The program as its project publishes it.
    fn download(&self, project: &Project, root: &Path) -> bool {
        let Some(target) = self.published_target() else { return false };
        let address = self.published.replace("{version}", &self.version).replace("{target}", target);
        let archive = project.tools().join(format!("{}.tar.gz", self.package));
        let unpacked = project.tools().join(format!("{}-unpacked", self.package));
        eprintln!("Trying to download it …");
        let attempt = || -> Result<()> {
            fs::create_dir_all(&unpacked)?;
            fs::create_dir_all(root.join("bin"))?;
            cmd!(
                project.shell,
                "curl --fail --silent --show-error --location --connect-timeout 10 --output {archive} {address}"
            )
            .run()?;
            cmd!(project.shell, "tar -xzf {archive} -C {unpacked}").run()?;
            let folder = format!("{}-{}-{target}", self.programs[0], self.version);
            for program in self.programs {
                let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
                let flat = unpacked.join(&name);
                let file = if flat.is_file() { flat } else { unpacked.join(&folder).join(&name) };
                fs::copy(&file, root.join("bin").join(&name))
                    .with_context(|| format!("{} is not in it", file.display()))?;
            }
            Ok(())
        };
        let done = attempt();
        if let Err(reason) = &done {
            eprintln!("That did not work ({reason:#}).");
        }
        // Only the programs are needed from here on; what was never there cannot be removed.
        fs::remove_file(&archive).ok();
        fs::remove_dir_all(&unpacked).ok();
        done.is_ok() && self.fits(project)
    }

    /// The name under which its project publishes it for this machine.
    fn published_target(&self) -> Option<&'static str> {
        let trunk = self.package == "trunk";
        match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", "x86_64") if trunk => Some("x86_64-unknown-linux-gnu"),
            ("linux", "x86_64") => Some("x86_64-unknown-linux-musl"),
            ("linux", "aarch64") => Some("aarch64-unknown-linux-gnu"),
            ("macos", "x86_64") => Some("x86_64-apple-darwin"),
            ("macos", "aarch64") => Some("aarch64-apple-darwin"),
            // trunk's archive for Windows is a zip: cargo builds it.
            ("windows", "x86_64") if !trunk => Some("x86_64-pc-windows-msvc"),
            _ => None,
        }
    }

    /// From source: minutes, once.
    fn build(&self, project: &Project, root: &Path) -> Result<()> {
        eprintln!("Building {} {} from source. This takes 5 to 15 minutes, once.", self.package, self.version);
        let (package, version) = (self.package, &self.version);
        let locked = self.locked.then_some("--locked");
        // A folder that stays: an interrupted build goes on where it stopped.
        let folder = project.tools().join("build");
        cmd!(project.shell, "cargo install {package} --version {version} {locked...} --root {root} --force")
            .env("CARGO_TARGET_DIR", folder)
            .run()
            .with_context(|| format!("cannot build {package} {version}"))
    }
}

/// The compiler's target for the browser.
///
/// # Errors
/// When rustup is not there, or cannot fetch it.
pub fn ensure_target(project: &Project) -> Result<()> {
    let library = cmd!(project.shell, "rustc --print target-libdir --target wasm32-unknown-unknown").quiet().read()?;
    if PathBuf::from(library).is_dir() {
        return Ok(());
    }
    if project.find("rustup").is_none() {
        bail!("Rust's target wasm32-unknown-unknown is missing, and so is rustup: https://rustup.rs");
    }
    cmd!(project.shell, "rustup target add wasm32-unknown-unknown")
        .run()
        .context("cannot add the target for the browser")
}

/// Whether `wasm-opt` is there in the version that fits.
pub fn wasm_opt_fits(project: &Project) -> bool {
    let version = project.find("wasm-opt").and_then(|program| project.version(&program));
    version.is_some_and(|text| text.split(' ').nth(2) == Some(BINARYEN))
}

/// `wasm-opt`, for release builds, from npm: what Debian and crates.io have is too old for today's compiler.
///
/// # Errors
/// When npm is not there and cannot be installed, or fails.
pub fn ensure_wasm_opt(project: &Project) -> Result<()> {
    if wasm_opt_fits(project) {
        return Ok(());
    }
    crate::browsers::ensure_node(project)?;
    let npm = crate::browsers::npm(project)?;
    eprintln!("wasm-opt {BINARYEN} is needed: npm's binaryen goes to {}.", project.binaryen().display());
    fs::create_dir_all(project.binaryen())?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(project.root.join("xtask/binaryen").join(file), project.binaryen().join(file))?;
    }
    let folder = project.binaryen();
    cmd!(project.shell, "{npm} ci --prefix {folder} --no-audit --no-fund")
        .run()
        .context("npm cannot fetch binaryen")?;
    ensure!(wasm_opt_fits(project), "npm installed binaryen, but wasm-opt {BINARYEN} still does not run");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_exactly_the_named_package_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "yew"), None);
    }
}

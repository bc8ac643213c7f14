//! `serve`, `build`, `preview`: the page, for development, for a host, and as a host would serve it.
//!
//! trunk does the work as `Trunk.toml` says; `after_build.rs` is its last step.

use crate::project::Project;
use crate::server::{self, Site};
use crate::{sizes, tools};
use anyhow::Result;
use xshell::cmd;

/// `cargo xtask serve`
pub fn serve(project: &Project, arguments: &[String]) -> Result<()> {
    tools::ensure_target(project)?;
    tools::trunk().ensure(project)?;
    tools::wasm_bindgen(project)?.ensure(project)?;
    eprintln!("The address follows once the first build is done; from now on plain `trunk serve` does the same.");
    cmd!(project.shell, "trunk serve {arguments...}").run()?;
    Ok(())
}

/// `cargo xtask build`
pub fn release(project: &Project, _arguments: &[String]) -> Result<()> {
    build(project)?;
    sizes::report(&project.dist())
}

/// Lets trunk make a release build in the project's folder for builds.
pub fn build(project: &Project) -> Result<()> {
    tools::ensure_target(project)?;
    tools::trunk().ensure(project)?;
    tools::wasm_bindgen(project)?.ensure(project)?;
    // Panics name their files; without this they would name the folders of the machine that built, and be longer.
    let home = std::env::var_os("CARGO_HOME").map(std::path::PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).unwrap_or_default();
    // The names of functions say all that tells them apart, and the linker keeps what refers to what: by these the programs
    // are cut in two (`programs.rs`).
    let flags = format!(
        "-Csymbol-mangling-version=v0 -Clink-arg=--emit-relocs --remap-path-prefix={}=cargo --remap-path-prefix={}=.",
        home.display(),
        project.root.display()
    );
    let dist = project.dist();
    cmd!(project.shell, "trunk build --release --dist {dist}")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags)
        .run()?;
    Ok(())
}

/// `cargo xtask preview`
pub fn preview(project: &Project, _arguments: &[String]) -> Result<()> {
    server::require_build(project)?;
    let site = Site { port: 8081, ..Site::of(project) };
    let server = server::start(site)?;
    println!("dist/ is served at {} (Ctrl-C ends it)", server.address());
    server.join();
    Ok(())
}

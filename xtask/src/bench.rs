//! `cargo xtask bench`: builds the measurements natively and for Wasm, runs them, and writes `docs/bench.md`.

use crate::project::Project;
use crate::{browsers, tools};
use anyhow::Result;
use xshell::cmd;

/// Runs the measurements. `quick` makes a fifth of the pairs, names of sections leave
/// out the others, and both write nothing; without Node the Wasm part is left out.
///
/// # Errors
/// When something cannot be built, or a contestant does other work than it should.
pub fn run(project: &Project, arguments: &[String]) -> Result<()> {
    let shell = &project.shell;
    let folder = project.root.join("target/bench-wasm");
    let wasm = match browsers::ensure_node(project) {
        Ok(()) => {
            tools::ensure_target(project)?;
            tools::wasm_bindgen(project)?.ensure(project)?;
            // The bench profile: the engine is optimised as in the worker, and so are the kernels beside it.
            cmd!(
                shell,
                "cargo build --profile bench --package headroom-benches --lib --locked --target wasm32-unknown-unknown"
            )
            .run()?;
            let module = project.root.join("target/wasm32-unknown-unknown/release/headroom_benches.wasm");
            cmd!(shell, "wasm-bindgen --target nodejs --no-typescript --out-dir {folder} {module}").run()?;
            folder.display().to_string()
        }
        Err(reason) => {
            println!("without Node nothing is measured in Wasm: {reason:#}");
            "-".to_owned()
        }
    };
    let file = project.root.join("docs/bench.md");
    cmd!(
        shell,
        "cargo run --profile bench --package headroom-benches --bin headroom-benches --locked -- {wasm} {file} {arguments...}"
    )
    .run()?;
    Ok(())
}

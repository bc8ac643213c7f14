//! The programs of a build: cut in two, made small, named by their content.
//!
//! In development only the names are given. In a release build, before that: whoever has a list in `xtask/profile/` is cut
//! (`split/`); what rustc calls things is left out; wasm-opt optimises each part; the glue's imports get short names.
//! With `HEADROOM_PROFILE` set, programs that have or shall have a list note instead what they run (`cargo xtask profile`).

use crate::project::Project;
use crate::split::{self, profile};
use crate::tools;
use anyhow::{Context, Result, ensure};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use xshell::cmd;

/// What the programs of the workers are called: this and the key of their lab.
pub const WORKER: &str = "headroom-worker-";
/// The programs that are needed first, and so are cut in two.
pub const IN_PARTS: [&str; 2] = ["headroom-page", "headroom-worker-balancing"];

/// What rustc uses by default; without its section of features, which names go with, wasm-opt has to be told.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// A program of the build, as trunk wrote it.
struct Program {
    /// `headroom-page`
    name: String,
    glue: PathBuf,
    module: PathBuf,
}

/// A program with its final names, relative to the page.
pub struct Named {
    pub name: String,
    /// The name of the glue that trunk gave, for replacing it in index.html; likewise of the module.
    pub before: (String, String),
    pub glue: String,
    pub module: String,
    /// The second part, if it has been cut.
    pub rest: Option<String>,
}

impl Named {
    /// As boot.js reads it.
    pub fn block(&self) -> serde_json::Value {
        let mut block =
            serde_json::json!({ "glue": format!("./{}", self.glue), "module": format!("./{}", self.module) });
        if let Some(rest) = &self.rest {
            block["rest"] = format!("./{rest}").into();
        }
        block
    }
}

/// Finishes every program in the folder.
///
/// # Errors
/// When there is none, or a step fails.
pub fn finish(project: &Project, folder: &Path, release: bool) -> Result<Vec<Named>> {
    let programs = find(folder)?;
    ensure!(!programs.is_empty(), "the build has no program");
    if release {
        tools::ensure_wasm_opt(project)?;
        let wasm_opt = project.find("wasm-opt").context("wasm-opt is gone")?;
        let profiling = env::var_os("HEADROOM_PROFILE").is_some();
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| project.root.join("target"), PathBuf::from);
        let lists = project.root.join("xtask/profile");
        let waiting = Mutex::new(programs.iter());
        std::thread::scope(|scope| {
            let work = || -> Result<()> {
                loop {
                    // The lock is held for taking the next one only.
                    let next = waiting.lock().map_err(|_| anyhow::anyhow!("another program failed"))?.next();
                    let Some(program) = next else { return Ok(()) };
                    optimise(program, &linked(&target, &program.name), &lists, &wasm_opt, profiling)
                        .with_context(|| program.name.clone())?;
                }
            };
            let threads = std::thread::available_parallelism().map_or(1, usize::from);
            let hands: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            hands.into_iter().try_for_each(|hand| hand.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?)
        })?;
    }
    let mut named: Vec<Named> = programs.into_iter().map(|program| name(folder, program)).collect::<Result<_>>()?;
    if release && env::var_os("HEADROOM_PROFILE").is_some() {
        // The page shall do all that it does when there is a rest, so it is told of one; nobody fetches it.
        for program in named.iter_mut().filter(|program| IN_PARTS.contains(&program.name.as_str())) {
            program.rest = Some(program.module.clone());
        }
    }
    Ok(named)
}

/// The programs, by name.
fn find(folder: &Path) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for entry in fs::read_dir(folder)? {
        let module = entry?.path();
        let Some(stem) = module.file_name().and_then(|name| name.to_str()?.strip_suffix("_bg.wasm")) else { continue };
        // trunk names the page's by what it holds already.
        let name = stem.rsplit_once('-').filter(|(_, hash)| is_hash(hash)).map_or(stem, |(name, _)| name).to_owned();
        programs.push(Program { name, glue: folder.join(format!("{stem}.js")), module: module.clone() });
    }
    programs.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(programs)
}

/// trunk's hash: a number in hexadecimal digits, without leading zeros.
fn is_hash(text: &str) -> bool {
    (8..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Where the linker has put a program that trunk then gave to wasm-bindgen.
fn linked(target: &Path, program: &str) -> PathBuf {
    let profile = if program.starts_with(WORKER) { "release" } else { "release-page" };
    target.join("wasm32-unknown-unknown").join(profile).join(format!("{program}.wasm"))
}

fn optimise(program: &Program, linked: &Path, lists: &Path, wasm_opt: &Path, profiling: bool) -> Result<()> {
    let whole = fs::read(&program.module)?;
    let in_parts = IN_PARTS.contains(&program.name.as_str());
    if profiling && in_parts {
        let (noting, key) = profile::noting(&whole)?;
        let folder = PathBuf::from(env::var_os("HEADROOM_PROFILE").unwrap_or_default());
        fs::write(folder.join(format!("{}.key", program.name)), serde_json::to_vec(&key)?)?;
        return Ok(fs::write(&program.module, noting)?);
    }
    let list = if in_parts { profile::List::of(lists, &program.name)? } else { None };
    let list = list.filter(|list| {
        let found = split::found(&whole, |name| list.has(name)).unwrap_or(0);
        let fits = found * 4 > list.len() * 3;
        if !fits {
            println!(
                "note: {} stays in one part: of {} functions of its first part only {found} are found. `cargo xtask build` names functions so that they are; if this is it, `cargo xtask profile` makes the list anew.",
                program.name,
                list.len()
            );
        }
        fits
    });
    // The workers compute: for speed. What is only looked at: for size.
    let level = if program.name.starts_with(WORKER) { "-O3" } else { "-Oz" };
    let mut parts = vec![program.module.clone()];
    match list {
        Some(list) => {
            let linked = fs::read(linked).ok();
            let (outlined, changed) = split::outlined(&whole, &list)?;
            let cut = split::split(&outlined, linked.as_deref(), |name| list.has(name))?;
            let (first, rest) = cut.counts;
            println!("{}: {first} functions first, {rest} in the rest", program.name);
            // Some share their name with one that runs.
            if changed * 20 > list.len() {
                println!(
                    "note: {changed} of them have changed since `cargo xtask profile`, and stay whole until that has run again."
                );
            }
            fs::write(&program.module, cut.first)?;
            fs::write(rest_of(&program.module), cut.rest)?;
            parts.push(rest_of(&program.module));
        }
        None => fs::write(&program.module, split::without_names(&whole)?)?,
    }
    let shell = xshell::Shell::new()?;
    for part in &parts {
        // Nothing of Rust's lies in the first kilobyte: the stack ends there. So an address and an offset may be added by the load.
        cmd!(shell, "{wasm_opt} {level} --low-memory-unused {FEATURES...} {part} -o {part}").quiet().run()?;
    }
    let (glue, module) = split::short_imports(&fs::read_to_string(&program.glue)?, &fs::read(&program.module)?)?;
    fs::write(&program.glue, glue)?;
    Ok(fs::write(&program.module, module)?)
}

fn rest_of(module: &Path) -> PathBuf {
    module.with_extension("rest")
}

/// Gives all files of a program one hash of their content in their names, as they belong together.
fn name(folder: &Path, program: Program) -> Result<Named> {
    let rest = rest_of(&program.module);
    let rest_bytes = if rest.is_file() { Some(fs::read(&rest)?) } else { None };
    let texts = [fs::read(&program.glue)?, fs::read(&program.module)?, rest_bytes.clone().unwrap_or_default()];
    let hash = crate::after_build::content_hash(texts.iter().map(Vec::as_slice));
    let stem = format!("{}-{hash:016x}", program.name);
    let file_name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let named = Named {
        before: (file_name(&program.glue), file_name(&program.module)),
        glue: format!("{stem}.js"),
        module: format!("{stem}_bg.wasm"),
        rest: rest_bytes.map(|_| format!("{stem}_rest.wasm")),
        name: program.name,
    };
    fs::rename(program.glue, folder.join(&named.glue))?;
    fs::rename(program.module, folder.join(&named.module))?;
    if let Some(name) = &named.rest {
        fs::rename(rest, folder.join(name))?;
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::after_build::tests::Folder;

    /// A build with one program, finished in a folder of its own.
    fn build(folder: &Folder, name: &str, glue: &str, module: &str) -> Result<Named> {
        fs::write(folder.0.join(format!("{name}.js")), glue)?;
        fs::write(folder.0.join(format!("{name}_bg.wasm")), module)?;
        let program = find(&folder.0)?.pop().context("no program is found")?;
        super::name(&folder.0, program)
    }

    #[test]
    fn a_program_s_files_get_one_hash_that_changes_with_either() -> Result<()> {
        let named = |glue: &str, module: &str| build(&Folder::new("programs")?, "headroom-worker-x", glue, module);
        let first = named("g", "m")?;
        assert_eq!(first.module, first.glue.replace(".js", "_bg.wasm"));
        assert_eq!(first.block().get("rest"), None);
        assert_ne!(named("g", "m2")?.glue, first.glue);
        assert_ne!(named("g2", "m")?.module, first.module);
        Ok(())
    }

    #[test]
    fn a_program_is_known_by_its_name_whether_trunk_has_added_a_hash_or_not() -> Result<()> {
        for stem in ["headroom-page-0123456789abcdef", "headroom-page-fb1553b745ccde2", "headroom-page"] {
            assert_eq!(build(&Folder::new("known")?, stem, "g", "m")?.name, "headroom-page");
        }
        assert_eq!(build(&Folder::new("known")?, "headroom-worker-cafe", "g", "m")?.name, "headroom-worker-cafe");
        Ok(())
    }

    #[test]
    fn the_rest_of_a_program_is_named_with_it_and_told_to_the_page() -> Result<()> {
        let folder = Folder::new("parts")?;
        fs::write(folder.0.join("headroom-page-0123456789abcdef_bg.rest"), "r")?;
        let named = build(&folder, "headroom-page-0123456789abcdef", "g", "m")?;
        assert_eq!(named.before.0, "headroom-page-0123456789abcdef.js");
        assert_eq!(named.name, "headroom-page");
        let rest = named.block()["rest"].as_str().context("no rest")?.to_owned();
        assert_eq!(fs::read_to_string(folder.0.join(rest))?, "r");
        Ok(())
    }
}

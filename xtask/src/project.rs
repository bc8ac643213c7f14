//! Where the project is, and a shell whose PATH finds the tools that the chores installed.
//!
//! Knows no chore. Read next: `tools.rs`.

use anyhow::{Context, Result};
use std::env;
use std::path::{Path, PathBuf};
use xshell::Shell;

/// The project's folder and a shell that stands in it.
pub struct Project {
    /// Runs commands in the project's folder.
    pub shell: Shell,
    /// The project's folder.
    pub root: PathBuf,
    /// The folder of the build inside it: `dist`, but for builds that are made to be measured.
    pub dist: &'static str,
}

impl Project {
    /// Finds the project from where cargo runs this program.
    ///
    /// # Errors
    /// When it is not run by cargo and the current folder is not the project's.
    pub fn open() -> Result<Self> {
        let root = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(package) => Path::new(&package).parent().context("xtask is not inside a project")?.to_owned(),
            None => env::current_dir()?,
        };
        anyhow::ensure!(root.join("Trunk.toml").is_file(), "run this as `cargo xtask …` inside the project");
        let shell = Shell::new()?;
        shell.change_dir(&root);

        let mut path = vec![tools_folder(&root).join("bin"), binaryen_folder(&root).join("node_modules/.bin")];
        path.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
        path.extend(cargo_programs());
        shell.set_var("PATH", env::join_paths(path)?);
        Ok(Self { shell, root, dist: "dist" })
    }

    /// Where the chores put programs that must not get in the way of the user's own.
    pub fn tools(&self) -> PathBuf {
        tools_folder(&self.root)
    }

    /// Where npm puts `wasm-opt`.
    pub fn binaryen(&self) -> PathBuf {
        binaryen_folder(&self.root)
    }

    /// The release build.
    pub fn dist(&self) -> PathBuf {
        self.root.join(self.dist)
    }

    /// The first program of this name on the PATH.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        let path = self.shell.var_os("PATH")?;
        let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };
        let names = || endings.iter().map(|ending| format!("{program}{ending}"));
        env::split_paths(&path).find_map(|folder| names().map(|name| folder.join(name)).find(|file| file.is_file()))
    }

    /// What a program answers to `--version`, on one line; `None` when it is not there or fails.
    pub fn version(&self, program: &Path) -> Option<String> {
        let command = self.shell.cmd(program).arg("--version").quiet().ignore_stderr();
        command.read().ok().map(|text| text.lines().next().unwrap_or_default().trim().to_owned())
    }
}

fn tools_folder(root: &Path) -> PathBuf {
    root.join("target/tools")
}

fn binaryen_folder(root: &Path) -> PathBuf {
    tools_folder(root).join("binaryen")
}

/// Where `cargo install` puts programs.
pub fn cargo_programs() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    Some(home.or_else(|| env::home_dir().map(|home| home.join(".cargo")))?.join("bin"))
}

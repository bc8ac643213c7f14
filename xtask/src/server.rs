//! A small static server, for previews and for the journeys: what a plain host does (types, gzip, a sub-path), and
//! what the tests need beside it (a second origin, a strict policy, a page that reports by POST).

use crate::http::{self, Request, Response};
use crate::project::Project;
use crate::sizes;
use anyhow::{Result, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::SystemTime;

/// Under which path the page is served: it has to run from any.
pub const PREFIX: &str = "/a/b/";
/// What a careful host sends, and what the design promises to live with.
pub const STRICT_POLICY: &str =
    "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'";

/// What to serve, and how.
pub struct Site {
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Served under [`PREFIX`].
    pub dist: PathBuf,
    /// Pages of the tests (hosts of embeds, reports), served under `/pages/`.
    pub pages: PathBuf,
    /// A Content-Security-Policy for every answer.
    pub policy: Option<&'static str>,
    /// Whether other origins (and sandboxed frames) may read the answers.
    pub shared: bool,
    /// Where the body of `POST /report` goes.
    pub reports: Option<Sender<String>>,
}

impl Site {
    /// The build on a free port, as a plain host has it.
    pub fn of(project: &Project) -> Self {
        let pages = project.root.join("tests/e2e/pages");
        Self { port: 0, dist: project.dist(), pages, policy: None, shared: true, reports: None }
    }
}

/// A server that runs until the program ends.
pub struct Server {
    port: u16,
    thread: JoinHandle<()>,
}

impl Server {
    /// The address of the page.
    pub fn address(&self) -> String {
        format!("{}{PREFIX}", self.origin())
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Waits for ever.
    pub fn join(self) {
        // It ends only by a panic, which has been printed then.
        let _ = self.thread.join();
    }
}

/// Makes sure that there is something to serve.
///
/// # Errors
/// When dist/ is not there.
pub fn require_build(project: &Project) -> Result<()> {
    ensure!(project.dist().join("index.html").is_file(), "dist/ is not there: `cargo xtask build` makes it");
    Ok(())
}

/// Starts serving, in threads of its own.
///
/// # Errors
/// When the port is taken.
pub fn start(site: Site) -> Result<Server> {
    let listener = TcpListener::bind(("127.0.0.1", site.port))?;
    let port = listener.local_addr()?.port();
    let packed = Packed::default();
    let thread = http::serve(listener, move |request| {
        answer(&site, &packed, request).unwrap_or_else(|reason| Response {
            status: "500 Internal Server Error",
            headers: Vec::new(),
            body: format!("{reason:#}").into_bytes(),
        })
    });
    Ok(Server { port, thread })
}

/// By file and the time of its last change: a preview outlives a build.
type Packed = Mutex<BTreeMap<(PathBuf, SystemTime), Vec<u8>>>;

fn answer(site: &Site, packed: &Packed, request: &Request) -> Result<Response> {
    if let ("POST", "/report", Some(reports)) = (request.method.as_str(), request.target.as_str(), &site.reports) {
        // Nobody listens any more once the answer has come.
        let _ = reports.send(request.body.clone());
        return Ok(Response { status: "204 No Content", headers: Vec::new(), body: Vec::new() });
    }
    let Some(file) = file_for(site, &request.target) else {
        return Ok(Response { status: "404 Not Found", headers: Vec::new(), body: b"not here".to_vec() });
    };
    let (kind, compressible) = content_type(&file);
    let gzip = compressible && request.header("accept-encoding").is_some_and(|value| value.contains("gzip"));
    let body = if gzip { packed_file(packed, &file)? } else { fs::read(&file)? };
    // A real host lets browsers keep files for a while; here every test sees the build as it is.
    let mut headers = vec![("Content-Type", kind), ("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding")];
    headers.extend(gzip.then_some(("Content-Encoding", "gzip")));
    headers.extend(site.shared.then_some(("Access-Control-Allow-Origin", "*")));
    headers.extend(site.policy.map(|policy| ("Content-Security-Policy", policy)));
    Ok(Response { status: "200 OK", headers, body })
}

/// The file behind an address, if it is one of ours.
fn file_for(site: &Site, address: &str) -> Option<PathBuf> {
    let path = address.split(['?', '#']).next()?;
    let (folder, rest) = match (path.strip_prefix(PREFIX), path.strip_prefix("/pages/")) {
        (Some(rest), _) => (&site.dist, rest),
        (None, Some(rest)) => (&site.pages, rest),
        (None, None) => return None,
    };
    if rest.contains('\\') || rest.contains('%') || rest.split('/').any(|part| part == "..") {
        return None;
    }
    let file =
        if rest.is_empty() || rest.ends_with('/') { folder.join(rest).join("index.html") } else { folder.join(rest) };
    file.is_file().then_some(file)
}

/// Compressed once: the journeys ask for the same files hundreds of times.
fn packed_file(packed: &Packed, file: &Path) -> Result<Vec<u8>> {
    let key = (file.to_owned(), fs::metadata(file)?.modified()?);
    let known = packed.lock().ok().and_then(|files| files.get(&key).cloned());
    if let Some(bytes) = known {
        return Ok(bytes);
    }
    let bytes = sizes::gzip(&fs::read(file)?)?;
    if let Ok(mut files) = packed.lock() {
        files.insert(key, bytes.clone());
    }
    Ok(bytes)
}

/// The type by the ending, and whether it is worth compressing.
fn content_type(file: &Path) -> (&'static str, bool) {
    match file.extension().and_then(|ending| ending.to_str()).unwrap_or_default() {
        "html" => ("text/html; charset=utf-8", true),
        "css" => ("text/css; charset=utf-8", true),
        "js" => ("text/javascript; charset=utf-8", true),
        "json" => ("application/json", true),
        "webmanifest" => ("application/manifest+json", true),
        "svg" => ("image/svg+xml", true),
        "txt" | "md" => ("text/plain; charset=utf-8", true),
        "wasm" => ("application/wasm", true),
        "png" => ("image/png", false),
        _ => ("application/octet-stream", false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_below_the_two_folders_are_served() {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let site =
            Site { port: 0, dist: here.join("src"), pages: here.clone(), policy: None, shared: true, reports: None };
        assert_eq!(file_for(&site, "/a/b/main.rs?x=1"), Some(here.join("src/main.rs")));
        assert_eq!(file_for(&site, "/pages/Cargo.toml"), Some(here.join("Cargo.toml")));
        for outside in [
            "/main.rs",
            "/a/b/../Cargo.toml",
            "/a/b/%2e%2e/Cargo.toml",
            "/a/b/none.rs",
            "/a/b/",
            "",
            "/pages/../Cargo.toml",
        ] {
            assert_eq!(file_for(&site, outside), None, "{outside}");
        }
    }
}

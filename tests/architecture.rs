//! The arrows between the rooms of `src/`, which the compiler does not keep since they are one package.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use std::path::{Path, PathBuf};

fn sources(room: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room), &mut found);
    assert!(!found.is_empty(), "the room {room} has no file");
    found
}

/// Every room with those that it may know, as in `src/lib.rs` and ARCHITECTURE.md.
const ROOMS: &[(&str, &[&str])] = &[
    ("basics", &[]),
    ("algorithms", &["basics"]),
    ("simulation", &["basics"]),
    ("theory", &["basics"]),
    ("content", &["basics", "labs", "scenario", "simulation"]),
    ("scenario", &["basics", "algorithms", "labs", "simulation"]),
    ("labs", &["basics", "algorithms", "simulation", "theory", "scenario", "content"]),
    ("session", &["basics", "labs", "scenario", "simulation"]),
];

#[test]
fn no_room_knows_a_room_that_it_must_not() {
    let mut wrong = Vec::new();
    for (room, known) in ROOMS {
        if !Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room).exists() {
            continue;
        }
        for (path, text) in sources(room) {
            for (number, line) in text.lines().enumerate() {
                let code = line.trim_start();
                if code.starts_with("//") {
                    continue;
                }
                for (other, _) in ROOMS {
                    let names =
                        code.contains(&format!("crate::{other}::")) || code.contains(&format!("crate::{other};"));
                    if names && other != room && !known.contains(other) {
                        wrong.push(format!("{}:{}: {room} must not know {other}", path.display(), number + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is() {
    for (room, _) in ROOMS {
        if !Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room).exists() {
            continue;
        }
        for (path, text) in sources(room) {
            assert!(text.starts_with("//! "), "{} has no header", path.display());
        }
    }
}

/// Files that a learner reads fit two or three screens; the rest stays small enough to be found one's way in.
#[test]
fn no_file_is_longer_than_a_person_reads() {
    for (room, most) in
        [("algorithms", 320), ("basics", 400), ("simulation", 450), ("labs", 520), ("theory", 400), ("scenario", 400)]
    {
        for (path, text) in sources(room) {
            let lines = text.lines().count();
            assert!(lines <= most, "{} has {lines} lines; {room} has files of at most {most}", path.display());
        }
    }
}

/// Every algorithm in a registry has a source, a cost, and a file whose header a student can learn from.
#[test]
fn every_registered_algorithm_is_described_where_it_stands() {
    let mut rows = 0;
    for lab in headroom::labs::catalogue() {
        for about in lab.policies {
            rows += 1;
            for (what, text) in
                [("label", about.label), ("summary", *about.summary), ("cost", *about.cost), ("source", *about.source)]
            {
                assert!(!text.trim().is_empty(), "{} has no {what}", about.key);
            }
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(about.file);
            let text = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("{} is not there", about.file));
            for section in ["**What it is.**", "**Cost.**", "**Source.**", "**What goes wrong.**"] {
                assert!(text.contains(section), "{} does not say: {section}", about.file);
            }
        }
    }
    println!("{rows} registered algorithms");
}

/// The two lists of labs agree: what stands in the catalogue can be built, lane by lane, policy by policy.
#[test]
fn every_lab_of_the_catalogue_can_be_built_with_every_policy() {
    use headroom::scenario::{Lane, Scenario};
    for lab in headroom::labs::catalogue() {
        for about in lab.policies {
            let mut scenario = Scenario::of(lab);
            scenario.lanes = vec![Lane { policy: about.key.to_owned(), ..Lane::default() }];
            let run = headroom::labs::build(&scenario, 0);
            assert!(run.totals().conserved(), "{} of {}", about.key, lab.key);
        }
    }
}

/// Prose is fetched: a program of the browser that linked the library with its defaults would carry all of it.
#[test]
fn the_programs_of_the_browser_leave_the_prose_out() {
    for program in ["page", "lessons", "worker"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("crates/{program}/Cargo.toml"));
        let manifest = std::fs::read_to_string(path).unwrap();
        let line = manifest.lines().find(|line| line.starts_with("headroom = ")).unwrap();
        assert!(line.contains("default-features = false") && !line.contains("features = ["), "{program}: {line}");
    }
}

/// A lab has a worker of its own: a program, its row in the manifest, and its line in index.html.
#[test]
fn every_lab_of_the_catalogue_has_a_worker_that_is_built() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap_or_default();
    let (manifest, index) = (read("crates/worker/Cargo.toml"), read("index.html"));
    for lab in headroom::labs::catalogue() {
        let program = format!("headroom-worker-{}", lab.key);
        assert!(read(&format!("crates/worker/src/bin/{}.rs", lab.key)).contains("EXPERIMENT"), "no program {program}");
        assert!(manifest.contains(&format!("name = \"{program}\"")), "crates/worker/Cargo.toml has no {program}");
        assert!(index.contains(&format!("data-bin=\"{program}\"")), "index.html does not build {program}");
    }
    assert_eq!(headroom::labs::catalogue().len(), headroom::labs::EXPERIMENTS.len());
}

/// The header stands in index.html, so that it is there before the program; what it lists is held to the catalogue here.
#[test]
fn the_header_lists_every_lab_in_the_order_of_the_catalogue() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("index.html")).unwrap();
    let menu = text.split("id=\"labs-menu\"").nth(1).and_then(|rest| rest.split("</details>").next()).unwrap();
    let listed: Vec<&str> = menu.lines().map(str::trim).filter(|line| line.starts_with("<li>")).collect();
    let wanted: Vec<String> = headroom::labs::catalogue()
        .map(|lab| format!("<li><a href=\"#/lab/{}\">{}</a></li>", lab.key, lab.label))
        .collect();
    assert_eq!(listed, wanted);
}

/// Workers start before the page's program is there to say how many lanes there are.
#[test]
fn as_many_workers_start_early_as_the_first_lab_has_lanes() {
    let boot = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("static/boot.js")).unwrap();
    let first = headroom::labs::catalogue().next().unwrap();
    assert!(boot.contains(&format!("const LANES = {};", first.default_policies.len())));
    assert!(boot.contains(&format!("const MOST_LANES = {};", headroom::scenario::MOST_LANES)));
}

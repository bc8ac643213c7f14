//! What the compiler lets through, and what it refuses.

use std::path::{Path, PathBuf};

use headroom::basics::Kind;
use headroom::labs::catalogue;
use headroom::labs::export::rows;
use headroom::scenario::Scenario;
use headroom::theory::FORMULAS;
use headroom_content::lesson::{Block, Lesson};
use headroom_content::{code, compile, prose, write};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The text of a line of HTML.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' if inside => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn every_policy_of_every_lab_has_its_file_line_by_line() {
    let all = compile(&root()).unwrap();
    for about in catalogue().flat_map(|lab| lab.policies) {
        let compiled = all.iter().find(|text| text.key == about.file).unwrap();
        let source = std::fs::read_to_string(root().join(about.file)).unwrap();
        let first = compiled.json["first"].as_u64().unwrap() as usize;
        let lines = compiled.json["lines"].as_array().unwrap();
        assert_eq!(first - 1 + lines.len(), source.lines().count(), "{}", about.file);
        for (shown, line) in lines.iter().zip(source.lines().skip(first - 1)) {
            assert_eq!(plain(shown.as_str().unwrap()), line, "{}", about.file);
        }
        assert!(!lines[0].as_str().unwrap().is_empty() && !compiled.json["prose"].as_str().unwrap().contains("//!"));
    }
}

#[test]
fn keywords_types_functions_numbers_strings_and_comments_are_told_apart() {
    let text =
        "//! Header.\n\nfn add<T>(a: u32) -> Vec<T> {\n    // why\n    let x = 7;\n    say!(\"a<b\", 'c', x != 1)\n}\n";
    let json = code::compile("x.rs", text).unwrap();
    assert_eq!(json["first"], 3);
    assert_eq!(json["prose"], "<p>Header.</p>\n");
    let lines: Vec<&str> = json["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(lines[0].contains("<span class=\"k\">fn </span><span class=\"f\">add</span>"), "{}", lines[0]);
    assert!(lines[0].contains("<span class=\"t\">Vec</span>"), "{}", lines[0]);
    assert!(lines[1].contains("<span class=\"c\">// why</span>"), "{}", lines[1]);
    assert!(lines[2].contains("<span class=\"n\">7</span>"), "{}", lines[2]);
    assert!(lines[3].contains("<span class=\"m\">say</span>!"), "{}", lines[3]);
    assert!(lines[3].contains("<span class=\"s\">&quot;a&lt;b&quot;</span>"), "{}", lines[3]);
    assert!(lines[3].contains(" x != <span"), "{}", lines[3]);
}

#[test]
fn a_file_without_a_header_and_a_file_that_is_missing_fail() {
    assert!(code::compile("x.rs", "fn main() {}\n").is_err());
    let error = compile(Path::new("/nowhere")).unwrap_err();
    assert!(format!("{error:#}").contains("named by a registry"), "{error:#}");
}

#[test]
fn html_in_prose_is_text_and_links_into_the_code_are_names() {
    let html =
        prose::of_source("See [`Fleet`] and [the paper](https://example.org/x), <b>not</b> [this](super::that).");
    assert_eq!(
        html,
        "<p>See <code>Fleet</code> and <a href=\"https://example.org/x\">the paper</a>, &lt;b&gt;not&lt;/b&gt; this.</p>\n"
    );
    assert!(!prose::of_lesson("<script>alert(1)</script>").unwrap().contains("<script"));
}

#[test]
fn every_declaration_of_a_lab_has_its_texts_under_the_paths_that_the_page_asks_for() {
    let all = compile(&root()).unwrap();
    let of = |key: &str| &all.iter().find(|text| text.room == "labs" && text.key == key).unwrap().json;
    for lab in catalogue() {
        let json = of(lab.key);
        let text = |path: &str| json["texts"][path].as_str().unwrap_or_else(|| panic!("{}: {path}", lab.key));
        for row in lab.parameters {
            assert_eq!(text(&format!("parameter/{}", row.key)), *row.help);
            if let Kind::Choice(options) = row.kind {
                for option in options {
                    assert_eq!(text(&format!("parameter/{}/{}", row.key, option.key)), *option.help);
                }
            }
        }
        for about in lab.policies {
            assert_eq!(text(&format!("policy/{}/summary", about.key)), *about.summary);
            assert_eq!(text(&format!("policy/{}/cost", about.key)), *about.cost);
            assert_eq!(text(&format!("policy/{}/source", about.key)), *about.source);
            for row in about.parameters {
                assert_eq!(text(&format!("policy/{}/parameter/{}", about.key, row.key)), *row.help);
            }
        }
        for kind in lab.faults {
            assert_eq!(text(&format!("fault/{}", kind.key)), *kind.help);
        }
        for row in rows(&Scenario::of(lab)) {
            assert_eq!(text(&format!("measure/{}", row.key)), *row.help);
        }
        for (show, json) in lab.shows.iter().zip(json["shows"].as_array().unwrap()) {
            assert_eq!(json["scenario"], show.scenario);
            assert_eq!(json["task"]["condition"].as_str(), show.task.map(|task| task.condition));
        }
        assert_eq!(json["shows"].as_array().unwrap().len(), lab.shows.len());
        assert_eq!(json["models"].as_array().unwrap().len(), lab.models.len());
        assert_eq!(of("about")[lab.key]["leaves-out"], json["leaves-out"]);
        assert_eq!(of("home")[lab.key][0]["title"], json["shows"][0]["title"]);
    }
}

#[test]
fn every_formula_of_every_subject_is_written_by_itself() {
    let all = compile(&root()).unwrap();
    let formulas = &all.iter().find(|text| text.key == "formulas").unwrap().json;
    for of in FORMULAS {
        let written = formulas[of.subject].as_array().unwrap();
        let whole: String = written.iter().map(|formula| formula.as_str().unwrap()).collect();
        assert_eq!(whole, *of.mathml);
        assert_eq!(written.len(), of.mathml.matches("</math>").count(), "{}", of.subject);
    }
}

#[test]
fn a_lesson_is_cut_into_blocks() {
    let text = "---\ntitle: T\n---\n\nOne *two*.\n\n```scene\nLoad it\nbalancing?servers=4\n```\n\n```claim\nbalancing?servers=4\na.p99 > 0s\n```\n\n```text\nplain\n```\n";
    let lesson = Lesson::read(text).unwrap();
    assert_eq!(lesson.title, "T");
    assert_eq!(lesson.blocks[0], Block::Html("<p>One <em>two</em>.</p>\n".to_owned()));
    assert_eq!(lesson.blocks[1], Block::Scene { label: "Load it".to_owned(), text: "balancing?servers=4".to_owned() });
    assert!(matches!(&lesson.blocks[2], Block::Claim { condition, .. } if condition == "a.p99 > 0s"));
    assert!(matches!(&lesson.blocks[3], Block::Html(html) if html.contains("<pre>")));
}

#[test]
fn what_is_wrong_with_a_lesson_fails_with_its_line() {
    let lesson = |body: &str| Lesson::read(&format!("---\ntitle: T\n---\n{body}"));
    for (body, expected) in [
        ("```scene\nLoad\nbalancing?sevrers=4\n```\n", "sevrers"),
        ("\n```claim\nbalancing\na.p98 > 1s\n```\n", "line 5"),
        ("\n```claim\nbalancing\na.p99 >\n```\n", "line 5"),
        ("```scene\nonly one line\n```\n", "two lines"),
        ("[dead](#/lab/nowhere)\n", "nowhere"),
        ("[dead](./other.md)\n", "leads nowhere"),
    ] {
        let error = format!("{:#}", lesson(body).unwrap_err());
        assert!(error.contains(expected), "{body}: {error}");
    }
    assert!(Lesson::read("no front matter").is_err());
    assert!(Lesson::read("---\nauthor: me\n---\n").is_err());
}

#[test]
fn every_text_is_written_under_a_name_of_its_content_and_the_index_names_it() {
    let folder = std::env::temp_dir().join(format!("headroom-content-{}", std::process::id()));
    let all = compile(&root()).unwrap();
    let index = write(&folder, &all).unwrap();
    assert_eq!(write(&folder, &all).unwrap(), index);
    let index: Value = serde_json::from_str(&std::fs::read_to_string(folder.join(index)).unwrap()).unwrap();
    for text in &all {
        let name = index[text.room][&text.key].as_str().unwrap();
        let written: Value = serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap();
        assert_eq!(written, text.json);
    }
    std::fs::remove_dir_all(folder).unwrap();
}

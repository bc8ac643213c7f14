//! Markdown to HTML, ours and nobody else's: raw HTML in the Markdown is shown as text.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow, bail};
use headroom::scenario::Scenario;
use pulldown_cmark::{BrokenLink, CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// The header of a source file. Links to other items of the code become their names: there is nowhere to go.
#[must_use]
pub fn of_source(markdown: &str) -> String {
    let resolve = |link: BrokenLink<'_>| Some((link.reference.to_string().into(), CowStr::from("")));
    let parser = Parser::new_with_broken_link_callback(markdown, Options::empty(), Some(resolve));
    // Whether each open link leads out of the code.
    let mut leads = Vec::new();
    let events = parser.filter_map(|event| match event {
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            let outside = dest_url.starts_with("https://");
            leads.push(outside);
            outside.then_some(event)
        }
        Event::End(TagEnd::Link) => leads.pop().unwrap_or(false).then_some(event),
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        other => Some(other),
    });
    let mut output = String::new();
    html::push_html(&mut output, events);
    output
}

/// A piece of the introduction of a lab.
///
/// # Errors
/// When a link is dead: to a scenario that is refused, or neither to a page of ours nor to one with https.
pub fn of_lesson(markdown: &str) -> Result<String> {
    of_course(markdown, 1, &BTreeSet::new(), &mut Vec::new()).map_err(|error| {
        // The line within the piece says nothing to who reads the file.
        let text = error.to_string();
        anyhow!("{}", text.split_once(": ").map_or(text.as_str(), |(_, what)| what))
    })
}

/// A piece of a lesson, walkthrough or exercise that begins at `line`. `texts` are the addresses of all texts;
/// `[words](claim:name)` becomes a mark that the page makes runnable, and its name and line go into `claims`.
///
/// # Errors
/// With its line, when a link is dead.
pub fn of_course(
    markdown: &str,
    line: usize,
    texts: &BTreeSet<String>,
    claims: &mut Vec<(String, usize)>,
) -> Result<String> {
    let mut events = Vec::new();
    // Whether each open link is a claim.
    let mut open = Vec::new();
    for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        let here = line + markdown.get(..range.start).unwrap_or_default().matches('\n').count();
        match event {
            Event::Start(Tag::Link { ref dest_url, .. }) => {
                if let Some(name) = dest_url.strip_prefix("claim:") {
                    claims.push((name.to_owned(), here));
                    let mark = format!(
                        "<a class=\"claim-mark\" role=\"button\" tabindex=\"0\" data-claim=\"{}\">",
                        crate::escaped(name)
                    );
                    events.push(Event::InlineHtml(mark.into()));
                    open.push(true);
                } else {
                    check_link(dest_url, texts).map_err(|what| anyhow!("{here}: {what}"))?;
                    events.push(event);
                    open.push(false);
                }
            }
            Event::End(TagEnd::Link) => {
                events.push(if open.pop().unwrap_or(false) { Event::InlineHtml("</a>".into()) } else { event });
            }
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            other => events.push(other),
        }
    }
    let mut output = String::new();
    html::push_html(&mut output, events.into_iter());
    Ok(output)
}

fn check_link(address: &str, texts: &BTreeSet<String>) -> Result<()> {
    if let Some(text) = address.strip_prefix("#/lab/") {
        scenario(text)?;
    } else if let Some(text) = address.strip_prefix("#/").filter(|text| text.contains('/')) {
        if !texts.contains(text) {
            bail!("the link to “{address}” is dead: there is no such text");
        }
    } else if !address.starts_with("https://") && !["#/", "#/lessons", "#/interview", "#/exercises"].contains(&address)
    {
        bail!("the link to “{address}” leads nowhere: write #/lab/…, #/lesson/…, claim:… or https://…");
    }
    Ok(())
}

/// Reads a scenario that must be right in every part.
///
/// # Errors
/// What is wrong with it.
pub fn scenario(text: &str) -> Result<Scenario> {
    let (scenario, notices) = Scenario::read(text).map_err(|what| anyhow::anyhow!("the scenario {text}: {what}"))?;
    if let Some(notice) = notices.first() {
        bail!("the scenario {text}: {}", notice.problem);
    }
    Ok(scenario)
}

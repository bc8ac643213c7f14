//! Markdown to HTML, ours and nobody else's: raw HTML in the Markdown is shown as text.

use anyhow::{Result, bail};
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

/// A piece of a lesson.
///
/// # Errors
/// When a link is dead: to a scenario that is refused, or neither to a page of ours nor to one with https.
pub fn of_lesson(markdown: &str) -> Result<String> {
    let mut events = Vec::new();
    for event in Parser::new_ext(markdown, Options::empty()) {
        match event {
            Event::Start(Tag::Link { ref dest_url, .. }) => {
                check_link(dest_url)?;
                events.push(event);
            }
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            other => events.push(other),
        }
    }
    let mut output = String::new();
    html::push_html(&mut output, events.into_iter());
    Ok(output)
}

fn check_link(address: &str) -> Result<()> {
    if let Some(text) = address.strip_prefix("#/lab/") {
        scenario(text)?;
    } else if !address.starts_with("https://") && address != "#/" {
        bail!("the link to “{address}” leads nowhere: write #/lab/… or https://…");
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

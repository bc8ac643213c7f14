//! The file of the focused lane's policy, as it is compiled, with the lines of the last decision marked.

use headroom::algorithms::About;
use headroom::basics::Remark;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::lanes::lane_choice;
use super::texts::{Text, field, list, number, placeholder, trusted, use_text};
use crate::hooks::use_watch;
use crate::live::Live;
use crate::prose::Prose;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct CodeProps {
    /// The experiment.
    pub live: Live,
    /// The texts of its lab.
    pub prose: Prose,
}

/// What is known of a policy, and what it last said.
#[derive(Clone, PartialEq, Default)]
struct Seen {
    lane: usize,
    key: &'static str,
    label: &'static str,
    file: &'static str,
    exhibit: bool,
    playing: bool,
    remarks: Vec<Remark>,
}

fn look(live: &Live, (): &()) -> Seen {
    let player = live.player();
    let lane = player.focus();
    let scenario = player.scenario();
    let about = scenario.lanes.get(lane).and_then(|lane| scenario.about(&lane.policy));
    let Some(&About { key, label, file, exhibit, .. }) = about else { return Seen::default() };
    let at = player.tracks().get(lane).and_then(|track| track.at.as_deref());
    // Other files may have spoken too: health checks, the lab itself.
    let own = |remark: &&Remark| remark.file.ends_with(file);
    let remarks = at.map(|at| at.remarks.iter().filter(own).cloned().collect()).unwrap_or_default();
    Seen { lane, key, label, file, exhibit, playing: player.playing(), remarks }
}

/// The Code tab.
#[component]
pub fn Code(props: &CodeProps) -> Html {
    let seen = use_watch(&props.live, (), look);
    let text = use_text("code", Some(seen.file), 0);
    let place = use_node_ref();
    // Between two decisions there are steps that decide nothing; the last decision stays marked.
    let last = use_mut_ref(|| (usize::MAX, "", Vec::<Remark>::new()));
    let remarks = {
        let mut last = last.borrow_mut();
        if seen.playing || (last.0, last.1) != (seen.lane, seen.key) {
            *last = (seen.lane, seen.key, Vec::new());
        }
        if !seen.remarks.is_empty() {
            last.2.clone_from(&seen.remarks);
        }
        last.2.clone()
    };
    let here = matches!(text, Text::Here(_));
    let spoke: Vec<u32> = remarks.iter().map(|remark| remark.line).collect();
    use_effect_with((spoke, here, seen.key, place.clone()), |(spoke, _, _, place)| {
        if let Some(place) = place.cast::<HtmlElement>() {
            mark(&place, spoke);
        }
    });
    let listing = match &text {
        Text::Here(json) => {
            let first = number(json, "first").unwrap_or(1.0) as u32;
            let lines: String = list(json, "lines")
                .iter()
                .zip(first..)
                .map(|(line, number)| {
                    let line = line.as_string().unwrap_or_default();
                    format!("<span class=\"line\" data-line=\"{number}\">{line}\n</span>")
                })
                .collect();
            html! {
                <>
                    <div class="prose code-prose" key="prose">{trusted(field(json, "prose").unwrap_or_default())}</div>
                    <pre class="listing" key="listing" ref={place} tabindex="0" role="region" aria-label={format!("Source code of {}", seen.label)}><code key={seen.file}>{trusted(lines)}</code></pre>
                </>
            }
        }
        other => placeholder(other),
    };
    let of = |what: &str| props.prose.of(&format!("policy/{}/{what}", seen.key));
    let said = remarks.iter().map(|remark| html! { <li>{format!("line {}: {}", remark.line, remark.text)}</li> });
    html! {
        <div class="code">
            {lane_choice(&props.live)}
            <div class="code-head" key="head">
                <h3>{seen.label}if seen.exhibit {<span class="exhibit">{"Exhibit: faulty on purpose"}</span>}</h3>
                if seen.exhibit {<p class="exhibit-note">{"A faithful port of a listing that does not do what it says. Run it beside the correct policy and find the fault; do not copy it."}</p>}
                <p>{of("summary")}</p>
                <dl class="code-facts">
                    <div><dt>{"Cost of a decision"}</dt><dd>{of("cost")}</dd></div>
                    <div><dt>{"Semantics from"}</dt><dd>{of("source")}</dd></div>
                    <div><dt>{"File, as compiled"}</dt><dd><code>{seen.file}</code></dd></div>
                </dl>
            </div>
            <div class="code-said" key="said">
                if remarks.is_empty() {
                    <p class="quiet">{"Step through the run: the lines that decide are marked here, with what they say."}</p>
                } else {
                    <><p>{"The last decision, marked below:"}</p><ul>{for said}</ul></>
                }
            </div>
            <div key="listing">{listing}</div>
        </div>
    }
}

/// Marks `lines` in the listing and scrolls it, not the page, to the first of them.
fn mark(place: &HtmlElement, lines: &[u32]) {
    let Ok(marked) = place.query_selector_all(".marked") else { return };
    for index in 0..marked.length() {
        if let Some(element) = marked.item(index).and_then(|node| node.dyn_into::<HtmlElement>().ok()) {
            // Taking away a class that is there does not fail.
            let _ = element.class_list().remove_1("marked");
        }
    }
    let mut first = None;
    for line in lines {
        let found = place.query_selector(&format!("[data-line=\"{line}\"]")).ok().flatten();
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.class_list().add_1("marked");
            first.get_or_insert(element);
        }
    }
    if let Some(first) = first {
        // The listing is what its lines are placed in.
        place.set_scroll_top(first.offset_top() - place.client_height() / 3);
    }
}

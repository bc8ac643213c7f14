//! How lucky the seed of the experiment is: said in the tab, and beside the seed in the controls.
//!
//! Both show the same run over seeds, the one that [`RunOut`] holds; the button in the controls only asks for it. Read
//! next: `headroom::theory::replications`, where the rank comes from.

use headroom::theory::replications::percentile_rank;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::results::{ordinal, over_seeds};
use super::{RunOut, What, Work, form, use_news};
use crate::browser::{self, announce};
use crate::describe;
use crate::hooks::use_watch;
use crate::live::Live;
use crate::tabs::Tab;
use crate::tabs::numbers::written;

/// What the run over seeds says of the own one: a sentence for each lane that has the measure.
pub(super) fn sentences(work: &Work, measure: &str) -> Vec<String> {
    let Some(row) = work.row(measure) else { return Vec::new() };
    let of_lane = |lane: usize| {
        let (figures, own) = over_seeds(work, lane, measure);
        let rank = (percentile_rank(own?, &figures)? * 100.0).round() as u64;
        Some(format!(
            "In lane {} the {} of seed {}, {}, is at the {} percentile of {} other seeds.",
            describe::badge(lane),
            row.label,
            work.scenario.seed,
            written(own, row.unit),
            ordinal(rank),
            figures.len()
        ))
    };
    work.lanes().filter_map(of_lane).collect()
}

/// How the question stands for the experiment as it is now.
#[derive(Clone, Copy, PartialEq)]
enum Stand {
    /// Not asked, cancelled, or asked of another experiment.
    Open,
    /// Something else is being run out.
    Busy,
    Underway,
    Answered,
}

/// What is shown beside the seed is given.
#[derive(Properties, PartialEq)]
pub struct LuckProps {
    /// The experiment.
    pub live: Live,
    /// What runs beside it.
    pub run_out: RunOut,
}

/// One button whose meaning follows how it stands, so that the focus stays where it is; below it the progress, then the
/// sentences. A component of its own: drawn anew with every bit of progress, it must not take the fields round it along,
/// in which somebody may be typing.
#[component]
pub fn Luck(props: &LuckProps) -> Html {
    let LuckProps { live, run_out } = props;
    use_news(run_out);
    let _ = use_watch(live, (), |live, ()| live.player().scenario().clone());
    let inner = &run_out.0;
    let player = live.player();
    let present = player.scenario();
    let work = inner.work.borrow();
    let settings = inner.settings.borrow();
    let stale = work.as_ref().is_some_and(|work| work.scenario != *present);
    let stand = match work.as_ref() {
        Some(work) if work.took.is_none() => {
            if work.what == What::Seeds {
                Stand::Underway
            } else {
                Stand::Busy
            }
        }
        Some(work) if work.what == What::Seeds && !work.cancelled && !stale => Stand::Answered,
        _ => Stand::Open,
    };
    let label = match stand {
        Stand::Open | Stand::Busy => "How lucky is this seed?",
        Stand::Underway => "Cancel the comparison",
        Stand::Answered => "All figures of the comparison",
    };
    let press = {
        let (live, run_out) = (live.clone(), run_out.clone());
        Callback::from(move |_: MouseEvent| match stand {
            Stand::Open => ask(&live, &run_out),
            Stand::Busy => {}
            Stand::Underway => {
                run_out.0.cancel();
                announce::answer("Cancelled.");
                run_out.0.draw();
            }
            Stand::Answered => show_all(),
        })
    };
    let words = match stand {
        Stand::Open => String::new(),
        Stand::Busy => "Possible when what is being run out is done or cancelled.".to_owned(),
        Stand::Underway if stale => "Of the experiment before the change:".to_owned(),
        Stand::Underway => "Running the same experiment with other seeds:".to_owned(),
        Stand::Answered => String::new(),
    };
    let answers = match work.as_ref() {
        Some(work) if stand == Stand::Answered => {
            let sentences = sentences(work, settings.measure);
            if sentences.is_empty() { vec![NOTHING_TO_COMPARE.to_owned()] } else { sentences }
        }
        _ => Vec::new(),
    };
    // Of a wish of this kind; another is answered in the tab.
    let refusal = if settings.what == What::Seeds { inner.refusal.borrow().clone() } else { String::new() };
    html! {
        <div class="luck" key="luck">
            <button type="button" class="link-button" onclick={press} disabled={stand == Stand::Busy}>{label}</button>
            <p key="words" hidden={words.is_empty()}>{words}</p>
            if stand == Stand::Underway { {form::progress(work.as_ref())} }
            <ul key="answers" hidden={answers.is_empty()}>{for answers.into_iter().map(|sentence| html! { <li>{sentence}</li> })}</ul>
            <p key="refused" class="control-refused">{refusal}</p>
        </div>
    }
}

/// Said where no lane has a figure of the chosen measure.
const NOTHING_TO_COMPARE: &str = "This run has no figure of the chosen measure that could be compared.";

/// Runs the experiment over seeds, as many as stand in the tab.
fn ask(live: &Live, run_out: &RunOut) {
    let inner = &run_out.0;
    inner.settings.borrow_mut().what = What::Seeds;
    let scenario = live.player().scenario().clone();
    announce::answer("Running the same experiment with other seeds.");
    inner.begin(&scenario);
}

/// Opens the tab that has all of it, as a click on it would, and goes there.
fn show_all() {
    let tab = browser::document().and_then(|document| document.get_element_by_id(Tab::RunOut.id()));
    if let Some(tab) = tab.as_ref().and_then(|tab| tab.dyn_ref::<HtmlElement>()) {
        tab.click();
        tab.scroll_into_view();
        browser::focus(tab);
    }
}

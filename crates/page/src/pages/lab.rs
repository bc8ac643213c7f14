//! A lab: the experiment with everything round it.

use gloo_timers::callback::Timeout;
use headroom::scenario::Scenario;
use yew::prelude::*;

use super::missing::missing;
use crate::browser;
use crate::charts::Charts;
use crate::components::controls::Controls;
use crate::components::embedding::Embedding;
use crate::components::help::help;
use crate::components::icons;
use crate::components::keys::{self, Asked};
use crate::components::lanes::{AddLane, Lanes};
use crate::components::notices::Notices;
use crate::components::share::Share;
use crate::components::story::Story;
use crate::components::time_bar::TimeBar;
use crate::components::trouble::Trouble;
use crate::hooks::use_watch;
use crate::live::Live;
use crate::router;
use crate::tabs::Tabs;
use crate::tabs::run_out::use_run_out;
use crate::tabs::theory::use_curve;
use crate::whole::use_whole;

/// The address follows the scenario when it has stood still for so long, in milliseconds.
const SETTLED: u32 = 400;

/// What the page is given.
#[derive(Properties, PartialEq)]
pub struct LabPageProps {
    /// The text of the scenario, from the address.
    pub text: AttrValue,
}

/// The page: an experiment, or what is wrong with the address.
#[component]
pub fn LabPage(props: &LabPageProps) -> Html {
    let opened = use_state(|| open(&props.text));
    let restart = {
        let opened = opened.clone();
        Callback::from(move |()| {
            if let Ok(before) = &*opened {
                let text = before.live.player().scenario().text();
                opened.set(open(&text).map(|opened| Opened { round: before.round + 1, ..opened }));
            }
        })
    };
    match &*opened {
        Ok(Opened { live, notices, round }) => {
            html! { <Workbench key={*round} live={live.clone()} notices={notices.clone()} on_restart={restart} /> }
        }
        Err(sentence) => missing(sentence),
    }
}

/// An experiment that was opened.
#[derive(Clone)]
pub struct Opened {
    /// The experiment.
    pub live: Live,
    /// What of its text could not be used.
    pub notices: Vec<String>,
    /// Restarts so far.
    pub round: u32,
}

/// Opens the experiment that `text` describes.
///
/// # Errors
/// The sentence that says what is wrong with the text, when it names no lab.
pub fn open(text: &str) -> Result<Opened, String> {
    let (scenario, notices) = Scenario::read(text).map_err(|notice| sentence(&notice.sentence))?;
    let notices = notices.into_iter().map(|notice| notice.sentence).collect();
    Ok(Opened { live: Live::open(scenario), notices, round: 0 })
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map_or(' ', |first| first.to_ascii_uppercase());
    format!("{first}{}.", characters.as_str().trim_end_matches('.'))
}

#[derive(Properties, PartialEq)]
struct WorkbenchProps {
    live: Live,
    notices: Vec<String>,
    on_restart: Callback<()>,
}

#[derive(Clone, Copy, PartialEq)]
enum Open {
    Nothing,
    Share,
    Embed,
    Help,
}

#[component]
fn Workbench(props: &WorkbenchProps) -> Html {
    let live = &props.live;
    let open = use_state(|| Open::Nothing);
    let place = use_node_ref();
    use_address(live);
    // Keys work at once for who has just come here; nothing else has the focus yet.
    use_effect_with(place.clone(), |place| {
        let active = browser::document().and_then(|document| document.active_element());
        let free = active.is_none_or(|active| matches!(active.tag_name().as_str(), "BODY" | "MAIN"));
        if let Some(place) = place.cast::<web_sys::Element>().filter(|_| free) {
            browser::focus(&place);
        }
    });
    let whole = use_whole();
    let lab = live.player().scenario().lab;
    let show = {
        let open = open.clone();
        Callback::from(move |what: Open| open.set(what))
    };
    let press = {
        let (live, open) = (live.clone(), open.clone());
        Callback::from(move |event: KeyboardEvent| match keys::press(&live, &event) {
            Asked::Help => open.set(Open::Help),
            Asked::Leave => {
                if let Some(main) = browser::document().and_then(|document| document.get_element_by_id("app")) {
                    browser::focus(&main);
                }
            }
            Asked::Nothing => {}
        })
    };
    html! {
        <div class="lab" ref={place} tabindex="-1" onkeydown={press} role="region" aria-label={format!("{} lab", lab.label)}>
            <header class="lab-head" key="head">
                <div class="lab-title"><h1>{lab.label}</h1><p>{lab.summary}</p></div>
                if whole {
                    <Toolbar live={live.clone()} on_open={show} />
                } else {
                    <div class="toolbar place" aria-hidden="true"></div>
                }
            </header>
            <div class="lab-notices" key="notices">
                if !props.notices.is_empty() { <Notices notices={props.notices.clone()} /> }
                <Trouble live={live.clone()} on_restart={props.on_restart.clone()} />
            </div>
            <div class="bench" key="bench">
                <section class="card bench-stage" aria-label="Stage">
                    <Lanes live={live.clone()} />
                    <TimeBar live={live.clone()} />
                    if whole { <Story live={live.clone()} /> } else { <div class="story" aria-hidden="true"></div> }
                </section>
                if whole {
                    {beside(live)}
                } else {
                    // Their places, so that nothing moves when they come.
                    <div class="card bench-controls place" aria-hidden="true"></div>
                    <div class="charts-area place" aria-hidden="true"></div>
                }
            </div>
            if *open != Open::Nothing { {dialog(&open, live)} }
        </div>
    }
}

/// What comes with the rest of the program.
#[inline(never)] // not needed at the start
fn beside(live: &Live) -> Html {
    html! { <Beside live={live.clone()} /> }
}

/// What a part of the page is given that needs the experiment alone.
#[derive(Properties, PartialEq)]
struct PartProps {
    live: Live,
}

/// The controls and the tabs, which share what runs beside the experiment, and the charts.
#[component]
fn Beside(props: &PartProps) -> Html {
    let live = &props.live;
    let run_out = use_run_out(live);
    html! {
        <>
            <section class="card bench-controls" aria-label="Controls"><Controls live={live.clone()} run_out={Some(run_out.clone())} /></section>
            <MeasuredCharts live={live.clone()} />
            <Tabs live={live.clone()} {run_out} />
        </>
    }
}

#[inline(never)] // not needed at the start
fn dialog(open: &UseStateHandle<Open>, live: &Live) -> Html {
    let closed = {
        let open = open.clone();
        Callback::from(move |()| open.set(Open::Nothing))
    };
    match **open {
        Open::Nothing => html! {},
        Open::Share => html! { <Share live={live.clone()} on_close={closed} /> },
        Open::Embed => html! { <Embedding live={live.clone()} on_close={closed} /> },
        Open::Help => help(closed),
    }
}

#[derive(Properties, PartialEq)]
struct ToolbarProps {
    live: Live,
    on_open: Callback<Open>,
}

/// Undo, another lane, and what opens a dialog.
#[component]
fn Toolbar(props: &ToolbarProps) -> Html {
    let live = &props.live;
    let undo_redo = use_watch(live, (), |live, ()| live.player().can_undo_redo());
    let (undo, redo) =
        (act(live, |live| live.act(|player| player.undo())), act(live, |live| live.act(|player| player.redo())));
    let show = |what: Open| {
        let open = props.on_open.clone();
        Callback::from(move |_: MouseEvent| open.emit(what))
    };
    html! {
        <div class="toolbar" role="toolbar" aria-label="Experiment">
            <button type="button" class="button icon-only" disabled={!undo_redo.0} onclick={undo} aria-label="Undo" title="Undo (Ctrl Z)">{icons::undo()}</button>
            <button type="button" class="button icon-only" disabled={!undo_redo.1} onclick={redo} aria-label="Redo" title="Redo (Ctrl Shift Z)">{icons::redo()}</button>
            <AddLane live={live.clone()} />
            <button type="button" class="button" onclick={show(Open::Help)}>{"Keys"}</button>
            <button type="button" class="button" onclick={show(Open::Embed)}>{"Embed"}</button>
            <button type="button" class="button primary" onclick={show(Open::Share)}>{"Share"}</button>
        </div>
    }
}

/// The charts, with what theory says drawn over what is measured.
#[component]
fn MeasuredCharts(props: &PartProps) -> Html {
    let live = &props.live;
    let curve = use_curve(live);
    html! {
        <div class="charts-area"><h2 class="visually-hidden">{"Charts"}</h2><Charts live={live.clone()} theory={curve} /></div>
    }
}

/// A click that does something with the experiment.
fn act(live: &Live, deed: fn(&Live)) -> Callback<MouseEvent> {
    let live = live.clone();
    Callback::from(move |_: MouseEvent| deed(&live))
}

/// The address follows the scenario, at the end of a gesture, without entries in the history.
#[hook]
fn use_address(live: &Live) {
    let link = use_watch(live, (), |live, ()| {
        let player = live.player();
        (!player.dragging()).then(|| player.scenario().link())
    });
    let pending = use_mut_ref(|| None::<Timeout>);
    let first = use_mut_ref(|| true);
    use_effect_with((*link).clone(), move |link| {
        // The address that brought us here stays as it was written until something is changed.
        if let Some(link) = link.clone().filter(|_| !first.replace(false)) {
            *pending.borrow_mut() = Some(Timeout::new(SETTLED, move || router::replace(&link)));
        }
    });
}

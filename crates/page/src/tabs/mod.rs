//! The tabs below an experiment: introduction, things to try, running it out, code, theory, numbers, what is modelled.
//!
//! Only the selected panel exists; what it needs it asks for when it is shown. Each knows the experiment through
//! [`Live`] and the lab through its declarations: no lab brings a tab of its own.

pub mod code;
pub mod honesty;
pub mod introduction;
pub mod lanes;
pub mod numbers;
pub mod run_out;
pub mod tasks;
pub mod texts;
pub mod theory;
pub mod tick;
pub mod trying;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::browser;
use crate::hooks::use_watch;
use crate::live::Live;
use crate::prose::use_prose;
use run_out::RunOut;

/// A tab.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// What to look at first.
    Introduction,
    /// The file that is compiled.
    Code,
    /// Closed forms beside what is measured.
    Theory,
    /// Every figure.
    Numbers,
    /// What is modelled.
    Honesty,
    /// Things to try.
    Trying,
    /// As fast as it can, over seeds, along a parameter.
    RunOut,
}

impl Tab {
    const ALL: [Self; 7] =
        [Self::Introduction, Self::Trying, Self::RunOut, Self::Code, Self::Theory, Self::Numbers, Self::Honesty];

    const fn label(self) -> &'static str {
        match self {
            Self::Introduction => "Introduction",
            Self::Code => "Code",
            Self::Theory => "Theory",
            Self::Numbers => "Numbers",
            Self::Honesty => "What this models, and what it does not",
            Self::Trying => "Try this",
            Self::RunOut => "Run it out",
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::Introduction => "tab-introduction",
            Self::Code => "tab-code",
            Self::Theory => "tab-theory",
            Self::Numbers => "tab-numbers",
            Self::Honesty => "tab-honesty",
            Self::Trying => "tab-trying",
            Self::RunOut => "tab-run-out",
        }
    }
}

/// What the tabs are given.
#[derive(Properties, PartialEq)]
pub struct TabsProps {
    /// The experiment.
    pub live: Live,
    /// What runs beside it.
    pub run_out: RunOut,
}

/// All tabs.
#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    let selected = use_state_eq(|| Tab::Introduction);
    let live = &props.live;
    // The panels are drawn anew when the experiment has moved, at most twice a second; at once when another lane is
    // looked at or another scenario is loaded.
    let tick = tick::use_tick(live);
    let _ = use_watch(live, (), |live, ()| (live.player().focus(), live.player().scenario().clone()));
    let shows_prose = matches!(*selected, Tab::Trying | Tab::Code | Tab::Numbers | Tab::Honesty);
    let prose = use_prose(live, shows_prose.then_some(*selected as usize));
    let tasks = tasks::use_tasks(live, tick, &prose, *selected == Tab::Trying);
    let lab = live.player().scenario().lab;
    let introduction = texts::use_text("lessons", (*selected == Tab::Introduction).then_some(lab.key), 0);
    let formulas = texts::use_text("labs", (*selected == Tab::Theory).then_some("formulas"), 0);
    let forms = theory::use_forms(live, *selected == Tab::Theory);
    run_out::use_news(&props.run_out);
    let keys = {
        let selected = selected.clone();
        Callback::from(move |event: KeyboardEvent| {
            let count = Tab::ALL.len();
            let here = Tab::ALL.iter().position(|tab| *tab == *selected).unwrap_or(0);
            let there = match event.key().as_str() {
                "ArrowRight" => (here + 1) % count,
                "ArrowLeft" => (here + count - 1) % count,
                "Home" => 0,
                "End" => count - 1,
                _ => return,
            };
            event.prevent_default();
            // These keys move through time elsewhere in a lab.
            event.stop_propagation();
            selected.set(Tab::ALL[there]);
            let element = browser::document().and_then(|document| document.get_element_by_id(Tab::ALL[there].id()));
            if let Some(element) = element {
                browser::focus(&element);
                show_whole(&element);
            }
        })
    };
    let tab = |tab: Tab| {
        let here = *selected == tab;
        let select = {
            let selected = selected.clone();
            Callback::from(move |_: MouseEvent| selected.set(tab))
        };
        html! {
            <button key={tab.id()} type="button" role="tab" class="tab" id={tab.id()} aria-selected={here.to_string()} aria-controls="tab-panel" tabindex={if here { "0" } else { "-1" }} onclick={select}>{tab.label()}</button>
        }
    };
    let panel = match *selected {
        Tab::Introduction => introduction::introduction(live, &introduction),
        Tab::Code => html! { <code::Code live={live.clone()} prose={prose.clone()} /> },
        Tab::Theory => theory::theory(live, &forms, &formulas),
        Tab::Numbers => numbers::table(live, &prose),
        Tab::Honesty => honesty::honesty(&prose.0),
        Tab::Trying => trying::trying(live, &tasks, &prose),
        Tab::RunOut => run_out::panel(live, &props.run_out),
    };
    html! {
        <section class="card tabs" aria-label="About this experiment">
            <div class="tab-list" role="tablist" aria-label="About this experiment" onkeydown={keys}>{for Tab::ALL.map(tab)}</div>
            <div class="tab-panel" id="tab-panel" role="tabpanel" aria-labelledby={selected.id()} tabindex="0" onkeydown={Callback::from(keep_for_scrolling)}><div key={selected.id()}>{panel}</div></div>
        </section>
    }
}

/// A table that is wider than its room takes the arrows that scroll it; elsewhere in a lab they move through time.
fn keep_for_scrolling(event: KeyboardEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let wide = target.is_some_and(|target| {
        target.class_list().contains("table-room") && target.scroll_width() > target.client_width()
    });
    if wide && matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight") {
        event.stop_propagation();
    }
}

/// Scrolls the row of tabs, and nothing else, so that `element` is seen.
fn show_whole(element: &Element) {
    let Some(tab) = element.dyn_ref::<HtmlElement>() else { return };
    if let Some(row) = tab.parent_element() {
        let (left, right) = (tab.offset_left(), tab.offset_left() + tab.offset_width());
        if left < row.scroll_left() {
            row.set_scroll_left(left);
        } else if right > row.scroll_left() + row.client_width() {
            row.set_scroll_left(right - row.client_width());
        }
    }
}

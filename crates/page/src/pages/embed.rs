//! A lab, or parts of it, as a figure in someone else's page.

use headroom::basics::Nanos;
use wasm_bindgen::JsValue;
use web_sys::Element;
use yew::prelude::*;

use super::lab::{Opened, open};
use super::missing::missing;
use crate::browser::{self, motion};
use crate::charts::Charts;
use crate::components::controls::{Controls, Locks};
use crate::components::help;
use crate::components::keys::{self, Asked};
use crate::components::lanes::Lanes;
use crate::components::notices::Notices;
use crate::components::story::Story;
use crate::components::theme;
use crate::components::time_bar::TimeBar;
use crate::components::trouble::Trouble;
use crate::embed::guess::use_laid;
use crate::embed::host::Host;
use crate::embed::mount::Within;
use crate::embed::presentation::{Part, Presentation};
use crate::embed::sight::{Height, Sight};
use crate::embed::way::Way;
use crate::hooks::use_watch;
use crate::live::Live;

/// What the page is given.
#[derive(Properties, PartialEq)]
pub struct EmbedPageProps {
    /// The text of the scenario with the parameters of presentation, from the address.
    pub text: AttrValue,
    /// Where it is, when it shares its document with a lesson.
    #[prop_or_default]
    pub within: Option<Within>,
}

/// The page.
#[component]
pub fn EmbedPage(props: &EmbedPageProps) -> Html {
    let opened = use_state(|| {
        let (rest, presentation, mut notices) = Presentation::read(&props.text);
        if props.within.is_none() {
            present(&presentation);
        }
        open(&rest).map(|mut opened| {
            notices.append(&mut opened.notices);
            begin(&opened.live, &presentation);
            (Opened { notices, ..opened }, presentation)
        })
    });
    let restart = {
        let opened = opened.clone();
        Callback::from(move |()| {
            if let Ok((before, presentation)) = &*opened {
                let text = before.live.player().scenario().text();
                opened
                    .set(open(&text).map(|again| (Opened { round: before.round + 1, ..again }, presentation.clone())));
            }
        })
    };
    match &*opened {
        Ok((Opened { live, notices, round }, presentation)) => {
            html! { <Figure key={*round} live={live.clone()} notices={notices.clone()} presentation={presentation.clone()} within={props.within.clone()} on_restart={restart} /> }
        }
        Err(sentence) => missing(sentence),
    }
}

/// Theme and motion are the whole document's.
fn present(presentation: &Presentation) {
    theme::apply(presentation.theme);
    let motion = presentation.motion.map(|full| if full { "full" } else { "reduce" });
    browser::mark_root("data-motion", motion);
}

/// Goes where the figure begins, and plays if it shall.
fn begin(live: &Live, presentation: &Presentation) {
    live.act(|player| {
        if let Some(speed) = presentation.speed {
            player.set_speed(speed);
        }
        player.set_stop(presentation.until);
        if presentation.t > Nanos::ZERO {
            player.seek(presentation.t);
        }
        // Nothing moves by itself for those who do not want it.
        if presentation.autoplay && !motion::reduced() {
            player.play();
        }
    });
}

#[derive(Properties, PartialEq)]
struct FigureProps {
    live: Live,
    notices: Vec<String>,
    presentation: Presentation,
    within: Option<Within>,
    on_restart: Callback<()>,
}

#[component]
fn Figure(props: &FigureProps) -> Html {
    let FigureProps { live, presentation, .. } = props;
    let place = use_node_ref();
    let help = use_state(|| false);
    let laid = use_state(|| None);
    use_host(live, presentation, &props.within, &place, &laid);
    let comparison = use_laid(live, &laid);
    let shows = |part: Part| presentation.shows(part);
    let locks = Locks(presentation.lock.clone());
    let press = {
        let (live, help) = (live.clone(), help.clone());
        Callback::from(move |event: KeyboardEvent| match keys::press(&live, &event) {
            Asked::Help => help.set(true),
            Asked::Leave => leave(),
            Asked::Nothing => {}
        })
    };
    let close_help = {
        let help = help.clone();
        Callback::from(move |()| help.set(false))
    };
    let link = use_watch(live, (), |live, ()| live.player().scenario().link());
    let label = live.player().scenario().lab.label;
    let lanes = shows(Part::Stage) || shows(Part::Figures);
    let charts = shows(Part::Charts) || shows(Part::Ways);
    let (label, heading) = match &props.within {
        // The page round it has headings of its own.
        Some(within) => (within.label.clone().unwrap_or_else(|| format!("{label}, an experiment")), html! {}),
        None => (format!("{label}, an experiment"), html! { <h1 class="visually-hidden">{label}</h1> }),
    };
    html! {
        <div class="embed lab" ref={place} tabindex="-1" onkeydown={press} role="region" aria-label={label}>
            {heading}
            <div class="lab-notices" key="notices">
                <Notices notices={props.notices.clone()} />
                <Trouble live={live.clone()} on_restart={props.on_restart.clone()} />
            </div>
            <div class="card bench-stage" key="stage" hidden={!lanes && !shows(Part::Time)}>
                if lanes {
                    <Lanes live={live.clone()} stage={shows(Part::Stage)} figures={shows(Part::Figures)} locked={locks.holds("policy")} compact=true />
                }
                if shows(Part::Time) {
                    <TimeBar live={live.clone()} />
                    <Story live={live.clone()} />
                }
            </div>
            <div key="laid">{comparison}</div>
            <div class="charts-area" key="charts" hidden={!charts}>
                if charts { <h2 class="visually-hidden">{"Charts"}</h2><Charts live={live.clone()} only_ways={!shows(Part::Charts)} /> }
            </div>
            <div class="card" key="controls" hidden={!shows(Part::Controls)}>
                if shows(Part::Controls) { <Controls live={live.clone()} {locks} /> }
            </div>
            <p class="embed-foot" key="foot"><a href={(*link).clone()} target="_blank" rel="noopener">{"Open in Headroom"}</a></p>
            <div key="dialogs">if *help { {help::help(close_help)} }</div>
        </div>
    }
}

/// Gives the focus back to the host page.
fn leave() {
    if let Some(element) = browser::document().and_then(|document| document.active_element()) {
        use wasm_bindgen::JsCast;
        if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
            // Refused by nothing that has the focus.
            let _ = element.blur();
        }
    }
    if browser::framed()
        && let Some(parent) = browser::window().and_then(|window| window.parent().ok().flatten())
    {
        // Allowed across origins; where it is not, the focus is at least off the figure.
        let _ = parent.focus();
    }
}

/// Listens to the host page, and tells it what happens here.
#[hook]
fn use_host(
    live: &Live,
    presentation: &Presentation,
    within: &Option<Within>,
    place: &NodeRef,
    laid: &UseStateHandle<Option<crate::embed::guess::Laid>>,
) {
    let setter = laid.setter();
    let host = use_memo((presentation.parent.clone(), within.clone()), |(parent, within)| {
        let way = match within {
            Some(within) => Way::Element(within.element.clone()),
            None => Way::Window(parent.clone().unwrap_or_else(|| "*".to_owned())),
        };
        Host::new(way, Callback::from(move |laid| setter.set(laid)))
    });
    use_effect_with((live.clone(), place.clone()), {
        let host = host.clone();
        move |(live, place)| {
            let element = place.cast::<Element>();
            let sight = element.as_ref().map(|element| Sight::watch(element, live));
            let height = element.as_ref().map(|element| {
                let host = host.clone();
                Height::watch(element, move |height| host.say("resize", &[("height", height.into())]))
            });
            let listener = host.listen(live);
            host.ready(live, &JsValue::UNDEFINED);
            move || drop((sight, height, listener))
        }
    });
    // Played, paused, ended, changed: not where the playhead is, which moves all the time.
    let state = use_watch(live, (), |live, ()| {
        let player = live.player();
        (player.playing(), player.at_end(), player.scenario().clone())
    });
    use_effect_with((*state).clone(), {
        let (host, live) = (host.clone(), live.clone());
        move |_| host.state(&live, &JsValue::UNDEFINED)
    });
    // Tasks are judged when a change stands.
    let settled = use_watch(live, (), |live, ()| {
        let player = live.player();
        (!player.dragging()).then(|| player.scenario().clone())
    });
    use_effect_with((*settled).clone(), {
        let (host, live) = (host.clone(), live.clone());
        move |settled: &Option<headroom::scenario::Scenario>| {
            if settled.is_some() {
                host.judge(&live);
            }
        }
    });
    let moments = use_watch(live, (), |live, ()| {
        let player = live.player();
        let passed = |(lane, track): (usize, &headroom::session::Track)| -> Vec<(Nanos, usize, String)> {
            let marks = track.marks.iter().filter(|mark| mark.at <= player.playhead());
            marks.map(|mark| (mark.at, lane, mark.text.clone())).collect()
        };
        player.tracks().iter().enumerate().flat_map(passed).collect::<Vec<_>>()
    });
    let told = use_mut_ref(Vec::new);
    use_effect_with((*moments).clone(), move |moments| {
        let before = told.replace(moments.clone());
        for (at, lane, text) in moments.iter().filter(|moment| !before.contains(moment)) {
            let letter = headroom::scenario::lane_letter(*lane).to_string();
            host.say("event", &[("t", at.seconds().into()), ("lane", letter.into()), ("text", text.as_str().into())]);
        }
    });
}

//! What this is, and a way into the labs.

use headroom::basics::Nanos;
use headroom::labs::{Lab, catalogue};
use headroom::scenario::Scenario;
use headroom::session::Player;
use wasm_bindgen::JsValue;
use web_sys::Element;
use yew::prelude::*;

use crate::browser::motion;
use crate::components::icons;
use crate::components::lanes::Lanes;
use crate::embed::sight::Sight;
use crate::hooks::use_watch;
use crate::live::Live;
use crate::tabs::texts::{Text, field, list, missing, use_text};
use crate::whole::use_whole;

/// What plays on the first page, and where it begins: busy, and past its warm-up.
const DEMO: &str = "balancing?policy=random,two-choices&rate=270/s&seed=7";
const DEMO_BEGINS: Nanos = Nanos::from_secs(12);

/// A way into a demonstration.
fn show(show: &JsValue) -> Html {
    let (title, scenario) = (field(show, "title").unwrap_or_default(), field(show, "scenario").unwrap_or_default());
    html! { <li><a href={format!("#/lab/{scenario}")}>{title}</a></li> }
}

/// The first page.
#[component]
pub fn Home() -> Html {
    let whole = use_whole();
    let text = use_text("labs", whole.then_some("home"), 0);
    let card = |lab: &'static Lab| {
        let shows = match &text {
            Text::Here(json) => html! { <ul>{for list(json, lab.key).iter().map(show)}</ul> },
            Text::Coming => html! { {"…"} },
            _ => html! {},
        };
        html! {
            <li class="lab-card" key={lab.key}>
                <h3><a href={format!("#/lab/{}", lab.key)}>{lab.label}</a></h3>
                <p>{lab.summary}</p>
                <div class="lab-shows">{shows}</div>
            </li>
        }
    };
    let first = catalogue().next().map(|lab| format!("#/lab/{}", lab.key)).unwrap_or_default();
    html! {
        <div class="home">
            <section class="hero">
                <div>
                <h1>{"See how systems scale"}</h1>
                <p class="lead">
                    {"Balancing, sharding, batching and adaptive concurrency: real algorithms, run on the same traffic, side by side. "}
                    {"Predict what will happen, run it, and find out where the headroom goes."}
                </p>
                <p class="hero-ways">
                    <a class="button primary large" href={first}>{"Open the balancing lab"}</a>
                    <a class="button large" href="#/lessons">{"Begin with a lesson"}</a>
                </p>
                </div>
                <Demo />
            </section>
            {map()}
            <section aria-labelledby="labs">
                <h2 id="labs">{"Labs"}</h2>
                {missing(&text)}
                <ul class="lab-cards">{for catalogue().map(card)}</ul>
            </section>
            <section aria-labelledby="how" class="how">
                <h2 id="how">{"How it works"}</h2>
                <ul>
                    <li><strong>{"One traffic, several policies."}</strong>{" Every lane receives the very same requests, to the bit, so what differs is the policy."}</li>
                    <li><strong>{"Stop it anywhere."}</strong>{" Step through it event by event, forth and back; each step says what was decided and why."}</li>
                    <li><strong>{"Break it."}</strong>{" Kill a server, slow one down, double the load, while it runs. Undo is one key."}</li>
                    <li><strong>{"Hand it on."}</strong>{" The link holds everything that was set. Whoever opens it sees the same numbers."}</li>
                </ul>
            </section>
        </div>
    }
}

/// The questions that a request meets on its way, and the labs that answer them.
const MAP: [(&str, &str, &[&str]); 4] = [
    ("In front of the servers", "How much to let in, when nobody knows the capacity?", &["concurrency"]),
    ("Among the servers", "Which of them takes the next request?", &["balancing"]),
    ("Behind them, in the data", "Where does a key live, and who waits for its lock?", &["sharding", "locks"]),
    ("On the way through", "One at a time, many at once, or one stage after the other?", &["batching", "pipeline"]),
];
/// The rest of the subject, for which there is no lab yet.
const TO_COME: [&str; 9] = [
    "worker pools",
    "autoscaling",
    "vertical or horizontal",
    "resilience",
    "discovery and mesh",
    "caching",
    "databases",
    "geography",
    "a whole image service",
];

/// A map of the subject along the way of a request, and what is not on it yet.
fn map() -> Html {
    let link = |key: &&'static str| {
        let lab = catalogue().find(|lab| lab.key == *key)?;
        Some(html! { <a key={lab.key} href={format!("#/lab/{}", lab.key)}>{lab.label}</a> })
    };
    let place = |(place, question, labs): &(&'static str, &'static str, &[&'static str])| {
        html! {
            <li key={*place}><h3>{*place}</h3><p>{*question}</p><p class="map-labs">{for labs.iter().filter_map(link)}</p></li>
        }
    };
    html! {
        <section aria-labelledby="map" class="map" key="map">
            <h2 id="map">{"The way of a request"}</h2>
            <ol>{for MAP.iter().map(place)}</ol>
            <p class="map-to-come">{format!("Still to come: {}.", TO_COME.join(", "))}</p>
        </section>
    }
}

/// A small experiment that plays by itself, unless the person wants little motion.
#[component]
fn Demo() -> Html {
    let live = use_state(|| {
        Scenario::read(DEMO).ok().map(|(scenario, _)| {
            let live = Live::open(scenario);
            live.act(|player| {
                player.seek(DEMO_BEGINS);
                if !motion::reduced() {
                    player.play();
                }
            });
            live
        })
    });
    match &*live {
        Some(live) => html! { <DemoOf live={live.clone()} /> },
        None => html! { <div></div> },
    }
}

#[derive(Properties, PartialEq)]
struct DemoProps {
    live: Live,
}

#[component]
fn DemoOf(props: &DemoProps) -> Html {
    let live = &props.live;
    let place = use_node_ref();
    use_effect_with((live.clone(), place.clone()), |(live, place)| {
        let sight = place.cast::<Element>().map(|element| Sight::watch(&element, live));
        move || drop(sight)
    });
    let playing = use_watch(live, (), |live, ()| live.player().playing());
    let toggle = {
        let live = live.clone();
        Callback::from(move |_: MouseEvent| live.act(Player::toggle))
    };
    html! {
        <figure class="demo card" ref={place}>
            <Lanes live={live.clone()} locked=true compact=true />
            <figcaption>
                <button type="button" class="button primary icon-only play" aria-label={if *playing { "Pause" } else { "Play" }} onclick={toggle}>{if *playing { icons::pause() } else { icons::play() }}</button>
                <span>{"The same requests, twice. Above, any server will do; below, the emptier one of two."}</span>
            </figcaption>
        </figure>
    }
}

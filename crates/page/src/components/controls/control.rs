//! One control, made from the declaration of its parameter: slider and field, switch, choice, or list.
//!
//! A live parameter that is moved while the run is underway becomes an edit at the playhead; another one starts the
//! run anew. A text that is refused stays in the field with the sentence that says why.

use headroom::basics::{Declaration, Effect, Kind, decimal};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::each::{PerServer, per_server};
use super::scale::{PLACES, Scale};
use crate::browser::announce;
use crate::components::field::Field;
use crate::describe;
use crate::live::Live;
use crate::numbers::fixed;
use crate::prose::Prose;

/// A declaration, equal only to itself.
#[derive(Clone, Copy)]
pub struct Row(pub &'static Declaration);

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.0, other.0)
    }
}

/// What was wrong with a text.
#[derive(PartialEq)]
struct Refusal {
    sentence: AttrValue,
    /// The value that stood then. With another one the sentence is over.
    of: AttrValue,
}

/// What a control is given.
#[derive(Properties, PartialEq)]
pub struct ControlProps {
    /// The experiment.
    pub live: Live,
    /// Its parameter.
    pub row: Row,
    /// The lane that it belongs to; none: shared by all.
    pub lane: Option<usize>,
    /// What it shows, as canonical text.
    pub value: AttrValue,
    /// How many targets the scenario has, for lists.
    #[prop_or_default]
    pub targets: u32,
    /// The texts of the lab, and the path of the parameter's own.
    pub prose: Prose,
    /// The path.
    pub path: AttrValue,
    /// Whether it can only be read.
    #[prop_or_default]
    pub locked: bool,
}

/// The control.
#[component]
pub fn Control(props: &ControlProps) -> Html {
    let ControlProps { live, row, lane, value, targets, prose, path, locked } = props;
    let (row, lane, locked) = (row.0, *lane, *locked);
    let refusal = use_state(|| None::<Refusal>);
    let refused = refusal.as_ref().filter(|refusal| refusal.of == *value).map(|refusal| refusal.sentence.clone());
    let enter = {
        let (live, refusal, of) = (live.clone(), refusal.clone(), value.clone());
        Callback::from(move |text: String| {
            let result = live.act(|player| player.set(lane, row.key, &text));
            let sentence = result.err().map(|refusal| format!("{} “{text}” {}.", row.label, refusal.expected));
            if let Some(sentence) = &sentence {
                announce::answer(sentence);
            }
            let taken = sentence.is_none();
            refusal.set(sentence.map(|sentence| Refusal { sentence: sentence.into(), of: of.clone() }));
            taken
        })
    };
    let set = {
        let enter = enter.clone();
        Callback::from(move |text: String| {
            enter.emit(text);
        })
    };
    let release = {
        let live = live.clone();
        Callback::from(move |()| live.act(|player| player.release()))
    };
    let id =
        lane.map_or_else(|| format!("set-{}", row.key), |lane| format!("set-{}-{}", describe::badge(lane), row.key));
    let help = format!("{id}-help");
    let label =
        lane.map_or_else(|| row.label.to_owned(), |lane| format!("{}, lane {}", row.label, describe::badge(lane)));
    let field = {
        let (enter, release) = (enter.clone(), release.clone());
        let on_enter = Callback::from(move |text: String| {
            let taken = enter.emit(text);
            release.emit(());
            taken
        });
        let on_restore = {
            let refusal = refusal.clone();
            Callback::from(move |()| refusal.set(None))
        };
        html! { <Field key="field" id={id.clone()} explained_by={help.clone()} {value} words={matches!(row.kind, Kind::Each { .. })} disabled={locked} refused={refused.is_some()} {on_enter} {on_restore} /> }
    };
    let body = match row.kind {
        Kind::Switch => {
            let toggle = Callback::from({
                let (set, release) = (set.clone(), release.clone());
                move |event: Event| {
                    set.emit(
                        if event.target_unchecked_into::<HtmlInputElement>().checked() { "on" } else { "off" }
                            .to_owned(),
                    );
                    release.emit(());
                }
            });
            html! { <input key="switch" class="switch" id={id.clone()} type="checkbox" role="switch" checked={value == "on"} onchange={toggle} disabled={locked} aria-describedby={help.clone()} /> }
        }
        Kind::Choice(options) => {
            let choose = Callback::from({
                let (set, release) = (set.clone(), release.clone());
                move |event: Event| {
                    set.emit(event.target_unchecked_into::<HtmlSelectElement>().value());
                    release.emit(());
                }
            });
            let option = |option: &headroom::basics::values::Opt| {
                let help = prose.of(&format!("{path}/{}", option.key));
                html! { <option value={option.key} selected={value == option.key} title={help}>{option.label}</option> }
            };
            html! { <select key="choice" class="choice" id={id.clone()} onchange={choose} disabled={locked} aria-describedby={help.clone()}>{for options.iter().map(option)}</select> }
        }
        _ => field,
    };
    let below = match (row.kind, Scale::of(row.kind)) {
        (Kind::Each { .. }, _) => per_server(&PerServer {
            value,
            targets: *targets,
            label: &label,
            locked,
            on_set: &enter,
            on_release: &release,
        }),
        (_, Some(scale)) => slider(scale, value, &label, locked, &set, &release),
        _ => html! {},
    };
    let text = prose.of(path);
    let note = match row.effect {
        Effect::Restart => " A change starts the run anew.",
        Effect::Live => "",
    };
    html! {
        <div class={classes!("control", refused.is_some().then_some("refused"))} data-key={row.key}>
            <div class="control-line">
                <label for={id} title={text.clone()}>
                    if let Some(lane) = lane { <span class="badge small" data-lane={headroom::scenario::lane_letter(lane).to_string()}>{describe::badge(lane)}</span> }
                    <span class={lane.map(|_| "with-lane")}>{row.label}</span>
                    if let Some(lane) = lane { <span class="visually-hidden">{format!(", lane {}", describe::badge(lane))}</span> }
                </label>
                {body}
            </div>
            {below}
            <p class="control-help" id={help}>{text}{note}</p>
            <p class="control-refused">{refused}</p>
        </div>
    }
}

fn slider(
    scale: Scale,
    value: &AttrValue,
    label: &str,
    locked: bool,
    set: &Callback<String>,
    release: &Callback<()>,
) -> Html {
    let number = scale.number(value);
    let drag = set.reform(move |event: InputEvent| {
        let place = decimal::read(&event.target_unchecked_into::<HtmlInputElement>().value()).unwrap_or(0.0);
        scale.text(scale.value(place))
    });
    let let_go = release.reform(|_: Event| ());
    let nudge = {
        let (set, release) = (set.clone(), release.clone());
        Callback::from(move |event: KeyboardEvent| {
            let (direction, steps) = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => (1.0, 1),
                "ArrowLeft" | "ArrowDown" => (-1.0, 1),
                "PageUp" => (1.0, 10),
                "PageDown" => (-1.0, 10),
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            let next = (0..steps).fold(number, |number, _| scale.nudged(number, direction));
            set.emit(scale.text(next));
            release.emit(());
        })
    };
    let place = scale.place(number);
    html! {
        <input class="slider" type="range" min="0" max={PLACES.to_string()} step="1" value={fixed(place, 0).to_string()} style={format!("--at: {}%", fixed(place / PLACES * 100.0, 1))}
            aria-label={label.to_owned()} aria-valuetext={value.clone()} oninput={drag} onchange={let_go} onkeydown={nudge} disabled={locked} />
    }
}

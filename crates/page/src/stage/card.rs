//! The card of one server: its state, and what can be done to it. Beside the server, a dialog that does not block.

use headroom::basics::{Kind, Nanos, decimal};
use headroom::labs::{FaultKind, Role};
use headroom::scenario::{Scenario, lane_letter};
use headroom::simulation::record::Condition;
use headroom::simulation::{Level, NodeId};
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::deeds::{Offer, offers, text};
use super::shapes::Area;
use super::words;
use crate::describe;
use crate::live::Live;
use crate::numbers::fixed;
use crate::prose::Prose;
use crate::tabs::texts::use_text;

/// Width of the card in CSS pixels; it is less on a strip that is narrower.
const WIDTH: f32 = 272.0;

/// What a card is given.
#[derive(Properties, PartialEq)]
pub struct CardProps {
    /// The experiment.
    pub live: Live,
    /// Which lane.
    pub lane: usize,
    /// Which node.
    pub node: NodeId,
    /// How it is called in a sentence.
    pub name: String,
    /// How it is called on its own.
    pub title: String,
    /// Its number among the targets of faults; none for one that faults cannot name.
    pub target: Option<u32>,
    /// Its slots.
    pub slots: u32,
    /// Its load at the playhead.
    pub level: Option<Level>,
    /// What the worker said about it.
    pub facts: Vec<(String, String)>,
    /// The scenario's text and the time, which decide what is offered.
    pub now: Nanos,
    /// The scenario.
    pub scenario: Scenario,
    /// Where the server stands, and how wide the strip is.
    pub place: Area,
    /// Width and height of the strip.
    pub room: (f32, f32),
    /// Whether it was opened, not only pointed at.
    pub opened: bool,
    /// Closes it; `true` gives the focus back.
    pub close: Callback<bool>,
}

/// The card.
#[component]
pub fn Card(props: &CardProps) -> Html {
    let root = use_node_ref();
    let only_here = use_state(|| false);
    let answer = use_state(|| None::<(bool, String)>);
    let prose = Prose(use_text("labs", props.opened.then_some(props.scenario.lab.key), 0));
    {
        let root = root.clone();
        use_effect_with((props.node, props.opened), move |&(_, opened)| {
            if let Some(element) = root.cast::<HtmlElement>().filter(|_| opened) {
                // It is on the page and can take the focus.
                let _ = element.focus();
            }
        });
    }
    let act = {
        let (live, answer, only_here) = (props.live.clone(), answer.clone(), only_here.clone());
        let (lane, target, name) = (props.lane, props.target, props.name.clone());
        Callback::from(move |(kind, amount): (&'static FaultKind, Option<f64>)| {
            let Some(target) = target else { return };
            let text = text(kind, target, amount, only_here.then_some(lane));
            let done = live.act(|player| player.act(&text).map(|()| player.playing()));
            let told = describe::told_of(kind, &name);
            answer.set(Some(match done {
                Ok(true) => (true, format!("From now on: {told}.")),
                Ok(false) => (true, format!("From here on: {told}. Play or step to see it.")),
                Err(sentence) => (false, sentence),
            }));
        })
    };
    let close = props.close.reform(|_: MouseEvent| true);
    let escape = {
        let close = props.close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                close.emit(true);
            }
        })
    };
    let letter = lane_letter(props.lane).to_ascii_uppercase();
    let several = props.scenario.lanes.len() > 1;
    let title = &props.title;
    let facts = facts(props).into_iter().map(|(label, value)| {
        html! { <div key={label.clone()} class="stage-fact"><dt>{label}</dt><dd>{value}</dd></div> }
    });
    let buttons = props.target.filter(|_| props.opened).map(|_| {
        // What was done just now takes effect at the next moment; its ending is offered at once.
        let offers = offers(&props.scenario, props.lane, props.node, props.now.plus(Nanos::MILLISECOND));
        let (refused, said) = (*answer).clone().map_or((false, String::new()), |(done, said)| (!done, said));
        let buttons = offers.into_iter().enumerate().map(|(index, offer)| {
            let help = prose.of(&format!("fault/{}", offer.kind.key));
            html! { <Deed key={index} {offer} {help} act={act.clone()} /> }
        });
        let toggle = {
            let only_here = only_here.clone();
            Callback::from(move |event: Event| {
                let input: Option<HtmlInputElement> = event.target_dyn_into();
                only_here.set(input.is_some_and(|input| input.checked()));
            })
        };
        html! {
            <div class="stage-deeds">
                <div class="stage-buttons">{ for buttons }</div>
                if several {
                    <label class="stage-only">
                        <input type="checkbox" checked={*only_here} onchange={toggle} />
                        {format!("Only in lane {letter}")}
                    </label>
                }
                <p class={classes!("stage-answer", refused.then_some("stage-refused"))} role="status">{said}</p>
            </div>
        }
    });
    html! {
        <div ref={root} class={classes!("stage-card", props.opened.then_some("stage-card-open"))} style={style(props)}
            role="dialog" aria-label={format!("{title}, lane {letter}")} tabindex="-1" onkeydown={escape}>
            <div class="stage-card-head">
                <strong>{title}</strong>
                if several { <span class="stage-card-lane" data-lane={letter.to_ascii_lowercase().to_string()}>{letter}</span> }
                if props.opened {
                    <button type="button" class="stage-close" aria-label="Close" onclick={close}>{"✕"}</button>
                }
            </div>
            <dl class="stage-facts">{ for facts }</dl>
            { for buttons }
            if !props.opened { <p class="stage-hint">{"Click, or press Enter, to act on it"}</p> }
        </div>
    }
}

/// What is known: of the worker if it has said something, otherwise what the stage shows.
fn facts(props: &CardProps) -> Vec<(String, String)> {
    if props.opened && !props.facts.is_empty() {
        return props.facts.clone();
    }
    let (serving, queued, condition) =
        props.level.map_or((0, 0, Condition::Up), |level| (level.serving, level.queued, level.condition));
    let word = match words::condition(condition) {
        "" => "up",
        word => word,
    };
    let scene = (props.scenario.lab.scene)(&props.scenario, props.lane);
    if scene.find(props.node).is_some_and(|(group, _)| group.role == Role::Buffer) {
        return [("Held", serving.to_string()), ("Ready to go", queued.to_string())]
            .map(|(label, value)| (label.to_owned(), value))
            .to_vec();
    }
    let serving = if props.slots > 0 { format!("{serving} of {}", props.slots) } else { serving.to_string() };
    [("Condition", word.to_owned()), ("In service", serving), ("Waiting", queued.to_string())]
        .map(|(label, value)| (label.to_owned(), value))
        .to_vec()
}

/// Beyond the queue; else left of the server, over the curves; on a narrow strip below it. In the first lane it
/// grows downwards, in the others upwards, so that it does not lie on what stands below the lanes.
fn style(props: &CardProps) -> String {
    let (place, (across, down)) = (props.place, props.room);
    let width = WIDTH.min(across - 16.0);
    // Beyond the queue, if the strip is wide enough for a long one to stay in sight.
    let beyond = across - width - 12.0;
    let before = place.x - width - 12.0;
    let left = if beyond >= place.right() + 260.0 { beyond } else { before };
    if left < 0.0 {
        let left = (across - width) / 2.0;
        return format!(
            "left:{left}px;top:{}px;width:{width}px",
            fixed(place.bottom() + 6.0, 0),
            left = fixed(left, 0),
            width = fixed(width, 0)
        );
    }
    let upright = if props.lane == 0 {
        format!("top:{}px", fixed((place.y - 24.0).max(4.0), 0))
    } else {
        format!("bottom:{}px", fixed((down - place.bottom() - 24.0).max(4.0), 0))
    };
    format!("left:{left}px;{upright};width:{width}px", left = fixed(left, 0), width = fixed(width, 0))
}

#[derive(Properties)]
struct DeedProps {
    offer: Offer,
    help: AttrValue,
    act: Callback<(&'static FaultKind, Option<f64>)>,
}

impl PartialEq for DeedProps {
    fn eq(&self, other: &Self) -> bool {
        self.offer.kind.key == other.offer.kind.key && self.help == other.help && self.act == other.act
    }
}

/// One button, with a field for how much where it takes an amount.
#[component]
fn Deed(props: &DeedProps) -> Html {
    let kind = props.offer.kind;
    let field = use_node_ref();
    let onclick = {
        let (act, field) = (props.act.clone(), field.clone());
        Callback::from(move |_: MouseEvent| {
            let typed = field.cast::<HtmlInputElement>().and_then(|input| decimal::read(&input.value()));
            act.emit((kind, typed.or(kind.amount.map(|(_, default)| default))));
        })
    };
    let amount = kind.amount.map(|(accepted, default)| {
        let (least, most, step, unit) = match accepted {
            Kind::Number { least, most, step, unit } => (least, most, step, unit),
            _ => (0.0, f64::MAX, 1.0, ""),
        };
        html! {
            <>
                <input ref={field} type="number" class="stage-amount" aria-label={format!("{}: how much", kind.label)}
                    min={least.to_string()} max={most.to_string()} step={step.to_string()} ~defaultValue={default.to_string()} />
                <span class="stage-unit" aria-hidden="true">{unit}</span>
            </>
        }
    });
    html! {
        <span class="stage-deed">
            <button type="button" title={props.help.clone()} {onclick} class={classes!(props.offer.ends.then_some("stage-ending"))}>
                {kind.label}
            </button>
            { for amount }
        </span>
    }
}

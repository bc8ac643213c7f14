//! What stands round a plot: title, switches, the cursor's read-out, the table, export.
//!
//! It shows what `said.rs` says and tells the charts what is pressed. Read next: `cursor.rs`.

use std::rc::Rc;

use headroom::scenario::lane_letter;
use web_sys::{Element, HtmlDetailsElement};
use yew::prelude::*;

use super::Message;
use super::kind::Kind;
use super::said::{Readout, Said};
use super::table::Table;
use crate::numbers::fixed;

/// What a card is given.
#[derive(Properties, PartialEq)]
pub struct CardProps {
    /// Its place among the charts.
    pub index: usize,
    /// What it shows.
    pub kind: Kind,
    /// The plot's holder, canvas and SVG.
    pub refs: [NodeRef; 3],
    /// To the charts.
    pub send: Callback<Message>,
    /// Its words.
    pub said: Rc<Said>,
}

/// A chart with what stands round it.
#[component]
pub fn Card(props: &CardProps) -> Html {
    let CardProps { index, kind, refs, send, said } = props;
    let (index, kind) = (*index, *kind);
    let measures = said.measures.iter().map(|&(name, shown)| {
        let onclick = send.reform(move |_: MouseEvent| Message::Measure(index, name));
        html! { <button key={name} type="button" class="chart-toggle chart-measure" aria-pressed={shown.to_string()} {onclick}>{name}</button> }
    });
    let lanes = said.lanes.iter().map(|&(lane, chosen)| {
        let letter = lane_letter(lane);
        let onclick = send.reform(move |_: MouseEvent| Message::LoadLane(lane));
        html! {
            <button key={lane} type="button" class="chart-toggle" data-lane={letter.to_string()} aria-pressed={chosen.to_string()}
                aria-label={format!("Lane {}", letter.to_ascii_uppercase())} {onclick}>{letter.to_ascii_uppercase()}</button>
        }
    });
    // Yew listens at the root of the page, so an event's current target is not the plot.
    let holder = refs[0].clone();
    let onpointermove = send.reform(move |event: PointerEvent| {
        let at = holder
            .cast::<Element>()
            .map(|holder| holder.get_bounding_client_rect())
            .map(|corner| (f64::from(event.client_x()) - corner.left(), f64::from(event.client_y()) - corner.top()));
        Message::Cursor(index, at)
    });
    let onpointerleave = send.reform(move |_: PointerEvent| Message::Cursor(index, None));
    let onblur = send.reform(move |_: FocusEvent| Message::Cursor(index, None));
    let onkeydown = send.reform(move |event: KeyboardEvent| Message::Key(index, event));
    let ontoggle = send.reform(move |event: Event| {
        let open = event.target_dyn_into::<HtmlDetailsElement>().is_some_and(|details| details.open());
        Message::Table(index, open)
    });
    let (least, most, now, words) = &said.slider;
    let title = kind.title();
    html! {
        <section class={classes!("chart-card", format!("chart-{index}"), class_of(kind))} aria-label={title}>
            <header key="head" class="chart-head">
                <h3 class="chart-name">{title}</h3>
                <div class="chart-switches" role="group" aria-label={format!("{title}: what is drawn")}>
                    { for measures }
                    { for lanes }
                </div>
                <p class="chart-under">{&said.under}{scale_of_load(kind)}</p>
            </header>
            <div key="plot" ref={refs[0].clone()} class="chart-plot" role="slider" tabindex="0" style={format!("height:{}px", fixed(kind.height(), 0))}
                aria-label={format!("Read-out of {}", title.to_ascii_lowercase())} aria-valuemin={least.to_string()} aria-valuemax={most.to_string()}
                aria-valuenow={now.to_string()} aria-valuetext={words.clone()}
                {onpointermove} {onpointerleave} {onblur} {onkeydown}>
                <canvas key="canvas" ref={refs[1].clone()} class="chart-canvas" aria-hidden="true" />
                <svg key="picture" ref={refs[2].clone()} class="chart-svg" aria-hidden="true" />
                <p key="empty" class="chart-empty" hidden={said.empty.is_none()}>{said.empty.clone()}</p>
                <div key="readout">{said.readout.as_ref().map_or_else(nothing, readout)}</div>
            </div>
            <footer key="foot" class="chart-foot">
                <details {ontoggle}>
                    <summary>{"Show as table"}</summary>
                    <div class="chart-table" role="region" tabindex="0" aria-label={format!("{title} as a table")}>{said.table.as_ref().map_or_else(nothing, |table| table_of(title, table))}</div>
                </details>
                <button type="button" class="chart-button" aria-label={format!("{title} as SVG")} onclick={send.reform(move |_| Message::Export(index, false))}>{"SVG"}</button>
                <button type="button" class="chart-button" aria-label={format!("{title} as CSV")} onclick={send.reform(move |_| Message::Export(index, true))}>{"CSV"}</button>
            </footer>
        </section>
    }
}

fn nothing() -> Html {
    html! { <span hidden=true></span> }
}

fn class_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Ways => "chart-ways",
        Kind::Own(_) => "chart-own",
        _ => "",
    }
}

fn scale_of_load(kind: Kind) -> Html {
    if kind != Kind::Load {
        return html! { <span></span> };
    }
    html! {
        <span class="chart-scale">
            {"idle"}<span class="stage-scale-bar"></span>{"all busy"}<span class="stage-scale-bar stage-scale-waiting"></span>{"waiting"}
        </span>
    }
}

#[inline(never)] // not needed at the start
fn readout((x, leftwards, title, readings): &Readout) -> Html {
    let place = if *leftwards {
        format!("right:calc(100% - {}px)", fixed(x - 8.0, 0))
    } else {
        format!("left:{}px", fixed(x + 8.0, 0))
    };
    let rows = readings.iter().enumerate().map(|(index, reading)| {
        let class = reading.lane.map_or_else(|| "chart-theory".to_owned(), |lane| format!("chart-lane-{}", lane_letter(lane)));
        let samples = reading.samples.map(|samples| html! { <small>{format!("n {samples}")}</small> });
        html! { <li key={index}><span class={class}>{&reading.name}</span><strong>{&reading.value}</strong>{ for samples }</li> }
    });
    html! {
        <div class="chart-readout" style={place} aria-hidden="true">
            <p>{title}</p>
            <ul>{ for rows }</ul>
        </div>
    }
}

#[inline(never)] // not needed at the start
fn table_of(title: &str, table: &Table) -> Html {
    let head = table.head.iter().enumerate().map(|(index, text)| html! { <th key={index} scope="col">{text}</th> });
    let rows = table.rows.iter().enumerate().map(|(index, row)| {
        let cells = row.iter().enumerate().map(|(column, text)| {
            if column == 0 {
                html! { <th key={column} scope="row">{text}</th> }
            } else {
                html! { <td key={column}>{text}</td> }
            }
        });
        html! { <tr key={index}>{ for cells }</tr> }
    });
    html! {
        <table>
            <caption>{title}</caption>
            <thead><tr>{ for head }</tr></thead>
            <tbody>{ for rows }</tbody>
        </table>
    }
}

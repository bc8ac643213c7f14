//! One number for each server: a small field each, as long as there are few enough of them to be looked at.

use headroom::basics::values::{Each, Value};
use yew::prelude::*;

use crate::components::field::Field;

/// Up to so many servers have a field each; the text above takes any number of them.
const MOST_FIELDS: u32 = 16;

/// What the fields are made from.
pub struct PerServer<'a> {
    /// The list as canonical text: `1*6,0.25`.
    pub value: &'a str,
    /// How many servers there are.
    pub targets: u32,
    /// The name of the parameter.
    pub label: &'a str,
    /// Whether they can only be read.
    pub locked: bool,
    /// Told the whole list as text; answers whether it is taken.
    pub on_set: &'a Callback<String, bool>,
    /// Told when a number is complete.
    pub on_release: &'a Callback<()>,
}

/// The fields.
pub fn per_server(props: &PerServer) -> Html {
    let each = Each::read(props.value).unwrap_or(Each(vec![1.0]));
    let count = props.targets as usize;
    let field = |index: usize| {
        let (each, set, release) = (each.clone(), props.on_set.clone(), props.on_release.clone());
        let number = each.of(index);
        let on_enter = Callback::from(move |text: String| {
            // All others stay what they are, also those that only follow the last number of the list.
            let mut items: Vec<String> = (0..count.max(each.0.len())).map(|other| each.of(other).to_string()).collect();
            items[index] = text;
            let taken = set.emit(items.join(","));
            release.emit(());
            taken
        });
        html! {
            <label key={index}><span>{format!("s{index}")}</span><Field value={number.to_string()} label={format!("{} of s{index}", props.label)} disabled={props.locked} {on_enter} /></label>
        }
    };
    let shown = props.targets <= MOST_FIELDS;
    html! { <div class="per-server" hidden={!shown}>{for (0..count).filter(|_| shown).map(field)}</div> }
}

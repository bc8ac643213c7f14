//! A line of text for one value: what is typed belongs to the person until it is entered.
//!
//! Drawing it again never touches the text: it follows the value only when that becomes another one and nobody is typing.
//! A text that is refused stays, so that it can be mended; Escape brings the value back. It does not know what it is for.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What a field is given.
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// Its `id`, for its label.
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// Its name, where no label stands beside it.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// The `id` of what explains it.
    #[prop_or_default]
    pub explained_by: Option<AttrValue>,
    /// What it is to show.
    pub value: AttrValue,
    /// What an empty one means.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// Whether it takes words and not only numbers with their units.
    #[prop_or_default]
    pub words: bool,
    /// Whether it can only be read.
    #[prop_or_default]
    pub disabled: bool,
    /// Whether the text in it was refused.
    #[prop_or_default]
    pub refused: bool,
    /// Told the text when it is entered; answers whether it is taken.
    pub on_enter: Callback<String, bool>,
    /// Told when a text is given up for the value: what was said of it is over.
    #[prop_or_default]
    pub on_restore: Callback<()>,
}

/// The field.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let node = use_node_ref();
    let typing = use_memo((), |()| Cell::new(false));
    let show = |value: &AttrValue| {
        let (node, value) = (node.clone(), value.clone());
        move || {
            if let Some(input) = node.cast::<HtmlInputElement>() {
                input.set_value(&value);
            }
        }
    };
    use_effect_with(props.value.clone(), {
        let typing = Rc::clone(&typing);
        let show = show(&props.value);
        move |_| {
            if !typing.get() {
                show();
            }
        }
    });
    let oninput = {
        let typing = Rc::clone(&typing);
        Callback::from(move |_: InputEvent| typing.set(true))
    };
    let enter = {
        let (typing, show) = (Rc::clone(&typing), show(&props.value));
        let (value, on_enter, on_restore) = (props.value.clone(), props.on_enter.clone(), props.on_restore.clone());
        move |input: HtmlInputElement| {
            typing.set(false);
            let text = input.value();
            if text == *value {
                on_restore.emit(());
            } else if on_enter.emit(text) {
                // As it was written for us, “256/s” for “256”; another value follows when it is there.
                show();
            }
        }
    };
    let onblur = {
        let (typing, enter) = (Rc::clone(&typing), enter.clone());
        Callback::from(move |event: FocusEvent| {
            // A text that came by other ways than keys (dictated, say) may come without a change.
            if typing.get() {
                enter(event.target_unchecked_into());
            }
        })
    };
    let onchange = Callback::from(move |event: Event| enter(event.target_unchecked_into()));
    let onkeydown = {
        let (typing, show, node) = (Rc::clone(&typing), show(&props.value), node.clone());
        let (value, on_restore) = (props.value.clone(), props.on_restore.clone());
        Callback::from(move |event: KeyboardEvent| {
            let text = node.cast::<HtmlInputElement>().map(|input| input.value());
            if event.key() == "Escape" && text.is_some_and(|text| text != *value) {
                // Not what closes the dialog round it.
                event.prevent_default();
                event.stop_propagation();
                typing.set(false);
                show();
                on_restore.emit(());
            }
        })
    };
    let FieldProps { id, label, explained_by, hint, words, disabled, refused, .. } = props;
    html! {
        <input ref={node} class="field" id={id.clone()} type="text" inputmode={if *words { "text" } else { "decimal" }} autocomplete="off" spellcheck="false" placeholder={hint.clone()}
            aria-label={label.clone()} aria-describedby={explained_by.clone()} aria-invalid={refused.to_string()} disabled={*disabled} {oninput} {onblur} {onchange} {onkeydown} />
    }
}

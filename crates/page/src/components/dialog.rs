//! A dialog: the browser's own, which keeps the focus inside, closes with Escape and gives the focus back.

use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::icons;

/// What a dialog is given.
#[derive(Properties, PartialEq)]
pub struct DialogProps {
    /// Its heading.
    pub title: AttrValue,
    /// Told when it was closed.
    pub on_close: Callback<()>,
    /// What stands in it.
    pub children: Html,
}

/// A modal dialog that is open as long as it is there.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let element = use_node_ref();
    use_effect_with((), {
        let element = element.clone();
        move |()| {
            if let Some(dialog) = element.cast::<HtmlDialogElement>() {
                // Refused only for a dialog that is open already.
                let _ = dialog.show_modal();
            }
        }
    });
    let close = {
        let element = element.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = element.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    // A click beside the dialog hits the dialog element itself: its content covers all of the rest.
    let beside = {
        let close = close.clone();
        Callback::from(move |event: MouseEvent| {
            let hit = event.target().and_then(|target| target.dyn_into::<HtmlDialogElement>().ok());
            if hit.is_some() {
                close.emit(event);
            }
        })
    };
    let closed = props.on_close.reform(|_: Event| ());
    // What is pressed in here is not meant for the experiment behind.
    let keep = Callback::from(|event: KeyboardEvent| event.stop_propagation());
    html! {
        <dialog ref={element} class="dialog" aria-labelledby="dialog-title" onclose={closed} onclick={beside} onkeydown={keep}>
            <div class="dialog-inside">
                <header class="dialog-head">
                    <h2 id="dialog-title">{&props.title}</h2>
                    <button type="button" class="button quiet icon-only" aria-label="Close" onclick={close}>{icons::cross()}</button>
                </header>
                {props.children.clone()}
            </div>
        </dialog>
    }
}

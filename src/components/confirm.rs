//! [`Confirm`]: a question with two answers.

use web_sys::{Event, HtmlDialogElement};
use yew::prelude::*;

/// See [`Confirm`].
#[derive(Properties, Clone, PartialEq)]
pub struct ConfirmProps {
    /// The question.
    pub title: AttrValue,
    /// The verb that does it.
    pub confirm: AttrValue,
    /// The way back.
    #[prop_or(AttrValue::Static("Cancel"))]
    pub cancel: AttrValue,
    /// Whether doing it takes something away.
    #[prop_or_default]
    pub danger: bool,
    /// It is to be done.
    pub onconfirm: Callback<()>,
    /// It is not to be done; also by Esc.
    pub oncancel: Callback<()>,
    /// What it means.
    pub children: Html,
}

/// A question in a dialog of its own; while it stands, nothing else can be reached. Render it to ask.
#[component]
pub fn Confirm(props: &ConfirmProps) -> Html {
    let dialog = use_node_ref();
    use_effect_with(dialog.clone(), |dialog| {
        let dialog = dialog.cast::<HtmlDialogElement>();
        if let Some(dialog) = &dialog {
            // It fails only for a dialog that is open already.
            let _ = dialog.show_modal();
        }
        // Closing it, and not only taking it away, gives the focus back to what had it.
        move || {
            if let Some(dialog) = dialog {
                dialog.close();
            }
        }
    });
    let oncancel = props.oncancel.reform(|event: Event| event.prevent_default());
    html! {
        <dialog ref={dialog} class="ask" aria-labelledby="ask-title" {oncancel}>
            <h2 id="ask-title">{ &props.title }</h2>
            <div class="muted">{ props.children.clone() }</div>
            <div class="acts">
                <button type="button" class="btn" onclick={props.oncancel.reform(|_| ())}>{ &props.cancel }</button>
                <button
                    type="button"
                    class={classes!("btn", if props.danger { "destroy" } else { "primary" })}
                    onclick={props.onconfirm.reform(|_| ())}
                >
                    { &props.confirm }
                </button>
            </div>
        </dialog>
    }
}

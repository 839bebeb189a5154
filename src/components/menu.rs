//! [`Menu`]: a button that opens a few more things to do.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, Node};
use yew::prelude::*;

use crate::components::icon::Icon;

/// See [`Menu`].
#[derive(Properties, PartialEq)]
pub struct MenuProps {
    /// What the button is called.
    pub label: AttrValue,
    /// Its drawing.
    #[prop_or("more")]
    pub icon: &'static str,
    /// Buttons.
    pub children: Html,
}

/// It closes when something in it was chosen, when the focus leaves it, and by Esc.
#[component]
pub fn Menu(props: &MenuProps) -> Html {
    let details = use_node_ref();
    let close = {
        let details = details.clone();
        move || {
            if let Some(details) = details.cast::<HtmlElement>() {
                // The attribute is one that can be taken away.
                let _ = details.remove_attribute("open");
            }
        }
    };
    let onfocusout = {
        let (details, close) = (details.clone(), close.clone());
        move |event: FocusEvent| {
            let next = event.related_target().and_then(|next| next.dyn_into::<Node>().ok());
            let stays = details.get().is_some_and(|details| details.contains(next.as_ref()));
            if next.is_some() && !stays {
                close();
            }
        }
    };
    let onkeydown = {
        let (details, close) = (details.clone(), close.clone());
        move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                close();
                let button = details.get().and_then(|details| details.first_child());
                if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
                    // A summary takes the focus.
                    let _ = button.focus();
                }
            }
        }
    };
    let onclick = move |_| close();
    html! {
        <details class="menu" ref={details} {onfocusout} {onkeydown}>
            <summary class="btn icon" aria-label={&props.label} title={&props.label}><Icon name={props.icon} /></summary>
            <div {onclick}>{ props.children.clone() }</div>
        </details>
    }
}

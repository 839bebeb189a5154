//! [`menu`]: a button that opens a few more things to do.

use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, KeyboardEvent, Node};
use yew::prelude::*;

use crate::components::icon::icon;

/// A button of that name that opens `buttons`. It closes when one of them was chosen, when the focus leaves it, and by
/// Esc.
pub fn menu(label: &'static str, buttons: Html) -> Html {
    let onfocusout = |event: FocusEvent| {
        let next = event.related_target().and_then(|next| next.dyn_into::<Node>().ok());
        if let (Some(menu), Some(next)) = (around(event.target()), next)
            && !menu.contains(Some(&next))
        {
            close(&menu);
        }
    };
    let onkeydown = |event: KeyboardEvent| {
        if let Some(menu) = around(event.target())
            && event.key() == "Escape"
        {
            close(&menu);
            let button = menu.first_child().and_then(|button| button.dyn_into::<HtmlElement>().ok());
            if let Some(button) = button {
                // A summary takes the focus.
                let _ = button.focus();
            }
        }
    };
    let onclick = |event: MouseEvent| {
        if let Some(menu) = around(event.target()) {
            close(&menu);
        }
    };
    html! {
        <details class="menu" {onfocusout} {onkeydown}>
            <summary class="btn icon" aria-label={label} title={label}>{ icon("more") }</summary>
            <div {onclick}>{ buttons }</div>
        </details>
    }
}

/// The menu in which something happened.
fn around(target: Option<EventTarget>) -> Option<Element> {
    target?.dyn_into::<Element>().ok()?.closest(".menu").ok()?
}

fn close(menu: &Element) {
    // The attribute is one that can be taken away.
    let _ = menu.remove_attribute("open");
}

//! [`KeyList`]: what keys do on this page, and the switch for those without Ctrl.

use web_sys::{HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;

use crate::keyboard::{self, Table};

/// See [`KeyList`].
#[derive(Properties, Clone, PartialEq)]
pub struct KeyListProps {
    /// It was closed.
    pub onclose: Callback<()>,
}

/// A dialog with the tables that stand while it opens: what is not in it does nothing, and what is in it works.
#[component]
pub fn KeyList(props: &KeyListProps) -> Html {
    let dialog = use_node_ref();
    // Those of the page behind it; the frame's own, put up last, come first.
    let tables = use_memo((), |()| keyboard::tables());
    use_effect_with(dialog.clone(), |dialog| {
        if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
            // It fails only for a dialog that is open already.
            let _ = dialog.show_modal();
            drop(keyboard::typed_ahead());
        }
    });
    let close = {
        let dialog = dialog.clone();
        move |_| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        }
    };
    let onchange = |event: Event| {
        let switch: HtmlInputElement = event.target_unchecked_into();
        keyboard::switch(switch.checked());
    };
    html! {
        <dialog ref={dialog} class="ask keys" aria-labelledby="keys-title" onclose={props.onclose.reform(|_| ())}>
            <h2 id="keys-title">{ "Keys" }</h2>
            <div class="tables">{ for tables.iter().rev().map(table) }</div>
            <label class="switch">
                <input type="checkbox" role="switch" checked={keyboard::are_on()} aria-describedby="keys-note" {onchange} />
                { "Keys without Ctrl" }
            </label>
            <p id="keys-note" class="help">{ "They act outside of fields only. Arrows, Enter and Esc always act." }</p>
            <div class="acts">
                <button type="button" class="btn" onclick={close}>{ "Close" }</button>
            </div>
        </dialog>
    }
}

fn table(table: &Table) -> Html {
    html! {
        <section>
            <h3>{ table.heading }</h3>
            <dl>
                { for table.shortcuts.iter().map(|(name, deed)| html! { <div><dt>{ keys(name) }</dt><dd>{ *deed }</dd></div> }) }
            </dl>
        </section>
    }
}

/// The keys of a name, as they are printed on keyboards.
fn keys(name: &str) -> Html {
    let cap = |(at, key): (usize, &str)| {
        // Held together they follow each other; pressed one after the other, they say so.
        let is_pair = at > 0 && !name.starts_with("Ctrl ") && !name.starts_with("Shift ");
        html! { <>{ is_pair.then_some(" then ") }<kbd>{ printed(key, name) }</kbd></> }
    };
    html! { <>{ for name.split(' ').enumerate().map(cap) }</> }
}

fn printed(key: &str, name: &str) -> String {
    match key {
        "Escape" => "Esc".to_owned(),
        "ArrowUp" => "↑".to_owned(),
        "ArrowDown" => "↓".to_owned(),
        "ArrowLeft" => "←".to_owned(),
        "ArrowRight" => "→".to_owned(),
        // On a keyboard, and in what one says, it is "Ctrl K".
        letter if name.starts_with("Ctrl ") => letter[..1].to_ascii_uppercase() + &letter[1..],
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::printed;

    #[test]
    fn keys_are_called_as_on_a_keyboard() {
        assert_eq!(printed("k", "Ctrl k"), "K");
        assert_eq!(printed("Ctrl", "Ctrl k"), "Ctrl");
        assert_eq!(printed("g", "g b"), "g");
        assert_eq!(printed("Escape", "Escape"), "Esc");
        assert_eq!(printed("ArrowDown", "Shift ArrowDown"), "↓");
    }
}

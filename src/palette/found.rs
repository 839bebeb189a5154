//! How the palette looks: its input, and the items under it.

use web_sys::KeyboardEvent;
use yew::prelude::*;

use super::commands::Item;
use crate::components::icon::icon;
use crate::components::pill::pill;

/// The id of the input.
pub(super) const INPUT: &str = "palette";
/// The id of the list.
const LIST: &str = "palette-found";

/// The id of the item at a place.
pub(super) fn id(at: usize) -> String {
    format!("{LIST}-{at}")
}

/// The input; `active` is the id of the item that is pointed at.
pub(super) fn search_box(
    input: &NodeRef,
    typed: &str,
    active: Option<String>,
    oninput: Callback<InputEvent>,
    onkeydown: Callback<KeyboardEvent>,
) -> Html {
    html! {
        <div class="search">
            { icon("search") }
            <input
                ref={input}
                id={INPUT}
                class="input"
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                aria-label="Search or run a command"
                aria-autocomplete="list"
                aria-expanded="true"
                aria-controls={LIST}
                aria-activedescendant={active}
                placeholder="Page, group, buyer, offer, or “pause auto west”"
                value={typed.to_owned()}
                {oninput}
                {onkeydown}
            />
        </div>
    }
}

/// The items under the headings of their sections.
pub(super) fn list(items: &[Item], pointed: usize, choose: &Callback<usize>) -> Html {
    let mut at = 0;
    let mut option = |item: &Item| {
        let (own, choose) = (at, choose.clone());
        at += 1;
        html! {
            <div
                role="option"
                id={id(own)}
                aria-selected={if own == pointed { "true" } else { "false" }}
                onclick={move |_| choose.emit(own)}
            >
                { icon(item.icon) }
                <span class="nm">{ &item.label }</span>
                if let Some(record) = &item.record {
                    <span class="faint num">{ for record.id().map(|id| id.to_string()) }</span>
                    { pill(record) }
                }
            </div>
        }
    };
    let sections = items.chunk_by(|one, two| one.section == two.section).map(|items| {
        html! {
            <div role="group" aria-label={items[0].section}>
                <p class="cap" aria-hidden="true">{ items[0].section }</p>
                { for items.iter().map(&mut option) }
            </div>
        }
    });
    html! {
        // The focus stays in the input while an item is clicked.
        <div id={LIST} role="listbox" aria-label="Results" onmousedown={|event: MouseEvent| event.prevent_default()}>
            { for sections }
        </div>
    }
}

/// What there is to say about the items, also to those who do not see them.
pub(super) fn news(items: &[Item], is_looking: bool, trouble: Option<&AttrValue>) -> Html {
    let text = match (trouble, items.len()) {
        (Some(trouble), _) => trouble.clone(),
        (None, 0) if is_looking => AttrValue::default(),
        (None, 0) => "Nothing is called so.".into(),
        (None, 1) => "1 result".into(),
        (None, count) => format!("{count} results").into(),
    };
    let is_quiet = trouble.is_none() && !items.is_empty();
    html! { <p role="status" class={if is_quiet { "sr" } else { "help" }}>{ text }</p> }
}

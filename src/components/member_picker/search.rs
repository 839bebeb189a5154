//! The input in which a member is looked for, and what was found.

use std::rc::Rc;

use domain::Id;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use super::{MemberPicker, Message};
use crate::components::icon::icon;
use crate::components::pill::pill;
use crate::form::input::{element_id, invalid};
use crate::record::Record;

impl MemberPicker {
    /// `now` are the members as they are to be.
    pub(super) fn search_box(&self, ctx: &Context<Self>, now: &[Id]) -> Html {
        let (props, link) = (ctx.props(), ctx.link());
        let id = element_id(props.entry.field);
        let list = format!("{id}-found");
        let is_open = self.found.is_some();
        let option_id = |index: usize| format!("{list}-{index}");
        let onkeydown = {
            let has_pointed = self.found.as_ref().is_some_and(|found| !found.is_empty());
            link.batch_callback(move |event: KeyboardEvent| {
                let message = match event.key().as_str() {
                    "ArrowDown" => Message::Point(1),
                    "ArrowUp" => Message::Point(-1),
                    "Escape" if is_open => Message::Close,
                    "Enter" if has_pointed => Message::AddPointed,
                    // Enter in a form saves it; here it only chooses.
                    "Enter" => Message::Search,
                    _ => return None,
                };
                event.prevent_default();
                Some(message)
            })
        };
        let oninput = link.callback(|event: InputEvent| {
            let input: Option<HtmlInputElement> = event.target_dyn_into();
            Message::Typed(input.map(|input| input.value()).unwrap_or_default())
        });
        let suggestion = |(index, record): (usize, &Rc<Record>)| {
            let is_in = record.id().is_some_and(|id| now.contains(&id));
            let add = record.id().map(|id| link.callback(move |_: MouseEvent| Message::Add(id)));
            html! {
                <li
                    role="option"
                    id={option_id(index)}
                    aria-selected={if index == self.pointed { "true" } else { "false" }}
                    onclick={add}
                >
                    <span class="nm">{ record.name() }{ " " }<span class="faint">{ for record.id().map(|id| id.to_string()) }</span></span>
                    if is_in {
                        <span class="faint">{ "Added" }</span>
                    } else {
                        { pill(record) }
                    }
                </li>
            }
        };
        let noun = props.resource.noun();
        let found = self.found.as_deref().unwrap_or_default();
        html! {
            <div class="add">
                <div class="search">
                    { icon("search") }
                    <input
                        class="input"
                        {id}
                        type="text"
                        role="combobox"
                        autocomplete="off"
                        spellcheck="false"
                        aria-autocomplete="list"
                        aria-expanded={if is_open { "true" } else { "false" }}
                        aria-controls={list.clone()}
                        aria-activedescendant={(!found.is_empty()).then(|| option_id(self.pointed))}
                        aria-label={(!props.is_labelled).then(|| format!("Add {}", props.resource.with_article()))}
                        aria-invalid={invalid(&props.entry)}
                        aria-describedby={props.described.clone()}
                        placeholder={format!("Add {} by name, id or own id", props.resource.with_article())}
                        value={self.typed.clone()}
                        {oninput}
                        {onkeydown}
                        onblur={link.callback(|_| Message::Close)}
                    />
                </div>
                // The focus stays in the input while a suggestion is clicked.
                <div class="found" hidden={!is_open} onmousedown={|event: MouseEvent| event.prevent_default()}>
                    <ul id={list.clone()} role="listbox" aria-label={props.resource.heading()}>
                        { for found.iter().enumerate().map(suggestion) }
                    </ul>
                    if is_open && found.is_empty() {
                        <p class="help">{ format!("No {noun} matches.") }</p>
                    }
                </div>
            </div>
        }
    }
}

/// So many places further among `count`, around both ends.
pub(super) fn shifted(at: usize, by: i32, count: usize) -> usize {
    let count = count.max(1) as i64;
    (at as i64 + i64::from(by)).rem_euclid(count) as usize
}

#[cfg(test)]
mod tests {
    use super::shifted;

    #[test]
    fn suggestions_go_around() {
        assert_eq!((shifted(0, -1, 3), shifted(2, 1, 3), shifted(1, 1, 3), shifted(0, 1, 0)), (2, 0, 2, 0));
    }
}

//! [`Chips`]: a list of short texts, each a chip, with an input that adds to them.

use domain::{Input, Key, Kind};
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use super::Entry;
use super::input::invalid;
use crate::browser;
use crate::components::icon::icon;

/// See [`Chips`].
#[derive(Properties, PartialEq)]
pub struct ChipsProps {
    /// The field.
    pub entry: Entry,
    /// The id of the input.
    pub id: AttrValue,
    /// The ids of the sentences about the field.
    pub described: Option<String>,
    /// Takes the list as it is to be.
    pub set: Callback<(Key, Input)>,
}

/// Enter, a comma, a blank or leaving adds what was typed; Backspace in the empty input takes the last one away.
#[component]
pub fn Chips(props: &ChipsProps) -> Html {
    let field = props.entry.field;
    let items: Vec<String> = props.entry.items().into_iter().map(str::to_owned).collect();
    let send = {
        let set = props.set.clone();
        move |items: Vec<String>| {
            set.emit((field.key, Input::List(items.into_iter().map(Input::Text).collect())));
        }
    };
    let add = {
        let (items, send) = (items.clone(), send.clone());
        move |input: &HtmlInputElement| {
            let typed = input.value();
            input.set_value("");
            let is_between = |c: char| c.is_whitespace() || c == ',' || c == ';';
            let new: Vec<String> =
                typed.split(is_between).filter(|part| !part.is_empty()).map(str::to_owned).collect();
            if !new.is_empty() {
                send([items.clone(), new].concat());
            }
        }
    };
    let onkeydown = {
        let (items, add, send) = (items.clone(), add.clone(), send.clone());
        move |event: KeyboardEvent| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            let saves = event.key().eq_ignore_ascii_case("s") && (event.ctrl_key() || event.meta_key());
            match event.key().as_str() {
                _ if saves => add(&input),
                "Enter" | "," | " " => {
                    event.prevent_default();
                    add(&input);
                }
                "Backspace" if input.value().is_empty() && !items.is_empty() => {
                    send(items[..items.len() - 1].to_vec());
                }
                _ => {}
            }
        }
    };
    let onblur = move |event: FocusEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            add(&input);
        }
    };
    let is_email = field.kind == Kind::Emails;
    let chip = |(index, item): (usize, &String)| {
        let is_bad = is_email && domain::text::email(item).is_err();
        let (rest, send, id) = (items.clone(), send.clone(), props.id.clone());
        let remove = move |_| {
            let mut rest = rest.clone();
            rest.remove(index);
            send(rest);
            browser::focus(&id);
        };
        html! {
            <li class={classes!("chip", is_bad.then_some("bad"))}>
                { item }
                <button type="button" aria-label={format!("Remove {item}")} onclick={remove}>{ icon("x") }</button>
            </li>
        }
    };
    html! {
        <>
            if !items.is_empty() {
                <ul class="tags" aria-label={field.label}>{ for items.iter().enumerate().map(chip) }</ul>
            }
            <input
                class="input"
                id={&props.id}
                type="text"
                inputmode={is_email.then_some("email")}
                autocapitalize="none"
                autocomplete="off"
                placeholder={if is_email { "Add addresses" } else { "Add" }}
                aria-invalid={invalid(&props.entry)}
                aria-describedby={props.described.clone()}
                {onkeydown}
                {onblur}
            />
        </>
    }
}

//! What each kind of field looks like. Nobody else knows.
//!
//! Inputs carry the name of their field and no listeners: the form hears `input` and `focusout` of all of them at
//! once and finds the field by that name.

use domain::kind::Choice;
use domain::{Field, Input, Key, Kind};
use web_sys::{EventTarget, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::Entry;
use super::chips::Chips;
use super::words::words;
use super::zones;
use wasm_bindgen::JsCast;

/// How a field stands in its section.
#[derive(Clone, Default, PartialEq)]
pub struct Manner {
    /// The sentence under it; its own help by default.
    pub help: Option<AttrValue>,
    /// Whether the help is for those who do not see the section's own words.
    pub quiet: bool,
    /// What stands in an empty input.
    pub placeholder: Option<AttrValue>,
}

impl Manner {
    /// The sentence under a field.
    #[must_use]
    pub fn help(&self, entry: &Entry) -> AttrValue {
        self.help.clone().unwrap_or(AttrValue::Static(entry.field.help))
    }
}

/// The id of the element in which a field is typed; the error summary leads to it.
#[must_use]
pub fn element_id(field: &Field) -> String {
    format!("field-{}", field.name)
}

/// The ids of the sentences about a field: its help, what it was, and what is wrong with it.
#[must_use]
pub fn described_by(entry: &Entry, has_help: bool) -> Option<String> {
    let name = entry.field.name;
    let help = has_help.then(|| format!("{name}-help"));
    let was = was(entry).map(|_| format!("{name}-was"));
    let error = entry.violation().map(|_| format!("{name}-error"));
    let ids: Vec<String> = help.into_iter().chain(was).chain(error).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// `"true"` for a field with a violation.
#[must_use]
pub fn invalid(entry: &Entry) -> Option<&'static str> {
    entry.violation().map(|_| "true")
}

/// A field with its label, its help, and what is wrong with it.
pub fn field(entry: &Entry, manner: &Manner, set: &Callback<(Key, Input)>) -> Html {
    let field = entry.field;
    let id = element_id(field);
    let described = described_by(entry, !manner.help(entry).is_empty());
    let class = classes!("field", entry.is_changed().then_some("changed"));
    let below = below(entry, manner);
    match field.kind {
        Kind::Choice(choices) if choices.len() <= 3 => html! {
            <fieldset {class} {id} tabindex="-1" aria-describedby={described}>
                <legend>{ label(entry) }</legend>
                <div class="seg">{ for choices.iter().map(|choice| segment(entry, choice)) }</div>
                { below }
            </fieldset>
        },
        Kind::Boolean => html! {
            <div {class}>
                <label class="switch">
                    <input
                        type="checkbox"
                        role="switch"
                        {id}
                        name={field.name}
                        checked={entry.input == Input::Bool(true)}
                        aria-describedby={described}
                    />
                    { label(entry) }
                </label>
                { below }
            </div>
        },
        Kind::Choice(choices) => labelled(class, &id, entry, below, select(entry, &id, choices, described)),
        Kind::Emails | Kind::Texts => {
            let chips =
                html! { <Chips entry={entry.clone()} id={id.clone()} {described} set={set.clone()} /> };
            labelled(class, &id, entry, below, chips)
        }
        _ => labelled(class, &id, entry, below, line(entry, &id, manner, described)),
    }
}

/// What people call a field.
#[must_use]
pub fn label(entry: &Entry) -> AttrValue {
    entry.field.label.into()
}

/// "Was 3": what an edited field held. Lists of records show it row by row.
fn was(entry: &Entry) -> Option<String> {
    let was = entry.was().filter(|_| !matches!(entry.field.kind, Kind::Ids(_)))?;
    Some(format!("Was {}", words(entry.field, was)))
}

/// What stands under a field: its help, what it was, and what is wrong with it.
pub fn below(entry: &Entry, manner: &Manner) -> Html {
    let (name, help) = (&entry.field.name, manner.help(entry));
    html! {
        <>
            if !help.is_empty() {
                <p class={if manner.quiet { "sr" } else { "help" }} id={format!("{name}-help")}>{ help }</p>
            }
            if let Some(was) = was(entry) {
                <p class="help was" id={format!("{name}-was")}>{ was }</p>
            }
            if let Some(sentence) = entry.sentence() {
                <p class="err" id={format!("{name}-error")}>{ sentence }</p>
            }
        </>
    }
}

fn labelled(class: Classes, id: &str, entry: &Entry, below: Html, control: Html) -> Html {
    html! {
        <div {class}>
            <label for={id.to_owned()}>{ label(entry) }</label>
            { control }
            { below }
        </div>
    }
}

fn line(entry: &Entry, id: &str, manner: &Manner, described: Option<String>) -> Html {
    let field = entry.field;
    let is_zone = field.kind == Kind::TimeZone;
    html! {
        <>
            <input
                class={classes!("input", field.kind.is_number().then_some("num"))}
                type={if field.kind == Kind::Phone { "tel" } else { "text" }}
                id={id.to_owned()}
                name={field.name}
                value={entry.text().to_owned()}
                inputmode={input_mode(field.kind)}
                autocomplete="off"
                spellcheck="false"
                list={is_zone.then(|| format!("{id}-list"))}
                placeholder={manner.placeholder.clone()}
                aria-required={field.is_required().then_some("true")}
                aria-invalid={invalid(entry)}
                aria-describedby={described}
            />
            if is_zone {
                <ZoneList id={format!("{id}-list")} />
            }
        </>
    }
}

/// The keyboard that a phone is to show.
#[must_use]
pub fn input_mode(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Count => Some("numeric"),
        Kind::Address => Some("url"),
        // Tiers may be negative, and the decimal keyboard of some phones has no minus.
        Kind::Positive | Kind::Money | Kind::Share => Some("decimal"),
        _ => None,
    }
}

fn segment(entry: &Entry, choice: &Choice) -> Html {
    html! {
        <label>
            <input
                type="radio"
                name={entry.field.name}
                value={choice.name}
                checked={entry.text() == choice.name}
            />
            { choice.label }
        </label>
    }
}

fn select(entry: &Entry, id: &str, choices: &[Choice], described: Option<String>) -> Html {
    let option = |choice: &Choice| {
        html! { <option value={choice.name} selected={entry.text() == choice.name}>{ choice.label }</option> }
    };
    html! {
        <select
            class="input"
            id={id.to_owned()}
            name={entry.field.name}
            aria-invalid={invalid(entry)}
            aria-describedby={described}
        >
            { for choices.iter().map(option) }
        </select>
    }
}

#[derive(Properties, PartialEq)]
struct ZoneListProps {
    id: AttrValue,
}

/// The zones that the browser knows, as suggestions. A component, so that typing does not compare 400 options.
#[component]
fn ZoneList(props: &ZoneListProps) -> Html {
    let options = zones::all().into_iter().map(|name| html! { <option value={name} /> });
    html! { <datalist id={&props.id}>{ for options }</datalist> }
}

/// The name of the field that an event is about, and what now stands in it; `None` for inputs of no field.
#[must_use]
pub fn typed(target: Option<EventTarget>) -> Option<(String, Input)> {
    let target = target?;
    if let Some(select) = target.dyn_ref::<HtmlSelectElement>() {
        return Some((select.name(), Input::Text(select.value())));
    }
    let input = target.dyn_ref::<HtmlInputElement>()?;
    let is_switch = input.type_() == "checkbox";
    let value = if is_switch { Input::Bool(input.checked()) } else { Input::Text(input.value()) };
    Some((input.name(), value)).filter(|(name, _)| !name.is_empty())
}

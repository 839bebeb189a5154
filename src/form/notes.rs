//! What stands around the fields of a form: a draft that was left, what is wrong, what two people changed, what is not
//! saved.

use domain::{Field, check};
use yew::html::Scope;
use yew::prelude::*;

use super::draft::Draft;
use super::edit::{Edit, Message};
use super::input::element_id;
use super::merge::{Clash, Side};
use super::review::{line, told};
use super::words::{changes, words};
use super::zones::{self, BrowserZones};
use super::{Entry, FormState, names};
use crate::api;
use crate::browser;
use crate::components::confirm::Confirm;
use crate::components::icon::icon;
use crate::components::leave::Loss;

/// The id of [`summary`], to take the focus there.
pub const SUMMARY: &str = "summary";
/// The id of [`clashes`], to take the focus there.
pub const CLASHES: &str = "clashes";

/// What is wrong, with a link to each field; `problems` belong to no field. Nothing when nothing is.
pub fn summary(form: &FormState, problems: &[AttrValue]) -> Html {
    let faulty = form.faulty().count();
    let heading = match faulty {
        0 if problems.is_empty() => return Html::default(),
        0 => "Nothing was saved.".to_owned(),
        1 => "Nothing was saved. 1 field needs a look.".to_owned(),
        _ => format!("Nothing was saved. {faulty} fields need a look."),
    };
    let item = |entry: &Entry| {
        let id = element_id(entry.field);
        let href = format!("#{id}");
        let onclick = move |event: MouseEvent| {
            event.prevent_default();
            browser::focus(&id);
        };
        html! { <li><a {href} {onclick}>{ entry.sentence() }</a></li> }
    };
    note(
        SUMMARY,
        None,
        &heading,
        html! {
            <ul>
                { for problems.iter().map(|problem| html! { <li>{ problem }</li> }) }
                { for form.faulty().map(item) }
            </ul>
        },
    )
}

/// A draft that was left here: so many changes, on a record that is now of that revision.
pub fn left(draft: &Draft, count: usize, revision: Option<i64>, link: &Scope<Edit>) -> Html {
    // The visitor's own clock.
    let heading = format!("You left {} here at {}.", changes(count), zones::clock(draft.at, ""));
    note(
        "left",
        Some("calm"),
        &heading,
        html! {
            <>
                if draft.revision != revision {
                    <p>{ "Somebody changed this since. Restoring asks where that clashes with yours." }</p>
                }
                <div class="acts">
                    <button type="button" class="btn primary" onclick={link.callback(|_| Message::Restore)}>
                        { "Restore" }
                    </button>
                    <button type="button" class="btn" onclick={link.callback(|_| Message::Dismiss)}>
                        { "Discard" }
                    </button>
                </div>
            </>
        },
    )
}

/// The fields that two people changed, each with what it was, theirs and one's own, to choose from. `theirs` tells who.
pub fn clashes(form: &FormState, theirs: &[api::Entry], link: &Scope<Edit>) -> Html {
    let (open, count) = (form.open_clashes(), form.clashes().count());
    let heading = if open == 0 {
        "All is chosen.".to_owned()
    } else if count == 1 {
        "A field that you changed was changed by somebody else, too. Keep which?".to_owned()
    } else {
        format!("{count} fields that you changed were changed by others, too. Keep which?")
    };
    note(
        CLASHES,
        Some("both"),
        &heading,
        html! {
            <>
                { for form.clashes().map(|(entry, of)| clash(entry, of, theirs, link)) }
                <div class="acts">
                    <button
                        type="button"
                        class="btn primary"
                        aria-disabled={(open > 0).then_some("true")}
                        onclick={link.callback(|_| Message::Save)}
                    >
                        { "Save" }
                    </button>
                </div>
            </>
        },
    )
}

fn clash(entry: &Entry, clash: &Clash, theirs: &[api::Entry], link: &Scope<Edit>) -> Html {
    let (field, key) = (entry.field, entry.field.key);
    let by = theirs.iter().rev().find(|change| change.fields.iter().any(|(own, ..)| *own == key));
    let by = by.map_or("Somebody else", |change| &change.by);
    let id = format!("clash-{}", field.name);
    let mine = check(field, &clash.mine, &BrowserZones).ok().flatten();
    let side = |side: Side| {
        let (label, text) = match side {
            Side::Theirs => {
                ("Theirs", told(entry, &clash.was, &clash.mine, Some(&entry.original), names::name))
            }
            Side::Mine => ("Yours", told(entry, &clash.was, &clash.mine, mine.as_ref(), names::name)),
        };
        html! {
            <label>
                <input
                    type="radio"
                    name={id.clone()}
                    checked={clash.choice == Some(side)}
                    onchange={link.callback(move |_| Message::Choose(key, side))}
                />
                { label }
                { ": " }
                <b>{ text }</b>
            </label>
        }
    };
    let was = match entry.field.kind {
        domain::Kind::Ids(_) => None,
        _ => Some(format!("It was {}.", words(field, &clash.was))),
    };
    html! {
        <div key={field.name} class="clash" role="radiogroup" aria-labelledby={id.clone()}>
            <p id={id.clone()}><b>{ field.label }</b>{ format!(": {by} changed it while you edited. ") }{ was }</p>
            { side(Side::Theirs) }
            { side(Side::Mine) }
        </div>
    }
}

fn note(id: &'static str, class: Option<&'static str>, heading: &str, content: Html) -> Html {
    html! {
        <div key={id} class={classes!("note", class)} role="alert" {id} tabindex="-1">
            { icon("warn") }
            <div><b>{ heading }</b>{ content }</div>
        </div>
    }
}

/// What would be lost by leaving; `None` when all is saved. `is_kept`: as a draft.
#[must_use]
pub fn loss(unsaved: usize, is_kept: bool) -> Option<Loss> {
    let text = match unsaved {
        0 => return None,
        1 if is_kept => "1 change is not saved. It stays here as a draft.".to_owned(),
        1 => "1 change is not saved.".to_owned(),
        _ if is_kept => format!("{unsaved} changes are not saved. They stay here as a draft."),
        _ => format!("{unsaved} changes are not saved."),
    };
    Some(Loss::Typed(text.into()))
}

/// See [`SaveBar`].
#[derive(Properties, PartialEq)]
pub struct SaveBarProps {
    /// How many fields are not saved.
    pub unsaved: usize,
    /// Whether the record is a new one.
    pub is_new: bool,
    /// Whether it is being saved.
    pub is_saving: bool,
    /// Hears what is wanted.
    pub tell: Callback<Message>,
}

/// Counts what is not saved. Not there when all is saved and there is a record.
#[component]
pub fn SaveBar(props: &SaveBarProps) -> Html {
    let &SaveBarProps { unsaved, is_new, is_saving, ref tell } = props;
    if unsaved == 0 && !is_new {
        return Html::default();
    }
    let text = match unsaved {
        0 => "Only the name is required".to_owned(),
        1 => "1 unsaved change".to_owned(),
        _ => format!("{unsaved} unsaved changes"),
    };
    html! {
        <div class="save" role="region" aria-label="Unsaved changes">
            <p>
                <b>{ text }</b>
                if unsaved > 0 {
                    { " " }
                    <button type="button" class="link" onclick={tell.reform(|_| Message::Review(true))}>
                        { "Review" }
                    </button>
                }
            </p>
            <button type="button" class="btn quiet" onclick={tell.reform(|_| Message::Discard)}>
                { if is_new { "Cancel" } else { "Discard" } }
            </button>
            <button
                type="button"
                class="btn primary"
                aria-disabled={is_saving.then_some("true")}
                onclick={tell.reform(|_| Message::Save)}
            >
                { if is_saving { "Saving…" } else if is_new { "Create" } else { "Save" } }
                { " " }
                <kbd>{ "Ctrl S" }</kbd>
            </button>
        </div>
    }
}

/// The id of the button that takes a field back in [`review`].
#[must_use]
pub fn undo_id(field: &Field) -> String {
    format!("undo-{}", field.name)
}

/// What would change, a line for each field, each with a way back.
pub fn review(form: &FormState, link: &Scope<Edit>) -> Html {
    let item = |entry: &Entry| {
        let (field, key) = (entry.field, entry.field.key);
        let line = line(entry, names::name);
        html! {
            <li key={field.name}>
                <span>
                    <b>{ field.label }</b>
                    <span class={entry.violation().map(|_| "err")}>
                        if let Some(was) = line.was {
                            <del>{ was }</del>
                            <span class="sr">{ " becomes " }</span>
                            <span aria-hidden="true">{ " → " }</span>
                        }
                        { line.now }
                    </span>
                </span>
                <button
                    type="button"
                    class="link"
                    id={undo_id(field)}
                    aria-label={format!("Undo {}", field.label)}
                    onclick={link.callback(move |_| Message::Revert(key))}
                >
                    { "Undo" }
                </button>
            </li>
        }
    };
    html! {
        <Confirm
            title={changes(form.changed().count())}
            confirm="Save"
            cancel="Close"
            onconfirm={link.callback(|()| Message::Save)}
            oncancel={link.callback(|()| Message::Review(false))}
        >
            <ul class="review">{ for form.changed().map(item) }</ul>
        </Confirm>
    }
}

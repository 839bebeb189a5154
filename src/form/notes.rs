//! What stands around the fields of a form: what is wrong, who was faster, what is not saved.

use domain::Resource;
use yew::prelude::*;

use super::input::element_id;
use super::{Entry, FormState, conflict};
use crate::api::Stale;
use crate::browser;
use crate::components::icon::icon;

/// The id of [`summary`], to take the focus there.
pub const SUMMARY: &str = "summary";
/// The id of [`lost_race`], to take the focus there.
pub const LOST_RACE: &str = "lost-race";

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
        &heading,
        html! {
            <ul>
                { for problems.iter().map(|problem| html! { <li>{ problem }</li> }) }
                { for form.faulty().map(item) }
            </ul>
        },
    )
}

/// Who changed what meanwhile, and the two ways on.
pub fn lost_race(resource: Resource, stale: &Stale, reload: Callback<()>, overwrite: Callback<()>) -> Html {
    let mut sentences = conflict::sentences(resource, &stale.changes);
    if sentences.is_empty() {
        sentences.push("Somebody else changed this while you edited.".to_owned());
    }
    note(
        LOST_RACE,
        "Nothing was saved yet.",
        html! {
            <>
                <ul>{ for sentences.into_iter().map(|sentence| html! { <li>{ sentence }</li> }) }</ul>
                <p>{ "Reload takes theirs and drops your changes. Overwrite saves yours on top of theirs." }</p>
                <div class="acts">
                    <button type="button" class="btn" onclick={reload.reform(|_| ())}>{ "Reload" }</button>
                    <button type="button" class="btn" onclick={overwrite.reform(|_| ())}>{ "Overwrite" }</button>
                </div>
            </>
        },
    )
}

fn note(id: &'static str, heading: &str, content: Html) -> Html {
    html! {
        <div class="note" role="alert" {id} tabindex="-1">
            { icon("warn") }
            <div><b>{ heading }</b>{ content }</div>
        </div>
    }
}

/// What would be lost by leaving, as a sentence; `None` when all is saved.
#[must_use]
pub fn loss(unsaved: usize) -> Option<AttrValue> {
    match unsaved {
        0 => None,
        1 => Some(AttrValue::Static("1 change is not saved.")),
        _ => Some(format!("{unsaved} changes are not saved.").into()),
    }
}

/// Counts what is not saved. Not there when all is saved and there is a record.
pub fn save_bar(
    unsaved: usize,
    is_new: bool,
    is_saving: bool,
    save: Callback<MouseEvent>,
    discard: Callback<MouseEvent>,
) -> Html {
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
            <p><b>{ text }</b></p>
            <button type="button" class="btn quiet" onclick={discard}>
                { if is_new { "Cancel" } else { "Discard" } }
            </button>
            <button
                type="button"
                class="btn primary"
                aria-disabled={is_saving.then_some("true")}
                onclick={save}
            >
                { if is_saving { "Saving…" } else if is_new { "Create" } else { "Save" } }
                { " " }
                <kbd>{ "Ctrl S" }</kbd>
            </button>
        </div>
    }
}

//! What can be done to a record from any page: switch it off and on, delete it and bring it back.

use std::rc::Rc;

use domain::{Id, Key, Value};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use crate::api::Api;
use crate::browser;
use crate::components::toasts::{Toasts, use_toasts};
use crate::record::Record;
use crate::session::use_api;

/// What came of a write: the record that it was about, as it was given, and as the server keeps it now; `None` when it
/// was refused.
pub type Settled = (Rc<Record>, Option<Rc<Record>>);

/// Pauses a record that is on and resumes one that is paused, at once and with a way back.
///
/// It gives a callback that takes the record (with its id, name and `paused`). `settled` hears when the server has
/// answered, whatever it said.
#[hook]
pub fn use_pause(settled: Callback<Settled>) -> Callback<Rc<Record>> {
    let (api, toasts) = (use_api(), use_toasts());
    use_callback((api, toasts, settled), |record: Rc<Record>, (api, toasts, settled)| {
        let is_paused = record.get(Key::Paused).as_bool().unwrap_or_default();
        set_paused(api.clone(), toasts.clone(), settled.clone(), record, !is_paused, true);
    })
}

/// Pauses or resumes a record; see [`use_pause`].
pub fn set_paused(
    api: Api,
    toasts: Toasts,
    settled: Callback<Settled>,
    record: Rc<Record>,
    is_paused: bool,
    can_undo: bool,
) {
    let Some(id) = record.id() else { return };
    spawn_local(async move {
        let values = [(Key::Paused, Value::Bool(is_paused))];
        let answer = api.update(record.resource(), &id.to_string(), &values, None).await;
        let now = answer.as_ref().ok().cloned().map(Rc::new);
        settled.emit((record.clone(), now));
        let done = if is_paused { "is paused" } else { "takes calls again" };
        let name = record.name();
        match answer {
            Ok(_) if can_undo => {
                let undo = {
                    let (toasts, record) = (toasts.clone(), record.clone());
                    move |()| {
                        let (api, toasts, settled) = (api.clone(), toasts.clone(), settled.clone());
                        set_paused(api, toasts, settled, record.clone(), !is_paused, false);
                    }
                };
                toasts.undo(format!("{name} {done}."), undo.into());
            }
            Ok(_) => toasts.show(format!("{name} {done}.")),
            Err(error) => {
                let verb = if is_paused { "paused" } else { "resumed" };
                toasts.fail(format!("{name} was not {verb}. {}", error.sentence()));
            }
        }
    });
}

/// Deletes a record, with a way back. It gives a callback that takes the record (with its id and name).
///
/// `changed` hears when the server has answered, also to a restore: what is shown is to be read anew then.
#[hook]
pub fn use_delete(changed: Callback<()>) -> Callback<Rc<Record>> {
    let (api, toasts) = (use_api(), use_toasts());
    use_callback((api, toasts, changed), |record: Rc<Record>, (api, toasts, changed)| {
        let Some(id) = record.id() else { return };
        let (api, toasts, changed, record) = (api.clone(), toasts.clone(), changed.clone(), record.clone());
        spawn_local(async move {
            let answer = api.delete(record.resource(), id).await;
            changed.emit(());
            let name = record.name();
            match answer {
                Ok(_) => {
                    let text = format!("{name} is deleted.");
                    let undo = {
                        let (toasts, record) = (toasts.clone(), record.clone());
                        move |()| restore(api.clone(), toasts.clone(), changed.clone(), record.clone(), id)
                    };
                    toasts.undo(text, undo.into());
                }
                Err(error) => toasts.fail(format!("{name} was not deleted. {}", error.sentence())),
            }
        });
    })
}

/// Brings a deleted record back. It gives a callback that takes the record (with its id and name).
///
/// `changed` hears when the server has answered: what is shown is to be read anew then.
#[hook]
pub fn use_restore(changed: Callback<()>) -> Callback<Rc<Record>> {
    let (api, toasts) = (use_api(), use_toasts());
    use_callback((api, toasts, changed), |record: Rc<Record>, (api, toasts, changed)| {
        let Some(id) = record.id() else { return };
        restore(api.clone(), toasts.clone(), changed.clone(), record, id);
    })
}

fn restore(api: Api, toasts: Toasts, changed: Callback<()>, record: Rc<Record>, id: Id) {
    spawn_local(async move {
        let answer = api.restore(record.resource(), id).await;
        changed.emit(());
        let name = record.name();
        match answer {
            Ok(_) => toasts.show(format!("{name} is back.")),
            Err(error) => toasts.fail(format!("{name} was not brought back. {}", error.sentence())),
        }
    });
}

/// Puts a text on the clipboard and says so.
pub fn copy(text: String, toasts: Toasts) {
    let clipboard = browser::window().map(|window| window.navigator().clipboard());
    spawn_local(async move {
        let copied = match clipboard {
            // Only pages that came by https, or from this machine, have one.
            Some(clipboard) if !clipboard.is_undefined() => {
                JsFuture::from(clipboard.write_text(&text)).await.is_ok()
            }
            _ => false,
        };
        if copied {
            toasts.show("Copied.");
        } else {
            toasts.fail("The browser does not let this page copy.");
        }
    });
}

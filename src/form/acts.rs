//! [`Acts`]: what can be done at once with a record, past the form: pause or resume it, delete it.

use std::rc::Rc;

use domain::{Key, Resource};
use yew::prelude::*;

use crate::actions::{use_delete, use_pause};
use crate::components::delete_dialog::DeleteDialog;
use crate::components::icon::icon;
use crate::components::menu::menu;
use crate::record::Record;
use crate::route::Route;

/// See [`Acts`].
#[derive(Properties, PartialEq)]
pub struct ActsProps {
    /// The record.
    pub record: Rc<Record>,
    /// Hears when it was paused or resumed, or not.
    pub changed: Callback<()>,
    /// Hears when it was deleted, brought back, or neither.
    pub deleted: Callback<Rc<Record>>,
}

/// The buttons beside the heading.
#[component]
pub fn Acts(props: &ActsProps) -> Html {
    let pause = use_pause(props.changed.reform(|_| ()));
    let deleted = use_callback((props.record.clone(), props.deleted.clone()), |(), (record, deleted)| {
        deleted.emit(record.clone());
    });
    let delete = use_delete(deleted);
    let asks = use_state(|| false);
    let record = &props.record;
    if record.resource() == Resource::Company {
        return Html::default();
    }
    let switch = record.get(Key::Paused).as_bool().map(|paused| {
        let onclick = {
            let record = record.clone();
            pause.reform(move |_: MouseEvent| record.clone())
        };
        let (drawing, verb) = if paused { ("play", "Resume") } else { ("pause", "Pause") };
        html! { <button type="button" class="btn" {onclick}>{ icon(drawing) }{ verb }</button> }
    });
    let id = record.id().filter(|_| record.resource() == Resource::BuyerGroup);
    let copy = id.map(|id| Route::Copy(Resource::BuyerGroup, id.to_string().into()));
    let ask = |whether: bool| {
        let asks = asks.clone();
        Callback::from(move |()| asks.set(whether))
    };
    let onconfirm = {
        let (close, delete) = (ask(false), delete);
        Callback::from(move |record| {
            close.emit(());
            delete.emit(record);
        })
    };
    html! {
        <>
            { for switch }
            { menu("More actions", html! {
                <>
                if let Some(copy) = copy {
                    <a class="btn quiet" href={copy.to_string()}>{ icon("copy") }{ "Duplicate" }</a>
                }
                <button type="button" class="btn quiet danger" onclick={ask(true).reform(|_| ())}>
                    { icon("trash") }
                    { "Delete…" }
                </button>
                </>
            }) }
            if *asks {
                <DeleteDialog record={record.clone()} {onconfirm} oncancel={ask(false)} />
            }
        </>
    }
}

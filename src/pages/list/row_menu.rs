//! [`RowMenu`]: what can be done to one record of a list.

use std::rc::Rc;

use domain::Resource;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::cursor::{first, places};
use super::live::{ROW, Turn};
use crate::actions::use_delete;
use crate::components::delete_dialog::DeleteDialog;
use crate::components::icon::icon;
use crate::record::Record;
use crate::route::Route;

/// See [`RowMenu`].
#[derive(Properties, Clone, PartialEq)]
pub struct RowMenuProps {
    /// The record.
    pub record: Rc<Record>,
    /// The button that it stands by.
    pub button: HtmlElement,
    /// The list is to be read anew.
    pub changed: Callback<()>,
    /// Hears that one of its values is to be edited.
    pub tell: Callback<Turn>,
    /// It was closed.
    pub onclose: Callback<()>,
}

/// The name by which the sheet finds the button.
const ANCHOR: (&str, &str) = ("anchor-name", "--row-menu");

/// A menu at the button of a row; after it, where that was chosen, the question before the record is deleted.
#[component]
pub fn RowMenu(props: &RowMenuProps) -> Html {
    let RowMenuProps { record, button, changed, tell, onclose } = props;
    let menu = use_node_ref();
    let asks = use_state(|| false);
    let delete = use_delete(changed.clone());
    use_effect_with((menu.clone(), button.clone()), |(menu, button)| {
        let style = button.style();
        // Where the browser knows no anchors, the menu stands in the middle.
        let _ = style.set_property(ANCHOR.0, ANCHOR.1);
        if let Some(menu) = menu.cast::<HtmlElement>() {
            // It fails only for a menu that is open already.
            let _ = menu.show_popover();
        }
        move || drop(style.remove_property(ANCHOR.0))
    });
    if *asks {
        let (close, delete) = (onclose.clone(), delete);
        let onconfirm = Callback::from(move |record| {
            close.emit(());
            delete.emit(record);
        });
        return html! { <DeleteDialog record={record.clone()} {onconfirm} oncancel={onclose.clone()} /> };
    }
    let onask = {
        let (menu, asks) = (menu.clone(), asks.clone());
        move |_| {
            asks.set(true);
            // The focus is back at the button before the dialog takes it, and so returns there.
            if let Some(menu) = menu.cast::<HtmlElement>() {
                let _ = menu.hide_popover();
            }
        }
    };
    let ontoggle = {
        let (asks, onclose) = (asks.clone(), onclose.clone());
        move |event: Event| {
            let is_open =
                event.target_unchecked_into::<Element>().matches(":popover-open").unwrap_or_default();
            if !is_open && !*asks {
                onclose.emit(());
            }
        }
    };
    let resource = record.resource();
    let onedit = {
        let (menu, button, tell) = (menu.clone(), button.clone(), tell.clone());
        move |_| {
            if let Some(menu) = menu.cast::<HtmlElement>() {
                let _ = menu.hide_popover();
            }
            let row = button.closest(ROW).ok().flatten();
            tell.emit(Turn::Edit(row.and_then(|row| first(&places(resource, &row)))));
        }
    };
    html! {
        <div ref={menu} class="pop acts" popover="auto" role="group" aria-label={format!("Actions for {}", record.name())} {ontoggle}>
            if let Some(id) = record.id() {
                <a class="btn quiet" href={Route::record(resource, id).to_string()} autofocus=true>
                    { icon("groups") }
                    { "Open" }
                </a>
                if resource == Resource::BuyerGroup {
                    <a class="btn quiet" href={Route::Copy(resource, id.to_string().into()).to_string()}>
                        { icon("copy") }
                        { "Duplicate" }
                    </a>
                }
            }
            <button type="button" class="btn quiet" onclick={onedit}>
                { icon("pencil") }
                { "Edit values" }
            </button>
            <button type="button" class="btn quiet danger" onclick={onask}>
                { icon("trash") }
                { "Delete…" }
            </button>
        </div>
    }
}

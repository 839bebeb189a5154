//! [`DeletedList`]: the records of a list that are deleted, each with its way back.

use std::rc::Rc;

use yew::prelude::*;

use super::selection::Selection;
use super::table::table;
use super::view::View;
use crate::actions::use_restore;
use crate::api;
use crate::components::cell::cell;
use crate::record::Record;
use crate::route::Query;

/// See [`DeletedList`].
#[derive(Properties, Clone, PartialEq)]
pub struct DeletedProps {
    /// The list.
    pub view: View,
    /// Its page.
    pub page: Rc<api::Page>,
    /// How money is shown.
    pub currency: AttrValue,
    /// Which records are selected.
    pub selection: Selection,
    /// Another address is to be shown.
    pub go: Callback<Query>,
    /// The list is to be read anew.
    pub changed: Callback<()>,
}

/// A table of what is deleted: nothing leads to a record that is not there, and nothing can be done to it but one.
#[component]
pub fn DeletedList(props: &DeletedProps) -> Html {
    let DeletedProps { view, page, currency, selection, go, changed } = props;
    let restore = use_restore(changed.clone());
    let columns = view.columns();
    let row = |record: &Rc<Record>| {
        let (name, others) = columns.split_at(1);
        let onclick = {
            let record = record.clone();
            restore.reform(move |_: MouseEvent| record.clone())
        };
        let others = others.iter().map(|column| {
            html! { <td class={column.leaves}>{ cell(record, column.field.key, column.field.kind, currency) }</td> }
        });
        html! {
            <tr key={record.id().map_or(0, domain::Id::get)}>
                <td>
                    if let Some(id) = record.id() {
                        { selection.row_box(id, record.name()) }
                    }
                </td>
                { for name.iter().map(|_| html! { <th scope="row" class="name">{ record.name() }</th> }) }
                { for others }
                <td>
                    <button type="button" class="btn" aria-label={format!("Restore {}", record.name())} {onclick}>
                        { "Restore" }
                    </button>
                </td>
            </tr>
        }
    };
    table(
        view,
        &columns,
        selection,
        &Callback::noop(),
        go,
        html! { <tbody>{ for page.records.iter().map(row) }</tbody> },
    )
}

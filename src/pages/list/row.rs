//! [`Row`]: one record of a list; a component of its own, so that one row draws itself anew alone.

use std::rc::Rc;

use domain::{Cap, Id, Key, Kind, Metric, Resource, Window};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::inline::InlineProps;
use super::live::{Turn, edited};
use super::selection::Selection;
use super::view::{Shown, lead};
use crate::components::cell::cell;
use crate::components::icon::icon;
use crate::components::meter::{amount, cap_of};
use crate::components::pill::pill;
use crate::lazy::{Lazy, Scene};
use crate::record::Record;
use crate::route::Route;

/// See [`Row`].
#[derive(Properties, PartialEq)]
pub struct RowProps {
    /// What it shows.
    pub record: Rc<Record>,
    /// The columns.
    pub columns: Rc<[Shown]>,
    /// How money is shown.
    pub currency: AttrValue,
    /// Which records are selected.
    pub selection: Selection,
    /// The field that is being edited in it.
    pub editing: Option<Key>,
    /// Hears what happens to the list.
    pub tell: Callback<Turn>,
    /// The record is to be paused or resumed.
    pub onpause: Callback<Rc<Record>>,
    /// The menu of the record is to be opened, by that button.
    pub onmenu: Callback<(Rc<Record>, HtmlElement)>,
}

/// One record of a list.
pub struct Row;

impl Component for Row {
    type Message = ();
    type Properties = RowProps;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let RowProps { record, columns, currency, selection, editing, tell, onpause, onmenu } = ctx.props();
        let columns = columns.iter().map(|column| {
            let (key, kind) = (column.field.key, column.field.kind);
            let edit = edited(record.resource(), key);
            let editor = edit.filter(|field| Some(field.key) == *editing).map(|field| {
                let props = InlineProps { record: record.clone(), key: field.key, tell: tell.clone() };
                html! { <div class="inline"><Lazy scene={Scene::Inline(props)} /></div> }
            });
            let edit = edit.map(|field| field.name);
            if key == lead(record.resource()) {
                return name(record, currency, edit, editor);
            }
            let class =
                classes!(column.leaves, is_right(column).then_some("num"), is_quiet(kind).then_some("muted"));
            html! { <td {class} data-edit={edit}>{ cell(record, key, kind, currency) }{ for editor }</td> }
        });
        let open = {
            let record = record.clone();
            onmenu.reform(move |event: MouseEvent| {
                let inside: Element = event.target_unchecked_into();
                // Its drawing may have been hit.
                let button = inside.closest("button").ok().flatten().unwrap_or(inside);
                (record.clone(), button.unchecked_into())
            })
        };
        let id = record.id().map(|id| id.to_string());
        if !record.resource().is_edited() {
            return html! { <tr data-id={id}>{ for columns }</tr> };
        }
        html! {
            <tr data-id={id}>
                <td>{ for record.id().map(|id| selection.row_box(id, record.name())) }</td>
                { for columns }
                <td>
                    <div class="mini">
                        { pause_button(record, onpause) }
                        <button
                            type="button"
                            class="btn quiet icon"
                            aria-label={format!("Actions for {}", record.name())}
                            title="More"
                            onclick={open}
                        >
                            { icon("more") }
                        </button>
                    </div>
                </td>
            </tr>
        }
    }
}

/// Whether a column's texts stand at the right, as numbers do.
pub fn is_right(column: &Shown) -> bool {
    let is_meter = matches!(column.field.key, Key::Used(..) | Key::ConcurrencyCapUsed);
    // An id that stands for a name is no number.
    let is_plain = column.field.kind != Kind::Share && column.field.key.member().is_none();
    column.field.kind.is_number() && is_plain && !is_meter
}

fn is_quiet(kind: Kind) -> bool {
    matches!(kind, Kind::Choice(_) | Kind::Instant | Kind::TimeZone | Kind::Text(_) | Kind::Phone)
}

fn pause_button(record: &Rc<Record>, onpause: &Callback<Rc<Record>>) -> Html {
    let Some(is_paused) = record.get(Key::Paused).as_bool() else { return Html::default() };
    let (verb, drawing) = if is_paused { ("Resume", "play") } else { ("Pause", "pause") };
    let onclick = {
        let record = record.clone();
        onpause.reform(move |_: MouseEvent| record.clone())
    };
    html! {
        <button
            type="button"
            class="btn quiet icon"
            aria-label={format!("{verb} {}", record.name())}
            title={verb}
            {onclick}
        >
            { icon(drawing) }
        </button>
    }
}

/// "412 / 1,000 today".
fn today(cap: Cap, currency: &str) -> String {
    let text = |number| amount(cap.metric, number, currency);
    match cap.limit {
        Some(limit) => format!("{} / {} today", text(cap.used), text(limit)),
        None => format!("{} today", text(cap.used)),
    }
}

/// Where the name leads: an alert to the group that it is about, or to what is set about webhooks.
fn page(record: &Record, id: Id) -> Route {
    match (record.resource(), record.get(Key::BuyerGroupId).as_int().and_then(Id::new)) {
        (Resource::Alert, None) => Route::Company,
        (Resource::Alert, Some(group)) => Route::record(Resource::BuyerGroup, group),
        (resource, _) => Route::record(resource, id),
    }
}

/// The name, which leads to the record; under it, where other columns have left, what matters most.
fn name(record: &Record, currency: &str, edit: Option<&'static str>, editor: Option<Html>) -> Html {
    let Some(id) = record.id() else { return Html::default() };
    let used = Key::Used(Metric::Attempt, Window::Daily);
    let cap = cap_of(record, used).filter(|_| !record.get(used).is_blank());
    html! {
        <th scope="row" class="name" data-edit={edit}>
            <a href={page(record, id).to_string()}>{ record.name() }</a>
            <small>
                { pill(record) }
                { for record.get(Key::Message).as_text() }
                if let Some(cap) = cap {
                    <span class="num">{ today(cap, currency) }</span>
                }
            </small>
            { for editor }
        </th>
    }
}

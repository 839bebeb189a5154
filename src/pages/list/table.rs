//! The table of a list: its header, its rows under the headings of their tiers, and the grey rows before they come.

use std::rc::Rc;

use domain::api::TierSummary;
use domain::{Decimal, Key};
use yew::prelude::*;

use super::live::{Turn, onclick};
use super::row::is_right;
use super::selection::{Selection, onmousedown};
use super::view::{Shown, View, heading, lead, order_of};
use crate::api;
use crate::components::icon::icon;
use crate::format;
use crate::record::Record;
use crate::route::Query;

/// The table around its rows.
pub fn table(
    view: &View,
    columns: &[Shown],
    selection: &Selection,
    tell: &Callback<Turn>,
    go: &Callback<Query>,
    bodies: Html,
) -> Html {
    let (by, descending) = view.order();
    let is_edited = view.resource.is_edited();
    let header = |column: &Shown| {
        let field = column.field;
        let order = order_of(view.resource, field);
        let is_sorted = order == Some(by.key);
        let aria_sort = is_sorted.then_some(if descending { "descending" } else { "ascending" });
        let class = classes!(
            column.leaves,
            is_right(column).then_some("num"),
            (field.key == lead(view.resource)).then_some("name")
        );
        let label = match order {
            None => html! { heading(view.resource, field) },
            Some(key) => {
                // Numbers are looked at from the largest down, texts from A on.
                let first = field.kind.is_number() && field.key != Key::Tier;
                let query = view.sorted_by(key, if is_sorted { !descending } else { first });
                html! {
                    <button type="button" onclick={go.reform(move |_| query.clone())}>
                        { heading(view.resource, field) }
                        if is_sorted {
                            { icon(if descending { "down" } else { "up" }) }
                        }
                    </button>
                }
            }
        };
        html! { <th key={field.name} scope="col" {class} aria-sort={aria_sort}>{ label }</th> }
    };
    let caption = if view.is_by_tier() {
        "Buyer groups by tier, in the order in which calls try them".to_owned()
    } else {
        format!("{} by {}", view.resource.heading(), by.label.to_ascii_lowercase())
    };
    html! {
        <div
            class="wrap"
            tabindex="0"
            role="region"
            aria-label={format!("{}, table", view.resource.heading())}
            ondblclick={onclick(view.resource, tell, false)}
            onclick={onclick(view.resource, tell, true)}
        >
            <table
                class={classes!("list", view.is_chosen().then_some("chosen"))}
                onclick={selection.onclick()}
                {onmousedown}
            >
                <caption class="sr">{ caption }</caption>
                <thead>
                    <tr>
                        if is_edited {
                            <td>{ selection.page_box() }</td>
                        }
                        { for columns.iter().map(header) }
                        if is_edited {
                            <th scope="col"><span class="sr">{ "Actions" }</span></th>
                        }
                    </tr>
                </thead>
                { bodies }
            </table>
        </div>
    }
}

/// The rows: under the headings of their tiers, where the list is in routing order. They stand where they stood when
/// they were `asked` for, whatever became of them since.
pub fn bodies(
    view: &View,
    asked: &api::Page,
    page: &api::Page,
    tiers: &[TierSummary],
    columns: usize,
    row: impl Fn(&Rc<Record>) -> Html,
) -> Html {
    if !view.is_by_tier() {
        return html! { <tbody>{ for page.records.iter().map(row) }</tbody> };
    }
    let same_tier = |one: &Rc<Record>, two: &Rc<Record>| one.get(Key::Tier) == two.get(Key::Tier);
    let mut rows = page.records.iter();
    let bodies = asked.records.chunk_by(same_tier).map(|records| {
        let tier = records[0].number(Key::Tier).unwrap_or(Decimal::ZERO);
        // The server counts what the filters leave; of a part of a tier it would say nothing about the whole.
        let summary =
            tiers.iter().find(|summary| summary.tier == tier && !view.is_narrowed()).map(|summary| {
                let (can, all) = (summary.can_take_calls, summary.groups);
                format!("{} of {} can take calls", format::count(can), format::count(all))
            });
        html! {
            <tbody key={tier.to_string()}>
                <tr class="tier">
                    <th scope="rowgroup" colspan={(columns + 2).to_string()}>
                        <b>{ "Tier " }{ format::decimal(tier) }</b>
                        // Read out, "Tier 1" and "5 of 6" are two things.
                        { " " }
                        { summary.unwrap_or_default() }
                    </th>
                </tr>
                { for rows.by_ref().take(records.len()).map(&row) }
            </tbody>
        }
    });
    html! { <>{ for bodies }</> }
}

/// So many grey rows; the sheet shows them after 300 ms only.
pub fn skeleton(columns: &[Shown], rows: usize) -> Html {
    let cells = || columns.iter().map(|column| html! { <td class={column.leaves}><i /></td> });
    html! {
        <div class="wrap" aria-busy="true">
            <p class="sr">{ "Loading" }</p>
            <table class="list skeleton" aria-hidden="true">
                <tbody>{ for (0..rows).map(|_| html! { <tr><td />{ for cells() }</tr> }) }</tbody>
            </table>
        </div>
    }
}

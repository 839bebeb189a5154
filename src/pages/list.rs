//! The list of a resource: groups in the order in which calls try them, buyers, offers. One page for all three; what
//! differs stands in the field tables and in [`view`].

pub mod chooser;
pub mod row;
pub mod toolbar;
pub mod view;

use std::rc::Rc;

use domain::api::{States, TierSummary};
use domain::{Decimal, Key, Resource, State, Value};
use yew::prelude::*;

use crate::actions::{use_delete, use_pause};
use crate::api::{self, ApiError};
use crate::components::delete_dialog::{DeleteDialogProps, counted};
use crate::components::icon::icon;
use crate::components::page::Page;
use crate::components::toasts::use_toasts;
use crate::format;
use crate::lazy::{Lazy, Scene};
use crate::navigation::use_navigator;
use crate::query::{Load, use_query};
use crate::record::Record;
use crate::route::{Query, Route};
use crate::session::use_session;
use chooser::ChooserProps;
use row::{Row, is_right};
use toolbar::{SearchBox, filter_box, search_hint, sort_box};
use view::{SIZES, Shown, View, heading, noun, order_of};

/// So many grey rows stand for a list that is not there yet.
const SKELETON_ROWS: usize = 8;

/// See [`ListPage`].
#[derive(Properties, PartialEq)]
pub struct ListProps {
    /// Of which records.
    pub resource: Resource,
    /// How it is narrowed and sorted.
    pub query: Query,
}

/// The list of a resource, as its address says it.
#[component]
pub fn ListPage(props: &ListProps) -> Html {
    let resource = props.resource;
    let view = View { resource, query: props.query.clone() };
    let navigator = use_navigator();
    let toasts = use_toasts();
    let currency = use_session().map(|own| own.session.company.currency.clone()).unwrap_or_default();
    let list = use_query(view.request(), move |api, query| {
        let query = query.clone();
        Box::pin(async move { api.list(resource, &query).await })
    });
    let doomed = use_state(|| None::<Rc<Record>>);
    let chooses = use_state(|| false);

    let total = list.load.data().map(|page| page.metadata.total_count);
    let last = use_mut_ref(|| None::<u64>);
    use_effect_with((total, list.load.is_loading()), {
        move |(total, is_loading): &(Option<u64>, bool)| {
            if let Some(total) = total.filter(|_| !is_loading) {
                // Nothing is read out on arrival: the heading is.
                if last.replace(Some(total)).is_some_and(|before| before != total) {
                    toasts.say(counted(total.cast_signed(), noun(resource)));
                }
            }
        }
    });

    let go = {
        let navigator = navigator.clone();
        use_callback(navigator, move |query, navigator| navigator.push(Route::List(resource, query)))
    };
    let onsearch = {
        let view = view.clone();
        // One entry of the history for a whole search, not one for each letter.
        Callback::from(move |text: String| {
            navigator.replace(Route::List(resource, view.narrowed_by("fulltext", &text)));
        })
    };
    let pause = use_pause(list.reload.clone());
    let onpause = use_callback(
        (list.load.data().cloned(), list.set.clone(), pause),
        |record: Rc<Record>, (page, set, pause)| {
            if let Some(page) = page {
                set.emit(Rc::new(with_switched(page, &record)));
            }
            pause.emit(record);
        },
    );
    let delete = use_delete(list.reload.clone());
    let ondelete = {
        let doomed = doomed.setter();
        use_callback((), move |record, ()| doomed.set(Some(record)))
    };
    let onconfirm = {
        let doomed = doomed.clone();
        Callback::from(move |record| {
            doomed.set(None);
            delete.emit(record);
        })
    };
    let oncancel = {
        let doomed = doomed.clone();
        Callback::from(move |()| doomed.set(None))
    };

    let states = list.load.data().and_then(|page| page.metadata.states);
    let tiers = list.load.data().and_then(|page| page.metadata.tiers.clone()).unwrap_or_default();
    let new = html! {
        <a class="btn primary" href={Route::New(resource).to_string()}>
            { icon("plus") }
            { format!("New {}", noun(resource)) }
        </a>
    };
    let columns: Rc<[Shown]> = view.columns().into();
    let body = match &list.load {
        Load::Loading(None) => skeleton(&columns),
        load => match load.data() {
            None => Html::default(),
            Some(page) if page.records.is_empty() => empty(&view, page.metadata.total_count, &new, &go),
            Some(page) => {
                let row = |record: &Rc<Record>| {
                    let key = record.id().map_or(0, domain::Id::get);
                    html! {
                        <Row
                            {key}
                            record={record.clone()}
                            columns={columns.clone()}
                            currency={currency.clone()}
                            onpause={onpause.clone()}
                            ondelete={ondelete.clone()}
                        />
                    }
                };
                table(&view, &columns, &go, bodies(&view, page, &tiers, columns.len(), row))
            }
        },
    };
    let chooser = chooses.then(|| Scene::Columns(ChooserProps { view: view.clone(), onchange: go.clone() }));
    html! {
        <Page title={resource.heading()} actions={new.clone()}>
            { tabs(&view, states) }
            <div class="bar">
                <SearchBox
                    value={view.query.get("fulltext").to_owned()}
                    hint={search_hint(resource)}
                    label={format!("Search {}s", noun(resource))}
                    {onsearch}
                />
                { filter_box(&view, &tiers, &go) }
                <div class="end">
                    { sort_box(&view, &go) }
                    <button type="button" class="btn quiet" popovertarget="columns" onclick={move |_| chooses.set(true)}>
                        { icon("columns") }
                        <span>{ "Columns" }</span>
                    </button>
                    <div id="columns" class="pop chooser" popover="auto" role="group" aria-label="Columns">
                        if let Some(scene) = chooser {
                            <Lazy {scene} />
                        }
                    </div>
                    <a class="btn quiet" href={view.csv()} download={format!("{}.csv", resource.plural())}>
                        { icon("download") }
                        <span>{ "CSV" }</span>
                    </a>
                </div>
            </div>
            if let Some(error) = list.load.error() {
                { failure(error, &list.reload, &view) }
            }
            { body }
            if let Some(page) = list.load.data() {
                { foot(&view, page, &go) }
            }
            if let Some(record) = &*doomed {
                <Lazy scene={Scene::Delete(DeleteDialogProps { record: record.clone(), onconfirm, oncancel })} />
            }
        </Page>
    }
}

/// The page with a record paused or resumed ahead of the server, which then says what that does to the others.
fn with_switched(page: &api::Page, record: &Rc<Record>) -> api::Page {
    let is_paused = !record.get(Key::Paused).as_bool().unwrap_or_default();
    let switched = |own: &Rc<Record>| {
        if own.id() != record.id() {
            return own.clone();
        }
        let record = Record::clone(own).with(Key::Paused, Value::Bool(is_paused));
        if record.resource() != Resource::BuyerGroup {
            return Rc::new(record);
        }
        let state = if is_paused { State::Paused } else { State::TakingCalls };
        let record = record.with(Key::State, Value::Text(state.name().to_owned()));
        let share = if is_paused { Value::Decimal(Decimal::ZERO) } else { Value::Null };
        Rc::new(record.with(Key::Share, share))
    };
    api::Page { records: page.records.iter().map(switched).collect(), metadata: page.metadata.clone() }
}

/// The groups by state, each with its number.
fn tabs(view: &View, states: Option<States>) -> Html {
    if view.resource != Resource::BuyerGroup {
        return Html::default();
    }
    let current = view.query.get("state");
    let tab = |name: &'static str, label: &'static str, count: Option<u64>| {
        let to = Route::List(view.resource, view.narrowed_by("state", name));
        html! {
            <a href={to.to_string()} aria-current={(current == name).then_some("page")}>
                { label }
                <span class="num">{ count.map(format::count).unwrap_or_default() }</span>
            </a>
        }
    };
    let of = |state| {
        states.map(|states| match state {
            State::TakingCalls => states.taking_calls,
            State::NearCap => states.near_cap,
            State::MaxedOut => states.maxed_out,
            State::Paused => states.paused,
        })
    };
    html! {
        <nav class="tabs" aria-label="By status">
            { tab("", "All", states.map(|states| states.all)) }
            { for State::ALL.map(|state| tab(state.name(), state.label(), of(state))) }
        </nav>
    }
}

/// The table around its rows.
fn table(view: &View, columns: &[Shown], go: &Callback<Query>, bodies: Html) -> Html {
    let (by, descending) = view.order();
    let header = |column: &Shown| {
        let field = column.field;
        let order = order_of(view.resource, field);
        let is_sorted = order == Some(by.key);
        let aria_sort = is_sorted.then_some(if descending { "descending" } else { "ascending" });
        let class = classes!(
            column.leaves,
            is_right(column).then_some("num"),
            (field.key == Key::Name).then_some("name")
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
        <div class="wrap" tabindex="0" role="region" aria-label={format!("{}, table", view.resource.heading())}>
            <table class={classes!("list", view.is_chosen().then_some("chosen"))}>
                <caption class="sr">{ caption }</caption>
                <thead>
                    <tr>
                        { for columns.iter().map(header) }
                        <th scope="col"><span class="sr">{ "Actions" }</span></th>
                    </tr>
                </thead>
                { bodies }
            </table>
        </div>
    }
}

/// The rows: under the headings of their tiers, where the list is in routing order.
fn bodies(
    view: &View,
    page: &api::Page,
    tiers: &[TierSummary],
    columns: usize,
    row: impl Fn(&Rc<Record>) -> Html,
) -> Html {
    if !view.is_by_tier() {
        return html! { <tbody>{ for page.records.iter().map(row) }</tbody> };
    }
    let same_tier = |one: &Rc<Record>, two: &Rc<Record>| one.get(Key::Tier) == two.get(Key::Tier);
    let bodies = page.records.chunk_by(same_tier).map(|records| {
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
                    <th scope="rowgroup" colspan={(columns + 1).to_string()}>
                        <b>{ "Tier " }{ format::decimal(tier) }</b>
                        // Read out, "Tier 1" and "5 of 6" are two things.
                        { " " }
                        { summary.unwrap_or_default() }
                    </th>
                </tr>
                { for records.iter().map(&row) }
            </tbody>
        }
    });
    html! { <>{ for bodies }</> }
}

/// Grey rows; the sheet shows them after 300 ms only.
fn skeleton(columns: &[Shown]) -> Html {
    let cells = || columns.iter().map(|column| html! { <td class={column.leaves}><i /></td> });
    html! {
        <div class="wrap" aria-busy="true">
            <p class="sr">{ "Loading" }</p>
            <table class="list skeleton" aria-hidden="true">
                <tbody>{ for (0..SKELETON_ROWS).map(|_| html! { <tr>{ for cells() }</tr> }) }</tbody>
            </table>
        </div>
    }
}

/// Why there are no rows, and what to do.
fn empty(view: &View, total: u64, new: &Html, go: &Callback<Query>) -> Html {
    let button = |text: &'static str, query: Query| {
        let onclick = go.reform(move |_: MouseEvent| query.clone());
        html! { <button type="button" class="btn" {onclick}>{ text }</button> }
    };
    let (title, text, action) = if total > 0 {
        let first = view.query.clone().with("page", "");
        ("This page is past the end.", "", button("Go to the first page", first))
    } else if view.is_narrowed() {
        ("Nothing matches these filters.", "", button("Clear filters", view.widened()))
    } else {
        let (title, text) = match view.resource {
            Resource::BuyerGroup => {
                ("No groups yet.", "A group lets several buyers share priority and caps.")
            }
            Resource::Buyer => {
                ("No buyers yet.", "A buyer is a phone number that takes calls and pays for them.")
            }
            Resource::Offer | Resource::Company => {
                ("No offers yet.", "An offer is what is advertised; groups of buyers serve its calls.")
            }
        };
        (title, text, new.clone())
    };
    html! { <div class="empty"><h2>{ title }</h2><p>{ text }</p>{ action }</div> }
}

/// A line over the table; the rows that were there stay.
fn failure(error: &ApiError, reload: &Callback<()>, view: &View) -> Html {
    let button = |text: &'static str, onclick: Callback<MouseEvent>| {
        html! { <button type="button" class="btn" {onclick}>{ text }</button> }
    };
    let action = match error {
        // That is said at the top of the page.
        ApiError::SignedOut => return Html::default(),
        // It comes back by itself.
        ApiError::Offline => Html::default(),
        ApiError::Refused(_) => html! {
            <a class="btn" href={Route::list(view.resource).to_string()}>{ "Show the plain list" }</a>
        },
        _ => button("Try again", reload.reform(|_| ())),
    };
    html! { <div class="note" role="alert">{ icon("warn") }<p>{ error.sentence() }</p>{ action }</div> }
}

/// Which part of the list this is, and the way to the others.
fn foot(view: &View, page: &api::Page, go: &Callback<Query>) -> Html {
    let (total, number, size) = (page.metadata.total_count, view.page(), u64::from(view.per_page()));
    if page.records.is_empty() {
        return Html::default();
    }
    let first = (number - 1) * size + 1;
    let last = first + page.records.len() as u64 - 1;
    let step = |text: &'static str, to: u64, disabled: bool| {
        let text_of_page = if to > 1 { to.to_string() } else { String::new() };
        let query = view.query.clone().with("page", &text_of_page);
        let onclick = go.reform(move |_: MouseEvent| query.clone());
        html! { <button type="button" class="btn" {disabled} {onclick}>{ text }</button> }
    };
    let onsize = {
        let (view, go) = (view.clone(), go.clone());
        move |event: Event| {
            let size = event.target_unchecked_into::<web_sys::HtmlSelectElement>().value();
            go.emit(view.narrowed_by("per_page", &size));
        }
    };
    let mut sizes = SIZES.to_vec();
    if !sizes.contains(&view.per_page()) {
        sizes.insert(0, view.per_page());
    }
    let option = |size: u32| {
        html! { <option value={size.to_string()} selected={size == view.per_page()}>{ size }</option> }
    };
    let count = format::count;
    html! {
        <div class="foot">
            <span class="num">
                { format!("{}–{} of {} {}s", count(first), count(last), count(total), noun(view.resource)) }
            </span>
            <label class="size">
                <select class="input" onchange={onsize}>{ for sizes.into_iter().map(option) }</select>
                { "a page" }
            </label>
            <div class="acts">
                { step("Previous", number.saturating_sub(1), number <= 1) }
                { step("Next", number + 1, last >= total) }
            </div>
        </div>
    }
}

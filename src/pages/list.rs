//! The list of a resource: groups in the order in which calls try them, buyers, offers. One page for all three; what
//! differs stands in the field tables and in [`view`].

pub mod chooser;
pub mod deleted;
pub mod filter_editor;
pub mod filters;
pub mod frame;
pub mod row;
pub mod row_menu;
pub mod selection;
pub mod table;
pub mod toolbar;
pub mod tools;
pub mod usual;
pub mod view;

use std::rc::Rc;

use domain::{Decimal, Key, Resource, State, Value};
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::actions::use_pause;
use crate::api;
use crate::bulk::bar::BulkProps;
use crate::components::delete_dialog::counted;
use crate::components::icon::icon;
use crate::components::page::Page;
use crate::components::toasts::use_toasts;
use crate::lazy::{Lazy, Scene};
use crate::navigation::use_navigator;
use crate::query::{Load, use_query};
use crate::record::Record;
use crate::route::{Query, Route};
use crate::session::use_session;
use deleted::DeletedProps;
use filters::ChipsProps;
use frame::{empty, failure, foot, tabs};
use row::Row;
use row_menu::RowMenuProps;
use selection::Selection;
use table::{bodies, skeleton, table};
use toolbar::{SearchBox, Tool, opener, search_hint};
use tools::ToolProps;
use usual::Usual;
use view::{Shown, View, noun};

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
    let session = use_session();
    let fill = |session| Usual::of(resource, session).fill(&props.query);
    let view = View { resource, query: session.as_ref().map_or_else(|| props.query.clone(), fill) };
    let navigator = use_navigator();
    let toasts = use_toasts();
    let currency = session.map(|own| own.session.company.currency.clone()).unwrap_or_default();
    let list = use_query(view.request(), move |api, query| {
        let query = query.clone();
        Box::pin(async move { api.list(resource, &query).await })
    });
    let menu = use_state(|| None::<(Rc<Record>, HtmlElement)>);
    let open = use_state(|| None::<Tool>);

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

    let selection = (*use_state(Selection::default)).clone();
    use_effect_with((list.load.data().cloned(), selection.clone()), |(page, selection)| {
        let records = page.iter().flat_map(|page| &page.records);
        selection.show(records.filter_map(|record| record.id()).collect());
    });
    // What can be done to what is selected is fetched with the first selection.
    let acts = use_state_eq(|| false);
    use_effect_with(selection.clone(), {
        let acts = acts.setter();
        move |selection| {
            let own = selection.clone();
            let watch = selection.watch(Callback::from(move |()| {
                if own.counts().0 > 0 {
                    acts.set(true);
                }
            }));
            move || drop(watch)
        }
    });

    let go = {
        let (navigator, redraw) = (navigator.clone(), use_force_update());
        use_callback(navigator, move |query, navigator| {
            navigator.push(Route::List(resource, query));
            // An address that names no columns shows those that one is used to, which may have changed.
            redraw.force_update();
        })
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
    let onmenu = {
        let menu = menu.setter();
        use_callback((), move |opened, ()| menu.set(Some(opened)))
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
            Some(page) if view.is_deleted() => {
                let (view, page, go, changed) = (view.clone(), page.clone(), go.clone(), list.reload.clone());
                let (currency, selection) = (currency.clone().into(), selection.clone());
                let props = DeletedProps { view, page, currency, selection, go, changed };
                html! { <Lazy scene={Scene::Deleted(props)} /> }
            }
            Some(page) => {
                let row = |record: &Rc<Record>| {
                    let key = record.id().map_or(0, domain::Id::get);
                    html! {
                        <Row
                            {key}
                            record={record.clone()}
                            columns={columns.clone()}
                            currency={currency.clone()}
                            selection={selection.clone()}
                            onpause={onpause.clone()}
                            onmenu={onmenu.clone()}
                        />
                    }
                };
                table(&view, &columns, &selection, &go, bodies(&view, page, &tiers, columns.len(), row))
            }
        },
    };
    let tool = {
        let (view, go, tiers) = (view.clone(), go.clone(), tiers.clone());
        ToolProps { tool: Tool::More, view, tiers, go }
    };
    let tool = |own| opener(own, &open, &tool);
    let chips = view.is_filtered().then(|| {
        let open = open.setter();
        let edit = Callback::from(move |by| open.set(Some(Tool::Filter(Some(by)))));
        Scene::Chips(ChipsProps { view: view.clone(), go: go.clone(), edit })
    });
    let row_menu = menu.as_ref().map(|(record, button)| {
        let close = menu.setter();
        let onclose = Callback::from(move |()| close.set(None));
        let (record, button, changed) = (record.clone(), button.clone(), list.reload.clone());
        let key = record.id().map_or(0, domain::Id::get);
        html! { <Lazy {key} scene={Scene::RowMenu(RowMenuProps { record, button, changed, onclose })} /> }
    });
    let bulk = acts.then(|| {
        let (selection, total) = (selection.clone(), total.unwrap_or_default());
        let (view, currency, reload) = (view.clone(), currency.into(), list.reload.clone());
        Scene::Bulk(BulkProps { selection, view, total, currency, reload })
    });
    html! {
        <Page title={resource.heading()} actions={new.clone()}>
            { tabs(&view, states, total) }
            <div class="bar">
                <SearchBox
                    value={view.query.get("fulltext").to_owned()}
                    hint={search_hint(resource)}
                    label={format!("Search {}s", noun(resource))}
                    {onsearch}
                />
                // A box of its own: a chip that comes or goes must not draw its neighbours anew, which would close them.
                <div class="chips">
                    if let Some(scene) = chips {
                        <Lazy {scene} />
                    }
                </div>
                { tool(Tool::Filter(None)) }
                <div class="end">
                    { tool(Tool::Sort) }
                    { tool(Tool::Columns) }
                    { tool(Tool::Density) }
                    <a class="btn quiet" href={view.csv()} download={format!("{}.csv", resource.plural())}>
                        { icon("download") }
                        <span>{ "CSV" }</span>
                    </a>
                    { tool(Tool::More) }
                </div>
            </div>
            if let Some(error) = list.load.error() {
                { failure(error, &list.reload, &view) }
            }
            { body }
            if let Some(page) = list.load.data() {
                { foot(&view, page, &go) }
            }
            if let Some(scene) = bulk {
                <Lazy {scene} />
            }
            { row_menu.unwrap_or_default() }
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

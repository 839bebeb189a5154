//! The list of a resource: groups in the order in which calls try them, buyers, offers, calls, alerts. One page for all; what
//! differs stands in the field tables and in [`view`].

pub mod chooser;
pub mod cursor;
pub mod deleted;
pub mod desk;
pub mod empty;
pub mod filter_editor;
pub mod filters;
pub mod frame;
pub mod inline;
pub mod live;
pub mod news;
pub mod row;
pub mod row_menu;
pub mod save;
pub mod selection;
pub mod table;
pub mod toolbar;
pub mod tools;
pub mod usual;
pub mod view;

use std::rc::Rc;

use domain::Resource;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::bulk::bar::BulkProps;
use crate::components::delete_dialog::counted;
use crate::components::icon::icon;
use crate::components::page::PageHead;
use crate::components::toasts::use_toasts;
use crate::lazy::{Lazy, Scene};
use crate::navigation::use_navigator;
use crate::query::{Load, use_query};
use crate::record::Record;
use crate::route::{Query, Route};
use crate::session::use_session;
use deleted::DeletedProps;
use empty::EmptyProps;
use filters::ChipsProps;
use frame::{failure, foot, tabs};
use live::use_live;
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

/// What is open over the list.
enum Open {
    /// What a button over it opens.
    Tool(Tool),
    /// The menu of a record, at its button.
    Menu(Rc<Record>, HtmlElement),
}

/// The list of a resource, as its address says it.
#[component]
pub fn ListPage(props: &ListProps) -> Html {
    let resource = props.resource;
    let session = use_session();
    let usual = session.as_ref().map(|session| Usual::of(resource, session));
    let fill = |usual: &Usual| usual.fill(&props.query);
    let view = View { resource, query: usual.as_ref().map_or_else(|| props.query.clone(), fill) };
    let navigator = use_navigator();
    let toasts = use_toasts();
    let (currency, zone) = session
        .map(|own| (own.session.company.currency.clone(), own.session.company.time_zone.clone()))
        .unwrap_or_default();
    let zone = AttrValue::from(zone);
    let list = use_query(view.request(), move |api, query| {
        let query = query.clone();
        Box::pin(async move { api.list(resource, &query).await })
    });
    let open = use_state(|| None::<Open>);

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
    let whole = usual.clone().filter(|_| !view.is_narrowed());
    use_effect_with((list.load.data().cloned(), selection.clone()), |(page, selection)| {
        let records = page.iter().flat_map(|page| &page.records);
        selection.show(records.filter_map(|record| record.id()).collect());
        if let Some((usual, page)) = whole.zip(page.as_ref()) {
            usual.keep_rows(page.records.len());
        }
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
    let live = use_live(&view, &list, &zone, &selection);
    let onmenu = {
        let open = open.setter();
        use_callback((), move |(record, button), ()| open.set(Some(Open::Menu(record, button))))
    };

    let states = live.page.as_ref().and_then(|page| page.metadata.states);
    let tiers = live.page.as_ref().and_then(|page| page.metadata.tiers.clone()).unwrap_or_default();
    let new = html! {
        if resource.is_edited() {
            <a class="btn primary" href={Route::New(resource).to_string()}>
                { icon("plus") }
                { format!("New {}", noun(resource)) }
            </a>
        } else if resource == Resource::Alert {
            <Lazy scene={Scene::ReadAlerts} />
        }
    };
    let columns: Rc<[Shown]> = view.columns().into();
    let body = match &list.load {
        Load::Loading(None) => skeleton(&columns, usual.map_or(0, |usual| usual.rows())),
        _ => match live.asked.as_ref().zip(live.page.as_ref()) {
            None => Html::default(),
            Some((_, page)) if page.records.is_empty() => {
                let (view, total, go) = (view.clone(), page.metadata.total_count, go.clone());
                html! { <Lazy scene={Scene::Empty(EmptyProps { view, total, new: new.clone(), go })} /> }
            }
            Some((_, page)) if view.is_deleted() => {
                let (view, page, go, changed) = (view.clone(), page.clone(), go.clone(), list.reload.clone());
                let (currency, selection) = (currency.clone().into(), selection.clone());
                let props = DeletedProps { view, page, currency, selection, go, changed };
                html! { <Lazy scene={Scene::Deleted(props)} /> }
            }
            Some((asked, page)) => {
                let row = |record: &Rc<Record>| {
                    let key = record.id().map_or(0, domain::Id::get);
                    html! {
                        <Row
                            {key}
                            record={record.clone()}
                            columns={columns.clone()}
                            currency={currency.clone()}
                            selection={selection.clone()}
                            editing={live.editing.filter(|(id, _)| Some(*id) == record.id()).map(|(_, key)| key)}
                            tell={live.tell.clone()}
                            onpause={live.onpause.clone()}
                            onmenu={onmenu.clone()}
                        />
                    }
                };
                table(
                    &view,
                    &columns,
                    &selection,
                    &live.tell,
                    &go,
                    bodies(&view, asked, page, &tiers, columns.len(), row),
                )
            }
        },
    };
    let tool = {
        let (view, go, tiers) = (view.clone(), go.clone(), tiers.clone());
        ToolProps { tool: Tool::More, view, tiers, go }
    };
    let ontool = {
        let open = open.setter();
        Callback::from(move |tool: Option<Tool>| open.set(tool.map(Open::Tool)))
    };
    let opened = match &*open {
        Some(Open::Tool(tool)) => Some(*tool),
        _ => None,
    };
    let tool = |own| opener(own, opened, &ontool, &tool);
    let chips = view.is_filtered().then(|| {
        let edit = ontool.reform(|by| Some(Tool::Filter(Some(by))));
        Scene::Chips(ChipsProps { view: view.clone(), go: go.clone(), edit })
    });
    let row_menu = match &*open {
        Some(Open::Menu(record, button)) => Some((record, button)),
        _ => None,
    };
    let row_menu = row_menu.map(|(record, button)| {
        let close = open.setter();
        let onclose = Callback::from(move |()| close.set(None));
        let (record, button, changed) = (record.clone(), button.clone(), list.reload.clone());
        let tell = live.tell.clone();
        let key = record.id().map_or(0, domain::Id::get);
        html! { <Lazy {key} scene={Scene::RowMenu(RowMenuProps { record, button, changed, tell, onclose })} /> }
    });
    let bulk = acts.then(|| {
        let (selection, total) = (selection.clone(), total.unwrap_or_default());
        let (view, currency, reload) = (view.clone(), currency.into(), list.reload.clone());
        Scene::Bulk(BulkProps { selection, view, total, currency, reload })
    });
    html! {
        <>
            <PageHead title={resource.heading()} actions={new.clone()} />
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
            <div class="ahead">
                if let Some(scene) = live.desk {
                    <Lazy {scene} />
                }
            </div>
            { body }
            if let Some(page) = &live.page {
                { foot(&view, page, &zone, &go) }
            }
            if let Some(scene) = bulk {
                <Lazy {scene} />
            }
            { row_menu.unwrap_or_default() }
        </>
    }
}

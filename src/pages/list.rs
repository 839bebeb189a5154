//! The list of a resource: groups in the order in which calls try them, buyers, offers. One page for all three; what
//! differs stands in the field tables and in [`view`].

pub mod chooser;
pub mod frame;
pub mod row;
pub mod selection;
pub mod table;
pub mod toolbar;
pub mod view;

use std::rc::Rc;

use domain::{Decimal, Key, Resource, State, Value};
use yew::prelude::*;

use crate::actions::{use_delete, use_pause};
use crate::api;
use crate::components::delete_dialog::{DeleteDialogProps, counted};
use crate::components::icon::icon;
use crate::components::page::Page;
use crate::components::toasts::use_toasts;
use crate::lazy::{Lazy, Scene};
use crate::navigation::use_navigator;
use crate::query::{Load, use_query};
use crate::record::Record;
use crate::route::{Query, Route};
use crate::session::use_session;
use chooser::ChooserProps;
use frame::{empty, failure, foot, tabs};
use row::Row;
use selection::Selection;
use table::{bodies, skeleton, table};
use toolbar::{SearchBox, filter_box, search_hint, sort_box};
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

    let selection = (*use_state(Selection::default)).clone();
    use_effect_with((list.load.data().cloned(), selection.clone()), |(page, selection)| {
        let records = page.iter().flat_map(|page| &page.records);
        selection.show(records.filter_map(|record| record.id()).collect());
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
                            selection={selection.clone()}
                            onpause={onpause.clone()}
                            ondelete={ondelete.clone()}
                        />
                    }
                };
                table(&view, &columns, &selection, &go, bodies(&view, page, &tiers, columns.len(), row))
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

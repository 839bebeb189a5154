//! [`Named`]: the name of a record of which only the id is known. The names that a page shows are asked for together.

use std::cell::RefCell;

use domain::{Id, Key, Resource};
use js_sys::Date;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api::Api;
use crate::browser;
use crate::panel::Panel;
use crate::route::{Query, Route};

/// How long a name is taken for true, in milliseconds.
const FRESH_MS: f64 = 60_000.0;
/// So many are asked for in one request.
const MOST: usize = 200;

/// A record that is called something.
type Which = (Resource, Id);

/// A name: when it came, and by which client; `None` when there is no such record, or not for this visitor.
struct Known {
    which: Which,
    name: Option<AttrValue>,
    at: f64,
}

#[derive(Default)]
struct Names {
    known: Vec<Known>,
    wanted: Vec<Which>,
    waiting: Vec<Callback<()>>,
    /// Whose names these are.
    api: Option<Api>,
}

thread_local! {
    static NAMES: RefCell<Names> = RefCell::default();
}

/// See [`Named`].
#[derive(Properties, PartialEq)]
pub struct NamedProps {
    /// What kind of record it is.
    pub resource: Resource,
    /// Which.
    pub id: Id,
}

/// A record's name, which leads to it; until it is known, and where it is not, its id.
pub struct Named;

impl Component for Named {
    type Message = ();
    type Properties = NamedProps;

    fn create(ctx: &Context<Self>) -> Self {
        want(ctx);
        Self
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &NamedProps) -> bool {
        if ctx.props() != before {
            want(ctx);
        }
        true
    }

    fn update(&mut self, _: &Context<Self>, (): ()) -> bool {
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let NamedProps { resource, id } = *ctx.props();
        match name(resource, id) {
            Some(name) => html! {
                <a class="link clip" href={Route::record(resource, id).to_string()} title={name.clone()}>{ name }</a>
            },
            None => html! { <span class="faint">{ id.to_string() }</span> },
        }
    }
}

/// What a record is called, as far as that is known by now.
#[must_use]
pub fn name(resource: Resource, id: Id) -> Option<AttrValue> {
    NAMES.with_borrow(|names| {
        names.known.iter().find(|known| known.which == (resource, id)).and_then(|known| known.name.clone())
    })
}

/// Asks for a name, unless it came a short while ago, with those that others ask for at the same time.
fn want(ctx: &Context<Named>) {
    let which = (ctx.props().resource, ctx.props().id);
    let api = Panel::of(ctx).api.clone();
    let came = ctx.link().callback(|()| ());
    let is_first = NAMES.with_borrow_mut(|names| {
        if names.api.as_ref() != Some(&api) {
            // Another visitor may see other records.
            *names = Names { api: Some(api.clone()), ..Names::default() };
        }
        let is_fresh = |known: &Known| known.which == which && Date::now() - known.at < FRESH_MS;
        if names.known.iter().any(is_fresh) {
            return false;
        }
        names.waiting.push(came);
        if !names.wanted.contains(&which) {
            names.wanted.push(which);
        }
        names.waiting.len() == 1
    });
    if is_first {
        browser::soon(move || spawn_local(fetch(api)));
    }
}

async fn fetch(api: Api) {
    let wanted = NAMES.with_borrow_mut(|names| std::mem::take(&mut names.wanted));
    for resource in Resource::LISTED {
        let ids: Vec<Id> = wanted.iter().filter(|(own, _)| *own == resource).map(|(_, id)| *id).collect();
        for ids in ids.chunks(MOST) {
            read(&api, resource, ids).await;
        }
    }
    let waiting = NAMES.with_borrow_mut(|names| std::mem::take(&mut names.waiting));
    waiting.iter().for_each(|came| came.emit(()));
}

/// Reads the names of records, also of those that were deleted since.
async fn read(api: &Api, resource: Resource, ids: &[Id]) {
    let mut missing = ids.to_vec();
    for deleted in ["", "true"] {
        if missing.is_empty() {
            return;
        }
        let list: Vec<String> = missing.iter().map(ToString::to_string).collect();
        let query = Query::default()
            .with("id", &list.join(","))
            .with("columns", &[Key::Id.name(), Key::Name.name()].join(","))
            .with("per_page", "1000")
            .with("deleted", deleted);
        // Without an answer the ids stay: the page itself says that the server is away.
        let Ok(page) = api.list(resource, &query).await else { return };
        for record in &page.records {
            let Some(id) = record.id() else { continue };
            missing.retain(|own| *own != id);
            keep((resource, id), Some(AttrValue::from(record.name().to_owned())));
        }
    }
    missing.into_iter().for_each(|id| keep((resource, id), None));
}

fn keep(which: Which, name: Option<AttrValue>) {
    NAMES.with_borrow_mut(|names| {
        names.known.retain(|known| known.which != which);
        names.known.push(Known { which, name, at: Date::now() });
    });
}

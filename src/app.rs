//! [`page`]: which page an address shows.

use domain::Resource;
use yew::prelude::*;

use crate::lazy::{Lazy, Scene};
use crate::pages::list::ListPage;
use crate::pages::record::RecordPageProps;
use crate::route::Route;

/// The page of an address. Pages of different records have different keys: each starts from nothing.
pub fn page(route: &Route) -> Html {
    match route.clone() {
        // The sign-in page stands before the door.
        Route::SignIn => Html::default(),
        Route::Home => page(&Route::list(Resource::BuyerGroup)),
        Route::List(resource, query) => html! { <ListPage key={resource.plural()} {resource} {query} /> },
        Route::New(resource) => {
            html! { <Lazy key={format!("new {}", resource.plural())} scene={Scene::Record(RecordPageProps { resource, id: None, copy: None })} /> }
        }
        Route::Copy(resource, id) => {
            let key = format!("copy {} {id}", resource.plural());
            html! { <Lazy {key} scene={Scene::Record(RecordPageProps { resource, id: None, copy: Some(id.into()) })} /> }
        }
        Route::Record(Resource::Call, id) => {
            let key = format!("call {id}");
            html! { <Lazy {key} scene={Scene::Call(id)} /> }
        }
        Route::Routing(query) => html! { <Lazy key="routing" scene={Scene::Routing(query)} /> },
        Route::Record(resource, id) => {
            let key = format!("{} {id}", resource.plural());
            html! { <Lazy {key} scene={Scene::Record(RecordPageProps { resource, id: Some(id.into()), copy: None })} /> }
        }
        Route::Caps(query) => html! { <Lazy key="caps" scene={Scene::Caps(query)} /> },
        Route::Company => {
            html! { <Lazy key="company" scene={Scene::Record(RecordPageProps { resource: Resource::Company, id: None, copy: None })} /> }
        }
        Route::NotFound => html! { <Lazy key="not found" scene={Scene::NotFound} /> },
    }
}
